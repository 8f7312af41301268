//! Which message a report speaks of, and reports that came before the message's own number was written down.

use ejia_db::{Txn, args};
use ejia_kernel::{Instant, MessageId, Phone, Problem};

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

/// Keeps a report whose message is not known yet: one of WeChat, or one of a text message to this phone.
pub(crate) fn keep_report(
    txn: &mut Txn<'_>,
    number: &str,
    failure: Option<&str>,
    phone: Option<&Phone>,
) -> Result<(), Problem> {
    let (now, phone) = (txn.now(), phone.map(|phone| txn.vault().index(PHONE, phone.expose())));
    txn.execute(
        "INSERT INTO push_report (number, failure, told_at, phone_index) VALUES ($1, $2, $3, $4)
         ON CONFLICT (number) DO NOTHING",
        &args![number, failure.map(str::to_owned), now, phone],
    )?;
    Ok(())
}

/// A report that was kept, with the message that it turned out to speak of.
pub(crate) struct Early {
    pub(crate) message: MessageId,
    pub(crate) by_wechat: bool,
    pub(crate) failure: Option<String>,
}

/// Takes out the kept reports whose messages have become known.
pub(crate) fn early_reports(txn: &mut Txn<'_>, limit: i64) -> Result<Vec<Early>, Problem> {
    let known = txn.query(
        "SELECT r.number, m.id, m.route, r.failure FROM push_report r JOIN message m ON m.carrier_number = r.number
         WHERE m.phone_index = r.phone_index OR (r.phone_index IS NULL AND m.route = $1) LIMIT $2",
        &args![Route::WeChat.code(), limit],
        |row| Ok((row.get::<String>(0)?, row.get(1)?, row.get::<String>(2)?, row.get(3)?)),
    )?;
    let mut early = Vec::new();
    for (number, message, route, failure) in known {
        txn.later("DELETE FROM push_report WHERE number = $1", &args![number])?;
        early.push(Early { message, by_wechat: route == Route::WeChat.code(), failure });
    }
    Ok(early)
}

/// Forgets reports that never found a message.
pub(crate) fn forget_reports(txn: &mut Txn<'_>, before: Instant) -> Result<(), Problem> {
    txn.execute("DELETE FROM push_report WHERE told_at <= $1", &args![before])?;
    Ok(())
}
