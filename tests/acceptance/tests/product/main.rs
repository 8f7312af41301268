//! The product, row by row of the features, on both databases.

#![expect(missing_docs, reason = "tests are sentences")]

mod bad_input;
mod links;
mod member_login;
mod office_login;
mod roles;
