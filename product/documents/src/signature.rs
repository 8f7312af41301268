//! Signatures of what is handed out, so that a paper can be told from a forgery: Ed25519, or SM2 with SM3 where the
//! national ciphers are asked for.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ejia_kernel::{Vault, labelled};
use sm2::dsa::signature::{Signer as _, Verifier as _};

labelled! {
    /// The kinds of signatures.
    pub enum SignatureKind {
        /// RFC 8032.
        Ed25519 => "ed25519", "Ed25519";
        /// GB/T 32918.2 with SM3.
        Sm2 => "sm2", "国密SM2";
    }
}

/// Whom SM2 signatures name as the signer: what GM/T 0009 gives to whom has no other name.
const SIGNER: &str = "1234567812345678";
/// What stands before the bytes of a public key in a `SubjectPublicKeyInfo` (RFC 8410; RFC 5480 with the curve of GM/T 0006).
const ED25519_KEY: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const SM2_KEY: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf,
    0x55, 0x01, 0x82, 0x2d, 0x03, 0x42, 0x00,
];

/// What the house signs papers with. Its key comes out of the vault: who holds only the database cannot sign.
///
/// Both kinds sign alike each time and in 64 bytes; an SM2 signature is r, then s.
#[derive(Clone)]
pub struct Signet(Key);

#[derive(Clone)]
enum Key {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    Sm2(Box<sm2::dsa::SigningKey>),
}

impl Key {
    /// The key with this seed. Zero and what lies beyond the order of the curve is no scalar of SM2: none, about once in
    /// four billion seeds.
    fn from_seed(kind: SignatureKind, seed: &[u8; 32]) -> Option<Self> {
        match kind {
            SignatureKind::Ed25519 => Some(Self::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(seed)))),
            SignatureKind::Sm2 => {
                sm2::dsa::SigningKey::from_slice(SIGNER, seed).ok().map(|key| Self::Sm2(Box::new(key)))
            }
        }
    }
}

impl Signet {
    /// The signet of this kind that belongs to the vault.
    pub fn of(vault: &Vault, kind: SignatureKind) -> Self {
        let mut turn = 0;
        loop {
            if let Some(key) = Key::from_seed(kind, &seed(vault, kind, turn)) {
                return Self(key);
            }
            turn += 1;
        }
    }

    /// Which kind it is.
    pub const fn kind(&self) -> SignatureKind {
        match self.0 {
            Key::Ed25519(_) => SignatureKind::Ed25519,
            Key::Sm2(_) => SignatureKind::Sm2,
        }
    }

    /// Signs a message: 64 bytes.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.0 {
            Key::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
            Key::Sm2(key) => {
                let signature: sm2::dsa::Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
        }
    }

    /// Whether this signet signed the message.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.0 {
            Key::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verifying_key().verify_strict(message, &signature).is_ok()),
            Key::Sm2(key) => sm2::dsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verifying_key().verify(message, &signature).is_ok()),
        }
    }

    /// The public key as PEM, for whoever verifies with a program of his own.
    pub fn public_key(&self) -> String {
        let key = match &self.0 {
            Key::Ed25519(key) => [ED25519_KEY, key.verifying_key().as_bytes()].concat(),
            Key::Sm2(key) => [SM2_KEY, &key.verifying_key().to_sec1_bytes()].concat(),
        };
        let mut pem = "-----BEGIN PUBLIC KEY-----\n".to_owned();
        for (place, character) in STANDARD.encode(key).chars().enumerate() {
            if place > 0 && place % 64 == 0 {
                pem.push('\n');
            }
            pem.push(character);
        }
        pem.push_str("\n-----END PUBLIC KEY-----\n");
        pem
    }
}

impl fmt::Debug for Signet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Signet({}, redacted)", self.kind().code())
    }
}

/// Thirty-two bytes of the vault for this kind, others at each turn.
fn seed(vault: &Vault, kind: SignatureKind, turn: u32) -> [u8; 32] {
    let half = |part: u8| vault.index("documents.signature", &format!("{} {turn} {part}", kind.code()));
    let mut seed = [0; 32];
    for (place, byte) in seed.iter_mut().zip([half(1), half(2)].concat()) {
        *place = byte;
    }
    seed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signet(kind: SignatureKind) -> Signet {
        Signet::of(&Vault::new([7; 32]), kind)
    }

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        std::array::from_fn(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
    }

    #[test]
    fn what_is_signed_verifies_and_nothing_else() {
        for kind in SignatureKind::ALL.iter().copied() {
            let signet = signet(kind);
            let signature = signet.sign("介绍信".as_bytes());
            assert_eq!((signet.kind(), signature.len()), (kind, 64));
            assert!(signet.verifies("介绍信".as_bytes(), &signature), "{kind}");
            assert!(!signet.verifies("介绍".as_bytes(), &signature), "{kind}");
            for place in 0..64 {
                let mut altered = signature.clone();
                altered[place] ^= 1;
                assert!(!signet.verifies("介绍信".as_bytes(), &altered), "{kind} {place}");
            }
            for broken in [&[][..], &[0; 64], &[255; 64], &signature[..63]] {
                assert!(!signet.verifies("介绍信".as_bytes(), broken), "{kind}");
            }
        }
    }

    #[test]
    fn a_signet_belongs_to_its_vault_and_its_kind() {
        for kind in SignatureKind::ALL.iter().copied() {
            let signature = signet(kind).sign(b"letter");
            assert_eq!(signature, signet(kind).sign(b"letter"));
            assert!(!Signet::of(&Vault::new([8; 32]), kind).verifies(b"letter", &signature));
            let other = SignatureKind::ALL.iter().copied().find(|other| *other != kind).unwrap();
            assert!(!signet(other).verifies(b"letter", &signature));
        }
    }

    /// GB/T 32918.5-2017, A.2.
    #[test]
    fn the_signature_of_the_standard_verifies() {
        let scalar = bytes("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8");
        let signet = Signet(Key::from_seed(SignatureKind::Sm2, &scalar).unwrap());
        let signature: [u8; 64] = bytes(concat!(
            "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3",
            "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
        ));
        assert!(signet.verifies(b"message digest", &signature));
        assert!(!signet.verifies(b"message digest.", &signature));
    }

    /// RFC 8032, 7.1, test 2.
    #[test]
    fn the_signature_of_the_rfc_is_made() {
        let seed = bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let signet = Signet(Key::from_seed(SignatureKind::Ed25519, &seed).unwrap());
        let signature: [u8; 64] = bytes(concat!(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da",
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ));
        assert_eq!(signet.sign(&[0x72]), signature);
    }

    #[test]
    fn no_scalar_out_of_range_is_a_key() {
        for seed in [[0; 32], [255; 32]] {
            assert!(Key::from_seed(SignatureKind::Sm2, &seed).is_none());
        }
    }

    #[test]
    fn public_keys_are_pem_and_a_signet_does_not_show_its_key() {
        for (kind, length) in [(SignatureKind::Ed25519, 113), (SignatureKind::Sm2, 178)] {
            let signet = signet(kind);
            let pem = signet.public_key();
            assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n") && pem.len() == length, "{pem}");
            assert_eq!(format!("{signet:?}"), format!("Signet({}, redacted)", kind.code()));
        }
    }
}
