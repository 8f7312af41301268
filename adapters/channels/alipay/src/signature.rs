//! RSA2: SHA256withRSA over the sorted parameters that are not empty, in base64.

use ejia_wire::{Form, KeyFault, PrivateKey, PublicKey, Scheme, base64, from_base64};

/// The only `sign_type` spoken here; `RSA` (SHA-1) is not taken from anyone.
pub(crate) const SIGN_TYPE: &str = "RSA2";

/// The signature of a request: everything but `sign`.
pub(crate) fn sign_request(form: &Form, key: &PrivateKey) -> Result<String, KeyFault> {
    sign_text(&form.without(&["sign"]).canonical(), key)
}

/// Whether a request's `sign` holds.
pub(crate) fn request_holds(form: &Form, key: &PublicKey) -> bool {
    text_holds(&form.without(&["sign"]).canonical(), form.text("sign"), key)
}

/// The signature of a notification: everything but `sign` and `sign_type`.
pub(crate) fn sign_notice(form: &Form, key: &PrivateKey) -> Result<String, KeyFault> {
    sign_text(&form.without(&["sign", "sign_type"]).canonical(), key)
}

/// Whether a notification's `sign` holds.
pub(crate) fn notice_holds(form: &Form, key: &PublicKey) -> bool {
    text_holds(&form.without(&["sign", "sign_type"]).canonical(), form.text("sign"), key)
}

/// The signature of a text as it stands.
pub(crate) fn sign_text(text: &str, key: &PrivateKey) -> Result<String, KeyFault> {
    key.sign(Scheme::Sha256, text.as_bytes()).map(|signature| base64(&signature))
}

/// Whether the signature of a text holds.
pub(crate) fn text_holds(text: &str, sign: &str, key: &PublicKey) -> bool {
    from_base64(sign).is_some_and(|signature| key.verify(Scheme::Sha256, text.as_bytes(), &signature))
}
