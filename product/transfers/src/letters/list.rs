//! 【介绍信管理】: the letters an organization has issued, the latest first, found by name or number.

use std::fmt::Write;

use ejia_db::Txn;
use ejia_kernel::{Date, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Letter, LetterState};
use super::store;

/// Lines of a page.
const PAGE: usize = 50;

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct LettersAsked {
    /// Part of a name or of a number.
    pub(crate) q: String,
    /// The place the page begins after: year and sequence, `2026-12`.
    pub(crate) after: String,
}

/// A letter in a line.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct LetterLine {
    pub(crate) id: String,
    pub(crate) transfer: String,
    pub(crate) number: String,
    pub(crate) name: String,
    pub(crate) issued: String,
    pub(crate) valid_until: String,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
    /// Whether it can be declared void.
    pub(crate) out: bool,
}

impl LetterLine {
    fn of(letter: &Letter, today: Date) -> Self {
        let state = letter.state(today);
        Self {
            id: letter.id.to_string(),
            transfer: letter.transfer_id.to_string(),
            number: letter.number.clone(),
            name: letter.name.clone(),
            issued: letter.issued_at.china_date().to_string(),
            valid_until: letter.valid_until.to_string(),
            state: state.label(),
            tone: state.tone(),
            out: !matches!(state, LetterState::Void | LetterState::Answered),
        }
    }
}

/// 【介绍信管理】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct LettersView {
    pub(crate) asked: LettersAsked,
    pub(crate) lines: Vec<LetterLine>,
    pub(crate) first: Option<String>,
    pub(crate) next: Option<String>,
}

impl LettersView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, asked: LettersAsked) -> Result<Self, Problem> {
        let place = asked.after.split_once('-').and_then(|(year, n)| Some((year.parse().ok()?, n.parse().ok()?)));
        let limit = i64::try_from(PAGE).unwrap_or(i64::MAX).saturating_add(1);
        let from = place.unwrap_or((i64::MAX, i64::MAX));
        let mut found = store::of_issuer(txn, by.organization_id(), from, asked.q.trim(), limit)?;
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let today = txn.now().china_date();
        let address = |after: &str| {
            let mut text = "/office/transfers/letters?q=".to_owned();
            for byte in asked.q.trim().bytes() {
                // Writing to a String does not fail.
                let _ = write!(text, "%{byte:02X}");
            }
            text + "&after=" + after
        };
        let next = found.last().filter(|_| more);
        Ok(Self {
            lines: found.iter().map(|letter| LetterLine::of(letter, today)).collect(),
            first: place.map(|_| address("")),
            next: next.map(|last| address(&format!("{}-{}", last.year, last.sequence))),
            asked,
        })
    }
}
