//! Sealed columns of a table, a few hundred rows at a time.

use ejia_db::{Blobs, DbError, Holds, Row, Txn, Value, places};
use ejia_kernel::Problem;

use super::Sealed;

/// A sealed column as a statement reads it.
struct Column {
    name: &'static str,
    first: &'static str,
    /// The column that says the rest of the purpose.
    then: Option<&'static str>,
}

/// A row that bears something of a former key.
struct Found {
    key: Vec<Value>,
    /// For each sealed column what it holds, and the rest of its purpose.
    columns: Vec<(Option<Vec<u8>>, Option<String>)>,
}

/// Seals so many rows behind this one anew.
pub(crate) fn seal_anew(
    txn: &mut Txn<'_>,
    table: &Blobs,
    behind: Option<&[Value]>,
    most: usize,
) -> Result<Sealed, Problem> {
    let columns = sealed_columns(table);
    let (vault, rows) = (txn.vault().clone(), page(txn, table, &columns, behind, most)?);
    let last = rows.last().map(|row| written(&row.key)).transpose()?;
    let mut sealed = Sealed { behind: last, looked: rows.len(), ..Sealed::default() };
    for row in rows {
        let (mut changed, mut readable) = (Vec::new(), true);
        for (column, (bytes, rest)) in columns.iter().zip(row.columns) {
            let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) else { continue };
            let purpose = rest.map_or_else(|| column.first.to_owned(), |rest| format!("{}.{rest}", column.first));
            match vault.seal_anew(&purpose, &bytes) {
                Ok(None) => {}
                Ok(Some(anew)) => changed.push((column.name, bytes, anew)),
                Err(_) => readable = false,
            }
        }
        if !changed.is_empty() {
            put(txn, table, row.key, changed)?;
        }
        if readable { sealed.done += 1 } else { sealed.unreadable += 1 }
    }
    Ok(sealed)
}

/// How many rows bear something of a former key.
pub(crate) fn former(txn: &mut Txn<'_>, table: &Blobs) -> Result<u64, Problem> {
    let current = vec![txn.vault().current()];
    let sql = format!("SELECT COUNT(*) FROM {} WHERE {}", table.table, bears_former(&sealed_columns(table), 1));
    let count: i64 = txn.one(&sql, &[Value::Blob(current)], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// How many values each key has sealed, by its byte.
pub(crate) fn census(txn: &mut Txn<'_>, table: &Blobs) -> Result<Vec<(u8, u64)>, Problem> {
    let mut counts = Vec::new();
    for Column { name, .. } in sealed_columns(table) {
        let sql = format!(
            "SELECT substr({name}, 1, 1), COUNT(*) FROM {} WHERE length({name}) > 0 GROUP BY substr({name}, 1, 1)",
            table.table
        );
        let found = txn.query(&sql, &[], |row| Ok((row.get::<Vec<u8>>(0)?, row.get::<i64>(1)?)))?;
        counts.extend(found.into_iter().filter_map(|(byte, count)| Some((*byte.first()?, u64::try_from(count).ok()?))));
    }
    Ok(counts)
}

fn sealed_columns(table: &Blobs) -> Vec<Column> {
    let sealed = table.columns.iter().filter_map(|(name, holds)| match holds {
        Holds::Sealed(purpose) => Some(Column { name, first: purpose, then: None }),
        Holds::SealedBy(first, then) => Some(Column { name, first, then: Some(then) }),
        Holds::Index | Holds::Hash | Holds::Open | Holds::Foreign => None,
    });
    sealed.collect()
}

/// The condition on a row that bears something of a former key; `$n` is the byte of the current one.
fn bears_former(columns: &[Column], n: usize) -> String {
    let one = |Column { name, .. }: &Column| format!("(length({name}) > 0 AND substr({name}, 1, 1) <> ${n})");
    format!("({})", columns.iter().map(one).collect::<Vec<_>>().join(" OR "))
}

fn page(
    txn: &mut Txn<'_>,
    table: &Blobs,
    columns: &[Column],
    behind: Option<&[Value]>,
    most: usize,
) -> Result<Vec<Found>, Problem> {
    let key = table.key.join(", ");
    let read: Vec<&str> = columns.iter().flat_map(|column| [column.name].into_iter().chain(column.then)).collect();
    let mut values = vec![Value::Blob(vec![txn.vault().current()])];
    let from = behind.map_or_else(String::new, |behind| {
        values.extend_from_slice(behind);
        format!(" AND ({key}) > ({})", places(2, behind.len()))
    });
    let sql = format!(
        "SELECT {key}, {} FROM {} WHERE {}{from} ORDER BY {key} LIMIT {most}",
        read.join(", "),
        table.table,
        bears_former(columns, 1),
    );
    Ok(txn.query(&sql, &values, |row| found(row, table, columns))?)
}

fn found(row: &Row<'_>, table: &Blobs, columns: &[Column]) -> Result<Found, DbError> {
    let mut at = 0..;
    let mut next = || at.next().unwrap_or_default();
    let key = table.key.iter().map(|_| row.get(next())).collect::<Result<_, _>>()?;
    let mut read = Vec::new();
    for column in columns {
        let bytes = row.get(next())?;
        read.push((bytes, column.then.map(|_| row.get(next())).transpose()?));
    }
    Ok(Found { key, columns: read })
}

/// Puts what was sealed anew into a row that still bears what was read.
fn put(
    txn: &mut Txn<'_>,
    table: &Blobs,
    key: Vec<Value>,
    changed: Vec<(&'static str, Vec<u8>, Vec<u8>)>,
) -> Result<(), DbError> {
    let mut values = Vec::new();
    let mut mark = |value: Value| {
        values.push(value);
        values.len()
    };
    let (mut sets, mut still) = (Vec::new(), Vec::new());
    for (column, before, anew) in changed {
        sets.push(format!("{column} = ${}", mark(Value::Blob(anew))));
        still.push(format!("{column} = ${}", mark(Value::Blob(before))));
    }
    still.extend(table.key.iter().zip(key).map(|(column, value)| format!("{column} = ${}", mark(value))));
    let sql = format!("UPDATE {} SET {} WHERE {}", table.table, sets.join(", "), still.join(" AND "));
    txn.later(&sql, &values)
}

/// The key of a row as a text that [`read`] reads: numbers and texts as JSON has them, bytes as a list.
fn written(key: &[Value]) -> Result<String, Problem> {
    let parts = key.iter().map(|value| match value {
        Value::Int(number) => Ok(serde_json::json!(number)),
        Value::Text(text) => Ok(serde_json::json!(text)),
        Value::Blob(bytes) => Ok(serde_json::json!(bytes)),
        Value::Null | Value::Bool(_) => Err(Problem::fault("a primary key of another kind")),
    });
    let parts = parts.collect::<Result<Vec<_>, _>>()?;
    serde_json::to_string(&parts).map_err(Problem::fault)
}

/// The key that was [`written`].
pub(crate) fn read(text: &str) -> Result<Vec<Value>, Problem> {
    let parts: Vec<serde_json::Value> = serde_json::from_str(text).map_err(Problem::fault)?;
    let value = |part: serde_json::Value| match part {
        serde_json::Value::Number(number) => number.as_i64().map(Value::Int),
        serde_json::Value::String(text) => Some(Value::Text(text)),
        bytes => serde_json::from_value(bytes).ok().map(Value::Blob),
    };
    let values = parts.into_iter().map(|part| value(part).ok_or_else(|| Problem::fault("no key of a row")));
    values.collect()
}
