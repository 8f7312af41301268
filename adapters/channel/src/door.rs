//! The listener: a handshake within its time and number, then HTTP with the computer's serial number on every request.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tower::ServiceExt;

use crate::authority::hex;
use crate::terms::Terms;

/// A handshake that takes longer is broken off.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// So many handshakes at once; who comes then is turned away, and comes again.
const HANDSHAKES: usize = 256;
/// So many connections at once.
const CONNECTIONS: usize = 4096;
/// The head of a request comes within this time, and so does the next one on a connection.
const HEAD_TIME: Duration = Duration::from_mins(1);
/// What is under way when the door closes has this long.
const CLOSING_TIME: Duration = Duration::from_secs(20);
/// After a failed accept, so that a machine without file handles does not spin.
const PAUSE: Duration = Duration::from_millis(50);

/// The computer at the other end of a connection: an extension of every request that comes through a door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// The serial number of its certificate, as [`draw_serial`](crate::draw_serial) writes it.
    pub serial: String,
}

/// A listener that demands a certificate. Its clones are the same door.
#[derive(Debug, Clone)]
pub struct Door {
    terms: Arc<RwLock<Terms>>,
}

impl Door {
    /// A door that goes by these terms.
    pub fn new(terms: Terms) -> Self {
        Self { terms: Arc::new(RwLock::new(terms)) }
    }

    /// Goes by other terms from the next handshake on.
    pub fn go_by(&self, terms: Terms) {
        *self.terms.write().unwrap_or_else(PoisonError::into_inner) = terms;
    }

    fn terms(&self) -> Terms {
        self.terms.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets people in until `stop` comes about; what is under way is finished.
    pub async fn serve(&self, listener: TcpListener, router: Router, stop: impl Future<Output = ()> + Send) {
        let handshakes = Arc::new(Semaphore::new(HANDSHAKES));
        let connections = Arc::new(Semaphore::new(CONNECTIONS));
        let graceful = GracefulShutdown::new();
        let mut stop = pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut stop => break,
            };
            let Ok((stream, address)) = accepted else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            let places = (Arc::clone(&handshakes).try_acquire_owned(), Arc::clone(&connections).try_acquire_owned());
            let (Ok(shaking), Ok(connected)) = places else {
                tracing::warn!("the encrypted channel is full; a caller was turned away");
                continue;
            };
            let (terms, router, watcher) = (self.terms(), router.clone(), graceful.watcher());
            tokio::spawn(async move {
                if let Some(stream) = shaken(terms, stream, shaking).await {
                    answer(stream, address, router, watcher, connected).await;
                }
            });
        }
        drop(listener);
        if tokio::time::timeout(CLOSING_TIME, graceful.shutdown()).await.is_err() {
            tracing::warn!("connections of the encrypted channel were cut off at the end");
        }
    }
}

/// The connection once its handshake has gone well, within its time.
async fn shaken(terms: Terms, stream: TcpStream, _place: OwnedSemaphorePermit) -> Option<TlsStream<TcpStream>> {
    let _ = stream.set_nodelay(true);
    match tokio::time::timeout(HANDSHAKE_TIME, TlsAcceptor::from(terms.0).accept(stream)).await {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => refused(&error),
        Err(_) => None,
    }
}

fn refused<T>(error: &io::Error) -> Option<T> {
    tracing::debug!(%error, "a handshake was refused");
    None
}

async fn answer(
    stream: TlsStream<TcpStream>,
    address: SocketAddr,
    router: Router,
    watcher: Watcher,
    _place: OwnedSemaphorePermit,
) {
    let Some(peer) = peer(&stream) else { return };
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(address));
        request.extensions_mut().insert(peer.clone());
        let router = router.clone();
        async move { answered(router, request).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection of the encrypted channel broke off");
    }
}

async fn answered(router: Router, request: Request) -> Result<Response, Infallible> {
    router.oneshot(request).await
}

/// Whose certificate was shown.
fn peer(stream: &TlsStream<TcpStream>) -> Option<Peer> {
    let (_, connection) = stream.get_ref();
    let certificate = connection.peer_certificates()?.first()?;
    let (_, certificate) = x509_parser::parse_x509_certificate(certificate).ok()?;
    Some(Peer { serial: hex(certificate.tbs_certificate.raw_serial()) })
}
