//! Settings of the proxies in front, `behind_proxy`.

use ejia_web::Proxies;
use schemars::JsonSchema;
use serde::Deserialize;

/// Whose word about a caller's address is believed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum BehindProxy {
    /// `true`: a proxy on this machine writes `X-Forwarded-For`.
    OnThisMachine(bool),
    /// Proxies elsewhere, or another header.
    At(At),
}

/// Where they are, and where they write the caller's address.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct At {
    /// Addresses and networks: `10.0.0.5`, `10.1.0.0/16`.
    from: Vec<String>,
    /// The header.
    #[serde(default = "usual")]
    header: String,
}

fn usual() -> String {
    "x-forwarded-for".to_owned()
}

impl Default for BehindProxy {
    fn default() -> Self {
        Self::OnThisMachine(false)
    }
}

impl BehindProxy {
    /// The proxies.
    ///
    /// # Errors
    /// A sentence for the operator that names what is no address, network or header.
    pub fn proxies(&self) -> Result<Proxies, String> {
        match self {
            Self::OnThisMachine(false) => Ok(Proxies::none()),
            Self::OnThisMachine(true) => Ok(Proxies::on_this_machine()),
            Self::At(At { from, header }) => {
                Proxies::at(from, header).map_err(|wrong| format!("behind_proxy: {wrong}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Written {
        #[serde(default)]
        behind_proxy: BehindProxy,
    }

    fn read(text: &str) -> Result<Proxies, String> {
        let written: Written = toml::from_str(text).map_err(|error| error.to_string())?;
        written.behind_proxy.proxies()
    }

    #[test]
    fn proxies_are_named_by_address_and_header() {
        for right in [
            "",
            "behind_proxy = true",
            "behind_proxy = false",
            "behind_proxy = { from = [\"10.0.0.5\", \"10.1.0.0/16\"] }",
            "behind_proxy = { from = [\"10.0.0.5\"], header = \"X-Real-IP\" }",
        ] {
            assert!(read(right).is_ok(), "{right}");
        }
        for wrong in [
            "behind_proxy = \"yes\"",
            "behind_proxy = { from = [\"proxy.example.gov.cn\"] }",
            "behind_proxy = { from = [], header = \"no header\" }",
            "behind_proxy = { from = [], nobody = 1 }",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
