//! The letters the company has taken, and how they read on a phone.

use std::collections::VecDeque;
use std::time::Duration;

use ejia_kernel::Instant;
use serde::Serialize;

/// How many letters the company remembers.
const MEMORY: usize = 10_000;

/// A letter in the company's books.
#[derive(Clone)]
pub(super) struct Letter {
    pub(super) to: String,
    pub(super) text: String,
    pub(super) template_code: String,
    pub(super) out_id: String,
    pub(super) biz_id: String,
    pub(super) at: Instant,
    /// 1 on its way, 2 lost, 3 arrived.
    pub(super) status: i64,
    pub(super) err_code: String,
}

/// A text message as its reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InboxLine {
    /// The number it was sent to.
    pub to: String,
    /// What it says.
    pub text: String,
    /// When it was sent, RFC 3339 in China time.
    pub at: String,
}

/// Remembers a letter; the oldest is forgotten when there are too many.
pub(super) fn remember(letters: &mut VecDeque<Letter>, letter: Letter) {
    if letters.len() == MEMORY {
        letters.pop_front();
    }
    letters.push_back(letter);
}

/// Notes what became of a letter.
pub(super) fn note(letters: &mut VecDeque<Letter>, biz_id: &str, status: i64, err_code: &str) {
    if let Some(letter) = letters.iter_mut().rev().find(|letter| letter.biz_id == biz_id) {
        letter.status = status;
        err_code.clone_into(&mut letter.err_code);
    }
}

/// The inbox, newest first. A letter that was lost never arrived.
pub(super) fn lines(letters: &VecDeque<Letter>, phone: Option<&str>) -> Vec<InboxLine> {
    letters
        .iter()
        .rev()
        .filter(|letter| letter.status != 2 && phone.is_none_or(|phone| letter.to == phone))
        .map(|letter| InboxLine { to: letter.to.clone(), text: letter.text.clone(), at: rfc3339(letter.at) })
        .collect()
}

/// Why this number may not get another letter now, in the company's words.
pub(super) fn limit(letters: &VecDeque<Letter>, phone: &str, now: Instant) -> Option<&'static str> {
    let since = |span: u64| {
        let from = now.minus(Duration::from_secs(span));
        letters.iter().rev().filter(|letter| letter.to == phone && letter.at > from).count()
    };
    if since(24 * 60 * 60) >= 10 {
        Some("触发天级流控Permits:10")
    } else if since(60 * 60) >= 5 {
        Some("触发小时级流控Permits:5")
    } else if since(60) >= 1 {
        Some("触发分钟级流控Permits:1")
    } else {
        None
    }
}

/// To the second, as programs read it.
fn rfc3339(at: Instant) -> String {
    Instant::from_ms(at.ms() - at.ms().rem_euclid(1000)).rfc3339()
}
