//! Finds articles by what people type: parts of words, other words for the same, in any order.
//!
//! Chinese has no spaces between words, so that texts are compared by pairs of letters that stand beside one another. A
//! pair that few articles have weighs more than one that nearly all have; in a question it weighs more than in an answer.

use std::collections::{HashMap, HashSet};

use ejia_kernel::Problem;
use serde::Deserialize;

use crate::handbook::{Article, Chapter};

/// Words that mean the same, and words that mean nothing here.
const WORDS: &str = include_str!("../articles/words.toml");
/// Weight of a pair in a question or a keyword, and in an answer.
const ASKED: f64 = 4.0;
const ANSWERED: f64 = 1.0;
/// How much of what was typed the best article must have, by weight; else nothing was found.
const ENOUGH: f64 = 0.35;
/// How near the others must come to the best.
const NEAR: f64 = 0.4;
/// So many are shown.
const MOST: usize = 10;

/// Two letters that stand beside one another.
type Pair = [char; 2];
type Pairs = HashSet<Pair>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    /// Each line: words for one thing; the first stands for all.
    same: Vec<Vec<String>>,
    /// Left out of what is typed and of what is searched.
    empty: Vec<String>,
}

/// A text as it is compared: small letters without marks, one word for each thing.
#[derive(Debug)]
struct Folding {
    /// By their first letters, from the longest word to the shortest, so that none hides within another.
    words: HashMap<char, Vec<(String, String)>>,
}

impl Folding {
    fn read() -> Result<Self, Problem> {
        let Words { same, empty } = toml::from_str(WORDS).map_err(Problem::fault)?;
        let mut all: Vec<(String, String)> = empty.into_iter().map(|word| (word, String::from(" "))).collect();
        for line in same {
            let Some(one) = line.first().cloned() else { continue };
            all.extend(line.into_iter().map(|word| (word, one.clone())));
        }
        all.sort_by_key(|(word, _)| std::cmp::Reverse(word.chars().count()));
        let mut words: HashMap<char, Vec<(String, String)>> = HashMap::new();
        for (word, one) in all {
            let Some(first) = word.chars().next() else { continue };
            words.entry(first).or_default().push((word, one));
        }
        Ok(Self { words })
    }

    /// Each piece between blanks and marks.
    fn pieces(&self, text: &str) -> Vec<String> {
        let text = text.to_lowercase();
        let mut folded = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(letter) = rest.chars().next() {
            let mut words = self.words.get(&letter).into_iter().flatten();
            let known = words.find_map(|(word, one)| Some((rest.strip_prefix(word.as_str())?, one)));
            if let Some((after, one)) = known {
                folded.push_str(one);
                rest = after;
            } else {
                folded.push(if letter.is_alphanumeric() { letter } else { ' ' });
                rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            }
        }
        folded.split_whitespace().map(str::to_owned).collect()
    }

    /// The pairs of neighbours in what was typed; a letter that stands alone makes a pair with nothing.
    fn pairs(&self, typed: &str) -> Pairs {
        let mut pairs = Pairs::new();
        for piece in self.pieces(typed) {
            let letters: Vec<char> = piece.chars().collect();
            pairs.extend(letters.windows(2).filter_map(|pair| Pair::try_from(pair).ok()));
            if let [alone] = letters.as_slice() {
                pairs.insert([*alone, ' ']);
            }
        }
        pairs
    }

    /// The pairs that texts are found by: of neighbours, and of each letter with nothing.
    fn all_pairs<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Pairs {
        let mut all = Pairs::new();
        for text in texts {
            all.extend(self.pairs(text));
            all.extend(self.pieces(text).iter().flat_map(|piece| piece.chars()).map(|letter| [letter, ' ']));
        }
        all
    }
}

/// An article as it is searched.
#[derive(Debug)]
struct Entry {
    asked: Pairs,
    answered: Pairs,
}

/// Everything that is searched.
#[derive(Debug)]
pub(crate) struct Index {
    folding: Folding,
    entries: Vec<Entry>,
    /// In how many articles a pair stands.
    spread: HashMap<Pair, usize>,
}

impl Index {
    pub(crate) fn of(chapters: &[Chapter]) -> Result<Self, Problem> {
        let folding = Folding::read()?;
        let entry = |chapter: &Chapter, article: &Article| {
            let asked = [&article.manual, &article.also, &article.words].into_iter().flatten();
            let asked = asked.chain([&article.question]).map(String::as_str);
            let readers = article.readers.iter().map(|reader| reader.label());
            let answered = [article.answer.as_str(), chapter.title.as_str(), chapter.part.as_str()];
            Entry { asked: folding.all_pairs(asked), answered: folding.all_pairs(answered.into_iter().chain(readers)) }
        };
        let entries: Vec<Entry> = chapters
            .iter()
            .flat_map(|chapter| chapter.articles.iter().map(|article| entry(chapter, article)))
            .collect();
        let mut spread: HashMap<Pair, usize> = HashMap::new();
        for pair in entries.iter().flat_map(|entry| entry.asked.union(&entry.answered)) {
            *spread.entry(*pair).or_default() += 1;
        }
        Ok(Self { folding, entries, spread })
    }

    /// The numbers of the articles that come near what was typed, best first.
    pub(crate) fn find(&self, typed: &str) -> Vec<usize> {
        let typed: Vec<Pair> = self.folding.pairs(typed).into_iter().collect();
        let whole: f64 = typed.iter().map(|pair| self.weight(*pair)).sum();
        let mut found: Vec<(usize, f64)> = Vec::new();
        for (number, entry) in self.entries.iter().enumerate() {
            let held: f64 = typed.iter().filter(|pair| entry.has(**pair)).map(|pair| self.weight(*pair)).sum();
            let score: f64 = typed.iter().map(|pair| self.weight(*pair) * entry.worth(*pair)).sum();
            if held > whole * ENOUGH {
                found.push((number, score));
            }
        }
        found.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        let best = found.first().map_or(0.0, |(_, score)| *score);
        found.into_iter().filter(|(_, score)| *score >= best * NEAR).take(MOST).map(|(number, _)| number).collect()
    }

    /// The fewer articles have it, the more a pair tells.
    fn weight(&self, pair: Pair) -> f64 {
        let spread = u32::try_from(self.spread.get(&pair).copied().unwrap_or(0)).unwrap_or(u32::MAX);
        let all = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        (1.0 + f64::from(all) / (1.0 + f64::from(spread))).ln()
    }
}

impl Entry {
    fn has(&self, pair: Pair) -> bool {
        self.asked.contains(&pair) || self.answered.contains(&pair)
    }

    fn worth(&self, pair: Pair) -> f64 {
        if self.asked.contains(&pair) {
            ASKED
        } else if self.answered.contains(&pair) {
            ANSWERED
        } else {
            0.0
        }
    }
}
