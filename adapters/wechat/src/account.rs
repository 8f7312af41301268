//! The client: calls with the token that all processes share.

use std::time::Duration;

use ejia_db::Desk;
use ejia_wire::{Caller, Charset, percent_encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::AccountSettings;
use crate::answers::{self, Answer, Fault};
use crate::credentials::{Credentials, Kind, Lent};

/// The most an answer may hold.
const ANSWER_BYTES: u64 = 256 * 1024;

/// The official account. Its calls block, at most for some seconds.
pub struct Account {
    pub(crate) settings: AccountSettings,
    pub(crate) desk: Desk,
    caller: Caller,
    credentials: Credentials,
}

/// An answer that says no more than that it was done.
#[derive(Deserialize)]
pub(crate) struct Done {}

/// What is asked.
#[derive(Clone, Copy)]
enum Question<'a> {
    Get,
    Post(&'a [u8]),
}

impl Account {
    /// A client over the database that keeps its token. No connection is made yet.
    pub fn new(settings: AccountSettings, desk: &Desk) -> Self {
        let caller = Caller::patient_for(settings.patience);
        let credentials = Credentials::new(desk.clone(), &settings.app_id);
        Self { settings, desk: desk.clone(), caller, credentials }
    }

    /// `GET` below `api` with the token and this query.
    pub(crate) fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<T, Fault> {
        self.with_token(path, query, Question::Get)
    }

    /// `POST` of JSON below `api` with the token. Chinese goes out as it is: the service counts its bytes.
    pub(crate) fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Fault> {
        let body = serde_json::to_vec(body).map_err(|fault| Fault::Unreachable(fault.to_string()))?;
        self.with_token(path, &[], Question::Post(&body))
    }

    /// `GET` below `api` without a token.
    pub(crate) fn get_bare<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<T, Fault> {
        settled(self.ask(path, query, Question::Get)?)
    }

    /// The ticket with which pages are signed.
    pub(crate) fn page_ticket(&self) -> Result<String, Fault> {
        self.credentials.current(Kind::PageTicket, &|_| self.fetch_ticket())
    }

    /// One call; once more with another token when the service does not take the one it gave.
    fn with_token<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        question: Question<'_>,
    ) -> Result<T, Fault> {
        let fetch = |forced| self.fetch_token(forced);
        let token = self.credentials.current(Kind::AccessToken, &fetch)?;
        let ask = |token: &str| {
            let query: Vec<(&str, &str)> = [("access_token", token)].into_iter().chain(query.iter().copied()).collect();
            self.ask(path, &query, question)
        };
        match ask(&token)? {
            Answer::TokenSpent(_) => {
                let other = self.credentials.instead_of(Kind::AccessToken, &token, &fetch)?;
                settled(ask(&other)?)
            }
            answer => settled(answer),
        }
    }

    fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        question: Question<'_>,
    ) -> Result<Answer<T>, Fault> {
        let query: Vec<String> =
            query.iter().map(|(name, value)| format!("{name}={}", percent_encode(value, Charset::Utf8))).collect();
        let address = format!("{}{path}?{}", self.settings.api.trim_end_matches('/'), query.join("&"));
        let reply = match question {
            Question::Get => self.caller.get(&address, ANSWER_BYTES),
            Question::Post(body) => self.caller.post(&address, "application/json; charset=utf-8", body, ANSWER_BYTES),
        };
        Ok(answers::read(&reply?))
    }

    /// Asks for the token that all share (stable_token). The service gives the same one while it is valid, and another
    /// in its last five minutes; forced, it gives another in any case, twenty times a day.
    fn fetch_token(&self, forced: bool) -> Result<Lent, Fault> {
        #[derive(Deserialize)]
        struct Token {
            access_token: String,
            expires_in: u64,
        }
        let AccountSettings { app_id, app_secret, .. } = &self.settings;
        let body = json!({
            "grant_type": "client_credential", "appid": app_id, "secret": app_secret, "force_refresh": forced,
        });
        let answer = self.ask("/cgi-bin/stable_token", &[], Question::Post(body.to_string().as_bytes()))?;
        let Token { access_token, expires_in } = settled(answer)?;
        Ok(Lent { text: access_token, lifetime: Duration::from_secs(expires_in) })
    }

    fn fetch_ticket(&self) -> Result<Lent, Fault> {
        #[derive(Deserialize)]
        struct Ticket {
            ticket: String,
            expires_in: u64,
        }
        let Ticket { ticket, expires_in } = self.get("/cgi-bin/ticket/getticket", &[("type", "jsapi")])?;
        Ok(Lent { text: ticket, lifetime: Duration::from_secs(expires_in) })
    }
}

/// The answer, where there is no second try.
fn settled<T>(answer: Answer<T>) -> Result<T, Fault> {
    match answer {
        Answer::Done(done) => Ok(done),
        Answer::TokenSpent(code) => Err(answers::fault(code)),
        Answer::Not(fault) => Err(fault),
    }
}
