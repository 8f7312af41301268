//! ejia-db
