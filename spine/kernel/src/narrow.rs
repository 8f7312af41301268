//! Full-width input folded to the ASCII that a keyboard in another mode would have given.

/// Turns full-width ASCII into ASCII, and the ideographic and the no-break space into a space.
///
/// For codes, numbers and dates. Prose keeps its full-width punctuation: do not pass it through.
pub fn narrow(text: &str) -> String {
    text.chars().map(narrow_char).collect()
}

pub(crate) fn narrow_char(character: char) -> char {
    match character {
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => {
            u32::from(character).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(character)
        }
        other => other,
    }
}

/// Characters that take no room and come along when people copy text.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

/// [`narrow`] without any space or invisible character: what a number is read from.
pub fn narrow_solid(text: &str) -> String {
    text.chars().map(narrow_char).filter(|character| !character.is_whitespace() && !is_invisible(*character)).collect()
}
