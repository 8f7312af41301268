//! ejia-tidy
