//! An OpenTelemetry collector that takes traces and keeps what it was told.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// A collector on a free port of this machine.
pub(crate) struct Collector {
    address: String,
    told: Arc<Mutex<Vec<u8>>>,
}

impl Collector {
    /// Starts it; it ends with the process.
    ///
    /// # Errors
    /// No port is free.
    pub(crate) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}", listener.local_addr()?);
        let told = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&told);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                thread::spawn(move || take(stream, &kept));
            }
        });
        Ok(Self { address, told })
    }

    /// Where it takes traces.
    pub(crate) fn address(&self) -> String {
        self.address.clone()
    }

    /// Everything that it was told: names and values stand in a message of OTLP as they are.
    pub(crate) fn told(&self) -> String {
        String::from_utf8_lossy(&held(&self.told)).into_owned()
    }
}

/// Takes one request after the other from a connection.
fn take(mut stream: TcpStream, kept: &Mutex<Vec<u8>>) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let (mut length, mut line) = (0, String::new());
        while reader.read_line(&mut line)? > 2 {
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
            line.clear();
        }
        if length == 0 {
            return Ok(());
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        held(kept).extend_from_slice(&body);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n")?;
    }
}

fn held(kept: &Mutex<Vec<u8>>) -> MutexGuard<'_, Vec<u8>> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
