//! The payer's page as HTML: plain forms, readable on a phone, without script.

use std::fmt::Write;

use ejia_kernel::labelled;

use crate::trade::{Homeward, Trade, TradeState};

labelled! {
    /// What the page says about the last try.
    pub enum Saying {
        /// The merchant admits no credit cards.
        CreditRefused => "credit", "该商户只接受储蓄卡付款，信用卡付款未成功，请改用储蓄卡。";
        /// The bank refused the card.
        CardRefused => "card", "银行拒绝了这笔付款，请稍后再试或更换银行卡。";
        /// Somebody was faster.
        TooLate => "late", "订单状态已变化，本次操作没有进行。";
    }
}

/// The look of the page: one column, big buttons.
pub(crate) const STYLE: &str = "\
:root{color-scheme:light}*{box-sizing:border-box}\
body{margin:0;background:#f4f5f7;color:#1f2328;font:16px/1.6 system-ui,'Noto Sans CJK SC',sans-serif}\
main{max-width:30rem;margin:0 auto;padding:1rem}\
h1{font-size:1.4rem;margin:1rem 0}\
.trial{background:#fff4d6;border:1px solid #d9a300;padding:.5rem .75rem;border-radius:.4rem;font-size:.9rem}\
.said{background:#fde8e8;border:1px solid #b42318;padding:.5rem .75rem;border-radius:.4rem;margin:1rem 0}\
dl{background:#fff;border-radius:.5rem;padding:.75rem 1rem;margin:1rem 0;display:grid;\
grid-template-columns:6rem 1fr;gap:.35rem .5rem}\
dt{color:#57606a}dd{margin:0;overflow-wrap:anywhere}\
.amount{font-size:1.6rem;font-weight:700}\
form{margin:0}button,a.button{display:block;width:100%;min-height:3rem;margin:.6rem 0;border:1px solid #b42318;\
border-radius:.5rem;background:#b42318;color:#fff;font:inherit;text-align:center;text-decoration:none;\
line-height:3rem;padding:0 1rem;cursor:pointer}\
button.second{background:#fff;color:#8a1c13}button.plain{background:#fff;color:#1f2328;border-color:#8c959f}\
button:focus-visible,a.button:focus-visible{outline:3px solid #0a58ca;outline-offset:2px}";

/// The page of a trade: to pay while it can be paid, and the way back to the merchant.
pub(crate) fn cashier(company: &str, trade: &Trade, homeward: &Homeward, said: Option<Saying>) -> String {
    let heading = match trade.state {
        TradeState::Waiting => "确认付款",
        TradeState::Paid => "付款成功",
        TradeState::Refused => "付款未成功",
        TradeState::Closed => "订单已关闭",
        TradeState::Refunded => "款项已退回",
    };
    let mut body = format!("<p class=\"trial\">{company}模拟收款台，仅供演示，不发生真实扣款。</p>");
    let _ = write!(body, "<h1>{heading}</h1>");
    if let Some(said) = said {
        let _ = write!(body, "<p class=\"said\" role=\"alert\">{said}</p>");
    }
    body.push_str("<dl>");
    for (name, value) in [("商户", &trade.merchant), ("商品", &trade.subject), ("订单号", &trade.number)] {
        let _ = write!(body, "<dt>{name}</dt><dd>{}</dd>", escaped(value));
    }
    let _ = write!(body, "<dt>金额</dt><dd class=\"amount\">{}元</dd>", trade.amount);
    if let Some(card) = trade.card.filter(|_| !trade.payable()) {
        let _ = write!(body, "<dt>付款方式</dt><dd>{card}</dd>");
    }
    if let Some(at) = trade.expires_at.filter(|_| trade.payable()) {
        let _ = write!(body, "<dt>付款截止</dt><dd>{at}</dd>");
    }
    let _ = write!(body, "<dt>状态</dt><dd>{}</dd></dl>", trade.state);
    if trade.payable() {
        body.push_str(
            "<form method=\"post\">\
             <button name=\"choice\" value=\"debit\">用储蓄卡支付</button>\
             <button name=\"choice\" value=\"credit\" class=\"second\">用信用卡支付</button>",
        );
        if trade.state == TradeState::Waiting {
            body.push_str("<button name=\"choice\" value=\"abandon\" class=\"plain\">放弃支付</button>");
        }
        body.push_str("</form>");
    }
    if trade.state != TradeState::Waiting {
        body.push_str(&way_back(homeward));
    }
    page(heading, &body)
}

/// The page of an order nobody knows.
pub(crate) fn unknown() -> String {
    page("没有这笔订单", "<h1>没有这笔订单</h1><p>请回到商户页面重新发起付款。</p>")
}

fn way_back(homeward: &Homeward) -> String {
    match homeward {
        Homeward::Link(address) => format!("<a class=\"button\" href=\"{}\">返回商户</a>", escaped(address)),
        Homeward::Form { action, fields } => {
            let mut form = format!("<form method=\"post\" action=\"{}\">", escaped(action));
            for (name, value) in fields {
                let (name, value) = (escaped(name), escaped(value));
                let _ = write!(form, "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
            }
            form.push_str("<button>返回商户</button></form>");
            form
        }
        Homeward::Nowhere => String::new(),
    }
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"/sandbox/bank/counter.css\"></head><body><main>{body}</main></body></html>"
    )
}

/// Text as it may stand in a page or within quotes.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(character),
        }
    }
    safe
}
