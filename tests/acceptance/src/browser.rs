//! A person's browser: keeps cookies, follows links by their names, sends forms.

use std::collections::BTreeMap;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::TlsConfig;

use crate::form::Form;
use crate::outside;
use crate::page::Page;

/// A browser at one house. It has no scripts.
#[derive(Debug, Clone)]
pub struct Browser {
    agent: Agent,
    origin: String,
    cookies: BTreeMap<String, String>,
    /// Extra headers of every request.
    pub headers: Vec<(String, String)>,
    page: Option<Page>,
}

impl Browser {
    /// A browser without history, at `http://host:port`.
    pub fn new(origin: &str) -> Self {
        Self::over(origin, TlsConfig::default())
    }

    /// A browser without history that speaks TLS in this way.
    pub fn over(origin: &str, tls: TlsConfig) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_mins(1)))
            .tls_config(tls)
            .build()
            .new_agent();
        Self { agent, origin: origin.to_owned(), cookies: BTreeMap::new(), headers: Vec::new(), page: None }
    }

    /// The same browser with the same cookies at another origin.
    #[must_use]
    pub fn moved_to(&self, origin: &str) -> Self {
        Self { origin: origin.to_owned(), ..self.clone() }
    }

    /// Whether the house answers at all: not where no handshake comes about.
    pub fn reaches(&self, path: &str) -> bool {
        self.agent.get(format!("{}{path}", self.origin)).call().is_ok()
    }

    /// The page it shows.
    ///
    /// # Panics
    /// When it shows none yet.
    pub fn page(&self) -> &Page {
        self.page.as_ref().unwrap_or_else(|| panic!("the browser shows no page yet"))
    }

    /// The cookies it keeps.
    pub fn cookies(&self) -> &BTreeMap<String, String> {
        &self.cookies
    }

    /// The value of a cookie of this name, set over TLS or not.
    pub fn bears(&self, name: &str) -> Option<&str> {
        let over_tls = format!("__Host-{name}");
        self.cookies.get(name).or_else(|| self.cookies.get(&over_tls)).map(String::as_str)
    }

    /// Puts a cookie in, as if the house had.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Forgets every cookie.
    pub fn forget_cookies(&mut self) {
        self.cookies.clear();
    }

    /// Opens an address and follows where it leads.
    pub fn open(&mut self, path: &str) -> &Page {
        let answer = self.request("GET", path, &[], None);
        self.arrive(answer)
    }

    /// Clicks the link, or presses the button, with this name.
    ///
    /// # Panics
    /// When there is neither.
    pub fn click(&mut self, name: &str) -> &Page {
        if let Some(link) = self.page().link(name) {
            return self.open(&link);
        }
        let form = self.form(name);
        self.submit(&form)
    }

    /// The form that is sent by this button.
    ///
    /// # Panics
    /// When there is none.
    pub fn form(&self, button: &str) -> Form {
        let page = self.page();
        page.form(button).unwrap_or_else(|| {
            panic!("neither link nor button 【{button}】 on {} ({}): {}", page.path, page.status, page.text())
        })
    }

    /// Sends a form and follows where it leads.
    pub fn submit(&mut self, form: &Form) -> &Page {
        let answer = self.send(form);
        self.arrive(answer)
    }

    /// Sends a form and answers what came, without following.
    pub fn send(&mut self, form: &Form) -> Page {
        let action = if form.action.is_empty() { self.page().path.clone() } else { form.action.clone() };
        if form.method == "get" {
            let path = action.split('?').next().unwrap_or_default();
            return self.request("GET", &format!("{path}?{}", encoded(&form.values)), &[], None);
        }
        if form.multipart {
            let (kind, body) = multipart(form);
            return self.request("POST", &action, &[("content-type", &kind)], Some(&body));
        }
        self.post(&action, "application/x-www-form-urlencoded", encoded(&form.values).as_bytes())
    }

    /// Sends any body and answers what came, without following.
    pub fn post(&mut self, path: &str, kind: &str, body: &[u8]) -> Page {
        self.request("POST", path, &[("content-type", kind)], Some(body))
    }

    /// Asks for a path and answers what came, without following.
    pub fn get(&mut self, path: &str) -> Page {
        self.request("GET", path, &[], None)
    }

    /// One request with this browser's cookies.
    ///
    /// # Panics
    /// When the house does not answer at all.
    pub fn request(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Page {
        let path = path.strip_prefix(self.origin.as_str()).unwrap_or(path).split('#').next().unwrap_or_default();
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.origin));
        for (name, value) in headers.iter().copied().chain(self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str()))) {
            request = request.header(name, value);
        }
        if !self.cookies.is_empty() {
            let line: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header("cookie", line.join("; "));
        }
        let answer = match body {
            Some(body) => request.body(body).map(|request| self.agent.run(request)),
            None => request.body(()).map(|request| self.agent.run(request)),
        };
        let mut answer = answer
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let headers: Vec<(String, String)> = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        for (_, line) in headers.iter().filter(|(name, _)| name == "set-cookie") {
            self.keep(line);
        }
        let bytes = answer
            .body_mut()
            .with_config()
            .limit(256 << 20)
            .read_to_vec()
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let page = Page::new(answer.status().as_u16(), path.to_owned(), headers, bytes);
        if path.starts_with("/wechat") {
            let seen = outside::look_over(&page.body());
            assert!(seen.is_ok(), "{path} tells {}: {}", seen.err().unwrap_or_default(), page.body());
        }
        page
    }

    fn keep(&mut self, line: &str) {
        let pair = line.split(';').next().unwrap_or_default();
        if let Some((name, value)) = pair.split_once('=') {
            if value.is_empty() || line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    fn arrive(&mut self, answer: Page) -> &Page {
        let mut answer = answer;
        for _ in 0..10 {
            let Some(to) = answer.header("location").filter(|_| (300..400).contains(&answer.status)) else { break };
            let to = to.to_owned();
            answer = self.request("GET", &to, &[], None);
        }
        self.page.insert(answer)
    }
}

/// `name=value&…` as a form sends it.
pub fn encoded(values: &[(String, String)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => char::from(byte).to_string(),
                b' ' => "+".to_owned(),
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    values.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}

fn multipart(form: &Form) -> (String, Vec<u8>) {
    const BORDER: &str = "----ejia-acceptance-7d1f";
    let mut body = Vec::new();
    for (name, value) in &form.values {
        body.extend(format!("--{BORDER}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n").bytes());
        body.extend(value.bytes());
        body.extend(b"\r\n");
    }
    for (name, file, content) in &form.files {
        body.extend(
            format!(
                "--{BORDER}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            )
            .bytes(),
        );
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BORDER}--\r\n").bytes());
    (format!("multipart/form-data; boundary={BORDER}"), body)
}
