//! Values as PostgreSQL's binary format has them: parameters of statements, columns of rows.

use std::error::Error;
use std::io;
use std::ops::Range;

use bytes::{BufMut, BytesMut};
use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::{DataRowBody, ParameterDescriptionBody, RowDescriptionBody};
use postgres_protocol::{IsNull, Oid};

use crate::{DbError, Value};

/// The types of our vocabulary; anything else must be cast in the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Int8,
    Int4,
    Bool,
    Bytes,
    Text,
    Other(Oid),
}

impl From<Oid> for Kind {
    /// The numbers are fixed by PostgreSQL (`pg_type.dat`).
    fn from(oid: Oid) -> Self {
        match oid {
            20 => Self::Int8,
            23 => Self::Int4,
            16 => Self::Bool,
            17 => Self::Bytes,
            // text, varchar, name
            25 | 1043 | 19 => Self::Text,
            other => Self::Other(other),
        }
    }
}

pub(super) fn parameters(body: &ParameterDescriptionBody) -> io::Result<Vec<Kind>> {
    body.parameters().map(|oid| Ok(oid.into())).collect()
}

pub(super) fn columns(body: &RowDescriptionBody) -> io::Result<Vec<Kind>> {
    body.fields().map(|field| Ok(field.type_oid().into())).collect()
}

/// Writes a parameter down as its statement expects it.
pub(super) fn put(kind: Kind, value: &Value, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
    match (value, kind) {
        (Value::Null, _) => return Ok(IsNull::Yes),
        (Value::Int(v), Kind::Int8) => out.put_i64(*v),
        (Value::Int(v), Kind::Int4) => out.put_i32(i32::try_from(*v)?),
        (Value::Bool(v), Kind::Bool) => out.put_u8(u8::from(*v)),
        (Value::Text(v), Kind::Text) => out.put_slice(v.as_bytes()),
        (Value::Blob(v), Kind::Bytes) => out.put_slice(v),
        _ => return Err(format!("the statement expects {kind:?}").into()),
    }
    Ok(IsNull::No)
}

/// Where the columns of a row lie in its bytes; none for NULL.
pub(super) fn places(row: &DataRowBody, places: &mut Vec<Option<Range<usize>>>) -> io::Result<()> {
    places.clear();
    let mut ranges = row.ranges();
    while let Some(range) = ranges.next()? {
        places.push(range);
    }
    Ok(())
}

/// A row as it came.
pub(crate) struct Cells<'a> {
    pub(super) kinds: &'a [Kind],
    pub(super) places: &'a [Option<Range<usize>>],
    pub(super) bytes: &'a [u8],
}

impl Cells<'_> {
    /// Column `index` (from 0).
    pub(crate) fn get(&self, index: usize) -> Result<Value, DbError> {
        let (Some(kind), Some(place)) = (self.kinds.get(index), self.places.get(index)) else {
            return Err(DbError::Column(format!("no column {index}")));
        };
        let Some(bytes) = place.clone().and_then(|place| self.bytes.get(place)) else { return Ok(Value::Null) };
        let odd = || DbError::Column(format!("column {index} is not what its type says"));
        Ok(match kind {
            Kind::Int8 => Value::Int(i64::from_be_bytes(bytes.try_into().map_err(|_| odd())?)),
            Kind::Int4 => Value::Int(i32::from_be_bytes(bytes.try_into().map_err(|_| odd())?).into()),
            Kind::Bool => Value::Bool(bytes == [1]),
            Kind::Bytes => Value::Blob(bytes.to_vec()),
            Kind::Text => Value::Text(std::str::from_utf8(bytes).map_err(|_| odd())?.to_owned()),
            Kind::Other(oid) => {
                return Err(DbError::Column(format!("column {index} has the type {oid} of pg_type; cast it")));
            }
        })
    }
}
