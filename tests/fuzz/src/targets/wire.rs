//! Delivery reports of the text message companies, and the pieces that the protocols of payment channels are made of.

use axum::body::Body;
use axum::http::Request;
use ejia_wire::{Certificate, Charset, Form, PublicKey, from_base64, from_hex, packed, raw_member, stamps, xml};

use crate::ground::Ground;

const SECRET: &str = "report-secret";
/// The most a package may hold here.
const MOST: u64 = 1 << 20;

thread_local! {
    static GROUND: Ground = Ground::new(
        &[ejia_jobs::MIGRATIONS, ejia_audit::MIGRATIONS, ejia_messages::MIGRATIONS],
        |database| ejia_sms::callback::router(database.desk.clone(), SECRET),
    );
}

/// The first byte chooses the company and whether the caller knows the address.
pub(super) fn reported(bytes: &[u8]) {
    let Some((which, body)) = bytes.split_first() else { return };
    let secret = if which & 2 == 0 { SECRET } else { "guessed-secret" };
    let company = if which & 1 == 0 { "" } else { "/tencent" };
    let request = Request::post(format!("/notify/sms/{secret}{company}")).body(Body::from(body.to_vec()));
    let Some(answer) = GROUND.with(|ground| ground.send(request)) else { return };
    let status = answer.status.as_u16();
    assert!(if secret == SECRET { matches!(status, 200 | 400) } else { status == 404 }, "{status}");
}

pub(super) fn reports() -> Vec<Vec<u8>> {
    let aliyun = r#"[{"phone_number":"8613800138003","success":false,"err_code":"UNKNOWN","biz_id":"932702304080415357^0","out_id":"01arz3ndektsv4rrffq69g5fav"}]"#;
    let tencent = r#"[{"user_receive_time":"2026-03-20 09:00:10","nationcode":"86","mobile":"13800138003","report_status":"FAIL","errmsg":"MK:0001","description":"无","sid":"2019:8745","ext":"01arz3ndektsv4rrffq69g5fav"}]"#;
    [(0, aliyun), (1, tencent), (2, aliyun), (3, tencent)]
        .map(|(which, text)| [&[which], text.as_bytes()].concat())
        .into()
}

pub(super) fn read(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    drop(xml::Element::read(text));
    let mut document = String::from("<xml>");
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    xml::write(&mut document, "a", &plain);
    xml::write_cdata(&mut document, "b", &plain);
    document.push_str("</xml>");
    let read = xml::Element::read(&document);
    for name in ["a", "b"] {
        let found = read.as_ref().map(|root| root.text(name));
        assert!(found.is_some_and(|found| found.trim() == plain.trim()), "<{name}> of {plain:?} is read as {found:?}");
    }
    for name in ["biz_content", "response"] {
        if let Some(member) = raw_member(text, name) {
            assert!(text.contains(member));
        }
    }
    for (_, file) in packed::unzip(bytes, MOST).unwrap_or_default() {
        assert!(u64::try_from(file.len()).is_ok_and(|length| length <= MOST));
    }
    assert!(
        packed::inflate(bytes, MOST).is_none_or(|file| u64::try_from(file.len()).is_ok_and(|length| length <= MOST))
    );
    for charset in [Charset::Utf8, Charset::Gbk] {
        let Some(form) = Form::decode(bytes, charset) else { continue };
        assert_eq!(Form::decode(form.encoded(charset).as_bytes(), charset), Some(form), "{charset:?}");
    }
    drop(Certificate::read(bytes));
    drop(PublicKey::read(bytes));
    drop((from_base64(text), from_hex(text)));
    let _ = (stamps::read_spaced(text), stamps::read_compact(text), stamps::read_compact_day(text));
}

pub(super) fn documents() -> Vec<Vec<u8>> {
    let form = Form::new().with("biz_content", "{\"a\":[1,\"党\"]}").with("sign", "a+/=");
    vec![
        b"<xml><a><![CDATA[x]]></a><b>&lt;&#20826;</b><c/></xml>".to_vec(),
        br#"{"biz_content":{"a":"}","b":[1,{}]},"response":"x\"y"}"#.to_vec(),
        packed::zip(&[("a.csv", b"1,2"), ("b", &[0; 300])]).unwrap_or_default(),
        packed::deflate(b"some lines of a statement").unwrap_or_default(),
        form.encoded(Charset::Gbk).into_bytes(),
        ejia_unionpay::sandbox::GATEWAY_CERTIFICATE.as_bytes().to_vec(),
        ejia_alipay::sandbox::SANDBOX_MERCHANT_PUBLIC_KEY.as_bytes().to_vec(),
        b"2026-03-20 09:00:00".to_vec(),
        b"20260320090000".to_vec(),
    ]
}
