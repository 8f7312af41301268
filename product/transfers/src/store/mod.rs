//! Loads and saves transfers, what was done on the way, and who sees them.

mod lists;
mod parties;
mod records;
mod steps;
mod transfers;
mod waiting;

pub(crate) use lists::{Awaiting, awaiting, of_member, open_behind};
pub(crate) use parties::{Party, is_party, set_parties};
pub(crate) use records::{records, records_count, under_way};
pub(crate) use steps::{add_step, steps};
pub(crate) use transfers::{COLUMNS, insert, issuers, load, load_locked, open_of_member, save, set_issuer, transfer};
pub(crate) use waiting::{lying_at, receipts_to_come};
