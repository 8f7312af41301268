//! What checking in needs from outside: how the world reaches this platform.

/// Knows where the codes lead. A part of the site.
#[derive(Clone, Debug)]
pub struct CheckInDesk {
    /// `https://ejia.example.gov.cn`.
    origin: String,
}

impl CheckInDesk {
    /// A desk whose codes lead to `origin`.
    pub fn new(origin: &str) -> Self {
        Self { origin: origin.trim_end_matches('/').to_owned() }
    }

    /// Where somebody comes who scans this code with his phone.
    pub(super) fn address(&self, code: &str) -> String {
        format!("{}/wechat/check-in/{code}", self.origin)
    }
}
