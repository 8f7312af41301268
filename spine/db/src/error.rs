//! What can go wrong in a statement.

use ejia_kernel::Problem;
use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::ErrorResponseBody;

/// A statement that failed. Turns into a fault, except where the caller expects it (unique keys).
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A unique key is taken; `key` is `table_column1_column2_key` on both databases.
    #[error("unique key {key}")]
    Unique {
        /// The name of the key.
        key: String,
    },
    /// A row refers to one that is not there, or is referred to.
    #[error("foreign key: {0}")]
    Reference(String),
    /// Another transaction was in the way; the closure is run again.
    #[error("to be run again: {0}")]
    Again(String),
    /// The connection was lost; it is opened again and the closure run again.
    #[error("connection lost: {0}")]
    Lost(String),
    /// The database has no room to write. What can be read, can still be read.
    #[error("no room: {0}")]
    NoRoom(String),
    /// A statement took longer than any of ours may.
    #[error("it took too long: {0}")]
    TooLong(String),
    /// An earlier statement failed, so the transaction can only be rolled back.
    #[error("an earlier statement of this transaction failed")]
    Spent,
    /// A row was expected and none came.
    #[error("no row")]
    NoRow,
    /// A column holds something else than was asked for.
    #[error("column: {0}")]
    Column(String),
    /// Anything else the database says.
    #[error("{0}")]
    Other(String),
}

impl DbError {
    /// Whether this is the unique key of that name.
    pub fn is_unique(&self, name: &str) -> bool {
        matches!(self, Self::Unique { key } if key == name)
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Again(_) | DbError::TooLong(_) => Self::busy(),
            DbError::Lost(why) => Self::away(why),
            DbError::NoRoom(why) => Self::no_room(why),
            other => Self::fault(other),
        }
    }
}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, DiskFull};
        use rusqlite::ffi;
        let rusqlite::Error::SqliteFailure(failure, message) = &error else {
            return match error {
                rusqlite::Error::QueryReturnedNoRows => Self::NoRow,
                other => Self::Other(other.to_string()),
            };
        };
        let text = message.clone().unwrap_or_default();
        match failure.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                Self::Unique { key: key_of_columns(&text) }
            }
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Self::Reference(text),
            // A quota or a disk that lets nothing more be written says so as a failed write.
            ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_SHMSIZE => Self::NoRoom(error.to_string()),
            _ if failure.code == DiskFull => Self::NoRoom(error.to_string()),
            _ if matches!(failure.code, DatabaseBusy | DatabaseLocked) => Self::Again(text),
            _ => Self::Other(error.to_string()),
        }
    }
}

/// `UNIQUE constraint failed: member.phone_index, member.x` → `member_phone_index_x_key`.
fn key_of_columns(message: &str) -> String {
    let columns = message.rsplit(": ").next().unwrap_or_default();
    let mut key = String::new();
    for part in columns.split(", ") {
        let (table, column) = part.split_once('.').unwrap_or(("", part));
        if key.is_empty() {
            key.push_str(table);
        }
        key.push('_');
        key.push_str(column);
    }
    key.push_str("_key");
    key
}

impl DbError {
    /// What PostgreSQL says.
    pub(crate) fn said(body: &ErrorResponseBody) -> Self {
        let mut fields = body.fields();
        let (mut severity, mut code, mut message, mut key, mut table, mut detail) =
            <(String, String, String, String, String, String)>::default();
        while let Ok(Some(field)) = fields.next() {
            let place = match field.type_() {
                b'V' => &mut severity,
                b'C' => &mut code,
                b'M' => &mut message,
                b'n' => &mut key,
                b't' => &mut table,
                b'D' => &mut detail,
                _ => continue,
            };
            *place = String::from_utf8_lossy(field.value_bytes()).into_owned();
        }
        match code.as_str() {
            "23505" if key.ends_with("_pkey") => Self::Unique { key: primary_key_name(&table, &detail) },
            "23505" => Self::Unique { key },
            "23503" => Self::Reference(message),
            "40001" | "40P01" | "55P03" => Self::Again(message),
            // With its last word the server closes the connection, or ends itself.
            _ if matches!(severity.as_str(), "FATAL" | "PANIC") => Self::Lost(format!("{code} {message}")),
            "08000" | "08003" | "08006" => Self::Lost(message),
            "53100" => Self::NoRoom(message),
            "57014" => Self::TooLong(message),
            // The detail may quote values of the row; it stays out of our logs.
            _ => Self::Other(format!("{code} {message}")),
        }
    }

    /// The same trouble, of a write that was queued and is no answer to what is asked now.
    pub(crate) fn of_an_earlier_write(self) -> Self {
        match self {
            Self::Again(_) | Self::Lost(_) | Self::NoRoom(_) | Self::TooLong(_) => self,
            other => Self::Other(format!("a write that was to be done later: {other}")),
        }
    }
}

/// PostgreSQL names a primary key `table_pkey`; its detail begins `Key (a, b)=(…)`.
fn primary_key_name(table: &str, detail: &str) -> String {
    let columns = detail.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(columns, _)| columns);
    format!("{table}_{}_key", columns.replace(", ", "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unique_keys_have_one_name_on_both_databases() {
        let message = "UNIQUE constraint failed: member.phone_index, member.part";
        assert_eq!(key_of_columns(message), "member_phone_index_part_key");
        assert_eq!(primary_key_name("job", "Key (id, part)=(1, 2) already exists."), "job_id_part_key");
    }
}
