//! What a member can read of what was written to him, and for how long.

use ejia_db::{Row, Txn, args};
use ejia_directory::Way;
use ejia_kernel::{Instant, MemberId, MessageId, Problem};

use super::{known_route, known_state, known_template, open_params};
use crate::letter::{Route, State};
use crate::template::Template;

/// A message as its reader sees it.
pub(crate) struct Told {
    pub(crate) id: MessageId,
    pub(crate) template: Template,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) route: Route,
    pub(crate) state: State,
    pub(crate) at: Instant,
    pub(crate) read_at: Option<Instant>,
}

struct Raw {
    id: MessageId,
    template: String,
    params: Option<Vec<u8>>,
    route: String,
    state: String,
    at: Instant,
    read_at: Option<Instant>,
}

/// The messages of a member that way from a place, the latest first. Ids sort by the time they were made.
pub(crate) fn inbox(
    txn: &mut Txn<'_>,
    reader: MemberId,
    place: Option<&MessageId>,
    way: Way,
    limit: i64,
) -> Result<Vec<Told>, Problem> {
    let (side, order) = match way {
        Way::On => ("<", "DESC"),
        Way::Back => (">", "ASC"),
    };
    let from = place.map_or_else(String::new, |_| format!("AND id {side} $3"));
    let sql = format!(
        "SELECT id, template, params_sealed, route, state, created_at, read_at FROM message
         WHERE reader_id = $1 {from} ORDER BY id {order} LIMIT $2"
    );
    let mut args = args![reader, limit].to_vec();
    args.extend(place.map(|place| (*place).into()));
    let found = txn.query(&sql, &args, |row: &Row| {
        let (id, template, params) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (route, state, at, read_at) = (row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?);
        Ok(Raw { id, template, params, route, state, at, read_at })
    })?;
    found.into_iter().map(|raw| raw.open(txn)).collect()
}

impl Raw {
    fn open(self, txn: &Txn<'_>) -> Result<Told, Problem> {
        let Self { id, template, params, route, state, at, read_at } = self;
        Ok(Told {
            id,
            template: known_template(&template)?,
            params: params.map_or_else(|| Ok(Vec::new()), |sealed| open_params(txn, &sealed))?,
            route: known_route(&route)?,
            state: known_state(&state)?,
            at,
            read_at,
        })
    }
}

/// Notes that the member has opened a message of his, and answers which; the first time stays.
pub(crate) fn mark_read(txn: &mut Txn<'_>, reader: MemberId, id: MessageId) -> Result<Option<Template>, Problem> {
    let now = txn.now();
    let found = txn.first(
        "UPDATE message SET read_at = COALESCE(read_at, $1) WHERE id = $2 AND reader_id = $3 RETURNING template",
        &args![now, id, reader],
        |row| row.get::<String>(0),
    )?;
    found.map(|template| known_template(&template)).transpose()
}

/// Notes that the member has seen all that is there. Answers how many he had not.
pub(crate) fn mark_all_read(txn: &mut Txn<'_>, reader: MemberId) -> Result<u64, Problem> {
    let now = txn.now();
    Ok(txn.execute("UPDATE message SET read_at = $1 WHERE reader_id = $2 AND read_at IS NULL", &args![now, reader])?)
}

/// Takes out messages that were written before `before` and have ended.
pub(crate) fn forget(txn: &mut Txn<'_>, before: Instant, limit: u64) -> Result<u64, Problem> {
    Ok(txn.execute(
        "DELETE FROM message WHERE id IN
           (SELECT id FROM message WHERE id < $1 AND ended_at IS NOT NULL ORDER BY id LIMIT $2)",
        &args![MessageId::new(before), i64::try_from(limit).unwrap_or(i64::MAX)],
    )?)
}
