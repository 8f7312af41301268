//! What 【操作记录】 and 【记录校验】 show.

use ejia_audit::{Checkpoint, actions, found, standing};
use ejia_db::Txn;
use ejia_directory::{Leaf, Way, asking, leaf};
use ejia_kernel::Problem;
use ejia_web::Choice;
use schemars::JsonSchema;
use serde::Serialize;

use super::asked::RecordAsked;
use super::lines::{ActLine, Namer};
use super::store;

/// Acts on a page.
const PAGE: usize = 50;
/// Walks shown.
const WALKS: i64 = 10;
const RECORD: &str = "/office/audit/records";

/// 【操作记录】.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct RecordView {
    pub(crate) asked: RecordAsked,
    /// What can be chosen among acts.
    pub(crate) actions: Vec<Choice>,
    pub(crate) narrowed: bool,
    pub(crate) lines: Vec<ActLine>,
    pub(crate) first: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

impl RecordView {
    pub(super) fn of(txn: &mut Txn<'_>, asked: &RecordAsked, words: &dyn Fn(&str) -> String) -> Result<Self, Problem> {
        let mut choices: Vec<Choice> =
            actions(txn)?.into_iter().map(|action| Choice::of(words(&action), action)).collect();
        choices.sort_by(|one, other| one.label.cmp(&other.label));
        let (asked, narrowed) = (asked.clone(), asked.narrowed());
        let Some(wanted) = asked.wanted(txn)? else {
            return Ok(Self { asked, actions: choices, narrowed, ..Self::default() });
        };
        let from = match (asked.after.as_str(), asked.before.as_str()) {
            ("", "") => None,
            (after, "") => Some((after.to_owned(), Way::On)),
            (_, before) => Some((before.to_owned(), Way::Back)),
        };
        let begun = from.is_some();
        let Leaf { lines, previous, next } = leaf(PAGE, from, |place, way, limit| {
            found(txn, &wanted, place.map(String::as_str), way == Way::On, limit)
        })?;
        let mut namer = Namer::new(txn)?;
        let lines = lines.into_iter().map(|line| namer.line(txn, line, words)).collect::<Result<Vec<_>, _>>()?;
        let at = |place: &[(&str, &str)]| {
            let RecordAsked { from, to, who, action, subject, after: _, before: _ } = &asked;
            let mut all: Vec<(&str, &str)> =
                vec![("from", from), ("to", to), ("who", who), ("action", action), ("subject", subject)];
            all.extend(place);
            asking(RECORD, &all)
        };
        Ok(Self {
            first: begun.then(|| at(&[])),
            previous: lines.first().filter(|_| previous).map(|line| at(&[("before", &line.id)])),
            next: lines.last().filter(|_| next).map(|line| at(&[("after", &line.id)])),
            actions: choices,
            narrowed,
            lines,
            asked,
        })
    }
}

/// One walk over the chain.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct WalkLine {
    pub(crate) asked: String,
    pub(crate) by: String,
    pub(crate) ended: String,
    pub(crate) whole: bool,
    pub(crate) sentence: String,
}

/// A walk that is under way.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub(crate) struct UnderWay {
    pub(crate) done: i64,
    pub(crate) total: i64,
}

/// 【记录校验】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ChainView {
    pub(crate) number: i64,
    pub(crate) hash: String,
    pub(crate) sealed_at: String,
    pub(crate) waiting: i64,
    pub(crate) under_way: Option<UnderWay>,
    pub(crate) walks: Vec<WalkLine>,
    /// How checkpoints name this house, and the key that checks them.
    pub(crate) installation: String,
    pub(crate) public_key: String,
}

impl ChainView {
    pub(super) fn of(txn: &mut Txn<'_>) -> Result<Self, Problem> {
        let (now, standing) = (txn.now(), standing(txn)?);
        let walks = store::last(txn, WALKS)?;
        let under_way = walks.first().filter(|walk| walk.is_under_way(now));
        let under_way = under_way.map(|walk| UnderWay { done: walk.done, total: walk.total });
        let key = ejia_audit::PublicKey::of(txn.vault());
        let mut lines = Vec::new();
        for walk in walks {
            let by = ejia_directory::administrator(txn, walk.administrator_id)?;
            lines.push(WalkLine {
                asked: walk.asked_at.to_string(),
                by: by.map_or_else(|| "已删除的管理员".to_owned(), |by| by.name),
                ended: walk.ended_at.map(|at| at.to_string()).unwrap_or_default(),
                whole: walk.whole,
                sentence: walk.sentence,
            });
        }
        Ok(Self {
            number: standing.number,
            sealed_at: if standing.number == 0 { String::new() } else { standing.at.to_the_second() },
            hash: standing.hash,
            waiting: standing.waiting,
            under_way,
            walks: lines,
            installation: key.installation(),
            public_key: key.pem(),
        })
    }
}

/// The latest checkpoint as a file: its name and what it holds.
pub(super) fn checkpoint(txn: &mut Txn<'_>) -> Result<(String, Vec<u8>), Problem> {
    let checkpoint = Checkpoint::now(txn)?.ok_or_else(|| Problem::not_found("oversight.nothing_sealed"))?;
    Ok((format!("ejia-checkpoint-{}.json", checkpoint.number), format!("{checkpoint}\n").into_bytes()))
}
