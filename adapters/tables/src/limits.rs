//! The limits every table file is held to; each has a sentence in `TableFault` or `CellFaultKind`.

/// Bytes of a file as it lies on disk.
pub(crate) const FILE_BYTES: u64 = 64 << 20;
/// Bytes of the sheet inside an .xlsx file, unpacked.
pub(crate) const SHEET_BYTES: u64 = 1 << 30;
/// Bytes of every other part of an .xlsx file, unpacked.
pub(crate) const PART_BYTES: u64 = 128 << 20;
/// How much larger than packed a part may be, once it is larger than `RATIO_FROM`.
pub(crate) const RATIO: u64 = 200;
/// Unpacked bytes below which the ratio does not matter.
pub(crate) const RATIO_FROM: u64 = 16 << 20;
/// Files inside an .xlsx file.
pub(crate) const ENTRIES: usize = 2_000;
/// Bytes of one XML token.
pub(crate) const TOKEN_BYTES: u64 = 1 << 20;
/// Bytes of all shared texts of a workbook.
pub(crate) const STRING_BYTES: usize = 96 << 20;
/// Number of the shared texts of a workbook.
pub(crate) const STRINGS: usize = 5_000_000;
/// Cell formats of a workbook (the programs themselves allow 65,490).
pub(crate) const FORMATS: usize = 70_000;
/// Rows of a sheet.
pub(crate) const ROWS: u32 = 1_000_000;
/// Columns of a row.
pub(crate) const COLUMNS: usize = 200;
/// Characters of a cell.
pub(crate) const CELL_CHARS: usize = 2_000;
/// Bytes after which the reading of one cell stops: four for each character and some to spare.
pub(crate) const CELL_BYTES: usize = CELL_CHARS * 4 + 64;
