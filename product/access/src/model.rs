//! The nouns of access: accounts, what people type to say who they are, names of their own for administrators.

use ejia_audit::Actor;
use ejia_kernel::{AdministratorId, ApplicantId, IdCardNumber, MemberId, OrganizationCode, Phone, Problem, narrow};

/// Something that can be logged in to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Account {
    /// A member's, in the member portal.
    Member(MemberId),
    /// An administrator's, in the organization portal.
    Administrator(AdministratorId),
    /// That of somebody from outside who applies to come in: it has no password, a code to his phone opens it.
    Applicant(ApplicantId),
}

impl Account {
    /// The word for it in tables and in the audit record.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Member(_) => "member",
            Self::Administrator(_) => "administrator",
            Self::Applicant(_) => "applicant",
        }
    }

    /// Its id as text.
    pub fn id(self) -> String {
        match self {
            Self::Member(id) => id.to_string(),
            Self::Administrator(id) => id.to_string(),
            Self::Applicant(id) => id.to_string(),
        }
    }

    /// The account of that kind and id, as tables hold them.
    pub(crate) fn from_columns(kind: &str, id: &str) -> Result<Self, Problem> {
        match kind {
            "member" => id.parse().map(Self::Member).map_err(Problem::fault),
            "administrator" => id.parse().map(Self::Administrator).map_err(Problem::fault),
            "applicant" => id.parse().map(Self::Applicant).map_err(Problem::fault),
            _ => Err(Problem::fault("an account of an unknown kind")),
        }
    }

    /// How the audit record names him who acts from this account.
    pub const fn actor(self) -> Actor {
        match self {
            Self::Member(id) => Actor::Member(id),
            Self::Administrator(id) => Actor::Administrator(id),
            Self::Applicant(id) => Actor::Applicant(id),
        }
    }
}

/// Where a session was opened, and the only place where it counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Door {
    /// On the web.
    #[default]
    Web,
    /// Under `/wechat`, on a phone.
    Phone,
}

impl Door {
    /// The word for it in tables.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Phone => "phone",
        }
    }

    /// The door of that word.
    pub(crate) fn from_code(code: &str) -> Result<Self, Problem> {
        [Self::Web, Self::Phone]
            .into_iter()
            .find(|door| door.code() == code)
            .ok_or_else(|| Problem::fault("a door of an unknown kind"))
    }
}

/// From where somebody comes in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Came {
    /// Where his session will count.
    pub(crate) door: Door,
    /// What he comes with, in a few words (`device::named`).
    pub(crate) device: String,
    /// Whether the house keeps an encrypted channel.
    pub(crate) channel: bool,
    /// The computer he has come from over it.
    pub(crate) computer: Option<String>,
}

/// Which door somebody knocks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// 【党员登录】.
    Member,
    /// 【党组织登录】.
    Office,
}

/// What a member typed to say who he is: 身份证号或手机号码.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Login {
    /// His ID-card number.
    IdCard(IdCardNumber),
    /// His phone.
    Phone(Phone),
    /// Nothing that could be anybody.
    Nobody,
}

impl Login {
    /// Reads what was typed; a text that is neither is nobody's.
    pub(crate) fn parse(text: &str) -> Self {
        Phone::parse(text)
            .map(Self::Phone)
            .or_else(|_| IdCardNumber::parse(text).map(Self::IdCard))
            .unwrap_or(Self::Nobody)
    }
}

/// One spelling for all ways to type the same login: failures are counted by it.
pub(crate) fn spelled(login: &str) -> String {
    narrow(login)
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .take(64)
        .collect::<String>()
        .to_lowercase()
}

/// 用户名: letters and digits, told apart without regard to capitals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserName(String);

impl UserName {
    /// Reads a user name; the code of the refusal says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = narrow(text).trim().to_lowercase();
        if text.is_empty() {
            return Err("kernel.required");
        }
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err("access.user_name_letters_digits");
        }
        if !(3..=32).contains(&text.len()) {
            return Err("access.user_name_length");
        }
        // Organization codes open the first administrator's account; nobody may take one for his name.
        if OrganizationCode::parse(&text).is_ok() {
            return Err("access.user_name_taken_by_code");
        }
        Ok(Self(text))
    }

    /// The name, in small letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_found_by_id_card_number_or_phone_however_typed() {
        assert!(matches!(Login::parse(" １３８ 0013 8003 "), Login::Phone(_)));
        assert!(matches!(Login::parse("11010519491231002x"), Login::IdCard(_)));
        assert!(matches!(Login::parse("11010519491231002１"), Login::Nobody));
        assert!(matches!(Login::parse(""), Login::Nobody));
        assert_eq!(spelled("１３８ 0013-8003"), "13800138003");
        assert_eq!(spelled(" 11010519491231002X"), "11010519491231002x");
        assert_eq!(spelled(&"x".repeat(10_000)).len(), 64);
    }

    #[test]
    fn a_user_name_has_letters_and_digits_only_and_is_no_organization_code() {
        assert_eq!(UserName::parse("  Lin２０ ").unwrap().as_str(), "lin20");
        assert_eq!(UserName::parse(""), Err("kernel.required"));
        assert_eq!(UserName::parse("lin-1"), Err("access.user_name_letters_digits"));
        assert_eq!(UserName::parse("林一"), Err("access.user_name_letters_digits"));
        assert_eq!(UserName::parse("ab"), Err("access.user_name_length"));
        assert_eq!(UserName::parse(&"a".repeat(33)), Err("access.user_name_length"));
        assert_eq!(UserName::parse("350200000001"), Err("access.user_name_taken_by_code"));
    }
}
