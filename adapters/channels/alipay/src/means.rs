//! What a trade was paid with, as `fund_bill_list` tells.

use ejia_payments::Means;
use serde::Deserialize;

/// One part of what was paid. Notifications write the names in camel case, answers with underscores.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fund {
    #[serde(alias = "fundChannel")]
    fund_channel: String,
    #[serde(alias = "fundType")]
    fund_type: String,
}

/// Channels that are no credit: the balance, the money fund, debit cards, and what Alipay or the merchant gives.
const NO_CREDIT: [&str; 13] = [
    "ALIPAYACCOUNT",
    "MONEYFUND",
    "DEBIT_CARD",
    "COUPON",
    "POINT",
    "DISCOUNT",
    "MDISCOUNT",
    "MCOUPON",
    "MCARD",
    "PCARD",
    "FINANCEACCOUNT",
    "TMARKETING",
    "ECARD",
];

/// What was paid with: credit when any part of it is; untold when a part does not tell or nothing is listed.
pub(crate) fn means(funds: &[Fund]) -> Means {
    let of = |fund: &Fund| {
        let channel = fund.fund_channel.to_ascii_uppercase();
        let kind = fund.fund_type.to_ascii_uppercase();
        // PCREDIT, CREDIT_CARD, CREDITCARD, CREDIT_GROUP …; a bank card tells by its type.
        if kind.contains("CREDIT") || channel.contains("CREDIT") {
            Means::Credit
        } else if kind.contains("DEBIT") || NO_CREDIT.contains(&channel.as_str()) {
            Means::Debit
        } else {
            Means::Untold
        }
    };
    let told: Vec<Means> = funds.iter().map(of).collect();
    if told.contains(&Means::Credit) {
        Means::Credit
    } else if told.is_empty() || told.contains(&Means::Untold) {
        Means::Untold
    } else {
        Means::Debit
    }
}

/// The same from a notification, where the list is JSON within a field.
pub(crate) fn means_of_text(list: &str) -> Means {
    serde_json::from_str::<Vec<Fund>>(list).map_or(Means::Untold, |funds| means(&funds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_credit_in_a_list_is_credit() {
        let told = |list: &str| means_of_text(list);
        assert_eq!(told(r#"[{"amount":"0.04","fundChannel":"ALIPAYACCOUNT"}]"#), Means::Debit);
        assert_eq!(told(r#"[{"amount":"3.00","fundChannel":"PCREDIT"}]"#), Means::Credit);
        assert_eq!(told(r#"[{"fundChannel":"MONEYFUND"},{"fundChannel":"pcredit"}]"#), Means::Credit);
        assert_eq!(told(r#"[{"fund_channel":"BANKCARD","fund_type":"DEBIT_CARD"}]"#), Means::Debit);
        assert_eq!(told(r#"[{"fund_channel":"BANKCARD","fund_type":"CREDIT_CARD"}]"#), Means::Credit);
        assert_eq!(told(r#"[{"fundChannel":"BANKCARD"}]"#), Means::Untold);
        assert_eq!(told(r#"[{"fundChannel":"ALIPAYACCOUNT"},{"fundChannel":"NEWTHING"}]"#), Means::Untold);
        assert_eq!(told("[]"), Means::Untold);
        assert_eq!(told(""), Means::Untold);
    }
}
