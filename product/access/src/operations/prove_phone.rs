//! 【组织关系转入】: somebody from outside proves that a phone is his, and comes in as an applicant. Nothing tells what else
//! the phone is known for, and until the code is right nothing is kept but the challenge.

use ejia_audit::{Actor, Entry, record};
use ejia_db::Txn;
use ejia_kernel::{ApplicantId, Phone, Problem};

use super::challenges::{self, Purpose};
use super::sessions::open_from;
use super::{Ended, knock};
use crate::model::{Account, Came};
use crate::rules::ADDRESS_FAILURES;
use crate::store::{self, Challenge, applicants};

/// Sends a code to a phone; answers the token of what was begun. What is asked for counts against the limits of the
/// phone, as it was typed, and of the address.
pub(crate) fn request(txn: &mut Txn<'_>, phone: &Phone, address: &str) -> Result<String, Problem> {
    count(txn, phone, address)?;
    challenges::begin_for_phone(txn, phone, Purpose::Applicant)
}

/// Sends another code for what was begun.
pub(crate) fn request_again(txn: &mut Txn<'_>, pending: &str, address: &str) -> Result<Phone, Problem> {
    let challenge = challenges::find(txn, pending, Purpose::Applicant, true)?;
    let phone = phone_of(txn, &challenge)?;
    count(txn, &phone, address)?;
    challenges::send_again_blind(txn, challenge, Purpose::Applicant, &phone)?;
    Ok(phone)
}

/// The phone of what was begun, when its page is shown again.
pub(crate) fn awaited(txn: &mut Txn<'_>, pending: &str) -> Result<Phone, Problem> {
    let challenge = challenges::find(txn, pending, Purpose::Applicant, false)?;
    phone_of(txn, &challenge)
}

/// Opens a session if the code is right; answers its token. Who comes for the first time becomes an applicant now.
pub(crate) fn prove_phone(
    txn: &mut Txn<'_>,
    pending: &str,
    code: &str,
    address: &str,
    came: &Came,
) -> Result<Ended<String>, Problem> {
    let challenge = challenges::find(txn, pending, Purpose::Applicant, true)?;
    let door = knock::address_door(txn, address);
    knock::count(txn, &door, ADDRESS_FAILURES, "access.tries_too_many")?;
    let challenge = match challenges::try_code(txn, challenge, code)? {
        Ended::Done(challenge) => challenge,
        Ended::Refused(problem) => {
            record(txn, Entry::new(&Actor::Visitor, "access.wrong_code"))?;
            return Ok(Ended::Refused(problem));
        }
    };
    knock::forgive(txn, &door, txn.now())?;
    let phone = phone_of(txn, &challenge)?;
    store::end_challenge(txn, &challenge.token_hash)?;
    let id = admit_applicant(txn, &phone)?;
    open_from(txn, Account::Applicant(id), came).map(Ended::Done)
}

/// The applicant whose phone this is, known from now on if he was not before: for the demo's city and for tests, which
/// have no phone to send a code to.
pub fn admit_applicant(txn: &mut Txn<'_>, phone: &Phone) -> Result<ApplicantId, Problem> {
    let new = ApplicantId::new(txn.now());
    Ok(applicants::admit(txn, new, phone)?)
}

fn count(txn: &mut Txn<'_>, phone: &Phone, address: &str) -> Result<(), Problem> {
    let asked = txn.vault().index("access.applicant_asked", phone.expose());
    challenges::allow(txn, &asked)?.map_err(challenges::too_many)?;
    let door = txn.vault().index("access.applicant_address", address);
    knock::count(txn, &door, ADDRESS_FAILURES, "access.code_too_many")
}

fn phone_of(txn: &Txn<'_>, challenge: &Challenge) -> Result<Phone, Problem> {
    let sealed = challenge.phone_sealed.as_deref().ok_or_else(challenges::gone)?;
    applicants::opened(txn.vault(), sealed)
}
