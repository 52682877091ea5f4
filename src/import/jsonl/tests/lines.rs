use super::*;

#[test]
fn a_line_may_be_no_more_than_a_title() {
    let one = draft(r#"{"title":"x"}"#);
    let source = r#"jsonl:{"title":"x"}"#;
    assert_eq!(one.uid, Some(Uid::of_source(source)));
    assert_eq!(one.opening, Opening::new("x").unwrap());
    assert_eq!((one.number, one.created_at, one.state), (None, None, None));
    assert!(one.messages.is_empty());
    assert_eq!(draft("  {\"title\":\"x\"}\r\n"), one);
}

#[test]
fn a_description_that_is_no_message_becomes_the_first() {
    for line in [
        r#"{"title":"x","description":"d\r\ne ","requester":"Ada <a@b.example>","created_at":"2026-01-01T00:00:00Z"}"#,
        r#"{"title":"x","description":"d\ne","messages":3,"requester":{"name":"Ada","email":"a@b.example"},"created_at":"2026-01-01T00:00:00Z"}"#,
        r#"{"title":"x","description":"d\ne","messages":null,"requester":{"name":"Ada","email":"a@b.example"},"created_at":"2026-01-01T01:00:00+01:00"}"#,
    ] {
        let expected = Posting {
            created_at: Some(at("2026-01-01T00:00:00Z")),
            ..Posting::new(
                MessageKind::Reply,
                person("Ada <a@b.example>"),
                By::Requester,
                "d\ne".to_owned(),
            )
        };
        assert_eq!(draft(line).messages, [expected], "{line}");
    }
    let said = |line: &str| -> Vec<(String, By)> {
        draft(line).messages.into_iter().map(|m| (m.wording.body, m.by)).collect()
    };
    assert_eq!(
        said(
            r#"{"title":"x","description":"d","messages":[{"body":"e","kind":"note"},{"body":"f"}]}"#
        ),
        [
            ("d".to_owned(), By::Requester),
            ("e".to_owned(), By::Us),
            ("f".to_owned(), By::Requester)
        ]
    );
    assert_eq!(said(r#"{"title":"x","description":"d","messages":[{"body":"d"}]}"#).len(), 1);
    assert_eq!(
        said(r#"{"title":"x","requester":"a","messages":[{"body":"d","author":"b"}]}"#)[0].1,
        By::Other
    );
}

#[test]
fn lines_end_at_line_feeds_only() {
    let text = "\u{feff}{\"title\":\"a\u{2028}b\u{85}c\"}\r\n\n  \n{\"title\":\"d\"}";
    let titles: Vec<String> = drafts(text).into_iter().map(|draft| draft.opening.title).collect();
    assert_eq!(titles, ["a\u{2028}b\u{85}c", "d"]);
    assert!(drafts("").is_empty());
}

/// Expects that the reason for not taking each line is the one beside it.
fn rejected(table: &[(&str, &str)]) {
    for (line, reason) in table {
        let items = items(format!("\n{line}\n{{\"title\":\"next\"}}").as_bytes()).unwrap();
        let [Item::Rejected(rejected), Item::Draft(_)] = items.as_slice() else {
            panic!("{items:?}")
        };
        assert_eq!(
            (rejected.place.as_str(), rejected.reason.as_str()),
            ("f.jsonl, line 2", *reason)
        );
    }
}

#[test]
fn a_title_that_does_not_fit_is_kept_whole_in_the_description() {
    let long = "x".repeat(300);
    for line in [
        format!(r#"{{"title":"{long}","description":"more"}}"#),
        format!(r#"{{"title":"{long}","messages":[{{"body":"more"}}]}}"#),
    ] {
        let draft = draft(&line);
        assert_eq!(draft.opening.title, format!("{}…", "x".repeat(199)));
        assert_eq!(draft.messages[0].wording.body, format!("{long}\n\nmore"));
    }
    let draft = draft(&format!(r#"{{"title":"{long}"}}"#));
    assert_eq!(draft.messages[0].wording.body, long);
    assert_eq!(self::draft(r#"{"title":"a\nb"}"#).opening.title, "a b");
}

#[test]
fn a_line_that_is_no_ticket_says_why() {
    rejected(&[
        ("{}", "it has no title"),
        ("[]", "it is not an object"),
        ("null", "it is not an object"),
        ("\"x\"", "it is not an object"),
        (r#"{"title":null}"#, "it has no title"),
        (r#"{"title":" "}"#, "a title cannot be empty"),
        (r#"{"title":["x"]}"#, "`title` is not text"),
        (
            r#"{"title":"x","status":"done"}"#,
            "no status `done`: there are `new`, `open`, `pending`, `hold` and `closed`",
        ),
        (
            r#"{"title":"x","status":"open","resolution":"solved"}"#,
            "a ticket that is open has no resolution",
        ),
        (
            r#"{"title":"x","closed_at":"2026-01-01T00:00:00Z"}"#,
            "a ticket that is new has no `closed_at`",
        ),
        (r#"{"title":"x","due_at":"soon"}"#, "`due_at` is not a time: `soon`"),
        (r#"{"title":"x","id":"PROJ-7"}"#, "`PROJ-7` is not a ticket's number"),
        (r#"{"title":"x","uid":"7"}"#, "`7` is not a UUID"),
        (r#"{"title":"x","uid":"00000000-0000-0000-0000-000000000000"}"#, "`uid` is nobody's"),
        (r#"{"title":"x","labels":"a"}"#, "`labels` is not a list of texts"),
        (
            r#"{"title":"x","labels":["a,b"]}"#,
            "`a,b` cannot be a label: it holds a comma or a control character",
        ),
        (
            r#"{"title":"x","refs":["nope"]}"#,
            "`nope` is not a reference: references look like github:owner/repo#1",
        ),
        (r#"{"title":"x","fields":{"a":[]}}"#, "the field `a` is not text"),
        (r#"{"title":"x","fields":[]}"#, "`fields` is not an object"),
        (r#"{"title":"x","messages":"many"}"#, "`messages` is neither a list nor a count"),
    ]);
}

#[test]
fn a_message_that_cannot_be_read_says_which() {
    rejected(&[
        (
            r#"{"title":"x","messages":[{"body":"a"},5]}"#,
            "message 2 cannot be read: it is not an object",
        ),
        (r#"{"title":"x","messages":[{}]}"#, "message 1 cannot be read: it has no `body`"),
        (
            r#"{"id":"4","title":"x","messages":[{"body":"","id":"5.1"}]}"#,
            "message 1 cannot be read: `5.1` is not a message of ticket 4",
        ),
        (
            r#"{"id":"4","title":"x","messages":[{"body":"","id":"4.1"},{"body":"","id":"4.1"}]}"#,
            "message 2 has the number of another",
        ),
    ]);
}

#[test]
fn a_line_that_is_no_json_is_rejected() {
    let deep = format!("{{\"title\":\"x\",\"x\":{}", "[".repeat(100_000));
    let objects = r#"{"messages":"#.repeat(100_000);
    for line in
        ["{", "nonsense", r#"{"title":"x"} {}"#, r#"{"title":"x","#, "\u{0}", &deep, &objects]
    {
        let items = items(format!("{{\"title\":\"first\"}}\n{line}").as_bytes()).unwrap();
        let [Item::Draft(_), Item::Rejected(rejected)] = items.as_slice() else {
            panic!("{items:?}")
        };
        assert_eq!(rejected.place, "f.jsonl, line 2");
        assert!(rejected.reason.starts_with("it is not JSON: "), "{}", rejected.reason);
    }
    let items_of = items(b"{\"title\":\"\xff\"}").unwrap();
    assert!(matches!(&items_of[..], [Item::Rejected(_)]));
}

#[test]
fn a_line_is_only_so_long() {
    let read = |length: usize| {
        let source = Source::of("f.jsonl", vec![b' '; length].leak());
        super::super::lines(&source, 2, &mut |_| Ok(()))
    };
    read(2 << 20).unwrap();
    let error = read((2 << 20) + 1).unwrap_err();
    assert_eq!(error.what, "f.jsonl, line 1 is longer than 2 MiB");
}

#[test]
fn the_bytes_of_files_come_before_their_ticket() {
    let line = r#"{"title":"x","data":"QUFB","fields":{"data":"QUFB"},"attachments":[{"data":"QUFB"}],
        "messages":[{"attachments":[{"data":"QUFB","name":"a"},{"data":"","name":"b"}],"body":"y","data":"QUFB"},
        {"body":"z","attachments":[{"name":"a","data":"QkJC"},{"name":"c","data":"QkJC\n"}]}]}"#
        .replace('\n', "");
    let items = items(line.as_bytes()).unwrap();
    let bytes = |item: &Item| match item {
        Item::Bytes(bytes) => String::from_utf8(bytes.clone()).unwrap(),
        Item::Draft(_) => "the ticket".to_owned(),
        other => panic!("{other:?}"),
    };
    let order: Vec<String> = items.iter().map(bytes).collect();
    assert_eq!(order, ["AAA", "", "BBB", "BBB", "the ticket"]);
    let Some(Item::Draft(draft)) = items.last() else { panic!() };
    assert_eq!(draft.opening.fields["data"], "QUFB");
    let files = |place: usize| {
        let files = draft.messages[place].attachments.iter();
        files.map(|it| (it.name.as_str(), it.size, it.hash)).collect::<Vec<_>>()
    };
    let (aaa, none, bbb) = (Hash::of(b"AAA"), Hash::of(b""), Hash::of(b"BBB"));
    assert_eq!(files(0), [("a", 3, aaa), ("b", 0, none)]);
    assert_eq!(files(1), [("a", 3, bbb), ("c", 3, bbb)]);
}

#[test]
fn whatever_stops_the_import_at_a_file_is_what_is_said() {
    let line =
        br#"{"title":"x","messages":[{"body":"y","attachments":[{"name":"a","data":"QUFB"}]}]}"#;
    let source = Place::bytes("f.jsonl", line);
    let error = read(&source, &Options::default(), &mut |item| match item {
        Item::Bytes(_) => Err(Error::failed("the disk is full")),
        other => panic!("{other:?}"),
    });
    assert_eq!(error.unwrap_err(), Error::failed("the disk is full"));
}

#[test]
fn halves_of_characters_and_wide_encodings_are_read() {
    assert_eq!(draft(r#"{"title":"a\ud83d"}"#).opening.title, "a\u{fffd}");
    let text = "{\"title\":\"é\"}\n{\"title\":\"e\"}\n";
    let units: Vec<u16> = std::iter::once(0xfeff).chain(text.encode_utf16()).collect();
    let wide: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    assert_eq!(items(&wide).unwrap().len(), 2);
}

#[test]
fn unknown_keys_are_passed_over_and_nulls_are_absent() {
    let names = [
        "id",
        "uid",
        "description",
        "status",
        "resolution",
        "priority",
        "labels",
        "assignee",
        "requester",
        "customer",
        "tier",
        "channel",
        "refs",
        "fields",
        "due_at",
        "snoozed_until",
        "created_at",
        "updated_at",
        "closed_at",
        "messages",
        "turn",
        "sla",
        "conflicts",
        "colour",
    ];
    let nulls: Vec<String> = names.iter().map(|name| format!(r#""{name}":null"#)).collect();
    let draft = draft(&format!(r#"{{"title":"x",{}}}"#, nulls.join(",")));
    assert_eq!(draft.opening, Opening::new("x").unwrap());
    assert!(draft.messages.is_empty());
}

#[test]
fn whatever_happens_to_a_file_it_is_read_or_refused() {
    let seed = r#"{"id":"4","uid":"b0000000-0000-8000-8000-000000000000","title":"x","labels":["a"],"status":"closed",
"closed_at":"2026-01-01T00:00:00Z","requester":{"name":"a","email":null},"messages":[{"id":"4.1","body":"\ud83d\ude00","attachments":[{"name":"a","size":3,"data":"QUFB"}]}]}"#;
    for bytes in crate::import::tests::damaged(seed.as_bytes(), 3000) {
        drop(items(&bytes));
    }
}
