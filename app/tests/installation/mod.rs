//! An installation in a folder, as `docs/operating.md` describes it, without anybody outside.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The settings that every installation has, and these more.
pub(crate) fn settings(folder: &Path, listen: &str, database: &str, more: &str) -> PathBuf {
    let word = folder.join("word");
    fs::write(&word, "a word").unwrap();
    let settings = format!(
        "listen = \"{listen}\"\ndatabase = \"{database}\"\ndata = \"{0}/data\"\nsecret_file = \"{0}/secret\"\n\
         public_origin = \"https://ejia.example.gov.cn\"\nsecure = \"elsewhere\"\n{more}\n[sms]\nendpoint = \"https://sms.invalid\"\n\
         access_key = \"LTAI1\"\naccess_secret_file = \"{1}\"\nsign_name = \"党建e家\"\nreport_secret = \"0123456789abcdef\"\n",
        folder.display(),
        word.display()
    );
    let file = folder.join("ejia.toml");
    fs::write(&file, settings).unwrap();
    file
}

/// A secret, or a key: 64 digits that begin with this byte.
pub(crate) fn secret(folder: &Path, name: &str, first: u8, mode: u32) -> PathBuf {
    let file = folder.join(name);
    fs::write(&file, format!("{first:02x}112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    file
}
