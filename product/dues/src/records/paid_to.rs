//! Up to which month somebody has paid: what an introduction letter says of his dues.

use ejia_db::Txn;
use ejia_kernel::{MemberId, Month, Problem};

use super::arrears::runs;
use super::store::bills;

/// The last month up to which a member has paid without a gap, an exempt month being paid; none when nothing was billed
/// here or the first month is not paid.
///
/// # Errors
/// A fault of the database.
pub fn paid_to(txn: &mut Txn<'_>, member: MemberId) -> Result<Option<Month>, Problem> {
    Ok(last_without_gap(&bills::months_settled(txn, member)?))
}

/// The last month of the first run of months that are settled, beginning with the first one billed.
fn last_without_gap(billed: &[(Month, bool)]) -> Option<Month> {
    let settled: Vec<Month> = billed.iter().take_while(|(_, settled)| *settled).map(|(month, _)| *month).collect();
    runs(&settled).first().map(|run| run.since.plus_months(run.months - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_or_an_unpaid_month_ends_what_is_said_to_be_paid() {
        let month = |text: &str| text.parse::<Month>().unwrap();
        for (billed, said) in [
            (&[][..], None),
            (&[("2026-01", false)][..], None),
            (&[("2025-12", true), ("2026-01", true), ("2026-02", false)], Some("2026-01")),
            (&[("2026-01", true), ("2026-02", false), ("2026-03", true)], Some("2026-01")),
            (&[("2025-11", true), ("2026-01", true)], Some("2025-11")),
        ] {
            let billed: Vec<_> = billed.iter().map(|(text, settled)| (month(text), *settled)).collect();
            assert_eq!(last_without_gap(&billed), said.map(month), "{billed:?}");
        }
    }
}
