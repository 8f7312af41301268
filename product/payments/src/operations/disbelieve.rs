//! Notes for administrators what was not believed; bounded, because anybody can call.

use std::time::Duration;

use ejia_db::Txn;
use ejia_kernel::Problem;

use crate::channel::{ChannelKind, Disbelief};
use crate::events::{Event, EventKind};
use crate::store::events;

/// So many steps without an order are kept for each channel …
const MOST: i64 = 100;
/// … in so long a time.
const SPAN: Duration = Duration::from_hours(1);

pub(crate) fn disbelieve(txn: &mut Txn<'_>, channel: ChannelKind, why: &Disbelief) -> Result<(), Problem> {
    let (kind, detail) = match why {
        Disbelief::Forged(detail) => (EventKind::Forged, detail),
        Disbelief::Stranger(detail) => (EventKind::Stranger, detail),
        Disbelief::Malformed(detail) => (EventKind::Malformed, detail),
    };
    note(txn, channel, kind, detail)
}

/// Notes a step that concerns no order of ours.
pub(super) fn note(txn: &mut Txn<'_>, channel: ChannelKind, kind: EventKind, detail: &str) -> Result<(), Problem> {
    if events::recent(txn, channel, SPAN, MOST)? >= MOST {
        return Ok(());
    }
    events::insert(txn, &Event { order: None, channel, kind, amount: None, detail })
}
