//! Signatures against openssl's, over the text that the manual prescribes.

use super::*;
use ejia_wire::PrivateKey;

/// `openssl dgst -sha256 -sign` with the sandbox's merchant key over the sorted, unescaped text below.
const OPENSSL: &str = "QAMMoxhSwIWTH7bLf5cRXZwO2dG6+qx7m7FHBF03jzIxr/K6nO/7FpI79uo8761eZg7NOvseqL7loMEbnk4R4U0F\
                       AxYcFNhY+YxOJ28e3UQo32Kchb648hEqk/y4cGk2VWKimGI3Qo5HOOi8AetV4GeAv6fuYl6Ly2ssmEZoK3kWzq6s\
                       lBWZHQgQBU11+EsNDaGsCCXTbt6CVSS+aXuyoNQRx4MqIrX6b/t+9RKfK30H6EWLL8FDzMwtMRkE7NeZD5Z9Sk9s\
                       pW3ZYFSn4mCVCaTUFTuXS+6+G+Pdilyf7yD0wUfBThLywu/Wdxx5vTcXNIyVH+LBgZqmsTZhDjgDtw==";
const CANONICAL: &str = "app_id=9021000100000001&biz_content={\"out_trade_no\":\"A/1\",\"subject\":\"党费 100%\"}\
                         &charset=utf-8&method=alipay.trade.query&sign_type=RSA2&timestamp=2026-03-20 09:00:00&version=1.0";

fn form() -> Form {
    Form::new()
        .with("version", "1.0")
        .with("return_url", "")
        .with("biz_content", "{\"out_trade_no\":\"A/1\",\"subject\":\"党费 100%\"}")
        .with("timestamp", "2026-03-20 09:00:00")
        .with("sign_type", "RSA2")
        .with("method", "alipay.trade.query")
        .with("charset", "utf-8")
        .with("app_id", "9021000100000001")
}

#[test]
fn a_request_is_signed_over_the_sorted_text_as_openssl_signs_it() {
    let key = PrivateKey::read(SANDBOX_MERCHANT_PRIVATE_KEY.as_bytes()).unwrap();
    assert_eq!(form().canonical(), CANONICAL);
    assert_eq!(sign_request(&form(), &key).unwrap(), OPENSSL);
    let public: PublicKey = key.public();
    assert!(request_holds(&form().with("sign", OPENSSL), &public));
    assert!(!request_holds(&form().with("sign", OPENSSL).with("x", "1"), &public));
    assert!(!request_holds(&form().with("sign", "no base64 *"), &public));
}
