//! How a process ends without anybody noticing who has another one to go to.
//!
//! Told to stop, it says so first: `/readyz` answers 503 and every answer ends its connection, so that a balancer that asks
//! goes elsewhere and one that does not is left with no connection on which it might send just when we close. Only after
//! that it takes no new connections, finishes what is under way, and ends.

use std::io;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, Version, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use socket2::SockRef;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// What asks whether it should send requests here asks this.
const READY: &str = "/readyz";
/// A connection that was begun before the listener turned deaf is complete, and its request here, within this time.
const BEGUN: Duration = Duration::from_millis(250);
/// What is under way when the listener closes has this long.
const FINISHING: Duration = Duration::from_secs(20);

/// The number of a network interface that no machine has. A listener bound to it is met by nobody: who knocks is refused as
/// at a closed door, with nothing sent yet, and goes elsewhere; connections that were begun before are completed and taken.
/// Without this, what the kernel had taken between our last look and the closing would be cut off with its request already
/// sent. Unlike a filter on the socket, it takes no privilege.
const NOWHERE: Option<NonZeroU32> = NonZeroU32::new(i32::MAX.unsigned_abs());

/// How far the end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Stage {
    Open,
    /// Told to stop; still answering.
    Announced,
    /// Nothing new is taken.
    Shut,
}

/// The end of a process, for everything that has a part in it. Its clones see the same.
#[derive(Debug, Clone)]
pub(crate) struct Closing(watch::Receiver<Stage>);

impl Closing {
    /// Waits, on the runtime it is called on, to be told; from then on it is announced for the time of `drain`. Who tells
    /// again does not want to wait.
    pub(crate) fn when_told(drain: Duration) -> io::Result<Self> {
        let mut told =
            Told { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? };
        let (stage, seen) = watch::channel(Stage::Open);
        tokio::spawn(async move {
            told.once().await;
            stage.send_replace(Stage::Announced);
            tokio::select! {
                () = tokio::time::sleep(drain) => {}
                () = told.once() => {}
            }
            stage.send_replace(Stage::Shut);
            // Who waits for the end later must find it.
            stage.closed().await;
        });
        Ok(Self(seen))
    }

    /// Until it is told.
    pub(crate) async fn announced(&self) {
        self.reached(Stage::Announced).await;
    }

    /// Until this listener may be closed: it is deaf, and what had begun has been taken.
    pub(crate) fn shut(&self, listener: &TcpListener) -> io::Result<impl Future<Output = ()> + Send + use<>> {
        let socket = SockRef::from(listener).try_clone()?;
        let closing = self.clone();
        Ok(async move {
            closing.reached(Stage::Shut).await;
            if let Err(error) = socket.bind_device_by_index_v4(NOWHERE) {
                tracing::warn!(%error, "the listener closes without having turned deaf first");
            }
            tokio::time::sleep(BEGUN).await;
        })
    }

    /// What serves until it is shut, for as long as what is under way may take.
    pub(crate) async fn finished(&self, serving: impl Future<Output = Result<(), String>>) -> Result<(), String> {
        let too_long = async {
            self.reached(Stage::Shut).await;
            tokio::time::sleep(BEGUN + FINISHING).await;
        };
        tokio::select! {
            outcome = serving => outcome,
            () = too_long => {
                tracing::warn!("requests that would not end were cut off");
                Ok(())
            }
        }
    }

    /// A router whose answers say that the end has come.
    pub(crate) fn around(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.clone(), saying))
    }

    async fn reached(&self, stage: Stage) {
        let _ = self.0.clone().wait_for(|now| *now >= stage).await;
    }

    fn is_announced(&self) -> bool {
        *self.0.borrow() >= Stage::Announced
    }
}

async fn saying(State(closing): State<Closing>, request: Request, next: Next) -> Response {
    let (asks, one_at_a_time) = (request.uri().path() == READY, request.version() <= Version::HTTP_11);
    let mut response = if asks && closing.is_announced() {
        (StatusCode::SERVICE_UNAVAILABLE, "closing\n").into_response()
    } else {
        next.run(request).await
    };
    if one_at_a_time && closing.is_announced() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The signals by which a process is told to end.
struct Told {
    terminate: Signal,
    interrupt: Signal,
}

impl Told {
    async fn once(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
