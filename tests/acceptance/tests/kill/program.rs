//! A program at the product's door that takes no answer for an answer: the house may die at any moment.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::{Method, Request};

/// Calls with a session's token.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    agent: Agent,
    origin: String,
    done: Arc<AtomicUsize>,
    failures: Arc<Mutex<Vec<String>>>,
}

impl Program {
    /// At this house.
    pub(crate) fn new(origin: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(20)))
            .build()
            .new_agent();
        Self { agent, origin: origin.to_owned(), done: Arc::default(), failures: Arc::default() }
    }

    /// Whether the house answers.
    pub(crate) fn is_answered(&self) -> bool {
        self.agent.get(format!("{}/healthz", self.origin)).call().is_ok_and(|answer| answer.status() == 200)
    }

    /// What is shown; none when nothing was answered, or something else than success.
    pub(crate) fn see(&self, token: &str, path: &str) -> Option<Value> {
        let request = self.request(Method::GET, token, path).body(()).ok()?;
        self.read(self.agent.run(request)).ok()
    }

    /// What is answered to something done; a sentence when nothing was, or something else than success.
    pub(crate) fn act(&self, token: &str, path: &str, body: &Value) -> Result<Value, String> {
        let request = self.request(Method::POST, token, path).header("content-type", "application/json");
        let answer = self.read(self.agent.run(request.body(body.to_string()).map_err(|error| error.to_string())?));
        if answer.is_ok() {
            self.done.fetch_add(1, Ordering::SeqCst);
        }
        answer
    }

    /// How many acts were answered with success so far.
    pub(crate) fn done(&self) -> usize {
        self.done.load(Ordering::SeqCst)
    }

    /// Requests that were not answered, and answers that the house or what stands before it could not give.
    pub(crate) fn failures(&self) -> Vec<String> {
        self.failures.lock().expect("no client fell").clone()
    }

    /// Whether the database answers, too.
    pub(crate) fn is_ready(&self) -> bool {
        self.agent.get(format!("{}/readyz", self.origin)).call().is_ok_and(|answer| answer.status() == 200)
    }

    /// Takes a file that is handed out once.
    pub(crate) fn take_file(&self, token: &str, path: &str) -> Result<Value, String> {
        let request = self.request(Method::POST, token, path).header("content-type", "application/json");
        let answer = self.agent.run(request.body("{}").map_err(|error| error.to_string())?);
        let mut answer = answer.map_err(|error| self.failed(&error))?;
        let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok());
        if kind != Some("application/pdf") {
            return self.read(Ok(answer));
        }
        // Cut off, it was not taken.
        answer.body_mut().read_to_vec().map(|bytes| Value::from(bytes.len())).map_err(|error| self.failed(&error))
    }

    /// Sends a file in a form's field.
    pub(crate) fn send(
        &self,
        token: &str,
        path: &str,
        (field, name): (&str, &str),
        file: &[u8],
    ) -> Result<Value, String> {
        const EDGE: &str = "an-edge-that-no-file-holds";
        let head = format!(
            "--{EDGE}\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             content-type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), file, format!("\r\n--{EDGE}--\r\n").as_bytes()].concat();
        let request = self.request(Method::POST, token, path);
        let request = request.header("content-type", format!("multipart/form-data; boundary={EDGE}"));
        self.read(self.agent.run(request.body(body.as_slice()).map_err(|error| error.to_string())?))
    }

    fn request(&self, method: Method, token: &str, path: &str) -> ureq::http::request::Builder {
        let address = format!("{}/api/v1{path}", self.origin);
        Request::builder().method(method).uri(address).header("authorization", format!("Bearer {token}"))
    }

    /// A payer's browser leaves for the counter, as the page of an order says.
    pub(crate) fn leave(&self, leave: &Value) {
        let text = |name: &str| leave[name].as_str().unwrap_or_default().to_owned();
        let link = text("link");
        // Whether the bank took the order is seen in its books.
        let _ = if link.is_empty() {
            let fields = leave["fields"].as_array().cloned().unwrap_or_default();
            let fields = fields.iter().filter_map(|field| Some((field[0].as_str()?, field[1].as_str()?)));
            self.agent.post(text("action")).send_form(fields.collect::<Vec<_>>())
        } else {
            self.agent.get(link).call()
        };
    }

    fn read(&self, answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value, String> {
        let mut answer = answer.map_err(|error| self.failed(&error))?;
        let text = answer.body_mut().read_to_string().map_err(|error| self.failed(&error))?;
        // A house that is killed says nothing; one that lives has no faults.
        assert!(answer.status() != 500, "a fault: {text}");
        if answer.status().is_success() {
            return serde_json::from_str(&text).map_err(|error| error.to_string());
        }
        if answer.status().is_server_error() {
            self.failed(&text);
        }
        Err(format!("{}: {text}", answer.status()))
    }

    fn failed(&self, why: &impl ToString) -> String {
        let why = why.to_string();
        self.failures.lock().expect("no client fell").push(why.clone());
        why
    }
}
