//! Messages: template messages and subscription notices, checked and shown to their readers.

use std::collections::HashMap;
use std::time::Duration;

use ejia_kernel::Instant;
use serde::Deserialize;
use serde_json::json;

use super::api::{Said, done};
use super::books::Books;
use super::people::{Line, Shown};
use super::{Mood, RegisteredTemplate, Sandbox};

/// Within this time a number stands for one message.
const REMEMBERED: Duration = Duration::from_mins(10);

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    touser: String,
    template_id: String,
    url: String,
    page: String,
    client_msg_id: String,
    data: HashMap<String, Blank>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Blank {
    value: String,
}

/// message/template/send.
pub(super) fn template(sandbox: &Sandbox, body: &[u8]) -> Said {
    let asked = read(sandbox, body)?;
    if asked.client_msg_id.len() > 32 {
        return Err(47003);
    }
    let (template, data) = filled(sandbox, &asked)?;
    let now = sandbox.now();
    let number = {
        let mut books = sandbox.books();
        if let Some(number) = sent_before(&books, &asked, now) {
            return Ok(json!({ "errcode": 0, "errmsg": "ok", "msgid": number }));
        }
        let person = books.by_open_id(&asked.touser).ok_or(40003)?;
        if !person.following {
            return Err(43004);
        }
        let number = books.number();
        if !asked.client_msg_id.is_empty() {
            books.sent.retain(|_, (_, at)| now.since(*at) < REMEMBERED);
            books.sent.insert((asked.touser.clone(), asked.client_msg_id.clone()), (number, now));
        }
        if books.mood != Mood::Blocked {
            show(&mut books, &asked.touser, shown(template, data, &asked.url, now));
        }
        number
    };
    report(sandbox, asked.touser, number);
    Ok(json!({ "errcode": 0, "errmsg": "ok", "msgid": number }))
}

/// message/subscribe/bizsend.
pub(super) fn notice(sandbox: &Sandbox, body: &[u8]) -> Said {
    let asked = read(sandbox, body)?;
    let (template, data) = filled(sandbox, &asked)?;
    let now = sandbox.now();
    let mut books = sandbox.books();
    books.by_open_id(&asked.touser).ok_or(40003)?;
    let key = (asked.touser.clone(), asked.template_id.clone());
    let consents = books.consents.get_mut(&key).filter(|consents| **consents > 0).ok_or(43101)?;
    *consents -= 1;
    show(&mut books, &asked.touser, shown(template, data, &asked.page, now));
    Ok(done())
}

fn read(sandbox: &Sandbox, body: &[u8]) -> Result<Asked, i64> {
    if sandbox.mood() == Mood::Limited {
        return Err(45009);
    }
    serde_json::from_slice(body).map_err(|_| 47001)
}

fn sent_before(books: &Books, asked: &Asked, now: Instant) -> Option<i64> {
    let key = (asked.touser.clone(), asked.client_msg_id.clone());
    let (number, at) = books.sent.get(&key)?;
    (!asked.client_msg_id.is_empty() && now.since(*at) < REMEMBERED).then_some(*number)
}

/// The template, and its blanks in their order.
fn filled<'a>(sandbox: &'a Sandbox, asked: &Asked) -> Result<(&'a RegisteredTemplate, Vec<Line>), i64> {
    let templates = &sandbox.account().templates;
    let template = templates.iter().find(|template| template.id == asked.template_id).ok_or(40037)?;
    let lines = template.blanks.iter().map(|(key, label)| {
        let value = asked.data.get(key).map(|blank| blank.value.as_str()).unwrap_or_default();
        let line = Line { key: key.clone(), label: label.clone(), value: value.to_owned() };
        if fits(key, value) { Ok(line) } else { Err(47003) }
    });
    Ok((template, lines.collect::<Result<_, i64>>()?))
}

/// Whether a value is of the kind that its key begins with.
fn fits(key: &str, value: &str) -> bool {
    let kind = key.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let letters = value.chars().count();
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (1..=200).contains(&letters)
        && match kind {
            "thing" | "const" => letters <= 20,
            "number" => letters <= 32 && number(value),
            "character_string" => letters <= 32 && value.bytes().all(|byte| byte.is_ascii_graphic()),
            "amount" => letters <= 12 && number(value.trim_start_matches('¥').trim_end_matches('元')),
            "time" | "date" => letters <= 40 && value.chars().any(|letter| letter.is_ascii_digit()),
            "name" => letters <= if value.is_ascii() { 20 } else { 10 },
            "phrase" | "symbol" => letters <= 5,
            "phone_number" => letters <= 17,
            _ => true,
        }
}

fn shown(template: &RegisteredTemplate, data: Vec<Line>, url: &str, now: Instant) -> Shown {
    let lines = data.iter().map(|Line { label, value, .. }| format!("{label}：{value}"));
    let text = std::iter::once(template.title.clone()).chain(lines).collect::<Vec<_>>().join("\n");
    Shown {
        template: template.id.clone(),
        title: template.title.clone(),
        text,
        data,
        url: url.to_owned(),
        at: Instant::from_ms(now.ms() - now.ms().rem_euclid(1000)).rfc3339(),
    }
}

fn show(books: &mut Books, open_id: &str, shown: Shown) {
    if let Some(person) = books.by_open_id(open_id) {
        person.show(shown);
    }
}

/// Tells the product a while later what became of a message. Messages are taken inside the server's runtime.
fn report(sandbox: &Sandbox, open_id: String, number: i64) {
    let sandbox = sandbox.clone();
    tokio::spawn(async move {
        tokio::time::sleep(sandbox.account().report_after).await;
        let status = if sandbox.mood() == Mood::Blocked { "failed:user block" } else { "success" };
        let number = number.to_string();
        let fields = [("Event", "TEMPLATESENDJOBFINISH"), ("MsgID", &number), ("Status", status)];
        // Whether it was taken matters to nobody here.
        drop(sandbox.send_event(&open_id, "event", &fields));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_takes_what_its_key_promises() {
        for (key, value) in [
            ("thing1", "党员大会"),
            ("time2", "2026年3月20日 09:00"),
            ("amount3", "12.50元"),
            ("amount3", "¥12.50"),
            ("number4", "3"),
            ("character_string5", "301122"),
            ("keyword1", "任何文字"),
        ] {
            assert!(fits(key, value), "{key} {value}");
        }
        for (key, value) in [
            ("thing1", ""),
            ("thing1", "二十一个字二十一个字二十一个字二十一个字二"),
            ("time2", "明天"),
            ("amount3", "很多"),
            ("number4", "三"),
            ("character_string5", "验证码"),
        ] {
            assert!(!fits(key, value), "{key} {value}");
        }
    }
}
