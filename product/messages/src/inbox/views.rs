//! What 【消息】 shows.

use ejia_db::Txn;
use ejia_directory::{Leaf, Way, asking, leaf};
use ejia_kernel::{MemberId, MessageId, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::letter::Fate;
use crate::store::{self, Told};

/// Messages of a page.
const PAGE: usize = 20;

/// What is asked of the list: the page after a message, or before it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct InboxAsked {
    pub(crate) after: String,
    pub(crate) before: String,
}

/// A message as its reader sees it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct MessageLine {
    pub(crate) id: String,
    /// What it is: 会议通知.
    pub(crate) title: &'static str,
    pub(crate) sentence: String,
    pub(crate) at: String,
    pub(crate) route: &'static str,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) unread: bool,
}

impl MessageLine {
    fn of(told: &Told) -> Self {
        let fate = Fate { route: told.route, state: told.state };
        Self {
            id: told.id.to_string(),
            title: told.template.label(),
            sentence: told.template.render(&told.params),
            at: told.at.to_string(),
            route: fate.way(),
            state: told.state.label(),
            tone: fate.tone(),
            unread: told.read_at.is_none(),
        }
    }
}

/// 【消息】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct InboxView {
    pub(crate) lines: Vec<MessageLine>,
    pub(crate) first: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

impl InboxView {
    pub(crate) fn of(txn: &mut Txn<'_>, reader: MemberId, asked: &InboxAsked) -> Result<Self, Problem> {
        let InboxAsked { after, before } = asked;
        let (place, way) = if before.is_empty() { (after, Way::On) } else { (before, Way::Back) };
        let from = place.parse::<MessageId>().ok().map(|place| (place, way));
        let begun = from.is_some();
        let Leaf { lines, previous, next } =
            leaf(PAGE, from, |place, way, limit| store::inbox(txn, reader, place, way, limit))?;
        let at = |side: &str, told: &Told| asking("/member/messages", &[(side, &told.id.to_string())]);
        Ok(Self {
            first: begun.then(|| "/member/messages".to_owned()),
            previous: lines.first().filter(|_| previous).map(|told| at("before", told)),
            next: lines.last().filter(|_| next).map(|told| at("after", told)),
            lines: lines.iter().map(MessageLine::of).collect(),
        })
    }

    /// Whether something on this page has not been opened.
    pub(crate) fn unread(&self) -> bool {
        self.lines.iter().any(|line| line.unread)
    }
}
