//! A house at work in a process: it answers and does its jobs until the process is told to stop.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use ejia_db::Desk;
use ejia_jobs::Worker;
use tokio::net::TcpListener;

use crate::closing::Closing;
use crate::secure::{self, Entrance};

/// When everything is answered, jobs in hand have this long yet before they are given back.
const JOBS: Duration = Duration::from_secs(10);

/// The encrypted side of a house.
pub struct Side {
    /// Where it comes in.
    pub entrance: Entrance,
    /// What is there.
    pub router: Router,
    /// The database that says who may come in.
    pub desk: Desk,
}

impl Side {
    async fn serve(self, closing: &Closing) -> Result<(), String> {
        let router = closing.around(self.router);
        match self.entrance {
            Entrance::Door(listen, keeper) => {
                let (listener, shut) = opened(listen, closing).await?;
                keeper.serve(listener, router, shut).await;
                Ok(())
            }
            Entrance::Gateway(listen) => {
                let (listener, shut) = opened(listen, closing).await?;
                secure::serve_gateway(self.desk, listener, router, shut).await
            }
        }
    }
}

/// Answers until the process is told to stop (SIGTERM, SIGINT), on the open side and, where there is one, on the encrypted
/// side. Told, it takes no more jobs and for the time of `drain` answers everything while it says that it will close; then
/// what is under way is finished, and what jobs are left in hand are given back. Who tells twice skips the drain.
///
/// # Errors
/// A sentence when it cannot listen.
pub fn until_stopped(
    listen: SocketAddr,
    router: Router,
    side: Option<Side>,
    worker: Worker,
    drain: Duration,
) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(told)?;
    let outcome = runtime.block_on(async {
        let closing = Closing::when_told(drain).map_err(told)?;
        let (listener, shut) = opened(listen, &closing).await?;
        let service = closing.around(router).into_make_service_with_connect_info::<SocketAddr>();
        let open = async { axum::serve(listener, service).with_graceful_shutdown(shut).await.map_err(told) };
        let serving = async {
            match side {
                Some(side) => tokio::try_join!(open, side.serve(&closing)).map(drop),
                None => open.await,
            }
        };
        let jobs = async {
            closing.announced().await;
            worker.take_no_more();
            Ok(())
        };
        tokio::try_join!(closing.finished(serving), jobs).map(drop)
    });
    runtime.shutdown_background();
    worker.stop(JOBS);
    outcome
}

/// A listener, and until when it may be kept open.
async fn opened(
    listen: SocketAddr,
    closing: &Closing,
) -> Result<(TcpListener, impl Future<Output = ()> + Send + use<>), String> {
    let listener = TcpListener::bind(listen).await.map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let shut = closing.shut(&listener).map_err(told)?;
    Ok((listener, shut))
}

#[expect(clippy::needless_pass_by_value, reason = "reads better as the argument of map_err")]
fn told(error: std::io::Error) -> String {
    error.to_string()
}
