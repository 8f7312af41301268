//! Which organizations may have a text in their names: by letters that stand side by side.

use std::collections::HashMap;
use std::ops::Range;

use super::tree::Node;

/// For each letter, and for each two side by side, the places of the organizations in whose name or spelling they occur.
#[derive(Debug, Default)]
pub(super) struct Grams {
    names: HashMap<(char, Option<char>), Vec<u32>>,
    spellings: HashMap<(char, Option<char>), Vec<u32>>,
}

impl Grams {
    /// Those of these organizations, by their places.
    pub(super) fn of(nodes: &[Node]) -> Self {
        let mut grams = Self::default();
        for (place, node) in (0..).zip(nodes) {
            let enter = |lists: &mut HashMap<_, Vec<u32>>, gram| {
                let list = lists.entry(gram).or_default();
                if list.last() != Some(&place) {
                    list.push(place);
                }
            };
            node.name.chars().for_each(|letter| enter(&mut grams.names, (letter, None)));
            pairs(&node.name).for_each(|pair| enter(&mut grams.names, pair));
            for text in node.spellings.iter().flat_map(|(initials, full)| [initials, full]) {
                pairs(text).for_each(|pair| enter(&mut grams.spellings, pair));
            }
        }
        grams.names.values_mut().chain(grams.spellings.values_mut()).for_each(Vec::shrink_to_fit);
        grams
    }

    /// The places within `range` at which a name may hold the text, or a spelling the letters, in their order. None when the
    /// texts are too short to say.
    pub(super) fn holding(&self, text: &str, letters: Option<&str>, range: &Range<usize>) -> Option<Vec<usize>> {
        // Every third name is spelt with any one letter: that is no help.
        if text.is_empty() || letters.is_some_and(|letters| letters.len() < 2) {
            return None;
        }
        let mut places = within(rarest(&self.names, text), range);
        if let Some(letters) = letters {
            places.extend(within(rarest(&self.spellings, letters), range));
            places.sort_unstable();
            places.dedup();
        }
        Some(places)
    }
}

fn pairs(text: &str) -> impl Iterator<Item = (char, Option<char>)> {
    text.chars().zip(text.chars().skip(1).map(Some))
}

/// The shortest list of those of a text's pairs; of a single letter its own.
fn rarest<'a>(lists: &'a HashMap<(char, Option<char>), Vec<u32>>, text: &str) -> &'a [u32] {
    let list = |gram| lists.get(&gram).map_or(&[][..], Vec::as_slice);
    let of_pairs = pairs(text).map(list).min_by_key(|list| list.len());
    of_pairs.or_else(|| text.chars().next().map(|letter| list((letter, None)))).unwrap_or_default()
}

fn within(list: &[u32], range: &Range<usize>) -> Vec<usize> {
    let place = |place: &u32| usize::try_from(*place).unwrap_or(usize::MAX);
    let first = list.partition_point(|at| place(at) < range.start);
    let behind = list.get(first..).unwrap_or_default();
    behind.iter().map(place).take_while(|place| *place < range.end).collect()
}
