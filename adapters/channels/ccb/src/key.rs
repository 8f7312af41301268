//! The key the bank signs notifications with: RSA, PKCS#1 v1.5, MD5; moduli of 1023 bits and e = 17 occur.
//!
//! The ring library knows no MD5, and the rsa crate raises to e in its general way, which costs 80 µs for 1024 bits.
//! Notifications are on the measured path of paying, so the public operation, a power with a known exponent, is written
//! out here: Montgomery multiplication over 64-bit limbs. Only public values go in. Tests hold it against the rsa crate.

use ejia_wire::from_hex;
use rsa::pkcs8::DecodePublicKey;
use rsa::traits::PublicKeyParts;
use rsa::{BigUint, RsaPublicKey};

/// DigestInfo of MD5 up to the digest.
const MD5_INFO: [u8; 18] =
    [0x30, 0x20, 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05, 0x05, 0x00, 0x04, 0x10];
/// Bits of a limb.
const LIMB: usize = 64;

/// The bank's public key.
#[derive(Clone, Debug)]
pub(crate) struct BankKey {
    /// The modulus, least limb first.
    modulus: Vec<u64>,
    /// −1/modulus mod 2^64.
    inverse: u64,
    /// R² mod modulus, where R = 2^(64 · limbs).
    square: Vec<u64>,
    exponent: u64,
    /// How many bytes a signature has.
    bytes: usize,
}

impl BankKey {
    /// Reads the key as the merchant console hands it out: hex of a DER SubjectPublicKeyInfo.
    pub(crate) fn read(hex: &str) -> Option<Self> {
        let key = RsaPublicKey::from_public_key_der(&from_hex(hex)?).ok()?;
        let exponent = key.e().to_bytes_be().iter().fold(0_u64, |e, byte| (e << 8) | u64::from(*byte));
        let modulus = limbs(key.n(), key.size().div_ceil(8));
        // Montgomery needs an odd modulus; the padding needs 45 bytes.
        let least = modulus.first().copied().filter(|least| least & 1 == 1)?;
        if key.size() < 64 || exponent < 3 || key.e().bits() > 33 {
            return None;
        }
        let square = (BigUint::from(1_u8) << (2 * LIMB * modulus.len())) % key.n();
        let square = limbs(&square, modulus.len());
        Some(Self { inverse: negative_inverse(least), square, modulus, exponent, bytes: key.size() })
    }

    /// The MD5 digest that a signature was made over; none when it is no signature of this key and scheme.
    pub(crate) fn digest_of(&self, signature: &[u8]) -> Option<[u8; 16]> {
        if signature.len() != self.bytes {
            return None;
        }
        let value = read_limbs(signature, self.modulus.len());
        // A representative at or above the modulus would be a second signature for the same text.
        if !below(&value, &self.modulus) {
            return None;
        }
        let opened = self.power(&value);
        let bytes: Vec<u8> = opened.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect();
        let message = bytes.get(bytes.len().checked_sub(self.bytes)?..)?;
        let (head, digest) = message.split_last_chunk::<16>()?;
        let padding = head.strip_suffix(&MD5_INFO)?.strip_suffix(&[0])?.strip_prefix(&[0, 1])?;
        padding.iter().all(|byte| *byte == 0xff).then_some(*digest)
    }

    /// value^e mod modulus.
    fn power(&self, value: &[u64]) -> Vec<u64> {
        let limbs = self.modulus.len();
        let mut room = vec![0; limbs + 2];
        let mut base = vec![0; limbs];
        self.multiply(value, &self.square, &mut room, &mut base);
        let mut result = base.clone();
        let mut product = base.clone();
        for bit in (0..self.exponent.ilog2()).rev() {
            self.multiply(&result, &result, &mut room, &mut product);
            std::mem::swap(&mut result, &mut product);
            if self.exponent >> bit & 1 == 1 {
                self.multiply(&result, &base, &mut room, &mut product);
                std::mem::swap(&mut result, &mut product);
            }
        }
        let one: Vec<u64> = std::iter::once(1).chain(std::iter::repeat_n(0, limbs - 1)).collect();
        self.multiply(&result, &one, &mut room, &mut product);
        product
    }

    /// one · other / R mod modulus.
    fn multiply(&self, one: &[u64], other: &[u64], room: &mut [u64], product: &mut [u64]) {
        room.fill(0);
        for factor in one {
            add_multiple(room, *factor, other);
            let least = room.first().copied().unwrap_or_default();
            // Makes the least limb nought, which is then moved out.
            add_multiple(room, least.wrapping_mul(self.inverse), &self.modulus);
            room.rotate_left(1);
        }
        let mut borrowed = false;
        for ((place, limb), modulus) in product.iter_mut().zip(room.iter()).zip(&self.modulus) {
            (*place, borrowed) = limb.borrowing_sub(*modulus, borrowed);
        }
        let above = room.get(self.modulus.len()).copied().unwrap_or_default();
        if borrowed && above == 0 {
            for (place, limb) in product.iter_mut().zip(room.iter()) {
                *place = *limb;
            }
        }
    }
}

/// room += factor · limbs, carried into the two limbs above.
fn add_multiple(room: &mut [u64], factor: u64, limbs: &[u64]) {
    let mut carry = 0;
    for (place, limb) in room.iter_mut().zip(limbs) {
        (*place, carry) = factor.carrying_mul_add(*limb, carry, *place);
    }
    for place in room.iter_mut().skip(limbs.len()) {
        let (sum, over) = place.overflowing_add(carry);
        (*place, carry) = (sum, u64::from(over));
    }
}

/// −1/odd mod 2^64, by Newton's iteration: each step doubles the bits that are right.
fn negative_inverse(odd: u64) -> u64 {
    let inverse = (0..6).fold(odd, |guess, _| guess.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(guess))));
    inverse.wrapping_neg()
}

fn limbs(number: &BigUint, count: usize) -> Vec<u64> {
    read_limbs(&number.to_bytes_be(), count)
}

/// Big-endian bytes as limbs, least first.
fn read_limbs(bytes: &[u8], count: usize) -> Vec<u64> {
    let limb = |chunk: &[u8]| chunk.iter().fold(0, |limb, byte| (limb << 8) | u64::from(*byte));
    let mut limbs: Vec<u64> = bytes.rchunks(8).map(limb).collect();
    limbs.resize(count, 0);
    limbs
}

fn below(value: &[u64], bound: &[u64]) -> bool {
    value.iter().rev().lt(bound.iter().rev())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ejia_wire::{PrivateKey, Scheme, md5};
    use proptest::prelude::*;

    use crate::sandbox::keys;

    /// The bank's demonstration keys: 1023 bits, and 1024.
    const KEYS: [&str; 2] =
        [include_str!("../tests/vectors/notify_1.key.hex"), include_str!("../tests/vectors/notify_2.key.hex")];

    #[test]
    fn the_power_is_the_one_of_the_rsa_crate_for_every_representative() {
        for hex in KEYS.into_iter().chain([keys::SANDBOX_PUBLIC]) {
            let key = BankKey::read(hex).unwrap();
            let known = RsaPublicKey::from_public_key_der(&from_hex(hex).unwrap()).unwrap();
            proptest!(ProptestConfig::with_cases(60), |(bytes in proptest::collection::vec(any::<u8>(), 128))| {
                let value = BigUint::from_bytes_be(&bytes) % known.n();
                let power = value.modpow(known.e(), known.n());
                prop_assert_eq!(key.power(&limbs(&value, 16)), limbs(&power, 16));
            });
        }
    }

    #[test]
    fn a_signature_gives_its_digest_and_nothing_else_does() {
        let private = PrivateKey::read(keys::SANDBOX_PRIVATE.as_bytes()).unwrap();
        let key = BankKey::read(keys::SANDBOX_PUBLIC).unwrap();
        let text = "党费".as_bytes();
        let signature = private.sign(Scheme::Md5, text).unwrap();
        assert_eq!(key.digest_of(&signature), Some(md5(text)));
        for scheme in [Scheme::BareSha1, Scheme::Sha1, Scheme::Sha256] {
            assert_eq!(key.digest_of(&private.sign(scheme, text).unwrap()), None, "{scheme:?}");
        }
        assert_eq!(key.digest_of(&signature[1..]), None);
        assert_eq!(key.digest_of(&[signature.clone(), vec![0]].concat()), None);
        assert_eq!(key.digest_of(&[0; 128]), None);
        let known = RsaPublicKey::from_public_key_der(&from_hex(keys::SANDBOX_PUBLIC).unwrap()).unwrap();
        assert_eq!(key.digest_of(&known.n().to_bytes_be()), None);
    }

    #[test]
    fn the_signature_plus_the_modulus_is_not_a_second_signature() {
        let hex = KEYS[0];
        let signature = from_hex(include_str!("../tests/vectors/notify_1.sign.hex")).unwrap();
        let key = BankKey::read(hex).unwrap();
        assert!(key.digest_of(&signature).is_some());
        // With a modulus of 1023 bits the sum has as many bytes as the signature, and is the same number to the power.
        let known = RsaPublicKey::from_public_key_der(&from_hex(hex).unwrap()).unwrap();
        let again = (BigUint::from_bytes_be(&signature) + known.n()).to_bytes_be();
        assert_eq!(again.len(), signature.len());
        assert_eq!(key.digest_of(&again), None);
    }

    #[test]
    fn what_is_no_key_is_not_taken_for_one() {
        for hex in ["", "zz", "3000", "30819c300d06092a864886f70d0101010500"] {
            assert!(BankKey::read(hex).is_none(), "{hex}");
        }
    }
}
