//! How the product's sentences become template messages: each has a form in the account's console, whose blanks are
//! filled with a word for the matter and the sentence's parameters. Nothing else goes into them (R1).

use std::collections::BTreeMap;

use ejia_messages::Template;
use schemars::JsonSchema;
use serde::Deserialize;

/// A blank whose key begins with this takes twenty letters; what is longer is cut.
const SHORT: &str = "thing";
const SHORT_LETTERS: usize = 20;

/// The form of one template.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PushForm {
    /// Its id in the account's console.
    pub id: String,
    /// What goes into each blank, with `${name}` for a parameter; where nothing is said, as in [`usual_blanks`].
    #[serde(default)]
    pub blanks: BTreeMap<String, String>,
}

/// The forms of all templates that go out, by [`Template::code`].
pub type PushForms = BTreeMap<String, PushForm>;

/// A blank as it is usually registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsualBlank {
    /// What the registered key begins with; its place among the blanks follows.
    kind: &'static str,
    /// What stands before it.
    pub label: &'static str,
    /// What goes into it.
    pub filling: &'static str,
}

/// The blanks of a template's form as they are to be registered, by their keys: the matter, the parameters, a hint.
pub fn usual_blanks(template: Template) -> Vec<(String, UsualBlank)> {
    let matter = UsualBlank { kind: SHORT, label: "事项", filling: template.label() };
    let hint = UsualBlank { kind: SHORT, label: "说明", filling: "点击查看详情" };
    let params = template.params().iter().filter_map(|param| usual(param));
    let blanks = std::iter::once(matter).chain(params).chain(std::iter::once(hint));
    blanks.enumerate().map(|(at, blank)| (format!("{}{}", blank.kind, at + 1), blank)).collect()
}

fn usual(param: &str) -> Option<UsualBlank> {
    let blank = |kind, label, filling| Some(UsualBlank { kind, label, filling });
    match param {
        "kind" => blank(SHORT, "会议类型", "${kind}"),
        // Not the service's own kind "time", which wants a year.
        "time" => blank(SHORT, "时间", "${time}"),
        "month" => blank(SHORT, "月份", "${month}"),
        "amount" => blank("amount", "金额", "${amount}元"),
        "count" => blank("number", "人数", "${count}"),
        "months" => blank("number", "月数", "${months}"),
        _ => None,
    }
}

impl PushForm {
    /// Key and value of each blank.
    pub(crate) fn filled(&self, template: Template, params: &[(String, String)]) -> Vec<(String, String)> {
        let fill = |key: String, filling: &str| {
            let value = params
                .iter()
                .fold(filling.to_owned(), |text, (name, value)| text.replace(&format!("${{{name}}}"), value));
            let value = fitting(&key, value);
            (key, value)
        };
        if self.blanks.is_empty() {
            return usual_blanks(template).into_iter().map(|(key, blank)| fill(key, blank.filling)).collect();
        }
        self.blanks.iter().map(|(key, filling)| fill(key.clone(), filling)).collect()
    }
}

fn fitting(key: &str, value: String) -> String {
    if !key.starts_with(SHORT) || value.chars().count() <= SHORT_LETTERS {
        return value;
    }
    value.chars().take(SHORT_LETTERS - 1).chain(std::iter::once('…')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meeting(form: &PushForm) -> Vec<(String, String)> {
        let params = [("kind", "支部党员大会"), ("time", "3月25日14:30")];
        form.filled(Template::MeetingCalled, &params.map(|(name, value)| (name.to_owned(), value.to_owned())))
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_usual_blanks_hold_matter_parameters_and_a_hint() {
        let form = PushForm { id: "T".to_owned(), blanks: BTreeMap::new() };
        let expected = [
            ("thing1", "会议通知"),
            ("thing2", "支部党员大会"),
            ("thing3", "3月25日14:30"),
            ("thing4", "点击查看详情"),
        ];
        assert_eq!(meeting(&form), pairs(&expected));
        let dues = form.filled(Template::DuesPaid, &pairs(&[("amount", "12.50")]));
        assert_eq!(
            dues,
            pairs(&[("thing1", "党费交纳成功的通知"), ("amount2", "12.50元"), ("thing3", "点击查看详情")])
        );
    }

    #[test]
    fn a_form_of_ones_own_is_filled_as_it_says_and_what_is_too_long_is_cut() {
        let blanks = [("thing9", "请准时参加${kind}，地点与议程请点击本消息查看"), ("time2", "${time}")];
        let blanks = blanks.map(|(key, filling)| (key.to_owned(), filling.to_owned()));
        let form = PushForm { id: "T".to_owned(), blanks: BTreeMap::from(blanks) };
        let cut = "请准时参加支部党员大会，地点与议程请点…";
        assert_eq!(cut.chars().count(), 20);
        assert_eq!(meeting(&form), pairs(&[("thing9", cut), ("time2", "3月25日14:30")]));
    }

    /// A template whose parameter had no blank would leave it out.
    #[test]
    fn every_parameter_that_is_pushed_has_a_blank() {
        for template in Template::ALL.into_iter().filter(|template| !template.is_code()) {
            let blanks = usual_blanks(template);
            for param in template.params() {
                let mark = format!("${{{param}}}");
                assert!(blanks.iter().any(|(_, blank)| blank.filling.contains(&mark)), "{template:?} {param}");
            }
            assert!(template.label().chars().count() <= SHORT_LETTERS, "{template:?}");
        }
    }
}
