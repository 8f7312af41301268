//! The other side of the counter: four channels' sandboxes over one set of books, and the channels that speak to them.

use std::sync::Arc;

use axum::Router;
use ejia_alipay::Alipay;
use ejia_ccb::Ccb;
use ejia_counter::Counter;
use ejia_db::Desk;
use ejia_icbc::Icbc;
use ejia_payments::{Channel, ChannelKind};
use ejia_unionpay::UnionPay;

use crate::notify;

/// The banks of the demo and of the tests.
pub struct Bank {
    /// The books.
    pub counter: Counter,
    /// The banks' addresses, below `/sandbox/bank/` and `/sandbox/api/bank/`.
    pub router: Router,
    /// The product's channels to them.
    pub channels: Vec<Arc<dyn Channel>>,
}

impl Bank {
    /// Banks that answer at `bank` (`http://127.0.0.1:8600`) for a product at `product`.
    ///
    /// # Errors
    /// Never, as long as the keys that are built in are keys.
    pub fn open(desk: &Desk, bank: &str, product: &str) -> Result<Self, String> {
        let clock = desk.clock();
        let counter = Counter::new(clock.clone());
        let notify = |kind| format!("{product}{}", notify::path(kind));
        let home = format!("{product}{}", notify::BACK);
        let home_with_order = format!("{product}{}", notify::BACK_WITH);
        let mut router = ejia_counter::router(counter.clone());
        let mut channels: Vec<Arc<dyn Channel>> = Vec::new();

        let contract = ejia_ccb::sandbox::Contract::demo(&notify(ChannelKind::Ccb), &home_with_order);
        let ccb = ejia_ccb::sandbox::Sandbox::new(&counter, contract).map_err(told)?;
        router = router.merge(ccb.router());
        channels.push(Arc::new(Ccb::new(ccb.settings(bank), clock.clone()).map_err(told)?));

        let settings = ejia_alipay::sandbox::SandboxSettings::demo().map_err(told)?;
        router = router.merge(ejia_alipay::sandbox::router(&counter, settings));
        let settings =
            ejia_alipay::sandbox::client_settings(bank, &notify(ChannelKind::Alipay), &home).map_err(told)?;
        channels.push(Arc::new(Alipay::new(settings, clock.clone())));

        let settings = ejia_unionpay::sandbox::SandboxSettings::demo();
        router = router.merge(ejia_unionpay::sandbox::router(&counter, settings).map_err(told)?);
        let mut settings = ejia_unionpay::sandbox::settings(bank, product);
        settings.back_url = notify(ChannelKind::UnionPay);
        settings.front_url.clone_from(&home);
        channels.push(Arc::new(UnionPay::new(settings, clock.clone()).map_err(told)?));

        let icbc = ejia_icbc::sandbox::Sandbox::new(&counter).map_err(told)?;
        router = router.merge(icbc.router());
        let settings = icbc.settings(bank, &notify(ChannelKind::Icbc), &home);
        let icbc = Icbc::new(settings, clock.clone()).map_err(told)?;
        channels.insert(1, Arc::new(icbc.with_orders(notify::icbc_orders(desk))));

        Ok(Self { counter, router, channels })
    }
}

fn told(error: impl std::fmt::Debug) -> String {
    format!("the sandbox of a bank: {error:?}")
}
