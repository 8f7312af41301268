//! Operations and pages on both databases, in a small invented city.

mod administrators;
mod applicants;
mod authenticators;
mod binding;
mod browser;
mod city;
mod computers;
mod login;
mod pages;
mod passkeys;
mod passwords;
mod phone;
mod sessions;
mod street;
mod thieves;
