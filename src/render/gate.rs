//! The one gate through which text from the desk passes on its way to a terminal.
//!
//! Control characters, bidirectional controls and other invisible ones are shown, not sent: a
//! ticket's text is written by strangers. The joiners that real scripts and emoji need are let
//! through where they can join something.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// How many combining marks a letter may carry: real text has two or three.
const MARKS_MAX: usize = 8;

/// `text` as one line that is safe to print.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    safe(text, false)
}

/// `text` as it is safe to print, its line ends and tabs kept.
#[must_use]
pub fn block(text: &str) -> Cow<'_, str> {
    safe(text, true)
}

fn safe(text: &str, block: bool) -> Cow<'_, str> {
    let plain = |c: u8| (0x20..0x7f).contains(&c) || (block && (c == b'\n' || c == b'\t'));
    if text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut last = '\0';
    let (mut marks, mut emoji) = (0, false);
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        match c {
            '\n' | '\t' if block => out.push(c),
            '\r' if block && rest.as_str().starts_with('\n') => {}
            '\n' | '\t' => out.push(' '),
            '\r' if !block => out.push(' '),
            '\0'..='\x1f' => out.push(picture(c)),
            '\x7f' => out.push('␡'),
            '\u{fe0f}' if joins(last) => out.push(c),
            // A digit or a sign may be an emoji, but nothing is joined to it.
            '\u{200c}' | '\u{200d}' if joins(last) && u32::from(last) >= 0x600 => out.push(c),
            // An emoji that is told to be one may be part of another: a flag and a rainbow.
            '\u{200d}' if last == '\u{fe0f}' && emoji && joins_emoji(rest.as_str()) => out.push(c),
            c if hidden(c) => {
                let _ = write!(out, "<U+{:04X}>", u32::from(c));
            }
            _ if marks > MARKS_MAX => {}
            c => out.push(c),
        }
        emoji = if c == '\u{fe0f}' { joins(last) && is_pictured(last) } else { false };
        last = c;
    }
    Cow::Owned(out)
}

/// The picture of a control character: `␛` for escape.
fn picture(c: char) -> char {
    char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')
}

/// Can a joiner after `c` join something? After a letter beyond Latin, Greek and Cyrillic, or an
/// emoji; never after another invisible.
fn joins(c: char) -> bool {
    (u32::from(c) >= 0x600 && !hidden(c)) || matches!(c, '#' | '*' | '0'..='9' | '©' | '®')
}

/// Does `text` begin with what a joiner can join to an emoji?
fn joins_emoji(text: &str) -> bool {
    text.chars().next().is_some_and(is_pictured)
}

/// The blocks that hold the emoji of joined sequences: arrows, symbols, dingbats, pictographs.
fn is_pictured(c: char) -> bool {
    matches!(u32::from(c), 0x2190..=0x21ff | 0x2300..=0x23ff | 0x2600..=0x27bf | 0x2b00..=0x2bff
        | 0x1f000..=0x1faff)
}

fn is_mark(c: char) -> bool {
    matches!(u32::from(c), 0x300..=0x36f | 0x483..=0x489 | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff
        | 0x20d0..=0x20ff | 0xfe20..=0xfe2f)
}

/// C1 controls, and what Unicode calls default-ignorable or line-separating: nothing to see, but
/// not without effect.
#[must_use]
pub fn hidden(c: char) -> bool {
    matches!(u32::from(c), 0x80..=0x9f | 0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x17b4..=0x17b5
        | 0x180b..=0x180f | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164
        | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfffb | 0x1bca0..=0x1bca3
        | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff)
}

/// How many columns `text` takes.
#[must_use]
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// `text` cut to `columns`, with `…` where something is missing.
#[must_use]
pub fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}…", cut(text, columns.saturating_sub(1))))
}

/// As much of `text` as fits into `columns`.
pub(super) fn cut(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, part) in text.grapheme_indices(true) {
        used += width(part);
        if used > columns {
            return &text[..at];
        }
    }
    text
}

/// A JSON text with what a terminal would act on written as `\u` escapes: the same value, safe to
/// print.
#[must_use]
pub fn json(text: &str) -> Cow<'_, str> {
    let (mut out, mut copied) = (String::new(), 0);
    // Most text is plain, and a whole stretch of it is seen through at once.
    for (stretch, bytes) in text.as_bytes().chunks(STRETCH).enumerate() {
        // The largest of them, and not whether all are small: that can be found side by side.
        if bytes.iter().copied().fold(0, u8::max) < 0x7f {
            continue;
        }
        for (at, byte) in (stretch * STRETCH..).zip(bytes) {
            if !LEADS[usize::from(*byte)] {
                continue;
            }
            let Some(c) = text[at..].chars().next().filter(|c| *c == '\x7f' || hidden(*c)) else {
                continue;
            };
            out.push_str(&text[copied..at]);
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
            copied = at + c.len_utf8();
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// How many bytes are looked at together.
const STRETCH: usize = 64;

/// The bytes that the UTF-8 forms of DEL and of hidden characters begin with.
const LEADS: [bool; 256] = {
    let mut leads = [false; 256];
    let bytes = [0x7f, 0xc2, 0xcd, 0xd8, 0xe1, 0xe2, 0xe3, 0xef, 0xf0, 0xf3];
    let mut i = 0;
    while i < bytes.len() {
        leads[bytes[i]] = true;
        i += 1;
    }
    leads
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn controls_are_shown_and_not_sent() {
        assert_eq!(line("\x1b]0;owned\x07\x1b[2J"), "␛]0;owned␇␛[2J");
        assert_eq!(line("a\u{202e}b\u{200b}c\u{9b}d\x7f"), "a<U+202E>b<U+200B>c<U+009B>d␡");
        assert_eq!(line("a\r\nb\tc"), "a  b c");
        assert_eq!(block("a\r\nb\tc\x08"), "a\nb\tc␈");
    }

    #[test]
    fn joiners_stay_where_they_join() {
        assert_eq!(line("👩\u{200d}💻 ❤\u{fe0f} 漢字"), "👩\u{200d}💻 ❤\u{fe0f} 漢字");
        assert_eq!(line("a\u{200d}b"), "a<U+200D>b");
        for emoji in ["🏳\u{fe0f}\u{200d}🌈", "🏳\u{fe0f}\u{200d}⚧\u{fe0f}", "❤\u{fe0f}\u{200d}🔥"]
        {
            assert_eq!(line(emoji), emoji);
        }
        assert_eq!(line("1\u{fe0f}\u{200d}🌈"), "1\u{fe0f}<U+200D>🌈");
        assert_eq!(line("🏳\u{fe0f}\u{200d}a"), "🏳\u{fe0f}<U+200D>a");
        assert_eq!(line("a\u{fe0f}\u{200d}🌈"), "a<U+FE0F><U+200D>🌈");
    }

    #[test]
    fn a_letter_carries_only_so_many_marks() {
        let zalgo = format!("a{}", "\u{301}".repeat(10_000));
        assert_eq!(line(&zalgo).chars().count(), 9);
    }

    #[test]
    fn text_is_cut_by_columns() {
        assert_eq!(fit("日本語テキスト", 7), "日本語…");
        assert_eq!(fit("short", 5), "short");
        assert_eq!(fit("longer", 5), "long…");
    }

    #[test]
    fn every_hidden_character_begins_with_a_known_byte() {
        for c in ('\u{80}'..=char::MAX).filter(|c| hidden(*c)) {
            assert!(LEADS[usize::from(c.encode_utf8(&mut [0; 4]).as_bytes()[0])], "{c:?}");
            assert!(json(&c.to_string()).starts_with("\\u"), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_acts_gets_through(text in any::<String>(), extra in "[\u{80}-\u{9f}\u{2028}-\u{202e}\u{200b}-\u{200f}\u{1b}\u{7f}\u{ad}a字👩]{0,20}") {
            let text = format!("{text}{extra}");
            for out in [line(&text), block(&text)] {
                let acts = |c: char| (c.is_control() && c != '\n' && c != '\t')
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{200e}' | '\u{200f}');
                prop_assert!(!out.contains(acts), "{out:?}");
                prop_assert_eq!(block(&out), out.clone());
            }
            prop_assert!(!line(&text).contains(['\n', '\t']));
        }

        #[test]
        fn escaped_json_is_the_same_json(text in any::<String>()) {
            let plain = serde_json::to_string(&text).unwrap();
            let escaped = json(&plain).into_owned();
            prop_assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
        }
    }
}
