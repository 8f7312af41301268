//! The signature of a letter: over a text that anybody can put together again from what the row and the letter say.

use std::fmt::Write;

use ejia_documents::{SignatureKind, Signet};
use ejia_kernel::{Date, OrganizationId, Vault};
use sha2::{Digest, Sha256};

use super::model::Letter;
use super::say::LetterContent;

/// What is signed of a letter.
pub(super) struct Signed<'a> {
    pub(super) number: &'a str,
    pub(super) organization_id: OrganizationId,
    pub(super) check: &'a str,
    pub(super) receipt: &'a str,
    pub(super) issued_on: Date,
    pub(super) valid_until: Date,
    /// What it says, as it is sealed.
    pub(super) content: &'a str,
}

impl Signed<'_> {
    /// One line for each thing, the content as its SHA-256.
    fn text(&self) -> String {
        let Self { number, organization_id, check, receipt, issued_on, valid_until, content } = self;
        let mut digest = String::with_capacity(64);
        for byte in Sha256::digest(content.as_bytes()) {
            // Writing to a String does not fail.
            let _ = write!(digest, "{byte:02x}");
        }
        format!(
            "ejia letter 1\n{number}\n{organization_id}\n{check}\n{receipt}\n{issued_on}\n{valid_until}\n{digest}\n"
        )
    }

    /// Its signature.
    pub(super) fn sign(&self, vault: &Vault, kind: SignatureKind) -> Vec<u8> {
        Signet::of(vault, kind).sign(self.text().as_bytes())
    }
}

/// Whether a row is as it was when this house signed it.
pub(super) fn is_genuine(vault: &Vault, letter: &Letter) -> bool {
    let Ok(json) = LetterContent::unsealed(vault, letter) else { return false };
    let Ok(content) = serde_json::from_str::<LetterContent>(&json) else { return false };
    let signed = Signed {
        number: &letter.number,
        organization_id: letter.organization_id,
        check: letter.check_token.as_str(),
        receipt: &content.receipt,
        issued_on: letter.issued_at.china_date(),
        valid_until: letter.valid_until,
        content: &json,
    };
    // The name of the issuer is shown beside: it has to be the one that was signed.
    content.issuer == letter.issuer
        && Signet::of(vault, letter.signature_kind).verifies(signed.text().as_bytes(), &letter.signature)
}
