//! Whose signatures count: a chain of certificates up to a root of ours, in force, and in the gateway's name.

use std::sync::{Arc, Mutex, PoisonError};

use ejia_kernel::Instant;
use ejia_wire::{Certificate, PublicKey};

use crate::settings::{SettingsFault, UnionPaySettings};

/// Shorter keys are not believed.
const BITS: usize = 2048;
/// How many chains are remembered: the gateway signs with one certificate, and with two while it changes over.
const REMEMBERED: usize = 4;

/// The certificates that are believed.
pub(crate) struct Trust {
    roots: Vec<Certificate>,
    middles: Vec<Certificate>,
    /// The third part of the common name, between `@`.
    signer: String,
    /// Chains whose signatures were checked. Their dates are looked at each time.
    known: Mutex<Vec<Arc<Chain>>>,
}

/// A certificate that came with a message, and what stands above it.
struct Chain {
    /// As it came.
    text: String,
    leaf: Certificate,
    middle: Certificate,
    root: Certificate,
}

impl Chain {
    fn in_force(&self, now: Instant) -> bool {
        [&self.leaf, &self.middle, &self.root].iter().all(|certificate| certificate.valid_at(now))
    }
}

impl Trust {
    pub(crate) fn new(settings: &UnionPaySettings) -> Result<Self, SettingsFault> {
        Ok(Self {
            roots: certificates(&settings.roots, "roots")?,
            middles: certificates(&settings.middles, "middles")?,
            signer: settings.signer.clone(),
            known: Mutex::default(),
        })
    }

    /// The key of a certificate that came with a message, when it counts at that moment; else why it does not.
    pub(crate) fn key(&self, text: &str, now: Instant) -> Result<PublicKey, &'static str> {
        if let Some(chain) = self.remembered(text).filter(|chain| chain.in_force(now)) {
            return Ok(chain.leaf.public_key().clone());
        }
        let leaf = Certificate::read(text.as_bytes()).map_err(|_| "certificate unreadable")?;
        if leaf.common_name().split('@').nth(2) != Some(self.signer.as_str()) {
            return Err("certificate in another name");
        }
        if leaf.public_key().bits() < BITS {
            return Err("certificate with a short key");
        }
        let chains = self.chains(text, &leaf);
        if chains.is_empty() {
            return Err("certificate not of a known root");
        }
        let chain = chains.into_iter().find(|chain| chain.in_force(now)).ok_or("certificate out of date")?;
        let key = chain.leaf.public_key().clone();
        self.remember(chain);
        Ok(key)
    }

    /// The chains it stands in. While a certificate of an authority is being replaced there may be two.
    fn chains(&self, text: &str, leaf: &Certificate) -> Vec<Chain> {
        let mut chains = Vec::new();
        for middle in self.middles.iter().filter(|middle| leaf.issued_by(middle)) {
            for root in self.roots.iter().filter(|root| middle.issued_by(root)) {
                chains.push(Chain {
                    text: text.to_owned(),
                    leaf: leaf.clone(),
                    middle: middle.clone(),
                    root: root.clone(),
                });
            }
        }
        chains
    }

    fn remembered(&self, text: &str) -> Option<Arc<Chain>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().find(|chain| chain.text == text).cloned()
    }

    fn remember(&self, chain: Chain) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|old| old.text != chain.text);
        known.truncate(REMEMBERED - 1);
        known.insert(0, Arc::new(chain));
    }
}

fn certificates(texts: &[String], what: &str) -> Result<Vec<Certificate>, SettingsFault> {
    let read: Result<Vec<_>, _> = texts.iter().map(|text| Certificate::read(text.as_bytes())).collect();
    read.ok()
        .filter(|certificates| !certificates.is_empty())
        .ok_or_else(|| SettingsFault(format!("{what}: certificates are missing or unreadable")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn trust(change: impl FnOnce(&mut UnionPaySettings)) -> Trust {
        let mut settings = sandbox::settings("http://127.0.0.1:1", "http://127.0.0.1:2");
        change(&mut settings);
        Trust::new(&settings).unwrap()
    }

    #[test]
    fn the_gateways_certificate_counts_again_and_again() {
        let trust = trust(|_| {});
        for _ in 0..3 {
            assert!(trust.key(sandbox::GATEWAY_CERTIFICATE, at("2026-03-20T09:00:00+08:00")).is_ok());
        }
        assert_eq!(
            trust.key(sandbox::GATEWAY_CERTIFICATE, at("2100-03-20T09:00:00+08:00")).unwrap_err(),
            "certificate out of date"
        );
    }

    #[test]
    fn certificates_out_of_date_in_another_name_or_of_another_root_do_not_count() {
        let trust = trust(|_| {});
        let refused = |text: &str| trust.key(text, at("2026-03-20T09:00:00+08:00")).unwrap_err();
        assert_eq!(refused(include_str!("../tests/vectors/expired.pem")), "certificate out of date");
        assert_eq!(refused(include_str!("../tests/vectors/early.pem")), "certificate out of date");
        assert_eq!(refused(include_str!("../tests/vectors/othername.pem")), "certificate in another name");
        assert_eq!(refused(sandbox::MERCHANT_CERTIFICATE), "certificate in another name");
        assert_eq!(refused(include_str!("../tests/vectors/foreign.pem")), "certificate not of a known root");
        // A merchant's certificate is no authority.
        assert_eq!(refused(include_str!("../tests/vectors/underleaf.pem")), "certificate not of a known root");
        assert_eq!(refused("no certificate"), "certificate unreadable");
        assert_eq!(refused(""), "certificate unreadable");
    }

    #[test]
    fn a_middle_that_the_root_did_not_sign_makes_no_chain() {
        let trust = trust(|settings| {
            settings.middles = vec![include_str!("../tests/vectors/foreignmiddle.pem").to_owned()];
        });
        let now = at("2026-03-20T09:00:00+08:00");
        let refused = |text: &str| trust.key(text, now).unwrap_err();
        assert_eq!(refused(sandbox::GATEWAY_CERTIFICATE), "certificate not of a known root");
        assert_eq!(refused(include_str!("../tests/vectors/foreign.pem")), "certificate not of a known root");
    }

    #[test]
    fn a_second_root_and_middle_are_believed_while_they_are_replaced() {
        let trust = trust(|settings| {
            settings.roots.push(include_str!("../tests/vectors/foreignroot.pem").to_owned());
            settings.middles.push(include_str!("../tests/vectors/foreignmiddle.pem").to_owned());
        });
        let now = at("2026-03-20T09:00:00+08:00");
        assert!(trust.key(sandbox::GATEWAY_CERTIFICATE, now).is_ok());
        assert!(trust.key(include_str!("../tests/vectors/foreign.pem"), now).is_ok());
    }

    #[test]
    fn the_genuine_certificate_is_in_the_gateways_name_and_not_of_our_root() {
        let notice = include_str!("../tests/vectors/up_notify.txt").trim();
        let form = ejia_wire::Form::decode(notice.as_bytes(), ejia_wire::Charset::Utf8).unwrap();
        let refused = trust(|_| {}).key(form.text("signPubKeyCert"), at("2018-07-26T10:02:32+08:00")).unwrap_err();
        assert_eq!(refused, "certificate not of a known root");
    }
}
