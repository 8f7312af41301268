//! Amounts in the capital numerals of receipts and letters: 叁拾元伍分.

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
}
