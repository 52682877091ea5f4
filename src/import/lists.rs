//! Records of JSON whose lists bear names, one at a time: `{"tickets": [..], "users": [..]}`, pages
//! of that, what a server answered as `{request, response}`, lines, or bare records.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::Source;
use super::fields::Object;
use super::halves::Mended;
use super::json::{LINE_MAX, broken, is_lines};
use crate::error::{Error, Result};

/// What stands where in a format.
pub(super) struct Shape {
    /// Lists whose elements are handed over under their name.
    pub(super) lists: &'static [&'static str],
    /// Objects that are gone into.
    pub(super) inside: &'static [&'static str],
    /// What is passed over.
    pub(super) skip: &'static [&'static str],
}

/// A record.
pub(super) struct Found<'f> {
    /// The list that it stands in; empty for what stands in none, or around lists.
    pub(super) list: &'f str,
    /// What it is, or why it cannot be read.
    pub(super) value: Result<Value>,
    /// Where it stands.
    pub(super) place: String,
    /// What was asked for when it was recorded, if that is told before it.
    pub(super) asked: Option<&'f str>,
}

/// Takes a record.
type Give<'g> = dyn FnMut(Found<'_>) -> Result<()> + 'g;

/// Hands over every record of a file.
///
/// # Errors
/// Whatever `give` returns; exit 1 when it cannot be read, exit 4 when it is no JSON, with the place.
pub(super) fn each(source: &Source, shape: &Shape, give: &mut Give<'_>) -> Result<()> {
    let name = source.name();
    let mut walk = Walk { shape, give, failure: None, asked: None, name, line: None, count: 0 };
    if is_lines(source)? {
        return source.lines(LINE_MAX, &mut |number, line| walk.line(number, line));
    }
    let mut json = serde_json::Deserializer::from_reader(Mended::new(source.bytes()?));
    loop {
        match json.end() {
            Ok(()) => return Ok(()),
            Err(e) if e.is_io() => return Err(broken(source, &e)),
            Err(_) => {}
        }
        if let Err(e) = (Top { walk: &mut walk }).deserialize(&mut json) {
            return Err(walk.failure.take().unwrap_or_else(|| broken(source, &e)));
        }
    }
}

/// A file while it is walked.
struct Walk<'w> {
    shape: &'w Shape,
    give: &'w mut Give<'w>,
    failure: Option<Error>,
    asked: Option<String>,
    name: &'w str,
    line: Option<u64>,
    count: u64,
}

impl Walk<'_> {
    /// Walks a line that is JSON of its own, mostly one value.
    fn line(&mut self, number: u64, line: &[u8]) -> Result<()> {
        let line = line.strip_suffix(b",").unwrap_or(line);
        if line.is_empty() {
            return Ok(());
        }
        (self.line, self.asked) = (Some(number), None);
        let mut json = serde_json::Deserializer::from_slice(line);
        let mut read = Ok(());
        while read.is_ok() && json.end().is_err() {
            read = (Top { walk: self }).deserialize(&mut json);
        }
        let Err(e) = read else { return Ok(()) };
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let text = e.to_string().replace(" at line 1 column ", " at column ");
        self.give("", Err(Error::invalid("it is not JSON").because(text)))
    }

    fn give(&mut self, list: &str, value: Result<Value>) -> Result<()> {
        self.count += 1;
        let place = match self.line {
            Some(line) => format!("{}, line {line}", self.name),
            None => format!("{}, record {}", self.name, self.count),
        };
        (self.give)(Found { list, value, place, asked: self.asked.as_deref() })
    }

    /// The same inside a deserializer, whose errors have no place for ours.
    fn hand<E: serde::de::Error>(
        &mut self,
        list: &str,
        value: Value,
    ) -> std::result::Result<(), E> {
        self.give(list, Ok(value)).map_err(|e| {
            self.failure = Some(e);
            E::custom("stopped")
        })
    }
}

/// A value that only lists and what is gone into stand around.
struct Top<'t, 'w> {
    walk: &'t mut Walk<'w>,
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

    fn visit_unit<E: serde::de::Error>(self) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> std::result::Result<(), E> {
        self.walk.hand("", value.into())
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> std::result::Result<(), E> {
        self.walk.hand("", value.into())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> std::result::Result<(), E> {
        self.walk.hand("", value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> std::result::Result<(), E> {
        self.walk.hand("", value.into())
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> std::result::Result<(), E> {
        self.walk.hand("", value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<(), A::Error> {
        while list.next_element_seed(Top { walk: self.walk })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        let (walk, mut object) = (self.walk, Object::new());
        while let Some(key) = map.next_key::<String>()? {
            let is = |keys: &[&str]| keys.contains(&key.as_str());
            if is(walk.shape.lists) {
                map.next_value_seed(Elements { walk, list: &key })?;
            } else if is(walk.shape.inside) {
                map.next_value_seed(Top { walk })?;
            } else if is(walk.shape.skip) {
                map.next_value::<IgnoredAny>()?;
            } else {
                let value: Value = map.next_value()?;
                if matches!(key.as_str(), "request" | "uri") {
                    walk.asked = value.as_str().map(ToOwned::to_owned);
                }
                object.insert(key, value);
            }
        }
        if object.is_empty() { Ok(()) } else { walk.hand("", Value::Object(object)) }
    }
}

/// What stands under the name of a list: a list, or one that stands alone.
struct Elements<'t, 'w> {
    walk: &'t mut Walk<'w>,
    list: &'t str,
}

impl<'de> DeserializeSeed<'de> for Elements<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> std::result::Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
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
        while let Some(value) = list.next_element()? {
            self.walk.hand(self.list, value)?;
        }
        Ok(())
    }

    /// One that stands alone, or several by their numbers.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        let mut object = Object::new();
        while let Some(key) = map.next_key::<String>()? {
            let value: Value = map.next_value()?;
            if value.is_object() && key.bytes().all(|c| c.is_ascii_digit()) {
                self.walk.hand(self.list, value)?;
            } else {
                object.insert(key, value);
            }
        }
        if object.is_empty() { Ok(()) } else { self.walk.hand(self.list, Value::Object(object)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape { lists: &["users"], inside: &["response"], skip: &["tickets"] };

    fn told(text: &str) -> Vec<String> {
        let mut told = Vec::new();
        let source = Source::of("f", text.as_bytes());
        each(&source, &SHAPE, &mut |found| {
            let value = found.value.map_or_else(|e| e.to_string(), |value| value.to_string());
            told.push(format!("{} {value} {}", found.list, found.asked.unwrap_or("-")));
            Ok(())
        })
        .unwrap();
        told
    }

    #[test]
    fn records_are_found_in_pages_recordings_lines_and_bare() {
        for (text, expected) in [
            (
                r#"{"users":[{"id":1},{"id":2}],"tickets":[{}]}"#,
                &["users {\"id\":1} -", "users {\"id\":2} -"][..],
            ),
            (
                r#"[{"request":"GET u","response":{"users":{"id":1}}}]"#,
                &["users {\"id\":1} GET u", " {\"request\":\"GET u\"} GET u"],
            ),
            (r#"{"users":{"7":{"id":7}},"a":1}"#, &["users {\"id\":7} -", " {\"a\":1} -"]),
            (
                "{\"id\":1}\n{\"id\":\n{\"users\":[{}]}\n",
                &[
                    " {\"id\":1} -",
                    " it is not JSON: EOF while parsing a value at column 6 -",
                    "users {} -",
                ],
            ),
            (r#"[[{"id":1}],null,5] {"users":5}"#, &[" {\"id\":1} -", " 5 -"]),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
        let error = each(&Source::of("f", b"[{\"users\":[{"), &SHAPE, &mut |_| Ok(())).unwrap_err();
        assert!(error.what.contains("f could not be read at line 1"), "{error}");
    }
}
