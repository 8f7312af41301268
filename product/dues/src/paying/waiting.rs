//! What waits for a member about dues, as his first page tells it: what he owes today.

use ejia_db::Txn;
use ejia_directory::Waiting;
use ejia_kernel::{Fen, Problem};
use ejia_web::Member;

use super::owed::owed;

/// What the member owes today, earlier months with it.
///
/// # Errors
/// A fault of the database.
pub fn waiting(txn: &mut Txn<'_>, by: &Member) -> Result<Vec<Waiting>, Problem> {
    let found = owed(txn, &[by.id()])?.into_iter().next().filter(|owed| owed.total() > Fen::ZERO);
    let waiting = found.map(|owed| Waiting {
        text: format!("待交党费{}元", owed.total()),
        remark: match owed.arrears.len() {
            0 => String::new(),
            months => format!("含需补交的{months}笔"),
        },
        href: "/member/dues".to_owned(),
    });
    Ok(waiting.into_iter().collect())
}
