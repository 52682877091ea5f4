//! What comes out is read back by other readers, whatever strangers wrote.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;
use pulldown_cmark::HeadingLevel::{self, H1, H2, H3};
use pulldown_cmark::{Event, Parser, Tag};

use super::*;
use crate::domain::ids::{Timestamp, Uid};
use crate::domain::words::{By, Channel, Priority, Resolution, Status};
use crate::view::{Contact, Time};

/// What `render` does, as far as these tests need it.
fn gate() -> Gate {
    Gate {
        line: crate::render::line,
        block: crate::render::block,
        json: crate::render::json_text,
        cell: crate::render::cell,
        field: crate::render::field,
    }
}

fn options() -> Options {
    let clock = Clock { now: Timestamp(1_788_253_200_000), zone: chrono_tz::Europe::Berlin };
    Options { gate: gate(), clock, notes: false, kept: Vec::new(), widest: Widest::default() }
}

fn at(minutes: i64) -> Time {
    Time(Timestamp(1_788_253_200_000 + minutes * 60_000))
}

fn said(n: usize, author: &Person, body: &str) -> Message {
    let by = if n % 2 == 1 { By::Requester } else { By::Us };
    Message {
        id: format!("7.{n}"),
        kind: MessageKind::Reply,
        author: author.clone(),
        by,
        body: body.to_owned(),
        created_at: at(i64::try_from(n).unwrap()),
        edited_at: None,
        reference: None,
        attachments: Vec::new(),
        to: Vec::new(),
        answers: None,
        origin: None,
        automatic: false,
        purged_at: None,
    }
}

/// Ticket 7 of this title, whose messages these people wrote in turn.
fn ticket(title: &str, author: &Person, bodies: &[&str]) -> Ticket {
    let said = |(n, body): (usize, &&str)| said(n + 1, author, body);
    Ticket {
        id: "7".into(),
        uid: Uid::of_source("jira:A-1"),
        title: title.into(),
        description: bodies.first().map_or("", |body| body).to_owned(),
        status: Status::Closed,
        resolution: Some(Resolution::Solved),
        priority: Priority::High,
        labels: BTreeSet::from(["two words".to_owned(), title.to_owned()]),
        assignee: Some(author.clone()),
        requester: Some(Contact::from(author.clone())),
        customer: Some(title.to_owned()),
        tier: None,
        channel: Channel::Email,
        refs: BTreeSet::new(),
        fields: BTreeMap::new(),
        due_at: Some(at(90)),
        snoozed_until: None,
        turn: None,
        created_at: at(1),
        updated_at: at(60),
        closed_at: Some(at(60)),
        messages: Messages::All(bodies.iter().enumerate().map(said).collect()),
        merged_into: None,
        links: None,
        articles: Vec::new(),
        sla: None,
        conflicts: Vec::new(),
        hit: None,
        reason: None,
    }
}

fn written(format: Format, tickets: &[&Ticket], options: &Options) -> String {
    let (mut out, mut export) = (Vec::new(), Export::new(format, options));
    for ticket in tickets {
        export.ticket(ticket, &mut out).unwrap();
    }
    assert_eq!(export.end(&mut out).unwrap(), tickets.len() as u64);
    String::from_utf8(out).unwrap()
}

/// The mails of an mbox, by its own rules.
fn mails(mbox: &str) -> Vec<String> {
    let mut mails: Vec<String> = Vec::new();
    for line in mbox.lines() {
        if line.starts_with("From ") {
            mails.push(String::new());
            continue;
        }
        let quoted = line.starts_with('>') && line.trim_start_matches('>').starts_with("From ");
        let line = if quoted { &line[1..] } else { line };
        let mail = mails.last_mut().unwrap();
        mail.push_str(line);
        mail.push('\n');
    }
    mails
}

const FORMATS: [Format; 11] = [
    Format::Jsonl,
    Format::Json,
    Format::Csv,
    Format::Md,
    Format::Html,
    Format::Mbox,
    Format::Github,
    Format::GithubList,
    Format::Jira,
    Format::Taskwarrior,
    Format::Todotxt,
];

/// What strangers write who know the formats.
fn nasty() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "\r\nBcc: evil@x.example\r\n\r\n",
        "\nFrom x y\n",
        ">From me",
        "# 7.9 Mira",
        "## #8 x",
        "```",
        "~~~",
        "[a]: http://x.example",
        "</main>",
        "<script>",
        "=cmd|x!A0",
        "\"",
        "'",
        ",",
        ";",
        "\\",
        "|",
        "\t",
        "\u{202e}",
        "\u{1b}[2J",
        "\0",
        "\u{85}",
        "漢字",
        "🔥",
        "é",
        " ",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "    ",
        "@x",
        "+y",
        "due:1999-01-01",
        "x ",
        "(A) ",
        "a",
        "B",
        "=?utf-8?q?x?=",
        "<b@x.example>",
        "--tix_",
        "===",
        "---",
    ]);
    prop::collection::vec(parts, 0..12).prop_map(|parts| parts.concat())
}

fn person(name: &str) -> Person {
    Person { name: Some(format!("N{name}")), email: Some("ada@acme.example".to_owned()) }
}

fn headings(markdown: &str) -> Vec<HeadingLevel> {
    let (mut depth, mut found) = (0, Vec::new());
    for event in Parser::new_ext(markdown, pulldown_cmark::Options::ENABLE_FOOTNOTES) {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => found.push(level),
            Event::Start(Tag::BlockQuote(_)) => depth += 1,
            Event::End(pulldown_cmark::TagEnd::BlockQuote(_)) => depth -= 1,
            _ => {}
        }
    }
    found
}

proptest! {
    #[test]
    fn nothing_that_acts_gets_out(title in nasty(), name in nasty(), body in nasty()) {
        let ticket = ticket(&title, &person(&name), &[&body, &body]);
        for format in FORMATS {
            let text = written(format, &[&ticket], &options());
            let acts = |c: char| (c.is_control() && !matches!(c, '\n' | '\t' | '\r')) || c == '\u{202e}';
            prop_assert!(!text.contains(acts), "{format:?}: {text:?}");
            prop_assert!(!text.replace("\r\n", "").contains('\r'), "{format:?}: {text:?}");
        }
    }

    #[test]
    fn a_mail_is_read_as_it_was_written(title in nasty(), name in nasty(), body in nasty()) {
        let ticket = ticket(&title, &person(&name), &[&body, &body]);
        let mbox = written(Format::Mbox, &[&ticket], &options());
        prop_assert!(mbox.is_ascii());
        let mails = mails(&mbox);
        prop_assert_eq!(mails.len(), 2);
        for (n, mail) in mails.iter().enumerate() {
            let mail = MessageParser::new().parse(mail).unwrap();
            let names: BTreeSet<&str> = mail.headers().iter().map(|header| header.name.as_str()).collect();
            prop_assert!(!names.contains("Bcc"));
            let words = |text: &str| {
                let plain = |c: char| if c.is_control() { ' ' } else { c };
                text.chars().map(plain).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ").replace("=?", "= ?")
            };
            prop_assert!(words(mail.subject().unwrap_or_default()).ends_with(&words(&title)));
            let from = mail.from().unwrap().first().unwrap();
            prop_assert_eq!(from.address(), Some("ada@acme.example"));
            prop_assert_eq!(words(from.name().unwrap()), words(&format!("N{name}")));
            let text = mail.body_text(0).unwrap_or_default().replace("\r\n", "\n");
            let expected = body.replace("\r\n", "\n");
            prop_assert_eq!(text.trim_end(), expected.trim_end());
            prop_assert_eq!(mail.in_reply_to().as_text().is_some(), n == 1);
        }
    }

    #[test]
    fn a_document_has_only_our_headings(title in nasty(), name in nasty(), body in nasty()) {
        let ticket = ticket(&title, &person(&name), &[&body, &body]);
        let text = written(Format::Md, &[&ticket, &ticket], &options());
        prop_assert_eq!(headings(&text), [H1, H2, H3, H3, H2, H3, H3], "{}", text);
        let ours = text.lines().filter(|line| line.starts_with('#')).count();
        let fenced = text.lines().any(|line| line.starts_with("~~~"));
        prop_assert!(ours == 7 || fenced, "{}", text);
    }

    #[test]
    fn a_table_has_a_row_a_ticket(title in nasty(), name in nasty(), body in nasty()) {
        let ticket = ticket(&title, &person(&name), &[&body, &body]);
        let mut widest = options();
        widest.widest.add(&ticket);
        for (format, options) in [(Format::Csv, options()), (Format::Jira, widest)] {
            let text = written(format, &[&ticket, &ticket], &options);
            let mut reader = ::csv::ReaderBuilder::new().from_reader(text.as_bytes());
            let columns = reader.headers().unwrap().len();
            let rows: Vec<::csv::StringRecord> = reader.records().map(|row| row.unwrap()).collect();
            prop_assert_eq!(rows.len(), 2);
            for row in rows {
                prop_assert_eq!(row.len(), columns);
                let runs = |cell: &str| cell.trim_start().starts_with(['=', '+', '-', '@']);
                prop_assert!(!row.iter().any(runs), "{:?}", row);
            }
        }
    }

    #[test]
    fn a_list_has_an_item_a_ticket(title in nasty(), name in nasty(), body in nasty()) {
        let ticket = ticket(&title, &person(&name), &[&body, &body]);
        for format in [Format::Json, Format::GithubList, Format::Taskwarrior] {
            let text = written(format, &[&ticket, &ticket], &options());
            let all: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(all.len(), 2);
        }
        for format in [Format::Jsonl, Format::Github, Format::Todotxt] {
            let text = written(format, &[&ticket, &ticket], &options());
            prop_assert_eq!(text.lines().count(), 2, "{}", text);
        }
        let line = written(Format::Todotxt, &[&ticket], &options());
        let due: Vec<&str> = line.split_whitespace().filter(|word| word.starts_with("due:")).collect();
        prop_assert_eq!(due, ["due:2026-09-01"]);
    }

    #[test]
    fn a_page_holds_no_markup_of_theirs(title in nasty(), name in nasty(), body in nasty()) {
        let ticket = ticket(&title, &person(&name), &[&body, &body]);
        let text = written(Format::Html, &[&ticket], &options());
        prop_assert_eq!(text.matches("</main>").count(), 1);
        prop_assert_eq!(text.matches("<section").count(), 2);
        prop_assert_eq!(text.matches("</section>").count(), 2);
        prop_assert!(!text.contains("<script") && !text.contains("<img"));
    }
}

#[test]
fn nothing_is_a_sound_file_too() {
    let empty = |format| written(format, &[], &options());
    for format in [Format::Json, Format::GithubList, Format::Taskwarrior] {
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&empty(format)).unwrap(),
            serde_json::json!([])
        );
    }
    for format in [Format::Jsonl, Format::Github, Format::Mbox, Format::Todotxt] {
        assert_eq!(empty(format), "");
    }
    assert_eq!(empty(Format::Csv).lines().count(), 1);
    assert!(empty(Format::Html).ends_with(html::TAIL));
}

#[test]
fn a_mail_names_what_it_follows() {
    let ada = person("Ada");
    let bodies: Vec<String> = (1..=30).map(|n| format!("m{n}")).collect();
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    let mut ticket = ticket("Re: It hangs", &ada, &bodies);
    let Messages::All(messages) = &mut ticket.messages else { unreachable!() };
    messages[0].reference = Some("mail:first@acme.example".into());
    messages[1].reference = Some("mail:no good@x".into());
    messages[4].answers = Some("7.1".into());
    messages[2].kind = MessageKind::Note;
    let mails = mails(&written(Format::Mbox, &[&ticket], &options()));
    assert_eq!(mails.len(), 29);
    let header = |n: usize, name: &str| {
        let mail = MessageParser::new().parse(&mails[n]).unwrap();
        let mut ids = mail
            .header_values(name.to_owned())
            .flat_map(|value| value.clone().into_text_list().unwrap_or_default());
        let all: Vec<String> = ids.by_ref().map(|id| id.to_string()).collect();
        all
    };
    let own = |n: u32| format!("tix.{}.{n}@tix.invalid", ticket.uid);
    assert_eq!(header(0, "Message-ID"), ["first@acme.example"]);
    assert_eq!(header(1, "Message-ID"), [own(2)]);
    assert_eq!(header(2, "References"), ["first@acme.example".to_owned(), own(2)]);
    assert_eq!(header(3, "In-Reply-To"), ["first@acme.example"]);
    let long = header(28, "References");
    assert_eq!((long.len(), long[0].as_str()), (CHAIN, "first@acme.example"));
    assert_eq!(long[CHAIN - 1], own(29));
    assert!(
        mails[0].contains("\nSubject: Re: It hangs\n")
            && mails[5].contains("\nSubject: Re: It hangs\n")
    );
}

const CHAIN: usize = 20;

#[test]
fn files_come_with_their_mail() {
    let mut ticket = ticket("It hangs", &person("Ada"), &["see there"]);
    let Messages::All(messages) = &mut ticket.messages else { unreachable!() };
    let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
    let data = |bytes: &[u8]| Some(base64::engine::general_purpose::STANDARD.encode(bytes));
    for (name, media) in [
        ("trace.txt", Some("text/plain")),
        ("漢\r\nBcc: x@y.example\".bin", None),
        ("m.eml", Some("message/rfc822")),
        ("x", Some("evil\r\nBcc: x@y.example/z")),
    ] {
        let mut file =
            crate::view::Attachment::from(crate::domain::event::Attachment::of(name, &bytes));
        let bytes = if name == "trace.txt" { b"at 0x7f" } else { bytes.as_slice() };
        (file.media, file.data) = (media.map(str::to_owned), data(bytes));
        messages[0].attachments.push(file);
    }
    let mut away = messages[0].attachments[0].clone();
    away.data = None;
    messages[0].attachments.push(away);
    let text = written(Format::Mbox, &[&ticket], &options());
    assert_eq!(text, written(Format::Mbox, &[&ticket], &options()));
    let mail = &mails(&text)[0];
    let mail = MessageParser::new().parse(mail).unwrap();
    assert_eq!(mail.body_text(0).unwrap().trim_end(), "see there");
    let files: Vec<_> = mail.attachments().collect();
    assert_eq!(files.len(), 4);
    let names: Vec<&str> = files.iter().map(|file| file.attachment_name().unwrap()).collect();
    assert_eq!(names, ["trace.txt", "漢 Bcc: x@y.example\".bin", "m.eml", "x"]);
    assert_eq!(files[0].contents(), b"at 0x7f");
    assert!(files[1..].iter().all(|file| file.contents() == bytes));
    assert!(mail.bcc().is_none());
}

#[test]
fn notes_are_marked_or_left_out() {
    let mut ticket = ticket("It hangs", &person("Ada"), &["the note", "the reply"]);
    let Messages::All(messages) = &mut ticket.messages else { unreachable!() };
    messages[0].kind = MessageKind::Note;
    let mut options = options();
    options.notes = true;
    options.widest.add(&ticket);
    for format in [
        Format::Csv,
        Format::Md,
        Format::Html,
        Format::Github,
        Format::GithubList,
        Format::Jira,
        Format::Taskwarrior,
    ] {
        let text = written(format, &[&ticket], &options).to_lowercase();
        assert!(text.contains("the note") && text.contains("internal note"), "{format:?}: {text}");
    }
    for format in [Format::Mbox, Format::Todotxt] {
        assert!(!written(format, &[&ticket], &options).contains("the note"));
    }
}
