//! The product driven from outside, as people and programs drive it.
//!
//! A [`House`] is the whole product on a free port, on SQLite or PostgreSQL, with the invented city in it
//! and the sandbox of the text message company beside it. In it act [`Browser`]s without scripts: they open addresses,
//! click links by their accessible names, fill forms by their labels. So a test that passes shows that a person who
//! follows the manual's words gets there.
//!
//! Each test is a sentence and says `proves: A1 A2` with the rows of the features that it proves; `tests/tidy` reads
//! these. Each runs on both databases.

pub mod actors;
pub mod browser;
pub mod channel;
pub mod dues;
pub mod estate;
pub mod form;
pub mod ground;
pub mod house;
pub mod html;
pub mod meetings;
pub mod outside;
pub mod page;
pub mod routes;
pub mod transfers;
pub mod wechat;

pub use browser::Browser;
pub use channel::Computer;
pub use dues::Person;
pub use form::Form;
pub use ground::Database;
pub use house::House;
pub use page::Page;
