//! What a file is, by what is in it: names of files are only trusted where content says nothing.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::table::Table;
use super::xml::{self, Element};
use super::{Format, Place, Source};
use crate::error::{Error, Result, listed};

/// How much of a file is looked at, in bytes.
const HEAD: usize = 256 << 10;
/// How many files of a folder are looked at.
const FILES: usize = 12;

/// The beginning of a file, as formats look at it.
pub(super) struct Sample<'p> {
    /// All of what it belongs to.
    pub(super) place: &'p Place,
    /// The file.
    pub(super) source: &'p Source,
    /// Its beginning as text.
    pub(super) head: String,
    /// The keys in its JSON with their paths: `[].number`, `issues[].fields.summary`.
    pub(super) keys: BTreeSet<String>,
    /// The first row, if it may be a table.
    pub(super) header: Vec<String>,
    /// The first element, if it is XML.
    pub(super) root: Option<Element>,
}

impl<'p> Sample<'p> {
    fn of(place: &'p Place, source: &'p Source) -> Result<Self> {
        let head = source.head(HEAD)?;
        let begins = head.trim_start();
        let (mut keys, mut header, mut root) = (BTreeSet::new(), Vec::new(), None);
        if begins.starts_with(['{', '[']) {
            let mut json = serde_json::Deserializer::from_str(&head);
            let walk = Keys { found: &mut keys, path: String::new(), depth: 0 };
            drop(walk.deserialize(&mut json));
        } else if begins.starts_with('<') {
            root = xml::root(&head).ok();
        } else if let Some(line) = begins.lines().next() {
            header = Table::of(line).map(|table| table.header).unwrap_or_default();
        }
        Ok(Self { place, source, head, keys, header, root })
    }

    /// Are all of these paths among the keys?
    pub(super) fn has(&self, paths: &[&str]) -> bool {
        paths.iter().all(|path| self.keys.contains(*path))
    }

    /// The same of any object, at the top or in a list there.
    pub(super) fn objects_have(&self, names: &[&str]) -> bool {
        ["", "[]."]
            .iter()
            .any(|before| names.iter().all(|name| self.keys.contains(&format!("{before}{name}"))))
    }

    /// Are these among the names of the columns, in whatever case?
    pub(super) fn columns(&self, names: &[&str]) -> bool {
        let there =
            |name: &&str| self.header.iter().any(|column| column.eq_ignore_ascii_case(name));
        names.iter().all(there)
    }

    /// Is there a file of this name in the place?
    pub(super) fn beside(&self, inside: &str) -> bool {
        self.place.file(inside).is_some()
    }
}

/// The format that a place has.
///
/// # Errors
/// Exit 1 when it cannot be read, exit 4 when it looks like none.
pub fn recognise(place: &Place) -> Result<Format> {
    let files: Vec<&Source> = place.sources.iter().filter(|source| source.size() > 0).collect();
    let step = (files.len() / FILES).max(1);
    for source in files.iter().step_by(step).take(FILES + 1) {
        let sample = Sample::of(place, source)?;
        if let Some(format) = Format::ALL.into_iter().find(|format| format.parts().1(&sample)) {
            return Ok(format);
        }
    }
    let names: Vec<String> = Format::ALL.into_iter().map(Format::name).collect();
    let names = listed(names.iter().map(String::as_str));
    Err(Error::invalid(format!("what {} is cannot be told from what is in it", place.name))
        .because(format!("it looks like none of {names}"))
        .hint(
            "name the format: `tix import FORMAT FILE`; `tix import --help` says what each reads",
        ))
}

/// How deep keys are gathered.
const DEPTH: usize = 5;
/// How many elements of a list are gone into.
const ELEMENTS: usize = 3;

/// Gathers the keys of a value; what ends early has told them by then.
struct Keys<'k> {
    found: &'k mut BTreeSet<String>,
    path: String,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Keys<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> std::result::Result<(), D::Error> {
        if self.depth > DEPTH {
            return from.deserialize_ignored_any(IgnoredAny).map(drop);
        }
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<(), A::Error> {
        let Keys { found: keys, path, depth } = self;
        for place in 0.. {
            let depth = if place < ELEMENTS { depth + 1 } else { DEPTH + 1 };
            let inner = Keys { found: &mut *keys, path: format!("{path}[]"), depth };
            if list.next_element_seed(inner)?.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        let Keys { found: keys, path, depth } = self;
        while let Some(name) = map.next_key::<String>()? {
            let inside = if path.is_empty() { name } else { format!("{path}.{name}") };
            if keys.len() < 2000 {
                keys.insert(inside.clone());
            }
            map.next_value_seed(Keys { found: &mut *keys, path: inside, depth: depth + 1 })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, text: &'static str) -> Result<Format> {
        recognise(&Place::bytes(name, text.as_bytes()))
    }

    #[test]
    fn files_are_known_by_what_is_in_them() {
        for (format, text) in [
            (Format::Github, r#"[{"number":1,"title":"x","state":"open","html_url":"https://"#),
            (Format::Jsonl, r#"{"id":"1","uid":"3f0a","title":"x","status":"new"}"#),
        ] {
            assert_eq!(told("x.txt", text).unwrap(), format, "{text}");
        }
        let error = told("x", "nothing at all").unwrap_err();
        assert_eq!(error.kind, crate::error::Kind::Invalid);
    }
}
