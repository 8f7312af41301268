//! The lists read by their indexes, however large the city.

use ejia_db::{TestDatabase, args};

use crate::tests::city::{MIGRATIONS, found_city};

/// The statements of the lists, and the index that has to stand in their plan.
const READ_BY: [(&str, &str); 5] = [
    (
        "SELECT o.id FROM organization o WHERE o.path >= '0' AND o.path < '~' AND EXISTS (SELECT 1 FROM dues_bill b
             WHERE b.organization_id = o.id AND b.state = 'due' AND b.month <= '2026-03') ORDER BY o.path LIMIT 64",
        "dues_bill_unpaid",
    ),
    (
        "SELECT b.amount FROM dues_bill b WHERE b.organization_id = 'x' AND b.state = 'due' AND b.month <= '2026-03'
             ORDER BY b.member_id, b.month, b.sequence",
        "dues_bill_unpaid",
    ),
    (
        "SELECT o.id FROM organization o WHERE o.path >= '0' AND o.path < '~' AND EXISTS (SELECT 1 FROM dues_bill b
             WHERE b.organization_id = o.id AND b.month = '2026-03') ORDER BY o.path LIMIT 64",
        "dues_bill_sheet",
    ),
    (
        "SELECT b.amount FROM dues_bill b WHERE b.member_id = 'x' AND b.state <> 'cancelled'
             ORDER BY b.month DESC, b.sequence LIMIT 150",
        "dues_bill_member_id_month_sequence_key",
    ),
    (
        "SELECT a.id FROM dues_delegation d JOIN member a ON a.id = d.principal_id JOIN member b ON b.id = d.payer_id
             WHERE d.payer_id = 'x' AND d.ended_at IS NULL AND d.state = 'live'",
        "dues_delegation_payer_id",
    ),
];

#[test]
fn no_list_reads_a_whole_table() {
    let database = TestDatabase::sqlite(MIGRATIONS);
    database.desk.write_now(found_city).unwrap();
    for (sql, index) in READ_BY {
        let plan = database
            .desk
            .read_now(move |txn| {
                let explained = format!("EXPLAIN QUERY PLAN {sql}");
                Ok(txn.query(&explained, &args![], |row| row.get::<String>(3))?)
            })
            .unwrap()
            .join("\n");
        assert!(plan.contains(index), "{plan}");
        assert!(!plan.contains("SCAN"), "{plan}");
    }
}
