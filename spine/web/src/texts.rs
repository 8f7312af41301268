//! The sentences of the whole product: code → Chinese, with `{name}` where something is put in.

use std::collections::HashMap;

use ejia_kernel::{Problem, ProblemKind};

/// All sentences by their code.
#[derive(Debug, Default)]
pub struct Texts(HashMap<String, String>);

impl Texts {
    /// Reads the texts of every crate; a code said twice with different words is a mistake.
    pub fn of(files: &[&str]) -> Result<Self, Problem> {
        let mut all = HashMap::new();
        for file in files {
            let sentences: HashMap<String, String> = toml::from_str(file).map_err(Problem::fault)?;
            for (code, sentence) in sentences {
                if let Some(before) = all.insert(code.clone(), sentence.clone())
                    && before != sentence
                {
                    return Err(Problem::fault(format!("two sentences for {code}")));
                }
            }
        }
        Ok(Self(all))
    }

    /// The sentence of `code` with its arguments, if there is one.
    pub(crate) fn find(&self, code: &str, args: &[(&'static str, String)]) -> Option<String> {
        self.0.get(code).map(|sentence| fill(sentence, args))
    }

    /// The sentence of `code`, or a general one; a missing sentence is logged.
    pub fn sentence(&self, code: &str, args: &[(&'static str, String)]) -> String {
        self.find(code, args).unwrap_or_else(|| {
            tracing::warn!(code, "no sentence for this code");
            "操作没有完成，请检查后重试。".to_owned()
        })
    }

    /// What a problem says to a person.
    pub fn of_problem(&self, problem: &Problem) -> String {
        if let Some(sentence) = self.find(problem.code, &problem.args) {
            return sentence;
        }
        if problem.kind != ProblemKind::Fault {
            tracing::warn!(code = problem.code, "no sentence for this code");
        }
        match problem.kind {
            ProblemKind::LoginNeeded => "请先登录。",
            ProblemKind::Forbidden => "您没有权限进行这项操作。",
            ProblemKind::NotFound => "您要找的页面或内容不存在，可能已被移动或删除。",
            ProblemKind::Conflict => "内容刚刚被别人改动过，请刷新后重试。",
            ProblemKind::TooLarge => "提交的内容太大，请减少后重试。",
            ProblemKind::TooMany => "操作过于频繁，请稍后再试。",
            ProblemKind::Fault => "系统出现问题，刚才的操作没有完成。请稍后重试；如仍不行，请将事件编号告知客服。",
            ProblemKind::Busy => "系统繁忙，请稍后再试。",
            ProblemKind::NoRoom => "服务器存储空间不足，暂时不能保存。",
            ProblemKind::BadRequest | ProblemKind::Refused => "提交的内容有误，请检查后重试。",
        }
        .to_owned()
    }
}

fn fill(sentence: &str, args: &[(&'static str, String)]) -> String {
    let mut filled = String::with_capacity(sentence.len() + 16);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        if let Some((name, tail)) = after.split_once('}') {
            let given = args.iter().find(|(key, _)| *key == name);
            filled.push_str(given.map_or("", |(_, value)| value));
            rest = tail;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_not_looked_at_again() {
        let args = [("name", "{secret}".to_owned()), ("secret", "x".to_owned())];
        assert_eq!(fill("您好，{name}！{", &args), "您好，{secret}！{");
    }

    #[test]
    fn one_code_has_one_sentence() {
        assert!(Texts::of(&["\"a.b\" = \"一\"", "\"a.b\" = \"二\""]).is_err());
        assert!(Texts::of(&["\"a.b\" = \"一\"", "\"a.b\" = \"一\""]).is_ok());
    }

    #[test]
    fn a_code_without_a_sentence_still_says_something() {
        let texts = Texts::of(&[]).unwrap();
        assert!(texts.of_problem(&Problem::busy()).contains("繁忙"));
        assert!(!texts.sentence("no.such", &[]).is_empty());
    }
}
