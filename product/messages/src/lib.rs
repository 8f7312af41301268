//! ejia-messages
