//! What a letter says: gathered when it is issued, sealed in its row, taken out again to be set.

use ejia_directory::{Member, load};
use ejia_documents::{IntroducedMember, LetterPaper, OldCommittee};
use ejia_kernel::{Date, IdCardNumber, MemberId, MemberKind, Month, PersonName, Problem, Sex, Vault};
use serde::{Deserialize, Serialize};

use super::model::{Letter, Letterhead};
use super::token::Token;

/// What the vault seals it for.
pub(crate) const PURPOSE: &str = "transfer_letter.content";

/// What a letter says, with the two codes that stand on it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LetterContent {
    pub(crate) number: String,
    /// The number of the letter whose place it takes.
    pub(crate) replaces: Option<String>,
    pub(crate) addressee: String,
    pub(crate) person: Person,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) dues_paid_to: Option<Month>,
    pub(crate) valid_days: u16,
    pub(crate) issuer: String,
    pub(crate) issued_on: Date,
    /// The committee the receipt goes back to.
    pub(crate) committee: Letterhead,
    pub(crate) check: String,
    pub(crate) receipt: String,
}

/// The member, as his record said on the day of issue.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    name: String,
    sex: Sex,
    born_on: Date,
    ethnic_group: String,
    kind: MemberKind,
    id_card: String,
    contact: String,
}

impl Person {
    /// A member who is on the list.
    ///
    /// # Errors
    /// `transfers.member_departed`.
    pub(super) fn of(txn: &mut ejia_db::Txn<'_>, id: MemberId) -> Result<Self, Problem> {
        let member = load(txn, id)?.filter(|member| member.departed.is_none());
        let Member { record, .. } = member.ok_or_else(|| Problem::conflict("transfers.member_departed"))?;
        let phone = record.phone.as_ref().map(|phone| phone.expose().to_owned());
        Ok(Self {
            name: record.name.to_string(),
            sex: record.sex,
            born_on: record.born_on,
            ethnic_group: record.ethnic_group.label().to_owned(),
            kind: record.kind,
            id_card: record.id_card.expose().to_owned(),
            contact: phone.unwrap_or(record.landline),
        })
    }
}

impl LetterContent {
    /// As it is sealed and signed.
    pub(super) fn json(&self) -> Result<String, Problem> {
        serde_json::to_string(self).map_err(Problem::fault)
    }

    /// Sealed, for the row.
    pub(super) fn sealed(vault: &Vault, json: &str) -> Vec<u8> {
        vault.seal(PURPOSE, json)
    }

    /// The text that was sealed in a letter's row.
    pub(super) fn unsealed(vault: &Vault, letter: &Letter) -> Result<String, Problem> {
        vault.open(PURPOSE, &letter.content)
    }

    /// What a letter says.
    pub(crate) fn of(vault: &Vault, letter: &Letter) -> Result<Self, Problem> {
        serde_json::from_str(&Self::unsealed(vault, letter)?).map_err(Problem::fault)
    }

    /// As it is set on paper; its codes lead to `origin`.
    pub(super) fn paper(self, origin: &str) -> Result<LetterPaper, Problem> {
        let Self {
            number,
            replaces,
            addressee,
            person: Person { name, sex, born_on, ethnic_group, kind, id_card, contact },
            from,
            to,
            dues_paid_to,
            valid_days,
            issuer,
            issued_on,
            committee: Letterhead { word: _, seal, address, phone, fax, postcode },
            check,
            receipt,
        } = self;
        let name = PersonName::parse(&name).map_err(|_| Problem::fault("a letter without a name"))?;
        let id_card =
            IdCardNumber::parse(&id_card).map_err(|_| Problem::fault("a letter without an ID-card number"))?;
        let spelt = Token::read(&check).ok_or_else(|| Problem::fault("a letter without its code"))?.spelt();
        Ok(LetterPaper {
            number,
            replaces,
            addressee,
            member: IntroducedMember { name, sex, born_on, ethnic_group, kind, id_card, contact },
            from,
            to,
            dues_paid_to,
            valid_days,
            issuer,
            issued_on,
            committee: OldCommittee { name: seal, address, phone, fax, postcode },
            check_address: format!("{origin}/letters/{check}"),
            check_code: spelt,
            receipt_address: format!("{origin}/letters/receipts/{receipt}"),
        })
    }
}
