//! A carrier that does what the test tells it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ejia_kernel::Instant;
use proptest::prelude::*;

use crate::{Carrier, CarryFault, Delivery, Outgoing, Receipt};

/// What the carrier does with the next letter.
#[derive(Clone, Debug)]
pub(super) enum Does {
    Takes,
    TakesAndIsCutOff,
    /// The process is killed after the letter was taken and before that is written down.
    TakesAndWeDie,
    IsCutOffBefore,
    Limits(u64),
    IsDown,
    Refuses,
}

/// A carrier by script; without one it takes everything.
#[derive(Default)]
pub(super) struct Post {
    company: Option<&'static str>,
    script: Mutex<VecDeque<Does>>,
    pub(super) taken: Mutex<Vec<Outgoing>>,
    fate: Mutex<Option<Delivery>>,
    pub(super) asked: Mutex<usize>,
}

impl Post {
    pub(super) fn doing(script: impl IntoIterator<Item = Does>) -> Arc<Self> {
        let post = Self::default();
        post.script.lock().unwrap().extend(script);
        Arc::new(post)
    }

    /// A company of this name.
    pub(super) fn named(company: &'static str, script: impl IntoIterator<Item = Does>) -> Arc<Self> {
        let post = Self { company: Some(company), ..Self::default() };
        post.script.lock().unwrap().extend(script);
        Arc::new(post)
    }

    pub(super) fn taken(&self) -> usize {
        self.taken.lock().unwrap().len()
    }
}

impl Carrier for Post {
    fn company(&self) -> &'static str {
        self.company.unwrap_or("first")
    }

    fn carry(&self, letter: &Outgoing) -> Result<Receipt, CarryFault> {
        let take = || {
            self.taken.lock().unwrap().push(letter.clone());
            Receipt { number: format!("biz-{}", letter.id) }
        };
        let does = self.script.lock().unwrap().pop_front().unwrap_or(Does::Takes);
        match does {
            Does::Takes => Ok(take()),
            Does::TakesAndIsCutOff => {
                take();
                Err(CarryFault::Unknown("time-out".to_owned()))
            }
            Does::TakesAndWeDie => {
                take();
                panic!("killed")
            }
            Does::IsCutOffBefore => Err(CarryFault::Unknown("time-out".to_owned())),
            Does::Limits(seconds) => {
                let wait = Duration::from_secs(seconds);
                Err(CarryFault::Limited { reason: "isv.BUSINESS_LIMIT_CONTROL".to_owned(), wait })
            }
            Does::IsDown => Err(CarryFault::Unreachable("no connection".to_owned())),
            Does::Refuses => Err(CarryFault::Refused("isv.MOBILE_NUMBER_ILLEGAL".to_owned())),
        }
    }

    fn delivery(&self, letter: &Outgoing, _: Option<&str>, _tried_at: Instant) -> Result<Delivery, CarryFault> {
        *self.asked.lock().unwrap() += 1;
        let known = self.taken.lock().unwrap().iter().any(|taken| taken.id == letter.id);
        let fate = self.fate.lock().unwrap().clone().unwrap_or(Delivery::Underway);
        Ok(if known { fate } else { Delivery::Unheard })
    }
}

/// Anything a carrier may do.
pub(super) fn anything() -> impl Strategy<Value = Does> {
    prop_oneof![
        Just(Does::Takes),
        Just(Does::TakesAndIsCutOff),
        Just(Does::TakesAndWeDie),
        Just(Does::IsCutOffBefore),
        (1..90_u64).prop_map(Does::Limits),
        Just(Does::IsDown),
        Just(Does::Refuses),
    ]
}
