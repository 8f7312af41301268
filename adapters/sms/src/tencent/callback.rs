//! The delivery reports that the service sends.

use ejia_kernel::Phone;
use ejia_messages::Report;
use serde::Deserialize;

use crate::callback::plain;

/// One report as the service sends it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Told {
    nationcode: String,
    mobile: String,
    report_status: String,
    errmsg: String,
    sid: String,
}

/// The reports of one call in our words; those that speak of no phone of ours are dropped. None when it is no list of
/// reports.
pub(crate) fn take(body: &[u8]) -> Option<Vec<Report>> {
    let list = serde_json::from_slice::<Vec<Told>>(body).ok()?;
    Some(list.into_iter().filter_map(read).collect())
}

fn read(told: Told) -> Option<Report> {
    let Told { nationcode, mobile, report_status, errmsg, sid } = told;
    if !matches!(nationcode.as_str(), "86" | "+86" | "") {
        return None;
    }
    Some(Report {
        id: None,
        number: plain(&sid),
        phone: Phone::parse(&mobile).ok()?,
        failure: if report_status == "SUCCESS" { None } else { Some(plain(&errmsg)) },
    })
}
