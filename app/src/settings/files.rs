//! Where files are kept: in the folder `data`, or in a bucket that several machines share.

use std::path::PathBuf;

use axum::http::Uri;
use ejia_buckets::Account;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Settings, read_word};

/// `[files]` of a settings file.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FilesSettings {
    /// The bucket; without it files lie in the folder `data`.
    pub s3: Option<BucketSettings>,
}

/// A bucket that speaks the language of S3.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BucketSettings {
    /// `https://s3.example.gov.cn`, without the bucket's name.
    pub endpoint: String,
    /// The bucket. It must not keep versions.
    pub bucket: String,
    /// Its region, or any word where there are none.
    pub region: String,
    /// Who we are there.
    pub access_key: String,
    /// File with the secret that proves it, alone on its line.
    pub secret_file: PathBuf,
    /// Whether the bucket's name stands in front of the host instead of in the path.
    #[serde(default)]
    pub name_in_host: bool,
}

impl Settings {
    /// The bucket in which files are kept, where there is one.
    ///
    /// # Errors
    /// A sentence when its secret cannot be read, or it would be reached in the clear over a network.
    pub fn bucket(&self) -> Result<Option<Account>, String> {
        let Some(bucket) = &self.files.s3 else { return Ok(None) };
        let address: Uri = bucket.endpoint.parse().map_err(|error| format!("files.s3.endpoint: {error}"))?;
        let here = address.host().is_some_and(|host| ["127.0.0.1", "localhost", "[::1]"].contains(&host));
        if address.scheme_str() != Some("https") && !here {
            return Err("files.s3.endpoint: begins with https://, or stands on this machine".to_owned());
        }
        Ok(Some(Account {
            endpoint: bucket.endpoint.clone(),
            bucket: bucket.bucket.clone(),
            region: bucket.region.clone(),
            access_key: bucket.access_key.clone(),
            secret: read_word("files.s3.secret_file", &bucket.secret_file)?,
            name_in_host: bucket.name_in_host,
        }))
    }
}
