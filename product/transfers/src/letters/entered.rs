//! What is entered about letters, read at the door.

use ejia_db::Txn;
use ejia_kernel::{Faults, Month, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Letterhead, MOST_DAYS, USUAL_DAYS};
use crate::applying::MOST_NAME;
use crate::model::Transfer;

/// The longest reason, in characters.
pub(crate) const MOST_REASON: usize = 100;
/// The longest word of numbers 编号用字, in characters.
pub(crate) const MOST_WORD: usize = 12;
/// The longest phone, fax or postcode, in characters.
const MOST_LINE: usize = 40;

/// 【开具介绍信】, as it is entered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct LetterEntered {
    /// 介绍信接受地党组织.
    pub(crate) addressee: String,
    /// 拟转入党组织.
    pub(crate) organization: String,
    /// 党费交至: a month, or nothing where it is written by hand.
    pub(crate) paid_to: String,
    /// 有效期, in days.
    pub(crate) days: String,
    /// Why another letter is issued while one is out.
    pub(crate) reason: String,
}

/// The same, checked.
pub(super) struct LetterWanted {
    pub(super) addressee: String,
    pub(super) organization: String,
    pub(super) paid_to: Option<Month>,
    pub(super) days: u16,
    pub(super) reason: String,
}

impl LetterEntered {
    /// What the form begins with: what was applied for, and up to when dues seem to be paid.
    pub(super) fn suggested(transfer: &Transfer, paid_to: Option<Month>) -> Self {
        Self {
            addressee: transfer.addressee.clone(),
            organization: transfer.to.name.clone(),
            paid_to: paid_to.map(|month| month.to_string()).unwrap_or_default(),
            days: USUAL_DAYS.to_string(),
            reason: String::new(),
        }
    }

    /// Checks every field; `with_reason` when a letter that is out loses its place to this one.
    ///
    /// # Errors
    /// A refusal beside each field that is wrong.
    pub(super) fn wanted(&self, txn: &Txn<'_>, with_reason: bool) -> Result<LetterWanted, Problem> {
        let mut faults = Faults::none();
        let addressee = faults.needed("addressee", &self.addressee, MOST_NAME, "transfers.addressee_needed");
        let organization =
            faults.needed("organization", &self.organization, MOST_NAME, "transfers.organization_needed");
        let typed = self.paid_to.trim();
        let paid_to: Option<Month> = typed.parse().ok();
        if paid_to.is_none() && !typed.is_empty() {
            faults.mark("paid_to", "transfers.month_not_understood");
        }
        if paid_to.is_some_and(|month| month > Month::of(txn.now().china_date())) {
            faults.mark("paid_to", "transfers.month_to_come");
        }
        let days = self.days.trim().parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
        if days.is_none() {
            faults.mark("days", "transfers.days_out_of_range");
        }
        let reason = if with_reason {
            faults.needed("reason", &self.reason, MOST_REASON, "transfers.reissue_reason_needed")
        } else {
            String::new()
        };
        faults.settled()?;
        Ok(LetterWanted { addressee, organization, paid_to, days: days.unwrap_or(USUAL_DAYS), reason })
    }
}

/// 【作废】, as it is entered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct VoidEntered {
    /// 作废原因.
    pub(crate) reason: String,
}

impl VoidEntered {
    /// The reason.
    ///
    /// # Errors
    /// `transfers.void_reason_needed` beside the field.
    pub(super) fn reason(&self) -> Result<String, Problem> {
        let mut faults = Faults::none();
        let reason = faults.needed("reason", &self.reason, MOST_REASON, "transfers.void_reason_needed");
        faults.settled().map(|()| reason)
    }
}

/// 【介绍信设置】, as it is entered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct HeadEntered {
    pub(crate) word: String,
    pub(crate) seal: String,
    pub(crate) address: String,
    pub(crate) phone: String,
    pub(crate) fax: String,
    pub(crate) postcode: String,
}

impl HeadEntered {
    /// As it is kept.
    ///
    /// # Errors
    /// A refusal beside each field that is wrong.
    pub(super) fn letterhead(&self) -> Result<Letterhead, Problem> {
        let mut faults = Faults::none();
        // People write the 字 that stands behind it anyhow.
        let word = faults.needed("word", self.word.trim().trim_end_matches('字'), MOST_WORD, "transfers.word_needed");
        let head = Letterhead {
            word,
            seal: faults.needed("seal", &self.seal, MOST_NAME, "transfers.seal_needed"),
            address: faults.optional("address", &self.address, MOST_NAME),
            phone: faults.optional("phone", &self.phone, MOST_LINE),
            fax: faults.optional("fax", &self.fax, MOST_LINE),
            postcode: faults.optional("postcode", &self.postcode, MOST_LINE),
        };
        faults.settled().map(|()| head)
    }
}

impl From<Letterhead> for HeadEntered {
    fn from(head: Letterhead) -> Self {
        let Letterhead { word, seal, address, phone, fax, postcode } = head;
        Self { word, seal, address, phone, fax, postcode }
    }
}
