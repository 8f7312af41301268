//! Orders, channels, notifications, refunds, the journal and reconciliation: knows money, not what it is for.

mod channel;

pub use channel::{
    Channel, ChannelFault, ChannelKind, Charge, Closing, Departure, Device, Disbelief, Found, Means, Notice, Paid,
    RawAnswer, RawCall, RefundAsk, RefundState, StatementKind, StatementLine,
};
