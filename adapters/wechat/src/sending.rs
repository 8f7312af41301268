//! Messages to followers: template messages and subscription notices.

use std::collections::BTreeMap;

use ejia_kernel::OpenId;
use serde::{Deserialize, Serialize};

use crate::Account;
use crate::account::Done;
use crate::answers::Fault;

/// A template message 模板消息: a registered form with its blanks filled in, and a page that it opens.
#[derive(Clone, Debug)]
pub struct TemplateMessage {
    /// Whom it is for.
    pub to: OpenId,
    /// The template's id in the account's console.
    pub template: String,
    /// The page that a touch opens; none when it opens nothing.
    pub address: Option<String>,
    /// Our number, at most 32 letters: within ten minutes the same number is not sent to the same person twice.
    pub number: String,
    /// Key and value of each blank.
    pub blanks: Vec<(String, String)>,
}

/// A subscription notice 订阅通知: sent once for each consent.
#[derive(Clone, Debug)]
pub struct SubscriptionNotice {
    /// Whom it is for.
    pub to: OpenId,
    /// The template's id.
    pub template: String,
    /// The page that a touch opens.
    pub page: Option<String>,
    /// Key and value of each blank.
    pub blanks: Vec<(String, String)>,
}

#[derive(Serialize)]
struct Blank<'a> {
    value: &'a str,
}

fn filled(blanks: &[(String, String)]) -> BTreeMap<&str, Blank<'_>> {
    blanks.iter().map(|(key, value)| (key.as_str(), Blank { value })).collect()
}

impl Account {
    /// Sends a template message; the answer is the service's number of it, which its report (TEMPLATESENDJOBFINISH)
    /// bears again. After [`Fault::Unknown`] it may be sent again within ten minutes with the same number.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn send_template(&self, message: &TemplateMessage) -> Result<String, Fault> {
        #[derive(Serialize)]
        struct Body<'a> {
            touser: &'a str,
            template_id: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            url: Option<&'a str>,
            client_msg_id: &'a str,
            data: BTreeMap<&'a str, Blank<'a>>,
        }
        #[derive(Deserialize)]
        struct Sent {
            msgid: i64,
        }
        let TemplateMessage { to, template, address, number, blanks } = message;
        let body = Body {
            touser: to.expose(),
            template_id: template,
            url: address.as_deref(),
            client_msg_id: number,
            data: filled(blanks),
        };
        let Sent { msgid } = self.post("/cgi-bin/message/template/send", &body)?;
        Ok(msgid.to_string())
    }

    /// Sends a subscription notice (bizsend). The service gives it no number, and a second sending uses up a second
    /// consent.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn send_notice(&self, notice: &SubscriptionNotice) -> Result<(), Fault> {
        #[derive(Serialize)]
        struct Body<'a> {
            touser: &'a str,
            template_id: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            page: Option<&'a str>,
            data: BTreeMap<&'a str, Blank<'a>>,
        }
        let SubscriptionNotice { to, template, page, blanks } = notice;
        let body = Body { touser: to.expose(), template_id: template, page: page.as_deref(), data: filled(blanks) };
        let Done {} = self.post("/cgi-bin/message/subscribe/bizsend", &body)?;
        Ok(())
    }
}
