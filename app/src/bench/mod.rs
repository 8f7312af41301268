//! `ejia bench`: measures the product against bare drivers, in one run on one machine.
//!
//! The product is measured from outside: `ejia import` and `ejia serve` run as children of this process, as in
//! production, on databases with invented cities; a client in this process counts and times. What is compared is
//! compared in the same run, as a ratio, because machines differ.

mod bare;
mod bare_inserts;
mod bare_page;
mod bare_paying;
mod branches;
mod client;
mod clients;
mod dues;
mod growth;
mod lab;
mod letters;
mod measure;
mod meetings;
mod month;
mod page;
mod paying;
mod registers;
mod report;
mod requests;
mod search;
mod sessions;
mod totals;
mod transfers;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use ejia_db::PostgresCluster;

use crate::city::City;
use lab::Lab;
use report::{Line, Wanted};

/// Measures the product against bare drivers in one run.
#[derive(Args)]
pub struct Bench {
    /// Where the figures are written
    #[arg(long, value_name = "FILE", default_value = "bench/results.json")]
    results: PathBuf,
    /// A hundredth of the people, to see whether it runs at all
    #[arg(long)]
    small: bool,
    /// Only a part of it
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Serves the bare handler over this database; used by the measurement itself
    #[arg(long, value_name = "URL", hide = true, requires = "listen")]
    bare: Option<String>,
    /// Address of the bare handler
    #[arg(long, hide = true)]
    listen: Option<SocketAddr>,
    /// Opens this month for every branch; used by the measurement itself
    #[arg(long, value_name = "MONTH", hide = true, requires = "on")]
    open_month: Option<String>,
    /// Exports all registers, asked for in this session; used by the measurement itself
    #[arg(long, value_name = "TOKEN", hide = true, requires = "on")]
    export_registers: Option<String>,
    /// The database in which a month is opened or registers are exported
    #[arg(long, value_name = "URL", hide = true)]
    on: Option<String>,
}

/// What can be measured alone.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// 我的档案 on both databases, and the processor time of single requests on PostgreSQL
    Requests,
    /// Paying, opening a month, totals and the export
    Dues,
    /// Approving a transfer, finding a branch, setting a letter
    Transfers,
    /// Checking in at a meeting of thousands
    Meetings,
    /// Exporting the registers of a year of 3,000 branches
    Registers,
    /// How what a page costs grows from 10,000 members to 1,000,000
    Growth,
}

/// How many people live in the cities.
struct Sizes {
    imported: u32,
    searched: u32,
    served: u32,
    payments: usize,
    approvals: usize,
    check_ins: u32,
    growth: [u32; 3],
}

impl Bench {
    /// Runs every measurement, prints the table and writes the file.
    ///
    /// # Errors
    /// A sentence when something could not be measured, or a figure is not as wanted.
    pub fn run(self) -> Result<(), String> {
        if let (Some(url), Some(address)) = (self.bare, self.listen) {
            return bare_page::serve(&url, address);
        }
        if let (Some(token), Some(url)) = (&self.export_registers, &self.on) {
            return registers::export(url, token);
        }
        if let (Some(month), Some(url)) = (self.open_month, self.on) {
            return month::open(&url, &month);
        }
        let sizes = if self.small {
            Sizes {
                imported: 1_000,
                searched: 3_000,
                served: 1_000,
                payments: 900,
                approvals: 300,
                check_ins: 300,
                growth: [600, 1_000, 10_000],
            }
        } else {
            Sizes {
                imported: 100_000,
                searched: 300_000,
                served: 10_000,
                payments: 12_000,
                approvals: 4_000,
                check_ins: 5_000,
                growth: [10_000, 100_000, 1_000_000],
            }
        };
        let lab = Lab::open()?;
        let mut lines = Vec::new();
        let outcome = match self.only {
            Some(Part::Requests) => own_page_on_sqlite(&lab, &sizes, &mut lines)
                .and_then(|()| only_requests(&lab, &PostgresCluster::start(true), &sizes, &mut lines)),
            Some(Part::Dues) => only_dues(&lab, &sizes, &mut lines),
            Some(Part::Transfers) => only_transfers(&lab, &sizes, &mut lines),
            Some(Part::Meetings) => only_meetings(&lab, &sizes, &mut lines),
            Some(Part::Registers) => only_registers(&lab, &sizes, &mut lines),
            Some(Part::Growth) => growth::measure(&lab, &sizes.growth, &mut lines),
            None => on_sqlite(&lab, &sizes, &mut lines)
                .and_then(|()| on_postgres(&lab, &sizes, &mut lines))
                .and_then(|()| only_meetings(&lab, &sizes, &mut lines))
                .and_then(|()| only_registers(&lab, &sizes, &mut lines))
                .and_then(|()| growth::measure(&lab, &sizes.growth, &mut lines))
                .and_then(|()| without_a_database(&mut lines)),
        };
        // What was measured before something went wrong is still worth reading.
        println!("\n{}", report::table(&lines));
        report::write(&self.results, &lines)?;
        println!("written to {}", self.results.display());
        outcome?;
        if report::all_hold(&lines) { Ok(()) } else { Err("some figures are not as wanted".to_owned()) }
    }
}

/// Says what is going on, with the time since the start.
fn step(what: &str) {
    static STARTED: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let started = STARTED.get_or_init(Instant::now);
    println!("{:>5.0} s  {what}", started.elapsed().as_secs_f64());
}

fn city(members: u32) -> City {
    let today = ejia_kernel::Clock::system().now().china_date();
    City::invent((members / 600).max(1), members, today)
}

/// Imports the members from `first` on, in tables of a size that people would send.
fn import_all(lab: &Lab, url: &str, city: &City, first: usize) -> Result<(), String> {
    const TABLE: usize = 100_000;
    let count = city.members().len();
    for start in (first..count).step_by(TABLE) {
        lab.import(url, &lab.tables(city, start..(start + TABLE).min(count))?)?;
    }
    Ok(())
}

fn only_dues(lab: &Lab, sizes: &Sizes, lines: &mut Vec<Line>) -> Result<(), String> {
    let cluster = PostgresCluster::start(true);
    let large = city(sizes.searched);
    for (url, engine) in [(lab.sqlite("city.db"), "SQLite"), (cluster.new_database(), "PostgreSQL")] {
        step(&format!("importing {} members into {engine}", sizes.searched));
        drop(lab.desk(&url)?);
        import_all(lab, &url, &large, 0)?;
        lines.extend(dues::measure(lab, &url, sizes.payments, engine)?);
    }
    Ok(())
}

fn only_transfers(lab: &Lab, sizes: &Sizes, lines: &mut Vec<Line>) -> Result<(), String> {
    let cluster = PostgresCluster::start(true);
    let small = city(sizes.served);
    for (url, engine) in [(lab.sqlite("city.db"), "SQLite"), (cluster.new_database(), "PostgreSQL")] {
        step(&format!("importing {} members into {engine}", sizes.served));
        drop(lab.desk(&url)?);
        import_all(lab, &url, &small, 0)?;
        step(&format!("approving transfers on {engine}"));
        lines.push(transfers::measure(&lab.desk(&url)?, sizes.approvals, engine)?);
    }
    without_a_database(lines)
}

/// A city of so many organizations, with few people in it: registers hold what was, not who there is.
fn only_registers(lab: &Lab, sizes: &Sizes, lines: &mut Vec<Line>) -> Result<(), String> {
    let cluster = PostgresCluster::start(true);
    let large = city(sizes.searched);
    for (url, engine) in [(lab.sqlite("registers.db"), "SQLite"), (cluster.new_database(), "PostgreSQL")] {
        step(&format!("exporting registers on {engine}"));
        drop(lab.desk(&url)?);
        lab.import(&url, &lab.tables(&large, 0..1_000)?)?;
        lines.extend(registers::measure(lab, &url, engine)?);
    }
    Ok(())
}

fn only_meetings(lab: &Lab, sizes: &Sizes, lines: &mut Vec<Line>) -> Result<(), String> {
    let cluster = PostgresCluster::start(true);
    let small = city(sizes.served);
    for (url, engine) in [(lab.sqlite("meetings.db"), "SQLite"), (cluster.new_database(), "PostgreSQL")] {
        step(&format!("importing {} members into {engine}", sizes.served));
        drop(lab.desk(&url)?);
        import_all(lab, &url, &small, 0)?;
        step(&format!("checking in on {engine}"));
        lines.extend(meetings::measure(&lab.desk(&url)?, &url, sizes.check_ins, engine)?);
    }
    Ok(())
}

fn without_a_database(lines: &mut Vec<Line>) -> Result<(), String> {
    let today = ejia_kernel::Clock::system().now().china_date();
    step("finding branches");
    lines.extend(branches::measure(today)?);
    step("setting letters");
    lines.push(letters::measure(today)?);
    Ok(())
}

fn on_sqlite(lab: &Lab, sizes: &Sizes, lines: &mut Vec<Line>) -> Result<(), String> {
    let url = lab.sqlite("city.db");
    let city = city(sizes.searched);
    let imported = usize::try_from(sizes.imported).unwrap_or_default();
    step("inventing the tables");
    let first = lab.tables(&city, 0..imported)?;
    step(&format!("importing {imported} members into SQLite"));
    drop(lab.desk(&url)?);
    let product = lab.import(&url, &first)?;
    step("the bare inserts of the same rows");
    let bare = bare_inserts::insert(&lab.path("city.db"), &lab.path("bare.db"))?;
    let (ours, theirs) = (product.time.as_secs_f64(), bare.time.as_secs_f64());
    let what = format!("import of {imported}, SQLite, against bare inserts");
    let how = format!("{ours:.1} s against {theirs:.1} s for {} rows", bare.rows);
    lines.push(Line::new(what, ours / theirs, "×", Wanted::AtMost(3.0)).from(how));
    let what = format!("import of {imported}, SQLite, peak memory");
    lines.push(Line::new(what, product.peak_megabytes, "MB", Wanted::AtMost(400.0)));
    step(&format!("importing the other members: {} in all", sizes.searched));
    import_all(lab, &url, &city, imported)?;
    let desk = lab.desk(&url)?;
    let (officer, members) = (sessions::of_city(&desk)?, sessions::of_members(&desk, 2_000)?);
    drop(desk);
    step("starting the program");
    let served = lab.serve(&url)?;
    let what = format!("start to first answer, {} members", sizes.searched);
    lines.push(Line::new(what, served.first_answer.as_secs_f64(), "s", Wanted::AtMost(1.0)));
    thread::sleep(Duration::from_secs(3));
    let idle = measure::memory(served.pid(), "VmRSS").unwrap_or(f64::MAX);
    lines.push(Line::new("resident when idle", idle, "MB", Wanted::AtMost(80.0)));
    step("我的档案 on SQLite");
    lines.extend(page::measure(lab, &served, &url, &members, "SQLite")?);
    step("searching on SQLite");
    lines.extend(search::measure(&served, &city, &officer, "SQLite")?);
    drop(served);
    lines.extend(dues::measure(lab, &url, sizes.payments, "SQLite")?);
    step("approving transfers on SQLite");
    lines.push(transfers::measure(&lab.desk(&url)?, sizes.approvals, "SQLite")?);
    Ok(())
}

fn on_postgres(lab: &Lab, sizes: &Sizes, lines: &mut Vec<Line>) -> Result<(), String> {
    step("starting PostgreSQL");
    let cluster = PostgresCluster::start(true);
    only_requests(lab, &cluster, sizes, lines)?;
    let url = cluster.new_database();
    let large = city(sizes.searched);
    step(&format!("importing {} members into PostgreSQL", sizes.searched));
    let desk = lab.desk(&url)?;
    import_all(lab, &url, &large, 0)?;
    let officer = sessions::of_city(&desk)?;
    drop(desk);
    step("searching on PostgreSQL");
    let served = lab.serve(&url)?;
    lines.extend(search::measure(&served, &large, &officer, "PostgreSQL")?);
    drop(served);
    lines.extend(dues::measure(lab, &url, sizes.payments, "PostgreSQL")?);
    step("approving transfers on PostgreSQL");
    lines.push(transfers::measure(&lab.desk(&url)?, sizes.approvals, "PostgreSQL")?);
    Ok(())
}

/// 我的档案 in the small city; of the large one it is measured where the large one stands.
fn own_page_on_sqlite(lab: &Lab, sizes: &Sizes, lines: &mut Vec<Line>) -> Result<(), String> {
    let url = lab.sqlite("small.db");
    let small = city(sizes.served);
    step(&format!("importing {} members into SQLite", sizes.served));
    let desk = lab.desk(&url)?;
    lab.import(&url, &lab.tables(&small, 0..small.members().len())?)?;
    let members = sessions::of_members(&desk, 2_000)?;
    drop(desk);
    step("我的档案 on SQLite");
    lines.extend(page::measure(lab, &lab.serve(&url)?, &url, &members, "SQLite")?);
    Ok(())
}

fn only_requests(lab: &Lab, cluster: &PostgresCluster, sizes: &Sizes, lines: &mut Vec<Line>) -> Result<(), String> {
    let url = cluster.new_database();
    let small = city(sizes.served);
    step(&format!("importing {} members into PostgreSQL", sizes.served));
    let desk = lab.desk(&url)?;
    lab.import(&url, &lab.tables(&small, 0..small.members().len())?)?;
    let members = sessions::of_members(&desk, 2_000)?;
    let served = lab.serve(&url)?;
    step("我的档案 on PostgreSQL");
    lines.extend(page::measure(lab, &served, &url, &members, "PostgreSQL")?);
    step("processor time of single requests");
    lines.extend(requests::measure(&served, &desk, &url, &small, &members)?);
    Ok(())
}
