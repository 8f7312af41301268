//! The articles themselves.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::handbook::{Article, Block, Handbook, Reader};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The questions of the published manual as `MANUAL.md` lists them, each with its rows.
fn questions() -> Vec<(String, Vec<String>)> {
    let manual = std::fs::read_to_string(root().join("MANUAL.md")).unwrap();
    let (_, questions) = manual.split_once("## Questions").unwrap();
    let lines = questions.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| question"));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            (cells[0].to_owned(), cells[1].split(' ').map(str::to_owned).collect())
        })
        .collect()
}

#[test]
fn every_question_of_the_manual_is_answered() {
    let book = Handbook::read("厦门").unwrap();
    let questions = questions();
    assert!(questions.len() >= 60, "{}", questions.len());
    for (asked, rows) in questions {
        let answers: Vec<&Article> = book.articles().filter(|one| one.manual.contains(&asked)).collect();
        assert!(!answers.is_empty(), "nothing answers {asked}");
        let told: BTreeSet<&String> = answers.iter().flat_map(|one| &one.rows).collect();
        assert!(rows.iter().all(|row| told.contains(row)), "{asked}: {rows:?}, told {told:?}");
    }
}

#[test]
fn no_article_answers_what_the_manual_does_not_ask() {
    let book = Handbook::read("厦门").unwrap();
    let asked: BTreeSet<String> = questions().into_iter().map(|(asked, _)| asked).collect();
    let invented: Vec<&String> =
        book.articles().flat_map(|one| &one.manual).filter(|one| !asked.contains(*one)).collect();
    assert!(invented.is_empty(), "{invented:?}");
}

#[test]
fn every_file_of_articles_is_a_chapter() {
    let files = std::fs::read_dir(root().join("product/help/articles")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let chapters = paths.filter(|path| path.extension().is_some_and(|kind| kind == "toml"));
    let chapters = chapters.filter(|path| !path.ends_with("words.toml")).count();
    assert_eq!(chapters, Handbook::read("厦门").unwrap().chapters().len());
}

#[test]
fn names_are_plain_and_nothing_is_empty() {
    let book = Handbook::read("厦门").unwrap();
    for article in book.articles() {
        let Article { id, question, readers, answer, .. } = article;
        assert!(id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{id}");
        assert!(question.ends_with('？') && !readers.is_empty() && !answer.trim().is_empty(), "{id}");
        assert!(!article.blocks().is_empty(), "{id}");
        for mark in ["<", ">", "**", "](", "http"] {
            assert!(!answer.contains(mark), "{id} has {mark}");
        }
        let marked = answer.matches('【').count();
        assert_eq!(marked, answer.matches('】').count(), "{id}");
    }
}

/// Everything between 【】 in an article.
fn named(article: &Article) -> Vec<&str> {
    let texts = [article.question.as_str(), article.answer.as_str()];
    texts.into_iter().flat_map(|text| text.split('【').skip(1)).filter_map(|rest| rest.split('】').next()).collect()
}

#[test]
fn what_stands_in_brackets_is_a_name_on_some_page() {
    let mut pages = String::new();
    let folders = ["portals", "product", "app/src", "spine/web/src", "spine/kernel/src"];
    let mut waiting: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            // Help itself names everything.
            let own = path.ends_with("product/help") || path.ends_with("portals/front/help");
            waiting.extend(std::fs::read_dir(path).unwrap().filter(|_| !own).map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|kind| kind == "html" || kind == "rs") {
            pages.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
    let names: BTreeSet<&str> = pages.split(['"', '<', '>', '{', '}']).collect();
    for article in Handbook::read("厦门").unwrap().articles() {
        let unknown: Vec<&str> = named(article).into_iter().filter(|name| !names.contains(name)).collect();
        assert!(unknown.is_empty(), "{} names {unknown:?}, which no page bears", article.id);
    }
}

#[test]
fn an_answer_is_read_line_by_line() {
    let text = "先看。\n1. 一\n2. 二\n\n- 甲\n- 乙\n2026年。\n";
    let article: Article = toml::from_str(&format!(
        "id = 'x'\nquestion = '？'\nfor = ['党员', '上级党组织管理员']\nanswer = \"\"\"\n{text}\"\"\""
    ))
    .unwrap();
    let list = |one: &str, other: &str| vec![one.to_owned(), other.to_owned()];
    let read = [
        Block::Text("先看。".to_owned()),
        Block::Steps(list("一", "二")),
        Block::Points(list("甲", "乙")),
        Block::Text("2026年。".to_owned()),
    ];
    assert_eq!(article.blocks(), read);
    assert_eq!(article.readers, [Reader::Member, Reader::Superior]);
}

#[test]
fn every_article_leads_on() {
    let book = Handbook::read("厦门").unwrap();
    let alone: Vec<&str> =
        book.articles().filter(|one| book.related(one).is_empty()).map(|one| one.id.as_str()).collect();
    assert!(alone.len() <= 6, "{alone:?}");
    let (chapter, article) = book.article("pay-online").unwrap();
    assert_eq!(chapter.title, "交纳党费");
    assert!(book.related(article).iter().all(|one| one.id != article.id));
}

#[test]
fn the_city_is_the_one_that_the_house_names() {
    let book = Handbook::read("鹭岛").unwrap();
    let text: Vec<String> = book.articles().map(|one| format!("{}{:?}", one.question, one.blocks())).collect();
    let text = text.concat();
    assert!(text.contains("鹭岛党建e家") && !text.contains("厦门") && !text.contains("{city}"), "{text}");
}
