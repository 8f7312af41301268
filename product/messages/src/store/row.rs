//! A row of the table and how it is understood.

use ejia_db::{DbError, Row, Txn};
use ejia_kernel::{Instant, MemberId, MessageId, Phone, Problem};

use super::{Message, PARAMS, PHONE};
use crate::letter::{Route, State};
use crate::template::Template;

/// The columns of a message, in the order of [`raw`].
pub(super) const COLUMNS: &str = "id, template, phone_sealed, params_sealed, state, route, reader_id, attempts, expires_at, \
     tried_at, pushed_at, company, carrier_number";

/// A row as it stands in the table.
pub(super) struct Raw {
    id: MessageId,
    template: String,
    phone_sealed: Option<Vec<u8>>,
    params_sealed: Option<Vec<u8>>,
    state: String,
    route: String,
    reader: Option<MemberId>,
    attempts: i64,
    expires_at: Instant,
    tried_at: Option<Instant>,
    pushed_at: Option<Instant>,
    company: Option<String>,
    number: Option<String>,
}

pub(super) fn raw(row: &Row) -> Result<Raw, DbError> {
    Ok(Raw {
        id: row.get(0)?,
        template: row.get(1)?,
        phone_sealed: row.get(2)?,
        params_sealed: row.get(3)?,
        state: row.get(4)?,
        route: row.get(5)?,
        reader: row.get(6)?,
        attempts: row.get(7)?,
        expires_at: row.get(8)?,
        tried_at: row.get(9)?,
        pushed_at: row.get(10)?,
        company: row.get(11)?,
        number: row.get(12)?,
    })
}

impl Raw {
    pub(super) fn open(self, txn: &Txn<'_>) -> Result<Message, Problem> {
        let Self { id, template, phone_sealed, params_sealed, state, route, .. } = self;
        let to = phone_sealed.map(|sealed| open_phone(txn, &sealed)).transpose()?;
        let params = params_sealed.map_or_else(|| Ok(Vec::new()), |sealed| open_params(txn, &sealed))?;
        let (template, state, route) = (known_template(&template)?, known_state(&state)?, known_route(&route)?);
        let Self { reader, attempts, expires_at, tried_at, pushed_at, company, number, .. } = self;
        Ok(Message {
            id,
            to,
            template,
            params,
            state,
            route,
            reader,
            attempts,
            expires_at,
            tried_at,
            pushed_at,
            company,
            number,
        })
    }
}

fn open_phone(txn: &Txn<'_>, sealed: &[u8]) -> Result<Phone, Problem> {
    Phone::parse(&txn.vault().open(PHONE, sealed)?).map_err(|_| Problem::fault("a sealed number that is none"))
}

pub(super) fn open_params(txn: &Txn<'_>, sealed: &[u8]) -> Result<Vec<(String, String)>, Problem> {
    serde_json::from_str(&txn.vault().open(PARAMS, sealed)?).map_err(Problem::fault)
}

pub(super) fn known_template(code: &str) -> Result<Template, Problem> {
    Template::from_code(code).ok_or_else(|| Problem::fault(format!("unknown message template {code}")))
}

pub(super) fn known_state(code: &str) -> Result<State, Problem> {
    State::from_code(code).ok_or_else(|| Problem::fault(format!("unknown message state {code}")))
}

pub(super) fn known_route(code: &str) -> Result<Route, Problem> {
    Route::from_code(code).ok_or_else(|| Problem::fault(format!("unknown message route {code}")))
}
