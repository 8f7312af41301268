//! `ejia rotate-keys` beside `ejia serve`: while people read and write, everything is sealed anew, and nobody notices.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod installation;

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ejia::sandbox::{DemoAccount, DemoPortal};
use ejia::{demo_city, house};
use ejia_db::{Desk, PostgresCluster};
use ejia_kernel::Clock;
use serde_json::{Value, json};
use ureq::Agent;

const FORMER: &str = "[[keys]]\nfile = \"FOLDER/former\"\ncipher = \"aes\"\n";
const PRESENT: &str = "[[keys]]\nfile = \"FOLDER/present\"\ncipher = \"sm4\"\n";

/// An installation and the program that serves it, ended with this value.
struct Served {
    program: Child,
    origin: String,
    agent: Agent,
}

impl Served {
    fn start(folder: &Path, database: &str, keys: &[&str]) -> Self {
        let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let keys = keys.concat().replace("FOLDER", &folder.display().to_string());
        let config = installation::settings(folder, &listen, database, &keys);
        let program = ejia().arg("serve").arg("--config").arg(config).stdout(Stdio::null()).spawn().unwrap();
        let agent = Agent::config_builder().timeout_global(Some(Duration::from_secs(20))).build().new_agent();
        let served = Self { program, origin: format!("http://{listen}"), agent };
        let started = Instant::now();
        while served.agent.get(format!("{}/readyz", served.origin)).call().is_err() {
            assert!(started.elapsed() < Duration::from_mins(1), "it does not answer");
            thread::sleep(Duration::from_millis(50));
        }
        served
    }

    fn log_in(&self, account: &DemoAccount) -> String {
        let form = json!({ "login": account.login, "password": account.password });
        let said = self.send("", "/member/login", &form).unwrap();
        said.get("token").and_then(|token| token.as_str()).unwrap().to_owned()
    }

    fn send(&self, token: &str, path: &str, form: &Value) -> Result<Value, String> {
        let request = self.agent.post(format!("{}/api/v1{path}", self.origin));
        let request =
            request.header("content-type", "application/json").header("authorization", format!("Bearer {token}"));
        read(request.send(form.to_string()))
    }

    fn see(&self, token: &str, path: &str) -> Result<Value, String> {
        let request = self.agent.get(format!("{}/api/v1{path}", self.origin));
        read(request.header("authorization", format!("Bearer {token}")).call())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn ejia() -> Command {
    Command::new(env!("CARGO_BIN_EXE_ejia"))
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value, String> {
    let text = answer.and_then(|mut answer| answer.body_mut().read_to_string()).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

fn rotate(folder: &Path, more: &[&str]) -> String {
    let ran = ejia().arg("rotate-keys").arg("--config").arg(folder.join("ejia.toml")).args(more).output().unwrap();
    let said = String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap();
    assert!(ran.status.success(), "{said}");
    said
}

/// Looks that a member's own page shows his address, which lies sealed.
fn shows_address(record: &Value) {
    let text = record.to_string();
    assert!(text.contains("厦门市思明区"), "{text}");
}

fn served_all_the_while(database: &str, folder: &Path) {
    installation::secret(folder, "secret", 0x51, 0o600);
    installation::secret(folder, "former", 0x62, 0o600);
    installation::secret(folder, "present", 0x73, 0o600);
    // The house is settled under the former key.
    let own_keys = FORMER.replace("FOLDER", &folder.display().to_string());
    let config = installation::settings(folder, "127.0.0.1:1", database, &own_keys);
    let vault = ejia::settings::Settings::read(&config).unwrap().vault().unwrap();
    let desk = Desk::open(database, vault, Clock::system()).unwrap();
    desk.migrate(house::MIGRATIONS).unwrap();
    let accounts = demo_city::settle(&desk, folder, 600, |_, _| ()).unwrap();
    drop(desk);
    let members: Vec<&DemoAccount> =
        accounts.iter().filter(|one| one.portal == DemoPortal::Member && !one.first_login).collect();

    let served = Served::start(folder, database, &[PRESENT, FORMER]);
    let tokens: Vec<String> = members.iter().map(|member| served.log_in(member)).collect();
    let (stop, answered, failed) = (AtomicBool::new(false), AtomicUsize::new(0), Mutex::new(Vec::new()));
    let said = thread::scope(|scope| {
        for token in &tokens {
            let (served, stop, answered, failed) = (&served, &stop, &answered, &failed);
            scope.spawn(move || {
                for turn in 1.. {
                    let form = json!({ "address": format!("厦门市思明区鹭江道{turn}号") });
                    for answer in [served.send(token, "/member/record", &form), served.see(token, "/member/record")] {
                        match answer {
                            Ok(record) => {
                                shows_address(&record);
                                answered.fetch_add(1, Ordering::SeqCst);
                            }
                            Err(error) => failed.lock().unwrap().push(error),
                        }
                    }
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    thread::sleep(Duration::from_millis(250));
                }
            });
        }
        let said = rotate(folder, &[]);
        stop.store(true, Ordering::SeqCst);
        said
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{failed:?}");
    assert!(answered.into_inner() > 20, "hardly anybody was there");
    assert!(said.contains("no former key is needed"), "{said}");
    drop(served);

    // The former key may go, and everything is read.
    std::fs::remove_file(folder.join("former")).unwrap();
    let served = Served::start(folder, database, &[PRESENT]);
    for member in &members {
        shows_address(&served.see(&served.log_in(member), "/member/record").unwrap());
    }
    assert!(!rotate(folder, &["--check"]).contains("IS NOT IN THE SETTINGS"));
}

#[test]
fn keys_are_changed_beside_a_house_that_serves_and_no_request_fails() {
    let folder = tempfile::tempdir().unwrap();
    served_all_the_while(&format!("sqlite://{}/ejia.db", folder.path().display()), folder.path());
    let folder = tempfile::tempdir().unwrap();
    served_all_the_while(&PostgresCluster::shared().new_database(), folder.path());
}
