//! ejia-audit
