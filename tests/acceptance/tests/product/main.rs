//! The product, row by row of the features, on both databases.

#![expect(missing_docs, reason = "tests are sentences")]

mod bad_input;
mod help_desk;
mod links;
mod member_login;
mod moving;
mod office_login;
mod records;
mod roles;
