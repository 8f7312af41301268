//! How what a page costs grows with the city: the same pages in a city of ten thousand, of a hundred thousand, of a million.
//!
//! Every request is sent alone, one after the other over one connection, so that nothing waits for anything else: what is
//! measured is the processor time of the program and of the database together, and beside it the median of the time to
//! the answer. A page is judged by how much more it costs in the largest city than in the smallest.

mod asks;
mod operations;
mod prepare;

use std::time::{Duration, Instant};

use ejia_db::PostgresCluster;

use super::client::Client;
use super::lab::{Lab, Served};
use super::measure::{Times, milliseconds, processor_time};
use super::report::{Line, Wanted};
use super::requests::backends;
use super::{city, step};
use crate::commands::explained;
use crate::demo_city;
use asks::Ask;
use prepare::City;

/// A page may cost so many times as much in the largest city as in the smallest.
const BOUND: f64 = 1.5;
/// A page is asked for again and again for so long.
const STRETCH: Duration = Duration::from_millis(1_200);
/// A page is asked for at least so often.
const FEWEST: usize = 60;

/// What one request costs.
#[derive(Clone, Copy)]
struct Cost {
    /// Milliseconds of processor.
    processor: f64,
    /// Milliseconds to the answer, the median.
    median: f64,
}

/// What a page or an operation costs in each city, the smallest first.
struct Row {
    what: String,
    /// Why it must grow, if it must.
    grows: Option<&'static str>,
    costs: Vec<Cost>,
}

/// Measures in cities of these sizes, the smallest first, on both databases.
pub(super) fn measure(lab: &Lab, sizes: &[u32], lines: &mut Vec<Line>) -> Result<(), String> {
    for engine in ["SQLite", "PostgreSQL"] {
        let cluster = (engine == "PostgreSQL").then(|| PostgresCluster::start(true));
        let mut rows: Vec<Row> = Vec::new();
        for size in sizes {
            let name = format!("growth-{size}.db");
            let url = cluster.as_ref().map_or_else(|| lab.sqlite(&name), PostgresCluster::new_database);
            step(&format!("growth on {engine}: a city of {size}"));
            in_city(lab, &url, *size, &mut rows)?;
            lab.forget(&name);
        }
        lines.extend(rows.iter().map(|row| line(row, engine)));
    }
    Ok(())
}

fn line(row: &Row, engine: &str) -> Line {
    let figures = |of: fn(&Cost) -> f64| {
        let all: Vec<String> = row.costs.iter().map(|cost| format!("{:.2}", of(cost))).collect();
        all.join(" / ")
    };
    let ends = row.costs.first().zip(row.costs.last());
    let growth = ends.map_or(f64::MAX, |(first, last)| last.processor / first.processor.max(0.01));
    let what = format!("growth, {engine}, {}", row.what);
    let how =
        format!("{} ms of processor; answered in {} ms", figures(|cost| cost.processor), figures(|cost| cost.median));
    if let Some(why) = row.grows {
        return Line::new(what, growth, "×", Wanted::Told).from(format!("{how}; {why}"));
    }
    Line::new(what, growth, "×", Wanted::AtMost(BOUND)).from(how)
}

/// Makes a city, puts into it what its pages show, and measures each of them.
fn in_city(lab: &Lab, url: &str, size: u32, rows: &mut Vec<Row>) -> Result<(), String> {
    let people = city(size);
    let desk = lab.desk(url)?;
    demo_city::enter(&desk, &people, &mut |_| ()).map_err(|problem| explained(&problem))?;
    step("what its pages show");
    let city = City::prepare(&desk, people)?;
    let mut place = 0;
    let mut enter = |what: &str, grows: Option<&'static str>, cost: Cost| {
        match rows.get_mut(place) {
            Some(row) => row.costs.push(cost),
            None => rows.push(Row { what: what.to_owned(), grows, costs: vec![cost] }),
        }
        place += 1;
    };
    for (what, cost) in operations::measure(lab, &desk, url, &city)? {
        enter(what, None, cost);
    }
    let served = lab.serve(url)?;
    step("its pages");
    for ask in asks::all(&served, &desk, &city)? {
        enter(ask.what, ask.grows, cost(&served, url, &ask)?);
    }
    Ok(())
}

/// The processes whose processor time counts.
fn processes(program: u32, url: &str) -> Result<Vec<u32>, String> {
    let mut all = if url.starts_with("sqlite") { Vec::new() } else { backends(url)? };
    all.push(program);
    Ok(all)
}

fn cost(served: &Served, url: &str, ask: &Ask) -> Result<Cost, String> {
    let mut client = Client::connect(served.address)?;
    let mut send = |request: &[u8]| -> Result<(), String> {
        let reply = client.send(request)?;
        if reply.status == ask.status {
            return Ok(());
        }
        let page = client.body();
        Err(format!(
            "{}: status {} {:?}: {}",
            ask.what,
            reply.status,
            reply.location,
            page.get(..4_000).unwrap_or(&page)
        ))
    };
    let warm = if ask.once { ask.requests.len() / 5 } else { 20 };
    ask.requests.iter().cycle().take(warm).try_for_each(|request| send(request))?;
    let processes = processes(served.pid(), url)?;
    let (before, started, mut times) = (processor_time(&processes), Instant::now(), Times::default());
    let rest = ask.requests.iter().cycle().skip(warm);
    let (mut asked, most) = (0, if ask.once { ask.requests.len() - warm } else { usize::MAX });
    for request in rest.take(most) {
        times.run(|| send(request))?;
        asked += 1;
        if !ask.once && asked >= FEWEST && started.elapsed() >= STRETCH {
            break;
        }
    }
    let used = processor_time(&processes).saturating_sub(before);
    Ok(Cost { processor: each(used, asked), median: times.percentile(50) })
}

/// Milliseconds of each.
fn each(used: Duration, count: usize) -> f64 {
    milliseconds(used) / f64::from(u32::try_from(count.max(1)).unwrap_or(u32::MAX))
}
