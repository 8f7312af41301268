//! Which pages are asked for, by whom, and what is entered.

use ejia_db::{Desk, args};
use ejia_directory::spellings;
use ejia_kernel::{MemberId, OrganizationKind};

use super::prepare::{City, running};
use crate::bench::client::{Client, encoded, request};
use crate::bench::lab::Served;
use crate::bench::requests::{hidden_token, reviews};
use crate::bench::sessions::{self, Session};
use crate::city::InventedMember;
use crate::commands::explained;

/// People who are looked for, from everywhere in the city.
const WANTED: usize = 200;
/// Forms of each kind that are sent.
const FORMS: usize = 150;

/// A page, or a form that is sent.
pub(super) struct Ask {
    pub(super) what: &'static str,
    pub(super) requests: Vec<Vec<u8>>,
    pub(super) status: u16,
    /// A form: each of them is sent once.
    pub(super) once: bool,
    /// Why it must grow, if it must.
    pub(super) grows: Option<&'static str>,
}

/// A figure of everybody, or a list that is not cut into pages.
const ALL: Option<&str> = Some("lists or counts all");
/// In a small city few bear the name that is looked for; in a large one so many that the page is full.
const FILLS: Option<&str> = Some("finds more, a page of 50 at most");

fn page(what: &'static str, requests: Vec<Vec<u8>>) -> Ask {
    Ask { what, requests, status: 200, once: false, grows: None }
}

fn form(what: &'static str, requests: Vec<Vec<u8>>) -> Ask {
    Ask { what, requests, status: 303, once: true, grows: None }
}

fn get(path: &str, cookie: &str) -> Vec<u8> {
    request("GET", path, &[("Cookie", cookie)], "")
}

/// Everything that is asked, pages before the forms that change what they show.
pub(super) fn all(served: &Served, desk: &Desk, city: &City) -> Result<Vec<Ask>, String> {
    let mut asks = of_members(city);
    asks.extend(of_branches(city));
    asks.extend(of_city(desk, city)?);
    asks.extend(searches(desk, city)?);
    let separate = [
        (OrganizationKind::AuditOffice, "audit: record of acts", "/office/audit/records"),
        (OrganizationKind::SecurityOffice, "security: accounts", "/office/security/accounts"),
        (OrganizationKind::SystemOffice, "system: the first page", "/office/system"),
    ];
    for (kind, what, path) in separate {
        let officer = sessions::of_kind(desk, kind.code(), 1)?;
        asks.push(page(what, officer.iter().map(|officer| get(path, &officer.office_cookie())).collect()));
    }
    asks.push(form("reviewing one change", reviews(served, desk)?));
    asks.push(form("approving a transfer", approvals(served, city)?));
    asks.push(form("checking in", check_ins(served, desk, city)?));
    asks.push(form("calling a meeting", callings(served, desk, city)?));
    Ok(asks)
}

fn of_members(city: &City) -> Vec<Ask> {
    let pages = [
        ("member: the first page", "/member"),
        ("member: own record", "/member/record"),
        ("member: dues", "/member/dues"),
        ("member: dues paid", "/member/dues/history"),
        ("member: transfers", "/member/transfers"),
        ("member: meetings", "/member/meetings"),
        ("member: messages", "/member/messages"),
        ("member: search in the help", "/help?q=%E5%85%9A%E8%B4%B9"),
    ];
    by_all(&pages, city.members.iter().map(|(session, _)| session.member_cookie()))
}

fn of_branches(city: &City) -> Vec<Ask> {
    let pages = [
        ("branch: the first page", "/office"),
        ("branch: members", "/office/members"),
        ("branch: overview", "/office/overview"),
        ("branch: changes to review", "/office/reviews"),
        ("branch: standards of a month", "/office/dues/standards"),
        ("branch: who has paid", "/office/dues/records"),
        ("branch: who has not paid", "/office/dues/unpaid"),
        ("branch: transfers out", "/office/transfers/out"),
        ("branch: meetings", "/office/meetings"),
        ("branch: what was held", "/office/meetings/overview"),
        ("branch: register", "/office/meetings/register"),
    ];
    by_all(&pages, city.branches.iter().map(Session::office_cookie))
}

/// Each of these pages, asked for by all of these.
fn by_all(pages: &[(&'static str, &str)], cookies: impl Iterator<Item = String>) -> Vec<Ask> {
    let cookies: Vec<String> = cookies.collect();
    let by = |path: &str| cookies.iter().map(|cookie| get(path, cookie)).collect();
    pages.iter().map(|(what, path)| page(what, by(path))).collect()
}

fn of_city(desk: &Desk, city: &City) -> Result<Vec<Ask>, String> {
    let cookie = sessions::of_city(desk)?.office_cookie();
    let one = |what, path: &str| page(what, vec![get(path, &cookie)]);
    let counts = |what, path: &str| Ask { grows: ALL, ..one(what, path) };
    let deep: Vec<Vec<u8>> =
        middle(desk)?.iter().map(|id| get(&format!("/office/members?after={id}"), &cookie)).collect();
    let month = city.due.to_string();
    Ok(vec![
        one("city: the first page", "/office"),
        one("city: organizations", "/office/organizations"),
        one("city: members, first page", "/office/members"),
        page("city: members, somewhere in the middle", deep),
        one("city: 预备党员", "/office/members?kind=probationary"),
        one("city: overview", "/office/overview"),
        one("city: overview, most members first", "/office/overview?order=members"),
        one("city: dues, totals of a month", &format!("/office/dues/totals?month={month}")),
        one("city: who has paid", &format!("/office/dues/records?month={month}")),
        one("city: who has not paid", &format!("/office/dues/unpaid?month={month}")),
        one("city: records of transfers", "/office/transfers/records"),
        one("city: administrators", "/office/administrators"),
        counts("city: what was held", "/office/meetings/overview"),
        counts("city: register", "/office/meetings/register"),
        counts("city: messages of a day", "/office/messages"),
    ])
}

/// Members somewhere in the middle of the list.
fn middle(desk: &Desk) -> Result<Vec<MemberId>, String> {
    desk.read_now(|txn| {
        let sql = "SELECT id FROM member WHERE departed_at IS NULL ORDER BY substr(id, 18), id LIMIT $1";
        Ok(txn.query(sql, &args![i64::try_from(WANTED).unwrap_or(i64::MAX)], |row| row.get(0))?)
    })
    .map_err(|problem| explained(&problem))
}

/// A kind of search: its name, why it must grow, and what would be typed to find a member.
type Kind = (&'static str, Option<&'static str>, fn(&InventedMember) -> Option<String>);

const KINDS: [Kind; 5] = [
    ("city: search by name", FILLS, |member| Some(member.name().to_owned())),
    ("city: search by surname", None, |member| Some(member.name().chars().take(1).collect())),
    ("city: search by initials", FILLS, |member| {
        spellings(member.name()).into_iter().next().map(|(initials, _)| initials)
    }),
    ("city: search by ID-card number", None, |member| Some(member.id_card().to_owned())),
    ("city: search by phone", None, |member| Some(member.phone().to_owned()).filter(|phone| !phone.is_empty())),
];

fn searches(desk: &Desk, city: &City) -> Result<Vec<Ask>, String> {
    let cookie = sessions::of_city(desk)?.office_cookie();
    let all = city.people.members();
    let wanted: Vec<InventedMember> = all.clone().step_by((all.len() / WANTED).max(1)).collect();
    let by = |(what, grows, typed): Kind| {
        let ask = |text: String| get(&format!("/office/members?q={}", encoded(&text)), &cookie);
        Ask { grows, ..page(what, wanted.iter().filter_map(typed).map(ask).collect()) }
    };
    let mut asks: Vec<Ask> = KINDS.into_iter().map(by).collect();
    let branch = |member: &InventedMember| -> String { member.branch().chars().skip(2).take(8).collect() };
    let ask = |text: String| get(&format!("/office/organizations?q={}", encoded(&text)), &cookie);
    asks.push(page("city: search for a branch", wanted.iter().map(branch).map(ask).collect()));
    Ok(asks)
}

/// What a page's forms are signed with.
fn token(client: &mut Client, path: &str, cookie: &str) -> Result<String, String> {
    let status = client.send(&get(path, cookie))?.status;
    hidden_token(&client.body()).ok_or_else(|| format!("{path}: no form, status {status}"))
}

/// Branches approve what lies with them.
fn approvals(served: &Served, city: &City) -> Result<Vec<Vec<u8>>, String> {
    let mut client = Client::connect(served.address)?;
    let one = |(id, officer): &(_, Session)| {
        let cookie = officer.office_cookie();
        let csrf = token(&mut client, &format!("/office/transfers/{id}"), &cookie)?;
        Ok(request("POST", &format!("/office/transfers/{id}/review"), &[("Cookie", &cookie)], &format!("csrf={csrf}")))
    };
    city.transfers.iter().take(FORMS).map(one).collect()
}

/// Members check in at the meetings of their branches.
fn check_ins(served: &Served, desk: &Desk, city: &City) -> Result<Vec<Vec<u8>>, String> {
    let mut client = Client::connect(served.address)?;
    let one = |(session, member): &(Session, _)| {
        let (cookie, path) = (session.member_cookie(), format!("/member/check-in/{}", running(desk, member)?));
        let csrf = token(&mut client, &path, &cookie)?;
        Ok(request("POST", &path, &[("Cookie", &cookie)], &format!("csrf={csrf}")))
    };
    city.members.iter().take(FORMS).map(one).collect()
}

/// Branches publish a meeting.
fn callings(served: &Served, desk: &Desk, city: &City) -> Result<Vec<Vec<u8>>, String> {
    let mut client = Client::connect(served.address)?;
    let day = desk.now().china_date().plus_days(3);
    let name = encoded("党员大会");
    let one = |officer: &Session| {
        let (cookie, path) = (officer.office_cookie(), "/office/meetings/new");
        let csrf = token(&mut client, path, &cookie)?;
        let body = format!(
            "csrf={csrf}&version=0&kind=assembly&group=&name={name}&topic=&way=offline&place={name}\
             &starts_at={day}T14%3A30&ends_at={day}T16%3A00&chair=&recorder=&guests="
        );
        Ok(request("POST", path, &[("Cookie", &cookie)], &body))
    };
    city.branches.iter().take(FORMS).map(one).collect()
}
