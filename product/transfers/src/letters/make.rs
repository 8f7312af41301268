//! The jobs of letters: make the PDF once the letter is issued, delete files that are no longer needed.

use ejia_db::{Desk, Txn};
use ejia_documents::{FileKey, Paper};
use ejia_jobs::{Handlers, JobFault};
use ejia_kernel::{LetterId, Problem, TransferId};
use serde::{Deserialize, Serialize};

use super::desk::LetterDesk;
use super::say::LetterContent;
use super::store;
use crate::jobs::{News, announce_news};

/// Makes the PDF of a letter.
const MAKE_LETTER: &str = "transfers.make_letter";
/// Deletes a file.
const FORGET_FILE: &str = "transfers.forget_file";

/// What the vault seals PDFs of letters for.
pub(super) const PDF: &str = "transfer_letter";

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct ToMake {
    letter: LetterId,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct ToForget {
    key: String,
}

/// Adds the jobs of letters.
#[must_use]
pub(crate) fn handlers(handlers: Handlers, letters: &LetterDesk) -> Handlers {
    let (making, forgetting) = (letters.clone(), letters.clone());
    handlers
        .on(MAKE_LETTER, move |job, desk| {
            let ToMake { letter } = job.payload()?;
            make(desk, &making, letter)
        })
        .on(FORGET_FILE, move |job, _| {
            let ToForget { key } = job.payload()?;
            let key: FileKey = key.parse().map_err(|_| JobFault::GiveUp("no key of a file".to_owned()))?;
            Ok(forgetting.files.delete(&key)?)
        })
}

/// Has the PDF of a letter made, after the commit.
pub(super) fn have_made(txn: &mut Txn<'_>, letter: LetterId) -> Result<(), Problem> {
    ejia_jobs::enqueue(txn, MAKE_LETTER, ToMake { letter }).map(drop)
}

/// Has a file deleted that no row names any longer, after the commit.
pub(crate) fn forget_file(txn: &mut Txn<'_>, key: &FileKey) -> Result<(), Problem> {
    ejia_jobs::enqueue(txn, FORGET_FILE, ToForget { key: key.as_str().to_owned() }).map(drop)
}

/// Sets, keeps, and only then says that the letter is ready. Run twice, the second file is thrown away.
fn make(desk: &Desk, letters: &LetterDesk, id: LetterId) -> Result<(), JobFault> {
    let unmade = desk.read_now(move |txn| {
        let letter = store::load(txn, id)?.filter(super::Letter::is_being_made);
        letter.map(|letter| LetterContent::of(txn.vault(), &letter)).transpose()
    })?;
    let Some(content) = unmade else { return Ok(()) };
    let pdf = letters.documents.set(&Paper::letter(&content.paper(&letters.origin)?)?)?;
    let key = letters.files.keep(desk.vault(), PDF, &pdf)?;
    let kept = key.clone();
    if !desk.write_now(move |txn| ready(txn, id, &kept))? {
        letters.files.delete(&key)?;
    }
    Ok(())
}

/// Marks a letter as ready and has the member told, once; answers whether it still waited for that.
fn ready(txn: &mut Txn<'_>, id: LetterId, key: &FileKey) -> Result<bool, Problem> {
    let Some(transfer) = store::set_file(txn, id, key)? else { return Ok(false) };
    tell(txn, transfer).map(|()| true)
}

fn tell(txn: &mut Txn<'_>, id: TransferId) -> Result<(), Problem> {
    let Some(transfer) = crate::store::load(txn, id)? else { return Ok(()) };
    announce_news(txn, id, transfer.version, News::LetterReady)
}
