//! The parts of a mail: what MIME makes of it, however it is broken.

use super::charset::Transfer;
use super::head::Head;
use super::params::Params;

/// How deep parts lie in each other before what is deeper is one file.
const DEPTH_MAX: usize = 20;
/// How many parts a mail may have; what comes after is part of the last.
const PARTS_MAX: usize = 1000;

/// A part of a mail, or the whole of it.
pub(super) struct Part<'m> {
    /// `text/plain`, in lower case.
    pub(super) kind: String,
    content: Params,
    disposition: Option<Params>,
    /// Its fields.
    pub(super) head: Head<'m>,
    /// How its bytes travel.
    pub(super) transfer: Transfer,
    /// Its bytes as they travel; nothing where there are parts.
    pub(super) body: &'m [u8],
    /// The parts that it is made of.
    pub(super) parts: Vec<Part<'m>>,
}

impl<'m> Part<'m> {
    /// The mail that these bytes are.
    pub(super) fn of(bytes: &'m [u8]) -> Self {
        let mut left = PARTS_MAX;
        Self::read(Head::of_mail(bytes), "text/plain", DEPTH_MAX, &mut left)
    }

    fn read(
        (head, body): (Head<'m>, &'m [u8]),
        default: &str,
        depth: usize,
        left: &mut usize,
    ) -> Self {
        let content = Params::of(&head.raw("content-type").unwrap_or_default());
        let disposition = head.raw("content-disposition").map(|field| Params::of(&field));
        let kind = match content.value.split_once('/') {
            Some((one, two)) if !one.is_empty() && !two.is_empty() => content.value.clone(),
            // As the oldest mails say it.
            _ if content.value == "text" => "text/plain".to_owned(),
            _ => default.to_owned(),
        };
        let transfer = Transfer::of(head.word("content-transfer-encoding").as_deref());
        let mut part = Self { kind, content, disposition, head, transfer, body, parts: Vec::new() };
        let boundary = part.content.get("boundary").unwrap_or_default().trim_end();
        if !part.kind.starts_with("multipart/") || boundary.is_empty() || depth == 0 {
            return part;
        }
        let default = if part.kind == "multipart/digest" { "message/rfc822" } else { "text/plain" };
        for inside in between(body, boundary.as_bytes()) {
            if *left == 0 {
                break;
            }
            *left -= 1;
            part.parts.push(Self::read(Head::of(inside), default, depth - 1, left));
        }
        if !part.parts.is_empty() {
            part.body = b"";
        }
        part
    }

    /// A parameter of its type.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.content.get(name)
    }

    /// What the file in it is called, if it says so.
    pub(super) fn file_name(&self) -> Option<String> {
        let name = self.disposition.as_ref().and_then(|it| it.text("filename"));
        let name = name.or_else(|| self.content.text("name"))?;
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        (!name.is_empty()).then_some(name)
    }

    /// Is it said to be a file, or has the name of one?
    pub(super) fn is_file(&self) -> bool {
        self.disposition.as_ref().is_some_and(|it| it.value == "attachment")
            || self.file_name().is_some()
    }

    /// The bytes that were sent.
    pub(super) fn bytes(&self) -> std::borrow::Cow<'m, [u8]> {
        self.transfer.decoded(self.body)
    }

    /// Its text.
    pub(super) fn text(&self) -> String {
        super::charset::decoded(&self.bytes(), self.charset().as_deref())
    }

    /// The charset of its text, by its type or, in HTML, by what stands in it.
    pub(super) fn charset(&self) -> Option<String> {
        if let Some(charset) = self.param("charset").filter(|name| !name.is_empty()) {
            return Some(charset.to_owned());
        }
        if self.kind != "text/html" {
            return None;
        }
        let bytes = self.bytes();
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]).to_ascii_lowercase();
        let (_, after) = head.split_once("charset=")?;
        let after = after.trim_start_matches(['"', '\'', ' ']);
        let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let name: String = after.chars().take_while(|c| named(*c)).collect();
        (!name.is_empty()).then_some(name)
    }

    /// The parts that are made of no others, in their order.
    pub(super) fn leaves(&self) -> Vec<&Part<'m>> {
        if self.parts.is_empty() {
            return vec![self];
        }
        self.parts.iter().flat_map(Part::leaves).collect()
    }
}

/// What stands between the lines of a boundary; the last piece goes to the end where it is not
/// closed.
fn between<'m>(body: &'m [u8], boundary: &[u8]) -> Vec<&'m [u8]> {
    let (mut pieces, mut start, mut at) = (Vec::new(), None, 0);
    while at < body.len() {
        let end = body[at..].iter().position(|c| *c == b'\n').map_or(body.len(), |n| at + n + 1);
        let line = &body[at..end];
        if let Some(closes) = boundary_in(line, boundary) {
            if let Some(start) = start.take() {
                pieces.push(piece(body, start, at));
            }
            if closes || pieces.len() >= PARTS_MAX {
                return pieces;
            }
            start = Some(end);
        }
        at = end;
    }
    if let Some(start) = start {
        pieces.push(&body[start..]);
    }
    pieces
}

/// The bytes of a piece; the line end before the boundary belongs to that.
fn piece(body: &[u8], start: usize, end: usize) -> &[u8] {
    let piece = &body[start..end];
    let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
    piece.strip_suffix(b"\r").unwrap_or(piece)
}

/// Is a line the boundary, and does it close what it bounds?
fn boundary_in(line: &[u8], boundary: &[u8]) -> Option<bool> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary)?;
    let (rest, closes) = rest.strip_prefix(b"--").map_or((rest, false), |rest| (rest, true));
    rest.trim_ascii().is_empty().then_some(closes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(part: &Part<'_>) -> String {
        if part.parts.is_empty() {
            return format!("{}:{}", part.kind, String::from_utf8_lossy(part.body));
        }
        let parts: Vec<String> = part.parts.iter().map(tree).collect();
        format!("({} {})", part.kind, parts.join(" "))
    }

    #[test]
    fn parts_are_cut_at_their_own_boundary() {
        let mail = "Content-Type: multipart/mixed; boundary=a\n\nnot this\n--a\n\none\n--ab\n--a  \r\n\
            Content-Type: multipart/alternative; boundary=\"ab\"\n\n--ab\nContent-Type: text/html\n\ntwo\r\n\
            --ab--\nnor this\n--a\nContent-Type: broken\n\nthree\n--a--\nnor that\n";
        assert_eq!(
            tree(&Part::of(mail.as_bytes())),
            "(multipart/mixed text/plain:one\n--ab (multipart/alternative text/html:two) text/plain:three)"
        );
        let open = "Content-Type: multipart/digest; boundary=a\n\n--a\n\nSubject: x\n";
        assert_eq!(
            tree(&Part::of(open.as_bytes())),
            "(multipart/digest message/rfc822:Subject: x\n)"
        );
        let none = "Content-Type: multipart/mixed; boundary=a\n\ntext\n";
        assert_eq!(tree(&Part::of(none.as_bytes())), "multipart/mixed:text\n");
    }

    #[test]
    fn depth_and_number_of_parts_have_an_end() {
        let start = std::time::Instant::now();
        let part = |n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n");
        let deep = (0..20_000).map(part).collect::<Vec<_>>().concat();
        assert_eq!(Part::of(deep.as_bytes()).leaves().len(), 1);
        let wide = format!(
            "Content-Type: multipart/mixed; boundary=a\n\n{}",
            "--a\n\nx\n".repeat(100_000)
        );
        assert_eq!(Part::of(wide.as_bytes()).leaves().len(), PARTS_MAX);
        assert!(start.elapsed().as_secs() < 20);
    }
}
