//! A thin layer over the XML reader: limits are kept, entities are resolved, faults are named.

use ejia_kernel::table::TableFault;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::package::Part;
use crate::damaged;

/// An XML part being read.
pub(crate) struct Xml {
    reader: Reader<Part>,
    buffer: Vec<u8>,
}

impl Xml {
    pub(crate) fn new(part: Part) -> Self {
        let mut reader = Reader::from_reader(part);
        reader.config_mut().check_end_names = true;
        Self { reader, buffer: Vec::new() }
    }

    /// The next event; declarations that no table program writes are refused, so that no entity can be defined.
    pub(crate) fn next(&mut self) -> Result<Event<'_>, TableFault> {
        self.reader.get_mut().get_mut().mark();
        self.buffer.clear();
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(Event::DocType(_)) => Err(damaged("document type declaration")),
            Ok(event) => Ok(event),
            Err(quick_xml::Error::Io(e)) if e.to_string().contains("limit reached") => Err(TableFault::Bomb),
            Err(e) => Err(damaged(e)),
        }
    }
}

/// The value of an attribute, entities resolved.
pub(crate) fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, TableFault> {
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(damaged)?;
        if attribute.key.local_name().as_ref() == name {
            return Ok(Some(
                attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).map_err(damaged)?.into_owned(),
            ));
        }
    }
    Ok(None)
}

/// Appends what an entity such as `&amp;` or `&#x4E2D;` stands for.
pub(crate) fn resolve(reference: &BytesRef<'_>, into: &mut String) -> Result<(), TableFault> {
    if let Some(c) = reference.resolve_char_ref().map_err(damaged)? {
        into.push(c);
        return Ok(());
    }
    let known = match reference.as_ref() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        other => return Err(damaged(format!("entity {other}"))),
    };
    into.push(known);
    Ok(())
}
