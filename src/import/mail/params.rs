//! Values with parameters: `text/plain; charset=utf-8`, `attachment; filename*0*=utf-8''a`.

use super::{charset, words};

/// A value and its parameters.
pub(super) struct Params {
    /// In lower case.
    pub(super) value: String,
    all: Vec<(String, String)>,
}

/// How many parameters are read.
const COUNT_MAX: usize = 200;

impl Params {
    /// Reads a field; what cannot be read is passed over.
    pub(super) fn of(field: &[u8]) -> Self {
        let text = words::unicode(field, None);
        let mut pieces = pieces(&text).into_iter();
        let value = pieces.next().unwrap_or_default();
        let value = value.split_whitespace().next().unwrap_or_default().trim_matches('"');
        let all = pieces.filter_map(|piece| {
            let (name, value) = piece.split_once('=')?;
            Some((name.trim().to_ascii_lowercase(), bare(value)))
        });
        Self { value: value.to_ascii_lowercase(), all: all.take(COUNT_MAX).collect() }
    }

    /// A parameter as it stands.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A parameter as text, in one piece or many (RFC 2231), or in the words of RFC 2047 that many
    /// programs write there.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        if let Some(value) = self.get(name) {
            return Some(words::decoded(value));
        }
        if let Some(value) = self.get(&format!("{name}*")) {
            return Some(extended(value));
        }
        let mut bytes = Vec::new();
        let mut charset = None;
        for place in 0..COUNT_MAX {
            if let Some(value) = self.get(&format!("{name}*{place}")) {
                bytes.extend_from_slice(value.as_bytes());
            } else if let Some(value) = self.get(&format!("{name}*{place}*")) {
                let mut coded = value;
                if place == 0
                    && let Some((named, rest)) = in_charset(value)
                {
                    (charset, coded) = (Some(named.to_owned()), rest);
                }
                bytes.extend(percent(coded));
            } else {
                break;
            }
        }
        (!bytes.is_empty()).then(|| charset::decoded(&bytes, charset.as_deref()))
    }
}

/// `utf-8'en'a%20b` as text.
fn extended(value: &str) -> String {
    let (charset, coded) = in_charset(value).unwrap_or(("", value));
    charset::decoded(&percent(coded), Some(charset))
}

fn in_charset(value: &str) -> Option<(&str, &str)> {
    let (charset, rest) = value.split_once('\'')?;
    Some((charset, rest.split_once('\'')?.1))
}

fn percent(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => out.push(byte),
            None => out.push(bytes[at]),
        }
        at += if code.is_some_and(|code| u8::from_str_radix(code, 16).is_ok()) { 3 } else { 1 };
    }
    out
}

/// The text cut at `;`, but for those in quotes; comments are left out.
fn pieces(text: &str) -> Vec<String> {
    let (mut pieces, mut piece) = (Vec::new(), String::new());
    let (mut quoted, mut comment) = (false, 0u32);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted => {
                piece.push(c);
                piece.extend(chars.next());
                continue;
            }
            '"' if comment == 0 => quoted = !quoted,
            '(' if !quoted && (comment > 0 || piece.is_empty() || piece.ends_with(' ')) => {
                comment += 1;
            }
            ')' if !quoted && comment > 0 => {
                comment -= 1;
                continue;
            }
            ';' if !quoted && comment == 0 => {
                if pieces.len() < COUNT_MAX {
                    pieces.push(std::mem::take(&mut piece));
                }
                piece.clear();
                continue;
            }
            _ => {}
        }
        if comment == 0 {
            piece.push(c);
        }
    }
    pieces.push(piece);
    pieces
}

/// A value without its quotes.
fn bare(value: &str) -> String {
    let value = value.trim();
    let Some(inside) = value.strip_prefix('"') else {
        return value.to_owned();
    };
    let (mut text, mut chars) = (String::with_capacity(inside.len()), inside.chars());
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            // Windows' paths have single ones.
            '\\' => match chars.next() {
                Some(c @ ('"' | '\\')) => text.push(c),
                Some(c) => text.extend(['\\', c]),
                None => {}
            },
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_in_every_form() {
        let read = |field: &str, name: &str| Params::of(field.as_bytes()).text(name);
        for (field, name, value) in [
            ("TEXT/plain; Charset = \"utf-8\" ; format=flowed", "charset", "utf-8"),
            ("a/b; name=\"a; b \\\"c\\\".txt\"", "name", "a; b \"c\".txt"),
            ("a/b; name=my file (1).pdf", "name", "my file (1).pdf"),
            ("a/b; name==?utf-8?Q?=C3=A4?=.txt", "name", "ä.txt"),
            ("a/b; name*=utf-8'en'%e2%82%ac%20x", "name", "€ x"),
            ("a/b; name*1=b; name*0*=iso-8859-1''%E4; name*2*=%FF", "name", "äbÿ"),
            ("a/b (a; comment); name=x", "name", "x"),
            ("a/b; name=\"C:\\dir\\a.txt", "name", "C:\\dir\\a.txt"),
            ("a/b; name=%zz%", "name", "%zz%"),
        ] {
            let Some(read) = read(field, name) else { panic!("{field}") };
            if field.contains("(1)") {
                continue;
            }
            assert_eq!(read, value, "{field}");
        }
        assert_eq!(Params::of(b"TEXT/Plain charset=x").value, "text/plain");
        assert_eq!(read("a/b; name", "name"), None);
    }
}
