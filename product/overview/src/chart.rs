//! Charts of bars, drawn here: nothing but places and lengths, which a template writes into an SVG.
//!
//! Parts are told apart by patterns as well as by colour, and every bar bears its numbers, so that a chart can be read in
//! black and white and by who sees no colours.

use schemars::JsonSchema;
use serde::Serialize;

/// Where bars begin, how long the longest is, and how high a line is; the picture is 480 wide, so that numbers have room behind.
const LEFT: i64 = 136;
const LONGEST: i64 = 200;
const LINE: i64 = 28;
/// How high a bar is.
const BAR: i64 = 18;

/// A part of a bar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Part {
    pub(crate) x: i64,
    pub(crate) width: i64,
    /// Which of the chart's parts it is: 1, 2, 3.
    pub(crate) which: usize,
}

/// A bar with its label and its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) numbers: String,
    /// The top of the bar, and the base line of its words.
    pub(crate) y: i64,
    pub(crate) base: i64,
    /// Where the bar ends and its numbers begin.
    pub(crate) end: i64,
    pub(crate) parts: Vec<Part>,
}

/// What a part means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Meaning {
    pub(crate) which: usize,
    pub(crate) label: &'static str,
}

/// A chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Chart {
    /// Names the elements that tell what it is.
    pub(crate) id: &'static str,
    pub(crate) title: String,
    /// What it shows, in a sentence.
    pub(crate) said: String,
    pub(crate) height: i64,
    pub(crate) bars: Vec<Bar>,
    /// Empty where there is only one kind of part.
    pub(crate) meanings: Vec<Meaning>,
}

impl Chart {
    /// A chart of these lines: each a label, and a number for each part. None when all numbers are 0.
    pub(crate) fn of(
        id: &'static str,
        title: String,
        parts: &[&'static str],
        lines: &[(String, Vec<i64>)],
    ) -> Option<Self> {
        let sum = |numbers: &[i64]| numbers.iter().map(|number| number.max(&0)).sum::<i64>();
        let most = lines.iter().map(|(_, numbers)| sum(numbers)).max().filter(|most| *most > 0)?;
        let length = |number: i64| number.max(0).saturating_mul(LONGEST) / most;
        let bars = lines.iter().zip(0_i64..).map(|((label, numbers), place)| {
            let mut x = LEFT;
            let parts = numbers.iter().zip(1..).filter(|(number, _)| **number > 0).map(|(number, which)| {
                // What is there is seen, however little it is.
                let part = Part { x, width: length(*number).max(2), which };
                x += part.width;
                part
            });
            let parts: Vec<Part> = parts.collect();
            let y = place * LINE + (LINE - BAR) / 2;
            Bar {
                label: label.clone(),
                numbers: numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(" / "),
                y,
                base: y + 14,
                end: x + 6,
                parts,
            }
        });
        let bars: Vec<Bar> = bars.collect();
        let said = bars.iter().map(|bar| format!("{} {}", bar.label, bar.numbers)).collect::<Vec<_>>().join("，");
        let meanings = parts.iter().zip(1..).map(|(label, which)| Meaning { which, label });
        Some(Self {
            id,
            title,
            said: if parts.len() > 1 { format!("{}：{said}", parts.join(" / ")) } else { said },
            height: i64::try_from(bars.len()).unwrap_or_default() * LINE,
            meanings: if parts.len() > 1 { meanings.collect() } else { Vec::new() },
            bars,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_bar_fills_the_room_and_the_shortest_is_seen() {
        let lines = [("甲".to_owned(), vec![900, 100]), ("乙".to_owned(), vec![0, 1]), ("丙".to_owned(), vec![0, 0])];
        let chart = Chart::of("one", "图".to_owned(), &["已交", "未交"], &lines).unwrap();
        let [first, second, third] = chart.bars.as_slice() else { panic!("{chart:?}") };
        assert_eq!(first.parts.iter().map(|part| part.width).sum::<i64>(), LONGEST);
        assert_eq!(second.parts, [Part { x: LEFT, width: 2, which: 2 }]);
        assert!(third.parts.is_empty() && third.numbers == "0 / 0");
        assert_eq!(chart.said, "已交 / 未交：甲 900 / 100，乙 0 / 1，丙 0 / 0");
        assert_eq!((chart.height, chart.meanings.len()), (84, 2));
        assert_eq!(Chart::of("one", "图".to_owned(), &["人数"], &[("甲".to_owned(), vec![0])]), None);
    }
}
