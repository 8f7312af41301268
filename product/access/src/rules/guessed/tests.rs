//! The rule beside passwords that are known to be chosen, and beside some that nobody guesses.

use std::collections::BTreeSet;

use super::super::{OffLimits, good_password};
use super::*;

/// Seen again and again where passwords were stolen, or what people here would choose.
const SEEN: &[&str] = &[
    "123456789a",
    "12345678a",
    "1234567a",
    "123456abc",
    "123456qq",
    "1234qwer",
    "123abc456",
    "123qwe123",
    "123qweasd",
    "19491001abc",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "1qaz2wsx",
    "1qaz2wsx3edc",
    "1qaz@wsx",
    "5201314a",
    "520520520a",
    "520lijing",
    "666666aa",
    "a123123123",
    "a1234567",
    "a12345678",
    "a123456789",
    "a1b2c3d4",
    "a5201314",
    "aa123456",
    "aa12345678",
    "aa@123456",
    "aaa111111",
    "abc12345",
    "abc123456",
    "abc123456789",
    "abc123abc",
    "abc123abc123",
    "abc@12345",
    "abcd1234",
    "abcd12345",
    "adm1n2026",
    "admin123",
    "admin1234",
    "admin123456",
    "admin888",
    "admin@123",
    "administrator1",
    "asd123456",
    "asdf1234",
    "beijing2008",
    "buwangchuxin1921",
    "chen1985",
    "china2008",
    "dangfei2026",
    "dangjian1",
    "dangjian123",
    "dangjian2026",
    "dangyuan1",
    "dangyuan123",
    "dangyuan1921",
    "dragon1988",
    "football1",
    "fujian0592",
    "huawei@123",
    "iloveyou1",
    "iloveyou520",
    "liu_2000",
    "lxm19850101",
    "monkey12",
    "p@ssw0rd",
    "p@ssw0rd1",
    "passw0rd",
    "passw0rd!",
    "password1",
    "password12",
    "password123",
    "password2024",
    "princess1",
    "q1w2e3r4",
    "qaz123456",
    "qazwsx123",
    "qq123456",
    "qq123456789",
    "qq5201314",
    "qwe123456",
    "qwer1234",
    "qwer@1234",
    "qwerty!1",
    "qwerty123",
    "qwerty1234",
    "root1234",
    "sunshine1",
    "test1234",
    "test@2026",
    "w123456789",
    "wang1234",
    "wang88888888",
    "wangli123",
    "welcome1",
    "welcome@1",
    "woaini123",
    "woaini1314",
    "woaini520",
    "woaini5201314",
    "woaini521",
    "xiamen0592",
    "xiamen123",
    "xiamen@2026",
    "xuexiqiangguo1",
    "z123456789",
    "zhang123",
    "zhangwei1990",
    "zw880808",
    "zxc123456",
    "zxc@1234",
    "zxcv1234",
    "zxcvbnm1",
];

/// What people put behind a word.
const TAILS: &[&str] = &[
    "1",
    "12",
    "123",
    "1234",
    "12345",
    "123456",
    "123456789",
    "88",
    "888",
    "666",
    "520",
    "1314",
    "@123",
    "!1",
    "2024",
    "2025",
    "2026",
    "19851001",
    "0101",
];

fn refused_as_guessed(password: &str) -> bool {
    good_password(password, &OffLimits::default()) == Err("access.password_common")
}

#[test]
fn what_is_seen_again_and_again_would_else_be_accepted() {
    for password in SEEN {
        assert!(refused_as_guessed(password), "{password}");
    }
}

#[test]
fn more_than_three_thousand_of_those_that_pass_every_other_rule_are_refused() {
    let mut refused = BTreeSet::new();
    for word in &WORDS.whole {
        for password in TAILS.iter().flat_map(|tail| [format!("{word}{tail}"), format!("{tail}{word}")]) {
            match good_password(&password, &OffLimits::default()) {
                Err("access.password_common") => drop(refused.insert(password)),
                Err("access.password_length") => {}
                verdict => panic!("{password}: {verdict:?}"),
            }
        }
    }
    assert!(refused.len() > 3_000, "{}", refused.len());
    eprintln!("{} words, {} forms of them refused", WORDS.whole.len(), refused.len());
}

#[test]
fn what_nobody_guesses_is_accepted() {
    for password in [
        "Gulangyu2026 riguangyan",
        "k3m9x2p7",
        "lujiang2",
        "Kx7mPq2w",
        "huandaolu14gonglizhong",
        "sanjiaomei5duo",
        "7hairunxinglu",
        "鹭江白鹭2026abc",
        "correct-horse-9-battery",
    ] {
        assert_eq!(good_password(password, &OffLimits::default()), Ok(()), "{password}");
    }
    // Drawn by chance, hardly any is refused.
    let alphabet: Vec<char> = ('a'..='z').chain('0'..='9').collect();
    let mut chance = 0x1921_0723_u64;
    let mut drawn = || {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        alphabet[usize::try_from(chance % 36).unwrap()]
    };
    let passwords: Vec<String> = (0..2_000).map(|_| (0..8).map(|_| drawn()).collect()).collect();
    assert!(passwords.iter().filter(|password| is_guessed(password)).count() < 5);
}
