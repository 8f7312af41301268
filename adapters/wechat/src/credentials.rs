//! The access token and the ticket for pages, lent for two hours and shared by all processes.
//!
//! The row in the database is the truth; nothing is kept in memory. Whoever finds it due takes the row in hand and
//! renews it, five minutes ahead; the others go on with what is there, which the service admits as long. Only when
//! nothing usable is there do they wait for the one who fetches.

use std::time::Duration;

use ejia_db::Desk;
use ejia_kernel::{Instant, Problem};

use crate::answers::Fault;
use crate::chance;
use crate::store::{self, Kept};

/// Renewed so long before its end.
const AHEAD: Duration = Duration::from_mins(5);
/// A credential that is refused and was fetched so recently is not forced anew: something else is wrong.
const FRESH: Duration = Duration::from_mins(10);
/// How long one process waits for another that is fetching, and how often it looks.
const PATIENCE: Duration = Duration::from_secs(6);
const LOOK: Duration = Duration::from_millis(40);

/// What is lent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    AccessToken,
    PageTicket,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::PageTicket => "jsapi_ticket",
        }
    }
}

/// What the service lends and for how long.
pub(crate) struct Lent {
    pub(crate) text: String,
    pub(crate) lifetime: Duration,
}

/// How a credential is fetched; `forced` when the service keeps giving one that it refuses itself.
pub(crate) type Fetch<'a> = &'a dyn Fn(bool) -> Result<Lent, Fault>;

/// The credentials of one account.
pub(crate) struct Credentials {
    desk: Desk,
    account: String,
}

impl Credentials {
    pub(crate) fn new(desk: Desk, account: &str) -> Self {
        Self { desk, account: account.to_owned() }
    }

    /// The credential as it stands, renewed when that is due.
    pub(crate) fn current(&self, kind: Kind, fetch: Fetch<'_>) -> Result<String, Fault> {
        let kept = self.kept(kind)?;
        let now = self.desk.now();
        match kept {
            Some(Kept { text, expires_at, .. }) if now < expires_at.minus(AHEAD) => Ok(text),
            Some(Kept { text, expires_at, .. }) if now < expires_at => match self.renew_if_free(kind, None, fetch) {
                Ok(Some(renewed)) => Ok(renewed),
                Ok(None) => Ok(text),
                Err(fault) => {
                    tracing::warn!(kind = kind.word(), %fault, "a credential of WeChat could not be renewed ahead");
                    Ok(text)
                }
            },
            _ => self.wait_for(kind, None, fetch),
        }
    }

    /// Another one than `refused`, which the service did not take.
    pub(crate) fn instead_of(&self, kind: Kind, refused: &str, fetch: Fetch<'_>) -> Result<String, Fault> {
        match self.kept(kind)? {
            Some(Kept { text, expires_at, .. }) if text != refused && self.desk.now() < expires_at => Ok(text),
            _ => self.wait_for(kind, Some(refused), fetch),
        }
    }

    /// Renews, or waits until whoever has the row in hand has renewed.
    fn wait_for(&self, kind: Kind, refused: Option<&str>, fetch: Fetch<'_>) -> Result<String, Fault> {
        let mut waited = Duration::ZERO;
        loop {
            if let Some(renewed) = self.renew_if_free(kind, refused, fetch)? {
                return Ok(renewed);
            }
            if waited >= PATIENCE {
                return Err(Fault::Unreachable("another process is fetching the token".to_owned()));
            }
            std::thread::sleep(LOOK);
            waited += LOOK;
            if let Some(Kept { text, expires_at, .. }) = self.kept(kind)?
                && self.desk.now() < expires_at
                && refused != Some(text.as_str())
            {
                return Ok(text);
            }
        }
    }

    /// Renews unless somebody else is at it. What others renewed meanwhile is taken as it is.
    fn renew_if_free(&self, kind: Kind, refused: Option<&str>, fetch: Fetch<'_>) -> Result<Option<String>, Fault> {
        let (account, holder) = (self.account.clone(), chance::word::<22>());
        let mine = holder.clone();
        let found = self.desk.write_now(move |txn| {
            if !store::take_in_hand(txn, &account, kind.word(), &mine)? {
                return Ok(None);
            }
            Ok(Some(store::kept(txn, &account, kind.word())?))
        });
        let Some(kept) = found.map_err(|problem| no_database(&problem))? else { return Ok(None) };
        let now = self.desk.now();
        let good = kept.as_ref().filter(|kept| match refused {
            Some(refused) => kept.text != refused && now < kept.expires_at,
            None => now < kept.expires_at.minus(AHEAD),
        });
        if let Some(good) = good {
            self.let_go(kind, holder);
            return Ok(Some(good.text.clone()));
        }
        let fetched = fetch_anew(now, kept.as_ref(), refused, fetch);
        match fetched {
            Ok(renewed) => {
                let (account, text) = (self.account.clone(), renewed.text.clone());
                let kept = move |txn: &mut ejia_db::Txn<'_>| store::keep(txn, &account, kind.word(), &holder, &renewed);
                self.desk.write_now(kept).map_err(|problem| no_database(&problem))?;
                Ok(Some(text))
            }
            Err(fault) => {
                self.let_go(kind, holder);
                Err(fault)
            }
        }
    }

    fn kept(&self, kind: Kind) -> Result<Option<Kept>, Fault> {
        let account = self.account.clone();
        self.desk.read_now(move |txn| store::kept(txn, &account, kind.word())).map_err(|problem| no_database(&problem))
    }

    /// A row that cannot be let go is overtaken after a while.
    fn let_go(&self, kind: Kind, holder: String) {
        let account = self.account.clone();
        let outcome = self.desk.write_now(move |txn| store::let_go(txn, &account, kind.word(), &holder));
        if let Err(problem) = outcome {
            tracing::warn!(%problem, "a credential of WeChat stays in hand for a while");
        }
    }
}

/// Fetches; once more and by force when the service gives again what it has refused for long.
fn fetch_anew(now: Instant, kept: Option<&Kept>, refused: Option<&str>, fetch: Fetch<'_>) -> Result<Kept, Fault> {
    let mut lent = fetch(false).map_err(beforehand)?;
    let stale = kept.is_some_and(|kept| now.since(kept.fetched_at) >= FRESH);
    if refused == Some(lent.text.as_str()) && stale {
        lent = fetch(true).map_err(beforehand)?;
    }
    Ok(Kept { text: lent.text, fetched_at: now, expires_at: now.plus(lent.lifetime) })
}

/// Without a credential the question itself was certainly not asked.
fn beforehand(fault: Fault) -> Fault {
    match fault {
        Fault::Unknown(why) => Fault::Unreachable(format!("no token: {why}")),
        Fault::Refused(code) => Fault::Unreachable(format!("no token: {code}")),
        other => other,
    }
}

/// Without the row nothing was asked.
fn no_database(problem: &Problem) -> Fault {
    tracing::error!(%problem, "the credentials of WeChat cannot be read or kept");
    Fault::Unreachable("the database".to_owned())
}
