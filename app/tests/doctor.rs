//! `ejia doctor`: it says what is wrong, in which setting, and what to do.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod installation;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use ejia_buckets::testing::Server;

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
    for line in ["WRONG  jobs", "WRONG  secure"] {
        assert!(!said.contains(line), "nothing is wrong before the first start: {said}");
    }
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

#[test]
fn a_bucket_that_is_not_what_the_settings_say_is_named_and_nothing_starts_on_it() {
    let folder = tempfile::tempdir().unwrap();
    installation::secret(folder.path(), "secret", 0, 0o600);
    let account = &Server::shared().account;
    let word = folder.path().join("s3-secret");
    let with = |endpoint: &str, bucket: &str, secret: &str, mode: u32| {
        fs::write(&word, secret).unwrap();
        fs::set_permissions(&word, fs::Permissions::from_mode(mode)).unwrap();
        let more = format!(
            "[files.s3]\nendpoint = \"{endpoint}\"\nbucket = \"{bucket}\"\nregion = \"cn-east\"\n\
             access_key = \"{}\"\nsecret_file = \"{}\"\n",
            account.access_key,
            word.display()
        );
        let database = format!("sqlite://{}/ejia.db", folder.path().display());
        installation::settings(folder.path(), "127.0.0.1:8600", &database, &more)
    };
    let (at, right) = (account.endpoint.as_str(), account.secret.as_str());
    let (_, said) = asked("doctor", &with(at, "ejia", right, 0o644));
    for line in ["ok     files.s3: ", "WRONG  files.s3.secret_file: others may read it"] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let (_, said) = asked("doctor", &with(at, "nobodys", right, 0o600));
    assert!(said.contains("WRONG  files.s3: the bucket nobodys") && said.contains("none of this name"), "{said}");
    for (endpoint, bucket, secret, told) in [
        (at, "nobodys", right, "there is none of this name"),
        (at, "ejia", "guessed", "the secret or the region is another"),
        (at, "versions", right, "switch versioning off"),
        ("http://s3.example.gov.cn", "ejia", right, "files.s3.endpoint: begins with https://"),
    ] {
        let (well, said) = asked("serve", &with(endpoint, bucket, secret, 0o600));
        assert!(!well && said.contains("files.s3") && said.contains(told), "{told}: {said}");
        assert!(!said.contains(right) && !said.contains("guessed"), "no secret is told: {said}");
    }
}
