//! What the form of a sheet brings, read line by line.

use std::collections::HashMap;

use ejia_kernel::{Fen, MemberId, Month, Problem, narrow_solid};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::judge::Cell;
use super::model::{Figure, Line};
use crate::rules::{Basis, Reckoned, Rounding, reckon};

/// The largest base and the largest amount that are taken for one, 99,999,999.99 and 999,999.99 yuan; more is a slip of
/// the finger.
const MOST_BASE: Fen = Fen::new(9_999_999_999);
const MOST_AMOUNT: Fen = Fen::new(99_999_999);
/// The longest reason or reference.
const LONGEST: usize = 60;

/// A sheet as it was filled in: lists side by side, one entry a line.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct SheetEntered {
    /// The month, `2026-03`.
    pub(crate) month: String,
    /// The version of the sheet that was shown.
    pub(crate) version: String,
    /// Who; lines that are not named stay as they are.
    pub(crate) member: Vec<String>,
    /// A basis by its code or its label; empty is a wage.
    pub(crate) basis: Vec<String>,
    /// The dues base in yuan.
    pub(crate) base: Vec<String>,
    /// The amount in yuan; empty, or what was shown as computed, is computed anew.
    pub(crate) amount: Vec<String>,
    /// What was shown as computed.
    pub(crate) computed: Vec<String>,
    /// Why the amount was typed.
    pub(crate) typed_reason: Vec<String>,
    /// The approval's reference.
    pub(crate) exemption: Vec<String>,
    /// What was pasted from a spreadsheet.
    pub(crate) pasted: String,
}

/// One line of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LineEntered {
    pub(crate) basis: String,
    pub(crate) base: String,
    pub(crate) amount: String,
    pub(crate) computed: String,
    pub(crate) typed_reason: String,
    pub(crate) exemption: String,
}

impl LineEntered {
    /// The line as a form that nobody touched would bring it.
    pub(crate) fn of(figure: &Figure) -> Self {
        let text = |amount: Option<Fen>| amount.map(|amount| amount.to_string()).unwrap_or_default();
        Self {
            basis: figure.basis.code().to_owned(),
            base: text(figure.base),
            amount: text(figure.amount),
            computed: text(figure.computed),
            typed_reason: figure.typed_reason.clone(),
            exemption: figure.exemption.clone(),
        }
    }
}

impl SheetEntered {
    /// The lines, by member; what is no member's id is passed over.
    pub(crate) fn lines(&self) -> HashMap<MemberId, LineEntered> {
        let at = |list: &[String], index: usize| list.get(index).cloned().unwrap_or_default();
        let line = |index| LineEntered {
            basis: at(&self.basis, index),
            base: at(&self.base, index),
            amount: at(&self.amount, index),
            computed: at(&self.computed, index),
            typed_reason: at(&self.typed_reason, index),
            exemption: at(&self.exemption, index),
        };
        self.member.iter().enumerate().filter_map(|(index, id)| Some((id.parse().ok()?, line(index)))).collect()
    }
}

/// A cell that cannot be read.
pub(crate) type Fault = (Cell, &'static str);

/// Reads a line and reckons it. A cell that cannot be read leaves its figure out, and is named.
///
/// # Errors
/// `dues.month_without_rule` for a month before the first regulation.
pub(crate) fn read(
    entered: &LineEntered,
    month: Month,
    rounding: Rounding,
) -> Result<(Figure, Reckoned, Vec<Fault>), Problem> {
    let mut faults = Vec::new();
    let mut basis = basis_of(&entered.basis).unwrap_or_else(|| {
        faults.push((Cell::Basis, "dues.basis_unknown"));
        Basis::Wage
    });
    let mut base = amount_of(&entered.base, MOST_BASE).unwrap_or_else(|code| {
        faults.push((Cell::Base, code));
        None
    });
    let amount = amount_of(&entered.amount, MOST_AMOUNT).unwrap_or_else(|code| {
        faults.push((Cell::Amount, code));
        None
    });
    let mut text = |cell, typed: &str| {
        let text = tidy(typed);
        if text.chars().count() > LONGEST {
            faults.push((cell, "dues.text_too_long"));
        }
        text
    };
    let (mut typed_reason, exemption) =
        (text(Cell::TypedReason, &entered.typed_reason), text(Cell::Exemption, &entered.exemption));
    let shown = amount_of(&entered.computed, MOST_AMOUNT).unwrap_or_default();
    let untouched = amount.is_none() || amount == shown;
    if basis.needs_base() && base.is_none() && !untouched {
        // Only an amount was typed: 0 is an exemption with base 0, anything else needs no base.
        if amount == Some(Fen::ZERO) { base = amount } else { basis = Basis::Typed }
    }
    if basis == Basis::Typed && base.is_some() && amount.is_none() {
        // A base where only an amount had been typed: it is to be reckoned from.
        basis = Basis::Wage;
    }
    if !basis.needs_base() && basis != Basis::Hardship {
        base = None;
    }
    let reckoned = reckon(basis, base, month, rounding)?;
    let missing = basis.needs_base() && base.is_none();
    let waived = basis == Basis::Hardship && base == Some(Fen::ZERO) && amount.is_none();
    let amount = match (untouched, reckoned.computed) {
        (true, Some(computed)) => Some(computed),
        (true, None) if missing => None,
        _ if waived => Some(Fen::ZERO),
        _ => amount,
    };
    if amount.is_some() && amount == reckoned.computed {
        // Nothing is typed any more, so there is nothing to give a reason for.
        typed_reason.clear();
    }
    Ok((Figure { basis, base, computed: reckoned.computed, amount, typed_reason, exemption }, reckoned, faults))
}

/// A basis by its code or its label; empty is a wage.
pub(crate) fn basis_of(text: &str) -> Option<Basis> {
    let text = narrow_solid(text);
    if text.is_empty() { Some(Basis::Wage) } else { Basis::from_code(&text).or_else(|| Basis::from_label(&text)) }
}

/// An amount as people type it: `3000`, `3,000.00`, `３０００元`; empty is none.
pub(crate) fn money(text: &str) -> Result<Option<Fen>, &'static str> {
    amount_of(text, MOST_BASE)
}

fn amount_of(text: &str, most: Fen) -> Result<Option<Fen>, &'static str> {
    let solid = narrow_solid(text);
    let bare = solid.trim_start_matches(['¥', '￥']).trim_end_matches('元');
    let digits: String = bare.chars().filter(|letter| *letter != ',').collect();
    if digits.is_empty() {
        return Ok(None);
    }
    let amount: Fen = digits.parse().map_err(|_| "dues.amount_unreadable")?;
    if amount > most { Err("dues.amount_too_large") } else { Ok(Some(amount)) }
}

/// A text on one line, without what cannot be seen.
fn tidy(typed: &str) -> String {
    let visible: String = typed.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The cell's name in a refusal, and its id on the page: `amount-01j…`.
pub(crate) fn cell_id(cell: Cell, line: &Line) -> String {
    format!("{}-{}", cell.name(), line.member.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(basis: &str, base: &str, amount: &str, computed: &str) -> Figure {
        let entered = LineEntered {
            basis: basis.to_owned(),
            base: base.to_owned(),
            amount: amount.to_owned(),
            computed: computed.to_owned(),
            ..LineEntered::default()
        };
        let (figure, _, faults) = read(&entered, "2026-03".parse().unwrap(), Rounding::USUAL).unwrap();
        assert_eq!(faults, []);
        figure
    }

    fn is(figure: &Figure) -> (Basis, String, String) {
        let text = |amount: Option<Fen>| amount.map(|amount| amount.to_string()).unwrap_or_default();
        (figure.basis, text(figure.base), text(figure.amount))
    }

    fn expected(basis: Basis, base: &str, amount: &str) -> (Basis, String, String) {
        (basis, base.to_owned(), amount.to_owned())
    }

    #[test]
    fn an_amount_nobody_typed_follows_the_base() {
        assert_eq!(is(&line("wage", "3000", "", "")), expected(Basis::Wage, "3000.00", "15.00"));
        assert_eq!(is(&line("wage", "5000", "15.00", "15.00")), expected(Basis::Wage, "5000.00", "50.00"));
        assert_eq!(is(&line("wage", "5000", "20", "15.00")), expected(Basis::Wage, "5000.00", "20.00"));
        assert_eq!(is(&line("student", "3000", "15.00", "15.00")), expected(Basis::Student, "", "0.20"));
        assert_eq!(is(&line("wage", "", "15.00", "15.00")), expected(Basis::Wage, "", ""));
    }

    #[test]
    fn an_amount_alone_is_typed_and_nothing_alone_is_an_exemption() {
        assert_eq!(is(&line("", "", "20", "")), expected(Basis::Typed, "", "20.00"));
        assert_eq!(is(&line("", "", "0", "")), expected(Basis::Wage, "0.00", "0.00"));
        assert_eq!(is(&line("", "0", "", "")), expected(Basis::Wage, "0.00", "0.00"));
        assert_eq!(is(&line("hardship", "0", "", "")), expected(Basis::Hardship, "0.00", "0.00"));
        assert_eq!(is(&line("typed", "3000", "15", "15")), expected(Basis::Typed, "", "15.00"));
        assert_eq!(is(&line("typed", "3000", "", "")), expected(Basis::Wage, "3000.00", "15.00"));
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for text in
            ["3000", "3,000.00", "３０００", " 3 000.0 ", "￥3000元", "３，０００。００".replace('。', ".").as_str()]
        {
            assert_eq!(money(text), Ok(Some(Fen::new(300_000))), "{text}");
        }
        assert_eq!(money(" 　"), Ok(None));
        for text in ["-1", "3000.005", "三千", "1e3", "12.3.4"] {
            assert_eq!(money(text), Err("dues.amount_unreadable"), "{text}");
        }
        assert_eq!(money("100000000"), Err("dues.amount_too_large"));
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_cell() {
        let entered = LineEntered {
            basis: "工资吧".to_owned(),
            base: "三千".to_owned(),
            amount: "9999999".to_owned(),
            typed_reason: "长".repeat(61),
            ..LineEntered::default()
        };
        let (_, _, faults) = read(&entered, "2026-03".parse().unwrap(), Rounding::USUAL).unwrap();
        assert_eq!(
            faults,
            [
                (Cell::Basis, "dues.basis_unknown"),
                (Cell::Base, "dues.amount_unreadable"),
                (Cell::Amount, "dues.amount_too_large"),
                (Cell::TypedReason, "dues.text_too_long"),
            ]
        );
    }
}
