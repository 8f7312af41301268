//! The company's delivery reports, sent to the product's callback address.

use std::time::Duration;

use serde_json::json;

use super::{Letter, TencentMood, TencentSandbox};

/// How long the company waits for the answer to a report.
const PATIENCE: Duration = Duration::from_secs(5);

/// Reports a letter in a while. Letters are taken inside the server's runtime, so a task can carry it.
pub(super) fn schedule(sandbox: &TencentSandbox, letter: Letter) {
    let sandbox = sandbox.clone();
    tokio::spawn(async move {
        tokio::time::sleep(sandbox.settings().report_after).await;
        let mood = sandbox.mood();
        let fate = if mood == TencentMood::ReportFailed { Err("MK:0001") } else { Ok(()) };
        let times = match mood {
            TencentMood::NoReport => return,
            TencentMood::ReportTwice => 2,
            _ => 1,
        };
        if let Some(noted) = sandbox.books().letters.iter_mut().rev().find(|noted| noted.serial == letter.serial) {
            noted.fate = Some(fate);
        }
        for _ in 0..times {
            report(&sandbox, &letter, fate).await;
        }
    });
}

/// Sends one report until it is taken or the company gives up.
async fn report(sandbox: &TencentSandbox, letter: &Letter, fate: Result<(), &'static str>) {
    let Some(address) = sandbox.books().report_to.clone() else { return };
    let body = json!([{
        "user_receive_time": sandbox.now().to_the_second(), "nationcode": "86",
        "mobile": letter.to.trim_start_matches("+86"), "report_status": if fate.is_ok() { "SUCCESS" } else { "FAIL" },
        "errmsg": fate.err().unwrap_or("DELIVRD"), "description": if fate.is_ok() { "用户短信送达成功" } else { "用户关机" },
        "sid": letter.serial,
    }])
    .to_string();
    let mut waits = sandbox.settings().report_again.iter();
    loop {
        let (address, body) = (address.clone(), body.clone());
        if tokio::task::spawn_blocking(move || taken(&address, &body)).await.unwrap_or(false) {
            return;
        }
        let Some(wait) = waits.next() else { return };
        tokio::time::sleep(*wait).await;
    }
}

/// Whether the other side answers 200 with result 0.
fn taken(address: &str, body: &str) -> bool {
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
    let Ok(mut answer) = agent.post(address).header("content-type", "application/json").send(body) else {
        return false;
    };
    let told = answer.body_mut().read_json::<serde_json::Value>();
    told.is_ok_and(|told| told.get("result").is_some_and(|result| result == 0))
}
