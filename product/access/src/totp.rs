//! Codes of an authenticator app (RFC 6238): six digits, others every thirty seconds, by HMAC-SHA-1, which every such app
//! knows. Each code is good once, and half a minute before and after its time, because no two clocks agree.

use std::ops::RangeInclusive;

use data_encoding::BASE32_NOPAD;
use ejia_kernel::{Instant, Problem};
use ring::hmac;
use subtle::ConstantTimeEq;

/// How long one code is shown, in milliseconds.
const STEP: i64 = 30_000;
/// As long as what HMAC-SHA-1 puts out (RFC 4226, 4).
const BYTES: usize = 20;

/// What an app and this house both know.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct TotpSecret(Vec<u8>);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(redacted)")
    }
}

impl TotpSecret {
    /// A new one.
    pub(crate) fn draw() -> Result<Self, Problem> {
        let mut bytes = vec![0_u8; BYTES];
        getrandom::fill(&mut bytes).map_err(Problem::fault)?;
        Ok(Self(bytes))
    }

    /// As it came from the database.
    pub(crate) fn kept(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// As it is sealed.
    pub(crate) fn expose(&self) -> &[u8] {
        &self.0
    }

    /// As it is typed into an app: letters and digits, in groups of four.
    pub(crate) fn key(&self) -> String {
        let plain = BASE32_NOPAD.encode(&self.0);
        let groups: Vec<&str> =
            plain.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
        groups.join(" ")
    }

    /// What an app reads from the picture; `login` is how it names the account.
    pub(crate) fn address(&self, login: &str) -> String {
        let secret = BASE32_NOPAD.encode(&self.0);
        ejia_directory::asking(
            &format!("otpauth://totp/{}", ejia_directory::in_address(login)),
            &[("secret", &secret), ("issuer", "党建e家"), ("algorithm", "SHA1"), ("digits", "6"), ("period", "30")],
        )
    }

    /// The code of a step.
    pub(crate) fn code(&self, step: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let bytes = tag.as_ref();
        let offset = usize::from(bytes.last().copied().unwrap_or_default() & 15);
        let word = bytes.get(offset..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
        format!("{:06}", (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000)
    }

    /// The step that a typed code belongs to: one around now, and after `last`, which was used before.
    pub(crate) fn step_of(&self, typed: &str, now: Instant, last: i64) -> Option<i64> {
        steps(now).filter(|step| *step > last).find(|step| self.code(*step).as_bytes().ct_eq(typed.as_bytes()).into())
    }
}

/// The steps whose codes are taken at a time.
fn steps(now: Instant) -> RangeInclusive<i64> {
    let step = now.ms().div_euclid(STEP);
    step - 1..=step + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, of whose eight digits these are the last six.
    const KNOWN: [(i64, &str); 6] = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];

    fn secret() -> TotpSecret {
        TotpSecret::kept(b"12345678901234567890".to_vec())
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        for (second, code) in KNOWN {
            assert_eq!(secret().code(second / 30), code, "at {second}");
        }
    }

    #[test]
    fn a_code_is_taken_one_step_early_or_late_and_once() {
        let at = |second: i64| Instant::from_ms(second * 1000);
        let step = 1_111_111_109 / 30;
        for second in [1_111_111_080, 1_111_111_109, 1_111_111_051, 1_111_111_139] {
            assert_eq!(secret().step_of("081804", at(second), 0), Some(step), "at {second}");
        }
        for second in [1_111_111_049, 1_111_111_140] {
            assert_eq!(secret().step_of("081804", at(second), 0), None, "at {second}");
        }
        assert_eq!(secret().step_of("081804", at(1_111_111_109), step), None, "used before");
        assert_eq!(secret().step_of("081805", at(1_111_111_109), 0), None);
        assert_eq!(secret().step_of("", at(1_111_111_109), 0), None);
    }

    #[test]
    fn an_app_reads_the_secret_from_picture_or_text_and_no_log_does() {
        assert_eq!(secret().key(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let address = secret().address("350200000011");
        assert!(address.starts_with("otpauth://totp/350200000011?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E5"));
        assert!(address.ends_with("&algorithm=SHA1&digits=6&period=30"), "{address}");
        assert_eq!(format!("{:?}", secret()), "TotpSecret(redacted)");
        assert_ne!(TotpSecret::draw().unwrap(), TotpSecret::draw().unwrap());
    }
}
