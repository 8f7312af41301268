//! Secret votes from opening to the end of their keys, on both databases.

mod attack;
mod course;
mod crashes;
mod evidence;
mod house;
mod keys;
mod parallel;
mod tampering;
mod traces;
