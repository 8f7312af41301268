//! Checkpoints: where the chain stood, in a line of text that can be kept elsewhere.
//!
//! A checkpoint is signed with the house's pen (Ed25519). Whoever has written the public key down checks one without
//! vault and database; whoever has the database compares it with the chain. It is what is left against somebody who puts
//! an older state of the whole database in place, which agrees with itself in everything.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use ejia_db::{Txn, args};
use ejia_kernel::{Instant, Problem, Vault};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::chain::{Hash, hex};
use crate::seal::read_head;
use crate::signature::Pen;

/// Where the chain stood, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// Whose chain: [`PublicKey::installation`].
    pub installation: String,
    /// How many entries were sealed.
    pub number: i64,
    /// The hash of the last of them, in hexadecimal.
    pub hash: String,
    /// When it was sealed, by RFC 3339.
    pub at: String,
    /// Ed25519 over [`Checkpoint::message`], in Base64.
    pub signature: String,
}

impl Checkpoint {
    /// Where the chain stands now; `None` before the first entry was sealed.
    ///
    /// # Errors
    /// A fault of the database; a fault when the end of the chain is not signed by this house: what somebody else has put
    /// there is not signed again.
    pub fn now(txn: &mut Txn<'_>) -> Result<Option<Self>, Problem> {
        let head = read_head(txn)?;
        let pen = Pen::of(txn.vault());
        if !head.stands(&pen) {
            return Err(Problem::fault("the end of the audit chain does not bear our signature"));
        }
        Ok(head.hash.map(|hash| Self::signed(&pen, head.number, &hash, head.at)))
    }

    fn signed(pen: &Pen, number: i64, hash: &Hash, at: Instant) -> Self {
        let mut checkpoint = Self {
            installation: PublicKey(pen.public()).installation(),
            number,
            hash: hex(hash),
            at: at.rfc3339(),
            signature: String::new(),
        };
        checkpoint.signature = STANDARD.encode(pen.sign_text(&checkpoint.message()));
        checkpoint
    }

    /// Reads a line.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(line: &str) -> Result<Self, String> {
        serde_json::from_str(line.trim()).map_err(|error| format!("not a checkpoint: {error}"))
    }

    /// What is signed: five lines of text, so that any tool can check it.
    pub fn message(&self) -> String {
        let Self { installation, number, hash, at, signature: _ } = self;
        format!("ejia checkpoint 1\n{installation}\n{number}\n{hash}\n{at}\n")
    }

    /// Whether the house with this public key has signed it.
    pub fn is_signed_by(&self, public_key: &PublicKey) -> bool {
        let Ok(key) = VerifyingKey::from_bytes(&public_key.0) else { return false };
        let signature = STANDARD.decode(&self.signature).ok().and_then(|bytes| Signature::from_slice(&bytes).ok());
        self.installation == public_key.installation()
            && signature.is_some_and(|signature| key.verify_strict(self.message().as_bytes(), &signature).is_ok())
    }

    /// Whether it lies on the chain of this database, which is not walked.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn lies_on(&self, txn: &mut Txn<'_>) -> Result<bool, Problem> {
        let sql = "SELECT hash FROM audit_link WHERE number = $1";
        let found: Option<Vec<u8>> = txn.first(sql, &args![self.number], |row| row.get(0))?;
        Ok(found.is_some_and(|hash| hex(&hash) == self.hash))
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// The key with which everybody can check the checkpoints of a house. It is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

/// What stands before the 32 bytes of an Ed25519 key in its DER form (RFC 8410).
const DER: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

impl PublicKey {
    /// The key of this house.
    pub fn of(vault: &Vault) -> Self {
        Self(Pen::of(vault).public())
    }

    /// Reads a PEM text, as [`PublicKey::pem`] writes it.
    pub fn parse(pem: &str) -> Option<Self> {
        let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let der = STANDARD.decode(body.trim()).ok()?;
        der.strip_prefix(&DER)?.try_into().ok().map(Self)
    }

    /// As a PEM text, which other tools read too.
    pub fn pem(&self) -> String {
        let body = STANDARD.encode([&DER[..], &self.0[..]].concat());
        format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
    }

    /// How a checkpoint names the house: the first 16 hexadecimal digits of SHA-256 over the key.
    pub fn installation(&self) -> String {
        let mut digits = hex(&Sha256::digest(self.0));
        digits.truncate(16);
        digits
    }
}
