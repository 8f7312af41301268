//! What an administrator was refused, in the record of acts: that somebody tries doors that are not his is seen by those who
//! read it. A refusal names the page as it is mounted and the code, never what was sent.

use ejia_audit::{Entry, record};
use ejia_kernel::{Problem, ProblemKind};

use crate::callers::Officer;
use crate::face::Facts;
use crate::site::Site;

/// Records that this was refused to him: a page that is not for him, or a thing that is not there for him. Some a minute at
/// most for each administrator, so that nobody fills the record. What he is answered does not depend on it.
pub(crate) async fn note(site: &Site, facts: &Facts, officer: Option<&Officer>, problem: &Problem) {
    let Some(officer) = officer.filter(|_| matches!(problem.kind, ProblemKind::Forbidden | ProblemKind::NotFound))
    else {
        return;
    };
    if !site.meter().records_refusal(site.desk().now(), officer.id()) {
        return;
    }
    let route = facts.route.as_ref().map_or("", |route| route.as_str());
    let entry = Entry::new(&officer.actor(), "web.refused")
        .within(officer.organization_id())
        .with("page", format!("{} {route}", facts.method))
        .with("code", problem.code);
    if let Err(problem) = site.desk().write(move |txn| record(txn, entry.clone())).await {
        tracing::warn!(%problem, "a refusal was not recorded");
    }
}
