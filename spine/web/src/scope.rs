//! What a token of an organization opens: each scope a few routes, and a route without one nothing.

use std::net::IpAddr;

use axum::http::Extensions;
use ejia_kernel::labelled;

use crate::way::Way;

/// How every such token begins, so that it is told from a session's, and found where it was left lying by mistake.
pub const TOKEN_MARK: &str = "ejia_";

labelled! {
    /// 接口权限: what a token of an organization may be used for.
    pub enum Scope {
        /// The organizations under it, and who may issue letters.
        Organizations => "organizations:read", "党组织信息（只读）";
        /// Members and their records, masked as on the pages.
        Members => "members:read", "党员信息（只读）";
        /// Dues: standards, what was paid, what was not.
        Dues => "dues:read", "党费（只读）";
        /// Organisation life: meetings, attendance, registers.
        Meetings => "meetings:read", "组织生活（只读）";
        /// Transfers of members.
        Transfers => "transfers:read", "组织关系转移（只读）";
        /// Tables made to be taken away.
        Exports => "exports:make", "数据导出";
    }
}

/// Which routes tokens open: a scope, and its routes as `GET /office/members`.
pub type ScopeTable = &'static [(Scope, &'static [&'static str])];

/// The scope of the route that a request has come to: an extension, set where the route is mounted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OfRoute(pub(crate) Scope);

impl OfRoute {
    pub(crate) fn of(extensions: &Extensions) -> Option<Scope> {
        extensions.get::<Self>().map(|route| route.0)
    }
}

/// What somebody bears who knocks, how he has come, and what he wants.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// The token, whatever it is worth.
    pub token: String,
    /// Over which way he has come.
    pub way: Way,
    /// From which address.
    pub address: IpAddr,
    /// The scope of the route he has come to; without one no organization's token opens it.
    pub scope: Option<Scope>,
}

impl Bearer {
    /// Whether it is the token of an organization and not that of a session.
    pub(crate) fn speaks_for_organization(&self) -> bool {
        is_of_organization(&self.token)
    }
}

/// Whether a token says that it is one of an organization.
pub(crate) fn is_of_organization(token: &str) -> bool {
    token.starts_with(TOKEN_MARK)
}
