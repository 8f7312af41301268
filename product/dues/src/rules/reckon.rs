//! From a base to an amount, with the sentence that says why.

use ejia_kernel::{Fen, Month, Problem};

use super::bands::{Due, Regulation, band_of};
use super::{Basis, Rounding};

/// What a basis and a base come to in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reckoned {
    /// The amount by the rule; none where the rule names none, or the base is still missing.
    pub(crate) computed: Option<Fen>,
    /// The largest amount the rule leaves to the branch without a reason; equal to `computed` but for farmers.
    pub(crate) most: Option<Fen>,
    /// `0.5%`, or empty where nothing is a share.
    pub(crate) rate: String,
    /// Regulation and article: `中组发〔2008〕3号第二条`.
    pub(crate) article: String,
    /// The code of the rounding where one was made, e.g. `half_up/fen`; else empty.
    pub(crate) rounding: String,
    /// The sentence people read: `基数 3000.00 × 0.5% = 15.00 元（第二条，四舍五入到分）`.
    pub(crate) why: String,
}

/// Reckons what is due. The whole base is multiplied, not the part above a band's edge.
///
/// # Errors
/// `dues.month_without_rule` for a month before the first regulation known; `dues.base_too_large`.
pub(crate) fn reckon(basis: Basis, base: Option<Fen>, month: Month, rounding: Rounding) -> Result<Reckoned, Problem> {
    let regulation = Regulation::of(month).ok_or_else(|| Problem::refused("dues.month_without_rule"))?;
    let Some(tariff) = regulation.tariff(basis) else {
        return Ok(plain(None, None, String::new(), "由党支部直接填写金额".to_owned()));
    };
    let cited = format!("{}{}", regulation.title, tariff.article);
    let article = tariff.article;
    match tariff.due {
        Due::Fixed(amount) => Ok(plain(Some(amount), Some(amount), cited, format!("定额 {amount} 元（{article}）"))),
        Due::Range(least, most) => {
            let why = format!("{least}—{most} 元之间由党支部确定，默认 {least} 元（{article}）");
            Ok(plain(Some(least), Some(most), cited, why))
        }
        Due::Approved => Ok(plain(None, None, cited, format!("经批准少交或免交（{article}）"))),
        Due::Share(bands) => {
            let Some(base) = base else {
                return Ok(plain(None, None, cited, "请填写党费基数".to_owned()));
            };
            let too_large = || Problem::refused("dues.base_too_large");
            let band = band_of(bands, base).filter(|_| base >= Fen::ZERO).ok_or_else(too_large)?;
            let thousandths = base.fen().checked_mul(band.permille).ok_or_else(too_large)?;
            let computed = rounding.round(thousandths, 1000).ok_or_else(too_large)?;
            let rate = percent(band.permille);
            let why = format!("基数 {base} × {rate} = {computed} 元（{article}，{}）", rounding.label());
            let rounding = rounding.code();
            Ok(Reckoned { computed: Some(computed), most: Some(computed), rate, article: cited, rounding, why })
        }
    }
}

fn plain(computed: Option<Fen>, most: Option<Fen>, article: String, why: String) -> Reckoned {
    Reckoned { computed, most, rate: String::new(), article, rounding: String::new(), why }
}

/// `0.5%`, `1%`, `1.5%`.
fn percent(permille: i64) -> String {
    let (whole, tenth) = (permille / 10, permille % 10);
    if tenth == 0 { format!("{whole}%") } else { format!("{whole}.{tenth}%") }
}
