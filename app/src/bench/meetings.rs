//! Checking in at a meeting of thousands: through the whole router, from the form's bytes to the answer, against the
//! bare statements by as many clients, through the same desk, so with the same driver and the same grouping of commits.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use ejia_db::{Desk, Txn, Value, args};
use ejia_kernel::{AdministratorId, MeetingId, OrganizationId, Problem, UploadId};
use ejia_web::Site;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tower::ServiceExt;

use super::bare::Step;
use super::clients::Used;
use super::measure::{milliseconds, processor_time};
use super::report::{Line, Wanted};
use super::requests::{backends, hidden_token};
use super::sessions::{self, Session};
use crate::commands::explained;
use crate::house;

/// Who scan at once.
const CLIENTS: usize = 64;
/// Both are measured in turns, so that neither has the quieter machine; a round before them warms both up.
const ROUNDS: usize = 5;
/// Milliseconds of processor a check-in, application and database, on PostgreSQL.
const PROCESSOR: f64 = 0.8;
/// The most that a page may weigh.
const MOST_PAGE: usize = 1 << 20;

const SESSION: &str = "SELECT s.id, s.opened_at, s.seen_at, m.id, m.organization_id, m.name
    FROM session s JOIN member m ON m.id = s.account_id
    WHERE s.token_hash = $1 AND s.account_kind = 'member' AND m.departed_at IS NULL";
const MEETING: &str = "SELECT m.id, m.organization_id, m.kind, m.group_id, m.name, m.topic, m.way, m.place,
    m.starts_at, m.ends_at, m.chair, m.recorder, m.guests, m.minutes, m.recorded, m.published_by, m.publisher,
    m.published_at, m.called_off_at, m.call_off_reason, m.archived_at, m.version FROM meeting m WHERE m.token = $1";
const PRESENT: &str = "UPDATE meeting_person SET attendance = 'present', source = $3, marked_at = $4, reason = '',
    answer = CASE WHEN answer = 'none' THEN 'coming' ELSE answer END, answered_at = COALESCE(answered_at, $4)
    WHERE meeting_id = $1 AND member_id = $2 AND attendance <> 'present'";

/// A meeting with everybody on its list.
struct Called {
    id: MeetingId,
    token: String,
}

/// Checks so many in by the product at one meeting, and as many by bare statements at another.
pub(super) fn measure(desk: &Desk, url: &str, check_ins: u32, engine: &str) -> Result<Vec<Line>, String> {
    let size = usize::try_from(check_ins).unwrap_or_default() / ROUNDS;
    let sessions = sessions::of_members(desk, check_ins + check_ins / 5)?;
    if sessions.len() < size * (ROUNDS + 1) {
        return Err(format!("only {} members can check in", sessions.len()));
    }
    let (ours, theirs) = (called(desk, &sessions)?, called(desk, &sessions)?);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string())?;
    let router = router(desk)?;
    let forms = forms(&runtime, &router, &ours, &sessions)?;
    let bare = bare(desk, &theirs, &sessions)?;
    let (mut product, mut plain) = (Used::default(), Used::default());
    let mut processes = vec![std::process::id()];
    for (round, (forms, bare)) in forms.chunks_exact(size).zip(bare.chunks_exact(size)).enumerate() {
        let (mut product_now, mut plain_now) = (Used::default(), Used::default());
        let send = |form: Form| press(router.clone(), form);
        at_once(&runtime, forms, &processes, &mut product_now, send)?;
        let run = |steps: Arc<Vec<Step>>| {
            let desk = desk.clone();
            async move { desk.write(move |txn| steps.iter().try_for_each(|step| step.run(txn))).await }
        };
        at_once(&runtime, bare, &processes, &mut plain_now, run)?;
        if round == 0 {
            if engine == "PostgreSQL" {
                processes.extend(backends(url)?);
            }
            continue;
        }
        product.add(&product_now);
        plain.add(&plain_now);
    }
    check(desk, &runtime, &router, &forms, [&ours, &theirs])?;
    Ok(lines(size * ROUNDS, engine, &product, &plain))
}

fn lines(counted: usize, engine: &str, product: &Used, plain: &Used) -> Vec<Line> {
    let count = f64::from(u32::try_from(counted).unwrap_or(u32::MAX));
    let rate = |used: &Used| count / used.time.as_secs_f64();
    let (ours, theirs) = (rate(product), rate(plain));
    let what = format!("checking in, {engine}, {CLIENTS} clients, through the router against bare statements");
    let how = format!("{ours:.0}/s against {theirs:.0}/s, {counted} check-ins at one meeting, none twice, none lost");
    let mut lines = vec![Line::new(what, ours / theirs, "×", Wanted::AtLeast(0.5)).from(how)];
    if engine == "PostgreSQL" {
        let each = |used: &Used| milliseconds(used.processor) / count;
        let how = format!("bare statements {:.2} ms", each(plain));
        let what = "processor, PostgreSQL, a check-in";
        lines.push(Line::new(what, each(product), "ms", Wanted::AtMost(PROCESSOR)).from(how));
    }
    lines
}

/// A meeting that is on, with all of them on its list.
fn called(desk: &Desk, sessions: &[Session]) -> Result<Called, String> {
    let members: Vec<String> = sessions.iter().map(|session| session.account.clone()).collect();
    let made = desk.write_now(move |txn| {
        let (id, token, now) = (MeetingId::new(txn.now()), UploadId::random().to_string(), txn.now());
        let (from, to) = (now.minus(Duration::from_mins(10)), now.plus(Duration::from_hours(6)));
        txn.execute(
            "INSERT INTO meeting (id, organization_id, kind, name, topic, way, place, starts_at, ends_at, chair,
                 recorder, guests, minutes, recorded, published_by, publisher, published_at, call_off_reason, version,
                 token, screen_token)
             VALUES ($1, $2, 'assembly', '党员大会', '', 'offline', '礼堂', $3, $4, '', '', '', '', 'live', $5, '', $3, '', 1,
                 $6, $7)",
            &args![
                id,
                OrganizationId::random(),
                from,
                to,
                AdministratorId::random(),
                token.as_str(),
                UploadId::random().to_string()
            ],
        )?;
        let row = |member: &String| {
            args![id, member.as_str(), "某", "mou", true, "none", "", "unknown", ""].to_vec()
        };
        let columns =
            ["meeting_id", "member_id", "name", "sort_key", "voting", "answer", "leave_reason", "attendance", "reason"];
        txn.insert_many("meeting_person", &columns, members.iter().map(row).collect::<Vec<_>>())?;
        Ok(Called { id, token })
    });
    made.map_err(|problem| explained(&problem))
}

/// The product's pages, behind everything that stands around them.
fn router(desk: &Desk) -> Result<Router, String> {
    let site = Site::builder(desk.clone())
        .texts(house::TEXTS)
        .doorkeeper(Arc::new(ejia_access::SessionDoor::new(desk)))
        .build()
        .map_err(|problem| explained(&problem))?;
    Ok(site.router(house::routes()))
}

/// One press of 【签到】.
#[derive(Clone)]
struct Form {
    path: String,
    cookie: String,
    body: String,
}

/// Everybody scans and has the page with the button before him.
fn forms(runtime: &Runtime, router: &Router, at: &Called, sessions: &[Session]) -> Result<Vec<Form>, String> {
    let path = format!("/member/check-in/{}", at.token);
    let scan = |session: &Session| {
        let (path, cookie) = (path.clone(), session.member_cookie());
        let request = Request::get(&path).header(header::COOKIE, &cookie).body(Body::empty());
        runtime.block_on(async {
            let answer = router.clone().oneshot(request.map_err(Problem::fault)?).await.map_err(Problem::fault)?;
            let page = to_bytes(answer.into_body(), MOST_PAGE).await.map_err(Problem::fault)?;
            let token = hidden_token(&String::from_utf8_lossy(&page)).ok_or_else(|| Problem::fault("no button"))?;
            Ok(Form { path, cookie, body: format!("csrf={token}") })
        })
    };
    let forms: Result<Vec<Form>, Problem> = sessions.iter().map(scan).collect();
    forms.map_err(|problem| explained(&problem))
}

async fn press(router: Router, form: Form) -> Result<(), Problem> {
    let request = Request::post(&form.path)
        .header(header::COOKIE, &form.cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.body))
        .map_err(Problem::fault)?;
    let answer = router.oneshot(request).await.map_err(Problem::fault)?;
    if answer.status() == StatusCode::SEE_OTHER {
        return Ok(());
    }
    Err(Problem::fault(format_args!("a check-in was answered {}", answer.status())))
}

/// The statements of each check-in, with values made beforehand.
fn bare(desk: &Desk, at: &Called, sessions: &[Session]) -> Result<Vec<Arc<Vec<Step>>>, String> {
    let (id, token, now) = (at.id, at.token.clone(), desk.now());
    let members: Vec<String> = sessions.iter().map(|session| session.account.clone()).collect();
    let of = move |txn: &mut Txn<'_>, member: &String| {
        let hash: Vec<u8> = txn.one(
            "SELECT token_hash FROM session WHERE account_id = $1 AND account_kind = 'member' LIMIT 1",
            &args![member.as_str()],
            |row| row.get(0),
        )?;
        Ok(Arc::new(vec![
            Step::Rows((SESSION, vec![Value::from(hash)])),
            Step::Rows((MEETING, args![token.as_str()].to_vec())),
            Step::Counted((PRESENT, args![id, member.as_str(), "qr", now].to_vec())),
        ]))
    };
    desk.read_now(move |txn| members.iter().map(|member| of(txn, member)).collect())
        .map_err(|problem: Problem| explained(&problem))
}

/// Does it for each, by all clients at once.
fn at_once<T, F>(
    runtime: &Runtime,
    work: &[T],
    processes: &[u32],
    used: &mut Used,
    act: impl Fn(T) -> F,
) -> Result<(), String>
where
    T: Clone + Send + 'static,
    F: Future<Output = Result<(), Problem>> + Send + 'static,
{
    let lots: Vec<Vec<F>> =
        work.chunks(work.len().div_ceil(CLIENTS).max(1)).map(|lot| lot.iter().cloned().map(&act).collect()).collect();
    let processor = processor_time(processes);
    let started = Instant::now();
    let done = runtime.block_on(async {
        let mut clients = JoinSet::new();
        for lot in lots {
            clients.spawn(async move {
                for one in lot {
                    one.await?;
                }
                Ok(())
            });
        }
        clients.join_all().await.into_iter().collect::<Result<(), Problem>>()
    });
    used.time += started.elapsed();
    used.processor += processor_time(processes).saturating_sub(processor);
    done.map_err(|problem| explained(&problem))
}

/// Everybody is there once, at both meetings, and pressing again changes nothing: otherwise something else was measured.
fn check(desk: &Desk, runtime: &Runtime, router: &Router, forms: &[Form], at: [&Called; 2]) -> Result<(), String> {
    let expected = i64::try_from(forms.len()).unwrap_or(i64::MAX);
    let there = |called: &Called| {
        let id = called.id;
        desk.read_now(move |txn| {
            let sql = "SELECT count(*), CAST(COALESCE(SUM(marked_at), 0) AS BIGINT) FROM meeting_person
                       WHERE meeting_id = $1 AND attendance = 'present' AND source = 'qr' AND answer = 'coming'";
            Ok(txn.one(sql, &args![id], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))?)
        })
        .map_err(|problem| explained(&problem))
    };
    let [ours, theirs] = at;
    let before = there(ours)?;
    for count in [before.0, there(theirs)?.0] {
        if count != expected {
            return Err(format!("{count} have checked in, not {expected}"));
        }
    }
    let again: Vec<Form> = forms.iter().take(200).cloned().collect();
    at_once(runtime, &again, &[], &mut Used::default(), |form| press(router.clone(), form))?;
    if there(ours)? == before { Ok(()) } else { Err("somebody has checked in twice".to_owned()) }
}
