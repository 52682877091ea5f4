//! Text in headers: words of RFC 2047, and bytes that should not be there.

use super::charset;

/// What one word of RFC 2047 holds, and where it ends.
struct Word<'t> {
    charset: &'t str,
    bytes: Vec<u8>,
    end: usize,
}

/// The value of a field as text. Bytes beyond ASCII are UTF-8, else in the `charset` of the body,
/// else Windows-1252.
pub(super) fn text(value: &[u8], charset: Option<&str>) -> String {
    decoded(&unicode(value, charset))
}

/// The bytes of a field as they stand, as text.
pub(super) fn unicode(value: &[u8], charset: Option<&str>) -> String {
    if value.contains(&0x1b) && value.is_ascii() {
        return charset::decoded(value, Some("iso-2022-jp"));
    }
    match std::str::from_utf8(value) {
        Ok(text) => text.to_owned(),
        Err(_) => charset::decoded(
            value,
            charset.filter(|name| charset::known(name)).or(Some("windows-1252")),
        ),
    }
}

/// A text with its words of RFC 2047 decoded. Adjacent words are one text: those of one charset are
/// joined before they are decoded, since many programs cut characters in two.
pub(super) fn decoded(text: &str) -> String {
    if !text.contains("=?") {
        return text.to_owned();
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    let mut run: Option<(String, Vec<u8>)> = None;
    let mut endless = false;
    while let Some(place) = rest.find("=?") {
        let Some(word) = word(&rest[place..], &mut endless) else {
            flush(&mut run, &mut out);
            out.push_str(&rest[..place + 2]);
            rest = &rest[place + 2..];
            continue;
        };
        let between = &rest[..place];
        if run.is_none() || !between.trim().is_empty() {
            flush(&mut run, &mut out);
            out.push_str(between);
        }
        match &mut run {
            Some((charset, bytes)) if charset.eq_ignore_ascii_case(word.charset) => {
                bytes.extend(word.bytes);
            }
            _ => {
                flush(&mut run, &mut out);
                run = Some((word.charset.to_owned(), word.bytes));
            }
        }
        rest = &rest[place + word.end..];
    }
    flush(&mut run, &mut out);
    out.push_str(rest);
    out
}

fn flush(run: &mut Option<(String, Vec<u8>)>, out: &mut String) {
    if let Some((charset, bytes)) = run.take() {
        out.push_str(&charset::decoded(&bytes, Some(&charset)));
    }
}

/// The word that a text begins with: `=?charset?Q?text?=`, where the end may be missing.
fn word<'t>(text: &'t str, endless: &mut bool) -> Option<Word<'t>> {
    let head = text.strip_prefix("=?")?;
    let question = head.bytes().take(64).position(|c| c == b'?')?;
    let name = &head[..question];
    let charset = name.split('*').next().unwrap_or_default().trim();
    if charset.is_empty() || charset.contains(char::is_whitespace) {
        return None;
    }
    let coded = head.get(question + 1..)?;
    let quoted = match coded.get(..2)? {
        "Q?" | "q?" => true,
        "B?" | "b?" => false,
        _ => return None,
    };
    let coded = &coded[2..];
    // Where no word ends any more, to look for an end each time would take long.
    let found = if *endless { None } else { coded.find("?=") };
    *endless = found.is_none();
    let (inside, after) = match found {
        Some(end) => (end, 2),
        None => (coded.find(char::is_whitespace).unwrap_or(coded.len()), 0),
    };
    let end = 2 + question + 1 + 2 + inside + after;
    let inside = &coded.as_bytes()[..inside];
    let bytes = if quoted { charset::unquoted(inside, true) } else { charset::from_base64(inside) };
    Some(Word { charset, bytes, end })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_what_is_between_them_stays() {
        for (coded, plain) in [
            ("=?iso-8859-1?Q?Keld_J=F8rn?= Simonsen", "Keld Jørn Simonsen"),
            ("=?UTF-8?B?w7w=?=\t=?utf-8?q?=C3=BC?= x", "üü x"),
            ("=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "ü"),
            ("=?gb2312?B?xOO6ww==?=", "你好"),
            ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
            ("=?utf-8*en?Q?a b?=!", "a b!"),
            ("=?x-none?Q?a=FFb?=", "a\u{fffd}b"),
            ("=?utf-8?Q?cut", "cut"),
            ("=?? =?a?X?b?= =?", "=?? =?a?X?b?= =?"),
            ("Re: =?utf-8?Q?=E2=82=AC?==?utf-8?Q?5?=", "Re: €5"),
        ] {
            assert_eq!(decoded(coded), plain, "{coded}");
        }
        assert_eq!(text(b"caf\xe9", None), "café");
        assert_eq!(text("café".as_bytes(), Some("koi8-r")), "café");
        assert_eq!(text(b"\xd0\xd2\xc9\xd7\xc5\xd4", Some("koi8-r")), "привет");
    }

    #[test]
    fn many_broken_words_take_no_time() {
        let start = std::time::Instant::now();
        for piece in ["=?", "=?a?Q?", "=?a?B?x", "=?a?B?x ", "=?a?Q?x?= ", "=?utf-8?Q?=C3?="] {
            decoded(&piece.repeat(100_000));
        }
        assert!(start.elapsed().as_secs() < 20);
    }
}
