//! ejia-acceptance
