//! How often each kind was held: what is over and was not called off.

use std::collections::HashMap;

use ejia_db::{DbError, Row, Txn, args, filled, places};
use ejia_kernel::{Instant, OrganizationId, Problem};

use crate::kinds::{Held, MeetingKind};
use crate::store::understood;

/// About so many organizations is asked at once.
const ASKED: usize = 64;

/// The edges of a quarter within its year.
pub(super) struct Edges {
    /// The beginning of the year.
    pub(super) year: Instant,
    /// The beginnings of the quarter's months, and of the next quarter.
    pub(super) months: [Instant; 4],
    /// The beginning of the next year.
    pub(super) year_end: Instant,
    pub(super) now: Instant,
}

type Found = (OrganizationId, MeetingKind, usize, i64, i64);

fn found(row: &Row<'_>) -> Result<Found, DbError> {
    let kind = understood(MeetingKind::from_code(&row.get::<String>(1)?), "meeting.kind")?;
    let place = usize::try_from(row.get::<i64>(2)?).map_err(|error| DbError::Column(error.to_string()))?;
    Ok((row.get(0)?, kind, place, row.get(3)?, row.get(4)?))
}

/// What these organizations have held, by organization and kind. Of groups it is counted how many of them met in a
/// month. Kinds that are due once a year are counted in the whole year, the others in the quarter alone.
pub(super) fn held(
    txn: &mut Txn<'_>,
    organizations: &[OrganizationId],
    edges: &Edges,
) -> Result<HashMap<(OrganizationId, MeetingKind), Held>, Problem> {
    let Edges { year, months: [first, second, third, end], year_end, now } = edges;
    let sql = format!(
        "SELECT organization_id, kind, CAST(CASE WHEN starts_at < $2 OR starts_at >= $5 THEN 3
                    WHEN starts_at < $3 THEN 0 WHEN starts_at < $4 THEN 1 ELSE 2 END AS BIGINT) AS stretch,
                count(*), count(DISTINCT group_id)
         FROM meeting
         WHERE organization_id IN ({}) AND starts_at >= $1 AND starts_at < $6 AND ends_at <= $7
             AND called_off_at IS NULL
             AND (starts_at >= $2 AND starts_at < $5 OR kind IN ('organization_life', 'review'))
         GROUP BY organization_id, kind, stretch",
        places(8, ASKED)
    );
    let mut all: HashMap<(OrganizationId, MeetingKind), Held> = HashMap::new();
    for chunk in organizations.chunks(ASKED) {
        let mut args = args![*year, *first, *second, *third, *end, *year_end, *now].to_vec();
        args.extend(filled(chunk, ASKED));
        for (organization, kind, place, count, groups) in txn.query(&sql, &args, found)? {
            let held = all.entry((organization, kind)).or_default();
            let count = if kind == MeetingKind::Group { groups } else { count };
            match held.months.get_mut(place) {
                Some(month) => *month += count,
                None => held.rest_of_year += count,
            }
        }
    }
    Ok(all)
}

/// The organizations of meetings that have ended after the one instant and by the other.
pub(super) fn ended(txn: &mut Txn<'_>, after: Instant, by: Instant) -> Result<Vec<OrganizationId>, Problem> {
    let sql = "SELECT DISTINCT organization_id FROM meeting WHERE ends_at > $1 AND ends_at <= $2";
    Ok(txn.query(sql, &args![after, by], |row| row.get(0))?)
}

/// How many meetings of an organization are over and still to be put into the register.
pub(super) fn to_archive(txn: &mut Txn<'_>, organization: OrganizationId) -> Result<i64, Problem> {
    let now = txn.now();
    let sql = "SELECT count(*) FROM meeting WHERE organization_id = $1 AND ends_at <= $2 AND archived_at IS NULL
                   AND called_off_at IS NULL";
    Ok(txn.one(sql, &args![organization, now], |row| row.get(0))?)
}
