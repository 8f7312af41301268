//! `ejia serve`: production.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use ejia_buckets::{Account, Bucket, Shut};
use ejia_db::{Connections, Desk};
use ejia_jobs::Worker;
use ejia_kernel::Clock;
use ejia_press::Press;

use super::{explained, migrated};
use crate::house::{self, FILES, Plan};
use crate::log;
use crate::serving::{Side, until_stopped};
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
        let bucket = settings.bucket()?;
        bucket.as_ref().map_or(Ok(()), try_bucket)?;
        let clock = Clock::system();
        let desk =
            Desk::open(&settings.database, settings.vault()?, clock.clone()).map_err(|problem| explained(&problem))?;
        let desk = match &settings.read_replica {
            Some(replica) => {
                desk.with_replica(replica, Connections::default()).map_err(|problem| explained(&problem))?
            }
            None => desk,
        };
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
            bucket,
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
        let drain = Duration::from_secs(settings.drain_seconds);
        until_stopped(settings.listen, house.router.merge(reports), side, worker, drain)
    }
}

/// A bucket that is not what the settings say is better known before somebody sends a file; one that is away may come back, as
/// it may while we run.
fn try_bucket(account: &Account) -> Result<(), String> {
    match Bucket::open(account, FILES).map_err(Shut::Unfit).and_then(|bucket| bucket.look()) {
        Ok(()) => Ok(()),
        Err(Shut::Away(why)) => {
            tracing::warn!(why, "files cannot be kept or read yet");
            Ok(())
        }
        Err(Shut::Unfit(why)) => Err(format!("files.s3: {why}")),
    }
}
