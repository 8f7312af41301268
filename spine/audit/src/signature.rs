//! Signs where the chain stands, so that nobody can lay another chain without the key.

use ed25519_dalek::{Signature, Signer, SigningKey};
use ejia_kernel::{Instant, Vault};

use crate::chain::Hash;

/// The house's pen. Its key comes out of the vault: who holds only the database cannot sign.
pub(crate) struct Pen(SigningKey);

impl Pen {
    pub(crate) fn of(vault: &Vault) -> Self {
        let mut seed = [0; 32];
        let halves = [vault.index("audit.signature", "1"), vault.index("audit.signature", "2")];
        for (place, byte) in seed.iter_mut().zip(halves.concat()) {
            *place = byte;
        }
        Self(SigningKey::from_bytes(&seed))
    }

    /// What everybody can check its signatures with.
    pub(crate) fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    pub(crate) fn sign_text(&self, text: &str) -> [u8; 64] {
        self.0.sign(text.as_bytes()).to_bytes()
    }

    pub(crate) fn sign(&self, number: i64, hash: &Hash, at: Instant) -> Vec<u8> {
        self.0.sign(&message(number, hash, at)).to_bytes().to_vec()
    }

    pub(crate) fn signed(&self, number: i64, hash: &Hash, at: Instant, signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verifying_key().verify_strict(&message(number, hash, at), &signature).is_ok())
    }
}

fn message(number: i64, hash: &Hash, at: Instant) -> Vec<u8> {
    let mut message = b"ejia.audit.standing.1".to_vec();
    message.extend(number.to_be_bytes());
    message.extend(hash);
    message.extend(at.ms().to_be_bytes());
    message
}
