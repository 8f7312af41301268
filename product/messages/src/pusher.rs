//! The official account, as the deliver job sees it, and all the ways a letter may take. WeChat's protocol lives in an
//! adapter, and who is bound to the account is known above this crate.

use std::sync::Arc;

use ejia_db::Txn;
use ejia_kernel::{MemberId, MessageId, OpenId, Problem};

use crate::carrier::{Carrier, CarryFault, Receipt};
use crate::template::Template;

/// A letter on its way out by WeChat: all that WeChat learns.
#[derive(Clone, Debug)]
pub struct Push {
    /// Our number of the message, sent along as `client_msg_id`.
    pub id: MessageId,
    /// Whom the account calls so.
    pub to: OpenId,
    /// The registered sentence.
    pub template: Template,
    /// What goes into the sentence.
    pub params: Vec<(String, String)>,
    /// The page it opens: `/wechat/meetings`.
    pub path: String,
}

/// The official account. Handing over the same id to the same reader again within ten minutes is handing it over once:
/// the second time is answered as the first was, or would have been. [`CarryFault::Refused`] means that he is not
/// reachable this way.
pub trait Pusher: Send + Sync {
    /// Hands the letter over. Called outside any transaction; must come back within half a minute.
    fn push(&self, push: &Push) -> Result<Receipt, CarryFault>;
}

/// Who can be reached by WeChat: answered by who keeps the bindings.
pub type Reach = fn(&mut Txn<'_>, MemberId) -> Result<Option<OpenId>, Problem>;

/// The ways that letters go out by.
#[derive(Clone)]
pub struct Post {
    /// Who carries text messages, in the order in which they are tried.
    pub carriers: Vec<Arc<dyn Carrier>>,
    /// The official account, and whom it reaches; without one everything goes by text message.
    pub wechat: Option<(Arc<dyn Pusher>, Reach)>,
}

impl From<Arc<dyn Carrier>> for Post {
    fn from(carrier: Arc<dyn Carrier>) -> Self {
        Self::by_sms(carrier)
    }
}

impl From<Vec<Arc<dyn Carrier>>> for Post {
    fn from(carriers: Vec<Arc<dyn Carrier>>) -> Self {
        Self { carriers, wechat: None }
    }
}

impl Post {
    /// Everything by text message.
    pub fn by_sms(carrier: Arc<dyn Carrier>) -> Self {
        Self::from(vec![carrier])
    }

    /// With another company for text messages, tried when those before it have certainly not taken a letter.
    #[must_use]
    pub fn then_by(mut self, carrier: Arc<dyn Carrier>) -> Self {
        self.carriers.push(carrier);
        self
    }

    /// With the official account, for those whom `reach` finds.
    #[must_use]
    pub fn pushing(self, pusher: Arc<dyn Pusher>, reach: Reach) -> Self {
        Self { wechat: Some((pusher, reach)), ..self }
    }

    /// The company that is tried first.
    pub(crate) fn first_company(&self) -> Option<&'static str> {
        self.carriers.first().map(|carrier| carrier.company())
    }

    pub(crate) fn reach(&self) -> Option<Reach> {
        self.wechat.as_ref().map(|(_, reach)| *reach)
    }
}
