//! Which message a report speaks of, and reports that came before the message's own number was written down.

use ejia_db::{Txn, args};
use ejia_kernel::{Instant, MessageId, Problem};

use super::PHONE;
use crate::carrier::Report;
use crate::letter::Route;

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

/// The message that WeChat knows by this number, when it has not ended.
pub(crate) fn find_pushed(txn: &mut Txn<'_>, number: &str) -> Result<Option<MessageId>, Problem> {
    let sql = format!(
        "SELECT id FROM message WHERE carrier_number = $1 AND route = $2 AND ended_at IS NULL{}",
        txn.for_update()
    );
    Ok(txn.first(&sql, &args![number, Route::WeChat.code()], |row| row.get(0))?)
}

/// Keeps a report of WeChat whose message is not known yet.
pub(crate) fn keep_report(txn: &mut Txn<'_>, number: &str, failure: Option<&str>) -> Result<(), Problem> {
    let now = txn.now();
    txn.execute(
        "INSERT INTO push_report (number, failure, told_at) VALUES ($1, $2, $3) ON CONFLICT (number) DO NOTHING",
        &args![number, failure.map(str::to_owned), now],
    )?;
    Ok(())
}

/// Takes out the kept reports whose messages have become known.
pub(crate) fn early_reports(txn: &mut Txn<'_>, limit: i64) -> Result<Vec<(String, Option<String>)>, Problem> {
    Ok(txn.query(
        "DELETE FROM push_report WHERE number IN
           (SELECT number FROM push_report WHERE EXISTS
              (SELECT 1 FROM message WHERE carrier_number = push_report.number AND route = $1) LIMIT $2)
         RETURNING number, failure",
        &args![Route::WeChat.code(), limit],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}

/// Forgets reports that never found a message.
pub(crate) fn forget_reports(txn: &mut Txn<'_>, before: Instant) -> Result<(), Problem> {
    txn.execute("DELETE FROM push_report WHERE told_at <= $1", &args![before])?;
    Ok(())
}
