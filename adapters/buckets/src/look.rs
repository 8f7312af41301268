//! Whether a bucket is what the settings say, and fit to keep files: tried before the first of them comes.

use ejia_documents::FilesAway;

use crate::Bucket;
use crate::line::Answer;

/// What is put, read, listed and deleted to see whether it can be.
const TRIAL: &str = "trial/one";

/// Why files cannot be kept in a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shut {
    /// It does not answer, or has no room: that may pass.
    Away(String),
    /// The settings are wrong, or the bucket is: somebody has to do something.
    Unfit(String),
}

impl Shut {
    /// The sentence, for the operator.
    pub fn why(self) -> String {
        match self {
            Self::Away(why) | Self::Unfit(why) => why,
        }
    }
}

impl Bucket {
    /// Puts a small file, reads it, lists it and deletes it.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn look(&self) -> Result<(), Shut> {
        let put = self.tried(self.put(TRIAL, b"trial", None))?;
        // Another process may be looking, too, and have deleted it.
        let read = self.get(TRIAL, None);
        match read {
            Ok(answer) if answer.is_no_file() => {}
            read => drop(self.tried(read)?),
        }
        self.tried(self.ask_for_list("", 1))?;
        self.tried(self.delete(TRIAL))?;
        if put.is_version {
            let why = "it keeps versions of what is deleted, and with them the keys of votes; switch versioning off";
            return Err(Shut::Unfit(self.told(why, "")));
        }
        Ok(())
    }

    fn tried(&self, answer: Result<Answer, FilesAway>) -> Result<Answer, Shut> {
        let answer = answer.map_err(|away| Shut::Away(self.told("it does not answer", &away.why())))?;
        let code = answer.code();
        let why = match (answer.status, code) {
            (200..=206, _) => return Ok(answer),
            _ if answer.is_stumbling() || matches!(answer.unexpected(), FilesAway::Full(_)) => {
                return Err(Shut::Away(self.told("it cannot take or give files now", &answer.unexpected().why())));
            }
            (_, "NoSuchBucket") => "there is none of this name",
            (_, "InvalidAccessKeyId" | "SignatureDoesNotMatch") => {
                "it knows us not: access_key, the secret or the region is another"
            }
            (_, "RequestTimeTooSkewed") => "our clock and its clock do not agree",
            (401 | 403, _) => "access_key must be allowed to put, get, list and delete there, and is not",
            (301 | 307 | 308, _) => "it is elsewhere: another endpoint or region",
            _ => "nobody there speaks the language of S3",
        };
        Err(Shut::Unfit(self.told(why, &answer.unexpected().why())))
    }

    /// The sentence, with the bucket's address and what it has answered.
    fn told(&self, why: &str, answered: &str) -> String {
        let (name, at) = (self.place.name(), self.place.base_url());
        let answered = if answered.is_empty() { String::new() } else { format!(" ({answered})") };
        format!("the bucket {name} ({at}): {why}{answered}")
    }
}
