//! What carries the bytes of a connection.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// TCP or a socket of the same machine.
pub(super) trait Stream: Read + Write + Send {
    /// How long a read waits for the server; for ever without one.
    fn wait_at_most(&self, time: Option<Duration>) -> io::Result<()>;
}

impl Stream for TcpStream {
    fn wait_at_most(&self, time: Option<Duration>) -> io::Result<()> {
        self.set_read_timeout(time)
    }
}

impl Stream for UnixStream {
    fn wait_at_most(&self, time: Option<Duration>) -> io::Result<()> {
        self.set_read_timeout(time)
    }
}

/// Nobody at the other end.
impl Stream for io::Empty {
    fn wait_at_most(&self, _: Option<Duration>) -> io::Result<()> {
        Ok(())
    }
}
