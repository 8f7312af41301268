//! Real handshakes: a client of the same make, and OpenSSL and curl where the machine has them.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::Extension;
use axum::routing::get;
use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tokio::runtime::Runtime;

use crate::{
    Authority, Door, Flavour, Identity, Issued, Now, Peer, Revoked, Terms, Validity, computer_file, draw_serial,
};

const HOUR: i64 = 3600;

fn machine() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

fn hours(from: i64, until: i64) -> Validity {
    Validity { from: machine() + from * HOUR, until: machine() + until * HOUR }
}

fn authority(name: &str) -> Authority {
    Authority::create("EJIA", name, hours(-1, 1000)).unwrap()
}

/// An open door, with the clock that its certificates are judged by.
struct Open {
    door: Door,
    address: SocketAddr,
    ahead: Arc<AtomicI64>,
    runtime: Runtime,
}

impl Open {
    fn with(show: &Authority, believe: &[&Authority], revoked: &[Revoked]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let ahead = Arc::new(AtomicI64::new(0));
        let door = Door::new(terms(show, believe, revoked, &ahead));
        let said = async |Extension(peer): Extension<Peer>| peer.serial;
        let (serving, router) = (door.clone(), Router::new().route("/who", get(said)));
        runtime.spawn(async move { serving.serve(listener, router, std::future::pending()).await });
        Self { door, address, ahead, runtime }
    }

    /// What the door says to a computer with this certificate, or with none.
    fn says(&self, root: &Authority, issued: Option<&Issued>) -> Result<String, String> {
        let mut stream = self.connected(root, issued).map_err(|error| error.to_string())?;
        asked(&mut stream).map_err(|error| error.to_string())
    }

    fn connected(
        &self,
        root: &Authority,
        issued: Option<&Issued>,
    ) -> std::io::Result<StreamOwned<ClientConnection, TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(root.own().certificate.clone())).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_root_certificates(roots);
        let config = match issued {
            Some(issued) => {
                let chain = vec![CertificateDer::from(issued.certificate.clone())];
                let key = PrivateKeyDer::try_from(issued.key.clone()).unwrap();
                config.with_client_auth_cert(chain, key).unwrap()
            }
            None => config.with_no_client_auth(),
        };
        let connection = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap()).unwrap();
        let socket = TcpStream::connect(self.address)?;
        socket.set_read_timeout(Some(Duration::from_secs(20)))?;
        Ok(StreamOwned::new(connection, socket))
    }
}

fn terms(show: &Authority, believe: &[&Authority], revoked: &[Revoked], ahead: &Arc<AtomicI64>) -> Terms {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let identity = Identity::issued(&show.for_listener(&names, hours(-1, 100)).unwrap()).unwrap();
    let authorities: Vec<Vec<u8>> = believe.iter().map(|one| one.own().certificate.clone()).collect();
    let lists: Vec<Vec<u8>> = believe.iter().map(|one| one.revocations(1, hours(-1, 2), revoked).unwrap()).collect();
    let ahead = Arc::clone(ahead);
    let now = Now::from(move || machine() + ahead.load(Ordering::Relaxed));
    Terms::new(identity, &authorities, &lists, now).unwrap()
}

fn asked(stream: &mut StreamOwned<ClientConnection, TcpStream>) -> std::io::Result<String> {
    stream.write_all(b"GET /who HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    answered(stream)
}

fn answered(stream: &mut StreamOwned<ClientConnection, TcpStream>) -> std::io::Result<String> {
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    while !String::from_utf8_lossy(&answer).contains("\r\n\r\n") || answer.len() < 40 {
        let read = stream.read(&mut part)?;
        if read == 0 {
            return Err(std::io::Error::other("closed"));
        }
        answer.extend(&part[..read]);
    }
    let text = String::from_utf8(answer).unwrap();
    Ok(text.rsplit("\r\n").next().unwrap().to_owned())
}

fn computer(by: &Authority, until: i64) -> (String, Issued) {
    let serial = draw_serial().unwrap();
    let issued = by.for_computer("350200000001", &serial, hours(-1, until)).unwrap();
    (serial, issued)
}

#[test]
fn a_computer_with_a_certificate_is_let_in_and_known_by_its_serial_number() {
    let ours = authority("ours");
    let door = Open::with(&ours, &[&ours], &[]);
    let (serial, issued) = computer(&ours, 100);
    assert_eq!(door.says(&ours, Some(&issued)), Ok(serial));
}

#[test]
fn nobody_else_is_let_in() {
    let (ours, strange) = (authority("ours"), authority("strange"));
    let door = Open::with(&ours, &[&ours], &[]);
    assert!(door.says(&ours, None).is_err(), "no certificate");
    let (_, issued) = computer(&strange, 100);
    assert!(door.says(&ours, Some(&issued)).is_err(), "another authority's");
    let own = ours.for_listener(&["localhost".to_owned()], hours(-1, 100)).unwrap();
    assert!(door.says(&ours, Some(&own)).is_err(), "a listener's certificate is no computer's");
    let (_, issued) = computer(&ours, 100);
    door.ahead.store(101 * HOUR, Ordering::Relaxed);
    assert!(door.says(&ours, Some(&issued)).is_err(), "run out");
}

#[test]
fn a_revoked_computer_is_out_at_its_next_handshake() {
    let ours = authority("ours");
    let door = Open::with(&ours, &[&ours], &[]);
    let ((lost, issued), (_, other)) = (computer(&ours, 100), computer(&ours, 100));
    assert!(door.says(&ours, Some(&issued)).is_ok());
    let revoked = [Revoked { serial: lost, at: machine() }];
    door.door.go_by(terms(&ours, &[&ours], &revoked, &door.ahead));
    let refused = door.says(&ours, Some(&issued)).unwrap_err();
    assert!(refused.to_lowercase().contains("revoked"), "{refused}");
    assert!(door.says(&ours, Some(&other)).is_ok());
}

#[test]
fn two_authorities_stand_beside_one_another_while_one_follows_the_other() {
    let (first, second) = (authority("first"), authority("second"));
    let door = Open::with(&first, &[&first, &second], &[]);
    for by in [&first, &second] {
        let (serial, issued) = computer(by, 100);
        assert_eq!(door.says(&first, Some(&issued)), Ok(serial));
    }
    let kept = Authority::of(first.own().clone()).unwrap();
    let (serial, issued) = computer(&kept, 100);
    assert_eq!(door.says(&first, Some(&issued)), Ok(serial), "an authority taken out of a drawer is the same");
}

#[test]
fn no_session_is_resumed() {
    let ours = authority("ours");
    let door = Open::with(&ours, &[&ours], &[]);
    let (_, issued) = computer(&ours, 100);
    let mut stream = door.connected(&ours, Some(&issued)).unwrap();
    asked(&mut stream).unwrap();
    assert_eq!(stream.conn.tls13_tickets_received(), 0);
    assert_eq!(stream.conn.handshake_kind(), Some(rustls::HandshakeKind::Full));
}

#[test]
fn a_file_holds_certificate_key_and_authorities_under_its_password() {
    let (first, second) = (authority("first"), authority("second"));
    let (_, issued) = computer(&second, 100);
    let authorities = [second.own().certificate.clone(), first.own().certificate.clone()];
    for flavour in [Flavour::Current, Flavour::Old] {
        let file = computer_file(&issued, &authorities, "办公室电脑", "Kx7mPq2w", flavour).unwrap();
        let read = KeyStore::from_pkcs12(&file, "Kx7mPq2w", Pkcs12ImportPolicy::Relaxed).unwrap();
        let (_, chain) = read.private_key_chain().unwrap();
        assert_eq!(chain.key().as_der(), issued.key.as_slice());
        assert_eq!(chain.certs()[0].as_der(), issued.certificate.as_slice());
        assert!(KeyStore::from_pkcs12(&file, "wrong", Pkcs12ImportPolicy::Relaxed).is_err());
        assert_eq!(openssl_certificates(&file, flavour), 3);
    }
}

#[test]
fn who_speaks_no_tls_or_says_nothing_keeps_nobody_out_and_a_closing_door_lets_an_answer_be_finished() {
    let ours = authority("ours");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let ahead = Arc::new(AtomicI64::new(0));
    let door = Door::new(terms(&ours, &[&ours], &[], &ahead));
    let slowly = async |Extension(peer): Extension<Peer>| {
        tokio::time::sleep(Duration::from_millis(600)).await;
        peer.serial
    };
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (serving, router) = (door.clone(), Router::new().route("/who", get(slowly)));
    let served = runtime.spawn(async move {
        let stop = async move { drop(stopped.await) };
        serving.serve(listener, router, stop).await;
    });
    let open = Open { door, address, ahead, runtime };
    let silent: Vec<TcpStream> = (0..20).map(|_| TcpStream::connect(address).unwrap()).collect();
    let mut plain = TcpStream::connect(address).unwrap();
    plain.write_all(b"GET /who HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let (serial, issued) = computer(&ours, 100);
    let mut stream = open.connected(&ours, Some(&issued)).unwrap();
    stream.write_all(b"GET /who HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    stop.send(()).unwrap();
    assert_eq!(answered(&mut stream).unwrap(), serial);
    drop((silent, plain, stream));
    open.runtime.block_on(served).unwrap();
    assert!(TcpStream::connect(address).is_err(), "the door is closed");
}

/// How many certificates OpenSSL finds in the file.
fn openssl_certificates(file: &[u8], flavour: Flavour) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("computer.p12");
    std::fs::write(&path, file).unwrap();
    let mut command = Command::new("openssl");
    command.args(["pkcs12", "-nodes", "-passin", "pass:Kx7mPq2w", "-in"]).arg(&path);
    if flavour == Flavour::Old {
        command.arg("-legacy");
    }
    let Ok(Output { status, stdout, stderr }) = command.output() else { return 3 };
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8_lossy(&stdout).matches("BEGIN CERTIFICATE").count()
}

#[test]
fn curl_comes_in_with_the_file() {
    let ours = authority("ours");
    let door = Open::with(&ours, &[&ours], &[]);
    let (serial, issued) = computer(&ours, 100);
    let authorities = [ours.own().certificate.clone()];
    let file = computer_file(&issued, &authorities, "computer", "Kx7mPq2w", Flavour::Current).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("computer.p12");
    std::fs::write(&path, file).unwrap();
    let address = format!("https://127.0.0.1:{}/who", door.address.port());
    let with = format!("{}:Kx7mPq2w", path.display());
    let Ok(answer) = Command::new("curl").args(["-sk", "--cert-type", "P12", "--cert", &with, &address]).output()
    else {
        return;
    };
    assert_eq!(String::from_utf8_lossy(&answer.stdout), serial, "{}", String::from_utf8_lossy(&answer.stderr));
    let without = Command::new("curl").args(["-sk", &address]).output().unwrap();
    assert!(!without.status.success() && without.stdout.is_empty());
}
