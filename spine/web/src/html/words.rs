//! What can be handed to a piece of a page as a text: texts of every sort, numbers, and the nouns of the kernel.

use std::borrow::Cow;
use std::fmt::Display;

use askama::helpers::Concat;
use ejia_kernel::{Date, Fen, IdCardNumber, Instant, Month, PersonName, Phone};

/// Something that reads as a text on a page. Nothing (`None`) is an empty text.
pub trait Words<'a> {
    /// As a text.
    fn words(self) -> Cow<'a, str>;
}

impl<'a> Words<'a> for &'a str {
    fn words(self) -> Cow<'a, str> {
        Cow::Borrowed(self)
    }
}

impl<'a> Words<'a> for &'a String {
    fn words(self) -> Cow<'a, str> {
        Cow::Borrowed(self)
    }
}

impl<'a> Words<'a> for String {
    fn words(self) -> Cow<'a, str> {
        Cow::Owned(self)
    }
}

impl<'a> Words<'a> for Cow<'a, str> {
    fn words(self) -> Cow<'a, str> {
        self
    }
}

impl<'a> Words<'a> for &'a Cow<'_, str> {
    fn words(self) -> Cow<'a, str> {
        Cow::Borrowed(self)
    }
}

impl<'a, T: ?Sized> Words<'a> for &'a &T
where
    &'a T: Words<'a>,
{
    fn words(self) -> Cow<'a, str> {
        (**self).words()
    }
}

impl<'a, T> Words<'a> for &'a Option<T>
where
    &'a T: Words<'a>,
{
    fn words(self) -> Cow<'a, str> {
        self.as_ref().map_or(Cow::Borrowed(""), Words::words)
    }
}

impl<'a, T: Words<'a>> Words<'a> for Option<T> {
    fn words(self) -> Cow<'a, str> {
        self.map_or(Cow::Borrowed(""), Words::words)
    }
}

impl<'a, L: Display, R: Display> Words<'a> for &'a Concat<L, R> {
    fn words(self) -> Cow<'a, str> {
        Cow::Owned(self.to_string())
    }
}

macro_rules! displayed {
    ($($noun:ty),+) => {$(
        impl<'a> Words<'a> for $noun {
            fn words(self) -> Cow<'a, str> {
                Cow::Owned(self.to_string())
            }
        }

        impl<'a> Words<'a> for &'a $noun {
            fn words(self) -> Cow<'a, str> {
                Cow::Owned(self.to_string())
            }
        }
    )+};
}

displayed!(u8, u16, u32, u64, usize, i32, i64, Date, Month, Fen, Instant, PersonName);

macro_rules! not_shown {
    ($($noun:ty),+) => {$(
        /// Masked, as everywhere.
        impl<'a> Words<'a> for &'a $noun {
            fn words(self) -> Cow<'a, str> {
                Cow::Owned(self.masked())
            }
        }
    )+};
}

not_shown!(IdCardNumber, Phone);
