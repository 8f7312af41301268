//! `ejia doctor`: looks at everything that an installation needs, and says what is wrong and what to do.

use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use clap::Args;
use ejia_buckets::{Bucket, Shut};
use ejia_db::Desk;
use ejia_documents::{Paper, Typesetter};
use ejia_kernel::Clock;
use ejia_kernel::sheet::{Around, Cell, Column};
use ejia_press::Press;

use super::{Which, explained};
use crate::backup::Place;
use crate::house::{self, FILES};
use crate::settings::{Settings, WeChatSettings};

/// With less room than this nothing can be kept soon, and with less than this somebody should look.
const ROOM_NEEDED: u64 = 1 << 30;
const ROOM_WANTED: u64 = 10 << 30;
/// A job that has been due for so long is taken by nobody.
const PATIENCE: Duration = Duration::from_mins(10);

/// Looks at an installation and says what is wrong and what to do. Exit code 1 when something is wrong.
#[derive(Args)]
pub struct Doctor {
    #[command(flatten)]
    which: Which,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Good,
    Look,
    Wrong,
}

/// What was looked at, how it stands, and what to do.
struct Finding {
    state: State,
    what: &'static str,
    told: String,
}

impl Finding {
    fn good(what: &'static str, told: impl Into<String>) -> Self {
        Self { state: State::Good, what, told: told.into() }
    }

    fn look(what: &'static str, told: impl Into<String>) -> Self {
        Self { state: State::Look, what, told: told.into() }
    }

    fn wrong(what: &'static str, told: impl Into<String>) -> Self {
        Self { state: State::Wrong, what, told: told.into() }
    }

    fn of<T>(what: &'static str, outcome: Result<T, String>, good: &str) -> Self {
        outcome.map_or_else(|sentence| Self::wrong(what, sentence), |_| Self::good(what, good))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.state {
            State::Good => "ok   ",
            State::Look => "look ",
            State::Wrong => "WRONG",
        };
        write!(f, "{word}  {}: {}", self.what, self.told)
    }
}

impl Doctor {
    pub(super) fn run(self) -> Result<(), String> {
        let settings = self.which.settings()?;
        let mut findings = settings.as_ref().map(of_settings).unwrap_or_default();
        let desk = self.which.vault().and_then(|vault| {
            Desk::open(&self.which.url()?, vault, Clock::system()).map_err(|problem| explained(&problem))
        });
        match desk {
            Ok(desk) => {
                findings.push(Finding::good("database", format!("{} answers", desk.engine())));
                findings.extend(of_database(&desk, &self.which.place()?));
                findings.extend(settings.as_ref().map(|settings| of_outside(settings, &desk)).unwrap_or_default());
            }
            Err(sentence) => findings.push(Finding::wrong("database", sentence)),
        }
        for finding in &findings {
            println!("{finding}");
        }
        match findings.iter().filter(|finding| finding.state == State::Wrong).count() {
            0 => Ok(()),
            count => Err(format!("{count} of {} are wrong", findings.len())),
        }
    }
}

fn of_settings(settings: &Settings) -> Vec<Finding> {
    let keys = settings.keys.iter().map(|key| secret("keys.file", &key.file));
    let mut findings = vec![
        secret("secret_file", &settings.secret_file),
        folder(&settings.data),
        room(&settings.data),
        if settings.public_origin.starts_with("https://") {
            Finding::good("public_origin", &*settings.public_origin)
        } else {
            Finding::look("public_origin", "no https:// address: codes on letters and payers' way back need one")
        },
        if settings.secure_cookies {
            Finding::good("secure_cookies", "cookies travel over TLS alone")
        } else {
            Finding::look(
                "secure_cookies",
                "off: anybody on the way can read sessions; leave it off on one machine only",
            )
        },
        typesetter(settings),
    ];
    findings.extend(keys);
    findings.extend(
        settings.files.s3.iter().flat_map(|s3| [secret("files.s3.secret_file", &s3.secret_file), bucket(settings)]),
    );
    findings
}

fn bucket(settings: &Settings) -> Finding {
    let looked = settings
        .bucket()
        .and_then(|account| account.map_or(Ok(()), |account| Bucket::open(&account, FILES)?.look().map_err(Shut::why)));
    Finding::of("files.s3", looked, "the bucket keeps files, gives them back and deletes them")
}

fn secret(setting: &'static str, file: &Path) -> Finding {
    match fs::metadata(file) {
        Err(error) => Finding::wrong(setting, format!("cannot read {}: {error}", file.display())),
        Ok(about) if about.permissions().mode() & 0o077 != 0 => {
            Finding::wrong(setting, format!("others may read it; chmod 600 {}", file.display()))
        }
        Ok(_) => Finding::good(setting, "only its own user may read it"),
    }
}

fn folder(data: &Path) -> Finding {
    if !data.exists() {
        return Finding::look("data", format!("{} is not there yet; ejia serve makes it", data.display()));
    }
    Finding::of(
        "data",
        tempfile::tempfile_in(data).map_err(|error| format!("cannot write in {}: {error}", data.display())),
        "can be written",
    )
}

fn room(data: &Path) -> Finding {
    match ejia_files::room(data) {
        Err(error) => Finding::look("room", format!("not known: {error}")),
        Ok((free, _)) => {
            let told = format!("{} GB are free where the data lie", free >> 30);
            match free {
                ..ROOM_NEEDED => Finding::wrong("room", format!("{told}; make room now, or nothing more can be kept")),
                ROOM_NEEDED..ROOM_WANTED => Finding::look("room", format!("{told}; make room soon")),
                _ => Finding::good("room", told),
            }
        }
    }
}

fn typesetter(settings: &Settings) -> Finding {
    let press = settings.typesetter.clone().map_or_else(Press::beside, Press::new);
    let paper = Paper::sheet(
        &Around { title: "试排".to_owned(), ..Around::default() },
        &[Column::words("姓名", 4)],
        &[vec![Cell::from("张三")]],
    );
    let place = press.program().display().to_string();
    let set = press.set(&paper).map_err(|fault| format!("{place} sets no paper: {fault:?}"));
    Finding::of("typesetter", set, "sets a paper")
}

fn of_database(desk: &Desk, place: &Place) -> Vec<Finding> {
    let mut findings = vec![schema(desk)];
    if desk.schema().is_ok() {
        findings.push(jobs(desk));
    }
    if matches!(place, Place::Postgres(_)) {
        let found = Command::new("pg_dump").arg("--version").output();
        findings.push(match found {
            Ok(said) => Finding::good("backup", String::from_utf8_lossy(&said.stdout).trim().to_owned()),
            Err(_) => Finding::look("backup", "pg_dump is not here: ejia backup needs postgresql-client"),
        });
    }
    findings
}

fn schema(desk: &Desk) -> Finding {
    let known = house::MIGRATIONS.concat();
    match desk.schema() {
        Err(_) => Finding::look("schema", "there is none yet; ejia serve or ejia migrate makes it"),
        Ok(applied) => {
            let missing = known.iter().filter(|step| applied.iter().all(|name| name != step.name)).count();
            match (house::newer_step(&applied), missing) {
                (Some(name), _) => Finding::wrong("schema", format!("a newer ejia has applied {name}; run that one")),
                (None, 0) => Finding::good("schema", format!("{} steps, all applied", applied.len())),
                (None, missing) => Finding::look("schema", format!("{missing} steps are missing; ejia migrate")),
            }
        }
    }
}

fn jobs(desk: &Desk) -> Finding {
    let jobs = desk.read_now(|txn| Ok((ejia_jobs::counts(txn)?, ejia_jobs::oldest_due(txn)?, txn.now())));
    match jobs {
        Err(problem) => Finding::wrong("jobs", explained(&problem)),
        Ok((_, Some(due), now)) if now.since(due) > PATIENCE => {
            Finding::wrong("jobs", format!("one has been due since {due}: no `ejia serve` works on this database"))
        }
        Ok((counts, ..)) if counts.failed > 0 => {
            Finding::look("jobs", format!("{} were given up; the log says why", counts.failed))
        }
        Ok((counts, ..)) => Finding::good("jobs", format!("{} wait, none was given up", counts.waiting)),
    }
}

/// Whom we speak with: keys and addresses are read and checked, nobody is called.
fn of_outside(settings: &Settings, desk: &Desk) -> Vec<Finding> {
    let origin = settings.public_origin.trim_end_matches('/');
    let secure = match desk.schema() {
        Err(_) => Finding::look("secure", "its authority is made when ejia serve starts for the first time"),
        Ok(_) => Finding::of("secure", settings.secure(desk), "the encrypted channel is set up"),
    };
    vec![
        Finding::of("sms", settings.sms.open(desk.clock()), "its settings are whole"),
        Finding::of("channels", settings.channels.open(origin, desk), "their keys are whole"),
        Finding::of("wechat", settings.wechat.as_ref().map(WeChatSettings::open).transpose(), "its settings are whole"),
        secure,
    ]
}
