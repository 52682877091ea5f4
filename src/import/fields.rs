//! The fields of a JSON object as imports meet them: absent, null, or of another type than said.

use chrono::Datelike;
use chrono_tz::Tz;
use serde_json::{Map, Value};

use super::{times, words};
use crate::domain::event::cut_title;
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::error::{Error, Result};

/// A JSON object.
pub(super) type Object = Map<String, Value>;

/// The first of `names` that is there and not null, with its name.
pub(super) fn some<'o>(
    object: &'o Object,
    names: &[&'static str],
) -> Option<(&'static str, &'o Value)> {
    let there = |name: &&'static str| {
        let value = object.get(*name).filter(|value| !value.is_null())?;
        Some((*name, value))
    };
    names.iter().find_map(there)
}

/// The first of `names` that is there, as text; a number counts as its digits.
///
/// # Errors
/// Exit 4 when it is neither.
pub(super) fn text(object: &Object, names: &[&'static str]) -> Result<Option<String>> {
    match some(object, names) {
        None => Ok(None),
        Some((_, Value::String(text))) => Ok(Some(text.clone())),
        Some((_, Value::Number(number))) => Ok(Some(number.to_string())),
        Some((name, _)) => Err(Error::invalid(format!("`{name}` is not text"))),
    }
}

/// The first of `names` that is there, as a moment; an empty text is none.
///
/// # Errors
/// Exit 4, naming the field and its value, when it is no RFC 3339 time.
pub(super) fn time(object: &Object, names: &[&'static str]) -> Result<Option<Timestamp>> {
    match some(object, names) {
        None => Ok(None),
        Some((_, Value::String(text))) if text.trim().is_empty() => Ok(None),
        Some((name, Value::String(text))) => match Timestamp::from_rfc3339(text) {
            Ok(time) => Ok(Some(time)),
            Err(_) => Err(Error::invalid(format!("`{name}` is not a time: `{text}`"))),
        },
        Some((name, value)) => Err(Error::invalid(format!("`{name}` is not a time: `{value}`"))),
    }
}

/// The first of `names` that is there, as a moment in whatever form; one that names no zone is one of
/// `zone`. An empty text is none, and so is the year 1, which Go programs write for no time.
///
/// # Errors
/// Exit 4, naming the field and its value, when it is no time.
pub(super) fn moment(
    object: &Object,
    names: &[&'static str],
    zone: Tz,
) -> Result<Option<Timestamp>> {
    let Some((name, value)) = some(object, names) else { return Ok(None) };
    if value.as_str().is_some_and(|text| text.trim().is_empty()) {
        return Ok(None);
    }
    let time = times::value(value, zone);
    let time = time.ok_or_else(|| Error::invalid(format!("`{name}` is not a time: `{value}`")))?;
    Ok(Some(time).filter(|at| at.utc().year() > 1))
}

/// Somebody who is named; what stands there for nobody is none.
pub(super) fn somebody(name: Option<&str>) -> Option<Person> {
    // Trackers that need somebody's address keep one for nobody.
    let name = words::something(name?).filter(|name| !name.to_lowercase().starts_with("nobody@"));
    Person::new(name, None)
}

/// A title as it fits, and the whole one to put above the description where it had to be cut.
pub(super) fn title(whole: &str) -> (String, Option<String>) {
    let line = whole.split(['\r', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    let cut = cut_title(&line);
    if cut == line { (line, None) } else { (cut, Some(line)) }
}

/// `body` below the whole title, where that was cut.
pub(super) fn below(title: Option<&str>, body: &str) -> String {
    title.map_or_else(|| body.to_owned(), |title| format!("{title}\n\n{body}"))
}

/// The elements of a list, bare or as GraphQL wraps it (`nodes`, `edges`); none of anything else.
pub(super) fn items<'o>(object: &'o Object, name: &str) -> Vec<&'o Value> {
    let Some(value) = object.get(name) else { return Vec::new() };
    let list = |value: Option<&'o Value>| value.and_then(Value::as_array).map(|list| list.iter());
    if let Some(list) = list(Some(value)).or_else(|| list(value.get("nodes"))) {
        return list.collect();
    }
    list(value.get("edges")).into_iter().flatten().filter_map(|edge| edge.get("node")).collect()
}

/// A field as text, however it is written; none when it is empty, or no value of its own.
pub(super) fn word(object: &Object, name: &str) -> Option<String> {
    match object.get(name)? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// A field as a claim: `true`, `"TRUE"`, `1`; none when it is not there or says neither.
pub(super) fn claim(object: &Object, name: &str) -> Option<bool> {
    match word(object, name)?.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "t" => Some(true),
        "false" | "0" | "no" | "f" => Some(false),
        _ => None,
    }
}

/// A text, and below it the names of files that the source does not hold, with their addresses.
pub(super) fn with_files(text: &str, files: &[(String, Option<String>)]) -> String {
    let text = text.trim_end();
    if files.is_empty() {
        return text.to_owned();
    }
    let line = |(name, url): &(String, Option<String>)| {
        let name = name.replace(['[', ']'], "");
        url.as_ref().map_or_else(|| format!("- {name}"), |url| format!("- [{name}]({url})"))
    };
    let lines: Vec<String> = files.iter().map(line).collect();
    let gap = if text.is_empty() { "" } else { "\n\n" };
    format!("{text}{gap}Attachments:\n{}", lines.join("\n"))
}
