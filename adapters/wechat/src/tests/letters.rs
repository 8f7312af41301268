//! The whole way of a letter: pushed, reported, and by text message where WeChat does not reach.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use ejia_access::{EntryFault, OfficialAccount};
use ejia_db::{Desk, TestDatabase, Txn};
use ejia_jobs::Handlers;
use ejia_kernel::{Clock, Instant, MemberId, MessageId, OpenId, Phone, Problem};
use ejia_messages::{
    About, Carrier, CarryFault, Delivery, Letter, Outgoing, Post, Push, Pusher, Receipt, State, Template,
};

use super::wire::{Server, Wire};
use crate::sandbox::{Mood, Sandbox, SandboxSettings};
use crate::{AccountSettings, MIGRATIONS, Pushing, callback, sink};

/// The text message company: it takes everything.
#[derive(Default)]
struct Company(Mutex<usize>);

impl Carrier for Company {
    fn company(&self) -> &'static str {
        "company"
    }

    fn carry(&self, letter: &Outgoing) -> Result<Receipt, CarryFault> {
        *self.0.lock().unwrap() += 1;
        Ok(Receipt { number: letter.id.to_string() })
    }

    fn delivery(&self, _: &Outgoing, _: Option<&str>, _: Instant) -> Result<Delivery, CarryFault> {
        Ok(Delivery::Underway)
    }
}

/// The WeChat of u1, the same in every sandbox.
fn u1() -> OpenId {
    static KNOWN: OnceLock<OpenId> = OnceLock::new();
    KNOWN
        .get_or_init(|| {
            let clock = Clock::starting_at(Instant::from_ms(0));
            let sandbox = Sandbox::new(SandboxSettings::demo(""), clock).unwrap();
            OpenId::parse(&sandbox.create_user("u1").unwrap().open_id).unwrap()
        })
        .clone()
}

/// Every member is bound, and to u1.
#[expect(clippy::unnecessary_wraps, reason = "as `Reach` has it")]
fn bound(_: &mut Txn<'_>, _: MemberId) -> Result<Option<OpenId>, Problem> {
    Ok(Some(u1()))
}

/// Product, account and company in one town.
struct Town {
    wire: Wire,
    _product: Server,
    company: Arc<Company>,
    handlers: Handlers,
}

impl Town {
    fn new(desk: &Desk) -> Self {
        let wire = Wire::with(desk, |settings| {
            let SandboxSettings { templates, .. } = SandboxSettings::demo("");
            settings.templates = templates;
            // Not before the answer is written down.
            settings.report_after = Duration::from_millis(300);
        });
        let product = callback::router("/notify/wechat", desk, &wire.settings(), sink("欢迎关注"));
        let product = Server::bind().serve(product);
        wire.sandbox.call(&format!("{}/notify/wechat", product.origin()));
        let company = Arc::new(Company::default());
        let post = Post::by_sms(Arc::clone(&company) as Arc<dyn Carrier>).pushing(Arc::new(pushing(&wire)), bound);
        Self { wire, _product: product, company, handlers: ejia_messages::handlers(Handlers::new(), post) }
    }

    fn send(&self) -> MessageId {
        let desk = &self.wire.desk;
        let letter = Letter::new(Phone::parse("13800138003").unwrap(), Template::MeetingCalled)
            .with("kind", "支部党员大会")
            .with("time", "3月25日14:30")
            .about(About::Member(MemberId::new(desk.now())));
        let id = desk.write_now(move |txn| ejia_messages::send(txn, &letter)).unwrap();
        self.handlers.drain(desk).unwrap();
        id
    }

    /// Waits until the message is in this state, and lets the worker turn meanwhile.
    fn comes_to(&self, id: MessageId, wanted: State) -> bool {
        let desk = &self.wire.desk;
        (0..150).any(|_| {
            self.handlers.drain(desk).unwrap();
            let state = desk.read_now(move |txn| ejia_messages::state_of(txn, id)).unwrap().unwrap();
            std::thread::sleep(Duration::from_millis(20));
            state == wanted
        })
    }

    fn pushed(&self) -> usize {
        self.wire.sandbox.messages("u1").iter().filter(|shown| !shown.template.is_empty()).count()
    }

    fn texted(&self) -> usize {
        *self.company.0.lock().unwrap()
    }
}

fn pushing(wire: &Wire) -> Pushing {
    Pushing::new(Arc::new(wire.client()), "https://ejia.example/", Sandbox::forms())
}

fn on_both(test: impl Fn(&Desk)) {
    let groups = [
        ejia_jobs::MIGRATIONS,
        ejia_audit::MIGRATIONS,
        ejia_directory::MIGRATIONS,
        ejia_messages::MIGRATIONS,
        ejia_access::MIGRATIONS,
        MIGRATIONS,
    ];
    TestDatabase::both(&groups, test);
}

#[test]
fn a_letter_is_pushed_and_its_report_ends_it() {
    on_both(|desk| {
        let town = Town::new(desk);
        town.wire.follower("u1");
        let id = town.send();
        assert!(town.comes_to(id, State::Delivered));
        assert_eq!((town.pushed(), town.texted()), (1, 0));
        let shown = &town.wire.sandbox.messages("u1")[0];
        assert_eq!(
            shown.text,
            "会议通知\n事项：会议通知\n会议类型：支部党员大会\n时间：3月25日14:30\n说明：点击查看详情"
        );
        assert_eq!(shown.url, "https://ejia.example/wechat/enter?to=%2Fwechat%2Fmeetings");
    });
}

#[test]
fn whom_wechat_does_not_reach_a_text_message_reaches() {
    on_both(|desk| {
        let town = Town::new(desk);
        // Nobody follows; then u1 does and has blocked the account.
        let stranger = town.send();
        assert!(town.comes_to(stranger, State::Sent));
        assert_eq!((town.pushed(), town.texted()), (0, 1));
        town.wire.follower("u1");
        town.wire.sandbox.behave(Mood::Blocked);
        let id = town.send();
        for _ in 0..150 {
            town.handlers.drain(desk).unwrap();
            if town.texted() == 2 {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(town.comes_to(id, State::Sent));
        assert_eq!((town.pushed(), town.texted()), (0, 2));
        town.wire.sandbox.behave(Mood::Limited);
        let id = town.send();
        assert!(town.comes_to(id, State::Sent));
        assert_eq!((town.pushed(), town.texted()), (0, 3));
    });
}

#[test]
fn what_wechat_learns_of_a_letter_is_its_form_its_parameters_and_a_link() {
    on_both(|desk| {
        let town = Town::new(desk);
        town.wire.follower("u1");
        for template in Template::ALL.into_iter().filter(|template| !template.is_code()) {
            let params = template.params().iter().map(|param| match *param {
                "amount" => ("amount".to_owned(), "12.50".to_owned()),
                "count" | "months" => ((*param).to_owned(), "3".to_owned()),
                other => (other.to_owned(), format!("<{other}>")),
            });
            let push = Push {
                id: MessageId::new(desk.now()),
                to: u1(),
                template,
                params: params.collect(),
                path: format!("/wechat{}", template.page()),
            };
            pushing(&town.wire).push(&push).unwrap();
            let shown = &town.wire.sandbox.messages("u1")[0];
            assert_eq!(shown.template, format!("sandbox-{}", template.code()));
            let params: usize = push.params.iter().filter(|(_, value)| shown.text.contains(value)).count();
            assert_eq!((params, shown.data.len()), (template.params().len(), template.params().len() + 2));
        }
        let code = Push {
            id: MessageId::new(desk.now()),
            to: u1(),
            template: Template::ResetCode,
            params: Vec::new(),
            path: "/wechat".to_owned(),
        };
        assert!(matches!(pushing(&town.wire).push(&code), Err(CarryFault::Refused(_))));
    });
}

#[test]
fn the_door_tells_a_code_that_is_none_from_a_service_that_is_away() {
    on_both(|desk| {
        let wire = Wire::new(desk);
        let door: Arc<dyn OfficialAccount> = Arc::new(wire.client());
        assert_eq!(door.open_id("never-given"), Err(EntryFault::Refused("40029".to_owned())));
        assert_eq!(
            door.authorize_address("https://a.example/", "s"),
            wire.client().authorize_address("https://a.example/", "s")
        );
        wire.sandbox.behave(Mood::Down);
        assert!(matches!(door.open_id("never-given"), Err(EntryFault::Unreachable(_))));
        wire.sandbox.behave(Mood::Busy);
        assert!(matches!(door.open_id("never-given"), Err(EntryFault::Unreachable(_))));
        let settings = AccountSettings { app_secret: "other".to_owned(), ..wire.settings() };
        let stranger = crate::Account::new(settings, desk);
        assert!(matches!(OfficialAccount::open_id(&stranger, "x"), Err(EntryFault::Unreachable(_))));
    });
}

#[test]
fn leaving_is_heard_at_the_door_and_followers_are_welcomed() {
    on_both(|desk| {
        let town = Town::new(desk);
        town.wire.follower("u1");
        assert_eq!(town.wire.sandbox.messages("u1")[0].text, "欢迎关注");
        town.wire.sandbox.behave(Mood::EventsTwice);
        assert!(town.wire.sandbox.unfollow("u1").unwrap().unwrap().blocking_recv().unwrap());
        assert!(town.wire.sandbox.write("u1", "你好").unwrap().unwrap().blocking_recv().unwrap());
        let heard =
            desk.read_now(|txn| Ok(txn.one("SELECT COUNT(*) FROM wechat_event", &[], |row| row.get::<i64>(0))?));
        assert_eq!(heard.unwrap(), 2, "once for following and once for leaving, though that was told twice");
    });
}
