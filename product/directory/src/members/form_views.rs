//! What the forms about members show: editing a record, 【划拨】, removing.

use std::sync::LazyLock;

use ejia_db::Txn;
use ejia_kernel::{MemberKind, Problem, Sex, Standing};
use ejia_web::{Choice, Choices};
use schemars::JsonSchema;
use serde::Serialize;

use super::ethnic_groups::ETHNIC_GROUPS;
use super::model::{DepartureReason, Member};
use super::record::{MemberRecord, RecordField};
use super::rules::EDUCATION;
use super::views::STANDINGS;
use crate::organizations::{Tree, tree};

/// One line of a form of a record.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct FieldView {
    pub(crate) code: &'static str,
    pub(crate) label: &'static str,
    /// What the form begins with: empty for a masked item.
    pub(crate) value: String,
    /// `text`, `date` or `tel`.
    pub(crate) kind: &'static str,
    /// What can be chosen; empty for a line of text.
    pub(crate) options: Choices,
    pub(crate) required: bool,
    /// The masked value, when the item is masked and not empty.
    pub(crate) masked: String,
}

impl FieldView {
    pub(crate) fn of(field: RecordField, record: &MemberRecord, in_full: bool) -> Self {
        let masked = field.is_masked() && !in_full;
        Self {
            code: field.code(),
            label: field.label(),
            value: if masked { String::new() } else { record.text(field) },
            kind: kind(field),
            options: options(field, record),
            required: matches!(field, RecordField::Name | RecordField::BornOn),
            masked: if masked { record.masked(field) } else { String::new() },
        }
    }
}

fn kind(field: RecordField) -> &'static str {
    match field {
        RecordField::BornOn | RecordField::AdmittedOn | RecordField::FullOn | RecordField::LostOn => "date",
        RecordField::Phone | RecordField::Landline => "tel",
        _ => "text",
    }
}

static SEXES: LazyLock<Choices> = LazyLock::new(|| Choices::words([Sex::Male.label(), Sex::Female.label()]));
static GROUPS: LazyLock<Choices> = LazyLock::new(|| Choices::words(ETHNIC_GROUPS));
static EDUCATIONS: LazyLock<Choices> = LazyLock::new(|| educations(""));
static KINDS: LazyLock<Choices> =
    LazyLock::new(|| Choices::words([MemberKind::Full.label(), MemberKind::Probationary.label()]));
static STANDING_LABELS: LazyLock<Choices> = LazyLock::new(|| Choices::words(STANDINGS.map(Standing::label)));
static YES_OR_NO: LazyLock<Choices> = LazyLock::new(|| Choices::words(["否", "是"]));

fn options(field: RecordField, record: &MemberRecord) -> Choices {
    match field {
        RecordField::Sex => SEXES.clone(),
        RecordField::EthnicGroup => GROUPS.clone(),
        RecordField::Education if EDUCATIONS.offers(&record.education) => EDUCATIONS.clone(),
        RecordField::Education => educations(&record.education),
        RecordField::Kind => KINDS.clone(),
        RecordField::Standing => STANDING_LABELS.clone(),
        RecordField::Lost | RecordField::Floating => YES_OR_NO.clone(),
        _ => Choices::default(),
    }
}

/// What can be chosen as education; a word from a table that is not among ours stays choosable for its member.
fn educations(other: &str) -> Choices {
    let other = (!other.is_empty()).then_some((other, other));
    Choices::of([("未填写", "")].into_iter().chain(EDUCATION.iter().map(|word| (*word, *word))).chain(other))
}

/// The form in which an administrator corrects a record.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct EditView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) branch: String,
    pub(crate) version: i64,
    pub(crate) fields: Vec<FieldView>,
}

impl EditView {
    pub(crate) fn of(txn: &mut Txn<'_>, member: &Member) -> Result<Self, Problem> {
        Ok(Self {
            id: member.id.to_string(),
            name: member.record.name.to_string(),
            branch: tree(txn)?.name(member.organization_id),
            version: member.version,
            fields: RecordField::ALL.map(|field| FieldView::of(field, &member.record, false)).into(),
        })
    }
}

/// One member named on a form.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct NamedView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) branch: String,
}

impl NamedView {
    pub(crate) fn of(tree: &Tree, member: &Member) -> Self {
        Self {
            id: member.id.to_string(),
            name: member.record.name.to_string(),
            branch: tree.name(member.organization_id),
        }
    }
}

/// The form of 【划拨】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AllocateView {
    pub(crate) members: Vec<NamedView>,
    /// Branches whose names fit what was typed.
    pub(crate) candidates: Vec<Choice>,
}

/// The form in which a member is taken off the list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct RemoveView {
    pub(crate) member: NamedView,
    pub(crate) reasons: Vec<Choice>,
}

impl RemoveView {
    pub(crate) fn of(tree: &Tree, member: &Member) -> Self {
        Self {
            member: NamedView::of(tree, member),
            reasons: DepartureReason::ALL.iter().map(|reason| Choice::of(reason.label(), reason.code())).collect(),
        }
    }
}
