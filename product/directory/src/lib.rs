//! ejia-directory
