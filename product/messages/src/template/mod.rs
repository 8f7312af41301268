//! What can be said: every template with its parameters and its sentence.

mod ways;

/// A message as it was registered with the companies that carry it. The sentence is fixed; only the parameters vary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Template {
    /// The code a member types beside his first password.
    FirstLoginCode,
    /// The code that resets a forgotten password.
    ResetCode,
    /// The code an administrator types at every login.
    AdministratorCode,
    /// An administrator has set the member's password.
    PasswordSetByAdministrator,
    /// Someone has become an administrator, or his access was set anew: change the password at once.
    AdministratorChanged,
    /// What the member changed in his record was accepted.
    RecordReviewed,
    /// What the member changed in his record was sent back.
    RecordReturned,
    /// The month's dues were set: they can be paid.
    DuesNotified,
    /// Dues were paid.
    DuesPaid,
    /// Money goes back.
    DuesRefunded,
    /// Members of the branch have owed dues for months.
    DuesOverdue,
    /// Somebody wants his dues paid by the reader.
    ProxyAsked,
    /// The one asked to pay has confirmed.
    ProxyConfirmed,
    /// The branch has delegated the reader to pay for others.
    ProxyDelegated,
    /// The branch has delegated somebody to pay the reader's dues.
    ProxyArranged,
    /// A transfer lies with the reader's organization.
    TransferAwaits,
    /// The reader's application for a transfer was sent back.
    TransferReturned,
    /// The reader has arrived in his new branch.
    TransferArrived,
    /// The reader's introduction letter can be printed.
    TransferLetterReady,
    /// The application of a reader from outside was sent back.
    TransferInReturned,
    /// A reader from outside was taken in: he is a member now.
    TransferInArrived,
    /// The code that somebody from outside types to prove his phone.
    ApplicantCode,
    /// A meeting is held; the reader is on its list.
    MeetingCalled,
    /// Time, place or way of a meeting have changed.
    MeetingChanged,
    /// A meeting is not held.
    MeetingCalledOff,
}

impl Template {
    /// All templates, in the order in which they are registered with a carrier.
    pub const ALL: [Self; 25] = [
        Self::FirstLoginCode,
        Self::ResetCode,
        Self::AdministratorCode,
        Self::PasswordSetByAdministrator,
        Self::AdministratorChanged,
        Self::RecordReviewed,
        Self::RecordReturned,
        Self::DuesNotified,
        Self::DuesPaid,
        Self::DuesRefunded,
        Self::DuesOverdue,
        Self::ProxyAsked,
        Self::ProxyConfirmed,
        Self::ProxyDelegated,
        Self::ProxyArranged,
        Self::TransferAwaits,
        Self::TransferReturned,
        Self::TransferArrived,
        Self::TransferLetterReady,
        Self::TransferInReturned,
        Self::TransferInArrived,
        Self::ApplicantCode,
        Self::MeetingCalled,
        Self::MeetingChanged,
        Self::MeetingCalledOff,
    ];

    /// The word under which a message row and a configuration file know this template.
    pub const fn code(self) -> &'static str {
        match self {
            Self::FirstLoginCode => "first_login_code",
            Self::ResetCode => "reset_code",
            Self::AdministratorCode => "administrator_code",
            Self::PasswordSetByAdministrator => "password_set_by_administrator",
            Self::AdministratorChanged => "administrator_changed",
            Self::RecordReviewed => "record_reviewed",
            Self::RecordReturned => "record_returned",
            Self::DuesNotified => "dues_notified",
            Self::DuesPaid => "dues_paid",
            Self::DuesRefunded => "dues_refunded",
            Self::DuesOverdue => "dues_overdue",
            Self::ProxyAsked => "proxy_asked",
            Self::ProxyConfirmed => "proxy_confirmed",
            Self::ProxyDelegated => "proxy_delegated",
            Self::ProxyArranged => "proxy_arranged",
            Self::TransferAwaits => "transfer_awaits",
            Self::TransferReturned => "transfer_returned",
            Self::TransferArrived => "transfer_arrived",
            Self::TransferLetterReady => "transfer_letter_ready",
            Self::TransferInReturned => "transfer_in_returned",
            Self::TransferInArrived => "transfer_in_arrived",
            Self::ApplicantCode => "applicant_code",
            Self::MeetingCalled => "meeting_called",
            Self::MeetingChanged => "meeting_changed",
            Self::MeetingCalledOff => "meeting_called_off",
        }
    }

    /// What it is, as an administrator reads it in a trace.
    pub const fn label(self) -> &'static str {
        match self {
            Self::FirstLoginCode => "首次登录验证码",
            Self::ResetCode => "重置密码验证码",
            Self::AdministratorCode => "管理员登录验证码",
            Self::PasswordSetByAdministrator => "密码已重新设置的通知",
            Self::AdministratorChanged => "管理员变更通知",
            Self::RecordReviewed => "档案审核通过的通知",
            Self::RecordReturned => "档案退回的通知",
            Self::DuesNotified => "交纳党费的通知",
            Self::DuesPaid => "党费交纳成功的通知",
            Self::DuesRefunded => "党费退回的通知",
            Self::DuesOverdue => "党员欠交党费的提醒",
            Self::ProxyAsked => "代交党费授权的通知",
            Self::ProxyConfirmed => "代交党费授权已确认的通知",
            Self::ProxyDelegated => "支部委托代交党费的通知",
            Self::ProxyArranged => "支部安排他人代交党费的通知",
            Self::TransferAwaits => "组织关系转接待办理的通知",
            Self::TransferReturned => "组织关系转移申请退回的通知",
            Self::TransferArrived => "组织关系转入完成的通知",
            Self::TransferLetterReady => "介绍信已开具的通知",
            Self::TransferInReturned => "组织关系转入申请退回的通知",
            Self::TransferInArrived => "市外党员转入完成的通知",
            Self::ApplicantCode => "组织关系转入验证码",
            Self::MeetingCalled => "会议通知",
            Self::MeetingChanged => "会议变更的通知",
            Self::MeetingCalledOff => "会议取消的通知",
        }
    }

    /// The template that [`Template::code`] names.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.code() == code)
    }

    /// The template's number with the SMS company unless the configuration names another.
    pub const fn sms_code(self) -> &'static str {
        match self {
            Self::FirstLoginCode => "SMS_326100001",
            Self::ResetCode => "SMS_326100002",
            Self::AdministratorCode => "SMS_326100003",
            Self::PasswordSetByAdministrator => "SMS_326100004",
            Self::AdministratorChanged => "SMS_326100005",
            Self::RecordReviewed => "SMS_326100006",
            Self::RecordReturned => "SMS_326100007",
            Self::DuesNotified => "SMS_326100008",
            Self::DuesPaid => "SMS_326100009",
            Self::DuesRefunded => "SMS_326100010",
            Self::DuesOverdue => "SMS_326100011",
            Self::ProxyAsked => "SMS_326100012",
            Self::ProxyConfirmed => "SMS_326100013",
            Self::ProxyDelegated => "SMS_326100014",
            Self::ProxyArranged => "SMS_326100015",
            Self::TransferAwaits => "SMS_326100016",
            Self::TransferReturned => "SMS_326100017",
            Self::TransferArrived => "SMS_326100018",
            Self::TransferLetterReady => "SMS_326100019",
            Self::TransferInReturned => "SMS_326100021",
            Self::TransferInArrived => "SMS_326100022",
            Self::ApplicantCode => "SMS_326100020",
            Self::MeetingCalled => "SMS_326100023",
            Self::MeetingChanged => "SMS_326100024",
            Self::MeetingCalledOff => "SMS_326100025",
        }
    }

    /// The parameters the sentence holds, all of them needed.
    pub const fn params(self) -> &'static [&'static str] {
        match self {
            Self::FirstLoginCode | Self::ResetCode | Self::AdministratorCode | Self::ApplicantCode => {
                &["code", "minutes"]
            }
            Self::PasswordSetByAdministrator
            | Self::AdministratorChanged
            | Self::RecordReviewed
            | Self::RecordReturned
            | Self::ProxyAsked
            | Self::ProxyConfirmed
            | Self::ProxyDelegated
            | Self::ProxyArranged
            | Self::TransferAwaits
            | Self::TransferReturned
            | Self::TransferArrived
            | Self::TransferLetterReady
            | Self::TransferInReturned
            | Self::TransferInArrived => &[],
            Self::DuesNotified => &["month", "amount"],
            Self::DuesPaid | Self::DuesRefunded => &["amount"],
            Self::DuesOverdue => &["count", "months"],
            Self::MeetingCalled | Self::MeetingChanged | Self::MeetingCalledOff => &["kind", "time"],
        }
    }

    /// The sentence as registered, with `${name}` where a parameter goes.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::FirstLoginCode => "您正在首次登录党员服务平台，验证码${code}，${minutes}分钟内有效，请勿告诉他人。",
            Self::ResetCode => {
                "您正在重置登录密码，验证码${code}，${minutes}分钟内有效。如非本人操作，请勿理会，也请勿告诉他人。"
            }
            Self::AdministratorCode => "您正在登录党组织管理平台，验证码${code}，${minutes}分钟内有效，请勿告诉他人。",
            Self::PasswordSetByAdministrator => {
                "您的登录密码已由所在党组织的管理员重新设置，请及时登录并修改。如有疑问，请联系所在党支部。"
            }
            Self::AdministratorChanged => {
                "您的党组织管理平台管理员信息已变更，请及时登录并修改密码。如有疑问，请联系上级党组织。"
            }
            Self::RecordReviewed => "您提交的档案信息已通过党支部审核，可登录后在【我的档案】中查看。",
            Self::RecordReturned => {
                "您提交的档案信息未通过党支部审核，请登录后在【我的档案】中查看原因，修改后重新提交。"
            }
            Self::DuesNotified => {
                "您${month}的党费标准已确认，应交${amount}元，请在交纳期内登录【交纳党费】交纳，或以现金交给党支部。"
            }
            Self::DuesPaid => "您已成功交纳党费${amount}元，电子收据可登录后在【交纳党费】的交纳记录中查看。",
            Self::DuesRefunded => "您交纳的党费中有${amount}元按原路退回，原因可登录后在【交纳党费】的交纳记录中查看。",
            Self::DuesOverdue => {
                "贵支部有${count}名党员已连续${months}个月未交纳党费，请登录后在【未交党费党员名单】中查看并提醒。"
            }
            Self::ProxyAsked => "有党员授权您代交党费，请登录后在【代交党费授权确认】中确认。",
            Self::ProxyConfirmed => "您的代交党费授权已被对方确认，您仍可自行交纳党费。",
            Self::ProxyDelegated => "党支部已委托您代交其他党员的党费，请登录后在【代交党费】中查看和交纳。",
            Self::ProxyArranged => {
                "党支部已委托其他党员为您代交党费，您仍可自行交纳。详情可登录后在【代交党费授权】中查看。"
            }
            Self::TransferAwaits => "有一条组织关系转接申请需要贵组织处理，请登录后在【组织关系接转】中办理。",
            Self::TransferReturned => {
                "您的组织关系转移申请已被退回，请登录后在【组织关系转移记录】中查看原因，修改后重新提交。"
            }
            Self::TransferArrived => "您的组织关系已转入新的党支部，可登录后在【组织关系转移记录】中查看。",
            Self::TransferLetterReady => {
                "您的组织关系介绍信已开具，请登录后在【组织关系转移记录】中彩色打印，只能打印一次。"
            }
            Self::TransferInReturned => {
                "您的组织关系转入申请已被退回，请在【组织关系转入】的【修改申请】中查看原因，修改后重新提交。"
            }
            Self::TransferInArrived => "您的组织关系已转入，请用本手机号登录党员服务平台核对档案，初始密码为手机号码。",
            Self::ApplicantCode => "您正在办理组织关系转入，验证码${code}，${minutes}分钟内有效，请勿告诉他人。",
            Self::MeetingCalled => {
                "您所在的党组织将于${time}召开${kind}，请登录党员服务平台，在【组织生活】-【会议】中点击【查看报名】确认是否参加。"
            }
            Self::MeetingChanged => {
                "原通知的${kind}有变更，现定于${time}召开，请登录党员服务平台，在【组织生活】-【会议】中查看。"
            }
            Self::MeetingCalledOff => "原定于${time}召开的${kind}已取消，特此告知。",
        }
    }

    /// The sentence with the parameters filled in; a parameter that is not given stays as its placeholder.
    pub fn render(self, params: &[(String, String)]) -> String {
        params.iter().fold(self.sentence().to_owned(), |sentence, (name, value)| {
            sentence.replace(&format!("${{{name}}}"), value)
        })
    }
}
