//! What is done with orders and their money: one verb a file.

pub(crate) mod cash;
pub(crate) mod disbelieve;
pub(crate) mod explain;
pub(crate) mod give_back;
pub(crate) mod look_after_refund;
pub(crate) mod open;
pub(crate) mod reverse_cash;
pub(crate) mod send_back;
pub(crate) mod settle;
pub(crate) mod take;
pub(crate) mod told_of_refund;
