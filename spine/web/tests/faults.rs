//! What the log says of a fault. Alone in its file: whether a line is wanted is remembered for a whole process.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic too")]

mod house;

use std::fmt::Write;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use house::{AS_MEMBER, BEARER, House};
use tracing::field::{Field, Visit};
use tracing::span;

/// Collects the log lines of this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn faults(&self) -> Vec<String> {
        let lines = self.0.lock().unwrap();
        lines.iter().filter(|line| line.contains("message=fault")).cloned().collect()
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, "{}={value:?} ", field.name());
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() <= tracing::Level::WARN
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[tokio::test]
async fn a_fault_is_logged_once_under_the_number_that_is_shown() {
    let log = Log::default();
    let _listening = tracing::subscriber::set_default(log.clone());
    let house = House::open();
    for (path, why) in
        [("/member/fault", "the disk is full"), ("/member/panic", "this is on purpose"), ("/member/broken", "坏页")]
    {
        let before = log.faults().len();
        let got = house.get(&format!("{path}?phone=13800138003"), &[AS_MEMBER]).await;
        assert_eq!(got.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        let number = got.text.split("事件编号：<strong class=\"number\">").nth(1).unwrap().split('<').next().unwrap();
        assert_eq!(number.len(), 8);
        let faults = log.faults();
        assert_eq!(faults.len(), before + 1, "{faults:?}");
        let line = faults.last().unwrap();
        assert!(line.contains(number) && line.contains(why), "{line}");
        assert!(!line.contains("13800138003") && !line.contains("林晓梅"), "{line}");
        assert!(!got.text.contains(why), "{}", got.text);
        let got = house.get(&format!("/api/v1{path}"), &[BEARER]).await;
        if path != "/member/broken" {
            assert_eq!(got.status, StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(got.json()["number"].as_str().unwrap().len(), 8);
        }
    }
}
