//! A bucket for tests: a server of another hand on this machine, with a check of every signed address in front. Beside it is
//! one called `versions`, which keeps them.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use crate::Account;

/// A server with one empty bucket, which keeps everything in memory. It ends when this is dropped, or its process is gone.
pub struct Server {
    /// The bucket, and who may come in.
    pub account: Account,
    child: Child,
}

impl Server {
    /// The one that the tests of a program share, and keep until the program ends.
    ///
    /// # Panics
    /// As [`Server::start`].
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Starts it.
    ///
    /// # Panics
    /// When `scripts/setup.sh tests` has not installed it, or it does not start.
    pub fn start() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = here.join("../../target/servers/bin/python");
        let mut child = Command::new(&python)
            .arg(here.join("tests/server/serve.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}; scripts/setup.sh tests installs it", python.display()));
        let mut told = String::new();
        let said = child.stdout.take().map(|said| BufReader::new(said).read_line(&mut told));
        let words: Vec<String> = told.split_whitespace().map(str::to_owned).collect();
        let Ok([endpoint, access_key, secret]) = <[String; 3]>::try_from(words) else {
            panic!("the server of buckets does not start: {said:?}");
        };
        Self { account: account(endpoint, access_key, secret), child }
    }
}

/// The bucket of a [`Server`], for a process that was told where it is.
pub fn account(endpoint: String, access_key: String, secret: String) -> Account {
    let (bucket, region) = ("ejia".to_owned(), "cn-east".to_owned());
    Account { endpoint, bucket, region, access_key, secret, name_in_host: false }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
