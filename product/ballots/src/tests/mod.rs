//! Secret votes from opening to the end of their keys, on both databases.

mod course;
mod crashes;
mod house;
mod keys;
mod parallel;
mod tampering;
