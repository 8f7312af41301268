//! Notifications of money: each channel with the keys of its sandbox, or with a pair of keys that serves as the company's.
//!
//! The first byte says who calls. A stranger sends any bytes as body or query; only the genuine notification, or what
//! means the same, may be believed. The company sends any fields, well signed: they are read or refused.

use std::sync::LazyLock;

use ejia_alipay::sandbox::{SANDBOX_ALIPAY_PRIVATE_KEY, SANDBOX_ALIPAY_PUBLIC_KEY, SANDBOX_MERCHANT_PRIVATE_KEY};
use ejia_alipay::{Alipay, AlipaySettings};
use ejia_ccb::{Ccb, sandbox as bank};
use ejia_counter::Counter;
use ejia_icbc::{Icbc, IcbcSettings, Signing};
use ejia_kernel::{Clock, Date, Fen, Instant};
use ejia_payments::{Channel, Notice, Paid, RawCall};
use ejia_unionpay::UnionPay;
use ejia_wire::{Charset, Form, PrivateKey, Scheme, base64};

/// A channel, with one notification of it that is genuine.
struct Line {
    channel: Box<dyn Channel>,
    genuine: RawCall,
    /// Signs fields as the company does; none where only its sandbox can.
    sign: Option<fn(&Form) -> Option<Form>>,
}

fn heard(line: &Line, bytes: &[u8]) {
    let Some((who, rest)) = bytes.split_first() else { return };
    let call = match who % 3 {
        0 => posted(rest),
        1 => RawCall { query: String::from_utf8_lossy(rest).into_owned(), ..posted(&[]) },
        _ => {
            let signed = Form::decode(rest, Charset::Utf8).and_then(|form| line.sign.and_then(|sign| sign(&form)));
            let Some(signed) = signed else { return };
            posted(signed.encoded(Charset::Utf8).as_bytes())
        }
    };
    let notice = line.channel.hear(&call);
    if let Ok(Notice::Paid(paid)) = &notice {
        assert!(!paid.order.is_empty() && !paid.trade.is_empty(), "money for no order");
    }
    if who % 3 < 2
        && let Ok(notice) = notice
    {
        let genuine = line.channel.hear(&line.genuine).map(untimed);
        assert_eq!(Ok(untimed(notice)), genuine, "what nobody signed was believed");
    }
    for taken in [true, false] {
        let answer = line.channel.answer(&call, taken);
        assert!(answer.status == 200 || !taken, "{}", answer.status);
    }
}

/// A notice without its moment, which a bank may not tell and our clock then does.
fn untimed(notice: Notice) -> Notice {
    match notice {
        Notice::Paid(paid) => Notice::Paid(Paid { paid_at: Instant::from_ms(0), ..paid }),
        other => other,
    }
}

fn posted(body: &[u8]) -> RawCall {
    RawCall { method: "POST".to_owned(), path: "/notify".to_owned(), query: String::new(), body: body.to_vec() }
}

fn clock() -> Clock {
    Clock::starting_at(Instant::from_ms(1_773_968_400_000))
}

fn signature(scheme: Scheme, text: &str) -> Option<String> {
    static KEY: LazyLock<Option<PrivateKey>> =
        LazyLock::new(|| PrivateKey::read(SANDBOX_ALIPAY_PRIVATE_KEY.as_bytes()).ok());
    KEY.as_ref()?.sign(scheme, text.as_bytes()).ok().map(|signature| base64(&signature))
}

/// A seed as a stranger's body, as his query and as fields of the company.
fn in_all_ways(form: &Form) -> Vec<Vec<u8>> {
    let text = form.encoded(Charset::Utf8);
    (0_u8..3).map(|who| [&[who], text.as_bytes()].concat()).collect()
}

static ALIPAY: LazyLock<Option<Line>> = LazyLock::new(|| {
    let settings = AlipaySettings::new(
        "2021000000000001",
        "2088000000000001",
        SANDBOX_MERCHANT_PRIVATE_KEY,
        SANDBOX_ALIPAY_PUBLIC_KEY,
    );
    let channel = Box::new(Alipay::new(settings.ok()?, clock()));
    let genuine = posted(signed_by_alipay(&alipay_fields())?.encoded(Charset::Utf8).as_bytes());
    Some(Line { channel, genuine, sign: Some(signed_by_alipay) })
});

fn signed_by_alipay(form: &Form) -> Option<Form> {
    let bare = form.without(&["sign", "sign_type"]);
    let sign = signature(Scheme::Sha256, &bare.canonical())?;
    Some(bare.with("sign_type", "RSA2").with("sign", sign))
}

fn alipay_fields() -> Form {
    Form::new()
        .with("notify_type", "trade_status_sync")
        .with("app_id", "2021000000000001")
        .with("seller_id", "2088000000000001")
        .with("trade_status", "TRADE_SUCCESS")
        .with("out_trade_no", "01arz3ndektsv4rrffq69g5fav")
        .with("trade_no", "2026032022001400000000000001")
        .with("total_amount", "12.00")
        .with("gmt_payment", "2026-03-20 09:00:00")
        .with("fund_bill_list", r#"[{"amount":"12.00","fundChannel":"DEBIT_CARD"}]"#)
}

pub(super) fn alipay(bytes: &[u8]) {
    ALIPAY.iter().for_each(|line| heard(line, bytes));
}

pub(super) fn alipay_calls() -> Vec<Vec<u8>> {
    let refund = alipay_fields().with("out_biz_no", "r1").with("gmt_refund", "2026-03-20 09:01:00.000");
    let genuine = ALIPAY.as_ref().map(|line| [&[0], line.genuine.body.as_slice()].concat());
    [in_all_ways(&alipay_fields()), in_all_ways(&refund), genuine.into_iter().collect()].concat()
}

static ICBC: LazyLock<Option<Line>> = LazyLock::new(|| {
    let signing = Signing::Rsa2 { key: SANDBOX_MERCHANT_PRIVATE_KEY.into() };
    let settings = IcbcSettings {
        notify_url: "https://ejia.example/notify".to_owned(),
        ..IcbcSettings::new("1000001", "350290000001", "41000", signing, SANDBOX_ALIPAY_PUBLIC_KEY)
    };
    let channel = Box::new(Icbc::new(settings, clock()).ok()?);
    let genuine = posted(signed_by_icbc(&icbc_fields())?.encoded(Charset::Utf8).as_bytes());
    Some(Line { channel, genuine, sign: Some(signed_by_icbc) })
});

fn signed_by_icbc(form: &Form) -> Option<Form> {
    let bare = form.without(&["sign", "sign_type"]).with("sign_type", "RSA2");
    let sign = signature(Scheme::Sha256, &format!("/notify?{}", bare.canonical()))?;
    Some(bare.with("sign", sign))
}

fn icbc_fields() -> Form {
    let content = r#"{"return_code":"0","mer_id":"350290000001","out_trade_no":"01arz3ndektsv4rrffq69g5fav","total_amt":"1200","pay_time":"20260320090000","msg_id":"m1"}"#;
    Form::new().with("app_id", "1000001").with("charset", "UTF-8").with("biz_content", content)
}

pub(super) fn icbc(bytes: &[u8]) {
    ICBC.iter().for_each(|line| heard(line, bytes));
}

pub(super) fn icbc_calls() -> Vec<Vec<u8>> {
    let genuine = ICBC.as_ref().map(|line| [&[0], line.genuine.body.as_slice()].concat());
    [in_all_ways(&icbc_fields()), genuine.into_iter().collect()].concat()
}

static CCB: LazyLock<Option<Line>> = LazyLock::new(|| {
    let contract = bank::Contract::demo("https://ejia.example/notify", "https://ejia.example/back");
    let sandbox = bank::Sandbox::new(&Counter::new(clock()), contract).ok()?;
    let amount: Fen = "12.00".parse().ok()?;
    let query = sandbox.notification("01arz3ndektsv4rrffq69g5fav", amount, Date::new(2026, 3, 20).ok()?).ok()?;
    let channel = Box::new(Ccb::new(sandbox.settings("https://bank.example"), clock()).ok()?);
    Some(Line { channel, genuine: RawCall { query, ..posted(&[]) }, sign: None })
});

pub(super) fn ccb(bytes: &[u8]) {
    CCB.iter().for_each(|line| heard(line, bytes));
}

pub(super) fn ccb_calls() -> Vec<Vec<u8>> {
    let genuine = CCB.as_ref().map(|line| line.genuine.query.clone()).unwrap_or_default();
    let (fields, sign) = genuine.rsplit_once("&SIGN=").unwrap_or_default();
    let shuffled = format!("SIGN={sign}&{fields}");
    let in_ways = |text: &str| (0_u8..2).map(|who| [&[who], text.as_bytes()].concat()).collect::<Vec<_>>();
    [in_ways(&genuine), in_ways(&shuffled)].concat()
}

static UNIONPAY: LazyLock<Option<Line>> = LazyLock::new(|| {
    let settings = ejia_unionpay::sandbox::settings("https://bank.example", "https://ejia.example");
    let channel = Box::new(UnionPay::new(settings, clock()).ok()?);
    Some(Line { channel, genuine: posted(&[]), sign: None })
});

pub(super) fn unionpay(bytes: &[u8]) {
    UNIONPAY.iter().for_each(|line| heard(line, bytes));
}

pub(super) fn unionpay_calls() -> Vec<Vec<u8>> {
    let fields = Form::new()
        .with("version", "5.1.0")
        .with("signMethod", "01")
        .with("encoding", "UTF-8")
        .with("merId", ejia_unionpay::sandbox::MER_ID)
        .with("txnType", "01")
        .with("respCode", "00")
        .with("orderId", "01arz3ndektsv4rrffq69g5fav")
        .with("txnAmt", "1200")
        .with("payCardType", "01")
        .with("signature", base64(&[7; 256]));
    let with = |certificate: &str| fields.clone().with("signPubKeyCert", certificate);
    let genuine = in_all_ways(&with(ejia_unionpay::sandbox::GATEWAY_CERTIFICATE));
    // The merchant's own certificate is one that the roots vouch for, and not the gateway's.
    let other = in_all_ways(&with(ejia_unionpay::sandbox::MERCHANT_CERTIFICATE));
    [genuine, other].concat()
}
