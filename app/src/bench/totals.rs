//! A city committee's totals of a month, and its notice with every member as a table file.

use std::thread;
use std::time::{Duration, Instant};

use ejia_kernel::Month;
use serde_json::Value;

use super::client::{Client, request};
use super::lab::Served;
use super::measure::{Times, memory};
use super::report::{Line, Wanted};
use super::sessions::Session;

/// How often the totals are asked for.
const TIMES: usize = 300;
/// p99 in milliseconds.
const BOUND: f64 = 100.0;
/// The export may use so many megabytes, the whole program included.
const MEMORY: f64 = 150.0;
/// No export takes longer.
const PATIENCE: Duration = Duration::from_mins(5);

/// Both, for a month that everybody has paid. The export comes first: its memory is that of a program that has just
/// started, and nothing else.
pub(super) fn measure(served: &Served, officer: &Session, month: Month, engine: &str) -> Result<Vec<Line>, String> {
    let export = export(served, officer, month, engine)?;
    let mut client = Client::connect(served.address)?;
    let path = format!("/office/dues/totals?month={month}");
    let ask = request("GET", &path, &[("Cookie", &officer.office_cookie())], "");
    client.send(&ask)?;
    let mut times = Times::default();
    for _ in 0..TIMES {
        let reply = times.run(|| client.send(&ask))?;
        if reply.status != 200 {
            return Err(format!("totals: status {}", reply.status));
        }
    }
    let (p50, p99) = (times.percentile(50), times.percentile(99));
    let what = format!("committee totals, {engine}: p99");
    let totals = Line::new(what, p99, "ms", Wanted::AtMost(BOUND)).from(format!("p50 {p50:.2} ms"));
    Ok([vec![totals], export].concat())
}

fn export(served: &Served, officer: &Session, month: Month, engine: &str) -> Result<Vec<Line>, String> {
    let bearer = officer.bearer();
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let body = format!("{{\"month\":\"{month}\",\"organization\":\"\",\"form\":\"xlsx\"}}");
    let mut client = Client::connect(served.address)?;
    let started = Instant::now();
    let reply = client.send(&request("POST", "/api/v1/office/dues/records/notice", &headers, &body))?;
    let said: Value = serde_json::from_str(&client.body()).map_err(|error| error.to_string())?;
    let document = said
        .pointer("/document")
        .and_then(Value::as_str)
        .ok_or_else(|| format!("export: status {}, {said}", reply.status))?
        .to_owned();
    let ask = request("GET", &format!("/api/v1/office/documents/{document}"), &headers, "");
    let rows = loop {
        client.send(&ask)?;
        let view: Value = serde_json::from_str(&client.body()).map_err(|error| error.to_string())?;
        match view.pointer("/document/state").and_then(Value::as_str) {
            Some("ready") => break view.pointer("/document/total").and_then(Value::as_i64).unwrap_or_default(),
            Some("waiting" | "making") if started.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(50)),
            _ => return Err(format!("the export was not made: {view}")),
        }
    };
    let time = started.elapsed().as_secs_f64();
    let peak = memory(served.pid(), "VmHWM").unwrap_or(f64::MAX);
    let what = format!("export of a month's payments, {engine}, peak memory");
    Ok(vec![Line::new(what, peak, "MB", Wanted::AtMost(MEMORY)).from(format!("{rows} rows in {time:.1} s"))])
}
