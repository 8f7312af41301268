//! Access: who is who, and how he proves it.
//!
//! # Passwords
//!
//! A password is kept as an argon2id hash, made on a few threads of its own ([`Hash`]). *No row* in `member_password` or
//! `administrator_password` means that the first password still stands: a member's is his phone number, an
//! administrator's is 123456. The first password alone opens nothing: a code goes to the phone, and a password of one's
//! own must be set before the first session opens. A member without a phone has no first password; an administrator of
//! his branch, or above, sets one, which must be changed at its first use.
//!
//! # Knocking
//!
//! A try is counted as a failure *before* it is checked and taken back when it was right, so that a hundred tries at
//! once get no further than five one after the other. Failures are counted by what was typed, whether an account lives
//! behind it or not, and by address. Every try costs one verification. So the answer, its time and the lock are the same
//! for an unknown account and a wrong password.
//!
//! Checking costs 30 ms, far too long for a transaction. A login is therefore three steps: count and find the account
//! (a write), check (on the password threads), and go on (a second write, which looks again whether the account is still
//! what was checked).
//!
//! # Challenges
//!
//! A login that waits for a code is a row of `challenge`; the page holds its token. The code is six digits, lives five
//! minutes, may be tried five times and is used once; a phone gets one a minute, five an hour, ten a day. A forgotten
//! password makes a challenge for everybody who asks; whether a code goes out, only the phone knows.
//!
//! # Second factors
//!
//! Beside the code to his phone an administrator may have an authenticator app (`totp`, RFC 6238). Its secret lies sealed,
//! counts once one of its codes was typed, and is shown to nobody from then on; a code opens once. Whoever has one is asked
//! for it after the password, and may ask for a code to his phone instead: the phone always remains. Ten codes on paper stand
//! for the app; of them keyed indexes are kept. A passkey (`passkeys`, WebAuthn) signs the token of the begun login; it is an offer
//! to browsers with scripts, at the origins that the site names ([`PasskeyOrigins`]). Each change goes to the phone; a reset by somebody above forgets it all.
//!
//! # Applicants
//!
//! Somebody from outside who applies to come in (组织关系转入) has no account and no password: a code to his phone opens a
//! session, today and whenever he comes again ([`prove_phone`](operations::prove_phone)). Whoever types a phone gets the
//! same answer and makes nothing but a challenge, which holds the phone sealed; a row of `applicant` is written once the
//! code is right. How long one without an application stays is the business of who keeps the applications.
//!
//! # Sessions
//!
//! A session is a row found by the hash of its token; [`SessionDoor`] asks for it on every request with one point select
//! that brings the caller along. It ends by logging out, after 30 minutes (office, applicant) or 60 (member) without a
//! request, after 12 hours, when the password is changed elsewhere, and when five newer ones are open. A member's session
//! counts at the door where it was opened: on the web, or on the phone under `/wechat`, each with its own cookie.
//!
//! # Binding
//!
//! Inside WeChat a member is known by his WeChat once he has bound it (身份绑定), with his ID-card number and a password
//! that he has set himself: one member has one WeChat, one WeChat is one member's, and two unique keys say so. Unbinding is
//! for the web; whoever follows the official account no more is unbound by its event ([`account_event`]), which is heard
//! once and, when it is older than the binding, not at all. Either ends all sessions of his phone. Who has left the list is
//! reached no more; his row stays, and gives way when somebody else binds the same WeChat.
//!
//! A phone is sent to WeChat with a state (`/wechat/enter`) and comes back with state and code (`/wechat/oauth`). The row
//! of a phone on its way is found by the state and the browser's mark (a cookie) together, once, for ten minutes; so a state that was stolen or sent
//! to somebody else is none. The code goes to WeChat ([`OfficialAccount`]) outside any transaction. Whose WeChat is bound
//! gets a session; for the others a row with the sealed OpenID waits under a new mark for 【身份绑定】, whose tries count at
//! the door of the login.
//!
//! # Computers
//!
//! Where the house keeps an encrypted channel ([`Channel`]), organizations above branch level exist on it alone. On the open
//! listener a right login of such an administrator opens no session: it begins the enrolment of his computer, once for
//! each, with a certificate that an adapter makes ([`Certificates`]). Over the channel certificate and password let him in,
//! if the certificate is his. A session that was opened there counts on that computer and nowhere else; a computer that is
//! shut out is out with its next request, because every request asks for it ([`computer_stands`]).
//!
//! # Tokens
//!
//! A program reads for an organization with a token ([`接口令牌`](operations::organization_tokens)) that one of its administrators
//! has made with his password: for some scopes, some days and, if he likes, some addresses. It is kept as a hash, opens the
//! routes that are declared for its scopes and no others, speaks in its maker's name and ends with him. Where there is an
//! encrypted channel, it comes in from a computer of its organization.
//!
//! # Administrators
//!
//! Who acts for an organization stands in the directory; adding the second, correcting, resetting and removing are here,
//! under 【党组织管理】→【管理员信息】.

mod channel;
mod device;
mod doorkeeper;
mod jobs;
mod model;
mod official;
mod operations;
mod pages;
mod passkeys;
mod passwords;
mod rules;
mod schema;
mod store;
mod tokens;
mod totp;
mod views;

#[cfg(test)]
mod tests;

use ejia_db::Txn;
use ejia_kernel::{ApplicantId, Instant, Phone, Problem};

pub use channel::{AuthorityKeys, Certificates, Channel, ComputerOrder, RevokedComputer, Trust};
pub use doorkeeper::SessionDoor;
pub use jobs::{channel_handlers, handlers};
pub use model::{Account, UserName};
pub use official::{AccountEvent, EntryFault, OfficialAccount, WechatEntry};
pub use operations::binding::{account_event, reach};
pub use operations::prove_phone::admit_applicant;
pub use operations::sessions::{open_phone_session, open_session};
pub use pages::{applicant, front, member, office, routes};
pub use passkeys::PasskeyOrigins;
pub use passwords::Hash;
pub use schema::{BLOBS, MIGRATIONS};
pub use views::computers::reminders as computer_reminders;
pub use views::organization_tokens::reminders as token_reminders;

/// The Chinese sentences of this crate's refusals, notices and audit actions.
pub const TEXTS: &str = include_str!("texts.toml");

/// Sets an account's password as if its owner had finished his first login: for the demo's city and for tests.
pub fn set_password(txn: &mut Txn<'_>, account: Account, hash: &Hash) -> Result<(), Problem> {
    operations::finish_first_login::set_own_password(txn, account, hash)
}

/// Whether the computer whose certificate has this serial number may come in, asked on every request over the channel.
pub fn computer_stands(txn: &mut Txn<'_>, serial: &str) -> Result<bool, Problem> {
    Ok(store::computers::standing(txn, serial)?.is_some())
}

/// Which state of authorities and shut-out computers this is; it grows.
pub fn channel_version(txn: &mut Txn<'_>) -> Result<i64, Problem> {
    Ok(store::computers::version(txn)?)
}

/// What a listener of the channel goes by now. A write: it makes the first authority where there is none.
pub fn channel_trust(txn: &mut Txn<'_>, certificates: &dyn Certificates) -> Result<Trust, Problem> {
    operations::authorities::trust(txn, certificates)
}

/// Adds an authority that issues certificates from now on; answers its number. `at_once` shuts out every computer, for a
/// key that is known to a stranger.
pub fn rotate_authority(txn: &mut Txn<'_>, certificates: &dyn Certificates, at_once: bool) -> Result<i64, Problem> {
    operations::authorities::rotate(txn, certificates, at_once)
}

/// Whether the first password of an account still stands.
pub fn first_password_stands(txn: &mut Txn<'_>, account: Account) -> Result<bool, Problem> {
    Ok(store::password(txn, account, false)?.is_none())
}

/// The phone that an applicant has proven to be his, for letters to him.
pub fn applicant_phone(txn: &mut Txn<'_>, id: ApplicantId) -> Result<Option<Phone>, Problem> {
    store::applicants::phone(txn, id)
}

/// Applicants who came before `before` and are not logged in, behind this one in order; a page of them. Whoever keeps
/// their applications says which of them are to be forgotten.
pub fn idle_applicants(
    txn: &mut Txn<'_>,
    before: Instant,
    behind: Option<ApplicantId>,
) -> Result<Vec<ApplicantId>, Problem> {
    Ok(store::applicants::idle(txn, before, behind)?)
}

/// Forgets an applicant and his phone.
pub fn forget_applicant(txn: &mut Txn<'_>, id: ApplicantId) -> Result<(), Problem> {
    Ok(store::applicants::forget(txn, id)?)
}
