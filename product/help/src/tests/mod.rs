//! Tests of the handbook: that it is whole, that it is true to the pages, that it is found.

mod finding;
mod reading;
