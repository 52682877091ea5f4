//! Mails that nobody writes by accident.

use std::time::{Duration, Instant};

use super::*;

/// Reads a mail or a mailbox made by somebody who means no good. In a build that is made to be
/// debugged it may take some times longer than else.
fn survives(name: &str, text: String) -> Out {
    let start = Instant::now();
    let place = Place::bytes("x", text.into_bytes().leak());
    let read = out(&place);
    assert!(start.elapsed() < Duration::from_secs(30), "{name}: {:?}", start.elapsed());
    read.unwrap_or_default()
}

/// What is made is this many times as large in a build that is made to be fast.
const SIZE: usize = if cfg!(debug_assertions) { 4 } else { 25 };
const HEAD: &str = "From: a@b\nMessage-ID: <a@b>\nSubject: x\n";

#[test]
fn depth_has_an_end() {
    let part = |n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n");
    let parts = (0..(4_000 * SIZE)).map(part).collect::<Vec<_>>().concat();
    let deep = format!("{HEAD}{parts}\nthe bottom\n");
    assert_eq!(survives("multipart", deep).drafts.len(), 1);
    let mails = format!("{HEAD}{}", "Content-Type: message/rfc822\n\n".repeat(4_000 * SIZE));
    assert_eq!(survives("mails", mails).drafts.len(), 1);
    let one = format!("{HEAD}Content-Type: multipart/mixed; boundary=a\n\n");
    let same = format!(
        "{one}{}",
        "--a\nContent-Type: multipart/mixed; boundary=a\n\n".repeat(4_000 * SIZE)
    );
    assert_eq!(survives("one boundary", same).drafts.len(), 1);
    let html =
        format!("{HEAD}Content-Type: text/html\n\n{}", "<div><table><tr><td>".repeat(2_000 * SIZE));
    assert_eq!(survives("html", html).drafts.len(), 1);
}

#[test]
fn numbers_have_an_end() {
    let wide = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=a\n\n{}",
        "--a\nContent-Disposition: attachment; filename=x\n\ny\n".repeat(4_000 * SIZE)
    );
    let out = survives("parts", wide);
    assert!(out.bytes.len() <= 1000);
    for line in ["X-A: b\n", "References: <a@b>\n", "Received: x; 1 Jan 2026 10:00 +0000\n", " x\n"]
    {
        let many = format!("{HEAD}{}\ntext\n", line.repeat(40_000 * SIZE));
        let out = survives(line, many);
        assert!(out.drafts[0].messages[0].wording.body.ends_with("text"), "{line}");
    }
    let ids = (0..(8_000 * SIZE)).map(|n| format!(" <{n}@x>")).collect::<Vec<_>>().concat();
    let out = survives("ids", format!("{HEAD}References:{ids}\n\ntext\n"));
    assert!(out.drafts[0].opening.refs.len() <= 60);
    let people = format!("{HEAD}To: {}\n\ntext\n", "a@b, ".repeat(8_000 * SIZE));
    assert!(survives("people", people).drafts[0].messages[0].to.len() <= 200);
    let parameters = "; a=b".repeat(8_000 * SIZE);
    survives("parameters", format!("{HEAD}Content-Type: text/plain{parameters}\n\ntext\n"));
    let lines = "From x@y Thu Jul  2 10:00:00 2026\n".repeat(4_000 * SIZE);
    assert_eq!(survives("lines", lines).drafts.len(), 0);
    let mails = "From x@y Thu Jul  2 10:00:00 2026\nFrom: a@b\n\n\n".repeat(800 * SIZE);
    let out = survives("mails", mails);
    assert_eq!(out.drafts.iter().filter_map(|draft| draft.uid).collect::<BTreeSet<_>>().len(), 1);
}

#[test]
fn lines_may_be_long_and_hold_anything() {
    let long = "x".repeat(SIZE * 420_000);
    for text in [
        format!("{HEAD}\n{long}\n"),
        format!("{HEAD}X-Long: {long}\n\ntext\n"),
        format!("{HEAD}Content-Type: text/html\n\n<p>{long}</p>\n"),
        format!("Subject: {long}\nFrom: a@b\n\ntext\n"),
        format!("From: {long}\nDate: {long}\nMessage-ID: <{long}>\n\ntext\n"),
        format!("{HEAD}Content-Type: text/plain; charset={long}\n\ntext\n"),
        format!("{HEAD}Content-Type: multipart/mixed; boundary={long}\n\ntext\n"),
        format!("{HEAD}Content-Transfer-Encoding: base64\n\n{long}\n"),
        format!(
            "{HEAD}Content-Transfer-Encoding: quoted-printable\n\n{}\n",
            "=".repeat(SIZE * 420_000)
        ),
        format!("From x@y Thu Jul  2 10:00:00 2026\n{HEAD}\n{long}\nFrom {long} 10:00 2026\n\n"),
    ] {
        let out = survives(&text[..60], text.clone());
        assert_eq!((out.drafts.len(), out.rejected), (1, 0), "{}", &text[..60]);
    }
    let odd = format!("{HEAD}\na\0b\u{1b}[2J\u{202e}c\r\n");
    assert_eq!(survives("odd", odd).drafts[0].messages[0].wording.body, "a\0b\u{1b}[2J\u{202e}c");
}

#[test]
fn words_of_headers_may_be_cut_anywhere() {
    for piece in ["=?utf-8?Q?", "=?utf-8?B?4pyT", "=?utf-8?Q?=C3", "\"", "(", "<", "=?", "\\", "\t"]
    {
        let value = piece.repeat(4_000 * SIZE);
        let text =
            format!("From: {value}\nTo: {value}\nSubject: {value}\nContent-Type: {value}\n\nx\n");
        assert_eq!(survives(piece, text).drafts.len(), 1, "{piece}");
    }
}
