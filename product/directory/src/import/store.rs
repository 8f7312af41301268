//! Loads and saves runs and their staged lines.

use ejia_db::{DbError, Row, Txn, Value, args};
use ejia_kernel::{ImportId, Instant, OrganizationPath, Problem, Vault};

use super::columns::TableKind;
use super::model::{Kept, Outcome, Run, RunCounts, RunState, StagedRow};

pub(crate) const SEALED: &str = "directory.import_row";

fn understood<T>(parsed: Option<T>, name: &str) -> Result<T, DbError> {
    parsed.ok_or_else(|| DbError::Column(format!("import.{name} is not understood")))
}

fn lines(text: &str) -> Vec<String> {
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

const RUN: &str = "id, organization_id, path, by_id, by_name, file_name, kind, state, total, done, fresh, changed,
    unchanged, refused, unknown_columns, missing_columns, cursor_rank, cursor_number, failure, created_at";

fn run(row: &Row<'_>) -> Result<Run, DbError> {
    let path = row.get::<Option<String>>(2)?.map(|path| understood(path.parse().ok(), "path")).transpose()?;
    let kind = row.get::<Option<String>>(6)?.map(|kind| understood(TableKind::from_code(&kind), "kind")).transpose()?;
    Ok(Run {
        id: row.get(0)?,
        organization_id: row.get(1)?,
        path,
        by_id: row.get(3)?,
        by_name: row.get(4)?,
        file_name: row.get(5)?,
        kind,
        state: understood(RunState::from_code(&row.get::<String>(7)?), "state")?,
        total: row.get(8)?,
        done: row.get(9)?,
        counts: RunCounts {
            fresh: row.get(10)?,
            changed: row.get(11)?,
            unchanged: row.get(12)?,
            refused: row.get(13)?,
        },
        unknown_columns: lines(&row.get::<String>(14)?),
        missing_columns: lines(&row.get::<String>(15)?),
        cursor: (row.get(16)?, row.get(17)?),
        failure: row.get(18)?,
        created_at: row.get(19)?,
    })
}

/// The run with this id.
pub(crate) fn load_run(txn: &mut Txn<'_>, id: ImportId) -> Result<Run, Problem> {
    let sql = format!("SELECT {RUN} FROM import_run WHERE id = $1");
    txn.first(&sql, &args![id], run)?.ok_or_else(|| Problem::not_found("directory.no_such_import"))
}

/// The latest runs of an organization and of those under it, newest first.
pub(crate) fn runs_under(txn: &mut Txn<'_>, path: &OrganizationPath, limit: i64) -> Result<Vec<Run>, Problem> {
    let sql = format!(
        "SELECT {RUN} FROM import_run WHERE path >= $1 AND path < $2 ORDER BY created_at DESC, id DESC LIMIT $3"
    );
    Ok(txn.query(&sql, &args![path.as_str(), path.upper_bound(), limit], run)?)
}

/// Enters a run that is about to be read.
pub(crate) fn insert_run(txn: &mut Txn<'_>, new: &Run) -> Result<(), Problem> {
    let now = txn.now();
    txn.execute(
        "INSERT INTO import_run (id, organization_id, path, by_id, by_name, file_name, kind, state, total, done, fresh,
             changed, unchanged, refused, unknown_columns, missing_columns, cursor_rank, cursor_number, failure,
             created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, 0, 0, 0, 0, 0, 0, '', '', 0, 0, NULL, $8, $8)",
        &args![
            new.id,
            new.organization_id,
            new.path.as_ref().map(OrganizationPath::as_str),
            new.by_id,
            &new.by_name,
            &new.file_name,
            RunState::Reading.code(),
            now,
        ],
    )?;
    Ok(())
}

/// Writes what is known of a run after its headings were read.
pub(crate) fn set_reading(
    txn: &mut Txn<'_>,
    id: ImportId,
    kind: TableKind,
    total: i64,
    unknown: &[String],
    missing: &[&str],
) -> Result<(), Problem> {
    let now = txn.now();
    txn.execute("DELETE FROM import_row WHERE run_id = $1", &args![id])?;
    txn.execute(
        "UPDATE import_run SET kind = $2, total = $3, done = 0, fresh = 0, changed = 0, unchanged = 0, refused = 0,
             unknown_columns = $4, missing_columns = $5, changed_at = $6
         WHERE id = $1",
        &args![id, kind.code(), total, unknown.join("\n"), missing.join("\n"), now],
    )?;
    Ok(())
}

/// Moves a run from one state to the next; false when it is not there any more.
pub(crate) fn move_run(txn: &mut Txn<'_>, id: ImportId, from: RunState, to: RunState) -> Result<bool, Problem> {
    let now = txn.now();
    let touched = txn.execute(
        "UPDATE import_run SET state = $3, changed_at = $4 WHERE id = $1 AND state = $2",
        &args![id, from.code(), to.code(), now],
    )?;
    Ok(touched == 1)
}

/// Begins to write: how many lines there are to write, and from the first.
pub(crate) fn begin_writing(txn: &mut Txn<'_>, id: ImportId) -> Result<(), Problem> {
    let sql = format!(
        "UPDATE import_run SET done = 0, cursor_rank = -1, cursor_number = 0,
             total = (SELECT count(*) FROM import_row WHERE run_id = $1 {TO_WRITE})
         WHERE id = $1"
    );
    txn.execute(&sql, &args![id])?;
    Ok(())
}

/// Ends a run that could not be read.
pub(crate) fn fail_run(txn: &mut Txn<'_>, id: ImportId, failure: &str) -> Result<(), Problem> {
    let now = txn.now();
    txn.execute(
        "UPDATE import_run SET state = $2, failure = $3, changed_at = $4 WHERE id = $1",
        &args![id, RunState::Failed.code(), failure, now],
    )?;
    Ok(())
}

fn sealed(vault: &Vault, kept: &Kept) -> Result<Vec<u8>, Problem> {
    let text = serde_json::to_string(kept).map_err(Problem::fault)?;
    Ok(vault.seal(SEALED, &text))
}

/// Stages lines and counts them.
pub(crate) fn stage(txn: &mut Txn<'_>, id: ImportId, rows: &[StagedRow]) -> Result<(), Problem> {
    let vault = txn.vault().clone();
    let mut values: Vec<Vec<Value>> = Vec::with_capacity(rows.len());
    let mut counts = RunCounts::default();
    for StagedRow { rank, number, outcome, code, sentence, version, accepted, kept } in rows {
        match outcome {
            Outcome::New => counts.fresh += 1,
            Outcome::Changed => counts.changed += 1,
            Outcome::Unchanged => counts.unchanged += 1,
            Outcome::Refused => counts.refused += 1,
        }
        let sealed = sealed(&vault, kept)?;
        values.push(
            args![id, *rank, *number, outcome.code(), code.as_ref(), sentence, *version, *accepted, sealed].into(),
        );
    }
    let columns = ["run_id", "rank", "number", "outcome", "code", "sentence", "subject_version", "accepted", "sealed"];
    txn.insert_many("import_row", &columns, values)?;
    let staged = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    txn.execute(
        "UPDATE import_run SET done = done + $2, fresh = fresh + $3, changed = changed + $4, unchanged = unchanged + $5,
             refused = refused + $6 WHERE id = $1",
        &args![id, staged, counts.fresh, counts.changed, counts.unchanged, counts.refused],
    )?;
    Ok(())
}

const STAGED: &str = "rank, number, outcome, code, sentence, subject_version, accepted, sealed";

fn staged(vault: &Vault, row: &Row<'_>) -> Result<StagedRow, DbError> {
    let text = vault.open(SEALED, &row.get::<Vec<u8>>(7)?).map_err(|problem| DbError::Column(problem.to_string()))?;
    Ok(StagedRow {
        rank: row.get(0)?,
        number: understood(u32::try_from(row.get::<i64>(1)?).ok(), "number")?,
        outcome: understood(Outcome::from_code(&row.get::<String>(2)?), "outcome")?,
        code: row.get(3)?,
        sentence: row.get(4)?,
        version: row.get(5)?,
        accepted: row.get(6)?,
        kept: understood(serde_json::from_str(&text).ok(), "sealed")?,
    })
}

/// Which staged lines are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// All.
    All,
    /// Those for which writing has something to do.
    ToWrite,
    /// Refused ones.
    Refused,
    /// New ones that go in with a remark.
    Remarked,
    /// Differences.
    Changed,
}

/// New lines, accepted changes, and lines whose number another bears: those become cases.
const TO_WRITE: &str = "AND (outcome = 'new' OR (outcome = 'changed' AND accepted = TRUE)
    OR (outcome = 'refused' AND code IN ('directory.import_phone_taken', 'directory.import_id_card_taken')))";

/// Staged lines after a place, in the order in which they are written.
pub(crate) fn staged_after(
    txn: &mut Txn<'_>,
    id: ImportId,
    which: Which,
    after: (i64, i64),
    limit: i64,
) -> Result<Vec<StagedRow>, Problem> {
    let vault = txn.vault().clone();
    let filter = match which {
        Which::All => "",
        Which::ToWrite => TO_WRITE,
        Which::Refused => "AND outcome = 'refused'",
        Which::Remarked => "AND outcome = 'new' AND sentence <> ''",
        Which::Changed => "AND outcome = 'changed'",
    };
    let sql = format!(
        "SELECT {STAGED} FROM import_row WHERE run_id = $1 AND (rank, number) > ($2, $3) {filter}
         ORDER BY rank, number LIMIT $4"
    );
    Ok(txn.query(&sql, &args![id, after.0, after.1, limit], |row| staged(&vault, row))?)
}

/// Says of one staged difference whether it is accepted.
pub(crate) fn accept(txn: &mut Txn<'_>, id: ImportId, place: (i64, i64), accepted: bool) -> Result<(), Problem> {
    txn.execute(
        "UPDATE import_row SET accepted = $4 WHERE run_id = $1 AND rank = $2 AND number = $3 AND outcome = 'changed'",
        &args![id, place.0, place.1, accepted],
    )?;
    Ok(())
}

/// Says of all staged differences whether they are accepted.
pub(crate) fn accept_all(txn: &mut Txn<'_>, id: ImportId, accepted: bool) -> Result<(), Problem> {
    txn.execute("UPDATE import_row SET accepted = $2 WHERE run_id = $1 AND outcome = 'changed'", &args![id, accepted])?;
    Ok(())
}

/// How many differences are accepted.
pub(crate) fn accepted(txn: &mut Txn<'_>, id: ImportId) -> Result<i64, Problem> {
    Ok(txn.one(
        "SELECT count(*) FROM import_row WHERE run_id = $1 AND outcome = 'changed' AND accepted = $2",
        &args![id, true],
        |row| row.get(0),
    )?)
}

/// Turns a staged line into a refused one: what was true when it was shown is not true any more.
pub(crate) fn refuse(
    txn: &mut Txn<'_>,
    id: ImportId,
    row: &StagedRow,
    code: &str,
    sentence: &str,
) -> Result<(), Problem> {
    txn.execute(
        "UPDATE import_row SET outcome = 'refused', code = $4, sentence = $5, accepted = $6
         WHERE run_id = $1 AND rank = $2 AND number = $3",
        &args![id, row.rank, row.number, code, sentence, false],
    )?;
    let (fresh, changed) = match row.outcome {
        Outcome::New => (1_i64, 0_i64),
        Outcome::Changed => (0, 1),
        Outcome::Unchanged | Outcome::Refused => return Ok(()),
    };
    txn.execute(
        "UPDATE import_run SET fresh = fresh - $2, changed = changed - $3, refused = refused + 1 WHERE id = $1",
        &args![id, fresh, changed],
    )?;
    Ok(())
}

/// Remembers how far writing has come.
pub(crate) fn advance(txn: &mut Txn<'_>, id: ImportId, cursor: (i64, i64), written: i64) -> Result<(), Problem> {
    let now = txn.now();
    txn.execute(
        "UPDATE import_run SET cursor_rank = $2, cursor_number = $3, done = done + $4, changed_at = $5 WHERE id = $1",
        &args![id, cursor.0, cursor.1, written, now],
    )?;
    Ok(())
}

/// Runs whose staged lines are not needed any more: abandoned ones, and those ended long ago.
pub(crate) fn old_runs(
    txn: &mut Txn<'_>,
    waiting_before: Instant,
    ended_before: Instant,
) -> Result<Vec<ImportId>, Problem> {
    Ok(txn.query(
        "SELECT id FROM import_run
         WHERE (state = 'cancelled' OR (state IN ('reading', 'preview', 'failed') AND changed_at < $1)
             OR (state = 'done' AND changed_at < $2))
           AND EXISTS (SELECT 1 FROM import_row r WHERE r.run_id = import_run.id) LIMIT 100",
        &args![waiting_before, ended_before],
        |row| row.get(0),
    )?)
}

/// Forgets a few thousand staged lines of a run; answers how many.
pub(crate) fn forget_rows(txn: &mut Txn<'_>, id: ImportId) -> Result<u64, Problem> {
    Ok(txn.execute(
        "DELETE FROM import_row WHERE run_id = $1 AND (rank, number) IN
             (SELECT rank, number FROM import_row WHERE run_id = $1 ORDER BY rank, number LIMIT 2000)",
        &args![id],
    )?)
}
