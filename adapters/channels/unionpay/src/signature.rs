//! The signature of version 5.1.0: RSA over the hash of the hash.

use ejia_wire::{Form, KeyFault, PrivateKey, PublicKey, Scheme, base64, from_base64, sha256_hex};

/// The field that holds the signature.
const SIGNATURE: &str = "signature";

/// What is handed to SHA256withRSA: the lower-case hex digits of the SHA-256 of the fields, sorted and not encoded. The
/// hash is thus taken twice; libraries that take it once are turned away by the gateway.
fn digest(form: &Form) -> String {
    sha256_hex(form.without(&[SIGNATURE]).canonical().as_bytes())
}

/// The form with its signature.
pub(crate) fn sign(mut form: Form, key: &PrivateKey) -> Result<Form, KeyFault> {
    let signature = key.sign(Scheme::Sha256, digest(&form).as_bytes())?;
    form.set(SIGNATURE, base64(&signature));
    Ok(form)
}

/// Whether the form's signature is one by this key's private half.
pub(crate) fn holds(form: &Form, key: &PublicKey) -> bool {
    from_base64(form.text(SIGNATURE))
        .is_some_and(|signature| key.verify(Scheme::Sha256, digest(form).as_bytes(), &signature))
}

#[cfg(test)]
mod tests {
    use ejia_wire::{Certificate, Charset};

    use super::*;

    /// A notification that the gateway's test system really sent.
    const GENUINE: &str = include_str!("../tests/vectors/up_notify.txt");

    fn genuine() -> (Form, PublicKey) {
        let form = Form::decode(GENUINE.trim().as_bytes(), Charset::Utf8).unwrap();
        let key = Certificate::read(form.text("signPubKeyCert").as_bytes()).unwrap().public_key().clone();
        (form, key)
    }

    #[test]
    fn the_genuine_notification_holds_by_the_hash_of_the_hash_only() {
        let (form, key) = genuine();
        assert!(holds(&form, &key));
        let signature = from_base64(form.text("signature")).unwrap();
        let once = form.without(&["signature"]).canonical();
        assert!(!key.verify(Scheme::Sha256, once.as_bytes(), &signature));
    }

    #[test]
    fn a_genuine_notification_with_one_letter_changed_does_not_hold() {
        let (form, key) = genuine();
        for (name, value) in [("txnAmt", "137"), ("orderId", "201807251814000000175474"), ("signature", "AAAA")] {
            let mut changed = form.clone();
            changed.set(name, value);
            assert!(!holds(&changed, &key), "{name}");
        }
        assert!(!holds(&form.without(&["signature"]), &key));
        assert!(!holds(&form.with("extra", "1"), &key));
    }

    #[test]
    fn what_is_signed_holds_and_empty_fields_do_not_count() {
        let key = PrivateKey::read(crate::sandbox::MERCHANT_KEY.as_bytes()).unwrap();
        let signed = sign(Form::new().with("b", "2 &=党").with("a", "1").with("none", ""), &key).unwrap();
        assert!(holds(&signed, &key.public()));
        assert!(holds(&signed.without(&["none"]), &key.public()));
        assert!(!holds(&signed.without(&["a"]), &key.public()));
    }
}
