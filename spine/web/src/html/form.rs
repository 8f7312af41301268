//! A form as a template draws it: each field begins with what was entered, if the form was refused, and bears the
//! sentence that stands against it.

use std::borrow::Cow;

use super::field::{Button, Control, Field};
use super::refusal::{Entered, Refusal};
use super::words::Words;
use crate::choices::Options;

/// `form` in templates.
#[derive(Debug, Clone, Default)]
pub struct Form<'a> {
    pub(crate) csrf: &'a str,
    pub(crate) entered: Option<&'a Entered>,
    pub(crate) refusal: Option<&'a Refusal>,
    /// Which of several like forms of the page.
    pub(crate) which: Option<Cow<'a, str>>,
}

impl<'a> Form<'a> {
    /// One of several like forms of a page, told apart by `which`: ids get it as an ending, and only the form that was
    /// refused (`Reply::again_in`) shows what was entered and what is wrong.
    #[must_use]
    pub fn of(&self, which: impl Words<'a>) -> Self {
        Self { which: Some(which.words()), ..self.clone() }
    }

    /// The hidden proof that the form is ours: in every form that posts.
    pub fn csrf(&self) -> Field<'a> {
        self.hidden("csrf", self.csrf)
    }

    /// A value that goes along unseen.
    pub fn hidden(&self, name: impl Words<'a>, value: impl Words<'a>) -> Field<'a> {
        let mut field = Field::new(name.words(), Cow::Borrowed(""), Control::Hidden);
        field.value = value.words();
        field
    }

    /// A line of text.
    pub fn field(&self, name: impl Words<'a>, label: impl Words<'a>) -> Field<'a> {
        self.filled(name.words(), label.words(), Control::Line)
    }

    /// A password; what was typed is never shown again. `.new_password()` for a new one.
    pub fn secret(&self, name: impl Words<'a>, label: impl Words<'a>) -> Field<'a> {
        let mut field = self.bare(name.words(), label.words(), Control::Secret);
        field.required = true;
        field.autocomplete = "current-password";
        field.maxlength = 128;
        field
    }

    /// A code from a text message: phones offer it from the message.
    pub fn code(&self, name: impl Words<'a>, label: impl Words<'a>) -> Field<'a> {
        let field = self.bare(name.words(), label.words(), Control::Line);
        field.required().autocomplete("one-time-code").inputmode("numeric").maxlength(12)
    }

    /// Several lines of text.
    pub fn textarea(&self, name: impl Words<'a>, label: impl Words<'a>) -> Field<'a> {
        self.filled(name.words(), label.words(), Control::Area)
    }

    /// One of many: a list to pull down. `.empty("全部")` puts a line without a value first.
    pub fn select(&self, name: impl Words<'a>, label: impl Words<'a>, options: &'a impl Options) -> Field<'a> {
        self.filled(name.words(), label.words(), Control::Select(options))
    }

    /// One of a few: radio buttons.
    pub fn choice(&self, name: impl Words<'a>, label: impl Words<'a>, options: &'a impl Options) -> Field<'a> {
        self.filled(name.words(), label.words(), Control::Choice(options))
    }

    /// A box to tick. `.sends(value)` where it does not send `true`.
    pub fn check(&self, name: impl Words<'a>, label: impl Words<'a>, ticked: impl Into<Ticked>) -> Field<'a> {
        let mut field = self.bare(name.words(), label.words(), Control::Check);
        field.entered = self.answered().and(self.entered);
        field.value = Cow::Borrowed("true");
        field.ticked = ticked.into().holds();
        field
    }

    /// A file; the form needs `enctype="multipart/form-data"`. `.accept(".xlsx,.csv")` names what is taken.
    pub fn file(&self, name: impl Words<'a>, label: impl Words<'a>) -> Field<'a> {
        self.bare(name.words(), label.words(), Control::File)
    }

    /// A grey item that is read and not sent.
    pub fn locked(&self, name: impl Words<'a>, label: impl Words<'a>, value: impl Words<'a>) -> Field<'a> {
        let mut field = Field::new(name.words(), label.words(), Control::Locked);
        field.value = value.words();
        field
    }

    /// The button that sends it. `.plain()` or `.danger()` for another look, `.sends(name, value)` to tell buttons apart.
    pub fn submit(&self, label: impl Words<'a>) -> Button<'a> {
        Button::new(label.words())
    }

    /// What was entered into a field when this form was refused; else an empty text.
    pub fn entered(&self, name: &str) -> Cow<'a, str> {
        self.answered().and(self.entered).and_then(|entered| entered.text(name)).unwrap_or_default()
    }

    /// Whether it is this form that was refused.
    pub fn refused(&self) -> bool {
        self.answered().is_some()
    }

    /// The refusal, if it is about this form.
    fn answered(&self) -> Option<&'a Refusal> {
        self.refusal.filter(|refusal| refusal.which.as_deref() == self.which.as_deref())
    }

    fn bare(&self, name: Cow<'a, str>, label: Cow<'a, str>, control: Control<'a>) -> Field<'a> {
        let wrong = self.answered().and_then(|refusal| refusal.on(&name)).unwrap_or_default();
        let mut field = Field::new(name, label, control);
        field.wrong = wrong;
        if let Some(which) = &self.which {
            field.id = Some(Cow::Owned(format!("{}-{which}", field.name)));
        }
        field
    }

    fn filled(&self, name: Cow<'a, str>, label: Cow<'a, str>, control: Control<'a>) -> Field<'a> {
        let mut field = self.bare(name, label, control);
        if self.answered().is_some()
            && let Some(text) = self.entered.and_then(|entered| entered.text(&field.name))
        {
            field.value = text;
            field.is_entered = true;
        }
        field
    }
}

/// Whether a box is ticked.
#[derive(Debug, Clone, Copy)]
pub struct Ticked(bool);

impl Ticked {
    pub(super) const fn holds(self) -> bool {
        self.0
    }
}

impl From<bool> for Ticked {
    fn from(yes: bool) -> Self {
        Self(yes)
    }
}

impl From<&bool> for Ticked {
    fn from(yes: &bool) -> Self {
        Self(*yes)
    }
}
