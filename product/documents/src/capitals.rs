//! Amounts, years and counts in the capital numerals of receipts and letters: 叁拾元伍分, 贰零贰陆, 叁拾.

use ejia_kernel::Fen;

const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
const GROUPS: [&str; 5] = ["", "万", "亿", "万亿", "亿亿"];

/// An amount in capital numerals, by the rules banks print it: `整` after whole yuan or jiao, `零` for a gap.
pub fn capital_amount(amount: Fen) -> String {
    let sign = if amount.fen() < 0 { "负" } else { "" };
    let fen = amount.fen().unsigned_abs();
    let (yuan, jiao, cent) = (fen / 100, fen / 10 % 10, fen % 10);
    let mut text = if yuan > 0 { format!("{}元", capital_number(yuan)) } else { String::new() };
    let (jiao, cent) = (digit(jiao), digit(cent));
    match (fen / 10 % 10, fen % 10) {
        (0, 0) if yuan == 0 => text.push_str("零元整"),
        (0, 0) => text.push('整'),
        (_, 0) => text.extend([jiao, "角整"]),
        (0, _) if yuan == 0 => text.extend([cent, "分"]),
        (0, _) => text.extend(["零", cent, "分"]),
        (_, _) => text.extend([jiao, "角", cent, "分"]),
    }
    format!("{sign}{text}")
}

/// A whole number in capital numerals: 2026 is 贰仟零贰拾陆.
pub fn capital_number(number: u64) -> String {
    if number == 0 {
        return DIGITS.first().copied().unwrap_or_default().to_owned();
    }
    let mut groups = Vec::new();
    let mut rest = number;
    while rest > 0 {
        groups.push(rest % 10_000);
        rest /= 10_000;
    }
    let mut text = String::new();
    let mut gap = false;
    for (index, group) in groups.iter().enumerate().rev() {
        if *group == 0 {
            gap = !text.is_empty();
            continue;
        }
        if !text.is_empty() && (gap || *group < 1000) {
            text.push('零');
        }
        text.push_str(&below_ten_thousand(*group));
        text.push_str(GROUPS.get(index).copied().unwrap_or_default());
        gap = false;
    }
    text
}

/// A count of months or days as letters write it: like [`capital_number`], but 拾贰 and not 壹拾贰.
pub fn capital_count(count: u64) -> String {
    let text = capital_number(count);
    if (10..20).contains(&count) { text.trim_start_matches('壹').to_owned() } else { text }
}

/// A year in capital numerals, digit by digit: 2026 is 贰零贰陆.
pub fn capital_year(year: i16) -> String {
    year.unsigned_abs().to_string().bytes().map(|byte| digit(u64::from(byte - b'0'))).collect()
}

fn below_ten_thousand(number: u64) -> String {
    let mut text = String::new();
    let mut gap = false;
    for place in (0..4_u32).rev() {
        let here = number / 10_u64.pow(place) % 10;
        if here == 0 {
            gap = !text.is_empty();
            continue;
        }
        if gap {
            text.push('零');
        }
        gap = false;
        text.push_str(digit(here));
        text.push_str(PLACES.get(place as usize).copied().unwrap_or_default());
    }
    text
}

fn digit(digit: u64) -> &'static str {
    usize::try_from(digit).ok().and_then(|index| DIGITS.get(index)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_banks_write_them() {
        for (fen, text) in [
            (0, "零元整"),
            (5, "伍分"),
            (50, "伍角整"),
            (3005, "叁拾元零伍分"),
            (3050, "叁拾元伍角整"),
            (3055, "叁拾元伍角伍分"),
            (1500, "壹拾伍元整"),
            (100_000, "壹仟元整"),
            (100_100, "壹仟零壹元整"),
            (1_001_000, "壹万零壹拾元整"),
            (1_000_000_000, "壹仟万元整"),
            (10_000_000_100, "壹亿零壹元整"),
            (10_500_000, "壹拾万伍仟元整"),
            (-3000, "负叁拾元整"),
        ] {
            assert_eq!(capital_amount(Fen::new(fen)), text, "{fen}");
        }
        assert_eq!(capital_number(2026), "贰仟零贰拾陆");
        assert_eq!(capital_number(90), "玖拾");
    }

    #[test]
    fn letters_count_months_and_days() {
        for (count, text) in [
            (0, "零"),
            (1, "壹"),
            (3, "叁"),
            (9, "玖"),
            (10, "拾"),
            (11, "拾壹"),
            (12, "拾贰"),
            (15, "拾伍"),
            (19, "拾玖"),
            (20, "贰拾"),
            (30, "叁拾"),
            (45, "肆拾伍"),
            (90, "玖拾"),
            (110, "壹佰壹拾"),
        ] {
            assert_eq!(capital_count(count), text, "{count}");
        }
    }

    #[test]
    fn years_are_written_digit_by_digit() {
        for (year, text) in [(2026, "贰零贰陆"), (2030, "贰零叁零"), (1999, "壹玖玖玖"), (2000, "贰零零零")]
        {
            assert_eq!(capital_year(year), text, "{year}");
        }
    }
}
