//! The two sides and what lies between them: WeChat's server, the product's, and a database.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ejia_db::{Desk, TestDatabase};
use ejia_kernel::OpenId;
use tokio::runtime::Runtime;

use crate::callback::{self, Event, Notice, Sink};
use crate::sandbox::{RegisteredTemplate, Sandbox, SandboxSettings};
use crate::{Account, AccountSettings, MIGRATIONS, TemplateMessage, Writing};

/// The id of the one template that is registered.
pub(super) const TEMPLATE: &str = "Vj7k3-meeting";

/// A server on a free port; it stops when this is dropped.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    runtime: Option<Runtime>,
    listener: Option<std::net::TcpListener>,
}

impl Server {
    /// A port that does not answer yet.
    pub(super) fn bind() -> Self {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        Self { address: listener.local_addr().unwrap(), runtime: None, listener: Some(listener) }
    }

    pub(super) fn serve(mut self, router: axum::Router) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = self.listener.take().unwrap();
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router).await.unwrap();
        });
        self.runtime = Some(runtime);
        self
    }

    pub(super) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// WeChat and the product, talking to each other.
pub(super) struct Wire {
    pub(super) desk: Desk,
    pub(super) sandbox: Sandbox,
    pub(super) service: Server,
    pub(super) product: Server,
    pub(super) heard: Arc<Mutex<Vec<Notice>>>,
}

impl Wire {
    pub(super) fn new(desk: &Desk) -> Self {
        Self::with(desk, |_| {})
    }

    pub(super) fn with(desk: &Desk, change: impl FnOnce(&mut SandboxSettings)) -> Self {
        let (service, product) = (Server::bind(), Server::bind());
        let blanks = [("thing1", "会议"), ("time2", "时间")].map(|(key, label)| (key.to_owned(), label.to_owned()));
        let mut settings = SandboxSettings {
            templates: vec![RegisteredTemplate {
                id: TEMPLATE.to_owned(),
                title: "会议通知".to_owned(),
                blanks: blanks.to_vec(),
            }],
            report_after: Duration::ZERO,
            call_again: Duration::from_millis(20),
            ..SandboxSettings::demo(&product.address.to_string())
        };
        change(&mut settings);
        let sandbox = Sandbox::new(settings, desk.clock().clone()).unwrap();
        let service = service.serve(sandbox.router());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let router = callback::router("/notify/wechat", desk, &sandbox.settings(&service.origin()), listening(&heard));
        let product = product.serve(router);
        sandbox.call(&format!("{}/notify/wechat", product.origin()));
        Self { desk: desk.clone(), sandbox, service, product, heard }
    }

    pub(super) fn settings(&self) -> AccountSettings {
        self.sandbox.settings(&self.service.origin())
    }

    pub(super) fn client(&self) -> Account {
        Account::new(self.settings(), &self.desk)
    }

    /// A follower, of whom the product has heard.
    pub(super) fn follower(&self, user: &str) -> OpenId {
        let heard = self.sandbox.follow(user).unwrap();
        if let Some(heard) = heard {
            let _ = heard.blocking_recv();
        }
        OpenId::parse(&self.sandbox.create_user(user).unwrap().open_id).unwrap()
    }

    /// Waits until the product has heard so much.
    pub(super) fn events(&self, count: usize) -> Vec<Event> {
        for _ in 0..200 {
            if self.heard.lock().unwrap().len() >= count {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.heard.lock().unwrap().iter().map(|notice| notice.event.clone()).collect()
    }
}

/// Writes down what it hears, and welcomes whoever follows.
pub(super) fn listening(heard: &Arc<Mutex<Vec<Notice>>>) -> Sink {
    let heard = Arc::clone(heard);
    Arc::new(move |_, notice| {
        heard.lock().unwrap().push(notice.clone());
        let welcome = matches!(notice.event, Event::Subscribed { .. }).then(|| "欢迎关注 <党建e家>".to_owned());
        Ok(welcome)
    })
}

pub(super) fn meeting(to: &OpenId, number: &str) -> TemplateMessage {
    TemplateMessage {
        to: to.clone(),
        template: TEMPLATE.to_owned(),
        address: Some("https://ejia.example/wechat/enter?to=%2Fwechat%2Fmeetings".to_owned()),
        number: number.to_owned(),
        blanks: vec![
            ("thing1".to_owned(), "党员大会".to_owned()),
            ("time2".to_owned(), "2026年3月21日 15:00".to_owned()),
        ],
    }
}

pub(super) fn on_both(test: impl Fn(&Desk)) {
    TestDatabase::both(&[MIGRATIONS], test);
}

pub(super) fn on_sqlite(test: impl Fn(&Desk)) {
    let database = TestDatabase::sqlite(&[MIGRATIONS]);
    test(&database.desk);
}

/// The three ways of writing, under the demo's key.
pub(super) fn writings() -> [Writing; 3] {
    let Writing::Encrypted(key) = SandboxSettings::demo("").writing else { panic!("the demo encrypts") };
    [Writing::Clear, Writing::Both(key.clone()), Writing::Encrypted(key)]
}
