//! `ejia doctor`: it says what is wrong, in which setting, and what to do.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod installation;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Settings in a folder, with a secret that everybody may read.
fn installed(folder: &Path) -> PathBuf {
    installation::secret(folder, "secret", 0, 0o644);
    installation::settings(folder, "127.0.0.1:8600", &format!("sqlite://{}/ejia.db", folder.display()), "")
}

fn asked(command: &str, config: &Path) -> (bool, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_ejia")).arg(command).arg("--config").arg(config).output().unwrap();
    let said = [ran.stdout, ran.stderr].concat();
    (ran.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn what_is_wrong_is_named_with_what_to_do_and_is_gone_once_it_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let config = installed(folder.path());
    let (well, said) = asked("doctor", &config);
    assert!(!well && said.contains("WRONG  secret_file: others may read it; chmod 600"), "{said}");
    assert!(said.contains("look   schema: there is none yet"), "{said}");
    fs::set_permissions(folder.path().join("secret"), fs::Permissions::from_mode(0o600)).unwrap();
    assert!(asked("migrate", &config).0);
    let (_, said) = asked("doctor", &config);
    for line in
        ["ok     secret_file", "ok     schema", "ok     jobs", "look   data", "ok     sms", "ok     public_origin"]
    {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(!said.contains("a word") && !said.contains("00112233"), "no secret is told: {said}");
}

#[test]
fn the_settings_that_the_package_brings_are_understood_once_they_are_filled_in() {
    let folder = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/ejia.toml.example");
    let (well, said) = asked("doctor", &example);
    assert!(!well && said.contains("sms.report_secret"), "{said}");
    let filled = fs::read_to_string(example).unwrap();
    let filled = filled.replace("report_secret = \"\"", "report_secret = \"0123456789abcdef\"");
    let filled = filled.replace("/var/lib/ejia", &folder.path().display().to_string());
    let config = folder.path().join("ejia.toml");
    fs::write(&config, filled).unwrap();
    let (_, said) = asked("doctor", &config);
    assert!(said.contains("secret_file") && said.contains("ok     public_origin"), "{said}");
}
