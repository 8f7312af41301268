//! The house as a process that is started and killed.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ejia_buckets::Account;

/// How long it may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where it stands and whom it calls.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The database's address.
    pub(crate) database: String,
    /// Where it answers.
    pub(crate) listen: SocketAddr,
    /// The banks' origin.
    pub(crate) bank: String,
    /// The text message company.
    pub(crate) sms: String,
    /// The bucket in which files are kept, where they are not in a folder.
    pub(crate) bucket: Option<Account>,
}

/// A running house. It is killed when this is dropped.
pub(crate) struct Process(Child);

impl Process {
    /// Starts it at this time of the product, as the only one.
    pub(crate) fn start(place: &Place, folder: &Path, now: i64) -> Self {
        Self::start_at(place.listen, place, folder, now, Duration::ZERO)
    }

    /// Starts it as one of several, which are reached where the place says; `drain` is how long it announces its end.
    pub(crate) fn start_at(listen: SocketAddr, place: &Place, folder: &Path, now: i64, drain: Duration) -> Self {
        // Over a limit it is told so instead of being ended.
        let child = Command::new("sh")
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_ejia-house")])
            .arg(&place.database)
            .arg(folder)
            .args([listen.to_string(), format!("http://{}", place.listen)])
            .args([place.bank.clone(), place.sms.clone(), now.to_string(), drain.as_secs().to_string()])
            .args(place.bucket.iter().flat_map(|bucket| [&bucket.endpoint, &bucket.access_key, &bucket.secret]))
            .stdin(Stdio::null())
            .spawn()
            .expect("the house");
        Self(child)
    }

    /// From now on nothing can be written beyond the first `bytes` of any file, as on a full disk; without a number there
    /// is room again.
    pub(crate) fn limit(&self, bytes: Option<u64>) {
        let limit = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
        let set = Command::new("prlimit")
            .args(["--pid", &self.0.id().to_string(), &format!("--fsize={limit}:unlimited")])
            .status();
        assert!(set.is_ok_and(|status| status.success()), "prlimit (util-linux) does not set the limit");
    }

    /// Waits until it answers.
    pub(crate) fn wait_until(&mut self, answers: impl Fn() -> bool) {
        let started = Instant::now();
        while !answers() {
            if let Some(status) = self.0.try_wait().expect("the house") {
                panic!("the house ended by itself: {status}");
            }
            assert!(started.elapsed() < PATIENCE, "the house does not answer");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// `SIGTERM`.
    pub(crate) fn tell(&self) {
        let told = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        assert!(told.is_ok_and(|status| status.success()), "the house cannot be told to stop");
    }

    /// Tells it to stop, and waits until it has ended well.
    pub(crate) fn end(self) {
        self.tell();
        self.ended();
    }

    /// Waits until it has ended well.
    pub(crate) fn ended(mut self) {
        let status = self.0.wait().expect("the end of the house");
        assert!(status.success(), "the house did not end well: {status}");
    }

    /// `SIGKILL`, and waits until it is gone.
    pub(crate) fn kill(mut self) {
        assert!(self.0.try_wait().expect("the house").is_none(), "the house ended by itself");
        self.0.kill().expect("to kill the house");
        self.0.wait().expect("the end of the house");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
