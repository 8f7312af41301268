//! Files in a bucket that speaks the language of S3: what several machines share.
//!
//! What comes here is sealed already; the bucket sees a key and bytes. A request is one signed address that holds for some
//! minutes (signature version 4), so the secret never goes over the wire; it is dated by the machine's clock, since the bucket
//! compares it with its own. A put is answered when the bucket has taken it whole. Everything is asked again for a moment when
//! the bucket stumbles: each request does the same twice as once.
//!
//! Who seals anew puts bytes in the place of others only if nobody has touched them meanwhile (`If-Match`), so that nothing
//! deleted comes back. That, and a deletion that deletes, need a bucket **without versioning**; [`Bucket::look`] tries it.

mod line;
mod look;
pub mod testing;

#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use ejia_documents::{FileKey, FileStore, FilesAway};
use ejia_keys::SealedFiles;
use rusty_s3::actions::{ListObjectsV2, S3Action};
use rusty_s3::{Credentials, UrlStyle};
use ureq::Agent;

use line::{Answer, asked, away};
pub use look::Shut;

/// A signed address holds for so long: as far as the clocks of both machines may be apart, and more.
const HOLDS: Duration = Duration::from_mins(10);
/// No list holds more keys.
const LISTED: usize = 1000;

/// Which bucket, and who we are there.
#[derive(Clone)]
pub struct Account {
    /// `https://s3.example.gov.cn`, as far as the bucket's name.
    pub endpoint: String,
    /// The bucket.
    pub bucket: String,
    /// Its region; where there are none, any word that both sides agree about.
    pub region: String,
    /// Who we are.
    pub access_key: String,
    /// What proves it.
    pub secret: String,
    /// Whether the bucket's name stands in front of the host instead of in the path.
    pub name_in_host: bool,
}

impl fmt::Debug for Account {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { endpoint, bucket, .. } = self;
        write!(to, "Account({bucket} at {endpoint})")
    }
}

/// The files under one word of a bucket.
#[derive(Clone)]
pub struct Bucket {
    agent: Agent,
    place: rusty_s3::Bucket,
    credentials: Credentials,
    within: String,
}

impl Bucket {
    /// The files under `within/`. Nobody is asked yet.
    ///
    /// # Errors
    /// A sentence when the endpoint is none.
    pub fn open(account: &Account, within: &str) -> Result<Self, String> {
        let endpoint = account.endpoint.parse().map_err(|error| format!("{}: {error}", account.endpoint))?;
        let style = if account.name_in_host { UrlStyle::VirtualHost } else { UrlStyle::Path };
        let bucket = rusty_s3::Bucket::new(endpoint, style, account.bucket.clone(), account.region.clone())
            .map_err(|error| format!("{}: {error}", account.endpoint))?;
        let credentials = Credentials::new(account.access_key.clone(), account.secret.clone());
        Ok(Self { agent: line::agent(), place: bucket, credentials, within: within.to_owned() })
    }

    fn key(&self, name: &str) -> String {
        format!("{}/{name}", self.within)
    }

    /// Asks for the keys behind this one.
    fn ask_for_list(&self, behind: &str, most: usize) -> Result<Answer, FilesAway> {
        let mut list = self.place.list_objects_v2(Some(&self.credentials));
        list.with_prefix(self.key(""));
        list.with_start_after(self.key(behind));
        list.with_max_keys(most.min(LISTED));
        let address = list.sign(HOLDS);
        asked(|| self.agent.get(address.as_str()).call())
    }

    /// The keys behind this one, without what stands before all of ours, and whether there are more.
    fn list(&self, behind: &str, most: usize) -> Result<(Vec<String>, bool), FilesAway> {
        let answer = self.ask_for_list(behind, most)?;
        if answer.status != 200 {
            return Err(answer.unexpected());
        }
        let listed = ListObjectsV2::parse_response(&String::from_utf8_lossy(&answer.body)).map_err(away)?;
        let (more, ours) = (listed.next_continuation_token.is_some(), self.key(""));
        let keys = listed.contents.into_iter();
        Ok((keys.filter_map(|object| object.key.strip_prefix(&ours).map(str::to_owned)).collect(), more))
    }

    fn put(&self, name: &str, bytes: &[u8], instead_of: Option<&str>) -> Result<Answer, FilesAway> {
        let key = self.key(name);
        let address = self.place.put_object(Some(&self.credentials), &key).sign(HOLDS);
        asked(|| {
            let request = self.agent.put(address.as_str()).content_type("application/octet-stream");
            instead_of.into_iter().fold(request, |request, tag| request.header("if-match", tag)).send(bytes)
        })
    }

    fn get(&self, name: &str, range: Option<&str>) -> Result<Answer, FilesAway> {
        let key = self.key(name);
        let address = self.place.get_object(Some(&self.credentials), &key).sign(HOLDS);
        asked(|| {
            let request = self.agent.get(address.as_str());
            range.into_iter().fold(request, |request, range| request.header("range", range)).call()
        })
    }

    fn delete(&self, name: &str) -> Result<Answer, FilesAway> {
        let key = self.key(name);
        let address = self.place.delete_object(Some(&self.credentials), &key).sign(HOLDS);
        asked(|| self.agent.delete(address.as_str()).call())
    }

    /// A file whole, if the bucket has it.
    fn whole(&self, name: &str) -> Result<Option<Vec<u8>>, FilesAway> {
        let answer = self.get(name, None)?;
        match answer.status {
            200 => Ok(Some(answer.body)),
            _ if answer.is_no_file() => Ok(None),
            _ => Err(answer.unexpected()),
        }
    }

    /// The first byte of a file, with what tells whether the file is still the same.
    fn beginning(&self, name: &str) -> Result<Option<Answer>, FilesAway> {
        let answer = self.get(name, Some("bytes=0-0"))?;
        match answer.status {
            200 | 206 => Ok(Some(answer)),
            // An empty file has no first byte.
            416 => Ok(None),
            _ if answer.is_no_file() => Ok(None),
            _ => Err(answer.unexpected()),
        }
    }
}

impl FileStore for Bucket {
    fn put(&self, key: &FileKey, bytes: &[u8]) -> Result<(), FilesAway> {
        let answer = self.put(key.as_str(), bytes, None)?;
        if answer.status == 200 { Ok(()) } else { Err(answer.unexpected()) }
    }

    fn get(&self, key: &FileKey) -> Result<Option<Vec<u8>>, FilesAway> {
        self.whole(key.as_str())
    }

    fn delete(&self, key: &FileKey) -> Result<(), FilesAway> {
        let answer = self.delete(key.as_str())?;
        if matches!(answer.status, 200 | 204) || answer.is_no_file() { Ok(()) } else { Err(answer.unexpected()) }
    }
}

impl SealedFiles for Bucket {
    fn behind(&self, name: &str, most: usize) -> Result<Vec<String>, String> {
        let (mut names, mut behind): (Vec<String>, _) = (Vec::new(), name.to_owned());
        while names.len() < most {
            let (found, more) = self.list(&behind, most - names.len()).map_err(FilesAway::why)?;
            let Some(last) = found.last() else { break };
            behind.clone_from(last);
            // What somebody else has laid here is not ours to seal.
            names.extend(found.into_iter().filter(|name| name.parse::<FileKey>().is_ok()));
            if !more {
                break;
            }
        }
        Ok(names)
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        self.whole(name).map_err(FilesAway::why)
    }

    fn first_byte(&self, name: &str) -> Result<Option<u8>, String> {
        let beginning = self.beginning(name).map_err(FilesAway::why)?;
        Ok(beginning.and_then(|answer| answer.body.first().copied()))
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let Some(beginning) = self.beginning(name).map_err(FilesAway::why)? else { return Ok(()) };
        let tag = beginning.tag.ok_or("the bucket gives no ETag")?;
        let answer = self.put(name, bytes, Some(&tag)).map_err(FilesAway::why)?;
        // Deleted or written meanwhile: then it is another's.
        let is_done = matches!(answer.status, 200 | 409 | 412) || answer.is_no_file();
        if is_done { Ok(()) } else { Err(answer.unexpected().why()) }
    }
}
