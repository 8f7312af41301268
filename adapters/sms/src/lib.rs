//! ejia-sms
