//! What a mail says: its text, its files, and what must be said of both.

use std::borrow::Cow;

use super::charset::Transfer;
use super::parts::Part;
use super::{flowed, uuencode};
use crate::domain::event::{FILE_MAX, size_in_words};
use crate::import::markup;

/// The text of a mail and the files that came with it.
#[derive(Default)]
pub(super) struct Content<'m> {
    /// The text as Markdown.
    pub(super) text: String,
    /// Its files.
    pub(super) files: Vec<File<'m>>,
}

/// A file that came with a mail. Its bytes are decoded when they are wanted, one file at a time.
pub(super) struct File<'m> {
    /// What its sender calls it.
    pub(super) name: String,
    /// What its sender says it is.
    pub(super) media: Option<String>,
    bytes: Bytes<'m>,
}

enum Bytes<'m> {
    Travelling(&'m [u8], Transfer),
    There(Vec<u8>),
}

impl File<'_> {
    /// Its bytes as they were sent.
    pub(super) fn bytes(&self) -> Cow<'_, [u8]> {
        match &self.bytes {
            Bytes::Travelling(bytes, transfer) => transfer.decoded(bytes),
            Bytes::There(bytes) => Cow::Borrowed(bytes),
        }
    }
}

/// A line that says something of a mail below its text.
pub(super) fn said(what: &str) -> String {
    format!("[{what}]")
}

/// What is said of a file that is too large to be kept.
pub(super) fn too_large(name: &str, size: u64) -> String {
    let (size, most) = (size_in_words(size), size_in_words(FILE_MAX));
    said(&format!("the file {name} was left out: it has {size}, and at most {most} are kept"))
}

/// What a mail says.
pub(super) fn content<'m>(mail: &Part<'m>) -> Content<'m> {
    let mut found = Found::default();
    found.part(mail);
    let mut content = Content::default();
    let mut texts: Vec<String> = Vec::new();
    for part in &found.texts {
        let (text, files) = text(part);
        let place = content.files.len();
        content.files.extend(files.into_iter().enumerate().map(|(n, file)| {
            let name =
                if file.name.is_empty() { format!("file-{}", place + n + 1) } else { file.name };
            File { name, media: None, bytes: Bytes::There(file.bytes) }
        }));
        texts.push(text);
    }
    for part in &found.files {
        let file = file(part, content.files.len() + 1);
        content.files.push(file);
    }
    texts.extend(found.said);
    let trimmed = |text: &String| text.trim_matches(['\n', '\r']).trim_end().to_owned();
    let texts = texts.iter().map(trimmed).filter(|text| !text.trim().is_empty());
    content.text = texts.collect::<Vec<_>>().join("\n\n");
    content
}

/// The parts that are text, those that are files, and what must be said.
#[derive(Default)]
struct Found<'p, 'm> {
    texts: Vec<&'p Part<'m>>,
    files: Vec<&'p Part<'m>>,
    said: Vec<String>,
}

impl<'p, 'm> Found<'p, 'm> {
    fn part(&mut self, part: &'p Part<'m>) {
        match (part.kind.as_str(), part.parts.as_slice()) {
            (_, []) => self.leaf(part),
            ("multipart/alternative", parts) => self.alternative(parts),
            ("multipart/signed", [signed, rest @ ..]) => {
                self.part(signed);
                self.files.extend(rest.iter().flat_map(Part::leaves));
                self.say("this mail is signed; the signature is kept as a file");
            }
            ("multipart/encrypted", parts) => {
                self.files.extend(parts.iter().flat_map(Part::leaves));
                self.say("this mail is encrypted; what it says is kept as a file");
            }
            ("multipart/report", [text, rest @ ..]) => {
                self.part(text);
                self.files.extend(rest.iter().flat_map(Part::leaves));
            }
            (_, parts) => parts.iter().for_each(|part| self.part(part)),
        }
    }

    fn say(&mut self, what: &str) {
        let line = said(what);
        if !self.said.contains(&line) {
            self.said.push(line);
        }
    }

    fn leaf(&mut self, part: &'p Part<'m>) {
        if is_text(part) {
            return self.texts.push(part);
        }
        let smime = part.kind.ends_with("pkcs7-mime");
        if part.kind == "message/partial" {
            let of = |name| part.param(name).unwrap_or("?").to_owned();
            let what = format!("part {} of {} of a mail that was cut", of("number"), of("total"));
            self.say(&what);
        } else if smime {
            self.say("this mail is signed or encrypted (S/MIME); what it says is kept as a file");
        }
        if part.is_file() || !part.body.trim_ascii().is_empty() {
            self.files.push(part);
        }
    }

    /// One text of several that say the same: the plain one that says something, else the last that
    /// does. The files of all are kept.
    fn alternative(&mut self, parts: &'p [Part<'m>]) {
        let mut all: Vec<Found<'p, 'm>> = Vec::new();
        for part in parts {
            let mut found = Found::default();
            found.part(part);
            all.push(found);
        }
        let html = all.iter().flat_map(|found| &found.texts);
        let html = html.filter(|part| part.kind == "text/html").map(|part| part.body.len()).max();
        let plain = |found: &Found<'_, '_>| found.texts.iter().any(|part| tells(part, html));
        let some =
            |found: &Found<'_, '_>| found.texts.iter().any(|part| !part.text().trim().is_empty());
        let place = all.iter().position(plain).or_else(|| all.iter().rposition(some));
        for (n, found) in all.into_iter().enumerate() {
            if Some(n) == place {
                self.texts.extend(found.texts);
            }
            self.files.extend(found.files);
            self.said.extend(found.said);
        }
    }
}

/// Is it plain text that says something: not only that another program is needed to read the `html`
/// of so many bytes?
fn tells(part: &Part<'_>, html: Option<usize>) -> bool {
    if part.kind == "text/html" {
        return false;
    }
    let text = part.text();
    let text = text.trim();
    let stub = text.len() < 300
        && html.is_some_and(|length| length > 10 * text.len().max(100))
        && text.to_ascii_lowercase().contains("html");
    !text.is_empty() && !stub
}

/// Is it text to be read, not a file?
fn is_text(part: &Part<'_>) -> bool {
    const FILES: [&str; 6] = [
        "text/calendar",
        "text/vcard",
        "text/x-vcard",
        "text/csv",
        "text/rfc822-headers",
        "text/xml",
    ];
    let text = part.kind.starts_with("text/") && !FILES.contains(&part.kind.as_str());
    // What is said to be of parts and has none is text, since nothing else can be made of it.
    (text || part.kind.starts_with("multipart/")) && !part.is_file()
}

/// The text of a part, and the files that stand in it.
fn text(part: &Part<'_>) -> (String, Vec<uuencode::Found>) {
    let text = part.text();
    match part.kind.as_str() {
        "text/html" => return (markup::letter(&text), Vec::new()),
        "text/enriched" | "text/richtext" => return (enriched(&text), Vec::new()),
        _ => {}
    }
    let says =
        |name: &str, word: &str| part.param(name).is_some_and(|it| it.eq_ignore_ascii_case(word));
    let text = text.replace("\r\n", "\n");
    let text = if text.contains('\r') { text.replace('\r', "\n") } else { text };
    if says("format", "flowed") {
        return (flowed::unfolded(&text, says("delsp", "yes")), Vec::new());
    }
    uuencode::files(&text)
}

/// Text with commands in angle brackets (RFC 1896), without these.
fn enriched(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(place) = rest.find('<') {
        out.push_str(&rest[..place]);
        rest = &rest[place + 1..];
        if let Some(after) = rest.strip_prefix('<') {
            out.push('<');
            rest = after;
        } else if let Some(end) = rest.bytes().take(100).position(|c| c == b'>') {
            rest = &rest[end + 1..];
        } else {
            out.push('<');
        }
    }
    out.push_str(rest);
    out
}

/// A part as a file; one without a name is called by what it is.
fn file<'m>(part: &Part<'m>, place: usize) -> File<'m> {
    let name = part.file_name().unwrap_or_else(|| match part.kind.as_str() {
        "message/rfc822" | "message/global" => format!("mail-{place}.eml"),
        "message/delivery-status" => "delivery-status.txt".to_owned(),
        "text/rfc822-headers" => "headers.txt".to_owned(),
        "text/calendar" => format!("calendar-{place}.ics"),
        "application/pgp-signature" => "signature.asc".to_owned(),
        "application/pgp-encrypted" => "version.txt".to_owned(),
        kind => {
            let end = kind.rsplit(['/', '+', '-', '.']).next().unwrap_or_default();
            let fits =
                (2..=5).contains(&end.len()) && end.bytes().all(|c| c.is_ascii_alphanumeric());
            format!("part-{place}.{}", if fits { end } else { "bin" })
        }
    });
    let media = Some(part.kind.clone()).filter(|kind| kind.len() <= 100 && kind.is_ascii());
    File { name, media, bytes: Bytes::Travelling(part.body, part.transfer) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mail: &str) -> (String, Vec<String>) {
        let bytes = mail.replace('\n', "\r\n");
        let part = Part::of(bytes.as_bytes());
        let content = content(&part);
        let files =
            content.files.iter().map(|file| format!("{}: {}", file.name, file.bytes().len()));
        (content.text, files.collect())
    }

    fn parts(kind: &str, parts: &[&str]) -> String {
        let parts: Vec<String> = parts.iter().map(|part| format!("--x{kind}\n{part}\n")).collect();
        let parts = parts.concat();
        format!("Content-Type: multipart/{kind}; boundary=x{kind}\n\n{parts}--x{kind}--\n")
    }

    const HTML: &str = "Content-Type: text/html\n\n<p>Hi <b>you</b></p>";
    const PLAIN: &str = "\nplain";
    const FILE: &str = "Content-Disposition: attachment; filename=a.txt\n\nabc";

    #[test]
    fn one_text_of_several_is_taken_and_texts_in_a_row_are_joined() {
        assert_eq!(read(&parts("alternative", &[PLAIN, HTML])).0, "plain");
        assert_eq!(read(&parts("alternative", &["\n  ", HTML])).0, "Hi **you**");
        let stub = "\nYour program cannot show HTML.";
        let long = format!("{HTML}{}", "<p>more</p>".repeat(200));
        assert!(read(&parts("alternative", &[stub, &long])).0.starts_with("Hi **you**"));
        let (text, files) = read(&parts("mixed", &[PLAIN, FILE, HTML]));
        assert_eq!((text.as_str(), files), ("plain\n\nHi **you**", vec!["a.txt: 3".to_owned()]));
        let inner = parts("alternative", &[PLAIN, HTML]);
        let (text, files) =
            read(&parts("mixed", &[&inner, "Content-Type: message/rfc822\n\nSubject: x\n\ny"]));
        assert_eq!((text.as_str(), files), ("plain", vec!["mail-1.eml: 15".to_owned()]));
    }

    #[test]
    fn what_is_signed_or_encrypted_is_said_and_kept() {
        let sign = "Content-Type: application/pgp-signature\n\nSIG";
        let (text, files) = read(&parts("signed", &[PLAIN, sign]));
        assert_eq!(text, "plain\n\n[this mail is signed; the signature is kept as a file]");
        assert_eq!(files, ["signature.asc: 3"]);
        let (text, files) = read(&parts("encrypted", &[sign, FILE]));
        assert!(text.starts_with("[this mail is encrypted"), "{text}");
        assert_eq!(files, ["signature.asc: 3", "a.txt: 3"]);
        let (text, files) = read("Content-Type: application/x-pkcs7-mime; name=smime.p7m\n\nXYZ");
        assert!(text.starts_with("[this mail is signed or encrypted") && files == ["smime.p7m: 3"]);
        let (text, _) = read("Content-Type: message/partial; number=2; total=3\n\nmore");
        assert_eq!(text, "[part 2 of 3 of a mail that was cut]");
    }

    #[test]
    fn text_is_read_as_it_was_sent() {
        let flowed = "Content-Type: text/plain; format=flowed; delsp=yes\n\nZei \nchen";
        assert_eq!(read(flowed).0, "Zeichen");
        assert_eq!(read("Content-Type: text/enriched\n\n<bold>a</bold> << b").0, "a < b");
        let (text, files) = read("\nHi\nbegin 644 cat\n#0V%T\n`\nend\n");
        assert_eq!((text.as_str(), files), ("Hi", vec!["cat: 3".to_owned()]));
        assert_eq!(read("Content-Type: multipart/mixed; boundary=none\n\ntext").0, "text");
        let html = "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n\
            PG1ldGEgY2hhcnNldD1rb2k4LXI+0NLJ18XU";
        assert_eq!(read(html).0, "привет");
    }
}
