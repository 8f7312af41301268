//! What the pages of help show.

use ejia_web::local_path;
use schemars::JsonSchema;
use serde::Serialize;

use crate::handbook::{Article, Block, Chapter, Handbook, Link, Place};

/// Of a page's own articles so many stand above the chapters.
const OF_A_PAGE: usize = 8;
/// So many related ones stand under an article.
const RELATED: usize = 5;

/// A question that leads to its answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) question: String,
    pub(crate) readers: String,
}

impl Line {
    fn of(article: &Article) -> Self {
        let readers: Vec<&str> = article.readers.iter().map(|reader| reader.label()).collect();
        Self { id: article.id.clone(), question: article.question.clone(), readers: readers.join("、") }
    }

    fn all<'a>(articles: impl IntoIterator<Item = &'a Article>) -> Vec<Self> {
        articles.into_iter().map(Self::of).collect()
    }
}

/// A chapter and its questions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ChapterLine {
    pub(crate) title: String,
    pub(crate) lines: Vec<Line>,
}

/// Chapters under one heading.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Part {
    pub(crate) title: String,
    pub(crate) whom: String,
    pub(crate) chapters: Vec<ChapterLine>,
}

/// The front page of help: a search, what was found, what belongs to the page somebody comes from, the chapters.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct HelpView {
    pub(crate) root: &'static str,
    pub(crate) q: String,
    pub(crate) found: Vec<Line>,
    pub(crate) here: Vec<Line>,
    /// The page that whoever asks comes from, as far as its address has no ids.
    pub(crate) back: Option<String>,
    pub(crate) parts: Vec<Part>,
}

impl HelpView {
    pub(crate) fn of(book: &Handbook, q: &str, at: &str, on_phone: bool) -> Self {
        let q = q.trim();
        let found = if q.is_empty() { Vec::new() } else { Line::all(book.search(q)) };
        let here = if q.is_empty() { book.of_page(at) } else { Vec::new() };
        let back = local_path(at).filter(|at| !here.is_empty() && !at.contains('-')).map(str::to_owned);
        Self {
            root: root(on_phone),
            q: q.to_owned(),
            found,
            here: Line::all(here.into_iter().take(OF_A_PAGE)),
            back,
            parts: parts(book.chapters()),
        }
    }
}

/// Chapters that stand beside one another under one heading are one part.
fn parts(chapters: &[Chapter]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for chapter in chapters {
        let line = ChapterLine { title: chapter.title.clone(), lines: Line::all(&chapter.articles) };
        match parts.last_mut() {
            Some(part) if part.title == chapter.part => part.chapters.push(line),
            _ => parts.push(Part { title: chapter.part.clone(), whom: chapter.whom.clone(), chapters: vec![line] }),
        }
    }
    parts
}

/// An article on its page.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ArticleView {
    pub(crate) root: &'static str,
    pub(crate) question: String,
    pub(crate) readers: String,
    pub(crate) blocks: Vec<Block>,
    pub(crate) links: Vec<Link>,
    /// What is done elsewhere: on the web, for who reads inside WeChat, and the other way round.
    pub(crate) elsewhere: Vec<String>,
    pub(crate) related: Vec<Line>,
    pub(crate) whom: String,
}

impl ArticleView {
    pub(crate) fn of(book: &Handbook, chapter: &Chapter, article: &Article, on_phone: bool) -> Self {
        let (links, shut): (Vec<Link>, Vec<Link>) =
            article.links.iter().cloned().partition(|link| link.is_open(on_phone));
        Self {
            root: root(on_phone),
            question: article.question.clone(),
            readers: Line::of(article).readers,
            blocks: article.blocks(),
            links,
            elsewhere: shut.iter().map(|link| elsewhere(link, book.city())).collect(),
            related: Line::all(book.related(article).into_iter().take(RELATED)),
            whom: chapter.whom.clone(),
        }
    }
}

/// Where to go for what cannot be done here.
fn elsewhere(link: &Link, city: &str) -> String {
    match link.only {
        Some(Place::WeChat) => format!("【{}】请在微信公众号“{city}党建e家”中办理。", link.label),
        _ => format!("【{}】请用浏览器打开网页版平台办理。", link.label),
    }
}

fn root(on_phone: bool) -> &'static str {
    if on_phone { "/wechat/help" } else { "/help" }
}
