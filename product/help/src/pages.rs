//! The pages of help.

use axum::extract::Path;
use ejia_kernel::Problem;
use ejia_web::{Answer, Asked, Call, Front, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::handbook::Handbook;
use crate::views::{ArticleView, HelpView};

const HELP: Page<Front, HelpView> = page!(HelpView, "front/help/help.html", "帮助中心");
const ARTICLE: Page<Front, ArticleView> = page!(ArticleView, "front/help/article.html", "帮助中心");

/// The routes of help, on the web and inside WeChat.
pub(crate) fn routes() -> Routes<Front> {
    ["/help", "/wechat/help"]
        .into_iter()
        .fold(Routes::new(), |routes, root| routes.get(root, help).get(&format!("{root}/{{article}}"), article))
}

/// What is searched, and from which page somebody comes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Question {
    q: String,
    at: String,
}

async fn help(call: Call<Front>, Asked(question): Asked<Question>) -> Answer<Front, HelpView> {
    let book = call.site().part::<Handbook>()?;
    Ok(Reply::show(HELP, HelpView::of(&book, &question.q, &question.at, call.on_phone())))
}

async fn article(call: Call<Front>, Path(id): Path<String>) -> Answer<Front, ArticleView> {
    let book = call.site().part::<Handbook>()?;
    let (chapter, article) = book.article(&id).ok_or_else(|| Problem::not_found("help.no_such_article"))?;
    Ok(Reply::show(ARTICLE, ArticleView::of(&book, chapter, article, call.on_phone())))
}
