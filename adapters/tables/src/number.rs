//! Number cells as text: integers without ".0", dates as ISO text, and a flag where digits have been lost.

/// How a number cell is meant to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Shown {
    #[default]
    Number,
    Date,
}

/// What a number cell says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    Text(String),
    LostDigits,
}

/// The formats every workbook knows without declaring them (ECMA-376 part 1, 18.8.30, with the East Asian ones).
pub(crate) fn builtin(id: u32) -> Shown {
    match id {
        14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58 => Shown::Date,
        _ => Shown::Number,
    }
}

/// Reads a format code such as `yyyy"年"m"月"d"日"`: a year or a day in it makes a date.
pub(crate) fn custom(code: &str) -> Shown {
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    for c in code.replace("General", "").chars() {
        if escaped {
            escaped = false;
            continue;
        }
        match c {
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '[' => bracketed = true,
            ']' => bracketed = false,
            _ if bracketed => {}
            ';' => break,
            'y' | 'Y' | 'd' | 'D' | 'e' => return Shown::Date,
            _ => {}
        }
    }
    Shown::Number
}

/// The text of a number cell.
pub(crate) fn say(value: f64, shown: Shown, from_1904: bool) -> Said {
    if !value.is_finite() {
        return Said::Text(String::new());
    }
    if shown == Shown::Date
        && let Some(date) = date(value, from_1904)
    {
        return Said::Text(date);
    }
    if value.abs() >= 1e15 {
        return Said::LostDigits;
    }
    if value == 0.0 { Said::Text("0".to_owned()) } else { Said::Text(format!("{value}")) }
}

/// The ISO text of a day number; `None` outside the years 1900 to 9999, and for the 29 February 1900 that never was.
fn date(serial: f64, from_1904: bool) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&serial) || (!from_1904 && serial < 1.0) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "just checked to be a small positive number")]
    let day = serial.floor() as i64;
    let since_1970 = match day {
        _ if from_1904 => day - 24_107,
        60 => return None,
        ..60 => day - 25_568,
        _ => day - 25_569,
    };
    let (year, month, day_of_month) = civil(since_1970);
    let mut text = format!("{year:04}-{month:02}-{day_of_month:02}");
    #[expect(clippy::cast_possible_truncation, reason = "a fraction of a day")]
    let minutes = ((serial - serial.floor()) * 1440.0).round() as i64;
    if minutes > 0 && minutes < 1440 {
        text = format!("{text} {:02}:{:02}", minutes / 60, minutes % 60);
    }
    Some(text)
}

/// Days since 1970-01-01 as year, month and day (the well-known "civil from days").
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: f64, shown: Shown) -> String {
        match say(value, shown, false) {
            Said::Text(text) => text,
            Said::LostDigits => "lost".to_owned(),
        }
    }

    #[test]
    fn integers_have_no_point_and_long_numbers_are_flagged() {
        assert_eq!(text(19_800_102.0, Shown::Number), "19800102");
        assert_eq!(text(17_482_816_069.0, Shown::Number), "17482816069");
        assert_eq!(text(2.5, Shown::Number), "2.5");
        assert_eq!(text(0.0, Shown::Number), "0");
        assert_eq!(text(110_105_491_231_002.0, Shown::Number), "110105491231002");
        assert_eq!(text(350_212_198_509_268_000.0, Shown::Number), "lost");
    }

    #[test]
    fn day_numbers_become_iso_dates() {
        for (serial, date) in [
            (1.0, "1900-01-01"),
            (59.0, "1900-02-28"),
            (61.0, "1900-03-01"),
            (31_316.0, "1985-09-26"),
            (46_101.0, "2026-03-20"),
            (46_101.375, "2026-03-20 09:00"),
            (2_958_465.0, "9999-12-31"),
        ] {
            assert_eq!(text(serial, Shown::Date), date);
        }
        assert_eq!(text(60.0, Shown::Date), "60");
        assert_eq!(text(19_800_102.0, Shown::Date), "19800102");
        assert_eq!(say(0.0, Shown::Date, true), Said::Text("1904-01-01".into()));
    }

    #[test]
    fn format_codes_tell_dates_from_numbers() {
        for code in ["yyyy-mm-dd", "yyyy\"年\"m\"月\"d\"日\"", "[$-804]yyyy/m/d;@", "dd/mm/yy", "[DBNum1]e年m月"] {
            assert_eq!(custom(code), Shown::Date, "{code}");
        }
        for code in ["General", "0.00", "\"day\"0", "[Red]0.0", "#,##0_d", "h:mm:ss", "@"] {
            assert_eq!(custom(code), Shown::Number, "{code}");
        }
    }
}
