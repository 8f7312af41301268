//! Seals ballots for the key of their vote, and opens them: HPKE (RFC 9180) over X-Wing, which is X25519 and ML-KEM-768
//! together, with HKDF-SHA256 and AES-256-GCM.
//!
//! A log file that is kept may be attacked for decades, by machines that do not exist yet; a sealed ballot stays closed
//! as long as one of the two holds.
//!
//! A ballot is `version ‖ choice (8) ‖ code (8) ‖ stamp (16)`, the same length for everybody. It is bound to its vote and
//! to the random id of its row, and stamped by the vault: who can write the database, but does not hold our keys, cannot
//! put ballots of his own beside others', nor copy one.

use ejia_kernel::{Problem, Vault};
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable, single_shot_open, single_shot_seal};
use subtle::ConstantTimeEq;

use crate::BallotId;
use crate::code::{VoterCode, hex};

type PublicKey = <XWing as Kem>::PublicKey;
type PrivateKey = <XWing as Kem>::PrivateKey;
type Encapsulated = <XWing as Kem>::EncappedKey;

/// The random id of a sealed ballot's row.
pub(crate) const ROW: usize = 16;
/// What goes before the sealed text: the encapsulated key.
const ENCAPSULATED: usize = 1120;
const VERSION: u8 = 1;
const STAMP: usize = 16;
const PLAIN: usize = 1 + 8 + 8 + STAMP;

/// The length of every sealed ballot.
#[cfg(test)]
pub(crate) const SEALED: usize = ENCAPSULATED + PLAIN + 16;

/// What is on a ballot, before it is known whether it fits its vote.
pub(crate) struct Marked {
    pub(crate) bits: u64,
    pub(crate) code: VoterCode,
}

/// The private key of a vote.
pub(crate) struct Opener(PrivateKey);

/// Makes a key pair: the private and the public key, as bytes.
pub(crate) fn key_pair() -> (Vec<u8>, Vec<u8>) {
    let (private, public) = XWing::gen_keypair();
    (private.to_bytes().to_vec(), public.to_bytes().to_vec())
}

/// A new id of a row.
pub(crate) fn row_id() -> Result<[u8; ROW], Problem> {
    let mut id = [0; ROW];
    getrandom::fill(&mut id).map_err(Problem::fault)?;
    Ok(id)
}

/// Seals a ballot for the vote whose public key this is.
///
/// # Errors
/// A fault when the key is none.
pub(crate) fn seal(
    vault: &Vault,
    public_key: &[u8],
    ballot: BallotId,
    row: &[u8],
    marked: &Marked,
) -> Result<Vec<u8>, Problem> {
    let key = PublicKey::from_bytes(public_key).map_err(Problem::fault)?;
    let mut plain = Vec::with_capacity(PLAIN);
    plain.push(VERSION);
    plain.extend_from_slice(&marked.bits.to_be_bytes());
    plain.extend_from_slice(&marked.code.bits().to_be_bytes());
    let stamp = stamp(vault, ballot, row, &plain);
    plain.extend_from_slice(&stamp);
    let (encapsulated, text) =
        single_shot_seal::<AesGcm256, HkdfSha256, XWing>(&OpModeS::Base, &key, &about(ballot), &plain, row)
            .map_err(Problem::fault)?;
    Ok([encapsulated.to_bytes().as_slice(), &text].concat())
}

impl Opener {
    /// The private key from its bytes.
    pub(crate) fn new(private_key: &[u8]) -> Option<Self> {
        PrivateKey::from_bytes(private_key).ok().map(Self)
    }

    /// Opens a ballot; `None` when it was altered, belongs elsewhere or was not made by us.
    pub(crate) fn open(&self, vault: &Vault, ballot: BallotId, row: &[u8], sealed: &[u8]) -> Option<Marked> {
        let (encapsulated, text) = sealed.split_at_checked(ENCAPSULATED)?;
        let encapsulated = Encapsulated::from_bytes(encapsulated).ok()?;
        let plain = single_shot_open::<AesGcm256, HkdfSha256, XWing>(
            &OpModeR::Base,
            &self.0,
            &encapsulated,
            &about(ballot),
            text,
            row,
        )
        .ok()?;
        read(vault, ballot, row, &plain)
    }
}

fn read(vault: &Vault, ballot: BallotId, row: &[u8], plain: &[u8]) -> Option<Marked> {
    let (said, stamped) = plain.split_at_checked(plain.len().checked_sub(STAMP)?)?;
    let genuine: bool = stamp(vault, ballot, row, said).as_slice().ct_eq(stamped).into();
    let (version, rest) = said.split_first()?;
    let (bits, code) = rest.split_first_chunk::<8>()?;
    let code = VoterCode::from_bits(u64::from_be_bytes(code.try_into().ok()?))?;
    (genuine && *version == VERSION).then_some(Marked { bits: u64::from_be_bytes(*bits), code })
}

fn about(ballot: BallotId) -> Vec<u8> {
    format!("ejia secret vote 1\n{ballot}").into_bytes()
}

fn stamp(vault: &Vault, ballot: BallotId, row: &[u8], said: &[u8]) -> Vec<u8> {
    vault.index("ballot_stamp", &format!("{ballot}\n{}\n{}", hex(row), hex(said)))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Vote {
        vault: Vault,
        ballot: BallotId,
        public: Vec<u8>,
        opener: Opener,
    }

    fn vote() -> Vote {
        let (private, public) = key_pair();
        let opener = Opener::new(&private).unwrap();
        Vote { vault: Vault::new([7; 32]), ballot: BallotId::random(), public, opener }
    }

    fn sealed(vote: &Vote, row: &[u8], bits: u64) -> (VoterCode, Vec<u8>) {
        let code = VoterCode::draw().unwrap();
        let marked = Marked { bits, code };
        (code, seal(&vote.vault, &vote.public, vote.ballot, row, &marked).unwrap())
    }

    #[test]
    fn a_ballot_opens_with_its_key_and_all_are_of_one_length() {
        let vote = vote();
        for bits in [1, 2, 0b1011, u64::MAX] {
            let row = row_id().unwrap();
            let (code, sealed) = sealed(&vote, &row, bits);
            assert_eq!(sealed.len(), SEALED);
            let opened = vote.opener.open(&vote.vault, vote.ballot, &row, &sealed).unwrap();
            assert_eq!((opened.bits, opened.code), (bits, code));
        }
    }

    #[test]
    fn what_was_altered_moved_copied_or_made_elsewhere_does_not_open() {
        let (vote, other) = (vote(), vote());
        let row = row_id().unwrap();
        let (code, text) = sealed(&vote, &row, 1);
        let open = |ballot, row: &[u8], text: &[u8]| vote.opener.open(&vote.vault, ballot, row, text);
        for at in [0, 31, ENCAPSULATED - 1, ENCAPSULATED, SEALED - 1] {
            let mut altered = text.clone();
            altered[at] ^= 1;
            assert!(open(vote.ballot, &row, &altered).is_none(), "byte {at}");
        }
        for cut in [0, 16, ENCAPSULATED, SEALED - 1] {
            assert!(open(vote.ballot, &row, &text[..cut]).is_none(), "{cut} bytes");
        }
        assert!(open(other.ballot, &row, &text).is_none(), "of another vote");
        assert!(open(vote.ballot, &row_id().unwrap(), &text).is_none(), "copied to another row");
        assert!(other.opener.open(&vote.vault, vote.ballot, &row, &text).is_none(), "another key");
        let marked = Marked { bits: 1, code };
        let forged = seal(&Vault::new([8; 32]), &vote.public, vote.ballot, &row, &marked).unwrap();
        assert!(open(vote.ballot, &row, &forged).is_none(), "made without our keys");
    }

    #[test]
    fn the_same_ballot_sealed_twice_shares_no_bytes() {
        let vote = vote();
        let row = row_id().unwrap();
        let marked = Marked { bits: 1, code: VoterCode::draw().unwrap() };
        let twice = [0, 1].map(|_| seal(&vote.vault, &vote.public, vote.ballot, &row, &marked).unwrap());
        let first: std::collections::HashSet<&[u8]> = twice[0].windows(8).collect();
        assert!(!twice[1].windows(8).any(|window| first.contains(window)));
    }
}
