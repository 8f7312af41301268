//! ID-card numbers, phones and names.

use proptest::prelude::*;

use crate::{Date, IdCardFault, IdCardNumber, NameFault, PersonName, Phone, Sex, narrow, sentence};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

prop_compose! {
    fn id_card_body()(
        province in prop::sample::select(vec!["11", "35", "44", "71", "81", "82", "83"]),
        district in 0..10_000_u32,
        birth in 0..45_000_i32,
        order in 0..1000_u32,
    ) -> (String, Date, u32) {
        let birth = day("1900-01-01").plus_days(birth);
        let digits = birth.to_string().replace('-', "");
        (format!("{province}{district:04}{digits}{order:03}"), birth, order)
    }
}

#[test]
fn the_known_valid_numbers_are_accepted() {
    let mother = IdCardNumber::parse("11010519491231002X").unwrap();
    assert_eq!((mother.birth_date(), mother.sex()), (day("1949-12-31"), Sex::Female));
    let elder = IdCardNumber::parse("440524188001010014").unwrap();
    assert_eq!((elder.birth_date(), elder.sex()), (day("1880-01-01"), Sex::Male));
}

#[test]
fn every_way_to_type_a_number_gives_the_same_number() {
    let number = IdCardNumber::parse("11010519491231002X").unwrap();
    for typed in [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "\u{feff}11010519491231002X\u{a0}",
    ] {
        assert_eq!(IdCardNumber::parse(typed).as_ref(), Ok(&number), "{typed}");
    }
    assert_eq!(number.expose(), "11010519491231002X");
    assert_eq!(number.masked(), "110***********002X");
    assert_eq!(number.masked().len(), 18);
}

#[test]
fn what_is_no_number_is_refused_with_its_reason() {
    for (typed, fault) in [
        ("", IdCardFault::Length),
        ("110105491231002", IdCardFault::Length),
        ("11010519491231002XX", IdCardFault::Length),
        ("1101051949123100２２", IdCardFault::CheckDigit),
        ("11010519491231002A", IdCardFault::Characters),
        ("1101051949123100O2", IdCardFault::Characters),
        ("1X010519491231002X", IdCardFault::Characters),
        ("身份证身份证身份证身份证身份证身份证", IdCardFault::Characters),
        ("01010519491231002X", IdCardFault::Region),
        ("99010519491231002X", IdCardFault::Region),
        ("11010519490231002X", IdCardFault::BirthDate),
        ("11010519491331002X", IdCardFault::BirthDate),
        ("110105194912310021", IdCardFault::CheckDigit),
    ] {
        assert_eq!(IdCardNumber::parse(typed), Err(fault), "{typed}");
    }
}

proptest! {
    #[test]
    fn a_number_with_its_check_digit_is_accepted((body, birth, order) in id_card_body()) {
        let made = IdCardNumber::complete(&body).unwrap();
        let read = IdCardNumber::parse(made.expose()).unwrap();
        prop_assert_eq!(&read, &made);
        prop_assert_eq!(read.birth_date(), birth);
        prop_assert_eq!(read.sex() == Sex::Male, order % 2 == 1);
    }

    #[test]
    fn any_single_wrong_digit_is_refused((body, _, _) in id_card_body(), place in 0..18_usize) {
        let made = IdCardNumber::complete(&body).unwrap();
        for digit in "0123456789X".chars() {
            let mut typed: Vec<char> = made.expose().chars().collect();
            if typed[place] != digit {
                typed[place] = digit;
                let typed: String = typed.into_iter().collect();
                prop_assert!(IdCardNumber::parse(&typed).is_err(), "{} for {}", typed, made.expose());
            }
        }
    }

    #[test]
    fn no_text_breaks_the_readers(text in "\\PC*") {
        let _ = IdCardNumber::parse(&text);
        let _ = Phone::parse(&text);
        let _ = Date::parse_loose(&text);
        if let Ok(name) = PersonName::parse(&text) {
            prop_assert!((1..=50).contains(&name.as_str().chars().count()));
            prop_assert_eq!(&PersonName::parse(name.as_str()).unwrap(), &name);
        }
    }

    #[test]
    fn a_mobile_number_is_read_in_all_its_dresses(second in 3..=9_u8, rest in 0..1_000_000_000_u32) {
        let number = format!("1{second}{rest:09}");
        let (a, b) = number.split_at(3);
        let (b, c) = b.split_at(4);
        for typed in [number.clone(), format!("{a} {b}-{c}"), format!("+86 {number}"), format!("+86-{a}-{b}-{c}")] {
            let phone = Phone::parse(&typed).unwrap();
            prop_assert_eq!(phone.expose(), &number);
        }
    }
}

#[test]
fn residence_permits_of_hong_kong_macao_and_taiwan_are_accepted() {
    for area in ["810000", "820000", "830000"] {
        assert!(IdCardNumber::complete(&format!("{area}19900101001")).is_ok(), "{area}");
    }
}

#[test]
fn what_is_no_mobile_number_is_refused() {
    for typed in ["", "0592-4083170", "12012345678", "1381234567", "138123456789", "1381234567a"] {
        assert!(Phone::parse(typed).is_err(), "{typed}");
    }
}

#[test]
fn a_full_width_phone_is_read_and_masked() {
    let phone = Phone::parse("１３８１２３４８００３").unwrap();
    assert_eq!(phone.expose(), "13812348003");
    assert_eq!(phone.masked(), "138****8003");
}

#[test]
fn numbers_of_persons_never_print() {
    let number = IdCardNumber::parse("11010519491231002X").unwrap();
    let phone = Phone::parse("13812348003").unwrap();
    let printed = format!("{number:?} {phone:?} {:?}", Some((&number, &phone)));
    assert!(!printed.chars().any(|character| character.is_ascii_digit()), "{printed}");
}

#[test]
fn names_are_kept_whole() {
    for (typed, kept) in [
        ("廖雅", "廖雅"),
        (" 张 三\u{3000}", "张三"),
        ("欧阳\u{3000}娜 娜", "欧阳娜娜"),
        ("阿不都热合曼·买买提", "阿不都热合曼·买买提"),
        ("阿不都热合曼•买买提", "阿不都热合曼·买买提"),
        ("阿不都热合曼．买买提", "阿不都热合曼·买买提"),
        ("李𬱖", "李𬱖"),
        ("\u{feff}王㛃", "王㛃"),
        ("  John   Smith ", "John Smith"),
        ("O'Neill-Ruiz", "O'Neill-Ruiz"),
    ] {
        assert_eq!(PersonName::parse(typed).unwrap().as_str(), kept);
    }
}

#[test]
fn what_is_no_name_is_refused() {
    for (typed, fault) in [
        ("", NameFault::Empty),
        (" \u{3000}\u{200b}", NameFault::Empty),
        ("张\0三", NameFault::Characters),
        (&"长".repeat(51), NameFault::TooLong),
    ] {
        assert_eq!(PersonName::parse(typed), Err(fault));
    }
    assert!(PersonName::parse(&"长".repeat(50)).is_ok());
}

#[test]
fn full_width_becomes_narrow() {
    assert_eq!(narrow("ＡＢＣ１２３－ｘ\u{3000}\u{a0}！中"), "ABC123-x  !中");
}

#[test]
fn every_refusal_has_its_sentence() {
    for fault in [
        IdCardFault::Length,
        IdCardFault::Characters,
        IdCardFault::Region,
        IdCardFault::BirthDate,
        IdCardFault::CheckDigit,
    ] {
        assert!(fault.sentence().ends_with('。'), "{fault:?}");
    }
    for fault in [NameFault::Empty, NameFault::TooLong, NameFault::Characters] {
        assert!(fault.sentence().ends_with('。'), "{fault:?}");
    }
    assert_eq!(sentence("kernel.phone_digits"), "手机号应为11位数字，以1开头。");
    assert_eq!(sentence("kernel.unknown"), "");
}
