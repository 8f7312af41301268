//! Alipay's open platform.
