//! One operation, and the hash that is its name.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::sha256;
use crate::error::{Error, Result};

/// An operation; which fields it has is up to its kind.
#[derive(Debug, Deserialize)]
pub(super) struct Operation {
    #[serde(rename = "type")]
    pub(super) kind: u64,
    #[serde(default)]
    pub(super) timestamp: i64,
    pub(super) title: Option<String>,
    pub(super) message: Option<String>,
    pub(super) files: Option<Vec<String>>,
    pub(super) status: Option<u64>,
    pub(super) added: Option<Vec<String>>,
    pub(super) removed: Option<Vec<String>>,
    pub(super) target: Option<String>,
    pub(super) metadata: Option<BTreeMap<String, String>>,
}

impl Operation {
    /// Reads an operation.
    ///
    /// # Errors
    /// Exit 4 when it is none.
    pub(super) fn of(raw: &str) -> Result<Self> {
        let wrong = |e| Error::invalid("an operation cannot be read").because(e);
        serde_json::from_str(raw).map_err(wrong)
    }
}

/// The name of an operation: the hash of its text as git-bug writes it, whoever wrote it here.
pub(super) fn name(raw: &str) -> String {
    sha256::hex(canonical(raw).as_bytes())
}

/// JSON without blanks, its texts escaped as Go does it, its fields in the order that they have.
fn canonical(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(begins) = rest.find('"') {
        out.extend(rest[..begins].chars().filter(|c| !c.is_ascii_whitespace()));
        let end = begins + 1 + closing(&rest[begins + 1..]);
        let text: String = serde_json::from_str(&rest[begins..end]).unwrap_or_default();
        quote(&text, &mut out);
        rest = &rest[end..];
    }
    out.extend(rest.chars().filter(|c| !c.is_ascii_whitespace()));
    out
}

/// How long a text is with the quote that ends it.
fn closing(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().position(|c| {
        let ends = c == b'"' && !escaped;
        escaped = c == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 1)
}

fn quote(text: &str, out: &mut String) {
    use std::fmt::Write;
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..'\u{20}' => {
                _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_does_not_depend_on_how_the_text_is_laid_out() {
        let compact =
            r#"{"type":3,"timestamp":1,"message":"a \u003cb\u003e \"c\"\n\\ é","files":null}"#;
        let wide = "{ \"type\": 3,\n \"timestamp\": 1, \"message\": \"a <b> \\\"c\\\"\\u000a\\\\ \\u00e9\", \"files\": null }";
        assert_eq!(canonical(compact), compact);
        assert_eq!(canonical(wide), compact);
        assert_eq!(name(wide), name(compact));
        assert_eq!(canonical("\"a"), "\"\"");
    }
}
