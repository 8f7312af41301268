//! How each template goes out: how long it is worth it, whether it may wait for the morning, what page it speaks of.

use std::time::Duration;

use super::Template;

impl Template {
    /// How long the message is worth sending when the letter names no end itself.
    pub const fn life(self) -> Duration {
        if self.is_code() { Duration::from_mins(5) } else { Duration::from_hours(48) }
    }

    /// A verification code proves a phone: it goes to that phone alone, at any hour, and nobody reads it later.
    pub const fn is_code(self) -> bool {
        matches!(self, Self::FirstLoginCode | Self::ResetCode | Self::AdministratorCode | Self::ApplicantCode)
    }

    /// Goes out at night too: codes, what answers a step the reader has just taken himself, and what warns him that
    /// his way in was changed.
    pub const fn goes_at_night(self) -> bool {
        self.is_code() || matches!(self, Self::DuesPaid | Self::PasswordSetByAdministrator | Self::AdministratorChanged)
    }

    /// The page the message speaks of, below the root of the reader's portal; empty when it speaks of none.
    pub const fn page(self) -> &'static str {
        match self {
            Self::FirstLoginCode | Self::ResetCode | Self::AdministratorCode | Self::ApplicantCode => "",
            Self::PasswordSetByAdministrator | Self::AdministratorChanged => "/password",
            Self::RecordReviewed | Self::RecordReturned | Self::TransferInArrived => "/record",
            Self::DuesNotified => "/dues",
            Self::DuesPaid | Self::DuesRefunded => "/dues/history",
            Self::DuesOverdue => "/dues/unpaid",
            Self::ProxyAsked => "/dues/delegations/asked",
            Self::ProxyConfirmed | Self::ProxyArranged => "/dues/delegations",
            Self::ProxyDelegated => "/dues/proxy",
            Self::TransferAwaits => "/transfers/out",
            Self::TransferReturned | Self::TransferArrived | Self::TransferLetterReady => "/transfers",
            Self::TransferInReturned => "/applications",
            Self::MeetingCalled | Self::MeetingChanged | Self::MeetingCalledOff => "/meetings",
        }
    }
}
