//! Letters and receipts, on both databases.

mod making;
mod numbers;
mod printing;
mod receipts;
mod verifying;
mod voiding;

use ejia_db::Desk;
use ejia_documents::SignatureKind;
use ejia_kernel::Problem;

use super::entered::LetterEntered;
use super::model::Letter;
use super::{issue, store};
use crate::tests::city::{City, Leaving, officer};

/// What the form of a letter brings.
fn entered() -> LetterEntered {
    LetterEntered {
        addressee: "中共福州市委组织部".to_owned(),
        organization: "中共福州市鼓楼区第二支部委员会".to_owned(),
        paid_to: "2026-02".to_owned(),
        days: "30".to_owned(),
        reason: "打印成黑白".to_owned(),
    }
}

/// The first committee issues a letter.
fn try_issue(desk: &Desk, city: City, who: &Leaving) -> Result<Letter, Problem> {
    let (by, id) = (officer(desk, city.committee), who.transfer);
    desk.write_now(move |txn| issue::issue(txn, &by, id, &entered(), SignatureKind::Ed25519))
}

fn issued(desk: &Desk, city: City, who: &Leaving) -> Letter {
    try_issue(desk, city, who).unwrap()
}

/// The first committee issues another one.
fn reissued(desk: &Desk, city: City, who: &Leaving) -> Letter {
    let (by, id) = (officer(desk, city.committee), who.transfer);
    desk.write_now(move |txn| issue::reissue(txn, &by, id, &entered(), SignatureKind::Ed25519)).unwrap()
}

/// A letter as it is kept now.
fn kept(desk: &Desk, letter: &Letter) -> Letter {
    let id = letter.id;
    desk.read_now(move |txn| store::load(txn, id)).unwrap().unwrap()
}
