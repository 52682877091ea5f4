//! JSON of any layout: one document, several, one a line; a list is given element by element.

use std::fmt;
use std::io::{BufRead, Read};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::Source;
use super::halves::Mended;
use super::place::cannot;
use crate::error::{Error, Result};

/// Hands over every value of a file; of a list at the top its elements, one at a time.
///
/// # Errors
/// Whatever `give` returns; exit 1 when it cannot be read, exit 4 when it is no JSON, with the place.
pub(super) fn each(source: &Source, give: &mut dyn FnMut(Value) -> Result<()>) -> Result<()> {
    each_in(source, &[], &mut |_, value| give(value))
}

/// The same, but of an object at the top the elements of these lists are handed over one at a time
/// too, each with the list's name, and after them the object without those lists.
///
/// # Errors
/// Those of [`each`].
pub(super) fn each_in(source: &Source, lists: &[&'static str], give: &mut Give<'_>) -> Result<()> {
    let mut json = serde_json::Deserializer::from_reader(Mended::new(source.bytes()?));
    let mut failure = None;
    loop {
        match json.end() {
            Ok(()) => return Ok(()),
            Err(e) if e.is_io() => return Err(broken(source, &e)),
            Err(_) => {}
        }
        let top = Top { give: &mut *give, failure: &mut failure, lists, list: None };
        if let Err(e) = top.deserialize(&mut json) {
            return Err(failure.take().unwrap_or_else(|| broken(source, &e)));
        }
    }
}

/// The longest line that is read as a record, in bytes.
pub(super) const LINE_MAX: u64 = 64 << 20;

/// Hands over every record of a file, with its place: a line each where every line is one, which
/// may end in a comma; else as [`each`] does. A line that is no JSON is a record that cannot be read.
///
/// # Errors
/// Those of [`each`], and exit 4 when a line is too long.
pub(super) fn records(
    source: &Source,
    give: &mut dyn FnMut(String, Result<Value>) -> Result<()>,
) -> Result<()> {
    let name = source.name();
    if !is_lines(source)? {
        let mut count = 0u64;
        return each(source, &mut |value| {
            count += 1;
            give(format!("{name}, record {count}"), Ok(value))
        });
    }
    source.lines(LINE_MAX, &mut |number, line| {
        let line = line.strip_suffix(b",").unwrap_or(line);
        if line.is_empty() {
            return Ok(());
        }
        let value = serde_json::from_slice(line).map_err(|e| {
            let text = e.to_string().replace(" at line 1 column ", " at column ");
            Error::invalid("it is not JSON").because(text)
        });
        give(format!("{name}, line {number}"), value)
    })
}

/// Is the first line that is not empty an object of its own?
pub(super) fn is_lines(source: &Source) -> Result<bool> {
    let mut bytes = Mended::new(source.bytes()?).take(LINE_MAX);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = bytes.read_until(b'\n', &mut line);
        let ends = read.map_err(|e| cannot(source.name(), &e))? == 0;
        let text = line.trim_ascii();
        if ends || !text.is_empty() {
            let text = text.strip_suffix(b",").unwrap_or(text);
            let whole = || serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok();
            return Ok(text.first() == Some(&b'{') && whole());
        }
    }
}

/// What to say of a file that ends early, is no JSON or cannot be read at all.
pub(super) fn broken(source: &Source, e: &serde_json::Error) -> Error {
    let name = source.name();
    if e.is_io() {
        return cannot(name, &std::io::Error::other(e.to_string()));
    }
    let (line, column) = (e.line(), e.column());
    let text = e.to_string();
    let place = format!(" at line {line} column {column}");
    Error::invalid(format!("{name} could not be read at line {line}, column {column}"))
        .because(text.strip_suffix(&place).unwrap_or(&text))
}

/// Receives values, and the name of the list that each stands in, if any.
pub(super) type Give<'g> = dyn FnMut(Option<&'static str>, Value) -> Result<()> + 'g;

/// A value that nothing stands around, or the list of a name in one.
struct Top<'t, 'g> {
    give: &'t mut Give<'g>,
    failure: &'t mut Option<Error>,
    lists: &'t [&'static str],
    list: Option<&'static str>,
}

impl Top<'_, '_> {
    fn hand<E: serde::de::Error>(&mut self, value: Value) -> std::result::Result<(), E> {
        (self.give)(self.list, value).map_err(|e| {
            *self.failure = Some(e);
            E::custom("stopped")
        })
    }
}

impl<'de> DeserializeSeed<'de> for Top<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> std::result::Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: serde::de::Error>(mut self) -> std::result::Result<(), E> {
        self.hand(Value::Null)
    }

    fn visit_bool<E: serde::de::Error>(mut self, value: bool) -> std::result::Result<(), E> {
        self.hand(value.into())
    }

    fn visit_i64<E: serde::de::Error>(mut self, value: i64) -> std::result::Result<(), E> {
        self.hand(value.into())
    }

    fn visit_u64<E: serde::de::Error>(mut self, value: u64) -> std::result::Result<(), E> {
        self.hand(value.into())
    }

    fn visit_f64<E: serde::de::Error>(mut self, value: f64) -> std::result::Result<(), E> {
        self.hand(value.into())
    }

    fn visit_str<E: serde::de::Error>(mut self, value: &str) -> std::result::Result<(), E> {
        self.hand(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> std::result::Result<(), A::Error> {
        while let Some(value) = list.next_element()? {
            self.hand(value)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> std::result::Result<(), A::Error> {
        let mut object = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let list = self.lists.iter().find(|list| **list == name && self.list.is_none());
            if let Some(list) = list {
                let Top { give, failure, lists, .. } = &mut self;
                let list = Some(*list);
                map.next_value_seed(Top { give: &mut **give, failure, lists, list })?;
            } else {
                object.insert(name, map.next_value()?);
            }
        }
        self.hand(Value::Object(object))
    }
}
