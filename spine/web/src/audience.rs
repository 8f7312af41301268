//! Which officers a route of the organization portal is for: an extension of the request, set where the route is mounted.

use axum::http::Extensions;
use ejia_kernel::OrganizationKind;

/// The organizations whose officers a route lets in. Without a word of the route: none of the separate offices (三员分立),
/// so that a new page is closed to them until somebody opens it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Audience {
    /// All but the separate offices.
    #[default]
    Usual,
    /// Every organization.
    Everybody,
    /// Those of the Party alone, which have members.
    Party,
    /// Those of these kinds alone.
    Only(&'static [OrganizationKind]),
}

impl Audience {
    /// The audience of the route that a request has come to.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        extensions.get().copied().unwrap_or_default()
    }

    pub(crate) fn admits(self, kind: OrganizationKind) -> bool {
        match self {
            Self::Usual => !kind.is_separate(),
            Self::Everybody => true,
            Self::Party => kind.is_party(),
            Self::Only(kinds) => kinds.contains(&kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use OrganizationKind::{AuditOffice, Branch, CityCommittee, HelpDesk, SecurityOffice, SystemOffice};

    use super::*;

    #[test]
    fn a_route_is_closed_to_the_separate_offices_until_it_is_opened_to_them() {
        for kind in [SystemOffice, SecurityOffice, AuditOffice] {
            assert!(!Audience::Party.admits(kind), "{kind:?}");
            assert!(!Audience::default().admits(kind), "{kind:?}");
            assert!(Audience::Everybody.admits(kind), "{kind:?}");
        }
        for kind in [CityCommittee, Branch, HelpDesk] {
            assert!(Audience::default().admits(kind), "{kind:?}");
            assert!(!Audience::Only(&[AuditOffice]).admits(kind), "{kind:?}");
        }
        assert!(Audience::Party.admits(Branch) && !Audience::Party.admits(HelpDesk));
        assert!(Audience::Only(&[AuditOffice]).admits(AuditOffice));
    }
}
