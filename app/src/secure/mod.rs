//! The encrypted channel of a running house: a listener whose terms follow the database, and the gate behind it that asks
//! for the computer on every request.

mod certificates;
mod gate;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use axum::Router;
use ejia_access::{RevokedComputer, Trust};
use ejia_channel::{Authority, ChannelFault, Door, Identity, Now, Revoked, Terms, Validity};
use ejia_db::Desk;
use ejia_kernel::Problem;
use tokio::net::TcpListener;

pub use certificates::Maker;
pub use gate::COMPUTER_HEADER;

/// How often a listener looks whether it must go by something new. A computer that was shut out is refused by the gate
/// at once; this is only how long its handshake still goes through.
const LOOK: Duration = Duration::from_secs(2);
/// So often the listener's own certificate and the lists of revocations are made anew in any case.
const ANEW: Duration = Duration::from_hours(24);
/// How long the listener's own certificate holds, in seconds: as long as browsers take one for.
const LISTENER_LIFE: i64 = 397 * 24 * 3600;
const DAY: i64 = 24 * 3600;

/// Which certificate the listener shows.
#[derive(Debug, Clone)]
pub enum Shown {
    /// One that our authority issues for these names and addresses; every enrolled computer trusts it.
    Ours(Vec<String>),
    /// One that was bought: the files of the chain and of its key.
    Bought(PathBuf, PathBuf),
}

/// Where the encrypted channel of this house comes in.
pub enum Entrance {
    /// At a listener of our own, which demands a certificate.
    Door(SocketAddr, Keeper),
    /// Through a gateway in front, which demands it and names the computer in a header.
    Gateway(SocketAddr),
}

/// Keeps a door's terms in step with the database.
#[derive(Clone)]
pub struct Keeper {
    desk: Desk,
    shown: Shown,
    door: Door,
    version: i64,
}

impl Keeper {
    /// A door that goes by what the database says now.
    ///
    /// # Errors
    /// A fault when a certificate cannot be made or read.
    pub fn open(desk: &Desk, shown: Shown) -> Result<Self, Problem> {
        let trust = desk.write_now(|txn| ejia_access::channel_trust(txn, &Maker))?;
        let door = Door::new(terms(&trust, &shown, desk).map_err(Problem::fault)?);
        Ok(Self { desk: desk.clone(), shown, door, version: trust.version })
    }

    /// Lets people in until `stop` comes about.
    pub async fn serve(self, listener: TcpListener, router: Router, stop: impl Future<Output = ()> + Send) {
        let (door, desk) = (self.door.clone(), self.desk.clone());
        let following = tokio::spawn(self.follow());
        door.serve(listener, gate::behind_door(desk, router), stop).await;
        following.abort();
    }

    /// Has the door go by what the database says, as it changes.
    async fn follow(mut self) {
        let mut made = tokio::time::Instant::now();
        loop {
            tokio::time::sleep(LOOK).await;
            let version = self.desk.read(ejia_access::channel_version).await;
            let old = made.elapsed() >= ANEW;
            if version.is_ok_and(|version| version == self.version) && !old {
                continue;
            }
            match self.renewed().await {
                Ok(version) => (self.version, made) = (version, tokio::time::Instant::now()),
                Err(problem) => tracing::error!(%problem, "the encrypted channel goes by what it knew before"),
            }
        }
    }

    async fn renewed(&self) -> Result<i64, Problem> {
        let trust = self.desk.write(|txn| ejia_access::channel_trust(txn, &Maker)).await?;
        self.door.go_by(terms(&trust, &self.shown, &self.desk).map_err(Problem::fault)?);
        Ok(trust.version)
    }
}

/// Serves the gateway in front until `stop` comes about.
///
/// # Errors
/// A sentence when the listener fails.
pub async fn serve_gateway(
    desk: Desk,
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), String> {
    let service = gate::behind_gateway(desk, router).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await.map_err(|error| error.to_string())
}

/// What a door goes by: computers' certificates by the desk's time, its own by the machine's, as browsers do.
fn terms(trust: &Trust, shown: &Shown, desk: &Desk) -> Result<Terms, ChannelFault> {
    let mut authorities = Vec::with_capacity(trust.authorities.len());
    let mut lists = Vec::with_capacity(trust.authorities.len());
    let mut oldest = None;
    for (generation, keys) in &trust.authorities {
        let authority = certificates::authority(keys)?;
        lists.push(revocations(&authority, *generation, trust, desk)?);
        authorities.push(keys.certificate.clone());
        oldest.get_or_insert(authority);
    }
    let identity = match (shown, oldest) {
        (Shown::Bought(chain, key), _) => Identity::read(chain, key)?,
        (Shown::Ours(names), Some(oldest)) => {
            let now = machine();
            let validity = Validity { from: now - DAY, until: now + LISTENER_LIFE };
            Identity::issued(&oldest.for_listener(names, validity)?)?
        }
        (Shown::Ours(_), None) => return Err(ChannelFault::because("the channel", "no authority holds")),
    };
    let clock = desk.clock().clone();
    Terms::new(identity, &authorities, &lists, Now::from(move || certificates::seconds(clock.now())))
}

fn revocations(authority: &Authority, generation: i64, trust: &Trust, desk: &Desk) -> Result<Vec<u8>, ChannelFault> {
    let of_it = trust.revoked.iter().filter(|computer| computer.generation == generation);
    let revoked: Vec<Revoked> = of_it
        .map(|RevokedComputer { serial, at, .. }| Revoked { serial: serial.clone(), at: certificates::seconds(*at) })
        .collect();
    let now = certificates::seconds(desk.now());
    let number = u64::try_from(trust.version).unwrap_or_default();
    authority.revocations(number, Validity { from: now - DAY, until: now + 30 * DAY }, &revoked)
}

/// What a gateway in front is to know of an authority, as DER.
pub struct ForGateway {
    /// Its certificate.
    pub certificate: Vec<u8>,
    /// The list of what it has taken back.
    pub revocations: Vec<u8>,
}

/// The authorities that hold, oldest first, for a gateway in front.
///
/// # Errors
/// A fault when a list cannot be made.
pub fn for_gateways(desk: &Desk) -> Result<Vec<ForGateway>, Problem> {
    let trust = desk.write_now(|txn| ejia_access::channel_trust(txn, &Maker))?;
    let mut made = Vec::new();
    for (generation, keys) in &trust.authorities {
        let authority = certificates::authority(keys).map_err(Problem::fault)?;
        let revocations = revocations(&authority, *generation, &trust, desk).map_err(Problem::fault)?;
        made.push(ForGateway { certificate: keys.certificate.clone(), revocations });
    }
    Ok(made)
}

fn machine() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
}
