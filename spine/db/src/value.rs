//! Values that go into statements and come out of rows, the same on both databases.

use ejia_kernel::{
    AdministratorId, ApplicantId, AttachmentId, AuditId, BillId, CaseId, ChangeId, Date, DelegationId, DocumentId,
    EntryId, Fen, GroupId, ImportId, Instant, ItemId, JobId, LetterId, MeetingId, MemberId, MessageId, Month, OrderId,
    OrganizationId, PaymentId, ReceiptId, RefundId, SessionId, TokenId, TransferId, UploadId,
};

use crate::DbError;
use crate::postgres::Cells;

/// A parameter of a statement or a column of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// `BIGINT`.
    Int(i64),
    /// `BOOLEAN`; SQLite keeps it as 0 or 1.
    Bool(bool),
    /// `TEXT`.
    Text(String),
    /// `BLOB`.
    Blob(Vec<u8>),
}

/// Builds the parameters of a statement: `txn.execute(sql, &args![id, name])`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { [$($crate::Value::from($value)),*] };
}

macro_rules! value_from {
    ($($type:ty => $build:expr),* $(,)?) => { $(
        impl From<$type> for Value {
            fn from(value: $type) -> Self { ($build)(value) }
        }
    )* };
}

value_from! {
    i64 => Value::Int,
    i32 => |v| Value::Int(i64::from(v)),
    u32 => |v| Value::Int(i64::from(v)),
    u8 => |v| Value::Int(i64::from(v)),
    bool => Value::Bool,
    String => Value::Text,
    &str => |v: &str| Value::Text(v.to_owned()),
    &String => |v: &String| Value::Text(v.clone()),
    Vec<u8> => Value::Blob,
    &[u8] => |v: &[u8]| Value::Blob(v.to_vec()),
    &Vec<u8> => |v: &Vec<u8>| Value::Blob(v.clone()),
    Instant => |v: Instant| Value::Int(v.ms()),
    Date => |v: Date| Value::Text(v.to_string()),
    Month => |v: Month| Value::Text(v.to_string()),
    Fen => |v: Fen| Value::Int(v.fen()),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// What a column can be read as.
pub trait FromValue: Sized {
    /// Turns a column into this type.
    ///
    /// # Errors
    /// [`DbError::Column`] when the column holds another kind of value.
    fn from_value(value: Value) -> Result<Self, DbError>;
}

fn unexpected<T>(value: &Value) -> DbError {
    let found = match value {
        Value::Null => "NULL",
        Value::Int(_) => "an integer",
        Value::Bool(_) => "a boolean",
        Value::Text(_) => "a text",
        Value::Blob(_) => "a blob",
    };
    DbError::Column(format!("expected {}, found {found}", std::any::type_name::<T>()))
}

impl FromValue for Value {
    fn from_value(value: Value) -> Result<Self, DbError> {
        Ok(value)
    }
}

impl FromValue for i64 {
    fn from_value(value: Value) -> Result<Self, DbError> {
        match value {
            Value::Int(v) => Ok(v),
            other => Err(unexpected::<Self>(&other)),
        }
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> Result<Self, DbError> {
        match value {
            Value::Bool(v) => Ok(v),
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            other => Err(unexpected::<Self>(&other)),
        }
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Result<Self, DbError> {
        match value {
            Value::Text(v) => Ok(v),
            other => Err(unexpected::<Self>(&other)),
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value) -> Result<Self, DbError> {
        match value {
            Value::Blob(v) => Ok(v),
            other => Err(unexpected::<Self>(&other)),
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Result<Self, DbError> {
        match value {
            Value::Null => Ok(None),
            other => T::from_value(other).map(Some),
        }
    }
}

impl FromValue for Instant {
    fn from_value(value: Value) -> Result<Self, DbError> {
        i64::from_value(value).map(Instant::from_ms)
    }
}

impl FromValue for Fen {
    fn from_value(value: Value) -> Result<Self, DbError> {
        i64::from_value(value).map(Fen::new)
    }
}

macro_rules! parsed_from_text {
    ($($type:ty),* $(,)?) => { $(
        impl FromValue for $type {
            fn from_value(value: Value) -> Result<Self, DbError> {
                let text = String::from_value(value)?;
                text.parse().map_err(|_| DbError::Column(format!("not a {}", stringify!($type))))
            }
        }
    )* };
}

parsed_from_text!(Date, Month);

macro_rules! ids {
    ($($id:ty),* $(,)?) => {
        $(
            impl From<$id> for Value {
                fn from(id: $id) -> Self { Value::Text(id.to_string()) }
            }
            impl From<&$id> for Value {
                fn from(id: &$id) -> Self { Value::Text(id.to_string()) }
            }
        )*
        parsed_from_text!($($id),*);
    };
}

ids!(
    MemberId,
    OrganizationId,
    AdministratorId,
    ApplicantId,
    SessionId,
    TokenId,
    JobId,
    AuditId,
    MessageId,
    ImportId,
    CaseId,
    UploadId,
    ChangeId,
    BillId,
    DelegationId,
    DocumentId,
    OrderId,
    PaymentId,
    RefundId,
    EntryId,
    LetterId,
    ReceiptId,
    TransferId,
    AttachmentId,
    GroupId,
    ItemId,
    MeetingId,
);

/// One row of an answer.
pub struct Row<'a>(pub(crate) AnyRow<'a>);

pub(crate) enum AnyRow<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(Cells<'a>),
}

impl Row<'_> {
    /// Reads column `index` (from 0).
    ///
    /// # Errors
    /// [`DbError::Column`] when there is no such column or it holds another type.
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T, DbError> {
        let value = match &self.0 {
            AnyRow::Sqlite(row) => sqlite_column(row, index)?,
            AnyRow::Postgres(cells) => cells.get(index)?,
        };
        T::from_value(value).map_err(|error| match error {
            DbError::Column(text) => DbError::Column(format!("column {index}: {text}")),
            other => other,
        })
    }
}

fn sqlite_column(row: &rusqlite::Row<'_>, index: usize) -> Result<Value, DbError> {
    use rusqlite::types::ValueRef;
    Ok(match row.get_ref(index)? {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(v) => Value::Int(v),
        ValueRef::Real(_) => return Err(DbError::Column(format!("column {index} is a float"))),
        ValueRef::Text(bytes) => Value::Text(
            std::str::from_utf8(bytes).map_err(|_| DbError::Column(format!("column {index} is not UTF-8")))?.to_owned(),
        ),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
    })
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(v) => ValueRef::Integer(*v),
            Self::Bool(v) => ValueRef::Integer(i64::from(*v)),
            Self::Text(v) => ValueRef::Text(v.as_bytes()),
            Self::Blob(v) => ValueRef::Blob(v),
        }))
    }
}
