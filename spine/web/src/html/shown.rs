//! What every template sees beside its view: who looks, where, what was just done or refused.

use ejia_kernel::Instant;

use super::form::Form;
use super::frame::{Closing, Fixed, Menu, Notices, Opening, Refused, Top};
use super::refusal::Refusal;

/// The caller as pages show him: `caller` in templates. Before a login everything is empty.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "what a page may ask of its caller, each by itself")]
pub struct Card<'a> {
    /// His name; an applicant's masked phone.
    pub name: &'a str,
    /// The organization he acts for; empty for all but officers.
    pub organization: &'a str,
    /// `member`, `applicant`, or the kind of his organization by its code.
    pub kind: &'static str,
    /// `member`, `office`, `applicant`, or empty for nobody.
    pub portal: &'static str,
    /// Whether he sits at the help desk.
    pub help_desk: bool,
    /// Whether his organization is one of the Party.
    pub party: bool,
    /// Whether his organization may allocate members.
    pub committee: bool,
    /// Whether his organization is a branch.
    pub branch: bool,
    /// Whether every page reminds him to change his password.
    pub remind_password: bool,
}

impl Card<'_> {
    /// Whether somebody has logged in.
    pub fn known(&self) -> bool {
        !self.portal.is_empty()
    }
}

/// What a template sees beside `view`, by these names.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The title of the window and the heading of the page.
    pub title: &'a str,
    /// The path of the request.
    pub path: &'a str,
    /// The path as it was mounted, with its ids unnamed: `/office/members/{id}`.
    pub(crate) route: &'a str,
    /// The root of the portal's links: `/member`, `/wechat`, `/office`, `/transfers/in`, `/wechat/transfers/in`, or empty.
    pub base: &'static str,
    /// `front`, `member`, `office` or `applicant`.
    pub portal: &'static str,
    /// Who looks.
    pub caller: Card<'a>,
    /// The forms of the page.
    pub form: Form<'a>,
    /// What was refused, if something was.
    pub problem: Option<&'a Refusal>,
    /// The time of the house.
    pub now: Instant,
    /// Whether it is a page inside WeChat.
    pub phone: bool,
    /// Whether the letters are large (关怀版).
    pub large: bool,
    /// A whole page, or only its content for htmx.
    pub whole: bool,
    /// What has just been done, said once.
    pub(crate) said: Option<&'a str>,
    pub(crate) fixed: &'a Fixed,
}

impl<'a> Shown<'a> {
    /// The hidden token's value, for the rare form that is written by hand.
    pub fn csrf(&self) -> &'a str {
        self.form.csrf
    }

    /// The name of the city, without 市.
    pub fn city(&self) -> &'a str {
        &self.fixed.city
    }

    /// Whether the page stands at `href` or below it.
    pub fn within(&self, href: &str) -> bool {
        self.path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The address of 帮助中心 that answers first what is asked on this page. It names the route alone: ids are `-`.
    pub fn help(&self) -> String {
        let root = if self.phone { "/wechat/help" } else { "/help" };
        if self.route.is_empty() || self.within(root) {
            return root.to_owned();
        }
        let part = |part: &'a str| if part.starts_with('{') { "-" } else { part };
        format!("{root}?at={}", self.route.split('/').map(part).collect::<Vec<_>>().join("/"))
    }

    /// From the doctype to where a page may add to the head.
    pub fn opening(&self) -> Opening<'_> {
        Opening(self)
    }

    /// From the end of the head to the place above the heading.
    pub fn top(&self) -> Top<'_> {
        Top(self)
    }

    /// What has just been done, and what the caller is reminded of.
    pub fn notices(&self) -> Notices<'_> {
        Notices(self)
    }

    /// What was refused, with a way to each field.
    pub fn refused(&self) -> Refused<'_> {
        Refused(self.problem)
    }

    /// The menu of the caller's portal.
    pub fn menu(&self) -> Menu<'_> {
        Menu(self)
    }

    /// What stands below the content.
    pub fn closing(&self) -> Closing<'_> {
        Closing(self)
    }

    pub(crate) fn fixed(&self) -> &Fixed {
        self.fixed
    }
}
