//! UnionPay's gateway.
