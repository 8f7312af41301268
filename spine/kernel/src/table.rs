//! What a table file is to those who read its rows, whatever format it came in.

/// One row of a table file, its cells as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// The row as a person counts in the file: the first line is 1.
    pub number: u32,
    /// The cells, left to right.
    pub cells: Vec<String>,
}

/// Why a table file cannot be read, or not further.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableFault {
    /// None of the formats that are read.
    #[error("not a table file")]
    NotATable,
    /// A format that is read, but damaged.
    #[error("damaged: {0}")]
    Damaged(String),
    /// Locked with a password.
    #[error("locked with a password")]
    Locked,
    /// No row with anything in it.
    #[error("empty")]
    Empty,
    /// More bytes, packed or unpacked, than are read.
    #[error("larger than {most_mb} MB")]
    TooLarge {
        /// The most that is read.
        most_mb: u64,
    },
    /// More rows than are read.
    #[error("more than {most} rows")]
    TooManyRows {
        /// The most that are read.
        most: u32,
    },
    /// More columns than are read.
    #[error("row {row}: more than {most} columns")]
    TooManyColumns {
        /// Where.
        row: u32,
        /// The most that are read.
        most: u32,
    },
    /// A cell longer than is read.
    #[error("row {row}, column {column}: longer than {most} characters")]
    CellTooLong {
        /// Where.
        row: u32,
        /// Where, counted from 1.
        column: u32,
        /// The most that is read.
        most: u32,
    },
    /// Bytes that are text in none of the encodings that are read.
    #[error("row {row}: neither UTF-8 nor GB18030")]
    NotText {
        /// Where.
        row: u32,
    },
    /// The disk failed.
    #[error("cannot be read: {0}")]
    Disk(String),
}

impl TableFault {
    /// The fault in a sentence a person can act on.
    pub fn sentence(&self) -> String {
        match self {
            Self::NotATable => "这不是表格文件。请上传 .xls、.xlsx 或 .csv 文件。".to_owned(),
            Self::Damaged(_) => {
                "文件已损坏，无法读取。请用表格软件打开后另存一份，再上传。".to_owned()
            }
            Self::Locked => "文件设有密码，无法读取。请取消密码后再上传。".to_owned(),
            Self::Empty => "文件中没有内容。".to_owned(),
            Self::TooLarge { most_mb } => {
                format!("文件内容过大，最多{most_mb}MB。请分成几个文件上传。")
            }
            Self::TooManyRows { most } => {
                format!("表格行数过多，最多{most}行。请分成几个文件上传。")
            }
            Self::TooManyColumns { row, most } => {
                format!("第{row}行的列数过多，最多{most}列。请删去多余的列。")
            }
            Self::CellTooLong { row, column, most } => {
                format!("第{row}行第{column}列的内容过长，最多{most}个字。")
            }
            Self::NotText { row } => format!(
                "第{row}行的文字无法识别。请将文件另存为UTF-8或GB18030编码的 .csv 文件，再上传。"
            ),
            Self::Disk(_) => "文件暂时无法读取，请稍后再试。".to_owned(),
        }
    }
}
