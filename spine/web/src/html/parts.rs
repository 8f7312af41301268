//! Pieces of pages: notices, empty states, lists of facts, pager, badges, progress. Drawn by `shared/pieces.html`.

use std::borrow::Cow;

use askama::Template;
use askama::filters::HtmlSafe;

use super::filters;
use super::words::Words;

macro_rules! piece {
    ($(#[$meta:meta])* $name:ident, $block:literal, { $($field:ident: $kind:ty),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Template)]
        #[template(path = "shared/pieces.html", block = $block)]
        #[must_use]
        pub struct $name<'a> {
            $($field: $kind,)+
        }

        impl HtmlSafe for $name<'_> {}
    };
}

piece!(
    /// See [`badge`].
    Badge, "badge", { text: Cow<'a, str>, tone: Cow<'a, str> }
);
piece!(
    /// See [`remark`].
    Remark, "remark", { text: Cow<'a, str>, tone: &'static str }
);
piece!(
    /// See [`empty`].
    Empty, "empty", { title: Cow<'a, str>, sentence: Cow<'a, str>, href: Cow<'a, str>, action: Cow<'a, str> }
);
piece!(
    /// See [`pager`].
    Pager, "pager", { first: Cow<'a, str>, previous: Cow<'a, str>, next: Cow<'a, str>, sentence: Cow<'a, str> }
);
piece!(
    /// See [`fact`].
    Known, "fact", { label: Cow<'a, str>, value: Cow<'a, str> }
);
piece!(
    /// See [`progress`].
    Progress, "progress", { label: Cow<'a, str>, done: i64, total: i64 }
);
piece!(
    /// See [`back`].
    Back, "back", { href: Cow<'a, str>, label: Cow<'a, str> }
);
piece!(
    /// See [`was`] and [`now`].
    Word, "word", { text: Cow<'a, str>, none: &'a str, new: bool }
);

/// A word in a coloured field: tone `plain`, `good`, `wait` or `bad`.
pub fn badge<'a>(text: impl Words<'a>, tone: impl Words<'a>) -> Badge<'a> {
    Badge { text: text.words(), tone: tone.words() }
}

/// A remark on the page; `.warning()`, `.danger()` or `.success()` for another tone.
pub fn remark<'a>(text: impl Words<'a>) -> Remark<'a> {
    Remark { text: text.words(), tone: "info" }
}

impl Remark<'_> {
    /// Something to heed.
    pub fn warning(mut self) -> Self {
        self.tone = "warning";
        self
    }

    /// Something that went wrong, or cannot be undone.
    pub fn danger(mut self) -> Self {
        self.tone = "danger";
        self
    }

    /// Something that is well.
    pub fn success(mut self) -> Self {
        self.tone = "success";
        self
    }
}

/// Nothing here yet: says so, and what to do; `.go(href, action)` adds a button.
pub fn empty<'a>(title: impl Words<'a>, sentence: impl Words<'a>) -> Empty<'a> {
    Empty { title: title.words(), sentence: sentence.words(), href: Cow::Borrowed(""), action: Cow::Borrowed("") }
}

impl<'a> Empty<'a> {
    /// A button that leads to what to do.
    pub fn go(mut self, href: impl Words<'a>, action: impl Words<'a>) -> Self {
        (self.href, self.action) = (href.words(), action.words());
        self
    }
}

/// 上一页 and 下一页: addresses, where there are such pages. `.first(address)` adds 回到第一页, `.saying(sentence)` a count.
pub fn pager<'a>(previous: impl Words<'a>, next: impl Words<'a>) -> Pager<'a> {
    let empty = Cow::Borrowed("");
    Pager { first: empty.clone(), previous: previous.words(), next: next.words(), sentence: empty }
}

impl<'a> Pager<'a> {
    /// The address of the first page, unless this is it.
    pub fn first(mut self, address: impl Words<'a>) -> Self {
        self.first = address.words();
        self
    }

    /// A sentence beside the buttons.
    pub fn saying(mut self, sentence: impl Words<'a>) -> Self {
        self.sentence = sentence.words();
        self
    }
}

/// One fact inside `<dl class="facts">`; an empty value is shown as 未填写.
pub fn fact<'a>(label: impl Words<'a>, value: impl Words<'a>) -> Known<'a> {
    Known { label: label.words(), value: value.words() }
}

/// A true progress bar: done of total.
pub fn progress<'a>(done: impl Into<Count>, total: impl Into<Count>, label: impl Words<'a>) -> Progress<'a> {
    Progress { label: label.words(), done: done.into().0, total: total.into().0 }
}

/// A whole number, by value or not.
#[derive(Debug, Clone, Copy)]
pub struct Count(i64);

impl From<i64> for Count {
    fn from(count: i64) -> Self {
        Self(count)
    }
}

impl From<&i64> for Count {
    fn from(count: &i64) -> Self {
        Self(*count)
    }
}

/// A way back, in block `above`.
pub fn back<'a>(href: impl Words<'a>, label: impl Words<'a>) -> Back<'a> {
    Back { href: href.words(), label: label.words() }
}

/// What stood there before a change; `none` where it was empty.
pub fn was<'a>(text: impl Words<'a>, none: &'a str) -> Word<'a> {
    Word { text: text.words(), none, new: false }
}

/// What stands there after a change; `none` where it is empty now.
pub fn now<'a>(text: impl Words<'a>, none: &'a str) -> Word<'a> {
    Word { text: text.words(), none, new: true }
}
