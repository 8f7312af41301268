//! An answer, read as a page.

use crate::form::Form;
use crate::html::Element;

/// An answer of the house.
#[derive(Debug, Clone)]
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// The path that was asked for.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The bytes.
    pub bytes: Vec<u8>,
    root: Element,
}

impl Page {
    /// Reads an answer.
    pub fn new(status: u16, path: String, headers: Vec<(String, String)>, bytes: Vec<u8>) -> Self {
        let root = Element::parse(&String::from_utf8_lossy(&bytes));
        Self { status, path, headers, bytes, root }
    }

    /// The body as text.
    pub fn body(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{} {}: {error}: {}", self.status, self.path, self.body()))
    }

    /// The words of a PDF, as `pdftotext` reads them line by line, without the spaces between Chinese and digits.
    ///
    /// # Panics
    /// When it is none, or there is no such program.
    pub fn pdf_text(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/pdf"), "{}: {}", self.path, self.text());
        let file = self.kept();
        let read = std::process::Command::new("pdftotext").args(["-layout", "-q"]).arg(file.path()).arg("-").output();
        let read = read.unwrap_or_else(|error| panic!("pdftotext: {error}"));
        assert!(read.status.success(), "{}: {}", self.path, String::from_utf8_lossy(&read.stderr));
        String::from_utf8_lossy(&read.stdout).replace([' ', '\u{a0}'], "")
    }

    /// The rows of a table file.
    ///
    /// # Panics
    /// When it is none.
    pub fn table_rows(&self) -> Vec<Vec<String>> {
        let file = self.kept();
        let rows = ejia_tables::open(file.path(), "表.xlsx").unwrap_or_else(|fault| panic!("{}: {fault:?}", self.path));
        rows.map(|row| row.unwrap_or_else(|fault| panic!("{}: {fault:?}", self.path)).cells).collect()
    }

    /// The bytes as a file.
    fn kept(&self) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap_or_else(|error| panic!("{error}"));
        std::fs::write(file.path(), &self.bytes).unwrap_or_else(|error| panic!("{error}"));
        file
    }

    /// The page as elements.
    pub fn root(&self) -> &Element {
        &self.root
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The one `<h1>`.
    ///
    /// # Panics
    /// When there is not exactly one.
    pub fn heading(&self) -> String {
        match self.root.all("h1").as_slice() {
            [heading] => heading.text(),
            other => panic!("{} headings on {} ({}): {}", other.len(), self.path, self.status, self.text()),
        }
    }

    /// All that a reader sees.
    pub fn text(&self) -> String {
        self.root.all("body").first().map_or_else(|| self.root.text(), |body| body.text())
    }

    /// Whether a reader sees these words.
    pub fn says(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    /// Where the link with this accessible name leads.
    pub fn link(&self, name: &str) -> Option<String> {
        let links = self.root.all("a");
        let link = links.iter().find(|link| bare(&link.accessible_name()) == bare(name))?;
        link.attribute("href").map(str::to_owned)
    }

    /// The addresses of all links.
    pub fn links(&self) -> Vec<String> {
        self.root.all("a").iter().filter_map(|link| link.attribute("href")).map(str::to_owned).collect()
    }

    /// All forms.
    pub fn forms(&self) -> Vec<Form> {
        self.root.all("form").into_iter().map(|form| Form::read(form, &self.root)).collect()
    }

    /// The form that is sent by the button with this accessible name, with the button's own value in it.
    pub fn form(&self, button: &str) -> Option<Form> {
        for form in self.root.all("form") {
            let buttons =
                form.matching(|e| e.name == "button" || (e.name == "input" && e.attribute("type") == Some("submit")));
            let Some(pressed) = buttons.iter().find(|e| button_name(e) == bare(button)) else { continue };
            let mut read = Form::read(form, &self.root);
            if let Some(action) = pressed.attribute("formaction") {
                action.clone_into(&mut read.action);
            }
            if let Some(method) = pressed.attribute("formmethod") {
                method.clone_into(&mut read.method);
            }
            if let (Some(name), value) = (pressed.attribute("name"), pressed.attribute("value")) {
                read = read.with(name, value.unwrap_or_default());
            }
            return Some(read);
        }
        None
    }

    /// The form that has a field with this label.
    ///
    /// # Panics
    /// When there is none.
    pub fn form_with(&self, label: &str) -> Form {
        let found = self.forms().into_iter().find(|form| form.has(label));
        found.unwrap_or_else(|| panic!("no field 【{label}】 on {} ({}): {}", self.path, self.status, self.text()))
    }

    /// The form that goes to an address that contains this.
    ///
    /// # Panics
    /// When there is none.
    pub fn form_to(&self, part: &str) -> Form {
        let found = self.forms().into_iter().find(|form| form.method == "post" && form.action.contains(part));
        found.unwrap_or_else(|| panic!("no form to {part} on {} ({}): {}", self.path, self.status, self.text()))
    }

    /// Every row of every table, as the text of its cells.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let cells = |row: &&Element| {
            row.matching(|e| e.name == "td" || e.name == "th").iter().map(|cell| cell.text()).collect()
        };
        self.root.all("tr").iter().map(cells).collect()
    }

    /// The value beside a term of a list of facts.
    pub fn fact(&self, term: &str) -> Option<String> {
        let parts = self.root.matching(|e| e.name == "dt" || e.name == "dd");
        let at = parts.iter().position(|e| e.name == "dt" && bare(&e.text()) == bare(term))?;
        parts.get(at + 1).filter(|e| e.name == "dd").map(|e| e.text())
    }
}

fn button_name(button: &Element) -> String {
    let name = button.accessible_name();
    bare(if name.is_empty() { button.attribute("value").unwrap_or_default() } else { &name })
}

/// `【党员登录】` in a test is `党员登录` on the page.
fn bare(name: &str) -> String {
    name.trim().trim_start_matches('【').trim_end_matches('】').split_whitespace().collect()
}
