//! The encrypted channel of a house, and computers that have a certificate for it.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ejia::secure::{self, Keeper, Shown};
use ejia_db::Desk;
use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};

use crate::browser::Browser;
use crate::house::House;

/// A computer that has taken in its file: certificate and key, and the authorities it trusts from then on.
#[derive(Debug, Clone)]
pub struct Computer {
    tls: TlsConfig,
}

impl Computer {
    /// Takes in a file with its password, as a person does by the steps of the page.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub fn with_file(file: &[u8], password: &str) -> Self {
        let store = KeyStore::from_pkcs12(file, password, Pkcs12ImportPolicy::Relaxed)
            .unwrap_or_else(|error| panic!("the file of a computer: {error}"));
        let (_, chain) = store.private_key_chain().unwrap_or_else(|| panic!("no key in the file"));
        let certificates: Vec<Certificate<'static>> =
            chain.certs().iter().map(|one| Certificate::from_der(one.as_der()).to_owned()).collect();
        let key = private_key(chain.key().as_der());
        let (own, above) = certificates.split_at(1);
        let mut roots = above.to_vec();
        for (_, entry) in store.entries() {
            if let p12_keystore::KeyStoreEntry::Certificate(other) = entry {
                roots.push(Certificate::from_der(other.as_der()).to_owned());
            }
        }
        let tls = TlsConfig::builder()
            .client_cert(Some(ClientCert::new_with_certs(own, key)))
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .build();
        Self { tls }
    }

    /// One without any certificate, which trusts everybody.
    pub fn without() -> Self {
        Self { tls: TlsConfig::builder().disable_verification(true).build() }
    }

    /// A browser on it, at the encrypted side of a house.
    pub fn browser(&self, house: &House) -> Browser {
        Browser::over(house.secure_origin(), self.tls.clone())
    }
}

impl Browser {
    /// On the page that follows a right login above branch level: enrols this computer and takes its file in.
    ///
    /// # Panics
    /// When it is not let.
    pub fn enrol(&mut self, name: &str) -> Computer {
        let form = self.form("登记并生成证书").fill("电脑名称", name);
        let page = self.submit(&form);
        assert!(page.says("只在本页显示一次"), "{}: {}", page.status, page.text());
        let text = page.text();
        let mut words = text.split_whitespace().skip_while(|word| *word != "证书密码").skip(1);
        let password = words.next().unwrap_or_else(|| panic!("no password: {text}")).to_owned();
        let file = self.send(&self.form("下载证书"));
        assert_eq!(file.header("content-type"), Some("application/x-pkcs12"));
        Computer::with_file(&file.bytes, &password)
    }
}

fn private_key(pkcs8: &[u8]) -> PrivateKey<'static> {
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(pkcs8));
    PrivateKey::from_pem(pem.as_bytes()).unwrap_or_else(|error| panic!("the key of a computer: {error}"))
}

/// The encrypted side of a house, about to be opened.
pub(crate) struct Encrypted {
    /// Where people reach it.
    pub(crate) origin: String,
    /// Where a gateway in front would.
    pub(crate) gateway: String,
    serve: Box<dyn FnOnce(axum::Router)>,
}

impl Encrypted {
    /// Opens it with these routes.
    pub(crate) fn serve(self, router: axum::Router) {
        (self.serve)(router);
    }
}

/// Finds room for an encrypted side.
pub(crate) fn prepare(runtime: &Runtime, desk: &Desk) -> Encrypted {
    let bound = || {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"));
        let listener = listener.unwrap_or_else(|error| panic!("no free port: {error}"));
        let address = listener.local_addr().unwrap_or_else(|error| panic!("no address: {error}"));
        (listener, address)
    };
    let ((listener, address), (inner, gateway)) = (bound(), bound());
    let keeper = Keeper::open(desk, Shown::Ours(vec!["127.0.0.1".to_owned()]))
        .unwrap_or_else(|problem| panic!("the encrypted channel: {problem:?}"));
    let (handle, desk) = (runtime.handle().clone(), desk.clone());
    let serve = Box::new(move |router: axum::Router| {
        handle.spawn(secure::serve_gateway(desk, inner, router.clone(), std::future::pending()));
        handle.spawn(keeper.serve(listener, router, std::future::pending()));
    });
    Encrypted { origin: format!("https://{address}"), gateway: format!("http://{gateway}"), serve }
}
