//! The authority: its own certificate, those it issues, and the list of those it has taken back.

use std::net::IpAddr;

use rcgen::string::Ia5String;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
    RevokedCertParams, SanType, SerialNumber,
};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use time::OffsetDateTime;

use crate::fault::ChannelFault;

/// From when until when a certificate holds, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// Its first second.
    pub from: i64,
    /// Its last.
    pub until: i64,
}

impl Validity {
    fn times(self) -> Result<(OffsetDateTime, OffsetDateTime), ChannelFault> {
        Ok((time_of(self.from)?, time_of(self.until)?))
    }
}

fn time_of(seconds: i64) -> Result<OffsetDateTime, ChannelFault> {
    OffsetDateTime::from_unix_timestamp(seconds).map_err(ChannelFault::of("a time out of range"))
}

/// A certificate with its key, both as DER (the key as PKCS#8).
#[derive(Clone)]
pub struct Issued {
    /// The certificate.
    pub certificate: Vec<u8>,
    /// Its private key.
    pub key: Vec<u8>,
}

/// A certificate that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// Its serial number, as [`draw_serial`] writes it.
    pub serial: String,
    /// When, in seconds since 1970.
    pub at: i64,
}

/// An authority: a certificate that says it may issue others, and its key.
pub struct Authority {
    own: Issued,
    organization: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// A new authority with a key of its own.
    ///
    /// # Errors
    /// A fault when the certificate cannot be made.
    pub fn create(organization: &str, name: &str, validity: Validity) -> Result<Self, ChannelFault> {
        let mut params = params(organization, name, validity)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        // Without the right to sign lists of revocations its own lists are refused.
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = drawn_key()?;
        let certificate = params.self_signed(&key).map_err(ChannelFault::of("the authority's certificate"))?;
        Self::of(Issued { certificate: certificate.der().to_vec(), key: key.serialize_der() })
    }

    /// An authority that was created before.
    ///
    /// # Errors
    /// A fault when certificate or key cannot be read.
    pub fn of(own: Issued) -> Result<Self, ChannelFault> {
        let key = key_of(&own.key)?;
        let certificate = CertificateDer::from(own.certificate.as_slice());
        let issuer =
            Issuer::from_ca_cert_der(&certificate, key).map_err(ChannelFault::of("the authority's certificate"))?;
        let organization = organization_of(&own.certificate)?;
        Ok(Self { own, organization, issuer })
    }

    /// Its own certificate and key, to be kept.
    pub fn own(&self) -> &Issued {
        &self.own
    }

    /// A certificate for one computer, under this serial number.
    ///
    /// # Errors
    /// A fault when it cannot be made.
    pub fn for_computer(&self, name: &str, serial: &str, validity: Validity) -> Result<Issued, ChannelFault> {
        let mut params = params(&self.organization, name, validity)?;
        params.serial_number = Some(serial_number(serial)?);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(params)
    }

    /// A certificate for the listener that is reached by these names and addresses.
    ///
    /// # Errors
    /// A fault when a name is none, or the certificate cannot be made.
    pub fn for_listener(&self, names: &[String], validity: Validity) -> Result<Issued, ChannelFault> {
        let first = names.first().map_or("", String::as_str);
        let mut params = params(&self.organization, first, validity)?;
        params.subject_alt_names = names.iter().map(|name| alternative(name)).collect::<Result<_, _>>()?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(params)
    }

    /// The list of what this authority has taken back, as DER; `number` grows from list to list.
    ///
    /// # Errors
    /// A fault when it cannot be made.
    pub fn revocations(&self, number: u64, validity: Validity, revoked: &[Revoked]) -> Result<Vec<u8>, ChannelFault> {
        let (this_update, next_update) = validity.times()?;
        let revoked_certs = revoked.iter().map(taken_back).collect::<Result<_, _>>()?;
        let params = CertificateRevocationListParams {
            this_update,
            next_update,
            crl_number: SerialNumber::from_slice(&number.to_be_bytes()),
            issuing_distribution_point: None,
            revoked_certs,
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = params.signed_by(&self.issuer).map_err(ChannelFault::of("the list of revocations"))?;
        Ok(list.der().to_vec())
    }

    fn issue(&self, mut params: CertificateParams) -> Result<Issued, ChannelFault> {
        params.use_authority_key_identifier_extension = true;
        let key = drawn_key()?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(ChannelFault::of("a certificate"))?;
        Ok(Issued { certificate: certificate.der().to_vec(), key: key.serialize_der() })
    }
}

fn params(organization: &str, name: &str, validity: Validity) -> Result<CertificateParams, ChannelFault> {
    let mut params = CertificateParams::default();
    (params.not_before, params.not_after) = validity.times()?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, organization);
    subject.push(DnType::CommonName, name);
    params.distinguished_name = subject;
    Ok(params)
}

fn taken_back(revoked: &Revoked) -> Result<RevokedCertParams, ChannelFault> {
    Ok(RevokedCertParams {
        serial_number: serial_number(&revoked.serial)?,
        revocation_time: time_of(revoked.at)?,
        reason_code: None,
        invalidity_date: None,
    })
}

fn alternative(name: &str) -> Result<SanType, ChannelFault> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(SanType::IpAddress(address));
    }
    Ia5String::try_from(name).map(SanType::DnsName).map_err(ChannelFault::of("a name of the listener"))
}

fn drawn_key() -> Result<KeyPair, ChannelFault> {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(ChannelFault::of("a key"))
}

fn key_of(pkcs8: &[u8]) -> Result<KeyPair, ChannelFault> {
    let key = PrivatePkcs8KeyDer::from(pkcs8);
    KeyPair::from_pkcs8_der_and_sign_algo(&key, &PKCS_ECDSA_P256_SHA256).map_err(ChannelFault::of("a kept key"))
}

fn organization_of(certificate: &[u8]) -> Result<String, ChannelFault> {
    let (_, read) =
        x509_parser::parse_x509_certificate(certificate).map_err(ChannelFault::of("the authority's certificate"))?;
    let organization = read.subject().iter_organization().next().and_then(|name| name.as_str().ok());
    Ok(organization.unwrap_or_default().to_owned())
}

/// A serial number of 127 random bits, in 32 hexadecimal digits.
///
/// # Errors
/// A fault when the machine gives no randomness.
pub fn draw_serial() -> Result<String, ChannelFault> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(ChannelFault::of("randomness"))?;
    // Positive, and never shorter: so the bytes of a certificate and the digits here are the same thing.
    let [first, ..] = &mut bytes;
    *first = (*first & 0x7f) | 0x40;
    Ok(hex(&bytes))
}

/// The digits of a serial number's bytes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|half| char::from_digit(half.into(), 16)).collect()
}

fn serial_number(digits: &str) -> Result<SerialNumber, ChannelFault> {
    let no_serial = || ChannelFault::of("a serial number")("32 hexadecimal digits are wanted");
    if digits.len() != 32 || !digits.is_ascii() {
        return Err(no_serial());
    }
    let mut bytes = Vec::with_capacity(16);
    for pair in digits.as_bytes().chunks(2) {
        let pair = std::str::from_utf8(pair).map_err(|_| no_serial())?;
        bytes.push(u8::from_str_radix(pair, 16).map_err(|_| no_serial())?);
    }
    Ok(SerialNumber::from_slice(&bytes))
}
