//! What leaves the house for WeChat and for the text message company, looked over in every test: nothing of it says who
//! somebody is (R1).
//!
//! Pages under `/wechat` pass WeChat's own browser, so a browser of these tests refuses one that holds an ID-card number, a
//! phone or an address. What was pushed and sent is looked over when a house ends.

use ejia_kernel::{IdCardNumber, Phone};

/// What a text tells that is to stay inside.
///
/// # Errors
/// The word that tells it.
pub fn look_over(text: &str) -> Result<(), String> {
    let mut number = String::new();
    for letter in text.chars().chain([' ']) {
        if letter.is_ascii_digit() || (letter.eq_ignore_ascii_case(&'x') && number.len() == 17) {
            number.push(letter);
            continue;
        }
        if letter.is_ascii_alphabetic() || letter == '_' {
            // Part of an id or a token.
            number.clear();
            number.push(letter);
        } else if tells(&std::mem::take(&mut number)) {
            return Err("a phone or ID-card number".to_owned());
        }
    }
    match text.split('号').find(|before| before.contains("市") && ends_in_a_house(before)) {
        Some(_) => Err("an address".to_owned()),
        None => Ok(()),
    }
}

fn tells(number: &str) -> bool {
    match number.len() {
        11 => Phone::parse(number).is_ok(),
        18 => IdCardNumber::parse(number).is_ok(),
        _ => false,
    }
}

/// 路 and the number of a house.
fn ends_in_a_house(text: &str) -> bool {
    let street = text.trim_end_matches(|letter: char| letter.is_ascii_digit());
    street.len() < text.len() && street.ends_with('路')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses_are_told_from_everything_else() {
        for told in [
            "请拨打13800138003",
            "value=\"11010519491231002X\"",
            "<td>110105194912310002</td><td>11010519491231002x</td>",
            "住在福建省鹭岛市思明区前埔路12号301室",
        ] {
            assert!(look_over(told).is_err(), "{told}");
        }
        for kept in [
            "138****8003，110***********002X",
            "01jq13800138003abcd",
            "订单2026032000000138001380031",
            "厦门市思明区第12号文件",
            "三楼会议室，3月25日14:30",
        ] {
            assert!(look_over(kept).is_ok(), "{kept}");
        }
    }
}
