//! `ejia serve`: production.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use clap::Args;
use ejia_db::Desk;
use ejia_jobs::Worker;
use ejia_kernel::{Clock, Vault};
use ejia_press::Press;

use super::explained;
use crate::house::{self, Plan};
use crate::settings::{Settings, WeChatSettings};

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
        if settings.public_origin.is_empty() {
            return Err("public_origin: the codes on introduction letters lead there, so it must be set".to_owned());
        }
        let clock = Clock::system();
        let desk = Desk::open(&settings.database, Vault::new(settings.root_secret()?), clock.clone())
            .map_err(|problem| explained(&problem))?;
        desk.migrate(house::MIGRATIONS).map_err(|problem| explained(&problem))?;
        let channels = settings.channels.open(settings.public_origin.trim_end_matches('/'), &desk)?;
        let typesetter = settings.typesetter.clone().map_or_else(Press::beside, Press::new);
        let wechat = settings.wechat.as_ref().map(WeChatSettings::open).transpose()?;
        let carriers = settings.sms.open(&clock)?;
        let house = house::build(Plan {
            desk: desk.clone(),
            carriers,
            wechat,
            channels,
            typesetter: Arc::new(typesetter),
            folder: settings.data.clone(),
            public_origin: settings.public_origin.clone(),
            signature: settings.letters.signature,
            behind_proxy: settings.behind_proxy,
            secure_cookies: settings.secure_cookies,
        })
        .map_err(|problem| explained(&problem))?;
        let worker = Worker::start(&desk, &house.handlers, WORKERS).map_err(|problem| explained(&problem))?;
        let reports = ejia_sms::callback::router(desk, settings.sms.report_secret.clone());
        println!("ejia answers on http://{}/", settings.listen);
        let outcome = until_stopped(settings.listen, house.router.merge(reports));
        worker.stop();
        outcome
    }
}

/// Answers until the process is told to stop; requests under way are finished.
pub(super) fn until_stopped(listen: SocketAddr, router: Router) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen)
            .await
            .map_err(|error| format!("cannot listen on {listen}: {error}"))?;
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).with_graceful_shutdown(told_to_stop()).await.map_err(|error| error.to_string())
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
