//! `ejia serve`: production.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use clap::Args;
use ejia_db::Desk;
use ejia_jobs::Worker;
use ejia_kernel::Clock;
use ejia_press::Press;
use tokio::net::TcpListener;

use super::{explained, migrated};
use crate::house::{self, Plan};
use crate::log;
use crate::secure::{self, Entrance};
use crate::settings::{Settings, WeChatSettings};
use crate::traces::Traces;

/// Job threads of one process.
pub(super) const WORKERS: usize = 2;

/// Runs the product as a settings file says.
#[derive(Args)]
pub struct Serve {
    /// Settings file; docs/operating.md shows one
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

impl Serve {
    pub(super) fn run(self) -> Result<(), String> {
        let settings = Settings::read(&self.config)?;
        let traces = settings.traces.as_ref().map(Traces::to).transpose()?;
        log::begin(settings.log, traces.as_ref());
        if settings.public_origin.is_empty() {
            return Err("public_origin: the codes on introduction letters lead there, so it must be set".to_owned());
        }
        let clock = Clock::system();
        let desk =
            Desk::open(&settings.database, settings.vault()?, clock.clone()).map_err(|problem| explained(&problem))?;
        migrated(&desk)?;
        let applied = desk.schema().map_err(|problem| explained(&problem))?;
        if let Some(step) = house::newer_step(&applied) {
            return Err(format!(
                "a newer ejia has been at work on this database (it has applied {step}); run that one"
            ));
        }
        let channels = settings.channels.open(settings.public_origin.trim_end_matches('/'), &desk)?;
        let typesetter = settings.typesetter.clone().map_or_else(Press::beside, Press::new);
        let wechat = settings.wechat.as_ref().map(WeChatSettings::open).transpose()?;
        let carriers = settings.sms.open(&clock)?;
        let secure = settings.secure(&desk)?;
        let house = house::build(Plan {
            city: settings.city.clone(),
            desk: desk.clone(),
            carriers,
            wechat,
            channels,
            typesetter: Arc::new(typesetter),
            folder: settings.data.clone(),
            public_origin: settings.public_origin.clone(),
            signature: settings.letters.signature,
            proxies: settings.behind_proxy.proxies()?,
            limits: Some(settings.limits),
            metrics_for: settings.metrics_for.clone(),
            secure_cookies: settings.secure_cookies,
            secure: secure.as_ref().map(|(address, _)| address.clone()),
        })
        .map_err(|problem| explained(&problem))?;
        let handlers = settings.audit.iter().fold(house.handlers, |all, audit| all.merge(audit.handlers()));
        let worker = Worker::start(&desk, &handlers, WORKERS).map_err(|problem| explained(&problem))?;
        let reports = ejia_sms::callback::router(desk.clone(), settings.sms.report_secret.clone());
        println!("ejia answers on http://{}/", settings.listen);
        if let Some((address, _)) = &secure {
            println!("the encrypted channel answers on {address}/office/login");
        }
        let side = secure.map(|(_, entrance)| Side { entrance, router: house.router.clone(), desk: desk.clone() });
        let outcome = until_stopped(settings.listen, house.router.merge(reports), side);
        worker.stop();
        outcome
    }
}

/// The encrypted side of a house.
pub(super) struct Side {
    pub(super) entrance: Entrance,
    pub(super) router: Router,
    pub(super) desk: Desk,
}

impl Side {
    async fn serve(self) -> Result<(), String> {
        match self.entrance {
            Entrance::Door(listen, keeper) => {
                keeper.serve(bound(listen).await?, self.router, told_to_stop()).await;
                Ok(())
            }
            Entrance::Gateway(listen) => {
                secure::serve_gateway(self.desk, bound(listen).await?, self.router, told_to_stop()).await
            }
        }
    }
}

async fn bound(listen: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(listen).await.map_err(|error| format!("cannot listen on {listen}: {error}"))
}

/// Answers until the process is told to stop, on the open side and, where there is one, on the encrypted side; requests
/// under way are finished.
pub(super) fn until_stopped(listen: SocketAddr, router: Router, side: Option<Side>) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let listener = bound(listen).await?;
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let open = async {
            let serving = axum::serve(listener, service).with_graceful_shutdown(told_to_stop());
            serving.await.map_err(|error| error.to_string())
        };
        match side {
            Some(side) => tokio::try_join!(open, side.serve()).map(drop),
            None => open.await,
        }
    })
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
