//! Codes with a scene: whoever scans one follows the account, and we hear which code it was.

use std::time::Duration;

use ejia_wire::{Charset, percent_encode};
use serde::Deserialize;
use serde_json::json;

use crate::Account;
use crate::answers::Fault;

/// The longest that a code may hold.
const LONGEST: Duration = Duration::from_hours(30 * 24);

/// A code that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneCode {
    /// Where its picture lies.
    pub picture: String,
    /// What the picture says, to be drawn by ourselves.
    pub text: String,
}

impl Account {
    /// Makes a code that holds for a while, at most 30 days. The scene has 1 to 64 letters and comes back with the event.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn scene_code(&self, scene: &str, lifetime: Duration) -> Result<SceneCode, Fault> {
        #[derive(Deserialize)]
        struct Made {
            ticket: String,
            url: String,
        }
        let body = json!({
            "expire_seconds": lifetime.min(LONGEST).as_secs(), "action_name": "QR_STR_SCENE",
            "action_info": { "scene": { "scene_str": scene } },
        });
        let Made { ticket, url } = self.post("/cgi-bin/qrcode/create", &body)?;
        let (pictures, ticket) = (self.settings.pictures.trim_end_matches('/'), percent_encode(&ticket, Charset::Utf8));
        Ok(SceneCode { picture: format!("{pictures}/cgi-bin/showqrcode?ticket={ticket}"), text: url })
    }
}
