//! Loads and saves messages: the only folder here that speaks SQL.

mod inbox;
mod overview;
mod reports;
mod row;

use ejia_audit::{Actor, Entry};
use ejia_db::{Txn, args};
use ejia_kernel::{Instant, MemberId, MessageId, Phone, Problem};

pub(crate) use self::inbox::{Told, forget, inbox, mark_all_read, mark_read};
pub use self::overview::states_of;
pub(crate) use self::overview::{counted, reasons, waits_since};
pub(crate) use self::reports::{Early, early_reports, find_pushed, find_reported, forget_reports, keep_report};
use self::row::{COLUMNS, known_route, known_state, known_template, open_params, raw};
use crate::carrier::Outgoing;
use crate::letter::{Letter, Route, State};
use crate::template::Template;

pub(crate) const PHONE: &str = "message.phone";
pub(crate) const PARAMS: &str = "message.params";
/// A message that has not ended.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) id: MessageId,
    pub(crate) to: Option<Phone>,
    pub(crate) template: Template,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) state: State,
    pub(crate) route: Route,
    pub(crate) reader: Option<MemberId>,
    pub(crate) attempts: i64,
    pub(crate) expires_at: Instant,
    pub(crate) tried_at: Option<Instant>,
    /// When WeChat was tried first.
    pub(crate) pushed_at: Option<Instant>,
    /// The company that has it in hand as a text message.
    pub(crate) company: Option<String>,
    /// What it is called there, once it was taken.
    pub(crate) number: Option<String>,
}

impl Message {
    /// As a carrier takes it: without a phone not at all.
    pub(crate) fn outgoing(&self) -> Option<Outgoing> {
        let Self { id, to, template, params, .. } = self.clone();
        to.map(|to| Outgoing { id, to, template, params })
    }
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

    /// It can be read on the platform; nothing more is sent.
    pub(crate) const fn on_site() -> Self {
        Self { state: State::Sent, reason: None }
    }

    /// Whether it was taken will never be known.
    pub(crate) const fn unknown() -> Self {
        Self { state: State::Unknown, reason: None }
    }

    /// Its life is over in this state, before anybody said that he has it.
    pub(crate) const fn outlived(state: State) -> Self {
        match state {
            State::Sending => Self::unknown(),
            _ => Self { state: State::Expired, reason: None },
        }
    }
}

/// Writes a new message down. Some(first) when a message with the same key is there already.
pub(crate) fn insert(txn: &mut Txn<'_>, id: MessageId, letter: &Letter) -> Result<Option<MessageId>, Problem> {
    let Letter { to, template, params, about, key, until: _ } = letter;
    let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let params = serde_json::to_string(&params).map_err(Problem::fault)?;
    let (now, reader) = (txn.now(), letter.reader());
    let to = to.as_ref().map(Phone::expose);
    // Nobody's number is nobody's index: no report can name it.
    let phone_index = to.map_or_else(Vec::new, |to| txn.vault().index(PHONE, to));
    let phone_sealed = to.map(|to| txn.vault().seal(PHONE, to));
    let params_sealed = txn.vault().seal(PARAMS, &params);
    let route = if reader.is_some() { Route::WeChat } else { Route::Sms };
    let written = txn.execute(
        "INSERT INTO message (id, template, about_kind, about_id, idempotency_key, phone_index, phone_sealed,
             params_sealed, state, route, reader_id, attempts, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13)
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
            route.code(),
            reader,
            now,
            letter.end(now)
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

/// Takes the message that [`load`] has locked in hand before it goes out by this route.
pub(crate) fn take_in_hand(
    txn: &mut Txn<'_>,
    message: &Message,
    route: Route,
    company: Option<&str>,
) -> Result<(), Problem> {
    let now = txn.now();
    let pushed_at = if route == Route::WeChat { message.pushed_at.or(Some(now)) } else { message.pushed_at };
    Ok(txn.later(
        "UPDATE message SET state = $1, route = $2, attempts = attempts + 1, tried_at = $3, pushed_at = $4,
             company = $5, reason = NULL WHERE id = $6",
        &args![State::Sending.code(), route.code(), now, pushed_at, company.map(str::to_owned), message.id],
    )?)
}

/// Gives a message in hand to this company, when no other can have it. False when someone else has taken it in hand.
pub(crate) fn mark_sending(txn: &mut Txn<'_>, id: MessageId, attempts: i64, company: &str) -> Result<bool, Problem> {
    let now = txn.now();
    let touched = txn.execute(
        "UPDATE message SET attempts = attempts + 1, tried_at = $1, company = $2, reason = NULL
         WHERE id = $3 AND attempts = $4 AND ended_at IS NULL AND state = $5",
        &args![now, company, id, attempts, State::Sending.code()],
    )?;
    Ok(touched == 1)
}

/// Certainly not taken: it waits for the next try.
pub(crate) fn mark_waiting(txn: &mut Txn<'_>, id: MessageId, reason: &str) -> Result<(), Problem> {
    txn.later(
        "UPDATE message SET state = $1, reason = $2 WHERE id = $3 AND state = $4",
        &args![State::Waiting.code(), reason, id, State::Sending.code()],
    )?;
    Ok(())
}

/// Not by WeChat: it waits to go by text message. False when it has ended, or when it goes that way already.
pub(crate) fn turn_to_sms(txn: &mut Txn<'_>, id: MessageId, reason: &str) -> Result<bool, Problem> {
    let touched = txn.execute(
        "UPDATE message SET state = $1, route = $2, reason = $3, carrier_number = NULL, sent_at = NULL
         WHERE id = $4 AND ended_at IS NULL AND route = $5",
        &args![State::Waiting.code(), Route::Sms.code(), reason, id, Route::WeChat.code()],
    )?;
    Ok(touched == 1)
}

/// Nothing leads to him but the platform.
pub(crate) fn turn_to_site(txn: &mut Txn<'_>, id: MessageId) -> Result<(), Problem> {
    Ok(txn.later("UPDATE message SET route = $1 WHERE id = $2", &args![Route::Site.code(), id])?)
}

/// The carrier has it: what goes into the sentence is wiped, unless a member is to read it. A report may have ended the
/// message before.
pub(crate) fn mark_sent(txn: &mut Txn<'_>, id: MessageId, number: Option<&str>) -> Result<(), Problem> {
    let now = txn.now();
    txn.later(
        "UPDATE message SET carrier_number = COALESCE($1, carrier_number),
             params_sealed = CASE WHEN reader_id IS NULL THEN NULL ELSE params_sealed END,
             sent_at = COALESCE(sent_at, $2) WHERE id = $3",
        &args![number.map(str::to_owned), now, id],
    )?;
    txn.later(
        "UPDATE message SET state = $1, reason = NULL WHERE id = $2 AND ended_at IS NULL",
        &args![State::Sent.code(), id],
    )?;
    Ok(())
}

/// Ends the message and wipes the number, and what goes into the sentence unless a member is to read it. False when it
/// had ended before. A failure leaves a trace with
/// the account it concerns, so that those who look after the account can see that the phone is not reached.
pub(crate) fn end(txn: &mut Txn<'_>, id: MessageId, ending: &Ending<'_>) -> Result<bool, Problem> {
    let now = txn.now();
    let ended = txn.first(
        "UPDATE message SET state = $1, reason = $2, ended_at = $3, phone_sealed = NULL,
             params_sealed = CASE WHEN reader_id IS NULL THEN NULL ELSE params_sealed END
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

/// Messages past their life of which nobody has said that he has them, with their states.
pub(crate) fn outlived(txn: &mut Txn<'_>, limit: i64) -> Result<Vec<(MessageId, State)>, Problem> {
    let now = txn.now();
    let found = txn.query(
        "SELECT id, state FROM message WHERE ended_at IS NULL AND expires_at <= $1 AND state IN ($2, $3)
         ORDER BY expires_at LIMIT $4",
        &args![now, State::Waiting.code(), State::Sending.code(), limit],
        |row| Ok((row.get::<MessageId>(0)?, row.get::<String>(1)?)),
    )?;
    found.into_iter().map(|(id, state)| Ok((id, known_state(&state)?))).collect()
}

/// Letters a company took, or may have taken, of which it neither told nor was asked since `before`.
pub(crate) fn silent(txn: &mut Txn<'_>, before: Instant, limit: i64) -> Result<Vec<Message>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM message
         WHERE ended_at IS NULL AND state IN ($1, $2) AND route = $3 AND COALESCE(asked_at, sent_at, tried_at) <= $4
         ORDER BY expires_at LIMIT $5"
    );
    let args = args![State::Sent.code(), State::Sending.code(), Route::Sms.code(), before, limit];
    let found = txn.query(&sql, &args, raw)?;
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
