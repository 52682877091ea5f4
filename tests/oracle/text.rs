//! Words in texts, by looking at the text itself: no cutting into tokens, no index.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `text` as it is compared: folded, one space for whatever is no letter, and one where a script
/// without spaces meets one with spaces.
pub(crate) fn flat(text: &str) -> String {
    let plain: String = text.nfkd().collect::<String>().to_lowercase().nfkd().collect();
    let plain: String = plain.chars().filter(|c| !is_accent(*c) && !is_invisible(*c)).collect();
    let mut out = String::new();
    let mut side_by_side = None;
    for c in plain.nfc() {
        if is_combining_mark(c) {
            if side_by_side.is_some() {
                out.push(c);
            }
            continue;
        }
        let kind = (c.is_alphanumeric() || is_picture(c)).then(|| is_unspaced(c));
        if kind != side_by_side && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
        side_by_side = kind;
        if kind.is_some() {
            push(&mut out, c);
        }
    }
    out.trim_end().to_owned()
}

/// Does `wanted` stand in a text that was made flat?
///
/// Words are whole, unless a star lets the last one go on; characters of scripts without spaces
/// need only stand side by side.
pub(crate) fn stands(flat_text: &str, wanted: &str) -> bool {
    let open = wanted.trim_end().ends_with('*');
    let wanted = flat(wanted);
    let base = |c: &char| !is_combining_mark(*c);
    let (Some(first), Some(last)) = (wanted.chars().next(), wanted.chars().rev().find(base)) else {
        panic!("nothing to look for")
    };
    let whole = |c: Option<char>| c.is_none_or(|c| c == ' ');
    let mut from = 0;
    while let Some(at) = flat_text[from..].find(wanted.as_str()).map(|at| from + at) {
        let (before, after) = (&flat_text[..at], &flat_text[at + wanted.len()..]);
        if (is_unspaced(first) || whole(before.chars().next_back()))
            && (is_unspaced(last) || open || whole(after.chars().next()))
        {
            return true;
        }
        from = at + first.len_utf8();
    }
    false
}

fn push(out: &mut String, c: char) {
    match c {
        'ß' => out.push_str("ss"),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'đ' | 'ð' => out.push('d'),
        'ł' => out.push('l'),
        'ø' => out.push('o'),
        'ħ' => out.push('h'),
        'ı' => out.push('i'),
        'ς' => out.push('σ'),
        c => out.push(c),
    }
}

fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Soft hyphen, joiners, variation selectors.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}')
}

fn is_picture(c: char) -> bool {
    matches!(c, '\u{231a}'..='\u{23ff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}'
        | '\u{1f000}'..='\u{1faff}')
}

/// Thai, Lao, Korean, Chinese, Japanese and pictures.
fn is_unspaced(c: char) -> bool {
    let letters = matches!(c, '\u{e00}'..='\u{eff}' | '\u{1100}'..='\u{11ff}'
        | '\u{2e80}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    letters || is_picture(c)
}
