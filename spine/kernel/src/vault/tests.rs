//! The vault: one key, several keys, two ciphers.

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use proptest::prelude::*;

use super::ciphers::{Sm4Gcm, synthetic};
use super::keyed;
use crate::{Cipher, ProblemKind, Vault};

/// Sealed for `phone` under the root of sevens before there were several keys.
const SEALED_LONG_AGO: &str = "53cd21d094a94b37a0726d49e194276c77874535b24ebe17169755627aad73f62435dc00024c78f1";

fn vault() -> Vault {
    Vault::new([7; 32])
}

/// The root of sevens, and these keys before it.
fn with(keys: &[(Cipher, u8)]) -> Vault {
    Vault::with_keys([7; 32], keys.iter().map(|(cipher, byte)| (*cipher, [*byte; 32]))).unwrap()
}

/// A vault of each cipher.
fn of_each_cipher() -> [Vault; 2] {
    [vault(), with(&[(Cipher::Sm4, 8)])]
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn what_was_sealed_before_there_were_several_keys_opens_and_is_found() {
    for vault in [vault(), with(&[(Cipher::Aes, 8)]), with(&[(Cipher::Sm4, 8), (Cipher::Aes, 9)])] {
        assert_eq!(vault.open("phone", &bytes(SEALED_LONG_AGO)).unwrap(), "13812348003");
        assert_eq!(vault.index("phone", "13812348003"), bytes("aed16c01ded407f2606f5801631ee8e3"));
    }
}

#[test]
fn the_first_key_seals_and_the_others_open() {
    let (before, after) = (with(&[(Cipher::Aes, 8)]), with(&[(Cipher::Sm4, 9), (Cipher::Aes, 8)]));
    let (old, new) = (before.seal("phone", "13812348003"), after.seal("phone", "13812348003"));
    assert_eq!((old[0], new[0]), (before.current(), after.current()));
    assert_eq!(after.keys(), [after.current(), before.current(), vault().current()]);
    for sealed in [&old, &new, &vault().seal("phone", "13812348003")] {
        assert_eq!(after.open("phone", sealed).unwrap(), "13812348003");
        assert!(after.open("id_card", sealed).is_err());
    }
    assert!(before.open("phone", &new).is_err());
}

#[test]
fn sealed_anew_it_opens_without_the_former_key() {
    let (before, after) = (with(&[(Cipher::Aes, 8)]), with(&[(Cipher::Sm4, 9), (Cipher::Aes, 8)]));
    let old = before.seal("phone", "13812348003");
    let anew = after.seal_anew("phone", &old).unwrap().unwrap();
    assert_eq!(after.seal_anew("phone", &anew).unwrap(), None);
    assert_eq!(with(&[(Cipher::Sm4, 9)]).open("phone", &anew).unwrap(), "13812348003");
    assert!(after.seal_anew("id_card", &old).is_err());
    assert!(with(&[(Cipher::Sm4, 9)]).seal_anew("phone", &old).is_err());
}

#[test]
fn the_same_secret_under_another_cipher_is_another_key() {
    let vault = with(&[(Cipher::Sm4, 8), (Cipher::Aes, 8)]);
    assert_ne!(vault.keys()[0], vault.keys()[1]);
}

#[test]
fn two_keys_told_by_one_byte_are_refused() {
    assert!(Vault::with_keys([7; 32], [(Cipher::Aes, [7; 32])]).is_none());
    assert!(Vault::with_keys([7; 32], [(Cipher::Sm4, [8; 32]), (Cipher::Sm4, [8; 32])]).is_none());
}

/// RFC 8998, appendix A.1.
#[test]
fn sm4_gcm_seals_as_published() {
    let key: [u8; 16] = bytes("0123456789abcdeffedcba9876543210").try_into().unwrap();
    let nonce: [u8; 12] = bytes("00001234567800000000abcd").try_into().unwrap();
    let aad = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let plain: Vec<u8> = [0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0xee, 0xaa].iter().flat_map(|byte| [*byte; 8]).collect();
    let sealed = bytes(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735\
         d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d\
         83de3541e4c2b58177e065a9bf7b62ec",
    );
    let cipher = Sm4Gcm::new(&key.into());
    assert_eq!(cipher.encrypt(&nonce.into(), Payload { msg: &plain, aad: &aad }).unwrap(), sealed);
    assert_eq!(cipher.decrypt(&nonce.into(), Payload { msg: &sealed, aad: &aad }).unwrap(), plain);
}

#[test]
fn chance_drawn_twice_makes_one_nonce_for_one_text_alone() {
    let nonces = keyed(&[7; 32]);
    let nonce = synthetic(&nonces, &[1; 16], b"13812348003");
    assert_eq!(synthetic(&nonces, &[1; 16], b"13812348003"), nonce);
    assert_ne!(synthetic(&nonces, &[1; 16], b"13812348004"), nonce);
    assert_ne!(synthetic(&nonces, &[2; 16], b"13812348003"), nonce);
    assert_ne!(synthetic(&keyed(&[8; 32]), &[1; 16], b"13812348003"), nonce);
}

#[test]
fn the_same_text_looks_different_each_time() {
    for vault in of_each_cipher() {
        assert_ne!(vault.seal("phone", "13812348003"), vault.seal("phone", "13812348003"));
    }
}

#[test]
fn the_index_is_stable_and_belongs_to_key_and_purpose() {
    let index = vault().index("phone", "13812348003");
    assert_eq!(index.len(), 16);
    assert_eq!(vault().index("phone", "13812348003"), index);
    assert_ne!(vault().index("phone", "13812348004"), index);
    assert_ne!(vault().index("id_card", "13812348003"), index);
    assert_ne!(Vault::new([8; 32]).index("phone", "13812348003"), index);
}

#[test]
fn the_index_never_changes_between_versions() {
    let index: [u8; 16] = vault().index("phone", "13812348003").try_into().unwrap();
    assert_eq!(
        u128::from_be_bytes(index),
        0xaed1_6c01_ded4_07f2_606f_5801_631e_e8e3,
        "kept data is found by this value"
    );
}

#[test]
fn another_key_or_purpose_does_not_open() {
    let sealed = vault().seal("phone", "13812348003");
    for refused in [Vault::new([8; 32]).open("phone", &sealed), vault().open("id_card", &sealed)] {
        let problem = refused.unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Fault);
        assert!(!problem.to_string().contains("138"), "{problem}");
    }
}

#[test]
fn bytes_that_are_no_text_open_as_bytes_only() {
    let sealed = vault().seal_bytes("photo", b"\xff\xd8\xff");
    assert_eq!(vault().open_bytes("photo", &sealed).unwrap(), b"\xff\xd8\xff");
    assert_eq!(vault().open("photo", &sealed).unwrap_err().kind, ProblemKind::Fault);
    assert!(vault().open_bytes("paper", &sealed).is_err());
}

#[test]
fn a_vault_does_not_print_its_key() {
    assert_eq!(format!("{:?}", vault()), "Vault(redacted)");
}

proptest! {
    #[test]
    fn what_is_sealed_opens(text in ".*", purpose in "[a-z_]{1,12}", key in any::<[u8; 32]>()) {
        for vault in [Some(Vault::new(key)), Vault::with_keys([7; 32], [(Cipher::Sm4, key)])].into_iter().flatten() {
            let sealed = vault.seal(&purpose, &text);
            prop_assert_eq!(sealed.len(), text.len() + 29);
            prop_assert_eq!(vault.open(&purpose, &sealed).unwrap(), text.as_str());
        }
    }

    #[test]
    fn sealed_bytes_open(plain in prop::collection::vec(any::<u8>(), 0..200), purpose in "[a-z_]{1,12}") {
        let sealed = vault().seal_bytes(&purpose, &plain);
        prop_assert_eq!(sealed.len(), plain.len() + 29);
        prop_assert_eq!(vault().open_bytes(&purpose, &sealed).unwrap(), plain);
    }

    #[test]
    fn any_changed_bit_is_noticed(text in ".{0,20}", place in any::<prop::sample::Index>(), bit in 0..8_u8) {
        for vault in of_each_cipher() {
            let mut sealed = vault.seal("phone", &text);
            let place = place.index(sealed.len());
            sealed[place] ^= 1 << bit;
            prop_assert!(vault.open("phone", &sealed).is_err());
        }
    }

    #[test]
    fn no_bytes_break_the_vault(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        prop_assert!(vault().open("phone", &bytes).is_err());
    }
}
