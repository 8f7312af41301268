//! The lists of records: what left an organization, what came to it, what stayed within it.

use ejia_db::{DbError, Txn, Value, args};
use ejia_directory::Way;
use ejia_kernel::{Instant, OrganizationId, Problem, TransferId};

use super::transfers::{COLUMNS, transfer};
use crate::model::{Direction, Transfer};
use crate::records::{Filter, State, Tab};
use crate::road::limits;

/// Transfers that have not ended, in the words of the index of them.
const OPEN: &str = "p.stage IN ('review', 'issue', 'allocate', 'accept', 'receipt', 'returned')";

/// Which of them belong to a list.
const fn in_list(tab: Tab) -> &'static str {
    match tab {
        Tab::Out => "p.leaves AND NOT p.enters",
        Tab::In => "p.enters AND NOT p.leaves",
        Tab::Internal => "p.internal",
    }
}

/// That a transfer `t` with its valid letter `l` is late, with the places of two arguments of [`late_args`].
fn late(since: usize, valid_until: usize) -> String {
    format!(
        "(t.stage IN ('review', 'issue', 'allocate', 'accept') AND t.since < ${since}
          OR t.stage = 'receipt' AND l.valid_until < ${valid_until})"
    )
}

/// What came to its stop before the one is late, and the receipt of a letter that was good until before the other.
fn late_args(now: Instant) -> [Value; 2] {
    args![limits::late_before(now), limits::receipts_late_before(now.china_date())]
}

/// Where the letter of a transfer `t` is found that counts.
const LETTER: &str = "LEFT JOIN transfer_letter l ON l.transfer_id = t.id AND l.void_at IS NULL";

/// The conditions of a list, in the words of its partial index, and their values.
fn conditions(organization: OrganizationId, filter: &Filter, now: Instant) -> (String, Vec<Value>) {
    let mut sql = String::from("p.organization_id = $1 AND ");
    let mut values: Vec<Value> = vec![organization.into()];
    sql.push_str(in_list(filter.tab));
    let mut and = |before: &str, value: Option<Value>, after: &str| {
        let Some(value) = value else { return };
        values.push(value);
        sql.extend([" AND ", before, " $", &values.len().to_string(), after]);
    };
    and("p.transfer_id >=", filter.first_id().map(Value::from), "");
    and("p.transfer_id <", filter.end_of_ids().map(Value::from), "");
    if let Some(State::At(stage)) = filter.state {
        and("p.stage =", Some(stage.code().into()), "");
    }
    and("p.direction =", filter.direction.map(|direction| Direction::code(direction).into()), "");
    and("p.name LIKE", part(&filter.name).map(Value::from), " ESCAPE '!'");
    if matches!(filter.state, Some(State::Open | State::Late)) {
        sql.extend([" AND ", OPEN]);
    }
    if filter.state == Some(State::Late) {
        let late = late(values.len() + 1, values.len() + 2);
        values.extend(late_args(now));
        sql.extend([" AND EXISTS (SELECT 1 FROM transfer t ", LETTER, " WHERE t.id = p.transfer_id AND ", &late, ")"]);
    }
    (sql, values)
}

/// The pattern of names that have this part; none for all.
fn part(name: &str) -> Option<String> {
    let mut pattern = String::from("%");
    for letter in name.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    (!name.is_empty()).then_some(pattern)
}

/// The transfers of an organization's list that way from one of them: on to the older, back to the newer, the nearest
/// first.
pub(crate) fn records(
    txn: &mut Txn<'_>,
    organization: OrganizationId,
    filter: &Filter,
    from: Option<TransferId>,
    way: Way,
    limit: i64,
) -> Result<Vec<Transfer>, Problem> {
    let (mut conditions, mut values) = conditions(organization, filter, txn.now());
    let (compared, order) = match way {
        Way::On => ("<", "DESC"),
        Way::Back => (">", "ASC"),
    };
    if let Some(id) = from {
        values.push(id.into());
        conditions.extend([" AND p.transfer_id ", compared, " $", &values.len().to_string()]);
    }
    values.push(limit.into());
    let sql = format!(
        "SELECT {COLUMNS} FROM (
             SELECT p.transfer_id FROM transfer_party p WHERE {conditions}
             ORDER BY p.transfer_id {order} LIMIT ${}
         ) found JOIN transfer t ON t.id = found.transfer_id ORDER BY t.id {order}",
        values.len()
    );
    Ok(txn.query(&sql, &values, transfer)?)
}

/// How long an organization's list is: for a progress bar.
pub(crate) fn records_count(txn: &mut Txn<'_>, organization: OrganizationId, filter: &Filter) -> Result<i64, Problem> {
    let (conditions, values) = conditions(organization, filter, txn.now());
    let sql = format!("SELECT count(*) FROM transfer_party p WHERE {conditions}");
    Ok(txn.one(&sql, &values, |row| row.get(0))?)
}

/// How many of each list, and how many of them are late.
type UnderWay = [(i64, i64); 3];

/// What is under way in the lists of every organization, in the order of [`Tab::ALL`].
pub(crate) fn under_way(txn: &mut Txn<'_>) -> Result<Vec<(OrganizationId, UnderWay)>, Problem> {
    let late = late(1, 2);
    let counts: Vec<String> = Tab::ALL
        .iter()
        .map(|tab| in_list(*tab))
        .map(|list| format!("count(CASE WHEN {list} THEN 1 END), count(CASE WHEN {list} AND {late} THEN 1 END)"))
        .collect();
    let sql = format!(
        "SELECT p.organization_id, {} FROM transfer t JOIN transfer_party p ON p.transfer_id = t.id {LETTER}
         WHERE t.ended_at IS NULL GROUP BY p.organization_id",
        counts.join(", ")
    );
    let args = late_args(txn.now());
    Ok(txn.query(&sql, &args, |row| {
        let pair = |first: usize| Ok::<_, DbError>((row.get(first)?, row.get(first + 1)?));
        Ok((row.get(0)?, [pair(1)?, pair(3)?, pair(5)?]))
    })?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Stage;

    #[test]
    fn what_has_not_ended_is_what_the_index_holds() {
        let mut open: Vec<String> =
            Stage::ALL.iter().filter(|stage| !stage.ended()).map(|stage| format!("'{}'", stage.code())).collect();
        let mut named: Vec<&str> = OPEN.split(['(', ')']).nth(1).unwrap().split(", ").collect();
        open.sort_unstable();
        named.sort_unstable();
        assert_eq!(named, open);
        let sql = crate::records::schema::FIGURES.sql;
        assert!(sql.contains(&OPEN.replace("p.", "")), "{sql}");
    }

    #[test]
    fn what_has_a_time_limit_is_what_can_be_late() {
        let now: Instant = "2026-03-20T12:00:00+08:00".parse().unwrap();
        for stage in Stage::ALL.iter().filter(|stage| **stage != Stage::Receipt) {
            let limited = limits::due(*stage, now).is_some();
            assert_eq!(late(1, 2).contains(&format!("'{}'", stage.code())), limited, "{stage}");
        }
    }
}
