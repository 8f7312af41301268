//! X.509 certificates, as far as gateways use them: whose key, until when, by whom.

use ejia_kernel::Instant;
use x509_parser::oid_registry::{
    OID_PKCS1_RSAENCRYPTION, OID_PKCS1_SHA1WITHRSA, OID_PKCS1_SHA256WITHRSA, OID_X509_COMMON_NAME,
};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::keys::{KeyFault, PublicKey, Scheme, bare_der};

/// A certificate with an RSA key, read once.
#[derive(Clone, Debug)]
pub struct Certificate {
    der: Vec<u8>,
    key: PublicKey,
    serial: String,
    common_name: String,
    from: Instant,
    until: Instant,
    subject: Vec<u8>,
    issuer: Vec<u8>,
    authority: bool,
    signed: Vec<u8>,
    scheme: Option<Scheme>,
    signature: Vec<u8>,
}

impl Certificate {
    /// Reads a certificate as PEM, as DER or as the bare base64 of DER.
    ///
    /// # Errors
    /// [`KeyFault::Unreadable`]; so is one whose key is not RSA.
    pub fn read(certificate: &[u8]) -> Result<Self, KeyFault> {
        let der = bare_der(certificate).ok_or(KeyFault::Unreadable)?;
        let (_, read) = X509Certificate::from_der(&der).map_err(|_| KeyFault::Unreadable)?;
        if read.public_key().algorithm.algorithm != OID_PKCS1_RSAENCRYPTION {
            return Err(KeyFault::Unreadable);
        }
        let key = PublicKey::read_spki(read.public_key().raw)?;
        let common_name = read
            .subject()
            .iter_by_oid(&OID_X509_COMMON_NAME)
            .next()
            .and_then(|name| name.as_str().ok())
            .unwrap_or_default()
            .to_owned();
        let algorithm = &read.signature_algorithm.algorithm;
        let scheme = if *algorithm == OID_PKCS1_SHA256WITHRSA {
            Some(Scheme::Sha256)
        } else if *algorithm == OID_PKCS1_SHA1WITHRSA {
            Some(Scheme::Sha1)
        } else {
            None
        };
        let moment = |seconds: i64| Instant::from_ms(seconds.saturating_mul(1000));
        Ok(Self {
            key,
            serial: read.tbs_certificate.serial.to_string(),
            common_name,
            from: moment(read.validity().not_before.timestamp()),
            until: moment(read.validity().not_after.timestamp()),
            subject: read.subject().as_raw().to_vec(),
            issuer: read.issuer().as_raw().to_vec(),
            authority: read.is_ca(),
            signed: read.tbs_certificate.as_ref().to_vec(),
            scheme,
            signature: read.signature_value.data.to_vec(),
            der,
        })
    }

    /// The certificate itself.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Its key.
    pub fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// Its serial number in decimal digits (UnionPay's certId).
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// The subject's common name.
    pub fn common_name(&self) -> &str {
        &self.common_name
    }

    /// Whether it is valid at that moment.
    pub fn valid_at(&self, at: Instant) -> bool {
        self.from <= at && at <= self.until
    }

    /// Whether that authority signed it (SHA-256 or SHA-1 with RSA).
    pub fn issued_by(&self, authority: &Self) -> bool {
        authority.authority
            && self.issuer == authority.subject
            && self.scheme.is_some_and(|scheme| authority.key.verify(scheme, &self.signed, &self.signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ICBC's published test certificate of a merchant.
    const MERCHANT: &str = include_str!("../vectors/icbc_test_mer.b64");

    #[test]
    fn a_banks_certificate_is_read() {
        let certificate = Certificate::read(MERCHANT.as_bytes()).unwrap();
        assert!(certificate.serial().bytes().all(|byte| byte.is_ascii_digit()));
        assert!(!certificate.common_name().is_empty());
        assert_eq!(certificate.public_key(), &PublicKey::read(certificate.der()).unwrap());
        assert!(!certificate.valid_at("2099-01-01T00:00:00+08:00".parse().unwrap()));
        assert!(!certificate.issued_by(&certificate));
    }

    #[test]
    fn what_is_no_certificate_is_not_read() {
        assert!(Certificate::read(b"").is_err());
        assert!(Certificate::read(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----").is_err());
    }
}
