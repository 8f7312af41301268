//! The articles as they stand in their files, read and checked once.

use std::collections::BTreeSet;

use ejia_kernel::Problem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::search::Index;

/// The chapters, in the order in which they are listed.
const CHAPTERS: [&str; 16] = [
    include_str!("../articles/member-login.toml"),
    include_str!("../articles/member-record.toml"),
    include_str!("../articles/member-wechat.toml"),
    include_str!("../articles/member-dues.toml"),
    include_str!("../articles/member-meetings.toml"),
    include_str!("../articles/member-transfers.toml"),
    include_str!("../articles/applicant.toml"),
    include_str!("../articles/office-login.toml"),
    include_str!("../articles/office-channel.toml"),
    include_str!("../articles/office-members.toml"),
    include_str!("../articles/office-transfers.toml"),
    include_str!("../articles/office-dues.toml"),
    include_str!("../articles/office-meetings.toml"),
    include_str!("../articles/office-tables.toml"),
    include_str!("../articles/office-separate.toml"),
    include_str!("../articles/everybody.toml"),
];

/// For whom an article is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reader {
    /// A member.
    #[serde(rename = "党员")]
    Member,
    /// An administrator of any organization.
    #[serde(rename = "党组织管理员")]
    Administrator,
    /// An administrator of an organization above the branches.
    #[serde(rename = "上级党组织管理员")]
    Superior,
    /// Somebody from outside who applies to come in.
    #[serde(rename = "转入人员")]
    Applicant,
    /// The help desk.
    #[serde(rename = "客服")]
    HelpDesk,
    /// An administrator of one of the separate offices (三员分立).
    #[serde(rename = "系统、安全、审计管理员")]
    Separate,
}

impl Reader {
    /// As it is written in the files and on the pages.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Member => "党员",
            Self::Administrator => "党组织管理员",
            Self::Superior => "上级党组织管理员",
            Self::Applicant => "转入人员",
            Self::HelpDesk => "客服",
            Self::Separate => "系统、安全、审计管理员",
        }
    }
}

/// Where alone something can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Place {
    /// On the web, not inside WeChat.
    #[serde(rename = "网页")]
    Web,
    /// Inside WeChat, not on the web.
    #[serde(rename = "微信")]
    WeChat,
}

/// The way to the page where something is done.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What the page, or its button, is called there.
    pub label: String,
    /// Its address; inside WeChat that of a member's or applicant's page is found by itself.
    pub to: String,
    /// Where alone it can be done; without a word in both places, where the page is shown in both.
    pub only: Option<Place>,
}

impl Link {
    /// Whether it leads somewhere for who reads inside WeChat, or on the web.
    pub fn is_open(&self, on_phone: bool) -> bool {
        match self.only {
            Some(Place::Web) => !on_phone,
            Some(Place::WeChat) => on_phone,
            None => !on_phone || !self.to.starts_with("/office"),
        }
    }
}

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub enum Block {
    /// What is done one after another: lines that begin with a number and a dot.
    Steps(Vec<String>),
    /// Remarks side by side: lines that begin with `- `.
    Points(Vec<String>),
    /// A sentence or more: any other line.
    Text(String),
}

/// A question and its answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// Its name in the address: letters and hyphens.
    pub id: String,
    /// The question as it is listed.
    pub question: String,
    /// The questions of the published manual that it answers, word by word.
    #[serde(default)]
    pub manual: Vec<String>,
    /// How else people ask it.
    #[serde(default)]
    pub also: Vec<String>,
    /// Words by which it is found.
    #[serde(default)]
    pub words: Vec<String>,
    /// For whom it is.
    #[serde(rename = "for")]
    pub readers: Vec<Reader>,
    /// The rows of the features that it speaks of (`MANUAL.md`).
    #[serde(default)]
    pub rows: Vec<String>,
    /// The routes on which it is offered first: those whose address begins like this; ids are `-`.
    #[serde(default)]
    pub pages: Vec<String>,
    /// The answer: lines, see [`Block`].
    pub answer: String,
    /// Where to go.
    #[serde(default)]
    pub links: Vec<Link>,
}

impl Article {
    /// The answer piece by piece.
    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        for line in self.answer.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (step, point) = (numbered(line), line.strip_prefix("- "));
            match (step, point, blocks.last_mut()) {
                (Some(step), _, Some(Block::Steps(steps))) => steps.push(step.to_owned()),
                (Some(step), _, _) => blocks.push(Block::Steps(vec![step.to_owned()])),
                (_, Some(point), Some(Block::Points(points))) => points.push(point.to_owned()),
                (_, Some(point), _) => blocks.push(Block::Points(vec![point.to_owned()])),
                (None, None, _) => blocks.push(Block::Text(line.to_owned())),
            }
        }
        blocks
    }

    /// How many parts of `at` the best of its routes has in common with it from the beginning on: all of its own, and
    /// two at least unless it is the very address. None when it does not belong there.
    fn belongs_to(&self, at: &str) -> Option<usize> {
        let parts = |path: &str| path.matches('/').count();
        let fits = |page: &&String| {
            at.strip_prefix(page.as_str())
                .is_some_and(|rest| rest.is_empty() || (rest.starts_with('/') && parts(page) > 1))
        };
        self.pages.iter().filter(fits).map(|page| parts(page)).max()
    }

    /// How much two articles speak of the same.
    fn nearness(&self, other: &Self) -> usize {
        let common = |mine: &[String], others: &[String]| mine.iter().filter(|one| others.contains(one)).count();
        let readers = self.readers.iter().filter(|reader| other.readers.contains(reader)).count();
        if readers == 0 {
            return 0;
        }
        2 * common(&self.pages, &other.pages) + common(&self.rows, &other.rows)
    }
}

/// What follows `1. `.
fn numbered(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
    (rest.len() < line.len()).then_some(rest)?.strip_prefix(". ")
}

/// A file of articles.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    /// What it is about.
    pub title: String,
    /// Under which heading it is listed.
    pub part: String,
    /// 【还是不行，找谁】: whom its readers turn to when nothing helps.
    pub whom: String,
    /// Its articles.
    #[serde(rename = "article")]
    pub articles: Vec<Article>,
}

/// All articles.
#[derive(Debug)]
pub struct Handbook {
    chapters: Vec<Chapter>,
    index: Index,
    city: String,
}

impl Handbook {
    /// Reads the files, with the name of this city (without 市) in its places.
    ///
    /// # Errors
    /// A fault when one cannot be read, or two articles have one name.
    pub fn read(city: &str) -> Result<Self, Problem> {
        let read = |file: &&str| toml::from_str::<Chapter>(&file.replace("{city}", city)).map_err(Problem::fault);
        let chapters: Vec<Chapter> = CHAPTERS.iter().map(read).collect::<Result<_, _>>()?;
        let mut names = BTreeSet::new();
        if let Some(twice) = chapters.iter().flat_map(|one| &one.articles).find(|one| !names.insert(one.id.clone())) {
            return Err(Problem::fault(format!("two articles are named {}", twice.id)));
        }
        let index = Index::of(&chapters)?;
        Ok(Self { chapters, index, city: city.to_owned() })
    }

    /// The name of the city, without 市.
    pub fn city(&self) -> &str {
        &self.city
    }

    /// The chapters in their order.
    pub fn chapters(&self) -> &[Chapter] {
        &self.chapters
    }

    /// Every article.
    pub fn articles(&self) -> impl Iterator<Item = &Article> {
        self.chapters.iter().flat_map(|chapter| &chapter.articles)
    }

    /// The article of this name, and its chapter.
    pub fn article(&self, id: &str) -> Option<(&Chapter, &Article)> {
        let within = |chapter: &'_ Chapter| chapter.articles.iter().position(|one| one.id == id);
        self.chapters.iter().find_map(|chapter| Some((chapter, chapter.articles.get(within(chapter)?)?)))
    }

    /// The articles of a page, by its route with `-` for ids; those that know it best stand first.
    pub fn of_page(&self, at: &str) -> Vec<&Article> {
        let at = on_the_web(at);
        let mut found: Vec<(usize, &Article)> =
            self.articles().filter_map(|one| Some((one.belongs_to(&at)?, one))).collect();
        found.sort_by_key(|(parts, _)| std::cmp::Reverse(*parts));
        found.into_iter().map(|(_, one)| one).collect()
    }

    /// What else people read who read this one.
    pub fn related(&self, to: &Article) -> Vec<&Article> {
        let mut near: Vec<(usize, &Article)> = self
            .articles()
            .filter(|one| one.id != to.id)
            .map(|one| (to.nearness(one), one))
            .filter(|(nearness, _)| *nearness > 0)
            .collect();
        near.sort_by_key(|(nearness, _)| std::cmp::Reverse(*nearness));
        near.into_iter().map(|(_, one)| one).collect()
    }

    /// The articles that answer what somebody typed, best first; none when nothing comes near it.
    pub fn search(&self, typed: &str) -> Vec<&Article> {
        let all: Vec<&Article> = self.articles().collect();
        self.index.find(typed).into_iter().filter_map(|number| all.get(number).copied()).collect()
    }
}

/// The route of a page inside WeChat as it is on the web.
fn on_the_web(at: &str) -> String {
    match at.strip_prefix("/wechat") {
        Some(rest) if rest == "/transfers/in" || rest.starts_with("/transfers/in/") => rest.to_owned(),
        // What is inside WeChat alone is named as it is.
        Some(rest) if rest != "/bind" && rest != "/oauth" => format!("/member{rest}"),
        _ => at.to_owned(),
    }
}
