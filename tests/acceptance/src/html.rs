//! Reads a page as a person's browser would: elements, their attributes and their text.

/// An element of a page, or the page itself.
#[derive(Debug, Clone, Default)]
pub struct Element {
    /// `"a"`, `"form"`; empty for the page itself.
    pub name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Child>,
}

#[derive(Debug, Clone)]
enum Child {
    Element(Element),
    Text(String),
}

const WITHOUT_END: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "!doctype"];

impl Element {
    /// Reads a page.
    pub fn parse(html: &str) -> Self {
        let mut open = vec![Self::default()];
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            text(&mut open, &rest[..at]);
            rest = &rest[at..];
            if let Some(after) = rest.strip_prefix("<!--") {
                rest = after.find("-->").map_or("", |end| &after[end + 3..]);
                continue;
            }
            let end = end_of_tag(rest);
            let tag = rest[1..end].trim_end_matches('/');
            rest = rest.get(end + 1..).unwrap_or("");
            if let Some(name) = tag.strip_prefix('/') {
                close(&mut open, name.trim());
                continue;
            }
            let element = start(tag);
            if element.name == "script" || element.name == "style" {
                let closing = format!("</{}", element.name);
                rest = rest.find(&closing).map_or("", |end| &rest[end..]);
            }
            let lonely = WITHOUT_END.contains(&element.name.as_str());
            open.push(element);
            if lonely {
                pop(&mut open);
            }
        }
        text(&mut open, rest);
        while open.len() > 1 {
            pop(&mut open);
        }
        open.remove(0)
    }

    /// An attribute's value; empty for one without.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All that a reader sees in it, blanks folded.
    pub fn text(&self) -> String {
        let mut all = String::new();
        self.collect_text(&mut all);
        all.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Every element in it with this name, in the order of the page.
    pub fn all(&self, name: &str) -> Vec<&Self> {
        let mut found = Vec::new();
        self.collect(&|element| element.name == name, &mut found);
        found
    }

    /// Every element in it for which `wanted` holds, in the order of the page.
    pub fn matching(&self, wanted: impl Fn(&Self) -> bool) -> Vec<&Self> {
        let mut found = Vec::new();
        self.collect(&wanted, &mut found);
        found
    }

    /// What a link or button is called by a screen reader.
    pub fn accessible_name(&self) -> String {
        self.attribute("aria-label").map_or_else(|| self.text(), str::to_owned)
    }

    fn collect<'a>(&'a self, wanted: &dyn Fn(&Self) -> bool, found: &mut Vec<&'a Self>) {
        for child in &self.children {
            if let Child::Element(element) = child {
                if wanted(element) {
                    found.push(element);
                }
                element.collect(wanted, found);
            }
        }
    }

    fn collect_text(&self, all: &mut String) {
        for child in &self.children {
            match child {
                Child::Text(text) => all.push_str(text),
                Child::Element(element) => {
                    // Cells and lines are apart for the eye, so they are apart here.
                    let apart =
                        !matches!(element.name.as_str(), "b" | "strong" | "em" | "span" | "a" | "small" | "wbr");
                    if apart {
                        all.push(' ');
                    }
                    element.collect_text(all);
                    if apart {
                        all.push(' ');
                    }
                }
            }
        }
    }
}

fn text(open: &mut [Element], text: &str) {
    if let (Some(parent), false) = (open.last_mut(), text.is_empty()) {
        parent.children.push(Child::Text(unescaped(text)));
    }
}

fn pop(open: &mut Vec<Element>) {
    if let (Some(done), Some(parent)) = (open.pop(), open.last_mut()) {
        parent.children.push(Child::Element(done));
    }
}

fn close(open: &mut Vec<Element>, name: &str) {
    if open.iter().skip(1).any(|element| element.name == name) {
        while open.len() > 1 {
            let done = open.last().is_some_and(|element| element.name == name);
            pop(open);
            if done {
                break;
            }
        }
    }
}

/// Where the `>` stands that ends the tag; quoted ones do not count.
fn end_of_tag(html: &str) -> usize {
    let mut quote = None;
    for (at, c) in html.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, '>') => return at,
            _ => {}
        }
    }
    html.len()
}

fn start(tag: &str) -> Element {
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let key = rest[..end].to_lowercase();
        rest = rest[end..].trim_start();
        let Some(after) = rest.strip_prefix('=') else {
            attributes.push((key, String::new()));
            continue;
        };
        let after = after.trim_start();
        let (value, left) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        attributes.push((key, unescaped(value)));
        rest = left;
    }
    Element { name: name.to_lowercase(), attributes, children: Vec::new() }
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(end) = rest.find(';').filter(|end| *end < 10) else {
            out.push('&');
            rest = &rest[1..];
            continue;
        };
        match named(&rest[1..end]) {
            Some(c) => out.push(c),
            None => out.push_str(&rest[..=end]),
        }
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out
}

fn named(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "nbsp" => '\u{a0}',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            return char::from_u32(code);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_a_browser_reads_it() {
        let page = Element::parse(
            "<!doctype html><title>x</title><script>if (a < b) {}</script>
             <p>one<br>two &amp; &#x4e09;</p><a href=\"/a?x=1&amp;y=2\" hidden>链 接</a><input name=n value='>'>",
        );
        assert_eq!(page.all("p")[0].text(), "one two & 三");
        assert_eq!(page.all("a")[0].attribute("href"), Some("/a?x=1&y=2"));
        assert_eq!(page.all("a")[0].attribute("hidden"), Some(""));
        assert_eq!(page.all("input")[0].attribute("value"), Some(">"));
        assert!(!page.text().contains("if (a"));
    }
}
