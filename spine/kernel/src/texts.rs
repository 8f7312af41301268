//! The Chinese sentences of this crate's refusals.

/// Code to sentence, in the form every crate keeps them: one `"code" = "sentence"` a line.
pub const TEXTS: &str = include_str!("texts.toml");

/// The sentence of one of this crate's codes, as it stands in [`TEXTS`]; empty for an unknown code.
///
/// Pages take their sentences from the collected texts of all crates. This is for places that
/// have no page around them, such as a row of an import report.
pub fn sentence(code: &str) -> &'static str {
    TEXTS
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .find(|(name, _)| name.trim_matches('"') == code)
        .map_or("", |(_, text)| text.trim_matches('"'))
}
