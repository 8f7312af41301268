//! Many rows at once: `COPY … FROM STDIN BINARY`.

use bytes::{BufMut, BytesMut};
use postgres_protocol::IsNull;
use postgres_protocol::message::frontend;

use super::cells::{self, Kind};
use super::client::{Client, lost};
use crate::{DbError, Value};

/// The signature, no flags, no extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// Instead of a row's number of columns: the end.
const END: i16 = -1;
/// Rows are sent in pieces of about so many bytes.
const PIECE: usize = 32 * 1024;

impl Client {
    /// Copies rows into a table. The rows leave at once: the server passes over them if it refuses the statement.
    pub(crate) fn copy(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: impl IntoIterator<Item = Vec<Value>>,
    ) -> Result<u64, DbError> {
        let names = columns.join(", ");
        let shape = self.prepared(&format!("SELECT {names} FROM {table} LIMIT 0"))?;
        self.queue(&format!("COPY {table} ({names}) FROM STDIN BINARY"), &[])?;
        let mut piece = BytesMut::with_capacity(PIECE * 2);
        piece.put_slice(HEADER);
        let mut fault = None;
        for row in rows {
            if let Err(error) = put_row(&shape.columns, &row, &mut piece) {
                fault = Some(error);
                break;
            }
            if piece.len() >= PIECE {
                self.hand_over(&mut piece)?;
                self.send().map_err(lost)?;
                // Until the last row is through, nothing else can be said on this connection.
                self.copying = true;
            }
        }
        self.copying = false;
        piece.put_i16(END);
        self.hand_over(&mut piece)?;
        match &fault {
            None => frontend::copy_done(&mut self.out),
            Some(_) => frontend::copy_fail("a row that does not fit", &mut self.out).map_err(lost)?,
        }
        let copied = self.settle(1);
        match fault {
            None => Ok(copied?.parts.pop().map_or(0, |(_, count)| count)),
            Some(fault) => Err(fault),
        }
    }

    fn hand_over(&mut self, piece: &mut BytesMut) -> Result<(), DbError> {
        frontend::CopyData::new(&piece[..]).map_err(lost)?.write(&mut self.out);
        piece.clear();
        Ok(())
    }
}

fn put_row(kinds: &[Kind], row: &[Value], out: &mut BytesMut) -> Result<(), DbError> {
    if row.len() != kinds.len() {
        return Err(DbError::Other(format!("a row of {} values for {} columns", row.len(), kinds.len())));
    }
    out.put_i16(i16::try_from(row.len()).map_err(|_| DbError::Other("too many columns".to_owned()))?);
    for (kind, value) in kinds.iter().zip(row) {
        let at = out.len();
        out.put_i32(-1);
        let null = cells::put(*kind, value, out).map_err(|error| DbError::Other(error.to_string()))?;
        if matches!(null, IsNull::No) {
            let length =
                i32::try_from(out.len() - at - 4).map_err(|_| DbError::Other("a value too long".to_owned()))?;
            if let Some(place) = out.get_mut(at..at + 4) {
                place.copy_from_slice(&length.to_be_bytes());
            }
        }
    }
    Ok(())
}
