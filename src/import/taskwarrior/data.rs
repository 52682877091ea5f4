//! The `.data` files: `[name:"value" …]` a line.

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::import::Source;
use crate::import::fields::Object;

/// The longest line that is read, in bytes.
const LINE_MAX: u64 = 16 << 20;

/// Does a file begin like one?
pub(super) fn suits(head: &str) -> bool {
    let line = head.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let inside = line.strip_prefix('[').and_then(|rest| rest.split_once(":\""));
    inside.is_some_and(|(name, _)| is_name(name))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 100
        && text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'.' | b'-'))
}

/// Hands over the tasks of a file as objects, each with its place.
///
/// # Errors
/// Whatever `give` returns; exit 1 when it cannot be read, exit 4 when a line is too long.
pub(super) fn records(
    source: &Source,
    give: &mut dyn FnMut(String, Result<Value>) -> Result<()>,
) -> Result<()> {
    source.lines(LINE_MAX, &mut |number, line| {
        if line.is_empty() {
            return Ok(());
        }
        let task = task(&String::from_utf8_lossy(line)).map(Value::Object);
        give(format!("{}, line {number}", source.name()), task)
    })
}

/// The task that a line holds.
fn task(line: &str) -> Result<Object> {
    let wrong = || Error::invalid("it is not `[name:\"value\" …]`");
    let mut rest = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')).ok_or_else(wrong)?;
    let (mut task, mut annotations) = (Object::new(), Vec::new());
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let (name, after) = rest.split_once(":\"").ok_or_else(wrong)?;
        let end = closing(after).ok_or_else(wrong)?;
        let value = plain(&after[..end]);
        rest = &after[end + 1..];
        match name.strip_prefix("annotation_") {
            Some(at) => annotations.push(json!({ "entry": at, "description": value })),
            None if is_name(name) => _ = task.insert(name.to_owned(), value.into()),
            None => return Err(wrong()),
        }
    }
    if !annotations.is_empty() {
        task.insert("annotations".to_owned(), annotations.into());
    }
    Ok(task)
}

/// Where the quote stands that ends a value.
fn closing(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|c| {
        let ends = c == b'"' && !escaped;
        escaped = c == b'\\' && !escaped;
        ends
    })
}

/// A value without what was written for signs that a line could not hold.
fn plain(value: &str) -> String {
    let quoted = format!("\"{}\"", value.replace('\t', "\\t"));
    let text = serde_json::from_str(&quoted).unwrap_or_else(|_| value.replace("\\\"", "\""));
    if !text.contains('&') {
        return text;
    }
    let signs = [
        ("&open;", "["),
        ("&close;", "]"),
        ("&dquot;", "\""),
        ("&quot;", "\""),
        ("&squot;", "'"),
        ("&comma;", ","),
        ("&colon;", ":"),
    ];
    signs.iter().fold(text, |text, (written, sign)| text.replace(written, sign))
}
