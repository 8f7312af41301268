//! How long it takes to set a letter as PDF once the typesetter is warm.

use ejia_documents::{IntroducedMember, LetterPaper, OldCommittee, Paper, Typesetter};
use ejia_kernel::{Date, IdCardNumber, MemberKind, Month, PersonName, Sex};
use ejia_press::Press;

use super::measure::Times;
use super::report::{Line, Wanted};
use crate::commands::explained;

/// Letters that are measured, after those that warm it up.
const LETTERS: u32 = 60;
const WARMING: u32 = 5;
/// Half of all letters are set within so many milliseconds.
const BOUND: f64 = 100.0;

/// Sets letters one after the other, each of somebody else.
pub(super) fn measure(today: Date) -> Result<Line, String> {
    let press = Press::beside();
    let mut times = Times::default();
    for number in 0..LETTERS + WARMING {
        let paper = Paper::letter(&letter(number, today)?).map_err(|problem| explained(&problem))?;
        let set = || press.set(&paper).map_err(|fault| format!("{fault:?}"));
        if number < WARMING { set() } else { times.run(set) }?;
    }
    let how = format!("p99 {:.0} ms", times.percentile(99));
    Ok(Line::new("a letter as PDF, warm: p50", times.percentile(50), "ms", Wanted::AtMost(BOUND)).from(how))
}

fn letter(number: u32, today: Date) -> Result<LetterPaper, String> {
    let said = |fault: &dyn std::fmt::Display| fault.to_string();
    let id_card = IdCardNumber::complete(&format!("35020319850614{number:03}")).map_err(|fault| said(&fault))?;
    Ok(LetterPaper {
        number: format!("厦委组字〔2026〕第{number:04}号"),
        replaces: None,
        addressee: "中共福州市鼓楼区委组织部".to_owned(),
        member: IntroducedMember {
            name: PersonName::parse(if number.is_multiple_of(2) { "陈建国" } else { "欧阳𬱖" })
                .map_err(|fault| said(&fault))?,
            sex: if number.is_multiple_of(2) { Sex::Male } else { Sex::Female },
            born_on: id_card.birth_date(),
            ethnic_group: "汉族".to_owned(),
            kind: MemberKind::Full,
            id_card,
            contact: format!("1380000{number:04}"),
        },
        from: format!("中共厦门市思明区筼筜街道第{number}支部委员会"),
        to: "中共福州市鼓楼区东街街道第二支部委员会".to_owned(),
        dues_paid_to: Some(Month::of(today)),
        valid_days: 30,
        issuer: "中共厦门市委组织部".to_owned(),
        issued_on: today,
        committee: OldCommittee {
            name: "中共厦门市思明区筼筜街道工作委员会".to_owned(),
            address: "福建省厦门市思明区湖滨北路1号".to_owned(),
            phone: "0592-2000001".to_owned(),
            fax: String::new(),
            postcode: "361000".to_owned(),
        },
        check_address: format!("https://ejia.example/letters/{number:026}"),
        check_code: String::new(),
        receipt_address: format!("https://ejia.example/letters/receipts/{number:026}"),
    })
}
