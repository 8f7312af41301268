//! The company's delivery reports (SmsReport), sent to the product's callback address.

use serde_json::json;

use super::inbox::{self, Letter};
use super::{Mood, Sandbox};
use crate::sandbox::reporting::until_taken;

/// Reports a letter in a while. Letters are taken inside the server's runtime, so a task can carry it.
pub(super) fn schedule(sandbox: &Sandbox, letter: Letter) {
    let sandbox = sandbox.clone();
    tokio::spawn(async move {
        tokio::time::sleep(sandbox.settings().report_after).await;
        let mood = sandbox.mood();
        let failure = (mood == Mood::ReportFailed).then_some("MK:0001");
        let (status, err_code) = if failure.is_some() { (2, "MK:0001") } else { (3, "DELIVERED") };
        inbox::note(&mut sandbox.books().letters, &letter.biz_id, status, err_code);
        let times = match mood {
            Mood::NoReport => 0,
            Mood::ReportTwice => 2,
            _ => 1,
        };
        for _ in 0..times {
            report(&sandbox, &letter, failure).await;
        }
    });
}

/// Sends one report until it is taken or the company gives up.
async fn report(sandbox: &Sandbox, letter: &Letter, failure: Option<&str>) {
    let Some(address) = sandbox.books().report_to.clone() else { return };
    let now = sandbox.now().to_the_second();
    let body = json!([{
        "phone_number": letter.to, "send_time": letter.at.to_the_second(), "report_time": now,
        "success": failure.is_none(), "err_code": failure.unwrap_or("DELIVERED"),
        "err_msg": failure.map_or("用户接收成功", |_| "用户关机"), "sms_size": "1",
        "biz_id": letter.biz_id, "out_id": letter.out_id,
    }])
    .to_string();
    until_taken(&address, &body, "code", &sandbox.settings().report_again).await;
}
