//! Dues: what is laid down for measuring them, and the measurements one after the other.

use ejia_db::{Desk, args};
use ejia_kernel::Month;

use super::lab::Lab;
use super::report::Line;
use super::{month, paying, sessions, step, totals};
use crate::commands::explained;

/// A branch's amount for everybody.
pub(super) const AMOUNT: i64 = 5_000;

/// Measures opening a month, paying, totals and the export, on a database with all members of a city.
pub(super) fn measure(lab: &Lab, url: &str, payments: usize, engine: &'static str) -> Result<Vec<Line>, String> {
    let desk = lab.desk(url)?;
    let this = Month::of(desk.now().china_date()).previous();
    let (paid, due) = (this.previous(), this);
    let mut lines = Vec::new();
    step(&format!("laying down sheets and bills on {engine}"));
    set_sheets(&desk, this)?;
    bill(&desk, paid, true, i64::MAX)?;
    bill(&desk, due, false, i64::try_from(payments * 3).unwrap_or(i64::MAX))?;
    vacuum(&desk)?;
    step(&format!("paying on {engine}"));
    lines.extend(paying::measure(&desk, url, payments, engine)?);
    let officer = sessions::of_city(&desk)?;
    drop(desk);
    step(&format!("opening a month on {engine}"));
    lines.extend(month::measure(lab, url, this, engine)?);
    step(&format!("totals and the export on {engine}"));
    let served = lab.serve(url)?;
    lines.extend(totals::measure(&served, &officer, paid, engine)?);
    Ok(lines)
}

/// Every branch has submitted a sheet for the month.
pub(super) fn set_sheets(desk: &Desk, month: Month) -> Result<(), String> {
    desk.write_now(move |txn| {
        let now = txn.now();
        txn.execute(
            "INSERT INTO dues_sheet (month, organization_id, state, version, lines, opened_at, saved_at, saved_by,
                 submitted_at)
             SELECT $1, organization_id, 'submitted', 1, COUNT(*), $2, $2, 'bench', $2
             FROM member WHERE departed_at IS NULL GROUP BY organization_id",
            &args![month, now],
        )?;
        txn.execute(
            "INSERT INTO tree_change (name, path, id, n1, n2, n3, n4, n5, n6)
             SELECT 'sheets ' || s.month, o.path, o.id, 1, 0, 0, 0, 0, 0
             FROM dues_sheet s JOIN organization o ON o.id = s.organization_id WHERE s.month = $1",
            &args![month],
        )?;
        txn.execute(
            "INSERT INTO dues_standard (month, organization_id, member_id, basis, base, computed, amount, typed_reason,
                 exemption)
             SELECT $1, organization_id, id, 'wage', CAST($2 AS BIGINT) * 100, $2, $2, '', ''
             FROM member WHERE departed_at IS NULL ORDER BY organization_id, id",
            &args![month, AMOUNT],
        )?;
        Ok(())
    })
    .map_err(|problem| explained(&problem))
}

/// Bills for the first so many members, due or paid; a bill of the paid month has its member's number, one of the other
/// its member's number backwards.
pub(super) fn bill(desk: &Desk, month: Month, paid: bool, most: i64) -> Result<(), String> {
    // Ids are 26 characters of which the first ten tell the time: turned round, they stay ids and stay unique.
    let id = if paid { "id" } else { "substr(id, 1, 10) || substr(id, 19) || substr(id, 11, 8)" };
    let (state, payment) = if paid {
        ("paid", "$2, id, 'ccb', id, name")
    } else {
        ("due", "CAST(NULL AS BIGINT), NULL, NULL, NULL, NULL")
    };
    let bills = format!(
        "INSERT INTO dues_bill (id, member_id, member_name, organization_id, month, sequence, amount, basis, base,
             computed, rate, article, rounding, typed_reason, exemption, state, issued_at, paid_at, order_id, channel,
             payer_id, payer_name)
         SELECT {id}, id, name, organization_id, $1, 0, $3, 'wage', CAST($3 AS BIGINT) * 100, $3, '1%', '', '', '', '', '{state}', $2,
             {payment}
         FROM member WHERE departed_at IS NULL ORDER BY id LIMIT $4"
    );
    desk.write_now(move |txn| {
        let now = txn.now();
        txn.execute(&bills, &args![month, now, AMOUNT, most])?;
        txn.execute(
            "INSERT INTO dues_total (organization_id, month, billed, billed_amount, paid, paid_amount, exempt)
             SELECT organization_id, month, COUNT(*), CAST(SUM(amount) AS BIGINT),
                 SUM(CASE WHEN state = 'paid' THEN 1 ELSE 0 END),
                 CAST(SUM(CASE WHEN state = 'paid' THEN amount ELSE 0 END) AS BIGINT), 0
             FROM dues_bill WHERE month = $1 GROUP BY organization_id, month",
            &args![month],
        )?;
        txn.execute(
            "INSERT INTO tree_change (name, path, id, n1, n2, n3, n4, n5, n6)
             SELECT 'dues ' || t.month, o.path, t.organization_id, t.billed, t.billed_amount, t.paid, t.paid_amount, 0, 1
             FROM dues_total t JOIN organization o ON o.id = t.organization_id WHERE t.month = $1",
            &args![month],
        )?;
        Ok(())
    })
    .map_err(|problem| explained(&problem))
}

/// What production's autovacuum has done long before: the planner knows the tables.
pub(super) fn vacuum(desk: &Desk) -> Result<(), String> {
    desk.write_now(|txn| Ok(txn.execute("ANALYZE", &[]).map(drop)?)).map_err(|problem| explained(&problem))
}
