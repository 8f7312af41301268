//! The file a person takes to his computer: PKCS#12 with the certificate, its key and the authorities.

use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKey, PrivateKeyChain,
};

use crate::authority::Issued;
use crate::fault::ChannelFault;

/// How the file is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// AES-256 and HMAC-SHA-256: Windows 10 1709 and later, macOS, every current browser.
    Current,
    /// 3DES and SHA-1, for Windows 7, which reads nothing better.
    Old,
}

/// So often is the password turned before it opens anything.
const TURNS: u32 = 20_000;

/// A PKCS#12 file under a password: what was issued to the computer by the first of these authorities, and the
/// certificates of all of them, so that the computer trusts the listener by whichever it shows.
///
/// # Errors
/// A fault when the file cannot be written.
pub fn computer_file(
    issued: &Issued,
    authorities: &[Vec<u8>],
    name: &str,
    password: &str,
    flavour: Flavour,
) -> Result<Vec<u8>, ChannelFault> {
    let read = |der: &[u8]| Certificate::from_der(der).map_err(ChannelFault::of("a certificate for the file"));
    let mut chain = vec![read(&issued.certificate)?];
    let mut older = authorities.iter();
    if let Some(issuer) = older.next() {
        chain.push(read(issuer)?);
    }
    let key = PrivateKey::from_der(&issued.key).map_err(ChannelFault::of("a key for the file"))?;
    let mut store = KeyStore::new();
    store.add_entry(name, KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new(vec![1], key, chain)));
    for authority in older {
        let authority = read(authority)?;
        let alias = authority.subject().to_owned();
        store.add_entry(&alias, KeyStoreEntry::Certificate(authority));
    }
    let writer = store.writer(password).encryption_iterations(TURNS).mac_iterations(TURNS);
    let writer = match flavour {
        Flavour::Current => writer
            .encryption_algorithm(EncryptionAlgorithm::PbeWithHmacSha256AndAes256)
            .mac_algorithm(MacAlgorithm::HmacSha256),
        Flavour::Old => writer
            .encryption_algorithm(EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc)
            .mac_algorithm(MacAlgorithm::HmacSha1),
    };
    writer.write().map_err(ChannelFault::of("the file"))
}
