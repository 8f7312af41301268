//! What the platform is built from: licences, known faults, origins, and build scripts that stay at home.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test cannot go on without what it reads")]

use std::collections::BTreeMap;
use std::process::Command;

use ejia_tidy::supply::{Piece, Rules};
use ejia_tidy::{expect_none, root};
use serde::Deserialize;

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
}

/// What `cargo metadata` says, as far as it is asked here.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
    src_path: String,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dep>,
}

#[derive(Deserialize)]
struct Dep {
    name: String,
    dep_kinds: Vec<DepKind>,
}

#[derive(Deserialize)]
struct DepKind {
    kind: Option<String>,
}

fn rules() -> Rules {
    Rules::read(&std::fs::read_to_string(root().join("tests/tidy/supply.toml")).unwrap()).unwrap()
}

fn metadata() -> Metadata {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let asked = ["metadata", "--offline", "--locked", "--all-features", "--format-version", "1"];
    let told = Command::new(cargo).args(asked).current_dir(root()).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    serde_json::from_slice(&told.stdout).unwrap()
}

/// Every crate of Cargo.lock that is not ours.
fn crates(metadata: &Metadata) -> Vec<Piece> {
    let lock: Lock = toml::from_str(&std::fs::read_to_string(root().join("Cargo.lock")).unwrap()).unwrap();
    let licences: BTreeMap<(&str, &str), Option<&String>> = metadata
        .packages
        .iter()
        .map(|package| ((package.name.as_str(), package.version.as_str()), package.license.as_ref()))
        .collect();
    let strangers = lock.package.iter().filter(|locked| !locked.name.starts_with("ejia"));
    strangers
        .map(|locked| {
            let Locked { name, version, source, checksum } = locked;
            let registry = source.as_ref().is_some_and(|source| source.starts_with("registry+"));
            let origin = match (registry, checksum) {
                (true, Some(_)) => Ok(()),
                (true, None) => Err(format!("{name} {version} has no checksum")),
                (false, _) => Err(format!("{name} {version} comes from {source:?}, not from the registry")),
            };
            let licence = licences.get(&(name.as_str(), version.as_str())).copied().flatten().cloned();
            Piece { name: name.clone(), version: version.parse().unwrap(), licence, origin }
        })
        .collect()
}

/// Every package of package-lock.json.
fn packages() -> Vec<Piece> {
    let lock = std::fs::read_to_string(root().join("package-lock.json")).unwrap();
    let lock: serde_json::Value = serde_json::from_str(&lock).unwrap();
    let all = lock["packages"].as_object().unwrap().iter().filter(|(path, _)| !path.is_empty());
    all.map(|(path, package)| {
        let name = path.rsplit("node_modules/").next().unwrap().to_owned();
        let text = |field: &str| package[field].as_str().map(str::to_owned);
        let sound = text("integrity").is_some_and(|sum| sum.starts_with("sha512-"));
        let origin = if !sound {
            Err(format!("{name} has no sha512 checksum"))
        } else if package["hasInstallScript"].as_bool().unwrap_or_default() {
            Err(format!("{name} runs a script when it is installed"))
        } else if package["link"].as_bool().unwrap_or_default() {
            Err(format!("{name} is a link"))
        } else {
            Ok(())
        };
        Piece { name, version: text("version").unwrap().parse().unwrap(), licence: text("license"), origin }
    })
    .collect()
}

#[test]
fn what_is_built_in_may_be_built_in() {
    let pieces = [crates(&metadata()), packages()].concat();
    assert!(pieces.len() > 400, "{} pieces", pieces.len());
    expect_none("Licences, known faults, twins and origins: see tests/tidy/supply.toml.", &rules().breaches(&pieces));
}

#[test]
fn one_registry_is_the_only_source() {
    let metadata = metadata();
    let mut sources: Vec<&String> = metadata.packages.iter().filter_map(|package| package.source.as_ref()).collect();
    sources.sort_unstable();
    sources.dedup();
    assert_eq!(sources.len(), 1, "{sources:?}");
}

#[test]
fn build_scripts_stay_at_home() {
    const CLIENTS: [&str; 10] =
        ["attohttpc", "curl", "git2", "hyper", "isahc", "minreq", "native_tls", "openssl", "reqwest", "ureq"];
    const CALLS: [&str; 6] =
        ["TcpStream", "Command::new(\"curl", "Command::new(\"wget", "ureq::", "reqwest::", "\"clone\""];
    let metadata = metadata();
    let mut breaches = Vec::new();
    for node in &metadata.resolve.nodes {
        for dep in &node.deps {
            let builds = dep.dep_kinds.iter().any(|kind| kind.kind.as_deref() == Some("build"));
            if builds && CLIENTS.contains(&dep.name.as_str()) {
                breaches.push(format!("{} builds with {}", node.id, dep.name));
            }
        }
    }
    for package in &metadata.packages {
        let scripts = package.targets.iter().filter(|target| target.kind.iter().any(|kind| kind == "custom-build"));
        for script in scripts {
            let text = std::fs::read_to_string(&script.src_path).unwrap_or_default();
            for call in CALLS.iter().filter(|call| text.contains(**call)) {
                breaches.push(format!("{}: its build script says {call}", package.id));
            }
        }
    }
    let (dormant, breaches): (Vec<_>, Vec<_>) = breaches
        .into_iter()
        .partition(|breach| DORMANT.iter().any(|(part, call, _)| breach.contains(part) && breach.ends_with(call)));
    assert_eq!(dormant.len(), DORMANT.len(), "{dormant:?}");
    expect_none("Nothing is fetched while the platform is built.", &breaches);
}

/// Build scripts that could fetch and do not: the crate, the call, and why.
const DORMANT: [(&str, &str, &str); 1] = [(
    "#codex@",
    "ureq::",
    "only under a feature of its own tests, whose client would be seen among what it builds with",
)];

#[test]
fn the_bill_of_materials_names_what_is_shipped_and_nothing_of_the_tests() {
    let told = Command::new(root().join("scripts/sbom.sh")).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let bill: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!((bill["bomFormat"].as_str(), bill["specVersion"].as_str()), (Some("CycloneDX"), Some("1.6")));
    let components = bill["components"].as_array().unwrap();
    let named = |name: &str| components.iter().find(|component| component["name"] == name);
    for shipped in ["rustls", "argon2", "typst", "ejia-access", "htmx.org", "@tabler/core"] {
        let component = named(shipped).unwrap_or_else(|| panic!("{shipped} is not in it"));
        let own = shipped.starts_with("ejia");
        assert!(own || component["hashes"][0]["content"].as_str().is_some_and(|sum| sum.len() >= 64), "{component}");
        assert!(component["licenses"][0]["expression"].is_string(), "{component}");
    }
    for of_tests in ["proptest", "ejia-tidy", "libfuzzer-sys", "axe-core", "windows-sys"] {
        assert!(named(of_tests).is_none(), "{of_tests} is in it");
    }
}

#[test]
fn the_list_can_fail() {
    let piece = |name: &str, version: &str, licence: &str| Piece {
        name: name.to_owned(),
        version: version.parse().unwrap(),
        licence: Some(licence.to_owned()),
        origin: Ok(()),
    };
    let rules = r#"
        licences = ["MIT", "Apache-2.0"]
        sole = ["lock"]
        [[exception]]
        crate = "odd"
        licence = "MPL-2.0"
        reason = "used in tests only, never shipped"
        [[twin]]
        crates = []
        versions = 2
        reason = "nobody asks for it, but it is said"
        [[advisory]]
        id = "INVENTED-1"
        crate = "porous"
        versions = [">=1.0.0, <1.2.3"]
        what = "lets everybody in"
        [[advisory]]
        id = "INVENTED-2"
        crate = "gone"
        versions = ["*"]
        what = "was here once"
        accepted = "because it was here once upon a time"
    "#;
    let rules = Rules::read(rules).unwrap();
    let odd = piece("odd", "1.0.0", "MPL-2.0");
    let wrong = |pieces: &[Piece]| rules.breaches(&[pieces, std::slice::from_ref(&odd)].concat());
    let always = "INVENTED-2 is accepted for gone, which is not in the tree".to_owned();
    assert_eq!(
        wrong(&[piece("good", "1.0.0", "MIT/GPL-3.0"), piece("porous", "1.2.3", "MIT")]),
        std::slice::from_ref(&always)
    );
    for (bad, said) in [
        (vec![piece("porous", "1.2.2+later", "MIT")], "porous 1.2.2+later: INVENTED-1: lets everybody in"),
        (vec![piece("mine", "0.1.0", "GPL-3.0-only")], "mine 0.1.0 stands under GPL-3.0-only"),
        (vec![piece("both", "0.1.0", "MIT AND MPL-2.0")], "both 0.1.0 stands under MIT AND MPL-2.0"),
        (vec![piece("lock", "1.0.0", "MIT"), piece("lock", "2.0.0", "MIT")], "lock stands in the tree 2 times"),
        (
            vec![Piece { origin: Err("far is from a repository".to_owned()), ..piece("far", "1.0.0", "MIT") }],
            "far is from a repository",
        ),
        (vec![Piece { licence: None, ..piece("mute", "1.0.0", "") }], "mute 1.0.0 names no licence"),
    ] {
        let found = wrong(&bad);
        assert!(found.contains(&said.to_owned()) && found.contains(&always), "{found:?}");
    }
    assert!(rules.breaches(&[]).contains(&"exception for odd, which is not in the tree".to_owned()));
}
