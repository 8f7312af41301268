//! A letter as a capability writes it, and the states it goes through.

use ejia_kernel::{AdministratorId, ApplicantId, Instant, MemberId, Phone, Problem, labelled};

use crate::template::Template;

/// The longest parameter the SMS companies let through.
const PARAM_CHARS: usize = 35;

/// Something to be told to one person.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The number to send to; a member without one may still be reached by WeChat, and reads it on the platform.
    pub to: Option<Phone>,
    /// What is said.
    pub template: Template,
    /// What goes into the sentence: exactly the template's parameters.
    pub params: Vec<(&'static str, String)>,
    /// The account it concerns.
    pub about: Option<About>,
    /// A second letter with the same key is the same letter and is not sent again.
    pub key: Option<String>,
    /// Not to be sent from this instant on, even if the template's own life is longer.
    pub until: Option<Instant>,
}

/// The account a letter concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A member.
    Member(MemberId),
    /// An administrator.
    Administrator(AdministratorId),
    /// Somebody from outside who applies to come in.
    Applicant(ApplicantId),
}

impl About {
    /// The kind of account, as the audit record names it.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Member(_) => "member",
            Self::Administrator(_) => "administrator",
            Self::Applicant(_) => "applicant",
        }
    }

    /// The account's id as text.
    pub(crate) fn id(self) -> String {
        match self {
            Self::Member(id) => id.to_string(),
            Self::Administrator(id) => id.to_string(),
            Self::Applicant(id) => id.to_string(),
        }
    }
}

impl Letter {
    /// A letter that only says its sentence.
    pub fn new(to: impl Into<Option<Phone>>, template: Template) -> Self {
        Self { to: to.into(), template, params: Vec::new(), about: None, key: None, until: None }
    }

    /// With a parameter of the sentence.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a number or a text is written as it is, without &")]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.params.push((name, value.to_string()));
        self
    }

    /// Concerning an account.
    #[must_use]
    pub fn about(mut self, about: About) -> Self {
        self.about = Some(about);
        self
    }

    /// Sent once for this key, however often it is asked for.
    #[must_use]
    pub fn once(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Not to be sent from this instant on.
    #[must_use]
    pub fn until(mut self, end: Instant) -> Self {
        self.until = Some(end);
        self
    }

    /// The instant from which a letter written now is not sent any more.
    pub(crate) fn end(&self, now: Instant) -> Instant {
        let life = now.plus(self.template.life());
        self.until.map_or(life, |until| until.min(life))
    }

    /// The member who reads this in his messages: whom it concerns, unless it is a code.
    pub(crate) const fn reader(&self) -> Option<MemberId> {
        match self.about {
            Some(About::Member(member)) if !self.template.is_code() => Some(member),
            _ => None,
        }
    }

    /// Refuses a letter that nobody could get, a letter whose parameters do not fit its template, or that would tell the carrier what must stay
    /// inside (R1). All are mistakes of the program, so they are faults.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        if self.to.is_none() && self.reader().is_none() {
            return Err(Problem::fault(format!("the letter {} leads to nobody", self.template.code())));
        }
        let expected = self.template.params();
        let given = |name: &&str| self.params.iter().filter(|(known, _)| known == name).count() == 1;
        if self.params.len() != expected.len() || !expected.iter().all(given) {
            return Err(Problem::fault(format!("the letter {} wants {expected:?}", self.template.code())));
        }
        for (name, value) in &self.params {
            if value.chars().count() > PARAM_CHARS || value.is_empty() {
                return Err(Problem::fault(format!("parameter {name} is empty or longer than {PARAM_CHARS}")));
            }
            if longest_digits(value) >= 11 {
                return Err(Problem::fault(format!("parameter {name} looks like a phone or ID-card number")));
            }
        }
        Ok(())
    }
}

/// The length of the longest run of digits, white space and dashes inside it not counted.
fn longest_digits(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for letter in text.chars() {
        if letter.is_numeric() {
            run += 1;
            longest = longest.max(run);
        } else if !letter.is_whitespace() && letter != '-' {
            run = 0;
        }
    }
    longest
}

labelled! {
    /// How far a message has come.
    pub enum State {
        /// Not yet with anybody who carries it.
        Waiting => "waiting", "待发送";
        /// Being handed over; when it stays so, nobody knows whether it was taken.
        Sending => "sending", "发送中";
        /// Taken by whoever carries it.
        Sent => "sent", "已发送";
        /// Arrived.
        Delivered => "delivered", "已送达";
        /// Refused or lost.
        Failed => "failed", "发送失败";
        /// Outlived before it could be sent.
        Expired => "expired", "已过期";
        /// Nobody will ever know whether it was taken.
        Unknown => "unknown", "结果未知";
    }
}

labelled! {
    /// The way a message goes.
    pub enum Route {
        /// Pushed by the official account to who is bound to it.
        WeChat => "wechat", "微信";
        /// A text message.
        Sms => "sms", "短信";
        /// It can be read on the platform, and no other way leads to him.
        Site => "site", "站内消息";
    }
}

/// How a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// Which way …
    pub route: Route,
    /// … and how far.
    pub state: State,
}

impl Fate {
    /// The way as it is shown: what still waits has gone no way yet.
    pub const fn way(self) -> &'static str {
        match self.state {
            State::Waiting | State::Expired => "",
            _ => self.route.label(),
        }
    }

    /// Way and state in words: 微信已送达.
    pub fn words(self) -> String {
        format!("{}{}", self.way(), self.state.label())
    }

    /// The tone of its badge.
    pub const fn tone(self) -> &'static str {
        match self.state {
            State::Delivered => "good",
            State::Waiting | State::Sending | State::Unknown => "wait",
            State::Failed | State::Expired => "bad",
            State::Sent => "plain",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(template: Template) -> Letter {
        Letter::new(Phone::parse("13800138003").unwrap(), template)
    }

    #[test]
    fn a_letter_carries_exactly_the_parameters_of_its_sentence() {
        assert!(letter(Template::ResetCode).with("code", "301122").with("minutes", 5).check().is_ok());
        assert!(letter(Template::ResetCode).with("code", "301122").check().is_err());
        assert!(letter(Template::ResetCode).with("code", "1").with("code", "2").check().is_err());
        assert!(letter(Template::RecordReviewed).with("code", "301122").check().is_err());
        assert!(letter(Template::RecordReviewed).check().is_ok());
    }

    #[test]
    fn no_phone_and_no_id_card_number_leaves_in_a_parameter() {
        for told in
            ["13800138003", "138 0013 8003", "11010519491231002X", "电话138-0013-8003", "１３８００１３８００３"]
        {
            let letter = letter(Template::ResetCode).with("code", told).with("minutes", 5);
            assert!(letter.check().is_err(), "{told}");
        }
    }

    #[test]
    fn every_state_and_template_is_found_by_its_code() {
        for state in State::ALL {
            assert_eq!(State::from_code(state.code()), Some(*state));
        }
        for template in Template::ALL {
            assert_eq!(Template::from_code(template.code()), Some(template));
            for name in template.params() {
                assert!(template.sentence().contains(&format!("${{{name}}}")), "{}", template.code());
            }
            assert_eq!(template.sentence().matches("${").count(), template.params().len());
        }
    }
}
