//! 【代交党费授权】: a member lets another pay his dues (D8). The other is found only by who knows him.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_directory::MemberBrief;
use ejia_kernel::{DelegationId, PersonName, Phone, Problem, narrow_solid};
use ejia_web::Member;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::jobs::{self, Told};
use super::model::{Delegation, Source, State};
use super::store;

/// So many may be asked or allowed to pay for one member.
const MOST: i64 = 10;

/// Whom a member authorises: the full name, and something only an acquaintance knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Authorise {
    /// 姓名.
    pub(crate) name: String,
    /// 手机号.
    pub(crate) phone: String,
    /// 身份证号后四位.
    pub(crate) id_card_end: String,
}

/// Asks another member to pay one's dues; he has to confirm.
///
/// # Errors
/// A refusal that names the fields; `dues.payer_not_found` when nobody fits, without telling what did not fit.
pub(crate) fn authorise(txn: &mut Txn<'_>, by: &Member, input: &Authorise) -> Result<DelegationId, Problem> {
    let payer = find(txn, input)?;
    if payer.id == by.id() {
        return Err(Problem::refused("kernel.check_fields").on("name", "dues.delegation_to_self"));
    }
    if let Some(open) = store::open_between(txn, by.id(), payer.id)? {
        let holds = store::line(txn, open.id)?.is_some_and(|line| line.holds);
        if holds {
            return Err(Problem::refused("kernel.check_fields").on("name", "dues.delegation_open_already"));
        }
        // Granted by a branch that one of the two has left: it is over, and this one begins anew.
        store::end(txn, open.id, State::Revoked, None)?;
    }
    if store::open_count(txn, by.id())? >= MOST {
        return Err(Problem::refused("dues.too_many_delegations").with("most", MOST));
    }
    let id = DelegationId::new(txn.now());
    let new = Delegation {
        id,
        organization_id: by.organization_id(),
        principal_id: by.id(),
        payer_id: payer.id,
        source: Source::Member,
        state: State::Asked,
        asked_at: txn.now(),
        live_at: None,
        ended_at: None,
        ended_by: None,
    };
    store::insert(txn, &[new])?;
    record(
        txn,
        Entry::new(&by.actor(), "dues.payer_authorised")
            .about("member", by.id())
            .within(by.organization_id())
            .with("delegation", id)
            .with("payer", payer.id),
    )?;
    ejia_jobs::enqueue(txn, jobs::ASKED, Told { delegation: id })?;
    Ok(id)
}

/// The one member who fits the name and the number.
fn find(txn: &mut Txn<'_>, input: &Authorise) -> Result<MemberBrief, Problem> {
    let mut wrong = Problem::refused("kernel.check_fields");
    let name = PersonName::parse(&input.name);
    if name.is_err() {
        wrong = wrong.on("name", "dues.payer_name_needed");
    }
    let phone = narrow_solid(&input.phone);
    let end = narrow_solid(&input.id_card_end).to_ascii_uppercase();
    let number = match (phone.is_empty(), end.is_empty()) {
        (false, _) => Phone::parse(&phone).map(Known::Phone).map_err(|fault| ("phone", fault.code())),
        (true, false) if is_end(&end) => Ok(Known::End(end)),
        (true, false) => Err(("id_card_end", "dues.id_card_end_digits")),
        (true, true) => Err(("phone", "dues.payer_number_needed")),
    };
    if let Err((field, code)) = &number {
        wrong = wrong.on(field, code);
    }
    let (Ok(name), Ok(number)) = (name, number) else { return Err(wrong) };
    let found = match number {
        Known::Phone(phone) => ejia_directory::member_by_phone(txn, &phone)?
            .into_iter()
            .filter(|found| PersonName::parse(&found.name).is_ok_and(|known| known == name))
            .collect(),
        Known::End(end) => ejia_directory::members_named(txn, &name, &end)?,
    };
    match <[MemberBrief; 1]>::try_from(found) {
        Ok([only]) => Ok(only),
        Err(none) if none.is_empty() => Err(wrong.on("name", "dues.payer_not_found")),
        Err(_) => Err(wrong.on("phone", "dues.payer_ambiguous")),
    }
}

enum Known {
    Phone(Phone),
    End(String),
}

/// The last four places of an ID-card number: digits, the last one perhaps X.
fn is_end(text: &str) -> bool {
    text.len() == 4 && text.bytes().enumerate().all(|(at, byte)| byte.is_ascii_digit() || (at == 3 && byte == b'X'))
}
