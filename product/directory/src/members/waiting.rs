//! What waits for a member, as his first page tells him: each room says so itself.

use ejia_db::Txn;
use ejia_kernel::Problem;
use ejia_web::Member;
use schemars::JsonSchema;
use serde::Serialize;

/// Something that waits for a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Waiting {
    /// What: 2026年3月党费待交.
    pub text: String,
    /// More about it, in small letters; may be empty.
    pub remark: String,
    /// Where it is done.
    pub href: String,
}

/// Answers what waits for a member in one room. His first page asks on every visit, so it is one cheap question.
pub type Waits = fn(&mut Txn<'_>, &Member) -> Result<Vec<Waiting>, Problem>;

/// Who is asked for what waits, in the order in which it is shown. A part of the site, put together by the app: the
/// directory knows none of the rooms that stand on it.
#[derive(Clone, Debug, Default)]
pub struct Rooms(Vec<Waits>);

impl Rooms {
    /// With one more room.
    #[must_use]
    pub fn with(mut self, room: Waits) -> Self {
        self.0.push(room);
        self
    }

    /// Everything that waits for this member.
    pub(super) fn of(&self, txn: &mut Txn<'_>, by: &Member) -> Result<Vec<Waiting>, Problem> {
        let mut all = Vec::new();
        for room in &self.0 {
            all.extend(room(txn, by)?);
        }
        Ok(all)
    }
}
