//! What is signed on the open platform, and how.

use ejia_wire::{Form, KeyFault, PrivateKey, PublicKey, Scheme, base64, from_base64};

use crate::Signing;

/// Our hand: signs what we send.
#[derive(Clone, Debug)]
pub(crate) struct Hand {
    key: PrivateKey,
    scheme: Scheme,
    /// The certificate in base64, with CA.
    certificate: Option<String>,
}

impl Hand {
    pub(crate) fn new(signing: &Signing) -> Result<Self, KeyFault> {
        match signing {
            Signing::Rsa2 { key } => {
                Ok(Self { key: PrivateKey::read(key)?, scheme: Scheme::Sha256, certificate: None })
            }
            Signing::Ca { key, certificate } => {
                let der = str::from_utf8(certificate).ok().and_then(from_base64).unwrap_or_else(|| certificate.clone());
                let certificate = Some(base64(&der));
                Ok(Self { key: PrivateKey::read(key)?, scheme: Scheme::BareSha1, certificate })
            }
        }
    }

    /// `RSA2` or `CA`.
    pub(crate) fn sign_type(&self) -> &'static str {
        if self.certificate.is_some() { "CA" } else { "RSA2" }
    }

    /// The certificate in base64, with CA.
    pub(crate) fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    pub(crate) fn sign(&self, text: &str) -> Result<String, KeyFault> {
        self.key.sign(self.scheme, text.as_bytes()).map(|signature| base64(&signature))
    }
}

/// What is signed of a call: the path, and the parameters that are not empty, sorted, as they are.
pub(crate) fn text_of(path: &str, form: &Form) -> String {
    format!("{path}?{}", form.without(&["sign"]).canonical())
}

/// Whether a signature in base64 is one of the text.
pub(crate) fn holds(key: &PublicKey, scheme: Scheme, text: &str, signature: &str) -> bool {
    from_base64(signature).is_some_and(|signature| key.verify(scheme, text.as_bytes(), &signature))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::keys;

    /// The bank's own example of its scheme over bare SHA-1.
    const PLAIN: [&str; 3] = [
        include_str!("../tests/vectors/icbc_plain.key.hex"),
        include_str!("../tests/vectors/icbc_plain.text"),
        include_str!("../tests/vectors/icbc_plain.sig.b64"),
    ];
    /// A whole message of the classic interface with its certificate.
    const MESSAGE: &[u8] = include_bytes!("../tests/vectors/icbc_b2c_msg.xml");
    const MESSAGE_SIGNATURE: &str = include_str!("../tests/vectors/icbc_b2c_sig.b64");
    const MESSAGE_CERTIFICATE: &[u8] = include_bytes!("../tests/vectors/icbc_test_mer.der");

    #[test]
    fn the_banks_examples_hold_over_the_bare_digest_and_under_no_other_scheme() {
        let [key, text, signature] = PLAIN;
        let key = PublicKey::read(key.as_bytes()).unwrap();
        assert!(holds(&key, Scheme::BareSha1, text, signature));
        for scheme in [Scheme::Sha1, Scheme::Sha256, Scheme::Md5] {
            assert!(!holds(&key, scheme, text, signature), "{scheme:?}");
        }
        assert!(!holds(&key, Scheme::BareSha1, "i am plain texT", signature));
        assert!(!holds(&key, Scheme::BareSha1, text, &signature.replacen("zUKB", "zUKC", 1)));
        assert!(!holds(&key, Scheme::BareSha1, text, "no base64 *"));

        let key = PublicKey::read(MESSAGE_CERTIFICATE).unwrap();
        let signature = from_base64(MESSAGE_SIGNATURE).unwrap();
        assert!(key.verify(Scheme::BareSha1, MESSAGE, &signature));
        assert!(!key.verify(Scheme::Sha1, MESSAGE, &signature));
        let mut other = MESSAGE.to_vec();
        other[100] ^= 1;
        assert!(!key.verify(Scheme::BareSha1, &other, &signature));
    }

    #[test]
    fn the_path_and_the_sorted_parameters_are_signed_without_sign() {
        let form =
            Form::new().with("sign", "x").with("b", "2 &").with("empty", "").with("app_id", "10").with("B", "党费");
        assert_eq!(text_of("/api/x/V1", &form), "/api/x/V1?B=党费&app_id=10&b=2 &");
    }

    #[test]
    fn each_hand_signs_in_its_own_way() {
        let rsa2 = Hand::new(&Signing::Rsa2 { key: keys::SANDBOX_MERCHANT_KEY.into() }).unwrap();
        let public = PublicKey::read(keys::SANDBOX_MERCHANT_PUBLIC.as_bytes()).unwrap();
        assert_eq!((rsa2.sign_type(), rsa2.certificate()), ("RSA2", None));
        assert!(holds(&public, Scheme::Sha256, "党费", &rsa2.sign("党费").unwrap()));
        let ca = Signing::Ca { key: keys::SANDBOX_MERCHANT_KEY.into(), certificate: MESSAGE_CERTIFICATE.into() };
        let ca = Hand::new(&ca).unwrap();
        assert_eq!((ca.sign_type(), ca.certificate()), ("CA", Some(base64(MESSAGE_CERTIFICATE).as_str())));
        assert!(holds(&public, Scheme::BareSha1, "党费", &ca.sign("党费").unwrap()));
        assert!(Hand::new(&Signing::Rsa2 { key: b"none".to_vec() }).is_err());
    }
}
