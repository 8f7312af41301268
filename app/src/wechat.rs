//! The official account put together with the house: where it calls us, what its menu says, which forms letters take.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use ejia_db::Desk;
use ejia_jobs::{Handlers, JobFault};
use ejia_messages::Post;
use ejia_wechat::{Account, AccountSettings, Button, Fault, PushForms, Pushing, callback, sink};

/// Where the official account calls us, below our public origin: the server's address in its console.
pub const CALLBACK: &str = "/notify/wechat";
/// Keeps the menu as [`menu`] words it.
const KEEP_MENU: &str = "wechat.keep_menu";
/// How often the menu is looked at: somebody may have changed it in the account's console.
const LOOKED_AT: Duration = Duration::from_hours(6);

/// The official account, as the configuration or the demo names it.
#[derive(Clone)]
pub struct WeChat {
    /// Who we are with the service, and where it is.
    pub settings: AccountSettings,
    /// The forms that letters take.
    pub forms: PushForms,
}

/// The account at work in one house.
pub(crate) struct AtWork {
    pub(crate) account: Arc<Account>,
    wechat: WeChat,
    origin: String,
}

impl AtWork {
    pub(crate) fn new(wechat: WeChat, desk: &Desk, public_origin: &str) -> Self {
        let account = Arc::new(Account::new(wechat.settings.clone(), desk));
        Self { account, wechat, origin: public_origin.trim_end_matches('/').to_owned() }
    }

    /// Letters go by WeChat first.
    pub(crate) fn pushing(&self, post: Post) -> Post {
        let pushing = Pushing::new(Arc::clone(&self.account), &self.origin, self.wechat.forms.clone());
        post.pushing(Arc::new(pushing), ejia_access::reach)
    }

    /// The address that the account calls.
    pub(crate) fn callback(&self, desk: &Desk) -> Router {
        let bind = format!("{}/wechat/enter?to=/wechat", self.origin);
        let welcome = format!(
            "欢迎关注！请先点击菜单【微平台】→【身份绑定】，或打开 {bind} 绑定身份。绑定后可以交党费、转移组织关系、参加会议，并在这里收到通知。"
        );
        callback::router(CALLBACK, desk, &self.wechat.settings, sink(welcome))
    }

    /// The job that keeps the menu.
    pub(crate) fn handlers(&self) -> Handlers {
        let (account, wanted) = (Arc::clone(&self.account), menu(&self.origin));
        Handlers::new().every(KEEP_MENU, LOOKED_AT, move |_| {
            let kept =
                account.menu().and_then(|stands| if stands == wanted { Ok(()) } else { account.set_menu(&wanted) });
            kept.map_err(|fault: Fault| JobFault::Retry(fault.to_string()))
        })
    }
}

/// The menu as the manual words it. Who comes in from outside has no account, and so is led past WeChat's question.
fn menu(origin: &str) -> Vec<Button> {
    let page = |name, path: &str| Button::page(name, &format!("{origin}/wechat/enter?to={path}"));
    let platform = vec![page("首页", "/wechat"), page("身份绑定", "/wechat/bind")];
    let wishes = vec![
        page("交党费", "/wechat/dues"),
        page("组织关系转移", "/wechat/transfers/new"),
        Button::page("组织关系转入", &format!("{origin}/wechat/transfers/in")),
        page("参加会议", "/wechat/meetings"),
    ];
    vec![Button::over("微平台", platform), Button::over("我要", wishes)]
}
