//! The lists read by their indexes, however large the city.

use ejia_db::{TestDatabase, args};

use crate::tests::city::{MIGRATIONS, found_city};

/// The conditions of the statements, and the index that has to answer them alone.
const READ_BY: [(&str, &str); 5] = [
    ("leaves AND NOT p.enters ORDER BY p.transfer_id DESC LIMIT 51", "COVERING INDEX transfer_party_out"),
    (
        "enters AND NOT p.leaves AND p.stage = 'review' AND p.name LIKE '%x%' ESCAPE '!' AND p.transfer_id < 'x'
         ORDER BY p.transfer_id DESC LIMIT 51",
        "COVERING INDEX transfer_party_in ",
    ),
    (
        "internal AND p.direction = 'within' AND p.transfer_id >= 'a' AND p.transfer_id < 'b' AND p.transfer_id > 'x'
         ORDER BY p.transfer_id ASC LIMIT 51",
        "COVERING INDEX transfer_party_internal",
    ),
    ("leaves AND NOT p.enters AND p.stage = 'done'", "COVERING INDEX transfer_party_out"),
    ("leaves AND p.stage = 'receipt'", "COVERING INDEX transfer_party_receipt"),
];

#[test]
fn no_list_reads_the_transfers_themselves_to_find_its_lines() {
    let database = TestDatabase::sqlite(MIGRATIONS);
    database.desk.write_now(found_city).unwrap();
    for (conditions, index) in READ_BY {
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT p.transfer_id FROM transfer_party p
             WHERE p.organization_id = 'x' AND p.{conditions}"
        );
        let read = move |txn: &mut ejia_db::Txn<'_>| Ok(txn.query(&sql, &args![], |row| row.get::<String>(3))?);
        let plan = database.desk.read_now(read).unwrap().join("\n");
        assert!(plan.contains(index), "{plan}");
        assert!(!plan.contains("SCAN") && !plan.contains("TEMP B-TREE"), "{plan}");
    }
}
