//! Where templates come from, and the few words they know beyond the language: time, dates, money, assets.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ejia_kernel::{Date, Instant};
use minijinja::value::ValueKind;
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value, escape_formatter, path_loader,
};
use rust_embed::RustEmbed;

use crate::choices;

type Source = dyn Fn(&str) -> Option<String> + Send + Sync;

/// Where templates come from.
#[derive(Clone, Default)]
pub enum Templates {
    /// Nowhere: only what this crate brings itself.
    #[default]
    None,
    /// A folder; in debug builds a changed file is read again.
    Folder(PathBuf),
    /// A function from a name to the text.
    Source(Arc<Source>),
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Folder(path) => f.debug_tuple("Folder").field(path).finish(),
            Self::Source(_) => f.write_str("Source"),
        }
    }
}

impl Templates {
    /// The templates of a folder.
    pub fn folder(path: impl AsRef<Path>) -> Self {
        Self::Folder(path.as_ref().to_owned())
    }

    /// The templates that `source` knows.
    pub fn source(source: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self::Source(Arc::new(source))
    }

    /// The templates built into the program.
    pub fn embedded<E: RustEmbed>() -> Self {
        Self::source(|name| {
            let file = E::get(name)?;
            String::from_utf8(file.data.into_owned()).ok()
        })
    }

    fn load(&self, environment: &mut Environment<'static>) {
        match self.clone() {
            Self::None => {
                environment.set_loader(|name| Ok(own(name)));
            }
            Self::Folder(folder) => {
                let from_folder = path_loader(folder);
                environment.set_auto_reload(cfg!(debug_assertions));
                environment.set_loader(move |name| match from_folder(name)? {
                    Some(source) => Ok(Some(source)),
                    None => Ok(own(name).map(Into::into)),
                });
            }
            Self::Source(source) => {
                environment.set_loader(move |name| Ok(source(name).or_else(|| own(name))));
            }
        }
    }
}

/// The templates of this crate, used where the portals bring none of that name.
fn own(name: &str) -> Option<String> {
    let text = match name {
        "shared/fragment.html" => include_str!("templates/fragment.html"),
        "shared/problem.html" => include_str!("templates/problem.html"),
        "shared/page.html" | "shared/phone.html" => include_str!("templates/layout.html"),
        _ => return None,
    };
    Some(text.to_owned())
}

/// The environment that all pages are rendered in.
pub(crate) fn environment(templates: &Templates) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_debug(cfg!(debug_assertions));
    environment.set_formatter(write);
    templates.load(&mut environment);
    environment.add_function("lines", choices::lines);
    environment.add_filter("time", time);
    environment.add_filter("day", day);
    environment.add_filter("date", date);
    environment.add_filter("thousands", thousands);
    environment.add_filter("yuan", yuan);
    environment
}

/// Writes a value into a page: nothing is an empty text, and a slash needs no escape.
fn write(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    match value.as_str() {
        _ if value.is_none() => Ok(()),
        Some(text) if !value.is_safe() => escape(out, text).map_err(Error::from),
        Some(text) => out.write_str(text).map_err(Error::from),
        None => match value.kind() {
            ValueKind::Bool if value.is_true() => out.write_str("true").map_err(Error::from),
            ValueKind::Bool => out.write_str("false").map_err(Error::from),
            _ => escape_formatter(out, state, value),
        },
    }
}

fn escape(out: &mut Output, text: &str) -> std::fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'<' | b'>' | b'&' | b'"' | b'\'')) {
        let (before, special) = rest.split_at(at);
        let (special, after) = special.split_at(1);
        out.write_str(before)?;
        out.write_str(match special {
            "<" => "&lt;",
            ">" => "&gt;",
            "&" => "&amp;",
            "\"" => "&#34;",
            _ => "&#39;",
        })?;
        rest = after;
    }
    out.write_str(rest)
}

fn unfit(what: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}

/// An instant as the kernel writes it, or milliseconds.
fn instant(value: &Value) -> Result<Instant, Error> {
    if let Some(ms) = value.as_i64() {
        return Ok(Instant::from_ms(ms));
    }
    let text = value.as_str().ok_or_else(|| unfit("not an instant"))?;
    text.parse().map_err(|_| unfit("not an instant"))
}

fn nothing(value: &Value) -> bool {
    value.is_none() || value.as_str() == Some("")
}

/// `{{ view.sent_at|time }}`: 2026-03-20 09:00, in China.
fn time(value: &Value) -> Result<String, Error> {
    if nothing(value) { Ok(String::new()) } else { Ok(instant(value)?.to_string()) }
}

/// `{{ view.sent_at|day }}`: the day of an instant, 2026-03-20.
fn day(value: &Value) -> Result<String, Error> {
    if nothing(value) { Ok(String::new()) } else { Ok(instant(value)?.china_date().to_string()) }
}

/// `{{ view.born_on|date }}`: 2026年3月20日; a month becomes 2026年3月.
fn date(value: &Value) -> Result<String, Error> {
    if nothing(value) {
        return Ok(String::new());
    }
    let text = value.as_str().ok_or_else(|| unfit("not a date"))?;
    if let Ok(date) = text.parse::<Date>() {
        return Ok(date.chinese());
    }
    match text.split_once('-').map(|(year, month)| (year.parse::<u16>(), month.parse::<u8>())) {
        Some((Ok(year), Ok(month @ 1..=12))) => Ok(format!("{year}年{month}月")),
        _ => Err(unfit("not a date")),
    }
}

/// `{{ view.count|thousands }}`: 12,345.
fn thousands(value: &Value) -> Result<String, Error> {
    let number = value.as_i64().ok_or_else(|| unfit("not a whole number"))?;
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    Ok(text)
}

/// `{{ view.amount|yuan }}`: fen as yuan, 1,234.50.
fn yuan(value: &Value) -> Result<String, Error> {
    let fen = value.as_i64().ok_or_else(|| unfit("not an amount in fen"))?;
    let whole = thousands(&Value::from(fen / 100))?;
    let sign = if fen < 0 && fen > -100 { "-" } else { "" };
    Ok(format!("{sign}{whole}.{:02}", fen.unsigned_abs() % 100))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(source: &str, context: Value) -> Result<String, String> {
        let environment = environment(&Templates::None);
        // As a page: escaping goes by the environment's rule.
        environment.render_named_str("page.html", source, context).map_err(|error| error.to_string())
    }

    fn with(value: impl Into<Value>, filter: &str) -> String {
        let source = format!("{{{{ value|{filter} }}}}");
        rendered(&source, minijinja::context! { value => value.into() }).unwrap()
    }

    #[test]
    fn times_are_chinas() {
        assert_eq!(with("2026-03-20T01:00:00Z", "time"), "2026-03-20 09:00");
        assert_eq!(with(1_773_968_400_000_i64, "time"), "2026-03-20 09:00");
        assert_eq!(with("2026-03-19T16:00:00Z", "day"), "2026-03-20");
        assert_eq!(with("2026-03-20", "date"), "2026年3月20日");
        assert_eq!(with("2026-03", "date"), "2026年3月");
        assert_eq!(with(Value::from(()), "time"), "");
        assert_eq!(with("", "date"), "");
    }

    #[test]
    fn numbers_read_well() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")] {
            assert_eq!(with(number, "thousands"), text);
        }
        for (fen, text) in [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123_450, "1,234.50"), (-100, "-1.00")] {
            assert_eq!(with(fen, "yuan"), text);
        }
    }

    #[test]
    fn what_people_wrote_is_escaped_and_nothing_is_empty() {
        let context = minijinja::context! { bad => "<a b=\"c\">&'/党", none => (), yes => true };
        let text = rendered("{{ bad }}|{{ none }}|{{ yes }}|{{ 1.5 }}", context).unwrap();
        assert_eq!(text, "&lt;a b=&#34;c&#34;&gt;&amp;&#39;/党||true|1.5");
    }

    #[test]
    fn what_is_not_there_is_a_fault() {
        for source in ["{{ view.nothing }}", "{{ nothing }}", "{% if nothing %}{% endif %}", "{{ nothing|time }}"] {
            assert!(rendered(source, minijinja::context! { view => minijinja::context! {} }).is_err());
        }
    }
}
