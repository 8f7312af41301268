//! What may stand in a record: how one item is read, what contradicts what, and what is locked for whom.

use ejia_kernel::{
    Date, DateFault, FieldProblem, IdCardFault, IdCardNumber, MemberKind, NameFault, PersonName, Phone, PhoneFault,
    Sex, Standing,
};

use super::ethnic_groups::EthnicGroup;
use super::record::{FieldClass, MemberRecord, RecordField};

/// The levels of education that are offered; others from old tables are kept as they are.
pub const EDUCATION: [&str; 9] = ["研究生", "大学本科", "大学专科", "中专", "高中", "中技", "初中", "小学", "其他"];

/// The age from which a person may be admitted.
const ADULT: i16 = 18;

/// Writes one item, as a person or a table gave it, into a record.
///
/// # Errors
/// The code of the sentence that says what is wrong with it.
pub fn enter(record: &mut MemberRecord, field: RecordField, text: &str) -> Result<(), &'static str> {
    let text = text.trim();
    match field {
        RecordField::Name => record.name = PersonName::parse(text).map_err(NameFault::code)?,
        RecordField::IdCard => record.id_card = IdCardNumber::parse(text).map_err(IdCardFault::code)?,
        RecordField::Sex => record.sex = chosen(text, Sex::from_label, Sex::from_code)?,
        RecordField::EthnicGroup => {
            record.ethnic_group = EthnicGroup::parse(text).ok_or("directory.ethnic_group_unknown")?;
        }
        RecordField::BornOn => record.born_on = date(text)?.ok_or("kernel.required")?,
        RecordField::Education => record.education = line(text, 20)?,
        RecordField::Kind => record.kind = chosen(text, MemberKind::from_label, MemberKind::from_code)?,
        RecordField::AdmittedOn => record.admitted_on = date(text)?,
        RecordField::FullOn => record.full_on = date(text)?,
        RecordField::Post => record.post = line(text, 50)?,
        RecordField::Phone => record.phone = phone(text)?,
        RecordField::Landline => record.landline = landline(text)?,
        RecordField::Address => record.address = line(text, 200)?,
        RecordField::Standing => record.standing = chosen(text, Standing::from_label, Standing::from_code)?,
        RecordField::Lost => record.lost = yes_or_no(text)?,
        RecordField::LostOn => record.lost_on = date(text)?,
        RecordField::Floating => record.floating = yes_or_no(text)?,
        RecordField::FloatingTo => record.floating_to = line(text, 100)?,
    }
    Ok(())
}

fn chosen<T>(
    text: &str,
    by_label: impl Fn(&str) -> Option<T>,
    by_code: impl Fn(&str) -> Option<T>,
) -> Result<T, &'static str> {
    by_label(text).or_else(|| by_code(text)).ok_or("directory.choose_one")
}

fn date(text: &str) -> Result<Option<Date>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    Date::parse_loose(text).map(Some).map_err(DateFault::code)
}

fn phone(text: &str) -> Result<Option<Phone>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    Phone::parse(text).map(Some).map_err(PhoneFault::code)
}

/// 是, 否 and what forms and tables write for them.
fn yes_or_no(text: &str) -> Result<bool, &'static str> {
    match text {
        "是" | "true" | "on" | "1" | "Y" | "y" => Ok(true),
        "否" | "" | "false" | "off" | "0" | "N" | "n" => Ok(false),
        _ => Err("directory.yes_or_no"),
    }
}

fn line(text: &str, most: usize) -> Result<String, &'static str> {
    if text.chars().any(char::is_control) {
        Err("directory.control_characters")
    } else if text.chars().count() > most {
        Err("directory.too_long")
    } else {
        Ok(text.to_owned())
    }
}

fn landline(text: &str) -> Result<String, &'static str> {
    let text = ejia_kernel::narrow(&line(text, 30)?);
    let fits = |letter: char| letter.is_ascii_digit() || matches!(letter, '-' | ' ' | '(' | ')' | '+' | '/' | ',');
    if !text.chars().all(fits) || (!text.is_empty() && text.chars().filter(char::is_ascii_digit).count() < 5) {
        return Err("directory.landline_digits");
    }
    Ok(text)
}

/// Clears what depends on an item that says no: the day a member was lost, where he floats to.
pub fn settle(record: &mut MemberRecord) {
    if !record.lost {
        record.lost_on = None;
    }
    if !record.floating {
        record.floating_to.clear();
    }
}

/// Items that contradict one another, each with the code of its sentence.
pub fn contradictions(record: &MemberRecord, today: Date) -> Vec<(RecordField, &'static str)> {
    let mut found = Vec::new();
    if record.born_on != record.id_card.birth_date() {
        found.push((RecordField::BornOn, "directory.born_on_differs"));
    }
    if record.sex != record.id_card.sex() {
        found.push((RecordField::Sex, "directory.sex_differs"));
    }
    let days = [
        (RecordField::AdmittedOn, record.admitted_on),
        (RecordField::FullOn, record.full_on),
        (RecordField::LostOn, record.lost_on),
    ];
    for (field, day) in days {
        if day.is_some_and(|day| day > today) {
            found.push((field, "directory.date_ahead"));
        }
    }
    if record.admitted_on.is_some_and(|day| day.years_since(record.born_on) < ADULT) {
        found.push((RecordField::AdmittedOn, "directory.admitted_too_young"));
    }
    if let (Some(admitted), Some(full)) = (record.admitted_on, record.full_on)
        && full < admitted
    {
        found.push((RecordField::FullOn, "directory.full_before_admitted"));
    }
    if record.kind == MemberKind::Probationary && record.full_on.is_some() {
        found.push((RecordField::FullOn, "directory.probationary_has_no_full_day"));
    }
    found
}

/// The contradictions that `after` has and `before` had not: nobody must mend what he did not touch.
pub fn new_contradictions(before: &MemberRecord, after: &MemberRecord, today: Date) -> Vec<FieldProblem> {
    let known = contradictions(before, today);
    contradictions(after, today)
        .into_iter()
        .filter(|(field, code)| !known.contains(&(*field, *code)) || before.text(*field) != after.text(*field))
        .map(|(field, code)| FieldProblem { field: field.code().to_owned(), code, args: Vec::new() })
        .collect()
}

/// How an item stands for the member himself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Openness {
    /// Grey: only an administrator changes it.
    Locked,
    /// May be changed; takes effect when the branch has reviewed it.
    AfterReview,
    /// May be changed at once.
    AtOnce,
}

/// How an item stands for the member himself (manual: "灰色部分信息一经审核就无法编辑了 … 其余信息党员可自行修改").
pub const fn openness(field: RecordField, reviewed: bool) -> Openness {
    match field.class() {
        FieldClass::Reviewed if reviewed => Openness::Locked,
        FieldClass::Reviewed | FieldClass::Checked => Openness::AfterReview,
        FieldClass::Free => Openness::AtOnce,
        FieldClass::Office => Openness::Locked,
    }
}

/// Whether a decision ends the first review: nothing waits any more, and nothing was sent back that the member has
/// still to mend.
pub fn ends_review(still_waiting: usize, sent_back: usize) -> bool {
    still_waiting == 0 && sent_back == 0
}

#[cfg(test)]
mod tests;
