//! The counts of a vote and its published list.

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::Problem;

use super::{counted, number, understood};
use crate::BallotId;
use crate::code::VoterCode;
use crate::model::{Listed, ListedPage, State};
use crate::rules::{Choice, Count, MOST_OPTIONS};

/// So many ballots stand on one page of the list.
pub(crate) const PER_PAGE: u64 = 100;

/// Writes down what was counted. The list is written in the order of its codes, which are chance: so it lies in the
/// database, too.
pub(crate) fn insert(txn: &mut Txn<'_>, id: BallotId, count: &Count) -> Result<(), Problem> {
    let mut rows = Vec::with_capacity(count.list.len());
    for (code, choice) in &count.list {
        rows.push(args![id, code.to_string(), number(choice.bits())?].to_vec());
    }
    txn.insert_many("ballot_listed", &["ballot_id", "code", "chosen"], rows)?;
    for (place, votes) in count.votes.iter().enumerate() {
        let sql = "UPDATE ballot_option SET votes = $3 WHERE ballot_id = $1 AND place = $2";
        txn.later(sql, &args![id, number(place)?, number(*votes)?])?;
    }
    let sql = "UPDATE ballot SET state = $2, valid = $3 WHERE id = $1";
    txn.execute(sql, &args![id, State::Counted.code(), number(count.list.len())?])?;
    Ok(())
}

/// How many ballots stand in the list; none before they are counted.
pub(crate) fn valid(txn: &mut Txn<'_>, id: BallotId) -> Result<u64, Problem> {
    Ok(txn.one("SELECT COALESCE(valid, 0) FROM ballot WHERE id = $1", &args![id], |row| counted(row.get(0)?))?)
}

/// A page of the list, from 1; the last one where there are not so many.
pub(crate) fn page(txn: &mut Txn<'_>, id: BallotId, page: u64) -> Result<ListedPage, Problem> {
    let pages = valid(txn, id)?.div_ceil(PER_PAGE).max(1);
    let page = page.clamp(1, pages);
    let sql = "SELECT code, chosen FROM ballot_listed WHERE ballot_id = $1 ORDER BY code LIMIT $2 OFFSET $3";
    let args = args![id, number(PER_PAGE)?, number((page - 1) * PER_PAGE)?];
    let ballots = txn.query(sql, &args, |row| listed(row, page))?;
    Ok(ListedPage { ballots, page, pages })
}

/// The ballot with this code.
pub(crate) fn find(txn: &mut Txn<'_>, id: BallotId, code: VoterCode) -> Result<Option<Listed>, Problem> {
    let sql = "SELECT code, chosen, (SELECT COUNT(*) FROM ballot_listed o WHERE o.ballot_id = $1 AND o.code < $2)
         FROM ballot_listed WHERE ballot_id = $1 AND code = $2";
    Ok(txn.first(sql, &args![id, code.to_string()], |row| {
        let before: u64 = counted(row.get(2)?)?;
        listed(row, before / PER_PAGE + 1)
    })?)
}

fn listed(row: &Row<'_>, page: u64) -> Result<Listed, DbError> {
    let choice = Choice::kept(counted(row.get(1)?)?, MOST_OPTIONS, MOST_OPTIONS);
    Ok(Listed { code: row.get(0)?, chosen: understood(choice, "chosen")?.places().collect(), page })
}
