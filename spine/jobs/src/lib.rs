//! ejia-jobs
