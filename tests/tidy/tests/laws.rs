//! One law a test.

use std::collections::{BTreeMap, BTreeSet};

use ejia_tidy::{Source, expect_none, is_test_file, root, sources, without_tests};

/// Folder → what its crates may depend on (their own crates named `ejia-…`).
const MAY_USE: [(&str, &[&str]); 33] = [
    ("spine/kernel", &[]),
    ("spine/db", &["kernel"]),
    ("spine/jobs", &["kernel", "db"]),
    ("spine/keys", &["kernel", "db", "jobs"]),
    ("spine/audit", &["kernel", "db", "jobs"]),
    ("spine/web", &["kernel", "db", "jobs", "audit"]),
    ("product/directory", &["kernel", "db", "jobs", "audit", "web"]),
    ("product/messages", &["kernel", "db", "jobs", "audit", "web", "directory"]),
    ("product/access", &["kernel", "db", "jobs", "audit", "web", "directory", "messages"]),
    ("product/payments", &["kernel", "db", "jobs", "audit", "web", "directory", "messages", "access"]),
    ("product/documents", &["kernel", "db", "jobs", "audit", "web", "directory", "messages", "access"]),
    (
        "product/dues",
        &["kernel", "db", "jobs", "audit", "web", "directory", "messages", "access", "payments", "documents"],
    ),
    ("product/statistics", &["kernel", "db", "jobs", "audit", "web", "directory", "documents"]),
    ("product/help", &["kernel", "web"]),
    ("product/transfers", &["kernel", "db", "jobs", "audit", "web", "directory", "messages", "access", "documents"]),
    ("product/ballots", &["kernel", "db", "jobs", "audit", "web", "directory", "access", "documents"]),
    (
        "product/meetings",
        &["kernel", "db", "jobs", "audit", "web", "directory", "messages", "access", "documents", "ballots"],
    ),
    (
        "product/overview",
        &["kernel", "db", "jobs", "audit", "web", "directory", "documents", "dues", "transfers", "meetings"],
    ),
    ("product/oversight", &["kernel", "db", "jobs", "audit", "web", "directory", "access", "documents"]),
    ("adapters/tables", &["kernel"]),
    ("adapters/photos", &["documents"]),
    ("adapters/files", &["keys", "documents"]),
    ("adapters/buckets", &["keys", "documents"]),
    ("adapters/sms", &["kernel", "db", "messages"]),
    ("adapters/wechat", &["kernel", "db", "messages", "access", "wire"]),
    ("adapters/channel/", &[]),
    ("adapters/channels/wire", &["kernel"]),
    ("adapters/channels/counter", &["kernel", "wire"]),
    ("adapters/channels", &["kernel", "payments", "wire", "counter"]),
    ("adapters/press", &["kernel", "documents"]),
    ("adapters/typeset", &[]),
    ("app", &["*"]),
    ("tests", &["*"]),
];

#[test]
fn dependencies_run_one_way() {
    let mut breaches = Vec::new();
    for manifest in sources("", "Cargo.toml").iter().filter(|s| s.path != "Cargo.toml") {
        let Some((_, allowed)) = MAY_USE.iter().find(|(folder, _)| manifest.path.starts_with(folder)) else {
            breaches.push(format!("{}: a room that this law does not know", manifest.path));
            continue;
        };
        let own: toml::Table = manifest.text.parse().unwrap();
        for (name, _) in own.get("dependencies").and_then(|d| d.as_table()).into_iter().flatten() {
            let Some(short) = name.strip_prefix("ejia-") else { continue };
            if !allowed.contains(&short) && !allowed.contains(&"*") {
                breaches.push(format!("{} uses {name}", manifest.path));
            }
        }
    }
    expect_none("Dependencies run app → adapters → product → spine.", &breaches);
}

#[test]
fn files_stay_short() {
    let mut breaches = Vec::new();
    for source in rust_files() {
        let lines = source.text.lines().count();
        if lines > 350 {
            breaches.push(format!("{}: {lines} lines", source.path));
        }
    }
    expect_none("A file has at most 350 lines.", &breaches);
}

#[test]
fn every_file_opens_with_a_sentence() {
    let breaches: Vec<String> =
        rust_files().into_iter().filter(|source| !source.text.starts_with("//!")).map(|source| source.path).collect();
    expect_none("Each file opens with a sentence that says what it is.", &breaches);
}

#[test]
fn names_say_something() {
    const SAY_NOTHING: [&str; 12] = [
        "util", "utils", "helper", "helpers", "common", "misc", "manager", "service", "services", "data", "info",
        "stuff",
    ];
    let breaches: Vec<String> = rust_files()
        .into_iter()
        .filter(|source| {
            let named = source.path.split('/').skip(1).map(|part| part.trim_end_matches(".rs"));
            named.into_iter().any(|part| SAY_NOTHING.contains(&part))
        })
        .map(|source| source.path)
        .collect();
    expect_none("No room is named util, helper, common, misc, manager, service, data or info.", &breaches);
}

#[test]
fn nothing_is_waved_through() {
    const FORBIDDEN: [&str; 4] = ["#[allow(", "#![allow(", "todo!(", "unimplemented!("];
    let mut breaches = Vec::new();
    for source in rust_files().iter().filter(|source| !source.path.starts_with("tests/tidy")) {
        for word in FORBIDDEN {
            if source.text.contains(word) {
                breaches.push(format!("{}: {word}", source.path));
            }
        }
    }
    expect_none("A lint is expected with a reason, never allowed; nothing is left to do.", &breaches);
}

#[test]
fn only_a_store_speaks_sql() {
    const SPEECH: [&str; 5] = ["SELECT ", "INSERT INTO ", "DELETE FROM ", "UPDATE ", "CREATE TABLE"];
    let mut breaches = Vec::new();
    for source in sources("product", ".rs").iter().filter(|source| !is_test_file(&source.path)) {
        if source.path.ends_with("schema.rs") || source.path.contains("store") {
            continue;
        }
        let code = without_tests(&source.text);
        let speaks = code.lines().any(|line| {
            let line = line.trim_start();
            !line.starts_with("//") && SPEECH.iter().any(|word| line.contains(&format!("\"{word}")))
        });
        if speaks {
            breaches.push(source.path.clone());
        }
    }
    expect_none("In a product crate only store files (and schema.rs) speak SQL.", &breaches);
}

#[test]
fn only_handlers_are_async() {
    let mut breaches = Vec::new();
    for source in sources("product", ".rs").iter().filter(|source| !is_test_file(&source.path)) {
        // Passwords are checked on threads of their own, for which a handler waits.
        if source.path.contains("pages") || source.path.ends_with("/passwords.rs") {
            continue;
        }
        if without_tests(&source.text).lines().any(|line| line.contains("async fn")) {
            breaches.push(source.path.clone());
        }
    }
    expect_none("Product crates are synchronous outside their pages.", &breaches);
}

#[test]
fn only_access_admits_callers() {
    let mut breaches = Vec::new();
    for folder in ["product", "adapters", "app"] {
        for source in sources(folder, ".rs") {
            let tests = is_test_file(&source.path);
            let admits = ["Member::admitted(", "Officer::admitted(", "Applicant::admitted("];
            if !tests
                && !source.path.starts_with("product/access")
                && admits.iter().any(|word| without_tests(&source.text).contains(word))
            {
                breaches.push(source.path);
            }
        }
    }
    expect_none("Only product/access makes a Member, an Officer or an Applicant.", &breaches);
}

#[test]
fn every_refusal_has_a_sentence_and_no_sentence_is_dead() {
    let code = all_code();
    let mut breaches = Vec::new();
    for texts in sources("", "texts.toml") {
        let krate = crate_of(&texts.path);
        let table: toml::Table = texts.text.parse().unwrap();
        for key in table.keys() {
            if !code.contains(&format!("\"{key}\"")) {
                breaches.push(format!("{}: nothing uses {key}", texts.path));
            }
        }
        for used in codes_of(&code, krate) {
            if !table.contains_key(&used) {
                breaches.push(format!("{}: no sentence for {used}", texts.path));
            }
        }
    }
    expect_none("Each code has one sentence in its crate's texts.toml.", &breaches);
}

#[test]
fn templates_hold_no_script_and_no_style() {
    const FORBIDDEN: [&str; 6] = [" style=", " onclick=", " onchange=", "javascript:", "<style", "|safe"];
    let mut breaches = Vec::new();
    for source in sources("portals", ".html") {
        for word in FORBIDDEN {
            if in_a_tag(&source.text, word) {
                breaches.push(format!("{}: {word}", source.path));
            }
        }
        if source.text.matches("<script").count() != source.text.matches("<script src=").count()
            && source.text.matches("<script").count() != source.text.matches("<script defer src=").count()
        {
            breaches.push(format!("{}: a script without an address", source.path));
        }
    }
    expect_none("Pages hold no inline script or style, and escape everything.", &breaches);
}

/// Whether the word stands in a tag of the page; an argument of a macro (`style="danger"`) does not.
fn in_a_tag(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(at, _)| text[..at].rfind(['<', '{']).is_some_and(|before| text[before..].starts_with('<')))
        || (word.starts_with('<') && text.contains(word))
}

#[test]
fn pages_name_no_city_of_their_own() {
    let pages = sources("portals", ".html").into_iter().filter(|page| !page.path.contains("/sandbox/"));
    let named: Vec<String> = pages.filter(|page| page.text.contains("厦门")).map(|page| page.path).collect();
    expect_none("The name of the city is a setting; pages ask for it: {{ city() }}.", &named);
}

#[test]
fn lock_files_name_no_place() {
    let lock = std::fs::read_to_string(root().join("package-lock.json")).unwrap_or_default();
    assert!(!lock.contains("\"resolved\""), "package-lock.json holds download addresses");
}

#[test]
fn every_delivered_row_has_a_test_and_every_named_test_exists() {
    let manual = std::fs::read_to_string(root().join("MANUAL.md")).unwrap();
    let proofs = proofs();
    let mut breaches = Vec::new();
    for row in delivered_rows(&manual) {
        if !proofs.contains_key(&row) {
            breaches.push(format!("row {row} is delivered, and no test says `proves: {row}`"));
        }
    }
    for (file, name) in named_tests(&manual) {
        let text = std::fs::read_to_string(root().join(&file)).unwrap_or_default();
        if !text.contains(&name) {
            breaches.push(format!("MANUAL.md names {file}: {name}, which is not there"));
        }
    }
    expect_none("Each delivered row of the features has a test.", &breaches);
}

/// Row id → the files that say they prove it.
fn proofs() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut files = sources("", ".rs");
    files.extend(sources("tests/browser", ".mjs"));
    for source in files.iter().filter(|source| !source.path.starts_with("tests/tidy")) {
        for line in source.text.lines() {
            let Some((_, ids)) = line.split_once("proves: ") else { continue };
            for id in ids.split([' ', ',']).filter(|id| !id.is_empty()) {
                found.entry(id.to_owned()).or_default().insert(source.path.clone());
            }
        }
    }
    found
}

/// `| A1 | delivered | …` lines of MANUAL.md.
fn delivered_rows(manual: &str) -> Vec<String> {
    manual
        .lines()
        .filter_map(|line| {
            let mut cells = line.trim_matches('|').split('|').map(str::trim);
            let id = cells.next()?;
            (cells.next()? == "delivered").then(|| id.to_owned())
        })
        .collect()
}

/// Tests are named in MANUAL.md as `path/to/file: name`, within backquotes.
fn named_tests(manual: &str) -> Vec<(String, String)> {
    manual
        .split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|quoted| quoted.split_once(": "))
        .filter(|(file, _)| file.contains('/'))
        .map(|(file, name)| (file.to_owned(), name.to_owned()))
        .collect()
}

fn rust_files() -> Vec<Source> {
    ["spine", "product", "adapters", "app", "tests"].iter().flat_map(|folder| sources(folder, ".rs")).collect()
}

fn all_code() -> String {
    let mut code = String::new();
    for folder in ["spine", "product", "adapters", "app"] {
        for source in sources(folder, ".rs").iter().filter(|source| !is_test_file(&source.path)) {
            code.push_str(without_tests(&source.text));
        }
    }
    for source in sources("portals", ".html") {
        code.push_str(&source.text);
    }
    code
}

fn crate_of(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or_default()
}

/// What a code is handed to. Job kinds and audit subjects look alike, so the call decides.
const TAKES_A_CODE: [&str; 12] = [
    "refused(\"",
    "not_found(\"",
    "forbidden(\"",
    "conflict(\"",
    "too_many(\"",
    "bad_request(\"",
    ".saying(\"",
    ".saying_with(\"",
    "too_large(\"",
    "Entry::new(&actor, \"",
    "actor(), \"",
    "Actor::System, \"",
];

fn codes_of(code: &str, krate: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for call in TAKES_A_CODE {
        for part in code.split(call).skip(1) {
            let word = part.split('"').next().unwrap_or_default();
            if word.strip_prefix(krate).is_some_and(|rest| rest.starts_with('.')) {
                found.insert(word.to_owned());
            }
        }
    }
    found
}
