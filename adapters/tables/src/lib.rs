//! ejia-tables
