//! A row of a table file as it reaches the product, and what can be wrong with the file or with one cell of it.
//!
//! The product knows rows, never file formats: `adapters/tables` turns .xls, .xlsx and .csv files into these values.

use core::fmt;

/// One row of a table that is not empty, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableRow {
    /// The row as a person counts it in the file, from 1, title lines and empty lines included.
    pub number: u32,
    /// The cells from the first column on, as text; empty cells at the end are left out.
    pub cells: Vec<String>,
    /// Cells from which nothing was taken; their text in `cells` is empty.
    pub faults: Vec<CellFault>,
}

impl TableRow {
    /// A row without faults, for tests and for rows made by the program itself.
    pub fn new(number: u32, cells: Vec<String>) -> Self {
        Self { number, cells, faults: Vec::new() }
    }

    /// The text of a cell; a cell beyond the end of the row is empty.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// What is wrong with a cell, if anything.
    pub fn fault(&self, column: usize) -> Option<&CellFault> {
        self.faults.iter().find(|fault| fault.column == column)
    }
}

/// A cell that was not taken, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellFault {
    /// The column, from 0.
    pub column: usize,
    /// What is wrong with it.
    pub kind: CellFaultKind,
}

/// Why a cell was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellFaultKind {
    /// The cell holds a formula: what it shows depends on the program that opens it.
    Formula,
    /// A number of more than fifteen digits was kept as a number, so its last digits are lost.
    LostDigits,
    /// The text is longer than any field may be.
    TooLong,
    /// The cell holds an error such as `#N/A`.
    ErrorValue,
}

impl CellFaultKind {
    /// A code for machines.
    pub fn code(self) -> &'static str {
        match self {
            Self::Formula => "formula",
            Self::LostDigits => "lost_digits",
            Self::TooLong => "too_long",
            Self::ErrorValue => "error_value",
        }
    }

    /// What is wrong and what to do, without the name of the cell and without the full stop.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Formula => "单元格里是公式，系统不读取公式。请复制该列，用“选择性粘贴—数值”粘贴后重新上传",
            Self::LostDigits => "长号码被存成了数字，末尾几位已经丢失。请把该列设为“文本”格式，填写完整号码后重新上传",
            Self::TooLong => "内容太长，请缩短到2000字以内",
            Self::ErrorValue => "单元格显示的是错误值（如 #N/A），请改成实际内容",
        }
    }
}

/// The letters by which table programs name a column: 0 is A, 25 is Z, 26 is AA.
pub fn column_letters(column: usize) -> String {
    let mut rest = column + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// Why a whole file cannot be read, or not further, or not be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableFault {
    /// The disk failed; the words are for the log.
    Unreadable(String),
    /// The file has no bytes or no cell with text.
    Empty,
    /// The file has more bytes than are read.
    FileTooLarge {
        /// The most that is read, in MiB.
        most_mb: u64,
    },
    /// The name ends in something that no table file ends in.
    WrongExtension {
        /// The ending, without the dot.
        extension: String,
    },
    /// The content is no table, whatever the name says.
    NotATable,
    /// A web page saved under the name of a table.
    WebPage,
    /// The workbook is locked with a password.
    Locked,
    /// A workbook of a version before Excel 97.
    OldFormat,
    /// A workbook whose inside does not hold together; the words are for the log.
    Damaged(String),
    /// A small file that unpacks to an enormous one.
    Bomb,
    /// More rows than are read.
    TooManyRows {
        /// The most that are read.
        most: u32,
    },
    /// A row with more columns than are read.
    TooManyColumns {
        /// Where.
        row: u32,
        /// The most that are read.
        most: usize,
    },
    /// Bytes that are text in none of the encodings that are read.
    NotText {
        /// Where.
        row: u32,
    },
    /// A zero byte in a text file.
    NulByte {
        /// Where.
        row: u32,
    },
    /// A quotation mark that is never closed.
    OpenQuote {
        /// Where it opens.
        row: u32,
    },
    /// A table cannot be written; the words are for the log.
    Unwritable(String),
}

impl TableFault {
    /// The fault in a sentence the person who sent the file can act on.
    pub fn sentence(&self) -> String {
        let fixed = match self {
            Self::FileTooLarge { most_mb } => {
                return format!("文件超过{most_mb}MB。请删去图片和无关的工作表，或者分成几个文件上传。");
            }
            Self::WrongExtension { extension } if !extension.is_empty() => {
                return format!("不能读取 .{extension} 文件。请上传 .xls、.xlsx 或 .csv 格式的表格。");
            }
            Self::TooManyRows { most } => {
                return format!("表格超过{most}行。请分成几个文件上传。");
            }
            Self::TooManyColumns { row, most } => {
                return format!("第{row}行超过{most}列。请删去右边多余的列后再上传。");
            }
            Self::NotText { row } => {
                return format!("第{row}行的文字编码无法识别。请另存为 .xlsx，或另存为UTF-8编码的 .csv 后再上传。");
            }
            Self::NulByte { row } => {
                return format!("第{row}行含有看不见的空字符，文件可能已损坏。请另存为 .xlsx 后再上传。");
            }
            Self::OpenQuote { row } => {
                return format!("第{row}行的引号没有成对。请补上或删去引号，或另存为 .xlsx 后再上传。");
            }
            Self::WrongExtension { .. } => "文件名没有扩展名。请上传 .xls、.xlsx 或 .csv 格式的表格。",
            Self::Unreadable(_) => "文件暂时无法读取，请稍后再试。",
            Self::Empty => "文件中没有内容。",
            Self::NotATable => "文件内容不是表格。请用表格软件打开确认，另存为 .xlsx 后再上传。",
            Self::WebPage => "这个文件其实是网页，只是扩展名像表格。请用表格软件打开，另存为 .xlsx 后再上传。",
            Self::Locked => "文件设有打开密码，无法读取。请取消密码后再上传。",
            Self::OldFormat => "表格的版本太旧。请用表格软件打开，另存为 .xlsx 后再上传。",
            Self::Damaged(_) => "文件已损坏，无法读取。请用表格软件打开，另存为 .xlsx 后再上传。",
            Self::Bomb => "文件解压后大得不正常，无法读取。请另存为新的表格后再上传。",
            Self::Unwritable(_) => "表格没有写成，请稍后再试。",
        };
        fixed.to_owned()
    }

    /// A code for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::Empty => "empty",
            Self::FileTooLarge { .. } => "file_too_large",
            Self::WrongExtension { .. } => "wrong_extension",
            Self::NotATable => "not_a_table",
            Self::WebPage => "web_page",
            Self::Locked => "locked",
            Self::OldFormat => "old_format",
            Self::Damaged(_) => "damaged",
            Self::Bomb => "bomb",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::NotText { .. } => "not_text",
            Self::NulByte { .. } => "nul_byte",
            Self::OpenQuote { .. } => "open_quote",
            Self::Unwritable(_) => "unwritable",
        }
    }
}

impl fmt::Display for TableFault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(detail) | Self::Unwritable(detail) | Self::Damaged(detail) => {
                write!(to, "{}: {detail}", self.code())
            }
            _ => to.write_str(self.code()),
        }
    }
}

impl core::error::Error for TableFault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_table_programs_name_them() {
        for (column, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(column_letters(column), letters);
        }
    }
}
