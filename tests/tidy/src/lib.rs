//! The laws of the house, read from the tree itself. Each test in `tests/` is one law.
//!
//! A law looks at the files as text: what it wants can be seen in a diff, and breaking it fails the
//! build with a sentence that names the file.

pub mod supply;

use std::path::{Path, PathBuf};

/// A file of the tree with its text.
pub struct Source {
    /// Path from the root of the tree, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// The root of the tree.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below `folder` with this ending, outside what is installed or built.
pub fn sources(folder: &str, ending: &str) -> Vec<Source> {
    let root = root();
    let mut found = Vec::new();
    gather(&root.join(folder), ending, &mut found);
    found.sort();
    found
        .into_iter()
        .filter_map(|path| {
            let text = std::fs::read_to_string(&path).ok()?;
            let path = path.strip_prefix(&root).ok()?.to_string_lossy().into_owned();
            Some(Source { path, text })
        })
        .collect()
}

fn gather(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    const PASSED_OVER: [&str; 5] = ["target", "node_modules", "vendor", ".git", "screenshots"];
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !PASSED_OVER.contains(&name.as_str()) {
                gather(&path, ending, found);
            }
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}

/// Fails with every breach listed, one a line.
///
/// # Panics
/// When there is a breach.
pub fn expect_none(law: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{law}\n  {}", breaches.join("\n  "));
}

/// The part of a Rust file that is not its tests.
pub fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text)
}

/// Whether the file holds nothing but tests.
pub fn is_test_file(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.starts_with("tests/")
}
