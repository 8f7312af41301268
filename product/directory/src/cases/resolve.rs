//! The help desk decides who bears a number (M5).

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{CaseId, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Case, Claimant, ClashKind, Outcome};
use super::store;
use crate::members::{
    self, Author, Departure, DepartureReason, Member, MemberRecord, RecordField, Source, enter, update_member,
};

/// What the help desk decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Resolve {
    /// `given`, `kept` or `same_person`.
    pub(crate) outcome: String,
    /// The holder's right ID-card number, when his is given away.
    pub(crate) corrected_id_card: String,
    /// Which record is removed when both are one person: `claimant` or `holder`.
    pub(crate) removed: String,
    /// What was found out, and from whom.
    pub(crate) note: String,
}

/// The officer, if he sits at the help desk.
pub(crate) fn help_desk_only(officer: &Officer) -> Result<(), Problem> {
    if officer.is_help_desk() { Ok(()) } else { Err(Problem::forbidden("directory.help_desk_only")) }
}

/// Resolves a case.
///
/// # Errors
/// A refusal that names the field; `directory.case_resolved` when somebody else was faster.
pub(crate) fn resolve_case(txn: &mut Txn<'_>, by: &Officer, id: CaseId, input: &Resolve) -> Result<(), Problem> {
    help_desk_only(by)?;
    let case = store::load(txn, id, true)?.ok_or_else(|| Problem::not_found("directory.no_such_case"))?;
    if case.outcome.is_some() {
        return Err(Problem::conflict("directory.case_already_resolved"));
    }
    let (outcome, note) = read(input)?;
    let author = crate::members::authority::author(by);
    match outcome {
        Outcome::Kept => {}
        Outcome::Given => give(txn, &case, input, &author)?,
        Outcome::SamePerson => unite(txn, &case, input, &author)?,
    }
    store::resolve(txn, id, outcome, &note, &author)?;
    record(
        txn,
        Entry::new(&by.actor(), "directory.case_resolved")
            .about("case", &case.number)
            .within(case.claimant_organization_id)
            .with("outcome", outcome.code()),
    )
}

fn read(input: &Resolve) -> Result<(Outcome, String), Problem> {
    let mut problem = Problem::refused("kernel.check_fields");
    let note = input.note.trim().to_owned();
    match note.chars().count() {
        0 => problem = problem.on("note", "directory.note_needed"),
        1..=500 => {}
        _ => problem = problem.on("note", "directory.too_long"),
    }
    match Outcome::from_code(&input.outcome) {
        Some(outcome) if problem.fields.is_empty() => Ok((outcome, note)),
        Some(_) => Err(problem),
        None => Err(problem.on("outcome", "directory.choose_one")),
    }
}

/// Both records as they stand; none for one that has departed or never was.
pub(super) fn parties(txn: &mut Txn<'_>, case: &Case) -> Result<(Option<Member>, Option<Member>), Problem> {
    let claimant = match case.claimant {
        Claimant::Member(id) => members::load(txn, id)?,
        Claimant::Newcomer => None,
    };
    Ok((claimant, members::load(txn, case.holder_member_id)?))
}

fn present(member: Option<Member>) -> Option<Member> {
    member.filter(|member| member.departed.is_none())
}

/// The number leaves its holder and goes to the claimant.
fn give(txn: &mut Txn<'_>, case: &Case, input: &Resolve, by: &Author) -> Result<(), Problem> {
    let (claimant, holder) = parties(txn, case)?;
    if let Some(holder) = present(holder)
        && holder.record.text(case.kind.field()) == case.claim
    {
        let mut after = holder.record.clone();
        match case.kind {
            ClashKind::Phone => after.phone = None,
            ClashKind::IdCard => correct(txn, &mut after, case, &input.corrected_id_card)?,
        }
        update_member(txn, &holder, &after, by, Source::HelpDesk)?;
    }
    match present(claimant) {
        Some(claimant) => hand_over(txn, &claimant, case, by),
        None => Ok(()),
    }
}

/// The holder's own number, which he must have when his is given away.
fn correct(txn: &mut Txn<'_>, record: &mut MemberRecord, case: &Case, typed: &str) -> Result<(), Problem> {
    let refused = |code| Problem::refused("kernel.check_fields").on("corrected_id_card", code);
    if typed.trim().is_empty() {
        return Err(refused("directory.corrected_id_card_needed"));
    }
    enter(record, RecordField::IdCard, typed).map_err(refused)?;
    if record.id_card.expose() == case.claim {
        return Err(refused("directory.corrected_id_card_same"));
    }
    if members::member_by_id_card(txn, &record.id_card)?.is_some() {
        return Err(refused("directory.id_card_taken"));
    }
    follow_id_card(record);
    Ok(())
}

/// Birth date and sex are what the ID-card number says.
fn follow_id_card(record: &mut MemberRecord) {
    record.born_on = record.id_card.birth_date();
    record.sex = record.id_card.sex();
}

fn hand_over(txn: &mut Txn<'_>, claimant: &Member, case: &Case, by: &Author) -> Result<(), Problem> {
    let mut after = claimant.record.clone();
    enter(&mut after, case.kind.field(), &case.claim).map_err(Problem::fault)?;
    if case.kind == ClashKind::IdCard {
        follow_id_card(&mut after);
    }
    update_member(txn, claimant, &after, by, Source::HelpDesk)?;
    Ok(())
}

/// Both records are one person: one goes, and the other bears the number.
fn unite(txn: &mut Txn<'_>, case: &Case, input: &Resolve, by: &Author) -> Result<(), Problem> {
    let (claimant, holder) = parties(txn, case)?;
    let (Some(claimant), Some(holder)) = (present(claimant), present(holder)) else {
        return Err(Problem::refused("directory.one_record_left").on("outcome", "directory.one_record_left"));
    };
    let note = format!("客服工单{}", case.number);
    let departure = Departure { at: txn.now(), reason: DepartureReason::Duplicate, note };
    match input.removed.as_str() {
        "claimant" => members::take_off(txn, &claimant, &departure, by, Source::HelpDesk),
        "holder" => {
            members::take_off(txn, &holder, &departure, by, Source::HelpDesk)?;
            hand_over(txn, &claimant, case, by)
        }
        _ => Err(Problem::refused("kernel.check_fields").on("removed", "directory.choose_one")),
    }
}
