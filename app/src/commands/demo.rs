//! `ejia demo`: an invented city with every sandbox, in one process.

use std::io::{IsTerminal, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use clap::Args;
use ejia_db::Desk;
use ejia_jobs::Worker;
use ejia_kernel::{Clock, Instant, Vault};
use ejia_press::Press;
use ejia_sms::sandbox::{Sandbox, SandboxSettings, Server};
use ejia_sms::{Aliyun, AliyunSettings};
use ejia_web::Proxies;
use ejia_wechat::sandbox::{Sandbox as Phones, SandboxSettings as PhoneSettings};

use super::serve::WORKERS;
use super::{explained, migrated};
use crate::demo_city;
use crate::house::{self, Plan, SignatureKind};
use crate::sandbox::bank::Bank;
use crate::sandbox::{self, Console};
use crate::secure::{Entrance, Keeper, Shown};
use crate::serving::{Side, until_stopped};
use crate::settings::DEMO_SECRET;
use crate::wechat::{self, WeChat};

/// The secret part of the path to which the sandbox reports deliveries.
const REPORT_SECRET: &str = "demo-delivery-reports";

/// A city of so many members is made before anybody looks.
const SMALL: u64 = 5_000;

/// Starts an invented city with every sandbox, for trying out.
#[derive(Args)]
pub struct Demo {
    /// Address that answers people
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8600")]
    listen: SocketAddr,
    /// Address of the encrypted channel, for administrators above branch level
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8643")]
    secure_listen: SocketAddr,
    /// Folder of the demo; the city is made when it is empty
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    data: PathBuf,
    /// Another database than the embedded one in DIR
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// The time the demo starts at, e.g. 2026-03-20T09:00:00+08:00
    #[arg(long, value_name = "TIME")]
    now: Option<Instant>,
    /// How many members the invented city has, 3000000 at most
    #[arg(long, value_name = "NUMBER", default_value_t = 600, value_parser = clap::value_parser!(u32).range(..=3_000_000))]
    members: u32,
}

impl Demo {
    pub(super) fn run(self) -> Result<(), String> {
        std::fs::create_dir_all(&self.data).map_err(|error| format!("{}: {error}", self.data.display()))?;
        let clock = Clock::starting_at(self.now.unwrap_or_else(today));
        let url = self.database.clone().unwrap_or_else(|| format!("sqlite://{}", self.data.join("ejia.db").display()));
        let desk = Desk::open(&url, Vault::new(DEMO_SECRET), clock.clone()).map_err(|problem| explained(&problem))?;
        migrated(&desk)?;
        let accounts =
            demo_city::settle(&desk, &self.data, self.members, progress()).map_err(|problem| explained(&problem))?;

        let company = Sandbox::new(SandboxSettings::demo(), clock.clone());
        let company_door = Server::start(company.clone()).map_err(|error| error.to_string())?;
        company.report_to(format!("http://{}/notify/sms/{REPORT_SECRET}", self.listen));
        let settings = SandboxSettings::demo();
        let mut sms = AliyunSettings::new(&settings.access_key_id, &settings.access_key_secret, &settings.sign_name);
        sms.endpoint = company_door.endpoint();

        let origin = format!("http://{}", self.listen);
        let secure = format!("https://{}", self.secure_listen);
        let names = vec![self.secure_listen.ip().to_string(), "localhost".to_owned()];
        let keeper = Keeper::open(&desk, Shown::Ours(names)).map_err(|problem| explained(&problem))?;
        let bank = Bank::open(&desk, &origin, &origin)?;
        let console =
            Console::new(desk.clone(), company, accounts).asking(demo_city::still_first).with_bank(bank.counter);
        let page_host = self.listen.to_string();
        let settings = PhoneSettings::demo(&page_host);
        let phones = Phones::new(settings, clock.clone()).map_err(|error| error.to_string())?;
        phones.call(&format!("{origin}{}", wechat::CALLBACK));
        let console = console.with_phones(phones.clone());
        let account = WeChat { settings: phones.settings(&origin), forms: Phones::forms() };
        let house = house::build_with(
            Plan {
                city: house::CITY.to_owned(),
                desk: desk.clone(),
                carriers: vec![Arc::new(Aliyun::new(sms, clock))],
                wechat: Some(account),
                channels: bank.channels,
                typesetter: Arc::new(Press::beside()),
                folder: self.data.join("files"),
                bucket: None,
                public_origin: origin,
                signature: SignatureKind::Ed25519,
                proxies: Proxies::none(),
                // Whoever tries things out by program is not to be slowed down.
                limits: None,
                metrics_for: Vec::new(),
                secure_cookies: false,
                secure: Some(secure),
            },
            |site| site.texts(&[sandbox::TEXTS]).part(console.clone()),
            vec![sandbox::routes().into()],
        )
        .map_err(|problem| explained(&problem))?;
        let worker = Worker::start(&desk, &house.handlers, WORKERS).map_err(|problem| explained(&problem))?;
        let reports = ejia_sms::callback::router(desk.clone(), REPORT_SECRET);
        self.print_addresses();
        let router = house.router.merge(sandbox::router(console)).merge(bank.router).merge(phones.router());
        let entrance = Entrance::Door(self.secure_listen, keeper);
        let side = Side { entrance, router: router.clone(), desk: desk.clone() };
        until_stopped(self.listen, router.merge(reports), Some(side), worker, Duration::ZERO)
    }

    fn print_addresses(&self) {
        let address = self.listen;
        println!("党建e家 演示 / demo");
        println!("  首页 front page        http://{address}/");
        println!("  党员服务平台 members    http://{address}/member/login");
        println!("  党组织管理平台 offices  http://{address}/office/login");
        println!("  加密通道 encrypted     https://{}/office/login", self.secure_listen);
        println!("  演示控制台 sandbox      http://{address}/sandbox/");
        println!("  可导入的表格 tables     {}", self.data.join("tables").display());
    }
}

/// Says on a terminal how many members are in, while a large city is made.
fn progress() -> impl FnMut(u64, u64) {
    let started = std::time::Instant::now();
    let terminal = std::io::stdout().is_terminal();
    move |count, all| {
        if terminal && all > SMALL {
            let seconds = started.elapsed().as_secs();
            let end = if count == all { "\n" } else { "" };
            print!("\r  党员入库 members        {count} / {all}  {seconds} s{end}");
            let _ = std::io::stdout().flush();
        }
    }
}

fn today() -> Instant {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Instant::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
