//! Operations and pages on both databases, in a small invented city.

mod administrators;
mod applicants;
mod city;
mod login;
mod pages;
mod passwords;
mod sessions;
