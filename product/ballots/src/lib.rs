//! Secret votes.
