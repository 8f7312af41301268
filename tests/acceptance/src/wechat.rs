//! Phones with WeChat on them, on the other side of the official account.

use ejia_access::{AccountEvent, account_event};
use ejia_kernel::{Instant, OpenId};
use ejia_wechat::sandbox::PHONE_COOKIE;

use crate::actors::OWN_PASSWORD;
use crate::browser::Browser;
use crate::dues::Person;
use crate::house::House;

/// What WeChat's browser calls itself.
const AGENT: &str = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger/8.0.50";

impl House {
    /// The browser inside the WeChat of this user, who follows the account.
    ///
    /// # Panics
    /// When the product does not hear of it.
    pub fn in_wechat(&self, user: &str) -> Browser {
        self.follows(user, true);
        let mut browser = self.visitor();
        browser.headers.push(("user-agent".to_owned(), AGENT.to_owned()));
        browser.set_cookie(PHONE_COOKIE, user);
        browser
    }

    /// A user of WeChat follows the account, or follows it no more; the product hears of it.
    ///
    /// # Panics
    /// When it does not.
    pub fn follows(&self, user: &str, yes: bool) {
        let told = if yes { self.phones().follow(user) } else { self.phones().unfollow(user) };
        let told = told.unwrap_or_else(|fault| panic!("{user}: {fault:?}"));
        assert!(told.is_none_or(|told| told.blocking_recv() == Ok(true)), "the product did not hear of {user}");
    }

    /// The official account tells of this user what happened at this time, perhaps late.
    ///
    /// # Panics
    /// When it is not heard.
    pub fn wechat_tells(&self, user: &str, event: AccountEvent, at: Instant) {
        let person = self.phones().create_user(user).unwrap_or_else(|fault| panic!("{user}: {fault:?}"));
        let open_id = OpenId::parse(&person.open_id).unwrap_or_else(|fault| panic!("{fault}"));
        let key = format!("{user} {event:?} {}", at.ms());
        let heard = self.desk().write_now(move |txn| account_event(txn, &open_id, event, at, &key));
        heard.unwrap_or_else(|problem| panic!("{problem:?}"));
    }

    /// A phone whose user has bound himself as this member, who has a password of his own.
    ///
    /// # Panics
    /// When he is not let in.
    pub fn bound(&self, person: &Person, user: &str) -> Browser {
        self.inside_on_phone(person.id);
        let mut phone = self.in_wechat(user);
        phone.open("/wechat/enter");
        let form = phone.form("绑定").fill("身份证号", &person.id_card).fill("密码", OWN_PASSWORD);
        phone.submit(&form);
        assert!(phone.page().path == "/wechat" && phone.page().says("绑定成功"), "{}", phone.page().text());
        phone
    }
}
