//! Pages as compiled templates: what every template sees, and the pieces they are put together from.
//!
//! A template is an HTML file under `portals/`, bound to its view by [`page!`](crate::page). It sees the view as
//! `view`, and the fields and methods of [`Shown`] by their names. Forms are drawn through `form` ([`Form`]), other
//! pieces by the functions of [`parts`], numbers and times by the filters of [`filters`].

mod field;
pub mod filters;
mod form;
mod frame;
pub mod parts;
mod refusal;
mod shown;
mod words;

pub use field::{Button, Field};
pub use form::Form;
pub(crate) use refusal::ProblemSheet;
pub use refusal::{Entered, Refusal};
pub use shown::{Card, Shown};
pub use words::Words;

pub(crate) use frame::Fixed;

/// A page bound to its compiled template: `page!(View, "office/members/list.html", "党员档案管理")`.
///
/// The path is below `portals/`; the compiler checks every name in the file against the view and [`Shown`]. The crate
/// needs a file `askama.toml` beside its `Cargo.toml` that says where the templates are.
#[macro_export]
macro_rules! page {
    ($view:ty, $template:tt, $title:literal $(,)?) => {{
        use $crate::{filters, parts};

        #[derive($crate::askama::Template)]
        #[template(path = $template, askama = $crate::askama)]
        struct Sheet<'a> {
            view: &'a $view,
            shown: &'a $crate::Shown<'a>,
        }

        impl<'a> ::std::ops::Deref for Sheet<'a> {
            type Target = $crate::Shown<'a>;

            fn deref(&self) -> &$crate::Shown<'a> {
                self.shown
            }
        }

        fn draw(view: &$view, shown: &$crate::Shown<'_>) -> Result<String, $crate::askama::Error> {
            static LONGEST: ::std::sync::atomic::AtomicUsize = ::std::sync::atomic::AtomicUsize::new(0);
            $crate::drawn(&Sheet { view, shown }, &LONGEST)
        }

        $crate::Page::new($template, $title, draw)
    }};
}

/// Renders into one text that is long enough from the second time on.
#[doc(hidden)]
pub fn drawn<T: askama::Template>(
    template: &T,
    longest: &std::sync::atomic::AtomicUsize,
) -> Result<String, askama::Error> {
    use std::sync::atomic::Ordering::Relaxed;
    /// A rare giant is no reason to ask for as much every time.
    const MOST: usize = 256 * 1024;
    let expected = longest.load(Relaxed).max(T::SIZE_HINT).min(MOST);
    let mut text = String::with_capacity(expected);
    template.render_into(&mut text)?;
    if text.len() > expected {
        longest.fetch_max(text.len() + text.len() / 16, Relaxed);
    }
    Ok(text)
}
