//! What is done inside the program, without a page: paying, opening a month, counting the overview.

use std::time::Instant;

use ejia_db::Desk;
use ejia_web::Member;

use super::prepare::City;
use super::{Cost, each, processes};
use crate::bench::clients::Used;
use crate::bench::lab::Lab;
use crate::bench::measure::processor_time;
use crate::bench::paying;
use crate::commands::explained;

/// Payments that are measured, after a fifth as many that warm it up.
const PAYMENTS: usize = 600;

/// Each operation and what one of it costs.
pub(super) fn measure(lab: &Lab, desk: &Desk, url: &str, city: &City) -> Result<Vec<(&'static str, Cost)>, String> {
    let people = city.people.members().len();
    let count = PAYMENTS.min(people / 3);
    let payers = paying::payers(desk, count + count / 5)?;
    let paid = pay(desk, url, &payers, count / 5)?;
    let opened = lab.open_month(url, city.due.next())?;
    let bill = each(opened.time, people);
    let counted = overview(desk, url)?;
    Ok(vec![
        ("paying one bill", paid),
        ("opening a month, a thousand bills", Cost { processor: bill * 1_000.0, median: bill * 1_000.0 }),
        ("overview: counting anew a thousand organizations", counted),
    ])
}

/// Everything is counted for the overview, so that nothing is left to be counted while its page is asked for.
fn overview(desk: &Desk, url: &str) -> Result<Cost, String> {
    let sentence = |problem| explained(&problem);
    let organizations = desk.read_now(|txn| Ok(ejia_directory::tree(txn)?.all().len())).map_err(sentence)?;
    let (processes, started) = (processes(std::process::id(), url)?, Instant::now());
    let before = processor_time(&processes);
    while !ejia_overview::count(desk).map_err(sentence)? {}
    let (used, time) = (processor_time(&processes).saturating_sub(before), started.elapsed());
    ejia_directory::gather_sums(desk).map_err(sentence)?;
    let of_a_thousand = |time| each(time, organizations) * 1_000.0;
    Ok(Cost { processor: of_a_thousand(used), median: of_a_thousand(time) })
}

fn pay(desk: &Desk, url: &str, payers: &[Member], warm: usize) -> Result<Cost, String> {
    let house = paying::Cell::open(desk)?;
    let (first, rest) = payers.split_at(warm.min(payers.len()));
    house.pay(first, &[], &mut Used::default())?;
    let processes = processes(std::process::id(), url)?;
    let mut used = Used::default();
    house.pay(rest, &processes, &mut used)?;
    Ok(Cost { processor: each(used.processor, rest.len()), median: each(used.time, rest.len()) })
}
