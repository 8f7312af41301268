//! Reading .xls: BIFF8 records ([MS-XLS]) in a stream of a compound file ([MS-CFB]).

mod compound;
mod records;
mod sheet;
mod strings;

pub(crate) use compound::{Compound, SIGNATURE};
pub(crate) use sheet::Sheet;
