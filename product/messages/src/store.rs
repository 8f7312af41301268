//! Loads and saves messages: the only file here that speaks SQL.

use ejia_audit::{Actor, Entry};
use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{Instant, MessageId, Phone, Problem};

use crate::carrier::{Outgoing, Report};
use crate::letter::{Letter, State};
use crate::template::Template;

const PHONE: &str = "message.phone";
const PARAMS: &str = "message.params";
const COLUMNS: &str = "id, template, phone_sealed, params_sealed, state, attempts, expires_at, tried_at";

/// A message that has not ended.
pub(crate) struct Message {
    pub(crate) letter: Outgoing,
    pub(crate) state: State,
    pub(crate) attempts: i64,
    pub(crate) expires_at: Instant,
    pub(crate) tried_at: Option<Instant>,
}

/// How a message ends.
pub(crate) struct Ending<'a> {
    state: State,
    reason: Option<&'a str>,
}

impl<'a> Ending<'a> {
    pub(crate) const fn delivered() -> Self {
        Self { state: State::Delivered, reason: None }
    }

    pub(crate) const fn failed(reason: &'a str) -> Self {
        Self { state: State::Failed, reason: Some(reason) }
    }

    pub(crate) const fn expired() -> Self {
        Self { state: State::Expired, reason: None }
    }
}

/// Writes a new message down. Some(first) when a message with the same key is there already.
pub(crate) fn insert(txn: &mut Txn<'_>, id: MessageId, letter: &Letter) -> Result<Option<MessageId>, Problem> {
    let Letter { to, template, params, about, key, until } = letter;
    let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let params = serde_json::to_string(&params).map_err(Problem::fault)?;
    let now = txn.now();
    let phone_index = txn.vault().index(PHONE, to.expose());
    let phone_sealed = txn.vault().seal(PHONE, to.expose());
    let params_sealed = txn.vault().seal(PARAMS, &params);
    let expires_at = until.unwrap_or_else(|| now.plus(template.life()));
    let written = txn.execute(
        "INSERT INTO message (id, template, about_kind, about_id, idempotency_key, phone_index, phone_sealed,
             params_sealed, state, attempts, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11)
         ON CONFLICT (idempotency_key) DO NOTHING",
        &args![
            id,
            template.code(),
            about.map(|about| about.kind().to_owned()),
            about.map(crate::letter::About::id),
            key.clone(),
            phone_index,
            phone_sealed,
            params_sealed,
            State::Waiting.code(),
            now,
            expires_at
        ],
    )?;
    if written == 1 {
        return Ok(None);
    }
    let first = txn
        .one("SELECT id FROM message WHERE idempotency_key = $1", &args![key.clone()], |row| row.get::<MessageId>(0))?;
    Ok(Some(first))
}

/// The message, locked, when it has neither been taken by the carrier nor ended.
pub(crate) fn load(txn: &mut Txn<'_>, id: MessageId) -> Result<Option<Message>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM message WHERE id = $1 AND ended_at IS NULL AND state IN ($2, $3){}",
        txn.for_update()
    );
    let found = txn.first(&sql, &args![id, State::Waiting.code(), State::Sending.code()], raw)?;
    found.map(|raw| raw.open(txn)).transpose()
}

/// How far a message has come.
pub fn state_of(txn: &mut Txn<'_>, id: MessageId) -> Result<Option<State>, Problem> {
    let code = txn.first("SELECT state FROM message WHERE id = $1", &args![id], |row| row.get::<String>(0))?;
    code.map(|code| known_state(&code)).transpose()
}

const MARK_SENDING: &str = "UPDATE message SET state = $1, attempts = attempts + 1, tried_at = $2, reason = NULL
     WHERE id = $3 AND attempts = $4 AND ended_at IS NULL AND state IN ($5, $1)";

/// Takes the message in hand before it goes out. False when someone else has.
pub(crate) fn mark_sending(txn: &mut Txn<'_>, id: MessageId, attempts: i64) -> Result<bool, Problem> {
    let now = txn.now();
    let args = args![State::Sending.code(), now, id, attempts, State::Waiting.code()];
    Ok(txn.execute(MARK_SENDING, &args)? == 1)
}

/// As [`mark_sending`], of a message that waits and that [`load`] has locked: nobody else takes it.
pub(crate) fn take_in_hand(txn: &mut Txn<'_>, message: &Message) -> Result<(), Problem> {
    let now = txn.now();
    let args = args![State::Sending.code(), now, message.letter.id, message.attempts, State::Waiting.code()];
    Ok(txn.later(MARK_SENDING, &args)?)
}

/// Certainly not taken: it waits for the next try.
pub(crate) fn mark_waiting(txn: &mut Txn<'_>, id: MessageId, reason: &str) -> Result<(), Problem> {
    txn.later(
        "UPDATE message SET state = $1, reason = $2 WHERE id = $3 AND state = $4",
        &args![State::Waiting.code(), reason, id, State::Sending.code()],
    )?;
    Ok(())
}

/// The carrier has it: what goes into the sentence is wiped. A report may have ended the message before.
pub(crate) fn mark_sent(txn: &mut Txn<'_>, id: MessageId, number: Option<&str>) -> Result<(), Problem> {
    let now = txn.now();
    txn.later(
        "UPDATE message SET carrier_number = COALESCE($1, carrier_number), params_sealed = NULL,
             sent_at = COALESCE(sent_at, $2) WHERE id = $3",
        &args![number.map(str::to_owned), now, id],
    )?;
    txn.later(
        "UPDATE message SET state = $1, reason = NULL WHERE id = $2 AND ended_at IS NULL",
        &args![State::Sent.code(), id],
    )?;
    Ok(())
}

/// Ends the message and wipes number and parameters. False when it had ended before. A failure leaves a trace with
/// the account it concerns, so that those who look after the account can see that the phone is not reached.
pub(crate) fn end(txn: &mut Txn<'_>, id: MessageId, ending: &Ending<'_>) -> Result<bool, Problem> {
    let now = txn.now();
    let ended = txn.first(
        "UPDATE message SET state = $1, reason = $2, ended_at = $3, phone_sealed = NULL, params_sealed = NULL
         WHERE id = $4 AND ended_at IS NULL RETURNING template, about_kind, about_id",
        &args![ending.state.code(), ending.reason.map(str::to_owned), now, id],
        |row| Ok((row.get::<String>(0)?, row.get::<Option<String>>(1)?, row.get::<Option<String>>(2)?)),
    )?;
    let Some((template, kind, about)) = ended else { return Ok(false) };
    if let (State::Failed, Some(kind), Some(about)) = (ending.state, kind, about) {
        let template = Template::from_code(&template).map_or("", Template::label);
        let kind = match kind.as_str() {
            "member" => "member",
            "applicant" => "applicant",
            _ => "administrator",
        };
        let entry = Entry::new(&Actor::System, "messages.failed")
            .about(kind, about)
            .with("template", template)
            .with("reason", ending.reason.unwrap_or_default());
        ejia_audit::record(txn, entry)?;
    }
    Ok(true)
}

/// The message a report speaks of, when the phone number is right.
pub(crate) fn find_reported(txn: &mut Txn<'_>, report: &Report) -> Result<Option<MessageId>, Problem> {
    let phone = txn.vault().index(PHONE, report.phone.expose());
    let found = match report.id {
        Some(id) => {
            txn.first("SELECT id FROM message WHERE id = $1 AND phone_index = $2", &args![id, phone], |row| {
                row.get::<MessageId>(0)
            })?
        }
        None => txn.first(
            "SELECT id FROM message WHERE carrier_number = $1 AND phone_index = $2",
            &args![report.number.as_str(), phone],
            |row| row.get::<MessageId>(0),
        )?,
    };
    Ok(found)
}

/// Messages past their life that no carrier has taken.
pub(crate) fn outlived(txn: &mut Txn<'_>, limit: i64) -> Result<Vec<MessageId>, Problem> {
    let now = txn.now();
    Ok(txn.query(
        "SELECT id FROM message WHERE ended_at IS NULL AND expires_at <= $1 AND state IN ($2, $3)
         ORDER BY expires_at LIMIT $4",
        &args![now, State::Waiting.code(), State::Sending.code(), limit],
        |row| row.get::<MessageId>(0),
    )?)
}

/// Letters the carrier took, and neither reported on nor was asked about since `before`.
pub(crate) fn silent(txn: &mut Txn<'_>, before: Instant, limit: i64) -> Result<Vec<Message>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM message
         WHERE ended_at IS NULL AND state = $1 AND COALESCE(asked_at, sent_at) <= $2
         ORDER BY expires_at LIMIT $3"
    );
    let found = txn.query(&sql, &args![State::Sent.code(), before, limit], raw)?;
    found.into_iter().map(|raw| raw.open(txn)).collect()
}

/// Notes that the carrier was asked.
pub(crate) fn mark_asked(txn: &mut Txn<'_>, id: MessageId) -> Result<(), Problem> {
    let now = txn.now();
    txn.execute("UPDATE message SET asked_at = $1 WHERE id = $2", &args![now, id])?;
    Ok(())
}

/// Closes letters taken before `before` of which nothing more will be heard: they stay "sent", the number is wiped.
pub(crate) fn close_sent(txn: &mut Txn<'_>, before: Instant, limit: i64) -> Result<(), Problem> {
    let now = txn.now();
    txn.execute(
        "UPDATE message SET ended_at = $1, phone_sealed = NULL WHERE id IN
           (SELECT id FROM message WHERE ended_at IS NULL AND state = $2 AND sent_at <= $3
            ORDER BY expires_at LIMIT $4)",
        &args![now, State::Sent.code(), before, limit],
    )?;
    Ok(())
}

/// A row as it stands in the table.
struct Raw {
    id: MessageId,
    template: String,
    phone_sealed: Option<Vec<u8>>,
    params_sealed: Option<Vec<u8>>,
    state: String,
    attempts: i64,
    expires_at: Instant,
    tried_at: Option<Instant>,
}

fn raw(row: &Row) -> Result<Raw, DbError> {
    Ok(Raw {
        id: row.get(0)?,
        template: row.get(1)?,
        phone_sealed: row.get(2)?,
        params_sealed: row.get(3)?,
        state: row.get(4)?,
        attempts: row.get(5)?,
        expires_at: row.get(6)?,
        tried_at: row.get(7)?,
    })
}

impl Raw {
    fn open(self, txn: &Txn<'_>) -> Result<Message, Problem> {
        let Self { id, template, phone_sealed, params_sealed, state, attempts, expires_at, tried_at } = self;
        let phone = phone_sealed.ok_or_else(|| Problem::fault("an open message without a number"))?;
        let phone = txn.vault().open(PHONE, &phone)?;
        let to = Phone::parse(&phone).map_err(|_| Problem::fault("a sealed number that is none"))?;
        let params = match params_sealed {
            Some(sealed) => serde_json::from_str(&txn.vault().open(PARAMS, &sealed)?).map_err(Problem::fault)?,
            None => Vec::new(),
        };
        let template = Template::from_code(&template)
            .ok_or_else(|| Problem::fault(format!("unknown message template {template}")))?;
        let letter = Outgoing { id, to, template, params };
        Ok(Message { letter, state: known_state(&state)?, attempts, expires_at, tried_at })
    }
}

fn known_state(code: &str) -> Result<State, Problem> {
    State::from_code(code).ok_or_else(|| Problem::fault(format!("unknown message state {code}")))
}
