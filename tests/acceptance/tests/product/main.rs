//! The product, row by row of the features, on both databases.

mod bad_input;
mod help_desk;
mod imports;
mod links;
mod member_login;
mod moving;
mod office_login;
mod records;
mod roles;
