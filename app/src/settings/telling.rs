//! Settings of what a running product tells about itself: its log and its traces.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the log is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// A JSON object a line, for programs that collect logs.
    Json,
}

/// Where traces go: what a request, a job or a transaction took, handed over to an OpenTelemetry collector.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TracesSettings {
    /// Address of the collector, which is spoken to by OTLP over HTTP, e.g. `http://127.0.0.1:4318`.
    pub to: String,
    /// Which share of all requests and jobs is traced, from 0 to 1.
    #[serde(default = "few")]
    pub share: f64,
    /// What this process is called there, where there are several.
    #[serde(default)]
    pub instance: String,
}

fn few() -> f64 {
    0.01
}

impl TracesSettings {
    /// Where the collector takes traces.
    ///
    /// # Errors
    /// A sentence for the operator: what is wrong with the address or the share.
    pub fn address(&self) -> Result<String, String> {
        if !self.to.starts_with("http://") && !self.to.starts_with("https://") {
            return Err("traces.to: the collector's address begins with http:// or https://".to_owned());
        }
        if !(0.0..=1.0).contains(&self.share) {
            return Err("traces.share: a share from 0 to 1, e.g. 0.01".to_owned());
        }
        Ok(format!("{}/v1/traces", self.to.trim_end_matches('/')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_has_an_address_and_a_share() {
        let read = |text: &str| toml::from_str::<TracesSettings>(text).unwrap().address();
        assert_eq!(read("to = \"http://127.0.0.1:4318/\"").as_deref(), Ok("http://127.0.0.1:4318/v1/traces"));
        assert!(read("to = \"127.0.0.1:4318\"").unwrap_err().starts_with("traces.to"));
        assert!(read("to = \"http://c\"\nshare = 1.5").unwrap_err().starts_with("traces.share"));
    }
}
