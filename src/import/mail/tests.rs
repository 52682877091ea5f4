use std::collections::BTreeSet;

use super::*;
use crate::domain::draft::Draft;
use crate::import::tests::damaged;

mod hostile;
mod specimens;

/// What comes out of a place.
#[derive(Default)]
pub(super) struct Out {
    drafts: Vec<Draft>,
    skipped: Vec<String>,
    rejected: usize,
    notes: Vec<String>,
    bytes: Vec<usize>,
}

pub(super) fn out(place: &Place) -> Result<Out> {
    let mut out = Out::default();
    read(place, &Options::default(), &mut |item| {
        match item {
            Item::Joins(names, draft) => {
                assert_eq!(names.len(), draft.messages.len());
                out.drafts.push(*draft);
            }
            Item::Skipped(reason) => out.skipped.push(reason),
            Item::Rejected(_) => out.rejected += 1,
            Item::Note(note) => out.notes.push(note),
            Item::Bytes(bytes) => out.bytes.push(bytes.len()),
            other => panic!("{other:?}"),
        }
        Ok(())
    })?;
    Ok(out)
}

pub(super) fn told(text: &str) -> Out {
    out(&Place::bytes("x.mbox", text.to_owned().leak().as_bytes())).unwrap()
}

const BOX: &str = "From x@y Thu Jul  2 10:00:00 2026\nMessage-ID: <a@x>\nFrom: Ada <ada@x>\n\
    Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\nDate: 2 Jul 2026 10:00:00 +0200\nContent-Type: multipart/mixed;\n\
    \tboundary=\"q\"\n\n--q\nContent-Type: text/plain; charset=utf-8; format=flowed\n\nHi \nthere\n\
    >From me\n--q\nContent-Type: text/html\n\n<p>and <b>this</b></p>\n--q\nContent-Type: image/png; \
    name=a.png\nContent-Transfer-Encoding: base64\n\niVBORw==\n--q--\n\nFrom x@y Thu Jul  2 10:00:01 \
    2026\nMessage-ID: <b@x>\nIn-Reply-To: <a@x>\nFrom: Bo <bo@x>\nSubject: Re: x\n\nYes.\n";

#[test]
fn a_conversation_is_read_whole() {
    let out = told(BOX);
    assert_eq!(out.drafts.len(), 1);
    let draft = &out.drafts[0];
    assert_eq!(draft.opening.title, "Grüße");
    let bodies: Vec<&str> = draft.messages.iter().map(|it| it.wording.body.as_str()).collect();
    assert_eq!(bodies, ["Hi there\nFrom me\n\nand **this**", "Yes."]);
    assert_eq!(draft.messages[0].attachments[0].name, "a.png");
    assert_eq!(out.bytes, [4]);
    // The second has no date but that of the line before it.
    assert_eq!(draft.messages[1].created_at.unwrap().rfc3339(), "2026-07-02T10:00:01Z");
}

#[test]
fn damaged_mailboxes_are_read_as_far_as_they_go() {
    for bytes in damaged(BOX.as_bytes(), 300) {
        let place = Place::bytes("x", bytes.leak());
        if let Ok(out) = out(&place) {
            let names: BTreeSet<_> = out
                .drafts
                .iter()
                .flat_map(|draft| &draft.messages)
                .map(|it| &it.reference)
                .collect();
            let count: usize = out.drafts.iter().map(|draft| draft.messages.len()).sum();
            assert_eq!(names.len(), count);
        }
    }
}

#[test]
fn what_is_too_large_is_left_out_and_said() {
    let size = usize::try_from(crate::domain::event::FILE_MAX).unwrap() + 3;
    let mut text = "From: a@b\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\nHi\n--q\n\
        Content-Disposition: attachment; filename=huge.bin\n\n"
        .to_owned();
    text.push_str(&"x".repeat(size));
    text.push_str("\n--q--\n");
    let out = told(&text);
    assert!(out.bytes.is_empty());
    let body = &out.drafts[0].messages[0].wording.body;
    assert!(body.starts_with("Hi\n\n[the file huge.bin was left out: it has 60.1 MiB"), "{body}");
}

#[test]
fn a_mailbox_is_known_by_its_first_lines() {
    use crate::import::{Format, recognise};
    for (name, text, mail) in [
        ("x", BOX, true),
        ("x.txt", "Return-Path: <a@b>\nReceived: from x\nSubject: y\n\nz", true),
        ("x", "From: a@b\nTo: c@d\n\nz", true),
        ("x.md", "title: a\ndate: b\n\nFrom: c\n", false),
        ("x.csv", "From,To\na,b\n", false),
        ("x.txt", "From the beginning\nof time", false),
    ] {
        let place = Place::bytes(name, text.as_bytes());
        assert_eq!(recognise(&place).is_ok_and(|it| it == Format::Mail), mail, "{text}");
    }
}
