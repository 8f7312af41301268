//! The menu: taken when it fits the phone's foot.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Sandbox;
use super::api::{Said, done};
use crate::Button;

/// menu/create.
pub(super) fn create(sandbox: &Sandbox, body: &[u8]) -> Said {
    #[derive(Deserialize)]
    struct Asked {
        button: Vec<Button>,
    }
    let Asked { button } = serde_json::from_slice(body).map_err(|_| 47001)?;
    check(&button)?;
    sandbox.books().menu = button;
    Ok(done())
}

/// menu/get.
pub(super) fn told(sandbox: &Sandbox) -> Said {
    let menu = sandbox.menu();
    if menu.is_empty() { Err(46003) } else { Ok(json!({ "menu": { "button": menu } })) }
}

/// menu/delete.
pub(super) fn delete(sandbox: &Sandbox) -> Value {
    sandbox.books().menu.clear();
    done()
}

fn check(buttons: &[Button]) -> Result<(), i64> {
    if !(1..=3).contains(&buttons.len()) {
        return Err(40016);
    }
    for button in buttons {
        if !(1..=16).contains(&button.name.len()) {
            return Err(40018);
        }
        if button.sub_button.is_empty() {
            check_act(button)?;
        }
        if button.sub_button.len() > 5 {
            return Err(40023);
        }
        for below in &button.sub_button {
            if !(1..=60).contains(&below.name.len()) {
                return Err(40025);
            }
            check_act(below)?;
        }
    }
    Ok(())
}

fn check_act(button: &Button) -> Result<(), i64> {
    let page = || button.url.starts_with("http://") || button.url.starts_with("https://");
    match button.kind.as_str() {
        "view" if !page() || button.url.len() > 1024 => Err(40055),
        "click" if !(1..=128).contains(&button.key.len()) => Err(40019),
        "view" | "click" => Ok(()),
        _ => Err(40017),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_menu_has_three_buttons_of_five_with_short_names() {
        let page = |name: &str| Button::page(name, "https://ejia.example/wechat");
        assert_eq!(check(&[Button::over("我要", vec![page("交党费"), page("参加会议")]), page("微平台")]), Ok(()));
        assert_eq!(check(&[]), Err(40016));
        assert_eq!(check(&vec![page("甲"); 4]), Err(40016));
        assert_eq!(check(&[page("一二三四五六")]), Err(40018));
        assert_eq!(check(&[Button::over("我要", vec![page("甲"); 6])]), Err(40023));
        assert_eq!(check(&[Button::over("我要", vec![page(&"长".repeat(21))])]), Err(40025));
        assert_eq!(check(&[Button::page("甲", "/wechat")]), Err(40055));
        assert_eq!(check(&[Button::key("甲", "")]), Err(40019));
        assert_eq!(check(&[Button::over("空", Vec::new())]), Err(40017));
    }
}
