//! What a door goes by: its own certificate, the authorities it believes, what was taken back, and the time.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, UnixTime};
use rustls::server::{NoServerSessionStorage, ServerConfig, WebPkiClientVerifier};
use rustls::time_provider::TimeProvider;

use crate::authority::Issued;
use crate::fault::ChannelFault;

/// The certificate that the listener shows, with what stands between it and a root, and its key.
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// One that an authority of ours has issued.
    ///
    /// # Errors
    /// A fault when its key cannot be read.
    pub fn issued(issued: &Issued) -> Result<Self, ChannelFault> {
        let key = PrivateKeyDer::try_from(issued.key.clone()).map_err(ChannelFault::of("the listener's key"))?;
        Ok(Self { chain: vec![CertificateDer::from(issued.certificate.clone())], key })
    }

    /// One that was bought: two PEM files.
    ///
    /// # Errors
    /// A fault when they cannot be read.
    pub fn read(chain: &Path, key: &Path) -> Result<Self, ChannelFault> {
        let what = "the listener's certificate";
        let read = CertificateDer::pem_file_iter(chain).map_err(ChannelFault::of(what))?;
        let chain = read.collect::<Result<Vec<_>, _>>().map_err(ChannelFault::of(what))?;
        let key = PrivateKeyDer::from_pem_file(key).map_err(ChannelFault::of("the listener's key"))?;
        Ok(Self { chain, key })
    }
}

type Tells = dyn Fn() -> i64 + Send + Sync;

/// The time that computers' certificates are judged by.
#[derive(Clone)]
pub struct Now(Arc<Tells>);

impl Now {
    /// A clock that tells seconds since 1970.
    pub fn from(tells: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(tells))
    }
}

impl fmt::Debug for Now {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Now")
    }
}

impl TimeProvider for Now {
    fn current_time(&self) -> Option<UnixTime> {
        u64::try_from((self.0)()).ok().map(|seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// What a door goes by, checked and ready.
#[derive(Clone)]
pub struct Terms(pub(crate) Arc<ServerConfig>);

impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Terms")
    }
}

impl Terms {
    /// The listener shows `identity`, and believes certificates of `authorities` that are not on `revocations`: a list for
    /// each authority, since one without a list is believed in nothing.
    ///
    /// # Errors
    /// A fault when a certificate, key or list cannot be used.
    pub fn new(
        identity: Identity,
        authorities: &[Vec<u8>],
        revocations: &[Vec<u8>],
        now: Now,
    ) -> Result<Self, ChannelFault> {
        let mut roots = RootCertStore::empty();
        for authority in authorities {
            let authority = CertificateDer::from(authority.clone());
            roots.add(authority).map_err(ChannelFault::of("an authority's certificate"))?;
        }
        let lists = revocations.iter().map(|list| CertificateRevocationListDer::from(list.clone()));
        let provider: Arc<CryptoProvider> = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .with_crls(lists)
            .only_check_end_entity_revocation()
            .build()
            .map_err(ChannelFault::of("the authorities"))?;
        let mut config = ServerConfig::builder_with_details(provider, Arc::new(now))
            .with_safe_default_protocol_versions()
            .map_err(ChannelFault::of("the listener"))?
            .with_client_cert_verifier(verifier)
            .with_single_cert(identity.chain, identity.key)
            .map_err(ChannelFault::of("the listener's certificate"))?;
        // A resumed session would not be checked against the list again.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }
}
