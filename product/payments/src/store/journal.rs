//! The journal: entries are appended, never changed.

use ejia_db::{Txn, Value, args};
use ejia_kernel::{Date, EntryId, Fen, Problem};

use super::places;
use crate::journal::{Balanced, Posting};

/// Postings of one statement.
const AT_ONCE: usize = 100;

/// Writes an entry down, in one statement.
pub(crate) fn write(txn: &mut Txn<'_>, entry: &Balanced) -> Result<(), Problem> {
    let now = txn.now();
    let (day, id) = (now.china_date(), EntryId::new(now));
    for (chunk, postings) in entry.postings().chunks(AT_ONCE).enumerate() {
        let sql = format!(
            "INSERT INTO payment_journal (day, entry_id, position, at, why, about, account, organization_id, debit,
                 credit)
             VALUES {}",
            places(postings.len(), 10)
        );
        let mut values: Vec<Value> = Vec::with_capacity(postings.len() * 10);
        for (place, Posting { account, debit, credit }) in postings.iter().enumerate() {
            let position = i64::try_from(chunk * AT_ONCE + place).unwrap_or(i64::MAX);
            let organization = account.organization().map(|id| id.to_string()).unwrap_or_default();
            values.extend(args![
                day,
                id,
                position,
                now,
                entry.why().code(),
                entry.about(),
                account.name(),
                organization,
                *debit,
                *credit
            ]);
        }
        txn.later(&sql, &values)?;
    }
    Ok(())
}

/// What was moved on an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) account: String,
    pub(crate) debit: Fen,
    pub(crate) credit: Fen,
}

/// The sums by account of the days from `first` to `last`.
pub(crate) fn sums(txn: &mut Txn<'_>, first: Date, last: Date) -> Result<Vec<Sum>, Problem> {
    Ok(txn.query(
        "SELECT account, CAST(SUM(debit) AS BIGINT), CAST(SUM(credit) AS BIGINT) FROM payment_journal
         WHERE day >= $1 AND day <= $2 GROUP BY account ORDER BY account",
        &args![first, last],
        |row| Ok(Sum { account: row.get(0)?, debit: row.get(1)?, credit: row.get(2)? }),
    )?)
}
