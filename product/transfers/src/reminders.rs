//! What waits for an administrator: the transfers that lie with his organization, and the receipts still to come.

use std::collections::BTreeMap;

use ejia_db::Txn;
use ejia_directory::{Reminder, tree};
use ejia_kernel::{OrganizationId, Problem};
use ejia_web::Officer;

use crate::model::Stage;
use crate::road::{Road, Stop, limits};
use crate::store;

/// What an organization can have to do.
const TO_DO: [Stage; 4] = [Stage::Review, Stage::Issue, Stage::Allocate, Stage::Accept];

/// What waits for this officer, for his first page.
///
/// # Errors
/// A fault of the database.
pub fn reminders(txn: &mut Txn<'_>, by: &Officer) -> Result<Vec<Reminder>, Problem> {
    if !by.kind().is_party() {
        return Ok(Vec::new());
    }
    let (tree, issuers) = (tree(txn)?, store::issuers(txn)?);
    let road = Road { tree: &tree, issuers: &issuers };
    // What lies at a closed organization is done by the one above it.
    let mine = |at: OrganizationId, stage: Stage| {
        let handled = road.handled_at(Stop { stage, organization_id: at });
        handled.filter(|stop| stop.organization_id == by.organization_id()).map(|stop| stop.stage)
    };
    let mut places = road.within_reach(by.organization_id());
    places.retain(|at| TO_DO.iter().any(|stage| mine(*at, *stage).is_some()));
    let mut waits: BTreeMap<Stage, (i64, i64)> = BTreeMap::new();
    for lying in store::lying_at(txn, &places, limits::late_before(txn.now()))? {
        let Some(stage) = mine(lying.at, lying.stage) else { continue };
        let (count, late) = waits.entry(stage).or_default();
        *count += lying.count;
        *late += lying.late;
    }
    let today = txn.now().china_date();
    for (valid_until, to_come) in store::receipts_to_come(txn, by.organization_id())? {
        let (count, late) = waits.entry(Stage::Receipt).or_default();
        *count += to_come;
        if valid_until.is_some_and(|day| limits::receipt_due(day) < today) {
            *late += to_come;
        }
    }
    Ok(waits.into_iter().map(|(stage, (count, late))| reminder(stage, count, late)).collect())
}

fn reminder(stage: Stage, count: i64, late: i64) -> Reminder {
    let (text, href, action) = match stage {
        Stage::Issue => ("组织关系转出待开具介绍信", "/office/transfers/out?list=review", "去开具"),
        Stage::Allocate => ("组织关系转入待划拨", "/office/transfers/in?list=allocate", "去划拨"),
        Stage::Accept => ("组织关系转入待接收", "/office/transfers/in?list=accept", "去接收"),
        Stage::Receipt => ("介绍信待回执", "/office/transfers/out?list=receipt", "查看待回执"),
        _ => ("组织关系转出待审核", "/office/transfers/out?list=review", "去审核"),
    };
    Reminder { text, count, late, href, action }
}
