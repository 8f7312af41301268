//! ejia
