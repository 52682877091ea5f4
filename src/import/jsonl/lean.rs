//! A line as JSON without the bytes of its files: those are handed on as they are met, so that no
//! more than one of them is in memory twice.

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value, json};

use crate::domain::event::FILE_MAX;
use crate::domain::ids::Hash;
use crate::error::{Error, Result};

/// Receives the bytes of a file.
pub(super) type Bytes<'s> = dyn FnMut(Vec<u8>) -> Result<()> + 's;

/// Reads a line. In place of the `data` of a file stands `{"hash", "size"}` of its bytes, or `false`
/// where it is not base64.
///
/// # Errors
/// The outer error is whatever `bytes` returns; the inner one says that the line is no JSON.
pub(super) fn read(
    line: &[u8],
    bytes: &mut Bytes<'_>,
) -> Result<std::result::Result<Value, serde_json::Error>> {
    let mut failed = None;
    let mut from = serde_json::Deserializer::from_slice(line);
    let lean = Lean { place: Place::Ticket, bytes, failed: &mut failed };
    let read = lean.deserialize(&mut from).and_then(|value| from.end().map(|()| value));
    failed.map_or(Ok(read), Err)
}

/// Where in a ticket a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Ticket,
    Messages,
    Message,
    Files,
    File,
    Data,
    Elsewhere,
}

impl Place {
    /// Where the value of this key stands.
    fn at(self, key: &str) -> Self {
        match (self, key) {
            (Place::Ticket, "messages") => Place::Messages,
            (Place::Message, "attachments") => Place::Files,
            (Place::File, "data") => Place::Data,
            _ => Place::Elsewhere,
        }
    }

    /// Where the elements of a list stand.
    fn within(self) -> Self {
        match self {
            Place::Messages => Place::Message,
            Place::Files => Place::File,
            _ => Place::Elsewhere,
        }
    }
}

struct Lean<'s, 'b> {
    place: Place,
    bytes: &'s mut Bytes<'b>,
    failed: &'s mut Option<Error>,
}

impl<'b> Lean<'_, 'b> {
    fn at(&mut self, place: Place) -> Lean<'_, 'b> {
        Lean { place, bytes: self.bytes, failed: self.failed }
    }

    /// A text, or what stands in its place where it is a file's bytes.
    fn text<E: serde::de::Error>(self, text: Cow<'_, str>) -> std::result::Result<Value, E> {
        if self.place != Place::Data {
            return Ok(Value::String(text.into_owned()));
        }
        let Some(bytes) = decoded(&text) else { return Ok(Value::Bool(false)) };
        let known = json!({ "hash": Hash::of(&bytes).to_string(), "size": bytes.len() });
        // What is too large is for whoever reads the ticket to refuse.
        if bytes.len() as u64 <= FILE_MAX
            && let Err(e) = (self.bytes)(bytes)
        {
            let stopped = E::custom(&e);
            *self.failed = Some(e);
            return Err(stopped);
        }
        Ok(known)
    }

    /// Anything else, which is no file's bytes.
    fn other(&self, value: impl Into<Value>) -> Value {
        if self.place == Place::Data { Value::Bool(false) } else { value.into() }
    }
}

/// The bytes that `text` stands for; lines of it may be broken.
fn decoded(text: &str) -> Option<Vec<u8>> {
    if text.bytes().any(|c| c.is_ascii_whitespace()) {
        let solid: Vec<u8> = text.bytes().filter(|c| !c.is_ascii_whitespace()).collect();
        return STANDARD.decode(solid).ok();
    }
    STANDARD.decode(text).ok()
}

impl<'de> DeserializeSeed<'de> for Lean<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> std::result::Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Lean<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Value, E> {
        Ok(self.other(value))
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Value, E> {
        Ok(self.other(value))
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Value, E> {
        Ok(self.other(value))
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Value, E> {
        Ok(self.other(Number::from_f64(value).map_or(Value::Null, Value::Number)))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> std::result::Result<Value, E> {
        self.text(text.into())
    }

    fn visit_string<E: serde::de::Error>(self, text: String) -> std::result::Result<Value, E> {
        self.text(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> std::result::Result<Value, A::Error> {
        let (mut values, within) = (Vec::new(), self.place.within());
        while let Some(value) = list.next_element_seed(self.at(within))? {
            values.push(value);
        }
        Ok(self.other(values))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> std::result::Result<Value, A::Error> {
        if self.place == Place::Data {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Value::Bool(false));
        }
        let mut fields = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let place = self.place.at(&key);
            let value = map.next_value_seed(self.at(place))?;
            fields.insert(key, value);
        }
        Ok(Value::Object(fields))
    }
}
