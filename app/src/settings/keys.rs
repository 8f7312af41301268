//! The root secret and the keys of a settings file.

use std::path::{Path, PathBuf};

use ejia_kernel::{Cipher, Vault};
use schemars::JsonSchema;
use serde::Deserialize;

use super::Settings;

/// A key that seals, or has sealed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeySettings {
    /// File with the key: 64 hexadecimal digits.
    pub file: PathBuf,
    /// `aes` (AES-256-GCM-SIV) or `sm4` (SM4-GCM).
    pub cipher: Cipher,
}

impl Settings {
    /// The vault with the root secret and the keys.
    ///
    /// # Errors
    /// A sentence when a file is missing, is not 64 hexadecimal digits, or holds a default; when two keys are told by one byte.
    pub fn vault(&self) -> Result<Vault, String> {
        let root = read_secret(&self.secret_file)?;
        let key = |key: &KeySettings| Ok((key.cipher, read("keys.file", &key.file)?));
        let keys: Vec<_> = self.keys.iter().map(key).collect::<Result<_, String>>()?;
        Vault::with_keys(root, keys).ok_or_else(|| {
            "keys: two of them, or one and the root secret, are told by the same byte, or are the same: make the new one \
             once more with: openssl rand -hex 32"
                .to_owned()
        })
    }
}

/// The demo's root secret; `serve` refuses it.
pub const DEMO_SECRET: [u8; 32] = *b"ejia demo: everybody knows this.";

/// Reads a root secret that is not a default.
///
/// # Errors
/// A sentence when the file is missing, is not 64 hexadecimal digits, or holds a default.
pub fn read_secret(path: &Path) -> Result<[u8; 32], String> {
    read("secret_file", path)
}

fn read(setting: &str, path: &Path) -> Result<[u8; 32], String> {
    let path = path.display();
    let text = std::fs::read_to_string(path.to_string()).map_err(|error| {
        format!("{setting}: cannot read {path}: {error}. Make one with: openssl rand -hex 32 > {path}")
    })?;
    let secret = parse(text.trim()).ok_or_else(|| format!("{setting}: {path} must hold 64 hexadecimal digits"))?;
    let mut seen = secret.to_vec();
    seen.sort_unstable();
    seen.dedup();
    if seen.len() < 8 || secret == DEMO_SECRET {
        return Err(format!("{setting}: {path} holds a default secret; make one with: openssl rand -hex 32"));
    }
    Ok(secret)
}

fn parse(hex: &str) -> Option<[u8; 32]> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let mut secret = [0; 32];
    for (byte, pair) in secret.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(secret: [u8; 32]) -> String {
        secret.map(|byte| format!("{byte:02x}")).concat()
    }

    fn good(turn: u8) -> String {
        hex(std::array::from_fn(|n| u8::try_from(n).unwrap().wrapping_mul(37).wrapping_add(turn)))
    }

    /// The vault of a settings file with this root and these keys.
    fn opened(root: &str, keys: &[(&str, &str)]) -> Result<Vault, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, content: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, format!("{content}\n")).unwrap();
            path.display().to_string()
        };
        let mut text = format!(
            "listen = \"127.0.0.1:8600\"\ndatabase = \"sqlite:///x.db\"\ndata = \"/tmp\"\nsecret_file = \"{}\"\n",
            file("root", root)
        );
        for (n, (cipher, key)) in keys.iter().enumerate() {
            let file = file(&format!("key-{n}"), key);
            text = format!("{text}[[keys]]\nfile = \"{file}\"\ncipher = \"{cipher}\"\n");
        }
        text += "[sms]\nendpoint = \"https://dysmsapi.aliyuncs.com\"\naccess_key = \"LTAI1\"\n\
             access_secret_file = \"/x\"\nsign_name = \"党建e家\"\nreport_secret = \"0123456789abcdef\"\n";
        toml::from_str::<Settings>(&text).map_err(|error| error.to_string())?.vault()
    }

    #[test]
    fn production_refuses_default_secrets() {
        for (secret, accepted) in
            [(good(0), true), ("00".repeat(32), false), (hex(DEMO_SECRET), false), ("12".to_owned(), false)]
        {
            assert_eq!(opened(&secret, &[]).is_ok(), accepted, "{secret} as root");
            assert_eq!(opened(&good(9), &[("aes", &secret)]).is_ok(), accepted, "{secret} as key");
        }
    }

    #[test]
    fn the_first_key_seals_and_every_other_and_the_root_open() {
        let (root, one, two) = (good(0), good(1), good(2));
        let alone = opened(&root, &[]).unwrap();
        let before = opened(&root, &[("aes", &one)]).unwrap();
        let after = opened(&root, &[("sm4", &two), ("aes", &one)]).unwrap();
        assert_eq!(after.keys(), [after.current(), before.current(), alone.current()]);
        assert!(opened(&root, &[("des", &one)]).is_err());
        let twice = opened(&root, &[("sm4", &one), ("sm4", &one)]).err().unwrap();
        assert!(twice.starts_with("keys:"), "{twice}");
    }
}
