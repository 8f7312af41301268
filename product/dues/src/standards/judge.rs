//! Whether a line can be submitted as it stands: pure, by the manual (lines 244–250) and the articles.

use ejia_kernel::Fen;

use super::model::Figure;
use crate::rules::{Basis, Reckoned};

/// A field of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cell {
    Basis,
    Base,
    Amount,
    TypedReason,
    Exemption,
}

impl Cell {
    /// Its name in the form.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Basis => "basis",
            Self::Base => "base",
            Self::Amount => "amount",
            Self::TypedReason => "typed_reason",
            Self::Exemption => "exemption",
        }
    }
}

/// What stands against submitting a line, if anything: the first thing to be mended and its code.
pub(crate) fn judge(figure: &Figure, reckoned: &Reckoned) -> Option<(Cell, &'static str)> {
    let Some(amount) = figure.amount else {
        let missing = if figure.basis.needs_base() { Cell::Base } else { Cell::Amount };
        return Some((missing, "dues.figure_needed"));
    };
    if figure.basis == Basis::Hardship && figure.exemption.is_empty() {
        return Some((Cell::Exemption, "dues.approval_needed"));
    }
    if amount == Fen::ZERO {
        return nothing_due(figure, reckoned);
    }
    let computed = reckoned.computed?;
    let within = (computed..=reckoned.most.unwrap_or(computed)).contains(&amount);
    let explained = !figure.typed_reason.is_empty() || !figure.exemption.is_empty();
    (!within && !explained).then_some((Cell::TypedReason, "dues.typed_reason_needed"))
}

/// Nothing is due when base and dues are 0 and an approval is named, or when the rule itself comes to 0.
fn nothing_due(figure: &Figure, reckoned: &Reckoned) -> Option<(Cell, &'static str)> {
    let base = figure.base.unwrap_or(Fen::ZERO);
    if base > Fen::ZERO {
        let by_rule = reckoned.computed == Some(Fen::ZERO) || figure.basis == Basis::Hardship;
        return (!by_rule).then_some((Cell::Base, "dues.exempt_base_not_zero"));
    }
    figure.exemption.is_empty().then_some((Cell::Exemption, "dues.exemption_needed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Rounding, reckon};

    fn found(basis: Basis, base: &str, amount: &str, reason: &str, exemption: &str) -> Option<(Cell, &'static str)> {
        let read = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
        let reckoned = reckon(basis, read(base), "2026-03".parse().unwrap(), Rounding::USUAL).unwrap();
        let figure = Figure {
            basis,
            base: read(base),
            computed: reckoned.computed,
            amount: read(amount),
            typed_reason: reason.to_owned(),
            exemption: exemption.to_owned(),
        };
        judge(&figure, &reckoned)
    }

    #[test]
    fn a_line_is_complete_or_says_what_it_lacks() {
        use Basis::{Farmer, Hardship, Student, Typed, Wage};
        let cases = [
            (found(Wage, "3000", "15", "", ""), None),
            (found(Wage, "", "", "", ""), Some((Cell::Base, "dues.figure_needed"))),
            (found(Typed, "", "", "", ""), Some((Cell::Amount, "dues.figure_needed"))),
            (found(Typed, "", "20", "", ""), None),
            (found(Wage, "3000", "20", "", ""), Some((Cell::TypedReason, "dues.typed_reason_needed"))),
            (found(Wage, "3000", "20", "自愿多交", ""), None),
            (found(Wage, "3000", "10", "", "街委〔2026〕3号"), None),
            (found(Wage, "0", "0", "", ""), Some((Cell::Exemption, "dues.exemption_needed"))),
            (found(Wage, "0", "0", "", "街委〔2026〕3号"), None),
            (found(Wage, "3000", "0", "", "街委〔2026〕3号"), Some((Cell::Base, "dues.exempt_base_not_zero"))),
            (found(Wage, "0.50", "0", "", ""), None),
            (found(Student, "", "0.2", "", ""), None),
            (found(Student, "", "0", "", ""), Some((Cell::Exemption, "dues.exemption_needed"))),
            (found(Student, "", "0", "", "街委〔2026〕3号"), None),
            (found(Farmer, "", "0.5", "", ""), None),
            (found(Farmer, "", "1", "", ""), None),
            (found(Farmer, "", "1.01", "", ""), Some((Cell::TypedReason, "dues.typed_reason_needed"))),
            (found(Hardship, "", "5", "", ""), Some((Cell::Exemption, "dues.approval_needed"))),
            (found(Hardship, "3000", "0", "", "街委〔2026〕3号"), None),
        ];
        for (number, (found, expected)) in cases.into_iter().enumerate() {
            assert_eq!(found, expected, "case {number}");
        }
    }
}
