//! What is shown of computers: the enrolment, its file, the list, and the reminder before a certificate runs out.

use ejia_db::Txn;
use ejia_directory::Reminder;
use ejia_kernel::{AdministratorId, Instant, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::Serialize;

use crate::operations::administrators::changeable;
use crate::operations::computers::{Enrolled, is_above_branches, own};
use crate::rules::RENEWAL_TIME;
use crate::store::computers::{self, Computer};

/// An administrator has proven who he is; his computer is to be enrolled.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct EnrolView {
    /// The token of the begun enrolment.
    pub(crate) pending: String,
    /// Where the second login is, for computers that are enrolled already.
    pub(crate) login: String,
}

/// A computer was enrolled: its file waits, its password is shown once.
#[derive(Clone, Default, Serialize, JsonSchema)]
pub(crate) struct ReadyView {
    /// The name of the computer.
    pub(crate) name: String,
    /// What the file is locked with.
    pub(crate) password: String,
    /// Opens the way to the file for a while.
    pub(crate) file: String,
    /// Where the file is taken, below `/office`.
    pub(crate) take: &'static str,
    /// Where the second login is.
    pub(crate) login: String,
    /// Whether it follows a certificate that the computer had.
    pub(crate) renewal: bool,
}

impl ReadyView {
    /// After the login on the open side.
    pub(crate) fn at_login(enrolled: Enrolled, login: String) -> Self {
        Self { take: "/login/computer/file", ..Self::inside(enrolled, login, false) }
    }

    /// Of somebody who is inside.
    pub(crate) fn inside(enrolled: Enrolled, login: String, renewal: bool) -> Self {
        let Enrolled { name, password, file } = enrolled;
        let take = "/computers/file";
        Self { name, password, file, take, login, renewal }
    }
}

/// One computer in the list.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct ComputerLine {
    /// The serial number of its certificate.
    pub(crate) serial: String,
    /// Its name.
    pub(crate) name: String,
    /// Since when it has its certificate …
    pub(crate) issued: String,
    /// … until when it holds …
    pub(crate) expires: String,
    /// … and when somebody last logged in by it.
    pub(crate) used: String,
    /// `live`, `soon` (about to run out), `expired` or `revoked`.
    pub(crate) state: &'static str,
    /// Whether it is the one that is used now.
    pub(crate) this: bool,
}

/// The computers of one administrator.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct ComputersView {
    /// Whose, if not the officer's own.
    pub(crate) whose: String,
    /// The organization he acts for.
    pub(crate) organization: String,
    /// They.
    pub(crate) computers: Vec<ComputerLine>,
    /// Whether the computer that is used now can be renewed.
    pub(crate) may_renew: bool,
    /// Whether the officer enrols computers here: one of a branch, who need not.
    pub(crate) may_enrol: bool,
}

/// The computers of the officer, or of an administrator whom he may change.
pub(crate) fn list(txn: &mut Txn<'_>, by: &Officer, of: Option<AdministratorId>) -> Result<ComputersView, Problem> {
    let mut view = ComputersView::default();
    let id = match of.filter(|id| *id != by.id()) {
        None => by.id(),
        Some(id) => {
            let other = changeable(txn, by, id)?;
            view.organization = ejia_directory::tree(txn)?.name(other.organization_id);
            view.whose = other.name;
            id
        }
    };
    let now = txn.now();
    view.may_renew = own(txn, by)?.is_some_and(|own| id == by.id() && own.expires_at.since(now) <= RENEWAL_TIME);
    view.may_enrol = id == by.id() && !is_above_branches(by.kind());
    view.computers = computers::computers_of(txn, id)?.into_iter().map(|one| line(one, by, now)).collect();
    Ok(view)
}

fn line(one: Computer, by: &Officer, now: Instant) -> ComputerLine {
    let state = match one.revoked_at {
        Some(_) => "revoked",
        None if one.expires_at <= now => "expired",
        None if one.expires_at.since(now) <= RENEWAL_TIME => "soon",
        None => "live",
    };
    ComputerLine {
        this: by.computer() == Some(one.serial.as_str()),
        serial: one.serial,
        name: one.name,
        issued: one.issued_at.china_date().to_string(),
        expires: one.expires_at.china_date().to_string(),
        used: one.used_at.map_or_else(String::new, |at| at.to_string()),
        state,
    }
}

/// What waits on the first page: the certificate of the computer that is used runs out.
pub fn reminders(txn: &mut Txn<'_>, by: &Officer) -> Result<Vec<Reminder>, Problem> {
    let now = txn.now();
    let ends = own(txn, by)?.is_some_and(|own| own.expires_at.since(now) <= RENEWAL_TIME);
    Ok(vec![Reminder {
        text: "这台电脑的加密通道证书即将到期",
        count: ends.into(),
        late: 0,
        href: "/office/computers",
        action: "去续期",
    }])
}
