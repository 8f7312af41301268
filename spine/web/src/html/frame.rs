//! The layout around every page, piece by piece: drawn by `shared/frame.html` and `shared/menu.html`.

use std::ops::Deref;

use askama::Template;
use askama::filters::HtmlSafe;

use super::refusal::Refusal;
use super::shown::Shown;

/// What is the same on all pages of a site: the head, and where the emblem lies.
#[derive(Debug, Default)]
pub(crate) struct Fixed {
    /// Styles and scripts.
    head: String,
    /// The same for pages inside WeChat.
    phone_head: String,
    /// The address of the emblem.
    emblem: String,
    /// The name of the city, without 市.
    pub(super) city: String,
}

/// The head, written once for each site.
#[derive(Template)]
#[template(path = "shared/frame.html", block = "fixed_head")]
struct FixedHead<'a> {
    emblem: &'a str,
    tabler: &'a str,
    styles: &'a str,
    phone_styles: &'a str,
    htmx: &'a str,
}

impl Fixed {
    /// Writes what is the same on all pages, once the addresses of the assets are known.
    pub(crate) fn of(city: &str, asset: impl Fn(&str) -> String) -> Self {
        let emblem = asset("ejia.svg");
        let (tabler, styles, htmx) = (asset("tabler.min.css"), asset("ejia.css"), asset("htmx.min.js"));
        let phone_styles = asset("phone.css");
        let head = |phone_styles| {
            let head = FixedHead { emblem: &emblem, tabler: &tabler, styles: &styles, phone_styles, htmx: &htmx };
            head.render().unwrap_or_default()
        };
        Self { head: head(""), phone_head: head(&phone_styles), emblem, city: city.to_owned() }
    }
}

macro_rules! piece {
    ($(#[$meta:meta])* $name:ident, $path:literal, $block:literal) => {
        $(#[$meta])*
        #[derive(Debug, Template)]
        #[template(path = $path, block = $block)]
        pub struct $name<'a>(pub(super) &'a Shown<'a>);

        impl<'a> Deref for $name<'a> {
            type Target = Shown<'a>;

            fn deref(&self) -> &Shown<'a> {
                self.0
            }
        }

        impl HtmlSafe for $name<'_> {}
    };
}

piece!(
    /// See [`Shown::opening`].
    Opening, "shared/frame.html", "opening"
);
piece!(
    /// See [`Shown::top`].
    Top, "shared/frame.html", "top"
);
piece!(
    /// See [`Shown::notices`].
    Notices, "shared/frame.html", "notices"
);
piece!(
    /// See [`Shown::closing`].
    Closing, "shared/frame.html", "closing"
);
piece!(
    /// See [`Shown::menu`].
    Menu, "shared/menu.html", "menu"
);

/// See [`Shown::refused`].
#[derive(Debug, Template)]
#[template(path = "shared/frame.html", block = "refused")]
pub struct Refused<'a>(pub(crate) Option<&'a Refusal>);

impl HtmlSafe for Refused<'_> {}

/// A text that is HTML already: the fixed head.
struct Ready<'a>(&'a str);

impl std::fmt::Display for Ready<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl HtmlSafe for Ready<'_> {}

impl Menu<'_> {
    /// Marks the entry the page stands at or below; 首页 (an empty `href`) only where it is the page itself.
    fn current(&self, href: &str) -> Ready<'static> {
        let rest = self.0.path.strip_prefix(self.0.base).and_then(|path| path.strip_prefix(href));
        Ready(match rest {
            Some("") => " aria-current=\"page\"",
            Some(rest) if !href.is_empty() && rest.starts_with('/') => " aria-current=\"true\"",
            _ => "",
        })
    }
}

impl Opening<'_> {
    fn fixed_head(&self) -> Ready<'_> {
        let fixed = self.0.fixed();
        Ready(if self.0.phone { &fixed.phone_head } else { &fixed.head })
    }
}

impl Top<'_> {
    fn emblem(&self) -> &str {
        &self.0.fixed().emblem
    }

    fn place(&self) -> &'static str {
        match self.0.portal {
            "office" => "党组织管理平台",
            "member" => "党员服务平台",
            "applicant" => "组织关系转入",
            _ => "",
        }
    }
}
