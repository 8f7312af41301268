//! What is entered of an item, read at the door.

use ejia_ballots::MOST_OPTIONS;
use ejia_kernel::{Faults, folded, narrow};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Base, Choosable, Item, ItemKind};

const MOST_TITLE: usize = 100;
const MOST_DESCRIPTION: usize = 1000;
const MOST_OPTION: usize = 100;

/// An item as it is entered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct ItemEntered {
    /// 议题类型, an [`ItemKind`] by its code.
    pub(crate) kind: String,
    /// 议题名称.
    pub(crate) title: String,
    /// 说明.
    pub(crate) description: String,
    /// 选项, one a line: of a poll; the candidates of an election.
    pub(crate) options: String,
    /// 最多可选; at an election, how many are to be elected.
    pub(crate) most: String,
    /// 过半数基数, a [`Base`] by its code.
    pub(crate) base: String,
}

/// What was entered, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) kind: ItemKind,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) choices: Vec<Choosable>,
    pub(super) most: u64,
    pub(super) base: Base,
}

impl ItemEntered {
    /// Reads what was entered; all that is wrong is marked.
    pub(super) fn read(&self) -> Result<Wanted, ejia_kernel::Problem> {
        let mut faults = Faults::none();
        let kind = faults.read("kind", ItemKind::from_code(&self.kind).ok_or("meetings.item_kind_needed"));
        let title = faults.needed("title", &self.title, MOST_TITLE, "meetings.item_title_needed");
        let description = faults.lines("description", &self.description, MOST_DESCRIPTION);
        let chooses = matches!(kind, Some(ItemKind::Poll | ItemKind::Election));
        let names = if chooses { self.names(&mut faults, kind == Some(ItemKind::Poll)) } else { Vec::new() };
        let most = if chooses { most(&mut faults, &self.most, names.len()) } else { 1 };
        let base = match kind {
            Some(ItemKind::Election) => faults.read("base", Base::from_code(&self.base).ok_or("meetings.base_needed")),
            _ => Some(Base::Present),
        };
        let Some((kind, base)) = kind.zip(base) else { return Err(faults.problem()) };
        faults.settled()?;
        let choices = names.into_iter().map(|name| Choosable { name, votes: None }).collect();
        Ok(Wanted { kind, title, description, choices, most, base })
    }

    fn names(&self, faults: &mut Faults, poll: bool) -> Vec<String> {
        let names: Vec<String> = self.options.lines().map(folded).filter(|name| !name.is_empty()).collect();
        let different: std::collections::BTreeSet<&String> = names.iter().collect();
        if names.len() < if poll { 2 } else { 1 } {
            faults.mark("options", if poll { "meetings.options_needed" } else { "meetings.candidates_needed" });
        } else if names.len() > MOST_OPTIONS {
            faults.mark("options", "meetings.too_many_options");
        } else if names.iter().any(|name| name.chars().count() > MOST_OPTION) {
            faults.mark("options", "meetings.option_too_long");
        } else if different.len() < names.len() {
            faults.mark("options", "meetings.options_alike");
        }
        names
    }
}

/// How many may be chosen; left empty, one.
fn most(faults: &mut Faults, text: &str, options: usize) -> u64 {
    let text = narrow(text).trim().to_owned();
    if text.is_empty() {
        return 1;
    }
    let most = text.parse::<usize>().ok().filter(|most| (1..=options.max(1)).contains(most));
    let most = faults.read("most", most.ok_or("meetings.most_out_of_range"));
    most.and_then(|most| u64::try_from(most).ok()).unwrap_or(1)
}

/// A count that was entered; left empty, none.
pub(super) fn counted(faults: &mut Faults, field: &str, text: &str) -> u64 {
    let text = narrow(text).trim().to_owned();
    if text.is_empty() {
        return 0;
    }
    faults.read(field, text.parse::<u32>().map_err(|_| "meetings.count_not_understood")).map_or(0, u64::from)
}

impl From<&Item> for ItemEntered {
    fn from(item: &Item) -> Self {
        let Item { kind, title, description, choices, most, base, .. } = item;
        Self {
            kind: kind.code().to_owned(),
            title: title.clone(),
            description: description.clone(),
            options: choices.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join("\n"),
            most: if choices.is_empty() { String::new() } else { most.to_string() },
            base: base.code().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(entered: &ItemEntered) -> Vec<(String, &'static str)> {
        let Err(problem) = entered.read() else { return Vec::new() };
        problem.fields.into_iter().map(|field| (field.field, field.code)).collect()
    }

    fn poll(options: &str, most: &str) -> ItemEntered {
        ItemEntered {
            kind: "poll".to_owned(),
            title: "主题党日去哪里".to_owned(),
            options: options.to_owned(),
            most: most.to_owned(),
            ..ItemEntered::default()
        }
    }

    #[test]
    fn all_that_is_missing_is_said_at_once() {
        let fields: Vec<_> = marked(&ItemEntered::default()).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["kind", "title"]);
        assert!(marked(&ItemEntered { kind: "resolution".to_owned(), ..poll("", "") }).is_empty());
        let election = ItemEntered { kind: "election".to_owned(), ..poll("", "") };
        let codes = ["meetings.candidates_needed", "meetings.base_needed"];
        assert_eq!(marked(&election).into_iter().map(|(_, code)| code).collect::<Vec<_>>(), codes);
    }

    #[test]
    fn a_poll_offers_different_options_and_as_many_choices_as_there_are() {
        for (options, most, expected) in [
            ("鼓浪屿\n\n 集美 学村 ", "", None),
            ("鼓浪屿\n集美学村", "２", None),
            ("鼓浪屿", "", Some("meetings.options_needed")),
            ("鼓浪屿\n鼓浪屿 ", "", Some("meetings.options_alike")),
            ("鼓浪屿\n集美学村", "3", Some("meetings.most_out_of_range")),
            ("鼓浪屿\n集美学村", "0", Some("meetings.most_out_of_range")),
            ("鼓浪屿\n集美学村", "两项", Some("meetings.most_out_of_range")),
        ] {
            let code = marked(&poll(options, most)).first().map(|(_, code)| *code);
            assert_eq!(code, expected, "{options} {most}");
        }
        let read = poll("鼓浪屿\n\n 集美  学村 ", "").read().unwrap();
        assert_eq!(read.choices.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["鼓浪屿", "集美 学村"]);
    }
}
