//! Loads, notes and gathers sums.

use std::collections::BTreeMap;
use std::iter::successors;

use ejia_db::{DbError, Row, Txn, Value, args};
use ejia_kernel::{ChangeId, OrganizationId, OrganizationPath, Problem};

use super::Numbers;

/// The columns of [`numbers`], added up.
macro_rules! added_up {
    () => {
        "CAST(coalesce(sum(n1), 0) AS BIGINT), CAST(coalesce(sum(n2), 0) AS BIGINT),
         CAST(coalesce(sum(n3), 0) AS BIGINT), CAST(coalesce(sum(n4), 0) AS BIGINT),
         CAST(coalesce(sum(n5), 0) AS BIGINT), CAST(coalesce(sum(n6), 0) AS BIGINT)"
    };
}

/// The sum at a place: what was gathered, and what was not yet. One statement, so that a change is in one of the two.
pub(crate) const SUM_AT: &str = concat!(
    "SELECT ",
    added_up!(),
    " FROM (SELECT n1, n2, n3, n4, n5, n6 FROM tree_sum WHERE name = $1 AND above = $2 AND path = $3
            UNION ALL
            SELECT n1, n2, n3, n4, n5, n6 FROM tree_change WHERE name = $1 AND path >= $3 AND path < $4) AS both_of_them"
);

/// The values of [`SUM_AT`].
pub(crate) fn at_values(name: &str, path: &OrganizationPath) -> [Value; 4] {
    args![name, above(path), path.as_str(), path.upper_bound()]
}

/// Six columns, from this one on.
pub(crate) fn numbers(row: &Row<'_>, first: usize) -> Result<Numbers, DbError> {
    let mut numbers = Numbers::default();
    for (place, figure) in numbers.iter_mut().enumerate() {
        *figure = row.get(first + place)?;
    }
    Ok(numbers)
}

/// The path above this one; empty above the first.
fn above(path: &OrganizationPath) -> String {
    path.parent().map(String::from).unwrap_or_default()
}

/// Writes a change down.
pub(super) fn note(
    txn: &mut Txn<'_>,
    name: &str,
    organization: OrganizationId,
    change: Numbers,
) -> Result<(), Problem> {
    let mut values = args![name, organization, ChangeId::random()].to_vec();
    values.extend(change.map(Value::from));
    txn.later(
        "INSERT INTO tree_change (name, path, id, n1, n2, n3, n4, n5, n6)
         SELECT $1, path, $3, $4, $5, $6, $7, $8, $9 FROM organization WHERE id = $2",
        &values,
    )?;
    Ok(())
}

/// The sums right under a place.
pub(super) fn below(txn: &mut Txn<'_>, name: &str, path: &OrganizationPath) -> Result<Vec<(String, Numbers)>, Problem> {
    let sql = format!(
        "SELECT path, {}
         FROM (SELECT path, n1, n2, n3, n4, n5, n6 FROM tree_sum WHERE name = $1 AND above = $2
               UNION ALL
               SELECT substr(path, 1, {}) AS path, n1, n2, n3, n4, n5, n6 FROM tree_change
               WHERE name = $1 AND path > $2 AND path < $3) AS both_of_them
         GROUP BY path ORDER BY path",
        added_up!(),
        path.as_str().len() + OrganizationPath::WIDTH
    );
    let values = args![name, path.as_str(), path.upper_bound()];
    Ok(txn.query(&sql, &values, |row| Ok((row.get(0)?, numbers(row, 1)?)))?)
}

/// Gathers a piece of what was written down: adds it to the sums of each place at and above it. False when there was
/// nothing. Sums are touched in their order, so that nobody waits in a circle.
pub(super) fn gather(txn: &mut Txn<'_>, most: i64) -> Result<bool, Problem> {
    let changes = txn.query(
        "DELETE FROM tree_change WHERE (name, path, id) IN
             (SELECT name, path, id FROM tree_change ORDER BY name, path, id LIMIT $1)
         RETURNING name, path, n1, n2, n3, n4, n5, n6",
        &args![most],
        |row| {
            let path = row.get::<String>(1)?.parse::<OrganizationPath>();
            let path = path.map_err(|_| DbError::Column("tree_change.path is not understood".to_owned()))?;
            Ok((row.get::<String>(0)?, path, numbers(row, 2)?))
        },
    )?;
    let mut sums: BTreeMap<(&str, OrganizationPath), Numbers> = BTreeMap::new();
    for (name, path, change) in &changes {
        for place in successors(Some(path.clone()), OrganizationPath::parent) {
            let sum = sums.entry((name, place)).or_default();
            sum.iter_mut().zip(change).for_each(|(figure, more)| *figure += more);
        }
    }
    for ((name, path), sum) in sums {
        let mut values = args![name, above(&path), path.as_str()].to_vec();
        values.extend(sum.map(Value::from));
        txn.later(
            "INSERT INTO tree_sum (name, above, path, n1, n2, n3, n4, n5, n6)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (name, above, path) DO UPDATE SET n1 = tree_sum.n1 + excluded.n1,
                 n2 = tree_sum.n2 + excluded.n2, n3 = tree_sum.n3 + excluded.n3, n4 = tree_sum.n4 + excluded.n4,
                 n5 = tree_sum.n5 + excluded.n5, n6 = tree_sum.n6 + excluded.n6",
            &values,
        )?;
    }
    Ok(!changes.is_empty())
}
