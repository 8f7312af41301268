//! nginx in front of several houses, with the very settings that operators get.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// What operators put into `/etc/nginx/conf.d`.
const SETTINGS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packaging/nginx.conf"));

/// A running nginx. It is killed when this is dropped.
pub(crate) struct Proxy {
    nginx: Child,
    folder: TempDir,
}

impl Proxy {
    /// Answers at `listen` for these two houses.
    pub(crate) fn start(listen: SocketAddr, houses: [SocketAddr; 2]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let main = folder.path().join("nginx.conf");
        std::fs::write(&main, whole(folder.path(), listen, houses)).expect("nginx's settings");
        let nginx = Command::new(binary())
            .arg("-e")
            .arg(folder.path().join("error.log"))
            .arg("-c")
            .arg(&main)
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx (package nginx-light)");
        Self { nginx, folder }
    }

    /// What it has complained of, but for a house that takes no connection: that is what tells it to go to the other.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let told = std::fs::read_to_string(self.folder.path().join("error.log")).expect("nginx's log");
        let harmless = ["[notice]", "Connection refused", "upstream server temporarily disabled"];
        told.lines().filter(|line| !harmless.iter().any(|word| line.contains(word))).map(str::to_owned).collect()
    }

    /// How many requests each of these houses has answered.
    pub(crate) fn answered_by(&self, house: SocketAddr) -> usize {
        let told = std::fs::read_to_string(self.folder.path().join("access.log")).expect("nginx's log");
        told.lines().filter(|line| line.contains(&house.to_string())).count()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.nginx.kill();
        let _ = self.nginx.wait();
    }
}

/// The operators' settings with this machine's addresses, without TLS, in one process that writes into the folder alone.
fn whole(folder: &Path, listen: SocketAddr, [first, second]: [SocketAddr; 2]) -> String {
    let mut settings = SETTINGS.to_owned();
    let access = folder.join("access.log").display().to_string();
    for (theirs, ours) in [
        ("10.0.0.11:8600", first.to_string()),
        ("10.0.0.12:8600", second.to_string()),
        ("listen 443 ssl", format!("listen {listen}")),
        ("ssl_certificate /etc/nginx/ejia.pem;", String::new()),
        ("ssl_certificate_key /etc/nginx/ejia.key;", String::new()),
        ("/var/log/nginx/ejia.log", access),
    ] {
        assert!(settings.contains(theirs), "packaging/nginx.conf does not say {theirs}");
        settings = settings.replace(theirs, &ours);
    }
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|what| format!("{what}_temp_path {};\n", folder.join(what).display()))
        .concat();
    format!(
        "daemon off;\nmaster_process off;\npid {};\nevents {{}}\nhttp {{\n{temporary}{settings}}}\n",
        folder.join("pid").display()
    )
}

/// Debian puts it where only the administrator looks.
fn binary() -> PathBuf {
    let place = Path::new("/usr/sbin/nginx");
    if place.exists() { place.to_owned() } else { PathBuf::from("nginx") }
}
