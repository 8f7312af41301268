//! Passwords that are guessed first: not looked up in a list of them, but taken apart. One that consists of at most three pieces,
//! of which one is a word or a name and the others are keys that lie side by side, a letter that is said again, a year, a day
//! or a number that everybody loves, is one that people choose and programs try. So are initials with such digits.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Longer ones are no longer among those that are tried first, whatever they are made of.
const LONGEST: usize = 24;
/// Pieces of a guessed password.
const PIECES: usize = 3;
/// So many letters may be anybody's initials, where all the rest are digits.
const INITIALS: usize = 3;
/// So many keys side by side are a pattern, and so many of one letter.
const PATTERN: usize = 3;
/// So many digits are no secret, whichever they are.
const FEW_DIGITS: usize = 2;

/// Keys that lie side by side, alphabets, and how fingers go to and fro between two of them.
const WALKS: [&str; 14] = [
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1a2b3c4d5e6f7g8h9i",
    "a1b2c3d4e5f6g7h8i9",
    "147258369",
    "159357",
    "qweasdzxc",
];

/// Numbers that mean something: luck, love, calls for help.
const LOVED: [&str; 25] = [
    "0592", "110", "119", "120", "168", "188", "365", "404", "518", "520", "521", "588", "618", "666", "668", "688",
    "886", "888", "1314", "5201314", "1314520", "10086", "10010", "12306", "100200",
];

/// What passwords are made of, by the headings of `guessed.txt`.
struct Words {
    whole: HashSet<&'static str>,
    surnames: HashSet<&'static str>,
    given: HashSet<&'static str>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let text = include_str!("guessed.txt");
    let under = |heading: &str| {
        let lines = text.lines().skip_while(|line| *line != heading).skip(1);
        let lines = lines.take_while(|line| !line.starts_with('[')).filter(|line| !line.starts_with('#'));
        lines.flat_map(str::split_whitespace).collect()
    };
    Words { whole: under("[words]"), surnames: under("[surnames]"), given: under("[given]") }
});

/// Whether a password, in small letters, is one of those that are tried first.
pub(super) fn is_guessed(small: &str) -> bool {
    if small.len() > LONGEST || !small.is_ascii() {
        return false;
    }
    // Signs between the pieces hide nothing; two of them stand for letters.
    let without = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let spelled = small.replace('@', "a").replace('$', "s");
    let guessed = |text: &String| consists(said_once(text), PIECES, true) || is_of_initials(text);
    [without(small), without(&spelled)].iter().any(guessed)
}

/// Whether a text is initials before or behind digits that are no secret.
fn is_of_initials(text: &str) -> bool {
    let digits = text.trim_matches(|letter: char| letter.is_ascii_alphabetic());
    let at_one_end = text.starts_with(digits) || text.ends_with(digits);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    at_one_end && is_number && text.len() - digits.len() <= INITIALS && consists(digits, PIECES - 1, false)
}

/// What is said again and again, once.
fn said_once(text: &str) -> &str {
    let lengths = (3..=text.len() / 2).filter(|length| text.len().is_multiple_of(*length));
    let mut pieces = lengths.filter_map(|length| text.get(..length));
    pieces.find(|piece| piece.repeat(text.len() / piece.len()) == text).unwrap_or(text)
}

/// Whether a text consists of at most so many pieces, one of them a word.
fn consists(text: &str, pieces: usize, word: bool) -> bool {
    if text.is_empty() {
        return true;
    }
    pieces > 0
        && (1..=text.len()).filter_map(|end| text.split_at_checked(end)).any(|(piece, rest)| {
            (is_pattern(piece) && consists(rest, pieces - 1, word))
                || (word && is_word(piece) && consists(rest, pieces - 1, false))
        })
}

fn is_word(piece: &str) -> bool {
    let words = &*WORDS;
    let letters = piece.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_name = |text: &str| {
        let mut parts = (1..text.len()).filter_map(|end| text.split_at_checked(end));
        parts.any(|(surname, given)| words.surnames.contains(surname) && words.given.contains(given))
    };
    let known = |text: &str| words.whole.contains(text) || words.surnames.contains(text) || is_name(text);
    if letters {
        return known(piece);
    }
    // Digits for the letters that they look like.
    let looks = |one: char| {
        let read = piece.chars().map(|letter| match letter {
            '0' => 'o',
            '1' => one,
            '3' => 'e',
            '4' => 'a',
            '5' => 's',
            '7' => 't',
            other => other,
        });
        read.collect::<String>()
    };
    piece.bytes().any(|byte| byte.is_ascii_alphabetic()) && ['i', 'l'].into_iter().any(|one| known(&looks(one)))
}

fn is_pattern(piece: &str) -> bool {
    if piece.len() < PATTERN {
        return piece.bytes().all(|byte| byte.is_ascii_digit());
    }
    let backwards: String = piece.chars().rev().collect();
    let walked = WALKS.iter().any(|walk| walk.contains(piece) || walk.contains(&backwards));
    let again = piece.chars().all(|letter| piece.starts_with(letter));
    walked || again || (piece.bytes().all(|byte| byte.is_ascii_digit()) && is_no_secret(piece))
}

/// Whether digits are a year, a day, a number that everybody loves, some of them said again, or too few to count.
fn is_no_secret(digits: &str) -> bool {
    let between = |from: usize, to: usize, least: u32, most: u32| {
        digits
            .get(from..to)
            .and_then(|part| part.parse().ok())
            .is_some_and(|number: u32| (least..=most).contains(&number))
    };
    let year = between(0, 4, 1900, 2049);
    let said = said_once(digits);
    match digits.len() {
        0..=FEW_DIGITS => true,
        4 if year || (between(0, 2, 1, 12) && between(2, 4, 1, 31)) => true,
        6 if (year && between(4, 6, 1, 12)) || (between(2, 4, 1, 12) && between(4, 6, 1, 31)) => true,
        8 if year && between(4, 6, 1, 12) && between(6, 8, 1, 31) => true,
        _ => LOVED.contains(&digits) || LOVED.contains(&said) || (said.len() < digits.len() && said.len() <= INITIALS),
    }
}

#[cfg(test)]
mod tests;
