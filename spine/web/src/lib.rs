//! ejia-web
