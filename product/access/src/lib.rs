//! ejia-access
