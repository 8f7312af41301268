//! One PostgreSQL connection that speaks in groups.
//!
//! A statement is *queued*: its messages are written down and nothing is sent. Whoever wants an answer has the group
//! *settled*: all that is queued leaves in one packet with one `Sync` behind it, the server works it off in order and
//! answers in one packet. After the first refusal the server passes over the rest of its group, the `COMMIT` too. So a
//! group costs one round trip, one system call a side and one wake-up, however many statements it has.

use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use postgres_protocol::message::backend::{DataRowBody, Message};
use postgres_protocol::message::frontend;

use super::answer::Answer;
use super::cells::{self, Kind};
use super::opening;
use super::stream::Stream;
use crate::{DbError, Value};

/// More texts than this on one connection are dynamic SQL: forget and start again.
const STATEMENTS_KEPT: usize = 500;
/// A group is sent at the latest with so many statements or bytes: while we write we do not read, and the answers of
/// so many have room in the sockets between.
const GROUP: usize = 200;
const GROUP_BYTES: usize = 64 * 1024;
const READ_BYTES: usize = 16 * 1024;

/// A connection, its prepared statements, and the group that has not been sent yet.
pub(crate) struct Client {
    stream: Box<dyn Stream>,
    pub(super) out: BytesMut,
    queued: usize,
    incoming: BytesMut,
    buffer: Vec<u8>,
    statements: HashMap<String, Arc<Prepared>>,
    named: usize,
    /// What the server said last: within a transaction or not.
    in_transaction: bool,
    /// Rows are on their way to the server; a panic among them leaves the connection useless.
    pub(super) copying: bool,
    broken: bool,
}

/// A statement that the server knows by name.
pub(crate) struct Prepared {
    name: String,
    parameters: Vec<Kind>,
    pub(super) columns: Vec<Kind>,
}

/// What a group brought.
#[derive(Default)]
pub(super) struct Brought {
    /// By the asker's own statements, which are the last: rows, and how many were touched.
    pub(super) parts: Vec<(Vec<DataRowBody>, u64)>,
    parameters: Vec<Kind>,
    columns: Vec<Kind>,
}

/// Why a transaction was not committed.
pub(crate) enum Uncommitted {
    /// A statement before the commit was refused: nothing of it is kept.
    Surely(DbError),
    /// Nobody knows whether the commit arrived.
    Perhaps(DbError),
}

/// Why a group was not done.
pub(super) enum Undone {
    /// The server refused a statement: one before the asker's own, or his.
    Refused { error: DbError, earlier: bool },
    /// The connection broke.
    Cut(DbError),
}

impl From<Undone> for DbError {
    fn from(undone: Undone) -> Self {
        match undone {
            Undone::Refused { error, earlier: true } => error.of_an_earlier_write(),
            Undone::Refused { error, .. } | Undone::Cut(error) => error,
        }
    }
}

impl Client {
    /// Opens a connection to a `postgres://…` address.
    pub(crate) fn connect(url: &str) -> Result<Self, DbError> {
        opening::connect(url)
    }

    /// A connection over a stream on which nothing has been said yet.
    pub(super) fn over(stream: Box<dyn Stream>) -> Self {
        Self {
            stream,
            out: BytesMut::new(),
            queued: 0,
            incoming: BytesMut::new(),
            buffer: vec![0; READ_BYTES],
            statements: HashMap::new(),
            named: 0,
            in_transaction: false,
            copying: false,
            broken: false,
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.broken || self.copying
    }

    /// Queues the beginning of a transaction: it is sent with the first statement that is asked.
    pub(crate) fn begin(&mut self) -> Result<(), DbError> {
        self.queue("BEGIN", &[]).map(drop)
    }

    /// Commits what was begun; what is still queued goes with it.
    pub(crate) fn commit(&mut self) -> Result<(), Uncommitted> {
        if !self.in_transaction {
            if self.queued <= 1 {
                // Begun and nothing done.
                self.forget();
                return Ok(());
            }
            // A connection that was lost while idle must be told from a commit whose answer was lost: the commit goes
            // only where this transaction has had an answer.
            self.flush().map_err(Uncommitted::Surely)?;
        }
        self.queue("COMMIT", &[]).map_err(Uncommitted::Surely)?;
        match self.settle(1) {
            Ok(_) => Ok(()),
            Err(Undone::Refused { error, earlier: true }) => Err(Uncommitted::Surely(error.of_an_earlier_write())),
            Err(Undone::Refused { error: error @ DbError::Lost(_), .. } | Undone::Cut(error)) => {
                Err(Uncommitted::Perhaps(error))
            }
            Err(Undone::Refused { error, .. }) => Err(Uncommitted::Surely(error)),
        }
    }

    /// Undoes what was begun, and what was only queued.
    pub(crate) fn roll_back(&mut self) {
        self.forget();
        if self.is_closed() || (self.in_transaction && self.ask("ROLLBACK", &[]).is_err()) {
            self.hang_up();
        }
    }

    /// Lets the server know that nothing more comes: it undoes what was begun and lets go of what others wait for.
    fn hang_up(&mut self) {
        self.stream = Box::new(io::empty());
        self.broken = true;
    }

    /// Runs a statement behind all that is queued.
    pub(crate) fn ask(&mut self, sql: &str, args: &[Value]) -> Result<Answer, DbError> {
        let prepared = self.queue(sql, args)?;
        let (rows, touched) = self.settle(1)?.parts.pop().unwrap_or_default();
        Ok(Answer { prepared, rows, touched })
    }

    /// Runs two statements behind all that is queued, in one group.
    pub(crate) fn ask_both(&mut self, asked: [(&str, &[Value]); 2]) -> Result<[Answer; 2], DbError> {
        // Known before: to get to know one would settle the other.
        for (sql, _) in asked {
            self.prepared(sql)?;
        }
        let [(first, first_args), (second, second_args)] = asked;
        let prepared = [self.queue(first, first_args)?, self.queue(second, second_args)?];
        let mut parts = self.settle(2)?.parts.into_iter();
        Ok(prepared.map(|prepared| {
            let (rows, touched) = parts.next().unwrap_or_default();
            Answer { prepared, rows, touched }
        }))
    }

    /// Queues a statement whose outcome nobody waits for: it is run with the next one that is asked, or the commit.
    pub(crate) fn later(&mut self, sql: &str, args: &[Value]) -> Result<(), DbError> {
        self.queue(sql, args)?;
        if self.queued >= GROUP || self.out.len() >= GROUP_BYTES { self.flush() } else { Ok(()) }
    }

    /// Has everything done that is queued.
    pub(crate) fn flush(&mut self) -> Result<(), DbError> {
        if self.queued == 0 { Ok(()) } else { Ok(self.settle(0).map(drop)?) }
    }

    /// Runs statements without parameters, separated by `;`.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), DbError> {
        self.flush()?;
        frontend::query(sql, &mut self.out).map_err(lost)?;
        Ok(self.exchange(0, 0).map(drop)?)
    }

    /// The statement as the server knows it; asked once for each text.
    pub(super) fn prepared(&mut self, sql: &str) -> Result<Arc<Prepared>, DbError> {
        if let Some(prepared) = self.statements.get(sql) {
            return Ok(Arc::clone(prepared));
        }
        if self.statements.len() >= STATEMENTS_KEPT {
            for (_, prepared) in self.statements.drain() {
                frontend::close(b'S', &prepared.name, &mut self.out).map_err(lost)?;
            }
        }
        self.named += 1;
        let name = format!("s{}", self.named);
        frontend::parse(&name, sql, [], &mut self.out).map_err(lost)?;
        frontend::describe(b'S', &name, &mut self.out).map_err(lost)?;
        let Brought { parameters, columns, .. } = self.settle(0)?;
        let prepared = Arc::new(Prepared { name, parameters, columns });
        self.statements.insert(sql.to_owned(), Arc::clone(&prepared));
        Ok(prepared)
    }

    pub(super) fn queue(&mut self, sql: &str, args: &[Value]) -> Result<Arc<Prepared>, DbError> {
        let prepared = self.prepared(sql)?;
        if args.len() != prepared.parameters.len() {
            let wanted = prepared.parameters.len();
            return Err(DbError::Other(format!("the statement has {wanted} parameters, {} were given", args.len())));
        }
        let before = self.out.len();
        let values = prepared.parameters.iter().zip(args);
        let put = |(kind, value): (&Kind, &Value), out: &mut BytesMut| cells::put(*kind, value, out);
        let bound = frontend::bind("", &prepared.name, [1], values, put, [1], &mut self.out);
        if let Err(error) = bound {
            self.out.truncate(before);
            return Err(match error {
                frontend::BindError::Conversion(error) => DbError::Other(error.to_string()),
                frontend::BindError::Serialization(error) => DbError::Other(error.to_string()),
            });
        }
        frontend::execute("", 0, &mut self.out).map_err(lost)?;
        self.queued += 1;
        Ok(prepared)
    }

    /// Has the group done. The last `own` statements are the asker's.
    pub(super) fn settle(&mut self, own: usize) -> Result<Brought, Undone> {
        frontend::sync(&mut self.out);
        let queued = std::mem::take(&mut self.queued);
        self.exchange(queued, own)
    }

    /// Sends what is written down and reads until the server is ready again.
    fn exchange(&mut self, queued: usize, own: usize) -> Result<Brought, Undone> {
        if self.is_closed() {
            self.forget();
            return Err(Undone::Cut(DbError::Lost("the connection is closed".to_owned())));
        }
        let mut refused = None;
        let mut done = 0;
        let answered = self.send().and_then(|()| self.read_group(queued - own, own, &mut done, &mut refused));
        let earlier = done + own < queued;
        match (answered, refused) {
            // The last word of a server that ends is a refusal.
            (_, Some(error)) => Err(Undone::Refused { error, earlier }),
            (Ok(brought), None) => Ok(brought),
            (Err(error), None) => Err(Undone::Cut(lost(error))),
        }
    }

    fn read_group(
        &mut self,
        earlier: usize,
        own: usize,
        done: &mut usize,
        refused: &mut Option<DbError>,
    ) -> Result<Brought, io::Error> {
        let mut brought = Brought { parts: vec![(Vec::new(), 0); own], ..Brought::default() };
        loop {
            let part = done.checked_sub(earlier).and_then(|place| brought.parts.get_mut(place));
            match self.receive()? {
                Message::DataRow(row) => {
                    if let Some((rows, _)) = part {
                        rows.push(row);
                    }
                }
                Message::CommandComplete(body) if refused.is_none() => {
                    *done += 1;
                    if let Some((_, count)) = part {
                        *count = touched(body.tag()?);
                    }
                }
                Message::ParameterDescription(body) => brought.parameters = cells::parameters(&body)?,
                Message::RowDescription(body) => brought.columns = cells::columns(&body)?,
                Message::ErrorResponse(body) if refused.is_none() => *refused = Some(DbError::said(&body)),
                Message::ReadyForQuery(body) => {
                    self.in_transaction = body.status() != b'I';
                    return Ok(brought);
                }
                _ => {}
            }
        }
    }

    /// How long the server is waited for; for ever without a time.
    pub(super) fn wait_at_most(&self, time: Option<Duration>) -> Result<(), DbError> {
        self.stream.wait_at_most(time).map_err(lost)
    }

    /// Sends what is written down.
    pub(super) fn send(&mut self) -> Result<(), io::Error> {
        let sent = self.stream.write_all(&self.out).and_then(|()| self.stream.flush());
        self.out.clear();
        sent.inspect_err(|_| self.broken = true)
    }

    /// The server's next message.
    pub(super) fn receive(&mut self) -> Result<Message, io::Error> {
        self.read_message().inspect_err(|_| self.broken = true)
    }

    fn read_message(&mut self) -> Result<Message, io::Error> {
        loop {
            if let Some(message) = Message::parse(&mut self.incoming)? {
                return Ok(message);
            }
            let read = match self.stream.read(&mut self.buffer) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Err(error) if error.kind() == ErrorKind::Interrupted => 0,
                other => other?,
            };
            self.incoming.extend_from_slice(self.buffer.get(..read).unwrap_or_default());
        }
    }

    fn forget(&mut self) {
        self.out.clear();
        self.queued = 0;
    }
}

/// What a broken or unreadable stream means.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
pub(super) fn lost(error: io::Error) -> DbError {
    DbError::Lost(error.to_string())
}

/// `INSERT 0 3`, `UPDATE 3`, `COPY 3`: the last word.
fn touched(tag: &str) -> u64 {
    tag.rsplit(' ').next().and_then(|count| count.parse().ok()).unwrap_or(0)
}
