//! Processor time of single requests, application and database together.

use std::time::Duration;

use ejia_db::{Desk, args};
use ejia_kernel::ChangeId;

use super::client::{Client, request};
use super::lab::Served;
use super::measure::{milliseconds, processor_time};
use super::report::{Line, Wanted};
use super::sessions::{self, Session};
use crate::city::City;
use crate::commands::explained;

/// Requests of each kind.
const REQUESTS: usize = 1_500;
/// Changes that are reviewed.
const REVIEWS: usize = 600;
/// Milliseconds of processor a request.
const BOUND: f64 = 1.0;

/// What is asked and by whom.
struct Case {
    what: &'static str,
    requests: Vec<Vec<u8>>,
    status: u16,
}

/// Measures each kind of request at the given city, on PostgreSQL.
pub(super) fn measure(
    served: &Served,
    desk: &Desk,
    url: &str,
    city: &City,
    members: &[Session],
) -> Result<Vec<Line>, String> {
    let officer = sessions::of_city(desk)?;
    let cookie = officer.office_cookie();
    let get = |path: &str| request("GET", path, &[("Cookie", &cookie)], "");
    let record = |member: &Session| request("GET", "/member/record", &[("Cookie", &member.member_cookie())], "");
    let searches = city
        .members()
        .step_by(5)
        .map(|member| get(&format!("/office/members?q={}", super::client::encoded(member.name()))));
    let cases = [
        Case { what: "member's page", requests: cycled(members.iter().map(record)), status: 200 },
        Case { what: "list of 50", requests: cycled(std::iter::once(get("/office/members"))), status: 200 },
        Case { what: "search", requests: cycled(searches), status: 200 },
        Case { what: "review of one change", requests: reviews(served, desk)?, status: 303 },
    ];
    let mut processes = backends(url)?;
    processes.push(served.pid());
    cases.iter().map(|case| cost(served, &processes, case)).collect()
}

fn cycled(requests: impl Iterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
    let requests: Vec<Vec<u8>> = requests.take(REQUESTS).collect();
    requests.iter().cycle().take(REQUESTS).cloned().collect()
}

fn cost(served: &Served, processes: &[u32], case: &Case) -> Result<Line, String> {
    let mut client = Client::connect(served.address)?;
    let warm = case.requests.len() / 10;
    let (first, rest) = case.requests.split_at(warm);
    let mut send = |request: &Vec<u8>| -> Result<(), String> {
        let reply = client.send(request)?;
        if reply.status == case.status {
            Ok(())
        } else {
            Err(format!("{}: status {} {:?}: {}", case.what, reply.status, reply.location, client.body()))
        }
    };
    first.iter().try_for_each(&mut send)?;
    let (application, all) =
        (processor_time(processes.get(processes.len() - 1..).unwrap_or_default()), processor_time(processes));
    rest.iter().try_for_each(&mut send)?;
    let spent_by_all = processor_time(processes).saturating_sub(all);
    let spent_by_us =
        processor_time(processes.get(processes.len() - 1..).unwrap_or_default()).saturating_sub(application);
    let each = |time: Duration| milliseconds(time) / f64::from(u32::try_from(rest.len()).unwrap_or(u32::MAX));
    let (total, ours) = (each(spent_by_all), each(spent_by_us));
    let what = format!("processor, PostgreSQL, {}", case.what);
    Ok(Line::new(what, total, "ms", Wanted::AtMost(BOUND))
        .from(format!("application {ours:.2} + database {:.2}", total - ours)))
}

/// Every process of the database server that works for this database or for all.
pub(super) fn backends(url: &str) -> Result<Vec<u32>, String> {
    let ask = || -> Result<Vec<u32>, postgres::Error> {
        let mut client = postgres::Client::connect(url, postgres::NoTls)?;
        let rows = client.query("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()", &[])?;
        Ok(rows.iter().filter_map(|row| u32::try_from(row.get::<_, i32>(0)).ok()).collect())
    };
    ask().map_err(|error| error.to_string())
}

/// A change that awaits review for each of some members, and the post that accepts it, by his branch's administrator.
pub(super) fn reviews(served: &Served, desk: &Desk) -> Result<Vec<Vec<u8>>, String> {
    let officers = sessions::of_branches(desk, 1_000)?;
    let mut posts = Vec::new();
    let mut client = Client::connect(served.address)?;
    for officer in officers {
        let account = officer.account.clone();
        let changes = desk
            .write_now(move |txn| {
                let members: Vec<(String, String, String)> = txn.query(
                    "SELECT m.id, m.organization_id, m.path FROM member m
                     JOIN administrator a ON a.organization_id = m.organization_id
                     WHERE a.id = $1 AND m.departed_at IS NULL AND m.waiting = 0",
                    &args![account.as_str()],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
                )?;
                members.into_iter().map(|member| wait_for_review(txn, member)).collect::<Result<Vec<_>, _>>()
            })
            .map_err(|problem| explained(&problem))?;
        let cookie = officer.office_cookie();
        client.send(&request("GET", "/office/members", &[("Cookie", &cookie)], ""))?;
        let csrf = hidden_token(&client.body()).ok_or("no form token on the page")?;
        for change in changes {
            let body = format!("csrf={csrf}");
            let path = format!("/office/reviews/{change}/accept");
            posts.push(request("POST", &path, &[("Cookie", &cookie)], &body));
            if posts.len() == REVIEWS {
                return Ok(posts);
            }
        }
    }
    Ok(posts)
}

fn wait_for_review(
    txn: &mut ejia_db::Txn<'_>,
    (member, organization, path): (String, String, String),
) -> Result<String, ejia_kernel::Problem> {
    let id = ChangeId::new(txn.now());
    let (before, after) = (txn.vault().seal("record_change", "干部"), txn.vault().seal("record_change", "教师"));
    let now = txn.now();
    let branch = organization.parse().map_err(ejia_kernel::Problem::fault)?;
    txn.execute(
        "INSERT INTO record_change (id, member_id, organization_id, path, field, before_sealed, after_sealed, source,
             by_id, by_name, made_at, state)
         VALUES ($1, $2, $3, $4, 'post', $5, $6, 'member', $2, '', $7, 'waiting')",
        &args![id, member.as_str(), organization, path.as_str(), before, after, now],
    )?;
    txn.execute("UPDATE member SET waiting = 1 WHERE id = $1", &args![member])?;
    txn.execute("UPDATE branch_count SET waiting = waiting + 1 WHERE path = $1", &args![path])?;
    ejia_directory::add_to_sums(txn, "members", branch, [0, 0, 0, 1, 0, 0])?;
    Ok(id.to_string())
}

/// The token of a page's forms.
pub(super) fn hidden_token(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("name=\"csrf\" value=\"")?;
    rest.split('"').next().map(str::to_owned)
}
