//! Which routes tokens of organizations open, each scope its own. What is not named here is closed to them.

use ejia_web::{Scope, ScopeTable};

/// Reading alone, but for what makes a table to be taken away. What changes nothing and yet is not here is not for programs: forms,
/// what an administrator has of his own, and what holds more of a person than a list shows.
pub(crate) const OPEN: ScopeTable = &[
    (Scope::Organizations, &["GET /office/organizations", "GET /office/organizations/{id}"]),
    (Scope::Members, &["GET /office/members", "GET /office/members/{id}", "GET /office/departed"]),
    (
        Scope::Dues,
        &[
            "GET /office/dues/standards",
            "GET /office/dues/unpaid",
            "GET /office/dues/records",
            "GET /office/dues/records/members/{id}",
            "GET /office/dues/totals",
            "GET /office/payments/orders",
            "GET /office/payments/orders/{id}",
        ],
    ),
    (
        Scope::Meetings,
        &[
            "GET /office/meetings",
            "GET /office/meetings/calendar",
            "GET /office/meetings/overview",
            "GET /office/meetings/register",
            "GET /office/meetings/groups",
            "GET /office/meetings/{id}",
            "GET /office/meetings/{id}/agenda",
            "GET /office/meetings/{id}/attendance",
            "GET /office/meetings/{id}/people",
            "GET /office/meetings/{id}/record",
        ],
    ),
    (
        Scope::Transfers,
        &[
            "GET /office/transfers/in",
            "GET /office/transfers/out",
            "GET /office/transfers/records",
            "GET /office/transfers/letters",
            "GET /office/transfers/{id}",
        ],
    ),
    (
        Scope::Exports,
        &[
            "GET /office/statistics",
            "POST /office/statistics",
            "POST /office/transfers/records/export",
            "POST /office/meetings/register/export",
            "GET /office/documents",
            "GET /office/documents/{id}",
            "GET /office/documents/{id}/file",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_that_tokens_open_is_there_and_is_opened_once() {
        let sets = crate::house::routes();
        let there: Vec<String> = sets
            .iter()
            .flat_map(|set| set.list())
            .filter(|(portal, ..)| *portal == "office")
            .map(|(_, method, path)| format!("{method} {path}"))
            .collect();
        let mut opened: Vec<&str> = OPEN.iter().flat_map(|(_, routes)| routes.iter().copied()).collect();
        for route in &opened {
            assert!(there.iter().any(|one| one == route), "{route}");
        }
        opened.sort_unstable();
        let (all, once) = (opened.len(), {
            opened.dedup();
            opened.len()
        });
        assert_eq!(all, once);
    }
}
