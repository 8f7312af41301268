//! The pages before anybody has logged in: front page and what a person from outside can do.

use ejia_web::{Answer, Call, Front, Page, Reply, Routes, page};

const HOME: Page<Front, ()> = page!((), "front/home.html", "党建e家");
const COMING_IN: Page<Front, ()> = page!((), "front/transfer_in.html", "组织关系转入");

/// The routes of the front.
pub(crate) fn routes() -> Routes<Front> {
    Routes::new().get("/", home).get("/transfers/in", coming_in)
}

async fn home(_: Call<Front>) -> Answer<Front, ()> {
    Ok(Reply::show(HOME, ()))
}

async fn coming_in(_: Call<Front>) -> Answer<Front, ()> {
    Ok(Reply::show(COMING_IN, ()))
}
