//! XML in pieces: the elements of some names as small trees. Nothing outside the file is ever read.

use std::collections::HashMap;

use quick_xml::escape::{resolve_html5_entity, resolve_predefined_entity};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::error::{Error, Result};

/// How deep elements may lie in each other.
const DEPTH_MAX: usize = 256;

/// An element with what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Its name, with its prefix: `ac:image`.
    pub(super) name: String,
    /// Its attributes, in order.
    pub(super) attributes: Vec<(String, String)>,
    /// What is in it, in order.
    pub(super) nodes: Vec<Node>,
}

/// What is in an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// Another element.
    Element(Element),
    /// Text, its entities expanded.
    Text(String),
    /// Text that stood in a CDATA section.
    Data(String),
}

impl Element {
    /// An attribute's value.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut all = self.attributes.iter();
        all.find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The elements in it.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            _ => None,
        })
    }

    /// The elements in it that bear a name.
    pub(super) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.elements().filter(move |element| element.name == name)
    }

    /// The first element in it that bears a name.
    pub(super) fn first(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| element.name == name)
    }

    /// Its text and that of everything in it.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        self.gather(&mut text);
        text
    }

    fn gather(&self, text: &mut String) {
        for node in &self.nodes {
            match node {
                Node::Element(element) => element.gather(text),
                Node::Text(part) | Node::Data(part) => text.push_str(part),
            }
        }
    }

    /// The text of the first element in it that bears a name, trimmed; none when that is empty.
    pub(super) fn text_of(&self, name: &str) -> Option<String> {
        let text = self.first(name)?.text();
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

/// The first element of a document: its name, its attributes, and nothing of what is in it.
///
/// # Errors
/// Exit 4 when it is no XML.
pub(super) fn root(text: &str) -> Result<Element> {
    let mut root = None;
    walk(text, &mut |step, _| {
        if let Step::Begin(element) = step {
            root = Some(element);
        }
        Ok(root.is_none())
    })?;
    root.ok_or_else(|| Error::invalid("it holds no element"))
}

/// Hands over every element of these names, one at a time; those inside another of them stay there.
///
/// # Errors
/// Whatever `give` returns; exit 4 when it is no XML, with the place.
pub(super) fn each(
    text: &str,
    names: &[&str],
    give: &mut dyn FnMut(Element) -> Result<()>,
) -> Result<()> {
    let mut open: Vec<Element> = Vec::new();
    walk(text, &mut |step, _| {
        match step {
            Step::Begin(element) => {
                if !open.is_empty() || names.contains(&element.name.as_str()) {
                    open.push(element);
                }
            }
            Step::End => {
                if let Some(done) = open.pop() {
                    match open.last_mut() {
                        Some(around) => around.nodes.push(Node::Element(done)),
                        None => give(done)?,
                    }
                }
            }
            Step::Text(text) => {
                if let Some(around) = open.last_mut() {
                    match around.nodes.last_mut() {
                        Some(Node::Text(before)) => before.push_str(&text),
                        _ => around.nodes.push(Node::Text(text)),
                    }
                }
            }
            Step::Data(text) => {
                if let Some(around) = open.last_mut() {
                    around.nodes.push(Node::Data(text));
                }
            }
        }
        Ok(true)
    })
}

/// A step through a document.
enum Step {
    Begin(Element),
    End,
    Text(String),
    Data(String),
}

/// Goes through a document until `act` says that it has seen enough; it is told the depth too.
fn walk(text: &str, act: &mut dyn FnMut(Step, usize) -> Result<bool>) -> Result<()> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    (config.allow_dangling_amp, config.expand_empty_elements) = (true, true);
    let mut declared = HashMap::new();
    let mut depth = 0usize;
    loop {
        let event = reader.read_event().map_err(|e| {
            let line = text
                [..text.len().min(usize::try_from(reader.error_position()).unwrap_or(0))]
                .bytes()
                .filter(|c| *c == b'\n')
                .count();
            Error::invalid(format!("it is no XML from line {} on", line + 1)).because(e)
        })?;
        let step = match event {
            Event::Start(start) => {
                depth += 1;
                if depth > DEPTH_MAX {
                    return Err(Error::invalid("its elements lie too deep in each other"));
                }
                Step::Begin(begin(&start, &declared))
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                Step::End
            }
            Event::Text(text) => Step::Text(text.xml_content(XmlVersion::Implicit1_0).into_owned()),
            Event::CData(data) => {
                Step::Data(data.xml_content(XmlVersion::Implicit1_0).into_owned())
            }
            Event::GeneralRef(name) => Step::Text(expanded(&name, &declared)),
            Event::DocType(text) => {
                declare(&text.xml_content(XmlVersion::Implicit1_0), &mut declared);
                continue;
            }
            Event::Eof if depth > 0 => return Err(Error::invalid("it ends in the middle")),
            Event::Eof => return Ok(()),
            _ => continue,
        };
        if !act(step, depth)? {
            return Ok(());
        }
    }
}

fn begin(start: &BytesStart<'_>, declared: &HashMap<String, String>) -> Element {
    let attribute = |attribute: quick_xml::events::attributes::Attribute<'_>| {
        let resolve = |name: &str| resolved(name, declared);
        let value = attribute.normalized_value_with(XmlVersion::Implicit1_0, 1, resolve);
        let value =
            value.map_or_else(|_| attribute.value.to_string(), std::borrow::Cow::into_owned);
        (attribute.key.as_ref().to_string(), value)
    };
    Element {
        name: start.name().as_ref().to_string(),
        attributes: start.attributes().with_checks(false).flatten().map(attribute).collect(),
        nodes: Vec::new(),
    }
}

fn resolved<'d>(name: &str, declared: &'d HashMap<String, String>) -> Option<&'d str> {
    let known = resolve_predefined_entity(name).or_else(|| resolve_html5_entity(name));
    known.or_else(|| declared.get(name).map(String::as_str))
}

/// What a reference stands for; one that nothing declares stays as it is.
fn expanded(name: &BytesRef<'_>, declared: &HashMap<String, String>) -> String {
    if let Ok(Some(c)) = name.resolve_char_ref() {
        return c.to_string();
    }
    let name = name.xml_content(XmlVersion::Implicit1_0);
    resolved(&name, declared).map_or_else(|| format!("&{name};"), ToOwned::to_owned)
}

/// Notes the entities that a DTD declares inside the file. Their values are taken as text, never as
/// references to others, so that nothing grows; one that stands elsewhere is passed over.
fn declare(dtd: &str, declared: &mut HashMap<String, String>) {
    for part in dtd.split("<!ENTITY").skip(1) {
        let Some((name, rest)) = part.trim_start().split_once(char::is_whitespace) else {
            continue;
        };
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
        if let Some((value, _)) = rest[1..].split_once(quote) {
            let text = quick_xml::escape::unescape(value).unwrap_or_else(|_| value.into());
            declared.insert(name.to_owned(), text.chars().take(1000).collect());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, names: &[&str]) -> Result<Vec<Element>> {
        let mut found = Vec::new();
        each(text, names, &mut |element| {
            found.push(element);
            Ok(())
        })?;
        Ok(found)
    }

    #[test]
    fn elements_come_one_by_one_with_what_is_in_them() {
        let text = "<?xml version=\"1.0\"?><!-- c --><a><b x='1 &amp; 2'>one<i/>&lt;two&gt;&nbsp;</b>\
            <b><b>in</b><![CDATA[<x>&amp;]]></b></a>";
        let found = read(text, &["b"]).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].attribute("x"), Some("1 & 2"));
        assert_eq!(found[0].text(), "one<two>\u{a0}");
        assert_eq!(found[1].text_of("b").as_deref(), Some("in"));
        assert_eq!(found[1].nodes[1], Node::Data("<x>&amp;".into()));
        assert_eq!(root(text).unwrap().name, "a");
    }

    #[test]
    fn nothing_outside_is_read_and_nothing_grows() {
        let text = "<!DOCTYPE a SYSTEM \"file:///etc/passwd\" [<!ENTITY d \"&#8212;\"><!ENTITY x SYSTEM \
            'file:///etc/passwd'><!ENTITY l \"&d;&d;\">]><a>&d;&x;&l;&no;</a>";
        assert_eq!(read(text, &["a"]).unwrap()[0].text(), "—&x;&d;&d;&no;");
        let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        assert!(read(&deep, &["b"]).is_err());
        for text in ["<a>", "<a></b>", "<a"] {
            assert!(read(text, &["a"]).is_err(), "{text}");
        }
    }
}
