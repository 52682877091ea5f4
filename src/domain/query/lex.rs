//! Words of a query, with their places.

use crate::error::{self, Error, Result};

/// A word and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// The word as written.
    pub(super) text: &'a str,
    /// Its first byte in the query.
    pub(super) start: usize,
}

/// Cuts `text` into words, parentheses, and what turns a parenthesis round or joins it.
///
/// White space ends a word, except inside double quotes; a parenthesis is one of the language's
/// only where a word would begin, or where it closes one that did.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut depth = 0usize;
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let start = text.len() - rest.len();
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        let touches =
            |sign: &&str| rest.strip_prefix(*sign).is_some_and(|after| after.starts_with('('));
        let length = match ["-", "NOT", "AND", "OR"].into_iter().find(touches) {
            Some(sign) => sign.len(),
            None if matches!(first, '(' | ')') => 1,
            None => word(text, rest, start, depth)?,
        };
        let (token, after) = rest.split_at(length);
        depth = match token {
            "(" => depth + 1,
            ")" => depth.saturating_sub(1),
            _ => depth,
        };
        tokens.push(Token { text: token, start });
        rest = after;
    }
}

fn word(text: &str, rest: &str, start: usize, depth: usize) -> Result<usize> {
    let mut quoted = false;
    let mut inner = 0usize;
    for (at, c) in rest.char_indices() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            c if c.is_whitespace() => return Ok(at),
            '(' => inner += 1,
            ')' if inner > 0 => inner -= 1,
            ')' if depth > 0 => return Ok(at),
            _ => {}
        }
    }
    if quoted {
        return Err(marked(text, start, rest.len(), "a quotation mark is not closed"));
    }
    Ok(rest.len())
}

/// An error that shows the query with `length` bytes from `start` marked.
pub(super) fn marked(text: &str, start: usize, length: usize, why: &str) -> Error {
    let shown = error::marked(text, start, length);
    Error::invalid("the query could not be read").because(format!("{why}{shown}"))
}
