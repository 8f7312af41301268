//! Reading .xlsx: a zip package of XML parts (ECMA-376), streamed.

mod package;
mod sheet;
mod workbook;
mod xml;

pub(crate) use package::Package;
pub(crate) use sheet::Sheet;
