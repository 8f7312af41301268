//! How much one caller may ask for: a bucket for each address and each session, in a table that never grows.
//!
//! A bucket is one number: the time at which it will be full again (the "generic cell rate algorithm"). One that is full
//! is as good as none, so its place is free for another; only where a set of places is full of buckets in use does the
//! fullest of them give way. Times are those of the desk's clock.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use ejia_kernel::{AdministratorId, Instant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How often something may be asked for: so often at once, and so often a minute from then on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// At once.
    pub burst: u32,
    /// A minute.
    pub per_minute: u32,
}

impl Rate {
    /// So often at once, and so often a minute.
    pub const fn new(burst: u32, per_minute: u32) -> Self {
        Self { burst, per_minute }
    }

    /// The time that one request takes out of a bucket, in microseconds.
    fn each(self) -> i64 {
        60_000_000 / i64::from(self.per_minute.max(1))
    }
}

/// The limits of a site. One address may stand for a whole office behind one router.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Forms from one address.
    pub posts_by_address: Rate,
    /// Forms of one session.
    pub posts_by_session: Rate,
    /// Pages that are costly to make (searches, exports), for one address.
    pub costly_by_address: Rate,
    /// Pages that are costly to make, for one session.
    pub costly_by_session: Rate,
    /// Requests with tokens of organizations from one address.
    pub tokens_by_address: Rate,
    /// Requests with one such token.
    pub requests_by_token: Rate,
}

impl Default for Limits {
    /// For an office of a hundred people behind one address, all of them busy; and for a person who types fast into a
    /// sheet that is reckoned as he types.
    fn default() -> Self {
        Self {
            posts_by_address: Rate::new(600, 1200),
            posts_by_session: Rate::new(120, 240),
            costly_by_address: Rate::new(300, 600),
            costly_by_session: Rate::new(30, 60),
            tokens_by_address: Rate::new(600, 1200),
            requests_by_token: Rate::new(120, 300),
        }
    }
}

/// Recorded refusals of one administrator.
const REFUSALS: Rate = Rate::new(20, 6);

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    /// Forms.
    Posts,
    /// Costly pages.
    Costly,
    /// Whatever is asked with a token of an organization.
    Tokens,
}

const SETS: usize = 4096;
const PLACES: usize = 8;

/// A bucket: whose, and when it will be full again, in microseconds; no time is a free place.
#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    whose: u64,
    full_at: i64,
}

/// The buckets of a site: half a megabyte, whoever calls.
pub(crate) struct Meter {
    /// Without limits nobody is refused.
    limits: Option<Limits>,
    sets: Vec<Mutex<[Bucket; PLACES]>>,
    /// Drawn for each process, so that nobody can aim at another's place.
    hasher: RandomState,
}

impl Meter {
    pub(crate) fn new(limits: Option<Limits>) -> Self {
        let sets = std::iter::repeat_with(Mutex::default).take(SETS).collect();
        Self { limits, sets, hasher: RandomState::new() }
    }

    /// Counts a request; refused, with the time to wait, when it is one too many. What a session is refused does not
    /// count against its address: the others behind it are not hurt.
    pub(crate) fn count(
        &self,
        now: Instant,
        what: Counted,
        address: IpAddr,
        session: Option<&str>,
    ) -> Result<(), Duration> {
        let Some(limits) = self.limits else { return Ok(()) };
        let (by_address, by_session) = match what {
            Counted::Posts => (limits.posts_by_address, limits.posts_by_session),
            Counted::Costly => (limits.costly_by_address, limits.costly_by_session),
            Counted::Tokens => (limits.tokens_by_address, limits.requests_by_token),
        };
        let now = now.ms().saturating_mul(1000);
        if let Some(session) = session {
            self.take(now, by_session, &(what, "session", session))?;
        }
        self.take(now, by_address, &(what, "address", network(address)))
    }

    /// Whether one more refusal of this administrator is to be recorded.
    pub(crate) fn records_refusal(&self, now: Instant, of: AdministratorId) -> bool {
        self.take(now.ms().saturating_mul(1000), REFUSALS, &("refusal", of)).is_ok()
    }

    fn take(&self, now: i64, rate: Rate, whose: &impl Hash) -> Result<(), Duration> {
        let whose = self.hasher.hash_one(whose);
        let place = usize::try_from(whose % SETS as u64).unwrap_or_default();
        let Some(set) = self.sets.get(place) else { return Ok(()) };
        let mut set = set.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (each, most) = (rate.each(), rate.each() * i64::from(rate.burst.max(1)));
        let Some(bucket) = mine(&mut set, whose, now) else { return Ok(()) };
        // A clock that was set back would keep everybody out until it has caught up.
        let from = if bucket.full_at > now + most { now } else { bucket.full_at.max(now) };
        let wait = from + each - most - now;
        if wait > 0 {
            return Err(Duration::from_micros(wait.unsigned_abs()));
        }
        *bucket = Bucket { whose, full_at: from + each };
        Ok(())
    }
}

/// The bucket of this caller: his own, else the place that is free, or will be first.
fn mine(set: &mut [Bucket; PLACES], whose: u64, now: i64) -> Option<&mut Bucket> {
    if let Some(at) = set.iter().position(|bucket| bucket.whose == whose) {
        return set.get_mut(at);
    }
    let bucket = set.iter_mut().min_by_key(|bucket| bucket.full_at)?;
    *bucket = Bucket { whose, full_at: now };
    Some(bucket)
}

/// What stands for one caller: an IPv4 address; of IPv6 the half that a network is given.
fn network(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(four) => u32::from(four).into(),
        IpAddr::V6(six) => u128::from(six) & !u128::from(u64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant as Stopwatch;

    use super::*;

    fn meter(burst: u32, per_minute: u32) -> Meter {
        let (address, session) = (Rate::new(burst * 10, per_minute * 10), Rate::new(burst, per_minute));
        Meter::new(Some(Limits {
            posts_by_address: address,
            posts_by_session: session,
            costly_by_address: address,
            costly_by_session: session,
            tokens_by_address: address,
            requests_by_token: session,
        }))
    }

    fn at(second: i64) -> Instant {
        Instant::from_ms(1_700_000_000_000 + second * 1000)
    }

    fn office() -> IpAddr {
        "10.0.0.1".parse().unwrap()
    }

    /// How many of these requests are taken.
    fn taken(meter: &Meter, now: Instant, address: IpAddr, session: Option<&str>, times: usize) -> usize {
        (0..times).filter(|_| meter.count(now, Counted::Posts, address, session).is_ok()).count()
    }

    #[test]
    fn a_session_gets_its_burst_and_then_its_rate() {
        let meter = meter(5, 60);
        assert_eq!(taken(&meter, at(0), office(), Some("one"), 20), 5);
        let wait = meter.count(at(0), Counted::Posts, office(), Some("one")).unwrap_err();
        assert_eq!(wait, Duration::from_secs(1));
        assert_eq!(taken(&meter, at(1), office(), Some("one"), 20), 1);
        assert_eq!(taken(&meter, at(3), office(), Some("one"), 20), 2);
        assert_eq!(taken(&meter, at(600), office(), Some("one"), 20), 5, "never more than the burst");
    }

    #[test]
    fn whoever_asks_too_much_does_not_hurt_others_at_his_address_or_elsewhere() {
        let meter = meter(5, 60);
        assert_eq!(taken(&meter, at(0), office(), Some("one"), 1000), 5);
        assert_eq!(taken(&meter, at(0), office(), Some("another"), 5), 5);
        assert!(meter.count(at(0), Counted::Costly, office(), Some("one")).is_ok(), "forms and pages count apart");
        assert_eq!(taken(&meter, at(0), office(), None, 1000), 40, "the address has fifty");
        assert_eq!(taken(&meter, at(0), office(), Some("third"), 5), 0);
        assert_eq!(taken(&meter, at(0), "10.0.0.2".parse().unwrap(), None, 10), 10);
    }

    #[test]
    fn refusals_are_recorded_some_a_minute_for_each_administrator_with_limits_or_without() {
        let meter = Meter::new(None);
        let recorded = |of, second| (0..100).filter(|_| meter.records_refusal(at(second), of)).count();
        let (one, another) = (AdministratorId::random(), AdministratorId::random());
        assert_eq!((recorded(one, 0), recorded(another, 0), recorded(one, 60)), (20, 20, 6));
        assert_eq!(taken(&meter, at(0), office(), Some("one"), 1000), 1000);
    }

    #[test]
    fn a_network_of_ipv6_is_one_caller_and_a_mapped_address_is_the_address() {
        let meter = meter(1, 1);
        let from = |address: &str| taken(&meter, at(0), address.parse().unwrap(), None, 20);
        assert_eq!((from("2001:db8:0:1::1"), from("2001:db8:0:1:ffff::2"), from("2001:db8:0:2::1")), (10, 0, 10));
        assert_eq!((from("192.0.2.1"), from("::ffff:192.0.2.1")), (10, 0));
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_nobody_out() {
        let meter = meter(5, 60);
        assert_eq!(taken(&meter, at(1_000_000), office(), Some("one"), 20), 5);
        assert_eq!(taken(&meter, at(0), office(), Some("one"), 20), 5);
    }

    #[test]
    fn strangers_without_number_take_no_room_and_do_not_open_the_door_for_one_who_is_refused() {
        let meter = meter(5, 60);
        for number in 0..200_000_u32 {
            let _ = meter.count(at(0), Counted::Posts, IpAddr::from(number.to_be_bytes()), None);
        }
        assert_eq!(meter.sets.len() * PLACES, 32_768);
        // Busy buckets give way last: what was used once goes before what was used up.
        assert_eq!(taken(&meter, at(0), office(), Some("one"), 20), 5);
        for number in 0..20_000_u32 {
            let _ = meter.count(at(0), Counted::Posts, IpAddr::from((number + 1_000_000).to_be_bytes()), None);
        }
        assert_eq!(taken(&meter, at(0), office(), Some("one"), 20), 0);
    }

    /// Measured optimised, a request costs about a tenth of a microsecond; the bound leaves room for a busy machine.
    #[test]
    fn counting_costs_next_to_nothing() {
        const TIMES: u32 = 100_000;
        let (meter, from) = (Meter::new(Some(Limits::default())), Stopwatch::now());
        for number in 0..TIMES {
            let _ = meter.count(at(0), Counted::Posts, IpAddr::from(number.to_be_bytes()), Some("0123456789abcdef"));
        }
        let each = from.elapsed() / TIMES;
        println!("{each:?} a request");
        assert!(each < Duration::from_micros(if cfg!(debug_assertions) { 20 } else { 1 }), "{each:?}");
    }
}
