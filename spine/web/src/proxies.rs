//! Whose word about a caller's address is believed: the peer's own, unless it is a proxy of ours.

use std::net::IpAddr;
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName};

/// An address, or addresses that begin alike (`10.0.0.5`, `10.1.0.0/16`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Whether an address is one of these.
    pub fn holds(self, other: IpAddr) -> bool {
        let same = |one: u128, other: u128, length: u32| {
            let rest = length - u32::from(self.bits).min(length);
            one.checked_shr(rest).unwrap_or_default() == other.checked_shr(rest).unwrap_or_default()
        };
        match (self.address, other.to_canonical()) {
            (IpAddr::V4(one), IpAddr::V4(other)) => same(u32::from(one).into(), u32::from(other).into(), 32),
            (IpAddr::V6(one), IpAddr::V6(other)) => same(one.into(), other.into(), 128),
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text} is neither an address nor a network such as 10.0.0.0/8");
        let (address, bits) = text.split_once('/').unwrap_or((text, ""));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = if bits.is_empty() { most } else { bits.parse().map_err(|_| wrong())? };
        if bits > most { Err(wrong()) } else { Ok(Self { address, bits }) }
    }
}

/// The proxies in front of a site, and the header in which they name the caller.
#[derive(Debug, Clone)]
pub struct Proxies {
    networks: Vec<Network>,
    header: HeaderName,
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

impl Default for Proxies {
    fn default() -> Self {
        Self::none()
    }
}

impl Proxies {
    /// None: every peer is the caller himself.
    pub fn none() -> Self {
        Self { networks: Vec::new(), header: FORWARDED_FOR }
    }

    /// One on this machine, which writes `X-Forwarded-For`.
    pub fn on_this_machine() -> Self {
        let networks = ["127.0.0.0/8", "::1"].iter().filter_map(|text| text.parse().ok()).collect();
        Self { networks, header: FORWARDED_FOR }
    }

    /// Those at these addresses or in these networks (`10.0.0.5`, `10.1.0.0/16`), which name the caller in this header.
    ///
    /// # Errors
    /// A sentence that names what is no address, network or header.
    pub fn at(networks: &[String], header: &str) -> Result<Self, String> {
        let networks = networks.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
        let header = header.parse().map_err(|_| format!("{header} is no name of a header"))?;
        Ok(Self { networks, header })
    }

    /// Whether this peer is one of them.
    pub(crate) fn hold(&self, peer: IpAddr) -> bool {
        self.networks.iter().any(|network| network.holds(peer))
    }

    /// The caller behind a peer. From behind, each proxy of ours has written down whom it spoke to; the first address that
    /// is no proxy's is the caller, and what stands before that is anybody's word.
    pub(crate) fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.hold(peer) {
            return peer;
        }
        let lines: Vec<&str> = headers.get_all(&self.header).iter().filter_map(|line| line.to_str().ok()).collect();
        let mut caller = peer;
        for named in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            let Ok(address) = named.trim().parse::<IpAddr>() else { break };
            caller = address;
            if !self.hold(address) {
                break;
            }
        }
        caller
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(proxies: &Proxies, peer: &str, lines: &[(&'static str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, line) in lines {
            headers.append(HeaderName::from_static(name), line.parse().unwrap());
        }
        proxies.caller(peer.parse().unwrap(), &headers).to_string()
    }

    fn ours() -> Proxies {
        Proxies::at(&["10.1.0.0/16".to_owned(), "fd00::5".to_owned()], "X-Forwarded-For").unwrap()
    }

    #[test]
    fn only_a_proxy_of_ours_is_believed() {
        let line = [("x-forwarded-for", "198.51.100.7")];
        assert_eq!(told(&ours(), "10.1.2.3", &line), "198.51.100.7");
        assert_eq!(told(&ours(), "::ffff:10.1.2.3", &line), "198.51.100.7");
        assert_eq!(told(&ours(), "fd00::5", &line), "198.51.100.7");
        assert_eq!(told(&ours(), "10.2.0.1", &line), "10.2.0.1");
        assert_eq!(told(&Proxies::none(), "127.0.0.1", &line), "127.0.0.1");
        assert_eq!(told(&Proxies::on_this_machine(), "127.0.0.1", &line), "198.51.100.7");
        assert_eq!(told(&Proxies::on_this_machine(), "10.1.2.3", &line), "10.1.2.3");
    }

    #[test]
    fn what_a_caller_writes_himself_is_not_believed() {
        let told = |lines: &[(&'static str, &str)]| told(&ours(), "10.1.0.1", lines);
        assert_eq!(told(&[("x-forwarded-for", "1.1.1.1, 198.51.100.7")]), "198.51.100.7");
        assert_eq!(told(&[("x-forwarded-for", "1.1.1.1, 198.51.100.7, 10.1.0.9")]), "198.51.100.7", "two proxies");
        assert_eq!(told(&[("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "198.51.100.7")]), "198.51.100.7");
        assert_eq!(told(&[("x-forwarded-for", "1.1.1.1, nonsense")]), "10.1.0.1");
        assert_eq!(told(&[("x-real-ip", "1.1.1.1")]), "10.1.0.1", "not the header that was named");
        assert_eq!(told(&[]), "10.1.0.1");
    }

    #[test]
    fn networks_and_headers_are_read_or_refused() {
        for wrong in ["", "10.0.0.0/33", "10.0.0", "::1/129", "10.0.0.0/x", "example.gov.cn"] {
            assert!(Proxies::at(&[wrong.to_owned()], "x-real-ip").is_err(), "{wrong}");
        }
        assert!(Proxies::at(&[], "no header").is_err());
        assert!(Proxies::at(&["0.0.0.0/0".to_owned()], "x-real-ip").unwrap().hold("8.8.8.8".parse().unwrap()));
    }
}
