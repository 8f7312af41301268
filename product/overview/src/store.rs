//! Loads and saves kept figures.

use std::collections::{BTreeMap, HashMap};

use ejia_db::{DbError, Row, Txn, args, filled, places};
use ejia_directory::{Figures, Way};
use ejia_kernel::{Date, Instant, OrganizationId, OrganizationPath, Problem};

use crate::asked::Order;

/// How far the counting has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    /// Everything that stood at this instant is counted; none before the first round is over.
    pub(crate) counted_at: Option<Instant>,
    /// The day by which ages, months and what is late were reckoned.
    pub(crate) counted_on: Option<Date>,
    /// The day of the round that is under way.
    pub(crate) round_on: Option<Date>,
    /// The path after which it goes on.
    pub(crate) round_after: String,
    /// Meetings that ended until then were looked at.
    pub(crate) looked_until: Instant,
}

impl State {
    /// The day by which what is shown was reckoned; today, before anything was.
    pub(crate) fn day(&self, txn: &Txn<'_>) -> Date {
        self.counted_on.unwrap_or_else(|| txn.now().china_date())
    }
}

/// The state; locked until the transaction ends, so that two who count do so one after the other.
pub(crate) fn locked_state(txn: &mut Txn<'_>) -> Result<State, Problem> {
    let lock = txn.for_update();
    read_state(txn, lock)
}

/// The state as it stands.
pub(crate) fn state(txn: &mut Txn<'_>) -> Result<State, Problem> {
    read_state(txn, "")
}

fn read_state(txn: &mut Txn<'_>, lock: &str) -> Result<State, Problem> {
    let sql = format!(
        "SELECT counted_at, counted_on, round_on, round_after, looked_until FROM overview_state WHERE id = 1{lock}"
    );
    Ok(txn.one(&sql, &args![], |row| {
        Ok(State {
            counted_at: row.get(0)?,
            counted_on: row.get(1)?,
            round_on: row.get(2)?,
            round_after: row.get(3)?,
            looked_until: row.get(4)?,
        })
    })?)
}

pub(crate) fn save_state(txn: &mut Txn<'_>, state: &State) -> Result<(), Problem> {
    let State { counted_at, counted_on, round_on, round_after, looked_until } = state;
    txn.execute(
        "UPDATE overview_state SET counted_at = $1, counted_on = $2, round_on = $3, round_after = $4, looked_until = $5
         WHERE id = 1",
        &args![*counted_at, *counted_on, *round_on, round_after, *looked_until],
    )?;
    Ok(())
}

/// What is kept of an organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    /// What it comes to by itself.
    pub(crate) own: Figures,
    /// With everything under it.
    pub(crate) figures: Figures,
}

fn figures(row: &Row<'_>, index: usize) -> Result<Figures, DbError> {
    serde_json::from_str(&row.get::<String>(index)?).map_err(|error| DbError::Column(format!("figures: {error}")))
}

fn written(figures: &Figures) -> Result<String, Problem> {
    serde_json::to_string(figures).map_err(Problem::fault)
}

/// How many organizations one statement asks about.
const TOGETHER: usize = 64;

/// What is kept of these organizations, by path.
pub(crate) fn kept(txn: &mut Txn<'_>, paths: &[&str]) -> Result<HashMap<String, Kept>, Problem> {
    let sql = format!("SELECT path, own, figures FROM overview_figures WHERE path IN ({})", places(1, TOGETHER));
    let mut found = HashMap::with_capacity(paths.len());
    for piece in paths.chunks(TOGETHER) {
        found.extend(txn.query(&sql, &filled(piece, TOGETHER), |row| {
            Ok((row.get::<String>(0)?, Kept { own: figures(row, 1)?, figures: figures(row, 2)? }))
        })?);
    }
    Ok(found)
}

/// Keeps what an organization comes to.
pub(crate) fn keep(txn: &mut Txn<'_>, id: OrganizationId, path: &OrganizationPath, kept: &Kept) -> Result<(), Problem> {
    let Kept { own, figures } = kept;
    let parent = path.parent().map(|parent| parent.to_string()).unwrap_or_default();
    txn.later(
        "INSERT INTO overview_figures (path, organization_id, parent_path, own, figures, transfers, members, overdue, behind)
         VALUES ($1, $2, $3, $4, $5, '{}', $6, $7, $8)
         ON CONFLICT (path) DO UPDATE SET own = excluded.own, figures = excluded.figures, members = excluded.members,
             overdue = excluded.overdue, behind = excluded.behind",
        &args![
            path.as_str(),
            id,
            parent,
            written(own)?,
            written(figures)?,
            Order::Members.number(figures),
            Order::Overdue.number(figures),
            Order::Behind.number(figures),
        ],
    )?;
    Ok(())
}

/// What is kept of transfers, by organization; who has none under way is left out.
pub(crate) fn transfers_kept(txn: &mut Txn<'_>) -> Result<BTreeMap<OrganizationId, Figures>, Problem> {
    let sql = "SELECT organization_id, transfers FROM overview_figures WHERE transfers <> '{}'";
    Ok(txn.query(sql, &args![], |row| Ok((row.get(0)?, figures(row, 1)?)))?.into_iter().collect())
}

/// Keeps what is under way in an organization's lists of transfers.
pub(crate) fn keep_transfers(txn: &mut Txn<'_>, path: &OrganizationPath, of: &Figures) -> Result<(), Problem> {
    txn.later("UPDATE overview_figures SET transfers = $2 WHERE path = $1", &args![path.as_str(), written(of)?])?;
    Ok(())
}

/// What a page shows of an organization.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) id: OrganizationId,
    pub(crate) path: String,
    pub(crate) figures: Figures,
}

fn shown(row: &Row<'_>) -> Result<Shown, DbError> {
    let (mut all, transfers) = (figures(row, 2)?, figures(row, 3)?);
    all += &transfers;
    Ok(Shown { id: row.get(0)?, path: row.get(1)?, figures: all })
}

const SHOWN: &str = "SELECT organization_id, path, figures, transfers FROM overview_figures";

/// What is kept of one organization, its transfers taken in.
pub(crate) fn of_organization(txn: &mut Txn<'_>, path: &OrganizationPath) -> Result<Figures, Problem> {
    let sql = format!("{SHOWN} WHERE path = $1");
    Ok(txn.first(&sql, &args![path.as_str()], shown)?.map(|shown| shown.figures).unwrap_or_default())
}

/// A place among the organizations right under one: the number they are sorted by, and the path.
pub(crate) type Place = (i64, String);

/// The organizations right under one that way from a place, sorted.
pub(crate) fn right_under(
    txn: &mut Txn<'_>,
    path: &OrganizationPath,
    order: Order,
    from: Option<&Place>,
    way: Way,
    limit: i64,
) -> Result<Vec<Shown>, Problem> {
    let (sql, args) = match order.column() {
        None => {
            let (compared, direction) = if way == Way::On { (">", "ASC") } else { ("<", "DESC") };
            let place = from.map_or("", |(_, path)| path.as_str());
            (
                format!("{SHOWN} WHERE parent_path = $1 AND path {compared} $2 ORDER BY path {direction} LIMIT $3"),
                args![path.as_str(), place, limit].to_vec(),
            )
        }
        Some(column) => {
            // The most come first; where they are equal, the later in the tree: one way through one index.
            let (compared, direction) = if way == Way::On { ("<", "DESC") } else { (">", "ASC") };
            let first = (i64::MAX, String::new());
            let (number, place) = from.unwrap_or(&first);
            (
                format!(
                    "{SHOWN} WHERE parent_path = $1 AND ({column}, path) {compared} ($2, $3)
                     ORDER BY {column} {direction}, path {direction} LIMIT $4"
                ),
                args![path.as_str(), *number, place, limit].to_vec(),
            )
        }
    };
    Ok(txn.query(&sql, &args, shown)?)
}
