//! Settings of the encrypted channel, `[secure]`.

use std::net::SocketAddr;
use std::path::PathBuf;

use ejia_db::Desk;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Settings;
use crate::commands::explained;
use crate::secure::{Entrance, Keeper, Shown};

/// The word that says: whoever reaches this platform has come over an encrypted channel already.
const ELSEWHERE: &str = "elsewhere";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SecureSettings {
    /// How administrators reach it, e.g. `https://office.ejia.example.gov.cn:8643`.
    address: String,
    /// Address of our own listener, e.g. `0.0.0.0:8643`, or one of a WireGuard network.
    listen: Option<SocketAddr>,
    /// Address, on this machine, that a gateway in front speaks to.
    gateway: Option<SocketAddr>,
    /// File of a bought certificate with its chain …
    certificate: Option<PathBuf>,
    /// … and of its key; without them our own authority issues one.
    key: Option<PathBuf>,
}

/// Where the encrypted channel comes in, as the settings say.
#[derive(Debug)]
enum Planned {
    Elsewhere,
    Door(String, SocketAddr, Shown),
    Gateway(String, SocketAddr),
}

impl Settings {
    /// Where the encrypted channel is reached and where it comes in; nothing when it is said to be elsewhere.
    ///
    /// # Errors
    /// A sentence for the operator when nothing is said of it, or something that cannot be.
    pub fn secure(&self, desk: &Desk) -> Result<Option<(String, Entrance)>, String> {
        match planned(self.secure.as_ref())? {
            Planned::Elsewhere => {
                tracing::warn!("the encrypted channel is elsewhere: this program makes no difference between callers");
                Ok(None)
            }
            Planned::Gateway(address, listen) => Ok(Some((address, Entrance::Gateway(listen)))),
            Planned::Door(address, listen, shown) => {
                let keeper = Keeper::open(desk, shown).map_err(|problem| explained(&problem))?;
                Ok(Some((address, Entrance::Door(listen, keeper))))
            }
        }
    }
}

fn planned(said: Option<&toml::Value>) -> Result<Planned, String> {
    let settings: SecureSettings = match said {
        None => {
            return Err("secure: administrators above branch level work over an encrypted channel; \
                        docs/encrypted-channel.md shows how to set it up"
                .to_owned());
        }
        Some(toml::Value::String(word)) if word == ELSEWHERE => return Ok(Planned::Elsewhere),
        Some(table) => table.clone().try_into().map_err(|error| format!("secure: {error}"))?,
    };
    let SecureSettings { address, listen, gateway, certificate, key } = settings;
    let host = host_of(&address).ok_or("secure.address: must begin with https:// and name a host")?.to_owned();
    match (listen, gateway) {
        (Some(listen), None) => {
            let shown = match (certificate, key) {
                (Some(certificate), Some(key)) => Shown::Bought(certificate, key),
                (None, None) => Shown::Ours(vec![host]),
                _ => return Err("secure.certificate and secure.key go together".to_owned()),
            };
            Ok(Planned::Door(address, listen, shown))
        }
        (None, Some(gateway)) if gateway.ip().is_loopback() => Ok(Planned::Gateway(address, gateway)),
        (None, Some(_)) => Err("secure.gateway: must be an address of this machine, e.g. 127.0.0.1:8601".to_owned()),
        _ => Err("secure: either listen (with certificate and key, if bought) or gateway".to_owned()),
    }
}

/// The host of `https://host:port`.
fn host_of(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://")?.trim_end_matches('/');
    let host = match rest.strip_prefix('[') {
        Some(six) => six.split_once(']').map(|(host, _)| host)?,
        None => rest.split_once(':').map_or(rest, |(host, _)| host),
    };
    (!host.is_empty() && !host.contains('/')).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Result<Planned, String> {
        let table: toml::Table = text.parse().unwrap();
        planned(table.get("secure"))
    }

    #[test]
    fn production_says_where_the_encrypted_channel_is() {
        assert!(said("").unwrap_err().contains("docs/encrypted-channel.md"));
        assert!(matches!(said("secure = \"elsewhere\""), Ok(Planned::Elsewhere)));
        assert!(said("secure = \"no\"").is_err());
        let table = |rest: &str| said(&format!("[secure]\naddress = \"https://office.example.gov.cn:8643\"\n{rest}"));
        let Ok(Planned::Door(_, _, Shown::Ours(names))) = table("listen = \"0.0.0.0:8643\"") else { panic!("a door") };
        assert_eq!(names, ["office.example.gov.cn"]);
        let bought = "listen = \"0.0.0.0:8643\"\ncertificate = \"/c.pem\"\nkey = \"/k.pem\"";
        assert!(matches!(table(bought), Ok(Planned::Door(_, _, Shown::Bought(..)))));
        assert!(matches!(table("gateway = \"127.0.0.1:8601\""), Ok(Planned::Gateway(..))));
        for wrong in [
            "",
            "gateway = \"0.0.0.0:8601\"",
            "listen = \"0.0.0.0:8643\"\ngateway = \"127.0.0.1:8601\"",
            "listen = \"0.0.0.0:8643\"\nkey = \"/k.pem\"",
            "listen = \"0.0.0.0:8643\"\nnobody = true",
        ] {
            assert!(table(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_host_of_an_address_is_what_the_certificate_names() {
        for (address, host) in [
            ("https://office.example.gov.cn", Some("office.example.gov.cn")),
            ("https://office.example.gov.cn:8643/", Some("office.example.gov.cn")),
            ("https://10.8.0.1:8643", Some("10.8.0.1")),
            ("https://[fd00::1]:8643", Some("fd00::1")),
            ("http://office.example.gov.cn", None),
            ("https://", None),
            ("https://a/b", None),
        ] {
            assert_eq!(host_of(address), host, "{address}");
        }
    }
}
