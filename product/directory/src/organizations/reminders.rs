//! What waits for an administrator, as his first page tells him: each room says so itself.

use ejia_db::Txn;
use ejia_kernel::Problem;
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::Serialize;

/// Something that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reminder {
    /// What: 转出申请待审核.
    pub text: &'static str,
    /// How many.
    pub count: i64,
    /// How many of them are late.
    pub late: i64,
    /// Where it is done …
    pub href: &'static str,
    /// … and what the link there says.
    pub action: &'static str,
}

/// Answers what waits for an officer in one room. His first page asks on every visit, so it is one cheap question.
pub type Reminds = fn(&mut Txn<'_>, &Officer) -> Result<Vec<Reminder>, Problem>;

/// Who is asked for what waits, in the order in which it is shown. A part of the site, put together by the app: the
/// directory knows none of the rooms that stand on it.
#[derive(Clone, Debug, Default)]
pub struct Reminders(Vec<Reminds>);

impl Reminders {
    /// With one more room.
    #[must_use]
    pub fn with(mut self, room: Reminds) -> Self {
        self.0.push(room);
        self
    }

    /// Everything that waits for this officer.
    pub(super) fn of(&self, txn: &mut Txn<'_>, by: &Officer) -> Result<Vec<Reminder>, Problem> {
        let mut all = Vec::new();
        for room in &self.0 {
            all.extend(room(txn, by)?.into_iter().filter(|reminder| reminder.count > 0));
        }
        Ok(all)
    }
}
