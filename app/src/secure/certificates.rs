//! Who makes certificates for the product: the adapter's authority and files, in the product's words.

use ejia_access::{AuthorityKeys, Certificates, ComputerOrder};
use ejia_channel::{Authority, ChannelFault, Flavour, Issued, Validity, computer_file, draw_serial};
use ejia_kernel::{Instant, Problem};

/// The organization that every certificate of ours names, by which browsers can be told to choose it.
pub(crate) const ORGANIZATION: &str = "EJIA";

/// Makes certificates.
#[derive(Debug, Clone, Copy)]
pub struct Maker;

impl Certificates for Maker {
    fn authority(&self, name: &str, from: Instant, until: Instant) -> Result<AuthorityKeys, Problem> {
        let made = Authority::create(ORGANIZATION, name, validity(from, until)).map_err(fault)?;
        let Issued { certificate, key } = made.own().clone();
        Ok(AuthorityKeys { certificate, key })
    }

    fn serial(&self) -> Result<String, Problem> {
        draw_serial().map_err(fault)
    }

    fn computer_file(&self, order: &ComputerOrder) -> Result<Vec<u8>, Problem> {
        let newest = order.authorities.first().ok_or_else(|| Problem::fault("no authority issues"))?;
        let validity = validity(order.from, order.until);
        let issued = authority(newest)
            .and_then(|authority| authority.for_computer(&order.organization_code, &order.serial, validity));
        let certificates: Vec<Vec<u8>> = order.authorities.iter().map(|one| one.certificate.clone()).collect();
        let flavour = if order.old { Flavour::Old } else { Flavour::Current };
        computer_file(&issued.map_err(fault)?, &certificates, &order.name, &order.password, flavour).map_err(fault)
    }
}

/// An authority as the adapter knows it.
pub(super) fn authority(keys: &AuthorityKeys) -> Result<Authority, ChannelFault> {
    Authority::of(Issued { certificate: keys.certificate.clone(), key: keys.key.clone() })
}

pub(super) fn validity(from: Instant, until: Instant) -> Validity {
    Validity { from: seconds(from), until: seconds(until) }
}

pub(super) fn seconds(at: Instant) -> i64 {
    at.ms().div_euclid(1000)
}

fn fault(fault: ChannelFault) -> Problem {
    Problem::fault(fault)
}
