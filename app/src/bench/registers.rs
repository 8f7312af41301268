//! The registers of a year of every branch, exported: whether the memory stays flat however many branches there are.

use std::sync::Arc;

use ejia_db::{Connections, Desk, Txn, Value, args};
use ejia_documents::{Documents, Files, NewDocument, Paper, TypesetFault, Typesetter};
use ejia_jobs::FolderDepot;
use ejia_kernel::{Instant, MeetingId, OrganizationId, Problem, UploadId};
use ejia_web::Doorkeeper;
use serde_json::json;

use super::lab::Lab;
use super::report::{Line, Wanted};
use super::sessions;
use crate::commands::explained;
use crate::house::{fit_photo, write_sheet};
use crate::sealed::shelf;

/// Meetings of a branch and a year.
const MEETINGS: i64 = 12;
/// People on each list.
const PEOPLE: usize = 30;

/// Sets every paper as what it says: the typesetter is a program of its own, whose memory is another's.
struct Plain;

impl Typesetter for Plain {
    fn set(&self, paper: &Paper) -> Result<Vec<u8>, TypesetFault> {
        Ok(paper.content.to_string().into_bytes())
    }
}

/// The part of the program that is watched: makes the archive of all registers of the city.
pub(super) fn export(url: &str, token: &str) -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("ejia-registers-{}", std::process::id()));
    let made = make(url, token, &folder);
    let _ = std::fs::remove_dir_all(folder);
    made.map_err(|problem| explained(&problem))
}

fn make(url: &str, token: &str, folder: &std::path::Path) -> Result<(), Problem> {
    let (vault, clock) = (ejia_kernel::Vault::new([7; 32]), ejia_kernel::Clock::system());
    let desk = Desk::open_with(url, vault, clock, Connections { sqlite_readers: 1, postgres: 2 })?;
    let files = Files::new(shelf(folder, None, "files")?, fit_photo());
    let depot = Arc::new(FolderDepot::new(folder));
    let documents = Documents::new(folder.join("documents"), depot, write_sheet(), Arc::new(Plain));
    let documents = ejia_meetings::documents(documents, &files);
    let (door, token) = (ejia_access::SessionDoor::new(&desk), token.to_owned());
    desk.write_now(move |txn| {
        let by = door.officer(txn, &token)?.ok_or_else(|| Problem::fault("no such session"))?;
        for kind in ["meetings.register_archive", "meetings.register_table"] {
            let about = json!({"whose": {"Under": by.path()}, "year": this_year(txn), "kind": null}).to_string();
            let (title, file_name) = ("台账".to_owned(), "台账".to_owned());
            ejia_documents::ask(txn, &by, &NewDocument { kind, title, file_name, about })?;
        }
        Ok(())
    })?;
    documents.handlers().drain(&desk)?;
    let sql = "SELECT count(*) FROM document WHERE state = 'ready'";
    match desk.read_now(move |txn| Ok(txn.one(sql, &args![], |row| row.get::<i64>(0))?))? {
        ready if ready >= 2 => Ok(()),
        _ => Err(Problem::fault("a document was not made")),
    }
}

fn this_year(txn: &Txn<'_>) -> i16 {
    txn.now().china_date().year()
}

/// Exports the registers of a tenth of the branches, then of all.
pub(super) fn measure(lab: &Lab, url: &str, engine: &str) -> Result<Vec<Line>, String> {
    let desk = lab.desk(url)?;
    let branches: Vec<OrganizationId> = desk
        .read_now(|txn| {
            let sql = "SELECT id FROM organization WHERE kind = 'branch' ORDER BY id LIMIT 3000";
            Ok(txn.query(sql, &args![], |row| row.get(0))?)
        })
        .map_err(|problem| explained(&problem))?;
    let session = sessions::of_city(&desk)?;
    let (some, others) = branches.split_at(branches.len() / 10);
    hold(&desk, some)?;
    let few = lab.export_registers(url, session.token())?;
    hold(&desk, others)?;
    let all = lab.export_registers(url, session.token())?;
    let what = format!("registers of {} branches, {engine}, peak memory against {}", branches.len(), some.len());
    let how = format!(
        "{:.0} MB against {:.0} MB; {:.1} s; {MEETINGS} meetings of {PEOPLE} each, archive and table",
        all.peak_megabytes,
        few.peak_megabytes,
        all.time.as_secs_f64()
    );
    Ok(vec![Line::new(what, all.peak_megabytes / few.peak_megabytes, "×", Wanted::AtMost(1.5)).from(how)])
}

/// Gives branches a year of the register.
fn hold(desk: &Desk, branches: &[OrganizationId]) -> Result<(), String> {
    for some in branches.chunks(100) {
        let some = some.to_vec();
        desk.write_now(move |txn| write(txn, &some)).map_err(|problem| explained(&problem))?;
    }
    Ok(())
}

fn write(txn: &mut Txn<'_>, branches: &[OrganizationId]) -> Result<(), Problem> {
    let (now, mut meetings, mut entries) = (txn.now(), Vec::new(), Vec::new());
    for branch in branches {
        for number in 1..=MEETINGS {
            let id = MeetingId::random();
            meetings.push(meeting(id, *branch, now));
            let (content, hash) = (content(now), UploadId::random().to_string().into_bytes());
            let hash = [hash.as_slice(), &[0; 6]].concat();
            entries.push(args![*branch, number, id, content, now, "王管理", "", hash.clone(), hash].to_vec());
        }
    }
    let columns = "id organization_id kind name topic way place starts_at ends_at chair recorder guests minutes recorded \
                   published_by publisher published_at call_off_reason archived_at version token screen_token";
    txn.insert_many("meeting", &columns.split_whitespace().collect::<Vec<_>>(), meetings)?;
    let columns = ["organization_id", "number", "meeting_id", "content", "at", "by_name", "reason", "previous", "hash"];
    txn.insert_many("meeting_entry", &columns, entries)?;
    Ok(())
}

fn meeting(id: MeetingId, branch: OrganizationId, at: Instant) -> Vec<Value> {
    let (code, screen) = (UploadId::random().to_string(), UploadId::random().to_string());
    let by = UploadId::random().to_string();
    args![
        id,
        branch,
        "assembly",
        "党员大会",
        "学习",
        "offline",
        "会议室",
        at,
        at,
        "陈",
        "林",
        "",
        "",
        "live",
        by,
        "王管理",
        at,
        "",
        at,
        1_i64,
        code,
        screen,
    ]
    .to_vec()
}

/// An entry with minutes of a page.
fn content(at: Instant) -> String {
    let person = json!({"name": "陈建国", "voting": true, "attendance": "present", "reason": "", "source": "qr"});
    json!({
        "organization": "支部", "kind": "assembly", "group": "", "name": "党员大会", "topic": "学习", "way": "offline",
        "place": "会议室", "starts_at": at.ms(), "ends_at": at.ms(), "chair": "陈", "recorder": "林", "guests": "",
        "recorded": "live", "people": vec![person; PEOPLE], "agenda": [], "photos": [], "minutes": "讨论。".repeat(400),
        "turnout": {"due": PEOPLE, "due_voting": PEOPLE, "present": PEOPLE, "present_voting": PEOPLE, "excused": 0, "absent": 0},
    })
    .to_string()
}
