//! The regulations on dues as dated rows: what each basis pays, by which article, from which month to which.

use ejia_kernel::{Fen, Month};

use super::Basis;

/// A regulation, and the months it holds for.
#[derive(Debug)]
pub(super) struct Regulation {
    /// What it is cited by; kept on each bill, with the article.
    pub(super) title: &'static str,
    /// Year and month it holds from.
    from: (i16, i8),
    /// Year and month it holds to, that month included; none while it holds.
    to: Option<(i16, i8)>,
    tariffs: &'static [Tariff],
}

/// What one basis pays.
#[derive(Debug)]
pub(super) struct Tariff {
    basis: Basis,
    pub(super) article: &'static str,
    pub(super) due: Due,
}

/// How the amount is found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// A share of the whole base, by the band that the base lies in; from the lowest band up.
    Share(&'static [Band]),
    /// The same for everybody.
    Fixed(Fen),
    /// Within these two, chosen by the branch; the first unless it says otherwise.
    Range(Fen, Fen),
    /// As approved.
    Approved,
}

/// A band of bases.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Band {
    /// The largest base of the band; none for the highest.
    up_to: Option<Fen>,
    /// Thousandths of the base.
    pub(super) permille: i64,
}

/// A band up to so many yuan.
const fn band(up_to: i64, permille: i64) -> Band {
    Band { up_to: Some(Fen::new(up_to * 100)), permille }
}

const fn above(permille: i64) -> Band {
    Band { up_to: None, permille }
}

/// 第二条, which articles 3 and 4 refer to.
const OF_INCOME: &[Band] = &[band(3_000, 5), band(5_000, 10), band(10_000, 15), above(20)];
/// 第五条.
const OF_PENSION: &[Band] = &[band(5_000, 5), above(10)];
/// 第六条: 0.2 yuan, and at most 1 yuan for farmers.
const LEAST: Fen = Fen::new(20);
const MOST_OF_FARMERS: Fen = Fen::new(100);

const fn tariff(basis: Basis, article: &'static str, due: Due) -> Tariff {
    Tariff { basis, article, due }
}

/// Every regulation there has been, the oldest first. A new one closes the last row with `to` and adds its own.
const REGULATIONS: &[Regulation] = &[Regulation {
    title: "中组发〔2008〕3号",
    from: (2008, 4),
    to: None,
    tariffs: &[
        tariff(Basis::Wage, "第二条", Due::Share(OF_INCOME)),
        tariff(Basis::Annual, "第三条", Due::Share(OF_INCOME)),
        tariff(Basis::NoMonthlyIncome, "第四条", Due::Share(OF_INCOME)),
        tariff(Basis::Retired, "第五条", Due::Share(OF_PENSION)),
        tariff(Basis::Farmer, "第六条", Due::Range(LEAST, MOST_OF_FARMERS)),
        tariff(Basis::Student, "第六条", Due::Fixed(LEAST)),
        tariff(Basis::Unemployed, "第六条", Due::Fixed(LEAST)),
        tariff(Basis::Relief, "第六条", Due::Fixed(LEAST)),
        tariff(Basis::Hardship, "第七条", Due::Approved),
    ],
}];

impl Regulation {
    /// The one that holds in a month; none before the first.
    pub(super) fn of(month: Month) -> Option<&'static Self> {
        Self::among(REGULATIONS, month)
    }

    /// The one of these that holds in a month.
    fn among(regulations: &'static [Self], month: Month) -> Option<&'static Self> {
        let month = (month.year(), month.number());
        regulations.iter().find(|one| one.from <= month && one.to.is_none_or(|to| month <= to))
    }

    /// What a basis pays by it; none for what it knows nothing of.
    pub(super) fn tariff(&self, basis: Basis) -> Option<&'static Tariff> {
        self.tariffs.iter().find(|tariff| tariff.basis == basis)
    }
}

/// The band a base lies in.
pub(super) fn band_of(bands: &'static [Band], base: Fen) -> Option<&'static Band> {
    bands.iter().find(|band| band.up_to.is_none_or(|most| base <= most))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EARLIER: Regulation = Regulation { title: "旧", from: (1998, 1), to: Some((2008, 3)), tariffs: &[] };
    const LATER: Regulation = Regulation { title: "新", from: (2008, 4), to: None, tariffs: &[] };

    #[test]
    fn a_new_regulation_leaves_the_months_of_the_old_one_alone() {
        let title = |text: &str| Regulation::among(&[EARLIER, LATER], text.parse().unwrap()).map(|one| one.title);
        assert_eq!(title("1997-12"), None);
        assert_eq!(title("1998-01"), Some("旧"));
        assert_eq!(title("2008-03"), Some("旧"));
        assert_eq!(title("2008-04"), Some("新"));
        assert_eq!(title("2199-01"), Some("新"));
    }

    #[test]
    fn every_basis_with_an_article_is_in_the_regulation_in_force() {
        let regulation = Regulation::of("2026-03".parse().unwrap()).unwrap();
        for basis in Basis::ALL {
            assert_eq!(regulation.tariff(*basis).is_some(), *basis != Basis::Typed, "{basis:?}");
        }
    }
}
