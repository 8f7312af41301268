//! The company's delivery reports, sent to the product's callback address.

use serde_json::json;

use super::{Letter, TencentMood, TencentSandbox};
use crate::sandbox::reporting::until_taken;

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
    until_taken(&address, &body, "result", &sandbox.settings().report_again).await;
}
