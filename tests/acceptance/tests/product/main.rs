//! The product, row by row of the features, on both databases.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "tests may panic")]

mod api;
mod applicants;
mod authority;
mod bad_input;
mod channel;
mod dues_cash;
mod dues_faults;
mod dues_lists;
mod dues_paying;
mod dues_proxy;
mod dues_standards;
mod exports;
mod headers;
mod help;
mod help_desk;
mod imports;
mod limits;
mod links;
mod meeting_records;
mod meetings_agenda;
mod meetings_attendance;
mod meetings_calling;
mod member_home;
mod member_login;
mod messages;
mod moving;
mod office_login;
mod offices;
mod overview;
mod programs;
mod records;
mod second_factors;
mod sessions;
mod transfers_in;
mod transfers_out;
mod transfers_within;
mod wechat;
