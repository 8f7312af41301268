//! What a member is found by: parts of the name, initials and full pinyin, each as a text with a known beginning.
//!
//! A search is a range over the beginnings of terms, so every way of asking costs the same few rows. The first letter
//! of a term says what it is, so that the likeliest hits (the name begins so) come before the rest.

use std::borrow::Cow;

use pinyin::ToPinyin;

/// The kinds of terms, in the order their hits are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TermKind {
    /// The whole name.
    Name,
    /// What remains of the name after its first characters.
    InnerName,
    /// The pinyin initials of the whole name.
    Initials,
    /// The pinyin initials after the first characters.
    InnerInitials,
    /// The whole name in pinyin.
    Pinyin,
}

impl TermKind {
    /// The letter a term of this kind begins with.
    const fn mark(self) -> char {
        match self {
            Self::Name => 'a',
            Self::InnerName => 'b',
            Self::Initials => 'c',
            Self::InnerInitials => 'd',
            Self::Pinyin => 'e',
        }
    }
}

/// A term holds no more characters than this; longer names are found by their beginning.
const LONGEST: usize = 24;

/// Surnames that are read otherwise than the same character elsewhere.
const SURNAMES: [(&str, &[&str]); 30] = [
    ("单", &["shan"]),
    ("解", &["xie"]),
    ("曾", &["zeng"]),
    ("区", &["ou"]),
    ("仇", &["qiu"]),
    ("查", &["zha"]),
    ("朴", &["piao"]),
    ("尉迟", &["yu", "chi"]),
    ("万俟", &["mo", "qi"]),
    ("长孙", &["zhang", "sun"]),
    ("澹台", &["tan", "tai"]),
    ("乐", &["yue"]),
    ("盖", &["ge"]),
    ("缪", &["miao"]),
    ("召", &["shao"]),
    ("繁", &["po"]),
    ("员", &["yun"]),
    ("种", &["chong"]),
    ("翟", &["zhai"]),
    ("冼", &["xian"]),
    ("洗", &["xian"]),
    ("任", &["ren"]),
    ("华", &["hua"]),
    ("过", &["guo"]),
    ("黑", &["he"]),
    ("折", &["she"]),
    ("秘", &["bi"]),
    ("盛", &["sheng"]),
    ("覃", &["qin"]),
    ("费", &["fei"]),
];

/// One way to read a name: a syllable a character, empty where the character has none.
type Reading = Vec<String>;

/// The ways a name is read: as surnames are read first, then as the characters are read elsewhere.
fn readings(name: &str) -> Vec<Reading> {
    let plain: Reading = name
        .chars()
        .map(|letter| match letter.to_pinyin() {
            Some(syllable) => syllable.plain().replace('ü', "v"),
            None if letter.is_ascii_alphanumeric() => letter.to_ascii_lowercase().to_string(),
            None => String::new(),
        })
        .collect();
    let surname = SURNAMES.iter().filter(|(surname, _)| name.starts_with(surname)).max_by_key(|(name, _)| name.len());
    let mut found = Vec::with_capacity(2);
    if let Some((_, syllables)) = surname {
        let mut reading: Reading = syllables.iter().map(|syllable| (*syllable).to_owned()).collect();
        reading.extend(plain.iter().skip(syllables.len()).cloned());
        if reading != plain {
            found.push(reading);
        }
    }
    found.push(plain);
    found
}

/// What a list of names is ordered by: the pinyin of the likeliest reading, then the name.
pub fn sort_key(name: &str) -> String {
    let syllables = readings(name).into_iter().next().unwrap_or_default();
    format!("{} {name}", syllables.join(" "))
}

/// The first letters of each syllable, and the syllables themselves, of every reading of a name.
pub fn spellings(name: &str) -> Vec<(String, String)> {
    let initials = |reading: &Reading| reading.iter().filter_map(|syllable| syllable.chars().next()).collect();
    readings(name).iter().map(|reading| (initials(reading), reading.concat())).collect()
}

/// Everything a name is found by, each text once.
pub(crate) fn terms(name: &str) -> Vec<String> {
    let mut terms = Vec::with_capacity(8);
    let folded = folded(name);
    push_suffixes(&mut terms, TermKind::Name, TermKind::InnerName, &folded);
    for (initials, full) in spellings(&folded) {
        push_suffixes(&mut terms, TermKind::Initials, TermKind::InnerInitials, &initials);
        if !full.is_empty() {
            terms.push(term(TermKind::Pinyin, full.chars()));
        }
    }
    terms.sort_unstable();
    terms.dedup();
    terms
}

fn push_suffixes(terms: &mut Vec<String>, whole: TermKind, inner: TermKind, text: &str) {
    let letters: Vec<char> = text.chars().collect();
    for start in 0..letters.len() {
        let kind = if start == 0 { whole } else { inner };
        terms.push(term(kind, letters.iter().skip(start).copied()));
    }
}

fn term(kind: TermKind, letters: impl Iterator<Item = char>) -> String {
    std::iter::once(kind.mark()).chain(letters.take(LONGEST)).collect()
}

/// The term of a whole name: members of one name are found by it alone.
pub(crate) fn whole(name: &str) -> String {
    term(TermKind::Name, folded(name).chars())
}

/// A name or a question as terms hold it: small letters, no blanks, no dots.
fn folded(text: &str) -> Cow<'_, str> {
    // Most names are Chinese characters and nothing else.
    if text.chars().all(|letter| matches!(letter, '\u{4e00}'..='\u{9fff}')) {
        return Cow::Borrowed(text);
    }
    let folded = ejia_kernel::narrow(text)
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '·')
        .flat_map(char::to_lowercase)
        .collect();
    Cow::Owned(folded)
}

/// What was typed into the search box, by the characters it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Query {
    /// Part of a name.
    Name(NamePart),
    /// A whole phone number.
    Phone(ejia_kernel::Phone),
    /// A whole ID-card number.
    IdCard(ejia_kernel::IdCardNumber),
    /// Digits that are neither.
    Unfinished,
}

/// Part of a name, and where it is looked for, the likeliest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamePart {
    text: String,
    kinds: &'static [TermKind],
}

impl NamePart {
    /// The beginning of the terms of one phase; none after the last.
    pub(crate) fn beginning(&self, phase: usize) -> Option<String> {
        self.kinds.get(phase).map(|kind| format!("{}{}", kind.mark(), self.text))
    }

    /// The first phase in which a name is met.
    pub(crate) fn phase(&self, name: &str) -> Option<usize> {
        let name = folded(name);
        let text = self.text.as_str();
        if !text.is_ascii() {
            let within = |kind: &TermKind| match kind {
                TermKind::Name => name.starts_with(text),
                _ => name.contains(text),
            };
            return self.kinds.iter().position(within);
        }
        let spellings = spellings(&name);
        self.kinds.iter().position(|kind| {
            spellings.iter().any(|(initials, full)| match kind {
                TermKind::Name | TermKind::InnerName => false,
                TermKind::Initials => initials.starts_with(text),
                TermKind::InnerInitials => initials.get(1..).is_some_and(|rest| rest.contains(text)),
                TermKind::Pinyin => full.starts_with(text),
            })
        })
    }

    /// The place of a name: the phase in which it is met, and which of its terms meets it.
    pub(crate) fn place(&self, name: &str) -> Option<(usize, usize)> {
        let terms = terms(name);
        (0..self.kinds.len()).find_map(|phase| {
            let beginning = self.beginning(phase)?;
            terms.iter().position(|term| term.starts_with(&beginning)).map(|index| (phase, index))
        })
    }
}

impl Query {
    /// Reads what was typed; none when nothing was.
    pub(crate) fn parse(typed: &str) -> Option<Self> {
        let text = folded(typed);
        let first = text.chars().next()?;
        if first.is_ascii_digit() || first == '+' {
            return Some(Self::number(&text));
        }
        let text: String = text.chars().take(LONGEST).collect();
        let kinds: &[TermKind] = if !text.is_ascii() {
            &[TermKind::Name, TermKind::InnerName]
        } else if text.len() == 1 {
            // The pinyin begins with the same letter as the initials: one range finds all.
            &[TermKind::Initials, TermKind::InnerInitials]
        } else {
            &[TermKind::Initials, TermKind::Pinyin, TermKind::InnerInitials]
        };
        Some(Self::Name(NamePart { text, kinds }))
    }

    fn number(text: &str) -> Self {
        if let Ok(id_card) = ejia_kernel::IdCardNumber::parse(text) {
            Self::IdCard(id_card)
        } else if let Ok(phone) = ejia_kernel::Phone::parse(text) {
            Self::Phone(phone)
        } else {
            Self::Unfinished
        }
    }
}

/// The first text after everything that begins with `beginning`, in byte order.
pub(crate) fn after(beginning: &str) -> String {
    format!("{beginning}\u{10ffff}")
}

#[cfg(test)]
mod tests;
