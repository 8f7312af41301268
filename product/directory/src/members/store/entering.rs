//! Members who are entered together: everything that can be made ready outside the transaction.

use std::collections::BTreeMap;

use ejia_db::{Txn, Value, args};
use ejia_kernel::{Instant, MemberId, MemberKind, OrganizationId, Problem, Vault};

use super::write::{INSERTED, refusal, values};
use crate::figures::mark_changed;
use crate::members::model::NewMember;
use crate::members::terms;
use crate::organizations::{Counts, SUM_OF_MEMBERS};
use crate::sums::add_to_sums;

/// Members ready to be entered: sealed, with their search terms, and counted by branch.
#[derive(Clone, Debug)]
pub(crate) struct Entering {
    rows: Vec<Vec<Value>>,
    terms: Vec<Vec<Value>>,
    counts: BTreeMap<String, (OrganizationId, Counts)>,
}

impl Entering {
    /// Makes them ready.
    pub(crate) fn of(vault: &Vault, now: Instant, members: &[NewMember]) -> Self {
        let mut counts: BTreeMap<String, (OrganizationId, Counts)> = BTreeMap::new();
        for NewMember { organization_id, path, record, .. } in members {
            let (_, count) = counts.entry(path.to_string()).or_insert((*organization_id, Counts::default()));
            count.members += 1;
            count.probationary += i64::from(record.kind == MemberKind::Probationary);
            count.without_phone += i64::from(record.phone.is_none());
        }
        // In the order of the index, neighbours are written to the same pages.
        let mut found_by: Vec<(String, &str, MemberId)> = members
            .iter()
            .flat_map(|NewMember { id, path, record, .. }| {
                terms::terms(record.name.as_str()).into_iter().map(move |term| (term, path.as_str(), *id))
            })
            .collect();
        found_by.sort_unstable();
        Self {
            rows: members.iter().map(|member| row(vault, now, member)).collect(),
            terms: found_by.into_iter().map(|(term, path, id)| args![term, path, id].into()).collect(),
            counts,
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Enters them.
    ///
    /// # Errors
    /// `directory.id_card_taken`, `directory.phone_taken`: then none of them is in; a fault of the database.
    pub(crate) fn write(self, txn: &mut Txn<'_>) -> Result<(), Problem> {
        txn.insert_many("member", &INSERTED, self.rows).map_err(refusal)?;
        txn.insert_many("member_term", &["term", "path", "member_id"], self.terms)?;
        for (path, (id, count)) in self.counts {
            let Counts { members, probationary, without_phone, .. } = count;
            txn.later(
                "INSERT INTO branch_count (path, organization_id, members, probationary, without_phone, waiting)
                 VALUES ($1, $2, $3, $4, $5, 0)
                 ON CONFLICT (path) DO UPDATE SET members = branch_count.members + excluded.members,
                     probationary = branch_count.probationary + excluded.probationary,
                     without_phone = branch_count.without_phone + excluded.without_phone",
                &args![path, id, members, probationary, without_phone],
            )?;
            add_to_sums(txn, SUM_OF_MEMBERS, id, count.numbers())?;
            mark_changed(txn, id)?;
        }
        Ok(())
    }
}

fn row(vault: &Vault, now: Instant, member: &NewMember) -> Vec<Value> {
    let NewMember { id, organization_id, path, record } = member;
    let mut row = values(vault, record);
    row.extend(args![*id, *organization_id, path.as_str(), 0_i64, None::<Instant>, 1_i64, now, now, None::<Instant>]);
    row
}
