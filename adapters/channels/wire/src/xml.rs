//! XML as these protocols speak it: elements in elements, attributes passed over, no entities of its own making.

use quick_xml::Reader;
use quick_xml::events::Event;

/// More elements than any answer has.
const ELEMENTS: usize = 20_000;
/// Deeper than any answer is nested.
const DEPTH: usize = 8;

/// An element with its text or its children.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// Reads a document. None when it is not in order, declares entities, or is beyond all measure.
    pub fn read(text: &str) -> Option<Self> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        let mut open = vec![Self::default()];
        let mut count = 0;
        loop {
            match reader.read_event().ok()? {
                Event::Start(start) => {
                    count += 1;
                    if open.len() > DEPTH || count > ELEMENTS {
                        return None;
                    }
                    open.push(Self { name: start.name().as_ref().to_owned(), ..Self::default() });
                }
                Event::Empty(start) => {
                    count += 1;
                    let element = Self { name: start.name().as_ref().to_owned(), ..Self::default() };
                    open.last_mut().filter(|_| count <= ELEMENTS)?.children.push(element);
                }
                Event::End(_) => {
                    let mut element = open.pop()?;
                    element.text = String::from(element.text.trim());
                    open.last_mut()?.children.push(element);
                }
                Event::Text(part) => open.last_mut()?.text.push_str(part.as_ref()),
                Event::CData(part) => open.last_mut()?.text.push_str(part.as_ref()),
                Event::GeneralRef(reference) => {
                    let known = match reference.as_ref() {
                        "amp" => '&',
                        "lt" => '<',
                        "gt" => '>',
                        "quot" => '"',
                        "apos" => '\'',
                        _ => reference.resolve_char_ref().ok()??,
                    };
                    open.last_mut()?.text.push(known);
                }
                Event::DocType(_) => return None,
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
        let [document] = open.as_mut_slice() else { return None };
        let [root] = document.children.as_mut_slice() else { return None };
        Some(std::mem::take(root))
    }

    /// The element's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The child of this name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the child of this name; empty when there is none.
    pub fn text(&self, name: &str) -> &str {
        self.child(name).map(|child| child.text.as_str()).unwrap_or_default()
    }
}

/// Appends `<name>text</name>`, the text escaped.
pub fn write(into: &mut String, name: &str, text: &str) {
    into.extend(["<", name, ">"]);
    for character in text.chars() {
        match character {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            _ => into.push(character),
        }
    }
    into.extend(["</", name, ">"]);
}

/// Appends `<name><![CDATA[text]]></name>`.
pub fn write_cdata(into: &mut String, name: &str, text: &str) {
    // The end mark within the text is spread over two sections.
    let text = text.replace("]]>", "]]]]><![CDATA[>");
    into.extend(["<", name, "><![CDATA[", &text, "]]></", name, ">"]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_answer_is_read_with_its_lists() {
        let text = "<?xml version=\"1.0\" encoding=\"GB18030\"?>\n<TX>\n <RETURN_MSG>流水&lt;1&gt; &#x4E2D;</RETURN_MSG>\
                    <TX_INFO><LIST><ORDER>a</ORDER></LIST><LIST><ORDER> b </ORDER></LIST><NOTICE/></TX_INFO></TX>";
        let root = Element::read(text).unwrap();
        assert_eq!((root.name(), root.text("RETURN_MSG")), ("TX", "流水<1> 中"));
        let orders: Vec<&str> = root.child("TX_INFO").unwrap().all("LIST").map(|line| line.text("ORDER")).collect();
        assert_eq!(orders, ["a", "b"]);
        assert_eq!(root.text("ABSENT"), "");
    }

    #[test]
    fn what_is_out_of_order_is_not_read() {
        let deep = format!("{}{}", "<a>".repeat(20), "</a>".repeat(20));
        let entity = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>";
        for text in ["", "<a>", "<a></b>", "<a/><b/>", "<a>&unknown;</a>", "text", entity, &deep] {
            assert_eq!(Element::read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_escaped() {
        let mut text = String::new();
        write(&mut text, "A", "<&>党");
        assert_eq!(text, "<A>&lt;&amp;&gt;党</A>");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn what_is_written_reads_back(text in "[a<>&\\]\\[!党]{0,30}") {
            let mut document = String::from("<x>");
            write(&mut document, "A", &text);
            write_cdata(&mut document, "B", &text);
            document.push_str("</x>");
            let root = Element::read(&document).unwrap();
            prop_assert_eq!((root.text("A"), root.text("B")), (text.as_str(), text.as_str()));
        }

        #[test]
        fn no_bytes_break_the_reader(text in "[<>/a&;#x党!\\[\\]\"-]{0,60}") {
            let _ = Element::read(&text);
        }
    }
}
