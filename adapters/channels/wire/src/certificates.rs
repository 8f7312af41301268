//! X.509 certificates, as far as gateways use them: whose key, until when, by whom.

use ejia_kernel::Instant;
use x509_parser::asn1_rs::{Any, Tag};
use x509_parser::oid_registry::{
    OID_PKCS1_RSAENCRYPTION, OID_PKCS1_SHA1WITHRSA, OID_PKCS1_SHA256WITHRSA, OID_X509_COMMON_NAME,
};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::forms::Charset;
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
            .and_then(|name| text(name.attr_value()))
            .unwrap_or_default();
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

/// A name in any of the encodings that authorities write it in; CFCA still writes T61String, whose bytes are UTF-8 or GBK.
fn text(name: &Any<'_>) -> Option<String> {
    if name.tag() == Tag::BmpString {
        let letters =
            name.data.chunks_exact(2).map(|pair| pair.iter().fold(0, |letter, byte| letter << 8 | u16::from(*byte)));
        return String::from_utf16(&letters.collect::<Vec<u16>>()).ok();
    }
    Charset::Utf8.decode(name.data).or_else(|| Charset::Gbk.decode(name.data))
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
    fn a_common_name_is_read_in_the_encodings_that_authorities_use() {
        let read = |tag, bytes: &[u8]| text(&Any::from_tag_and_data(tag, bytes)).unwrap();
        assert_eq!(
            read(Tag::T61String, b"041@Z2017-11-1@00040000:SIGN@00000001"),
            "041@Z2017-11-1@00040000:SIGN@00000001"
        );
        assert_eq!(read(Tag::Utf8String, "中国银联".as_bytes()), "中国银联");
        assert_eq!(read(Tag::T61String, b"\xd6\xd0\xb9\xfa"), "中国");
        assert_eq!(read(Tag::BmpString, b"\x4e\x2d\x56\xfd"), "中国");
    }

    #[test]
    fn what_is_no_certificate_is_not_read() {
        assert!(Certificate::read(b"").is_err());
        assert!(Certificate::read(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----").is_err());
    }
}
