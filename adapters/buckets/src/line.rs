//! The line to a bucket: plain blocking HTTP under time-outs, tried again while trying again may help.

use std::thread;
use std::time::Duration;

use ejia_documents::FilesAway;
use ureq::http::Response;
use ureq::{Agent, Body};

/// A whole request takes no longer, its body included.
const PATIENCE: Duration = Duration::from_mins(5);
/// Until the bucket takes the connection.
const KNOCKING: Duration = Duration::from_secs(5);
/// Until it begins to answer, once it has everything.
const THINKING: Duration = Duration::from_secs(30);
/// The pauses before further tries.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(500)];
/// No file of ours and no list is longer.
const LONGEST: u64 = 1024 * 1024 * 1024;

/// What a bucket answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// What tells this state of a file from others.
    pub(crate) tag: Option<String>,
    /// Whether what was put lies there as one version of several.
    pub(crate) is_version: bool,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The word in which a bucket says why not; empty where it says nothing.
    pub(crate) fn code(&self) -> &str {
        let said = str::from_utf8(&self.body).ok().and_then(|text| text.split_once("<Code>"));
        said.and_then(|(_, rest)| rest.split_once("</Code>")).map_or("", |(code, _)| code)
    }

    /// Whether the bucket says that it has no such file. That there is no bucket, or nothing at this address, is another
    /// matter: nobody may take a file for gone that cannot be had.
    pub(crate) fn is_no_file(&self) -> bool {
        self.status == 404 && self.code() == "NoSuchKey"
    }

    /// What was answered instead of what was asked for.
    pub(crate) fn unexpected(&self) -> FilesAway {
        let code = self.code();
        let why = format!("the bucket answered {} {code}", self.status);
        if self.status == 507 || code.contains("Full") || code.contains("Quota") {
            FilesAway::Full(why)
        } else {
            FilesAway::Away(why)
        }
    }

    /// Whether asking again may help.
    pub(crate) fn is_stumbling(&self) -> bool {
        matches!(self.status, 429 | 500 | 502 | 503 | 504)
    }
}

pub(crate) fn agent() -> Agent {
    Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .timeout_connect(Some(KNOCKING))
        .timeout_recv_response(Some(THINKING))
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .user_agent("ejia")
        .build()
        .new_agent()
}

/// Asks, and again where the line broke or the bucket asks for patience. Who has waited in vain does not wait again.
pub(crate) fn asked(ask: impl Fn() -> Result<Response<Body>, ureq::Error>) -> Result<Answer, FilesAway> {
    for pause in PAUSES {
        match answered(ask()) {
            Ok(answer) if answer.is_stumbling() => tracing::warn!(status = answer.status, "the bucket stumbles"),
            Ok(answer) => return Ok(answer),
            Err(error @ ureq::Error::Timeout(_)) => return Err(away(error)),
            Err(error) => tracing::warn!(%error, "the bucket does not answer"),
        }
        thread::sleep(pause);
    }
    answered(ask()).map_err(away)
}

fn answered(answer: Result<Response<Body>, ureq::Error>) -> Result<Answer, ureq::Error> {
    let mut answer = answer?;
    let told = |name| answer.headers().get(name).and_then(|told| told.to_str().ok()).map(str::to_owned);
    let (tag, version) = (told("etag"), told("x-amz-version-id"));
    let body = answer.body_mut().with_config().limit(LONGEST).read_to_vec()?;
    // Where versions are no longer kept, what is put is the version `null`.
    let is_version = version.is_some_and(|version| version != "null");
    Ok(Answer { status: answer.status().as_u16(), tag, is_version, body })
}

#[expect(clippy::needless_pass_by_value, reason = "reads better as the argument of map_err")]
pub(crate) fn away(error: impl ToString) -> FilesAway {
    FilesAway::Away(format!("the bucket: {}", error.to_string()))
}
