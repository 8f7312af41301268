//! What the platform is built from, held against the list of what may be (`supply.toml`).
//!
//! A [`Tree`] is read from `Cargo.lock` and from what cargo knows of each crate (`cargo metadata --offline`); a list of
//! packages from `package-lock.json` is one as well. [`Rules`] say what is wrong with it, as sentences.

use std::collections::{BTreeMap, BTreeSet};

use semver::{Version, VersionReq};
use serde::Deserialize;
use spdx::{Expression, ParseMode};

/// A crate or a package of npm, as it is built in.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// Its licence as it says itself.
    pub licence: Option<String>,
    /// Whether it comes from the registry and under a checksum; what is wrong, if not.
    pub origin: Result<(), String>,
}

/// The list, as `supply.toml` has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    licences: Vec<String>,
    sole: BTreeSet<String>,
    exception: Vec<Exception>,
    twin: Vec<Twin>,
    advisory: Vec<Advisory>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    licence: String,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Twin {
    crates: Vec<String>,
    versions: usize,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advisory {
    id: String,
    #[serde(rename = "crate")]
    name: String,
    versions: Vec<VersionReq>,
    what: String,
    accepted: Option<String>,
}

impl Rules {
    /// Reads the list.
    ///
    /// # Errors
    /// Says where it is not in order.
    pub fn read(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Everything that is wrong with these pieces, and every entry that no piece needs any more.
    pub fn breaches(&self, pieces: &[Piece]) -> Vec<String> {
        let mut found: Vec<String> = pieces.iter().filter_map(|piece| piece.origin.clone().err()).collect();
        found.extend(pieces.iter().filter_map(|piece| self.licence_breach(piece)));
        self.known_faults(pieces, &mut found);
        self.twins(pieces, &mut found);
        for exception in &self.exception {
            if !pieces.iter().any(|piece| piece.name == exception.name) {
                found.push(format!("exception for {}, which is not in the tree", exception.name));
            }
        }
        found.extend(self.silent().map(|entry| format!("{entry}: no reason is given")));
        found
    }

    fn licence_breach(&self, piece: &Piece) -> Option<String> {
        let Piece { name, version, licence, .. } = piece;
        let Some(licence) = licence else { return Some(format!("{name} {version} names no licence")) };
        let Ok(expression) = Expression::parse_mode(licence, ParseMode::LAX) else {
            return Some(format!("{name} {version}: what licence is {licence:?}?"));
        };
        let fits = expression.evaluate(|asked| {
            let asked = asked.license.id().map_or("", |id| id.name);
            let excepted = |exception: &Exception| exception.name == *name && exception.licence == asked;
            self.licences.iter().any(|allowed| allowed == asked) || self.exception.iter().any(excepted)
        });
        (!fits).then(|| format!("{name} {version} stands under {licence}"))
    }

    fn known_faults(&self, pieces: &[Piece], found: &mut Vec<String>) {
        for Advisory { id, name, versions, what, accepted } in &self.advisory {
            let mut met =
                pieces.iter().filter(|piece| piece.name == *name && among(versions, &piece.version)).peekable();
            match accepted {
                Some(_) if met.peek().is_none() => {
                    found.push(format!("{id} is accepted for {name}, which is not in the tree"));
                }
                Some(_) => {}
                None => found.extend(met.map(|piece| format!("{name} {}: {id}: {what}", piece.version))),
            }
        }
    }

    fn twins(&self, pieces: &[Piece], found: &mut Vec<String>) {
        let mut versions: BTreeMap<&str, BTreeSet<&Version>> = BTreeMap::new();
        for piece in pieces {
            versions.entry(&piece.name).or_default().insert(&piece.version);
        }
        for name in &self.sole {
            let many = versions.get(name.as_str()).map_or(0, BTreeSet::len);
            let allowed = self.twin.iter().find(|twin| twin.crates.contains(name)).map_or(1, |twin| twin.versions);
            if many > allowed {
                found.push(format!("{name} stands in the tree {many} times"));
            }
            if allowed > 1 && many < allowed {
                found.push(format!("{name} is allowed {allowed} times and stands there {many} times"));
            }
        }
    }

    /// Entries that ask for something and do not say why.
    fn silent(&self) -> impl Iterator<Item = &str> {
        let exceptions = self.exception.iter().map(|entry| (entry.name.as_str(), entry.reason.as_str()));
        let twins = self.twin.iter().map(|entry| ("twin", entry.reason.as_str()));
        let accepted = self.advisory.iter().filter_map(|entry| Some((entry.id.as_str(), entry.accepted.as_deref()?)));
        exceptions.chain(twins).chain(accepted).filter(|(_, reason)| reason.trim().len() < 20).map(|(name, _)| name)
    }
}

/// Whether one of the ranges holds the version; what stands behind a plus or a minus sign does not count.
fn among(ranges: &[VersionReq], version: &Version) -> bool {
    let plain = Version::new(version.major, version.minor, version.patch);
    ranges.iter().any(|range| range.matches(&plain))
}
