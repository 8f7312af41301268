//! 《中国共产党党员组织关系介绍信》 on paper: stub, letter and receipt with one number.

use ejia_kernel::{Date, IdCardNumber, MemberKind, Month, PersonName, Problem, Sex};
use ejia_web::Scan;
use serde_json::json;

use crate::capitals::{capital_count, capital_year};
use crate::paper::Paper;

/// What the letter says. An empty text, or a month that is not known, leaves a line to be written on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterPaper {
    /// Its number, as it runs over the seams: 厦委组字第0012号.
    pub number: String,
    /// The number of the letter whose place it takes.
    pub replaces: Option<String>,
    /// To whom it is written.
    pub addressee: String,
    /// Of whom.
    pub member: IntroducedMember,
    /// The organization he leaves.
    pub from: String,
    /// The organization he goes to.
    pub to: String,
    /// The last month his dues are paid for.
    pub dues_paid_to: Option<Month>,
    /// For how many days it is good.
    pub valid_days: u16,
    /// Whose letter and seal it is.
    pub issuer: String,
    /// The day of issue.
    pub issued_on: Date,
    /// The committee of the branch he leaves, to which the receipt goes back.
    pub committee: OldCommittee,
    /// The address behind 扫码验真.
    pub check_address: String,
    /// What is typed where no code can be scanned; may be empty.
    pub check_code: String,
    /// The address behind 扫码回执.
    pub receipt_address: String,
}

/// The member whom a letter introduces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntroducedMember {
    /// His name.
    pub name: PersonName,
    /// Sex.
    pub sex: Sex,
    /// The day of birth: the age is that of the day of issue.
    pub born_on: Date,
    /// The ethnic group with its 族.
    pub ethnic_group: String,
    /// Full or probationary.
    pub kind: MemberKind,
    /// The ID-card number, which a letter writes in full.
    pub id_card: IdCardNumber,
    /// His phone, or where else he is reached.
    pub contact: String,
}

/// The committee that a member leaves, and where it is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldCommittee {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Its phone.
    pub phone: String,
    /// Its fax.
    pub fax: String,
    /// Its postcode.
    pub postcode: String,
}

impl Paper {
    /// A letter on paper.
    ///
    /// # Errors
    /// A fault when an address is too long for a code.
    pub fn letter(letter: &LetterPaper) -> Result<Self, Problem> {
        let LetterPaper {
            number,
            replaces,
            addressee,
            member: IntroducedMember { name, sex, born_on, ethnic_group, kind, id_card, contact },
            from,
            to,
            dues_paid_to,
            valid_days,
            issuer,
            issued_on,
            committee: OldCommittee { name: committee, address, phone, fax, postcode },
            check_address,
            check_code,
            receipt_address,
        } = letter;
        let content = json!({
            "number": number, "replaces": replaces, "addressee": addressee,
            "name": name, "sex": sex.label(), "age": issued_on.years_since(*born_on).to_string(),
            "ethnic_group": ethnic_group, "kind": kind.label(), "id_card": id_card.expose(), "contact": contact,
            "from": from, "to": to,
            "dues_year": dues_paid_to.map(|month| capital_year(month.year())).unwrap_or_default(),
            "dues_month": dues_paid_to.map(|month| capital_count(month.number().unsigned_abs().into())).unwrap_or_default(),
            "valid_days": capital_count((*valid_days).into()),
            "issuer": issuer, "day": issued_on.chinese(),
            "committee": committee, "address": address, "phone": phone, "fax": fax, "postcode": postcode,
            "check": Scan::of(check_address)?, "check_code": check_code, "receipt": Scan::of(receipt_address)?,
        });
        Ok(Self::of("letter", content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> LetterPaper {
        LetterPaper {
            number: "厦委组字第0012号".to_owned(),
            replaces: None,
            addressee: "中共福州市委组织部".to_owned(),
            member: IntroducedMember {
                name: PersonName::parse("𬱖㛃").unwrap(),
                sex: Sex::Female,
                born_on: Date::new(1990, 3, 21).unwrap(),
                ethnic_group: "汉族".to_owned(),
                kind: MemberKind::Probationary,
                id_card: IdCardNumber::complete("35020319900321002").unwrap(),
                contact: String::new(),
            },
            from: "中共厦门市思明区第一支部委员会".to_owned(),
            to: "中共福州市鼓楼区第二支部委员会".to_owned(),
            dues_paid_to: Some("2026-10".parse().unwrap()),
            valid_days: 30,
            issuer: "中共厦门市委组织部".to_owned(),
            issued_on: Date::new(2026, 3, 20).unwrap(),
            committee: OldCommittee {
                name: "中共厦门市思明区委员会".to_owned(),
                address: String::new(),
                phone: "0592-2000000".to_owned(),
                fax: String::new(),
                postcode: String::new(),
            },
            check_address: "https://ejia.example/letters/1".to_owned(),
            check_code: String::new(),
            receipt_address: "https://ejia.example/letters/1/receipt".to_owned(),
        }
    }

    #[test]
    fn a_letter_says_years_months_and_days_in_capitals_and_the_age_of_its_day() {
        let paper = Paper::letter(&letter()).unwrap();
        assert_eq!(paper.template, "letter");
        for (word, said) in [
            ("name", "𬱖㛃"),
            ("sex", "女"),
            ("age", "35"),
            ("kind", "预备党员"),
            ("dues_year", "贰零贰陆"),
            ("dues_month", "拾"),
            ("valid_days", "叁拾"),
            ("day", "2026年3月20日"),
            ("contact", ""),
        ] {
            assert_eq!(paper.content[word], said, "{word}");
        }
        assert!(paper.content["id_card"].as_str().unwrap().starts_with("35020319900321002"));
        assert!(paper.content["check"]["bars"].is_array() && paper.content["receipt"]["bars"].is_array());
    }

    #[test]
    fn dues_that_nobody_knows_of_leave_a_blank() {
        let paper = Paper::letter(&LetterPaper { dues_paid_to: None, ..letter() }).unwrap();
        assert_eq!((&paper.content["dues_year"], &paper.content["dues_month"]), (&json!(""), &json!("")));
    }
}
