//! A form on a page, filled in by its labels.

use crate::html::Element;

/// A form as it stands on the page, with what is filled in.
#[derive(Debug, Clone)]
pub struct Form {
    /// Where it goes; empty for the page's own address.
    pub action: String,
    /// `"get"` or `"post"`.
    pub method: String,
    /// Whether it carries files.
    pub multipart: bool,
    /// Names and values, in the order of the page; a changed value replaces the first of its name.
    pub values: Vec<(String, String)>,
    /// Files chosen: name of the field, name of the file, content.
    pub files: Vec<(String, String, Vec<u8>)>,
    fields: Vec<Field>,
}

#[derive(Debug, Clone)]
struct Field {
    name: String,
    labels: Vec<String>,
    kind: String,
    locked: bool,
    /// Where its value stands among the form's; none while nothing of it is sent.
    at: Option<usize>,
    /// Value and wording of each choice of a select or of radio buttons.
    choices: Vec<(String, String)>,
}

impl Form {
    /// Reads a form out of its page; labels may stand anywhere on the page.
    pub fn read(form: &Element, page: &Element) -> Self {
        let mut read = Self {
            action: form.attribute("action").unwrap_or_default().to_owned(),
            method: form.attribute("method").unwrap_or("get").to_lowercase(),
            multipart: form.attribute("enctype").is_some_and(|kind| kind.starts_with("multipart")),
            values: Vec::new(),
            files: Vec::new(),
            fields: Vec::new(),
        };
        for control in form.matching(|e| matches!(e.name.as_str(), "input" | "select" | "textarea")) {
            read.add(control, page);
        }
        read
    }

    fn add(&mut self, control: &Element, page: &Element) {
        let Some(name) = control.attribute("name").map(str::to_owned) else { return };
        let kind = match control.name.as_str() {
            "input" => control.attribute("type").unwrap_or("text").to_owned(),
            other => other.to_owned(),
        };
        let locked = control.attribute("disabled").is_some() || control.attribute("readonly").is_some();
        let value = value_of(control, &kind);
        let labels = labels_of(control, page);
        let mut at = None;
        if let (Some(value), None) = (&value, control.attribute("disabled")) {
            at = Some(self.values.len());
            self.values.push((name.clone(), value.clone()));
        }
        let own_value = control.attribute("value").unwrap_or("on").to_owned();
        let choices = match kind.as_str() {
            "select" => control.all("option").into_iter().map(choice).collect(),
            "radio" | "checkbox" => labels.iter().map(|label| (own_value.clone(), label.clone())).collect(),
            _ => Vec::new(),
        };
        self.fields.push(Field { name, labels, kind, locked, at, choices });
    }

    /// Whether there is a field with this label that a person may change.
    pub fn is_open(&self, label: &str) -> bool {
        self.fields.iter().any(|field| !field.locked && field.labels.iter().any(|l| l == label))
    }

    /// Whether there is a field with this label.
    pub fn has(&self, label: &str) -> bool {
        self.fields.iter().any(|field| field.labels.iter().any(|l| l == label))
    }

    /// Types into the field with this label, or chooses by wording.
    ///
    /// # Panics
    /// When there is no such field or choice: a person would be stuck as well.
    #[must_use]
    pub fn fill(mut self, label: &str, value: &str) -> Self {
        let Some(field) = self.fields.iter().find(|field| field.labels.iter().any(|l| l == label)).cloned() else {
            panic!("no field 【{label}】 among {:?}", self.labels());
        };
        let value = match field.kind.as_str() {
            "select" => choice_called(&field, value),
            "radio" | "checkbox" => field.choices.first().map(|(value, _)| value.clone()).unwrap_or_default(),
            _ => value.to_owned(),
        };
        // A field of a list has the name of many: its own place counts.
        match field.at.and_then(|at| self.values.get_mut(at)) {
            Some((_, own)) => *own = value,
            None if field.kind == "checkbox" => self.values.push((field.name, value)),
            None => self.set(&field.name, &value),
        }
        self
    }

    /// Types the same into every field whose label ends with this: a column of a list.
    #[must_use]
    pub fn fill_column(mut self, ending: &str, value: &str) -> Self {
        let of_column = |field: &&Field| field.labels.iter().any(|label| label.ends_with(ending));
        let places: Vec<usize> = self.fields.iter().filter(of_column).filter_map(|field| field.at).collect();
        for at in places {
            if let Some((_, own)) = self.values.get_mut(at) {
                value.clone_into(own);
            }
        }
        self
    }

    /// Fills by the name that programs use: for what no person would type.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    /// Chooses a file for the form's file field.
    ///
    /// # Panics
    /// When the form has none.
    #[must_use]
    pub fn attach(mut self, file_name: &str, content: Vec<u8>) -> Self {
        let chosen = self.files.len();
        let Some(field) = self.fields.iter().filter(|field| field.kind == "file").nth(chosen).cloned() else {
            panic!("no field for a file");
        };
        self.files.push((field.name, file_name.to_owned(), content));
        self
    }

    /// The labels of its fields.
    pub fn labels(&self) -> Vec<String> {
        self.fields.iter().flat_map(|field| field.labels.clone()).collect()
    }

    /// The value that would be sent for a name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value that stands in the field with this label.
    pub fn entered(&self, label: &str) -> Option<&str> {
        let field = self.fields.iter().find(|field| field.labels.iter().any(|l| l == label))?;
        match field.at.and_then(|at| self.values.get(at)) {
            Some((_, value)) => Some(value),
            None => self.value(&field.name),
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        match self.values.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.values.push((name.to_owned(), value.to_owned())),
        }
    }
}

fn choice_called(field: &Field, wording: &str) -> String {
    let fitting = field.choices.iter().find(|(value, label)| label == wording || value == wording);
    let Some((value, _)) = fitting.or_else(|| field.choices.iter().find(|(_, label)| label.contains(wording))) else {
        panic!("no choice {wording} among {:?}", field.choices);
    };
    value.clone()
}

fn choice(option: &Element) -> (String, String) {
    let label = option.text();
    (option.attribute("value").map_or_else(|| label.clone(), str::to_owned), label)
}

/// What would be sent if nobody touched it; `None` for what is not sent.
fn value_of(control: &Element, kind: &str) -> Option<String> {
    let value = control.attribute("value").unwrap_or_default().to_owned();
    match kind {
        "select" => {
            let options = control.all("option");
            let chosen = options.iter().find(|option| option.attribute("selected").is_some()).or(options.first())?;
            Some(choice(chosen).0)
        }
        "textarea" => Some(control.text()),
        "checkbox" | "radio" => {
            control.attribute("checked")?;
            Some(if value.is_empty() { "on".to_owned() } else { value })
        }
        "file" | "submit" | "button" | "reset" => None,
        _ => Some(value),
    }
}

fn labels_of(control: &Element, page: &Element) -> Vec<String> {
    let mut labels: Vec<String> = control.attribute("aria-label").map(str::to_owned).into_iter().collect();
    let id = control.attribute("id");
    let name = control.attribute("name");
    for label in page.all("label") {
        let by_id = id.is_some() && label.attribute("for") == id;
        let around = label.attribute("for").is_none()
            && label
                .matching(|inner| {
                    inner.name == control.name
                        && inner.attribute("name") == name
                        && inner.attribute("value") == control.attribute("value")
                })
                .len()
                == 1;
        if by_id || around {
            labels.push(plain(&label.text()));
        }
    }
    labels
}

/// A label without its star or its word for "required".
fn plain(label: &str) -> String {
    label.trim_end_matches(['*', '：', ':', ' ']).trim_end_matches("（必填）").trim().to_owned()
}
