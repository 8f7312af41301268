//! Client, callback and sandbox over a real wire.

mod callbacks;
mod calls;
mod clients;
mod credentials;
mod letters;
mod people;
mod phones;
mod wire;
