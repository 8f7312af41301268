//! One field of a form, and the buttons: said step by step in a template, drawn by `shared/fields.html`.

use std::borrow::Cow;
use std::fmt::{self, Debug, Formatter};

use askama::Template;
use askama::filters::HtmlSafe;

use super::form::Ticked;
use super::refusal::Entered;
use super::words::Words;
use crate::choices::{Lines, Options};

/// What the person moves or types into.
#[derive(Clone, Copy)]
pub(super) enum Control<'a> {
    Hidden,
    Line,
    Secret,
    Area,
    Select(&'a dyn Options),
    Choice(&'a dyn Options),
    Check,
    File,
    Locked,
}

/// A field of a form: label, hint and refusal always belong to it, for eyes and for screen readers alike.
#[derive(Clone, Template)]
#[template(path = "shared/fields.html", block = "field")]
#[must_use]
#[expect(clippy::struct_excessive_bools, reason = "the attributes of a field are independent of one another")]
pub struct Field<'a> {
    control: Control<'a>,
    pub(super) name: Cow<'a, str>,
    label: Cow<'a, str>,
    pub(super) id: Option<Cow<'a, str>>,
    pub(super) value: Cow<'a, str>,
    pub(super) is_entered: bool,
    pub(super) entered: Option<&'a Entered>,
    pub(super) ticked: bool,
    hint: Cow<'a, str>,
    pub(super) wrong: &'a str,
    kind: Cow<'a, str>,
    pub(super) autocomplete: &'a str,
    inputmode: &'a str,
    pub(super) maxlength: u32,
    rows: u32,
    accept: &'a str,
    empty: Cow<'a, str>,
    pub(super) required: bool,
    readonly: bool,
}

impl HtmlSafe for Field<'_> {}

impl Debug for Field<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Field").field(&self.name).finish()
    }
}

impl<'a> Field<'a> {
    pub(super) fn new(name: Cow<'a, str>, label: Cow<'a, str>, control: Control<'a>) -> Self {
        Self {
            control,
            name,
            label,
            id: None,
            value: Cow::Borrowed(""),
            is_entered: false,
            entered: None,
            ticked: false,
            hint: Cow::Borrowed(""),
            wrong: "",
            kind: Cow::Borrowed("text"),
            autocomplete: "",
            inputmode: "",
            maxlength: 0,
            rows: 4,
            accept: "",
            empty: Cow::Borrowed(""),
            required: false,
            readonly: false,
        }
    }

    /// What the field begins with, unless the form was refused: then it holds what was entered.
    pub fn value(mut self, value: impl Words<'a>) -> Self {
        if !self.is_entered {
            self.value = value.words();
        }
        self
    }

    /// A sentence below the field.
    pub fn hint(mut self, hint: impl Words<'a>) -> Self {
        self.hint = hint.words();
        self
    }

    /// The form is not sent without it.
    pub fn required(self) -> Self {
        self.required_if(true)
    }

    /// The form may be sent without it: for secrets and codes, which are otherwise required.
    pub fn optional(self) -> Self {
        self.required_if(false)
    }

    /// Required where that holds.
    pub fn required_if(mut self, yes: impl Into<Ticked>) -> Self {
        self.required = yes.into().holds();
        self
    }

    /// Shown, sent, and not to be changed.
    pub fn readonly(mut self) -> Self {
        self.readonly = true;
        self
    }

    /// The kind of line: `date`, `month`, `tel`, `search`, `number`, `datetime-local`.
    pub fn kind(mut self, kind: impl Words<'a>) -> Self {
        self.kind = kind.words();
        self
    }

    /// What the browser may fill in.
    pub fn autocomplete(mut self, what: &'a str) -> Self {
        self.autocomplete = what;
        self
    }

    /// The browser fills in nothing.
    pub fn no_autocomplete(self) -> Self {
        self.autocomplete("off")
    }

    /// A password that is being chosen.
    pub fn new_password(self) -> Self {
        self.autocomplete("new-password")
    }

    /// The keyboard that phones show: `numeric`, `decimal`.
    pub fn inputmode(mut self, mode: &'a str) -> Self {
        self.inputmode = mode;
        self
    }

    /// How many letters it takes.
    pub fn maxlength(mut self, most: u32) -> Self {
        self.maxlength = most;
        self
    }

    /// How many lines a textarea shows.
    pub fn rows(mut self, rows: u32) -> Self {
        self.rows = rows;
        self
    }

    /// Which files are taken.
    pub fn accept(mut self, endings: &'a str) -> Self {
        self.accept = endings;
        self
    }

    /// The first line of a select, without a value.
    pub fn empty(mut self, label: impl Words<'a>) -> Self {
        self.empty = label.words();
        self
    }

    /// What a ticked box sends.
    pub fn sends(mut self, value: impl Words<'a>) -> Self {
        self.value = value.words();
        self
    }

    /// Another id than the name: where a page has two fields of one name.
    pub fn id(mut self, id: impl Words<'a>) -> Self {
        self.id = Some(id.words());
        self
    }

    fn place(&self) -> &str {
        self.id.as_deref().unwrap_or(&self.name)
    }

    fn is_ticked(&self) -> bool {
        self.entered.and_then(|entered| entered.ticked(&self.name, &self.value)).unwrap_or(self.ticked)
    }

    fn lines(&self, options: &'a dyn Options) -> Lines<'_> {
        Lines { options, chosen: &self.value }
    }
}

/// A button that sends a form.
#[derive(Clone, Debug, Template)]
#[template(path = "shared/fields.html", block = "button")]
#[must_use]
pub struct Button<'a> {
    label: Cow<'a, str>,
    style: &'static str,
    name: &'a str,
    value: Cow<'a, str>,
}

impl HtmlSafe for Button<'_> {}

impl<'a> Button<'a> {
    pub(super) fn new(label: Cow<'a, str>) -> Self {
        Self { label, style: " btn-primary", name: "", value: Cow::Borrowed("") }
    }

    /// Not the first thing to do on the page.
    pub fn plain(mut self) -> Self {
        self.style = "";
        self
    }

    /// Takes something away.
    pub fn danger(mut self) -> Self {
        self.style = " btn-outline-danger";
        self
    }

    /// What the form brings along when this button is pressed.
    pub fn sends(mut self, name: &'a str, value: impl Words<'a>) -> Self {
        self.name = name;
        self.value = value.words();
        self
    }
}
