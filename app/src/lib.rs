//! The whole product in one program, put together: what the binary, the acceptance tests and the measurements use.

pub mod backup;
pub mod bench;
pub mod city;
mod closing;
pub mod commands;
pub mod demo_city;
mod front;
pub mod house;
pub mod log;
pub mod notify;
pub mod sandbox;
mod schema;
pub mod sealed;
pub mod secure;
pub mod serving;
pub mod settings;
mod tokens;
pub mod traces;
pub mod wechat;
