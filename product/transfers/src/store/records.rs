//! The lists of records: what left an organization, what came to it, what stayed within it.

use ejia_db::{Txn, Value};
use ejia_directory::Way;
use ejia_kernel::{OrganizationId, Problem, TransferId};

use super::transfers::{COLUMNS, transfer};
use crate::model::{Direction, Stage, Transfer};
use crate::records::{Filter, Tab};

/// The conditions of a list, in the words of its partial index, and their values.
fn conditions(organization: OrganizationId, filter: &Filter) -> (String, Vec<Value>) {
    let mut sql = String::from("p.organization_id = $1 AND ");
    let mut values: Vec<Value> = vec![organization.into()];
    sql.push_str(match filter.tab {
        Tab::Out => "p.leaves AND NOT p.enters",
        Tab::In => "p.enters AND NOT p.leaves",
        Tab::Internal => "p.internal",
    });
    let mut and = |before: &str, value: Option<Value>, after: &str| {
        let Some(value) = value else { return };
        values.push(value);
        sql.extend([" AND ", before, " $", &values.len().to_string(), after]);
    };
    and("p.transfer_id >=", filter.first_id().map(Value::from), "");
    and("p.transfer_id <", filter.end_of_ids().map(Value::from), "");
    and("p.stage =", filter.stage.map(|stage| Stage::code(stage).into()), "");
    and("p.direction =", filter.direction.map(|direction| Direction::code(direction).into()), "");
    and("p.name LIKE", part(&filter.name).map(Value::from), " ESCAPE '!'");
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
    let (mut conditions, mut values) = conditions(organization, filter);
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
    let (conditions, values) = conditions(organization, filter);
    let sql = format!("SELECT count(*) FROM transfer_party p WHERE {conditions}");
    Ok(txn.one(&sql, &values, |row| row.get(0))?)
}
