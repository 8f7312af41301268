//! What a form brings for a record: a text for each item that is to be changed, nothing for the others.

use std::collections::BTreeMap;

use ejia_kernel::{Date, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::record::{MemberRecord, RecordField};
use super::rules;

/// A text that was sent, even an empty one; or nothing, when the form has no such field.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema)]
pub(crate) struct Sent(pub(crate) Option<String>);

impl<'de> Deserialize<'de> for Sent {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(Some(text)))
    }
}

impl Serialize for Sent {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

/// The form of a record. A masked item left empty is left as it is; to empty it, it is named in `clear`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RecordEntered {
    /// The version the form was made from; none for programs that do not mind.
    pub(crate) version: Option<i64>,
    /// Masked items to be emptied.
    pub(crate) clear: Vec<String>,
    name: Sent,
    id_card: Sent,
    sex: Sent,
    ethnic_group: Sent,
    born_on: Sent,
    education: Sent,
    kind: Sent,
    admitted_on: Sent,
    full_on: Sent,
    post: Sent,
    phone: Sent,
    landline: Sent,
    address: Sent,
    standing: Sent,
    lost: Sent,
    lost_on: Sent,
    floating: Sent,
    floating_to: Sent,
}

impl RecordEntered {
    /// What was sent for an item.
    pub(crate) fn sent(&self, field: RecordField) -> Option<&str> {
        let sent = match field {
            RecordField::Name => &self.name,
            RecordField::IdCard => &self.id_card,
            RecordField::Sex => &self.sex,
            RecordField::EthnicGroup => &self.ethnic_group,
            RecordField::BornOn => &self.born_on,
            RecordField::Education => &self.education,
            RecordField::Kind => &self.kind,
            RecordField::AdmittedOn => &self.admitted_on,
            RecordField::FullOn => &self.full_on,
            RecordField::Post => &self.post,
            RecordField::Phone => &self.phone,
            RecordField::Landline => &self.landline,
            RecordField::Address => &self.address,
            RecordField::Standing => &self.standing,
            RecordField::Lost => &self.lost,
            RecordField::LostOn => &self.lost_on,
            RecordField::Floating => &self.floating,
            RecordField::FloatingTo => &self.floating_to,
        };
        let text = sent.0.as_deref();
        if !field.is_masked() {
            return text;
        }
        if self.clear.iter().any(|code| code == field.code()) {
            return Some("");
        }
        text.filter(|text| !text.trim().is_empty())
    }

    /// The record as it would be, or what is wrong with the form, item by item.
    pub(crate) fn applied(&self, before: &MemberRecord, today: Date) -> Result<MemberRecord, Problem> {
        let mut after = before.clone();
        let mut problem = Problem::refused("kernel.check_fields");
        for field in RecordField::ALL {
            if let Some(text) = self.sent(field)
                && let Err(code) = rules::enter(&mut after, field, text)
            {
                problem = problem.on(field.code(), code);
            }
        }
        rules::settle(&mut after);
        if problem.fields.is_empty() {
            problem.fields = rules::new_contradictions(before, &after, today);
        }
        if problem.fields.is_empty() { Ok(after) } else { Err(problem) }
    }

    /// What was sent, by item, for showing the form again: numbers only as far as they were typed.
    pub(crate) fn echo(&self) -> BTreeMap<&'static str, String> {
        RecordField::ALL
            .into_iter()
            .filter_map(|field| self.sent(field).map(|text| (field.code(), text.to_owned())))
            .collect()
    }
}
