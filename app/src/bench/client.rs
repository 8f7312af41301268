//! A client that costs little itself: one kept connection, requests written by hand.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// One kept connection.
pub(super) struct Client {
    reader: BufReader<TcpStream>,
    body: Vec<u8>,
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) cookies: Vec<String>,
    pub(super) location: Option<String>,
}

impl Client {
    pub(super) fn connect(address: SocketAddr) -> Result<Self, String> {
        let stream = TcpStream::connect(address).map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        Ok(Self { reader: BufReader::with_capacity(64 << 10, stream), body: Vec::new() })
    }

    /// Sends a request as [`request`] wrote it and reads the whole answer.
    pub(super) fn send(&mut self, request: &[u8]) -> Result<Reply, String> {
        self.reader.get_mut().write_all(request).map_err(|error| error.to_string())?;
        let mut line = String::new();
        self.line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or("no status line")?;
        let mut reply = Reply { status, cookies: Vec::new(), location: None };
        let mut length = Some(0);
        loop {
            self.line(&mut line)?;
            let Some((name, value)) = line.split_once(':') else { break };
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().ok(),
                "transfer-encoding" => length = None,
                "set-cookie" => reply.cookies.extend(value.split(';').next().map(str::to_owned)),
                "location" => reply.location = Some(value.to_owned()),
                _ => {}
            }
        }
        self.body.clear();
        match length {
            Some(length) => self.read(length)?,
            None => self.read_chunks()?,
        }
        Ok(reply)
    }

    /// The last answer's body.
    pub(super) fn body(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn line(&mut self, line: &mut String) -> Result<(), String> {
        line.clear();
        let read = self.reader.read_line(line).map_err(|error| error.to_string())?;
        if read == 0 { Err("the connection was closed".to_owned()) } else { Ok(()) }
    }

    fn read(&mut self, length: u64) -> Result<(), String> {
        let read = (&mut self.reader).take(length).read_to_end(&mut self.body);
        read.map(drop).map_err(|error| error.to_string())
    }

    fn read_chunks(&mut self) -> Result<(), String> {
        let mut line = String::new();
        loop {
            self.line(&mut line)?;
            let length = u64::from_str_radix(line.trim(), 16).map_err(|error| error.to_string())?;
            self.read(length)?;
            self.line(&mut line)?;
            if length == 0 {
                return Ok(());
            }
        }
    }
}

/// A request as it goes over the wire.
pub(super) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n");
    for (name, value) in headers {
        text.push_str(name);
        text.push_str(": ");
        text.push_str(value);
        text.push_str("\r\n");
    }
    if method == "POST" {
        text.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
        let _ = write!(text, "Content-Length: {}\r\n", body.len());
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// Sends requests over several connections at once for a while; answers how many were answered a second. Every
/// answer must bear the status 200.
pub(super) fn throughput(
    address: SocketAddr,
    connections: usize,
    time: Duration,
    requests: &[Vec<u8>],
) -> Result<f64, String> {
    let started = Instant::now();
    let answered: Result<u32, String> = thread::scope(|scope| {
        let threads: Vec<_> = (0..connections)
            .map(|number| {
                scope.spawn(move || -> Result<u32, String> {
                    let mut client = Client::connect(address)?;
                    let mut answered = 0;
                    for request in requests.iter().cycle().skip(number * 7) {
                        let reply = client.send(request)?;
                        if reply.status != 200 {
                            return Err(format!("status {}: {}", reply.status, client.body()));
                        }
                        answered += 1;
                        if started.elapsed() >= time {
                            break;
                        }
                    }
                    Ok(answered)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err("a client panicked".to_owned()))).sum()
    });
    Ok(f64::from(answered?) / started.elapsed().as_secs_f64())
}

/// A text as it stands in an address.
pub(super) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
