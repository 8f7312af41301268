//! The official account as a way for letters.

use std::sync::Arc;

use ejia_messages::{CarryFault, Push, Pusher, Receipt, Template};
use ejia_wire::{Charset, percent_encode};

use crate::forms::PushForms;
use crate::{Account, Fault, TemplateMessage};

/// The page that leads a phone over WeChat to the page asked for.
const ENTER: &str = "/wechat/enter?to=";

/// Pushes letters as template messages.
///
/// WeChat learns the reader's OpenID, the form, the parameters of the sentence, our number of the message and a link to
/// a page of ours: nothing that says who he is.
pub struct Pushing {
    account: Arc<Account>,
    /// How the outside reaches the platform.
    origin: String,
    forms: PushForms,
}

impl Pushing {
    /// Pushes with this account, by these forms; links begin with `origin`.
    pub fn new(account: Arc<Account>, origin: &str, forms: PushForms) -> Self {
        Self { account, origin: origin.trim_end_matches('/').to_owned(), forms }
    }
}

impl Pusher for Pushing {
    fn push(&self, push: &Push) -> Result<Receipt, CarryFault> {
        let Push { id, to, template, params, path } = push;
        let Some(form) = self.forms.get(template.code()) else {
            return Err(CarryFault::Refused("no form".to_owned()));
        };
        let message = TemplateMessage {
            to: to.clone(),
            template: form.id.clone(),
            address: Some(format!("{}{ENTER}{}", self.origin, percent_encode(path, Charset::Utf8))),
            number: id.to_string(),
            blanks: form.filled(*template, params),
        };
        match self.account.send_template(&message) {
            Ok(number) => Ok(Receipt { number }),
            Err(fault) => Err(carried(fault, *template)),
        }
    }
}

fn carried(fault: Fault, template: Template) -> CarryFault {
    match fault {
        Fault::Unreachable(why) => CarryFault::Unreachable(why),
        Fault::Limited { code, wait } => CarryFault::Limited { reason: code.to_string(), wait },
        Fault::Unknown(why) => CarryFault::Unknown(why),
        Fault::Refused(code) => {
            // Not for this reader's sake: the form, or the account's right to send it, is for an operator to mend.
            if !matches!(code, 40003 | 43004 | 43101) {
                tracing::error!(code, template = template.code(), "WeChat refuses a form");
            }
            CarryFault::Refused(code.to_string())
        }
    }
}
