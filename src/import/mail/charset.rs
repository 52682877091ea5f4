//! Bytes into text, whatever their mail calls them.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use mail_parser::decoders::charsets::{DecoderFnc, map::charset_decoder};

/// How bytes are decoded.
enum Decoder {
    /// As browsers do it.
    Web(&'static Encoding),
    /// What browsers no longer do, such as UTF-7.
    Old(DecoderFnc),
}

/// Is there a charset of this name?
pub(super) fn known(name: &str) -> bool {
    decoder(name).is_some()
}

/// `bytes` as text: never fails, what cannot be decoded is U+FFFD. Without a name, and where the name
/// is unknown or says ASCII, they are UTF-8 if they can be; else what is named nothing is
/// Windows-1252.
pub(super) fn decoded(bytes: &[u8], name: Option<&str>) -> String {
    let name = name.map(tidy).filter(|name| !name.is_empty());
    let said = name.as_deref().and_then(decoder);
    let ascii = name.as_deref().is_none_or(|name| name.ends_with("ascii") || name == "default");
    if (ascii || said.is_none())
        && let Ok(text) = std::str::from_utf8(bytes)
        && !escaped(bytes)
    {
        return text.to_owned();
    }
    let text = match said {
        Some(Decoder::Web(one)) if (one == UTF_16LE || one == UTF_16BE) && !bytes.contains(&0) => {
            return String::from_utf8_lossy(bytes).into_owned();
        }
        Some(Decoder::Web(one)) if one == WINDOWS_1252 && escaped(bytes) => {
            ISO_2022_JP.decode_without_bom_handling(bytes).0
        }
        Some(Decoder::Web(one)) => one.decode_without_bom_handling(bytes).0,
        Some(Decoder::Old(decode)) => Cow::Owned(decode(bytes)),
        None if escaped(bytes) => ISO_2022_JP.decode_without_bom_handling(bytes).0,
        None if name.is_none() => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        None => String::from_utf8_lossy(bytes),
    };
    text.trim_start_matches('\u{feff}').to_owned()
}

/// Are there the escape sequences of Japanese mail in plain ASCII?
fn escaped(bytes: &[u8]) -> bool {
    let begins = |at: usize| matches!(bytes.get(at + 1..at + 3), Some(b"$B" | b"$@"));
    bytes.iter().enumerate().any(|(at, c)| *c == 0x1b && begins(at)) && bytes.is_ascii()
}

/// The name as it was meant: `charset="charset=us-ascii"`, `"utf-8;`.
fn tidy(name: &str) -> String {
    let name = name.trim().to_ascii_lowercase();
    let name = name.strip_prefix("charset=").unwrap_or(&name);
    let end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | ',' | '<' | '>');
    let name = name.trim_matches(end);
    name.split(end).next().unwrap_or_default().to_owned()
}

fn decoder(name: &str) -> Option<Decoder> {
    let name = tidy(name);
    if matches!(name.as_str(), "unknown-8bit" | "x-unknown" | "default" | "replacement") {
        return None;
    }
    if name.contains("utf-7") || name == "utf7" {
        return charset_decoder(b"utf-7").map(Decoder::Old);
    }
    // What is written as the Chinese standard of 1980 mostly has characters of that of 2000.
    if ["gb2312", "gbk", "gb18030", "gb_2312"].iter().any(|part| name.contains(part)) {
        return Some(Decoder::Web(GB18030));
    }
    let like = ["big5", "iso-2022-jp", "shift_jis", "euc-jp", "euc-kr", "koi8-r", "windows-1251"];
    let exact = Encoding::for_label(name.as_bytes()).filter(|one| one.name() != "replacement");
    let near = || {
        like.iter()
            .find(|part| name.contains(**part))
            .and_then(|part| Encoding::for_label(part.as_bytes()))
    };
    let utf8 = || (name.contains("utf8") || name.contains("utf-8")).then_some(UTF_8);
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    let page = || {
        let page = name.starts_with("cp") || name.starts_with("win") || name.starts_with("x-cp");
        let label = format!("windows-{digits}");
        Encoding::for_label(label.as_bytes()).filter(|_| page)
    };
    let web = exact.or_else(near).or_else(utf8).or_else(page).map(Decoder::Web);
    web.or_else(|| charset_decoder(name.as_bytes()).map(Decoder::Old))
}

/// How the bytes of a part travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transfer {
    /// As they are.
    Plain,
    /// In the 64 letters of RFC 2045.
    Base64,
    /// With `=` and two digits for what is no ASCII.
    Quoted,
    /// As Unix once sent files.
    Uuencode,
}

impl Transfer {
    /// What a field says, however it spells it.
    pub(super) fn of(word: Option<&str>) -> Self {
        match word {
            Some("base64" | "base-64" | "b64") => Self::Base64,
            Some("quoted-printable" | "quoted" | "quotedprintable") => Self::Quoted,
            Some("x-uuencode" | "uuencode" | "x-uue" | "uue") => Self::Uuencode,
            _ => Self::Plain,
        }
    }

    /// The bytes that were sent.
    pub(super) fn decoded(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::Plain => Cow::Borrowed(bytes),
            Self::Base64 => Cow::Owned(from_base64(bytes)),
            Self::Quoted => Cow::Owned(unquoted(bytes, false)),
            Self::Uuencode => Cow::Owned(super::uuencode::decoded(bytes)),
        }
    }
}

/// Base64 without what does not belong there; it ends where it is filled up, unless it goes on.
pub(super) fn from_base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3 + 3);
    let (mut bits, mut count) = (0u32, 0u32);
    for c in bytes {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                // What follows begins anew.
                (bits, count) = (0, 0);
                continue;
            }
            _ => continue,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xff).unwrap_or(0));
        }
    }
    out
}

/// Quoted-printable; what is wrong in it stays as it is. In a word of a header `_` is a space.
pub(super) fn unquoted(bytes: &[u8], word: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(c) = bytes.get(at) {
        let rest = &bytes[at + 1..];
        match (c, hex(rest)) {
            (b'=', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (b'=', None) if !word && ends_line(rest).is_some() => {
                at += 1 + ends_line(rest).unwrap_or(0);
            }
            (b'_', _) if word => {
                out.push(b' ');
                at += 1;
            }
            _ => {
                out.push(*c);
                at += 1;
            }
        }
    }
    out
}

fn hex(bytes: &[u8]) -> Option<u8> {
    let digit = |c: &u8| char::from(*c).to_digit(16);
    let (high, low) = (digit(bytes.first()?)?, digit(bytes.get(1)?)?);
    u8::try_from(high * 16 + low).ok()
}

/// How many bytes there are to the end of a line that holds nothing more.
fn ends_line(rest: &[u8]) -> Option<usize> {
    let blank = rest.iter().take(200).take_while(|c| matches!(c, b' ' | b'\t' | b'\r')).count();
    match rest.get(blank) {
        Some(b'\n') => Some(blank + 1),
        None => Some(blank),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charsets_are_what_was_meant() {
        for (bytes, name, text) in [
            (&b"caf\xe9 \x80"[..], "ISO-8859-1", "café €"),
            (b"caf\xe9", "us-ascii", "café"),
            ("café".as_bytes(), "us-ascii", "café"),
            ("café".as_bytes(), "", "café"),
            (b"caf\xe9", "", "café"),
            (b"caf\xe9", "x-unknown", "caf\u{fffd}"),
            (b"\x81\x39\xef\x30", "gb2312", "㐁"),
            (b"\xc4\xe3\xba\xc3", "iso-gb2312", "你好"),
            (b"\xa7A\xa6n", "chinesebig5", "你好"),
            (b"\x1b$BF|K\\\x1b(B", "iso-2022-jp", "日本"),
            (b"\x1b$BF|K\\\x1b(B", "us-ascii", "日本"),
            (b"\xcf\xf0\xe8", "cp1251", "При"),
            (b"\xcf\xf0\xe8", "windows1251", "При"),
            (b"A+AOQ-", "unicode-1-1-utf-7", "Aä"),
            (b"plain", "unicode", "plain"),
            (b"x", "charset=us-ascii", "x"),
            (b"\xe9", "\"iso-8859-1\";", "é"),
            (b"\xef\xbb\xbfx", "utf-8", "x"),
        ] {
            assert_eq!(decoded(bytes, Some(name)), text, "{name}");
        }
    }

    #[test]
    fn what_is_broken_is_decoded_as_far_as_it_goes() {
        assert_eq!(from_base64(b"SGVs\r\nbG8=!IQ=="), b"Hello!");
        assert_eq!(from_base64(b"SGVsbG8"), b"Hello");
        assert_eq!(unquoted(b"a=C3=A4 =\r\nb=zz=", false), "aä b=zz".as_bytes());
        assert_eq!(unquoted(b"a_b=20", true), b"a b ");
        assert_eq!(Transfer::of(Some("base9000")), Transfer::Plain);
    }
}
