//! ejia-kernel
