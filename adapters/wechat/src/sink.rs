//! What the product does with what the official account tells.

use std::sync::Arc;

use ejia_access::{AccountEvent, account_event};
use ejia_messages::record_push;

use crate::callback::{Event, Notice, Sink};

/// Followers come and go at `access`, reports on pushed letters go to `messages`; whoever begins to follow is welcomed.
pub fn sink(welcome: impl Into<String>) -> Sink {
    let welcome = welcome.into();
    Arc::new(move |txn, notice| {
        let Notice { key, from, at, event } = notice;
        match event {
            Event::Subscribed { scene: _ } => {
                account_event(txn, from, AccountEvent::Subscribed, *at, key)?;
                // Told again, because the first answer may not have arrived.
                return Ok(Some(welcome.clone()));
            }
            Event::Unsubscribed => {
                account_event(txn, from, AccountEvent::Unsubscribed, *at, key)?;
            }
            Event::PushEnded { number, failure } => {
                record_push(txn, number, failure.as_deref())?;
            }
            Event::Scanned { .. }
            | Event::Clicked { .. }
            | Event::Viewed { .. }
            | Event::Wrote { .. }
            | Event::Other { .. } => {}
        }
        Ok(None)
    })
}
