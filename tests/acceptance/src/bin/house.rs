//! The whole product as a program of its own, for tests that kill it: its banks and its text message company are
//! elsewhere, in the process that kills.
//!
//! `ejia-house DATABASE FOLDER LISTEN ORIGIN BANK SMS NOW DRAIN [ENDPOINT KEY SECRET]`: addresses, where it is reached, the
//! product's time in milliseconds since 1970, for how many seconds it goes on answering when it is told to stop, and the bucket
//! in which its files lie instead of the folder.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ejia::house::{self, Plan};
use ejia::sandbox::bank::Bank;
use ejia::serving::until_stopped;
use ejia_buckets::Account;
use ejia_buckets::testing::account;
use ejia_db::{Connections, Desk};
use ejia_jobs::Worker;
use ejia_kernel::{Clock, Instant, Vault};
use ejia_press::Press;
use ejia_sms::sandbox::SandboxSettings;
use ejia_sms::{Aliyun, AliyunSettings};
use ejia_web::Proxies;

/// The root secret of [`ejia_db::TestDatabase`].
const SECRET: [u8; 32] = [7; 32];

fn main() -> Result<(), String> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [database, folder, listen, origin, bank, sms, now, drain, bucket @ ..] = words.as_slice() else {
        return Err("ejia-house DATABASE FOLDER LISTEN ORIGIN BANK SMS NOW DRAIN [ENDPOINT KEY SECRET]".to_owned());
    };
    let listen: SocketAddr = listen.parse().map_err(|_| format!("no address: {listen}"))?;
    let now: i64 = now.parse().map_err(|_| format!("no time: {now}"))?;
    let drain = drain.parse().map(Duration::from_secs).map_err(|_| format!("no time: {drain}"))?;
    let clock = Clock::starting_at(Instant::from_ms(now));
    let connections = Connections { sqlite_readers: 2, postgres: 8 };
    let desk =
        Desk::open_with(database, Vault::new(SECRET), clock.clone(), connections).map_err(|problem| told(&problem))?;
    desk.migrate(house::MIGRATIONS).map_err(|problem| told(&problem))?;
    let settings = SandboxSettings::demo();
    let mut account = AliyunSettings::new(&settings.access_key_id, &settings.access_key_secret, &settings.sign_name);
    account.endpoint.clone_from(sms);
    // Only the channels are used: the banks' books are kept where nobody is killed.
    let channels = Bank::open(&desk, bank, origin)?.channels;
    let house = house::build(Plan {
        city: house::CITY.to_owned(),
        desk: desk.clone(),
        carriers: vec![Arc::new(Aliyun::new(account, clock))],
        wechat: None,
        channels,
        typesetter: Arc::new(Press::beside()),
        folder: PathBuf::from(folder),
        bucket: bucket_of(bucket),
        public_origin: origin.clone(),
        signature: house::SignatureKind::Ed25519,
        proxies: Proxies::on_this_machine(),
        limits: None,
        metrics_for: Vec::new(),
        secure_cookies: false,
        secure: None,
    })
    .map_err(|problem| told(&problem))?;
    let worker = Worker::start(&desk, &house.handlers, 2).map_err(|problem| told(&problem))?;
    until_stopped(listen, house.router, None, worker, drain)
}

/// The bucket of tests.
fn bucket_of(words: &[String]) -> Option<Account> {
    let [endpoint, access_key, secret] = words else { return None };
    Some(account(endpoint.clone(), access_key.clone(), secret.clone()))
}

fn told(problem: &ejia_kernel::Problem) -> String {
    format!("{problem:?}")
}
