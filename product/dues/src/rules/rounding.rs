//! How an amount is brought to whole fen, jiao or yuan. The regulation is silent, so an organization may say.

use ejia_kernel::{Fen, labelled};

labelled! {
    /// The unit that amounts are whole in.
    pub enum Scale {
        /// 0.01 yuan.
        Fen => "fen", "分";
        /// 0.1 yuan.
        Jiao => "jiao", "角";
        /// 1 yuan.
        Yuan => "yuan", "元";
    }
}

labelled! {
    /// What becomes of what is less than a unit.
    pub enum Mode {
        /// From a half on up, else down.
        HalfUp => "half_up", "四舍五入";
        /// Up whatever it is.
        Up => "up", "只进不舍";
        /// Down whatever it is.
        Down => "down", "只舍不进";
        /// A half to the even neighbour.
        HalfEven => "half_even", "四舍六入五成双";
    }
}

impl Scale {
    /// How many fen the unit has.
    const fn unit(self) -> i64 {
        match self {
            Self::Fen => 1,
            Self::Jiao => 10,
            Self::Yuan => 100,
        }
    }
}

/// A policy of rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rounding {
    pub(crate) scale: Scale,
    pub(crate) mode: Mode,
}

impl Rounding {
    /// What holds where no organization above a branch has set another: half up, to the fen.
    pub(crate) const USUAL: Self = Self { scale: Scale::Fen, mode: Mode::HalfUp };

    /// The word kept with a bill: `half_up/fen`.
    pub(crate) fn code(self) -> String {
        format!("{}/{}", self.mode.code(), self.scale.code())
    }

    /// As people read it: `四舍五入到分`.
    pub(crate) fn label(self) -> String {
        format!("{}到{}", self.mode.label(), self.scale.label())
    }

    /// What is kept with a bill, as people read it; words that are no code stay as they are.
    pub(crate) fn said(kept: &str) -> String {
        let known = kept.split_once('/').and_then(|(mode, scale)| {
            Some(Self { mode: Mode::from_code(mode)?, scale: Scale::from_code(scale)? }.label())
        });
        known.unwrap_or_else(|| kept.to_owned())
    }

    /// Rounds `numerator / denominator` fen; both not negative, the denominator positive. None when it is too large.
    pub(crate) fn round(self, numerator: i64, denominator: i64) -> Option<Fen> {
        let unit = self.scale.unit();
        let divisor = denominator.checked_mul(unit)?;
        let whole = numerator.checked_div(divisor)?;
        let rest = numerator.checked_rem(divisor)?;
        let up = match self.mode {
            Mode::Up => rest > 0,
            Mode::Down => false,
            // rest < divisor, so the difference is positive and nothing overflows.
            Mode::HalfUp => rest >= divisor - rest,
            Mode::HalfEven => rest > divisor - rest || (rest == divisor - rest && whole % 2 == 1),
        };
        whole.checked_add(i64::from(up))?.checked_mul(unit).map(Fen::new)
    }
}
