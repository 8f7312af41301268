//! How long a search among all members takes, end to end, for each kind of search.

use ejia_directory::spellings;

use super::client::{Client, encoded, request};
use super::lab::Served;
use super::measure::Times;
use super::report::{Line, Wanted};
use super::sessions::Session;
use crate::city::{City, InventedMember};

/// Searches of each kind.
const SEARCHES: usize = 300;
/// p99 of each kind, in milliseconds.
const BOUND: f64 = 30.0;

/// A kind of search: its name, and what would be typed to find a member.
type Kind = (&'static str, fn(&InventedMember) -> Option<String>);

const KINDS: [Kind; 6] = [
    ("name", |member| Some(member.name().to_owned())),
    ("part of a name", |member| Some(member.name().chars().skip(1).collect())),
    ("surname alone", |member| Some(member.name().chars().take(1).collect())),
    ("pinyin initials", |member| spellings(member.name()).into_iter().next().map(|(initials, _)| initials)),
    ("ID-card number", |member| Some(member.id_card().to_owned())),
    ("phone", |member| Some(member.phone().to_owned())),
];

/// Searches as the administrator of the city committee, under whom all members are.
pub(super) fn measure(served: &Served, city: &City, officer: &Session, engine: &str) -> Result<Vec<Line>, String> {
    let cookie = officer.office_cookie();
    let count = city.members().len();
    let wanted: Vec<InventedMember> = city.members().step_by((count / (SEARCHES * 2)).max(1)).collect();
    let mut client = Client::connect(served.address)?;
    let mut lines = Vec::new();
    for (kind, typed) in KINDS {
        let asked: Vec<String> =
            wanted.iter().filter_map(typed).filter(|text| !text.is_empty()).take(SEARCHES).collect();
        let mut times = Times::default();
        for (place, text) in asked.iter().enumerate() {
            let path = format!("/office/members?q={}", encoded(text));
            let request = request("GET", &path, &[("Cookie", &cookie)], "");
            if place == 0 {
                client.send(&request)?;
            }
            let reply = times.run(|| client.send(&request))?;
            if reply.status != 200 {
                return Err(format!("search by {kind}: status {}", reply.status));
            }
        }
        let (p50, p99) = (times.percentile(50), times.percentile(99));
        let what = format!("search among {count}, {engine}, {kind}: p99");
        lines.push(Line::new(what, p99, "ms", Wanted::AtMost(BOUND)).from(format!("p50 {p50:.2} ms")));
    }
    Ok(lines)
}
