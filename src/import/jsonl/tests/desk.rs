use super::*;

fn author(count: u8) -> Author {
    let now = Timestamp(at("2026-09-01T12:00:00Z").0 + i64::from(count) * 60_123);
    Author { by: person("Tester <t@desk.example>"), now, secret: [count; 32] }
}

fn store(machine: u16) -> Store {
    Store::in_memory(&author(u8::try_from(machine).unwrap() + 200), Machine(machine)).unwrap()
}

fn exported(store: &Store) -> String {
    let mut text = String::new();
    let now = author(0).now;
    let query = crate::domain::query::Query::all();
    store
        .read()
        .export(&query, now, &mut |ticket| {
            text.push_str(&serde_json::to_string(&ticket).unwrap());
            text.push('\n');
            Ok(())
        })
        .unwrap();
    text
}

fn import(store: &mut Store, text: &str, count: u8) -> Vec<Met> {
    let drafts = drafts(text);
    let meet = |w: &mut crate::store::Writer<'_>| drafts.into_iter().map(|d| w.meet(d)).collect();
    store.change(&author(count), meet).unwrap()
}

fn said(number: Option<u32>, kind: MessageKind, body: &str) -> Posting {
    Posting {
        number: number.map(|n| Number { machine: Machine(0), n }),
        ..Posting::new(
            kind,
            person("Ada <ada@acme.example>"),
            if kind == MessageKind::Note { By::Us } else { By::Requester },
            body.to_owned(),
        )
    }
}

/// A desk with a bit of everything, made by several changes.
fn lived_in() -> Store {
    let mut store = store(0);
    let opening = Opening {
        priority: Priority::Urgent,
        channel: Channel::Email,
        labels: ["b", "a ü"].map(str::to_owned).into(),
        refs: ["github:o/r#1".to_owned(), "mail:<a@b>".to_owned()].into(),
        assignee: Some(person("Bob")),
        requester: Some(person("Ada <ada@acme.example>")),
        customer: Some("acme".to_owned()),
        tier: Some("gold".to_owned()),
        due_at: Some(at("2026-10-01T00:00:00Z")),
        snoozed_until: Some(at("2026-09-15T00:00:00Z")),
        fields: [("milestone".to_owned(), "1.0".to_owned())].into(),
        ..Opening::new("A \"title\" with\ttab and \u{2028}").unwrap()
    };
    let draft = Draft {
        uid: None,
        number: None,
        opening,
        created_at: Some(at("2026-01-01T00:00:00Z")),
        state: None,
        messages: vec![
            said(None, MessageKind::Reply, "description\n\nwith lines"),
            said(None, MessageKind::Note, "internal"),
            Posting {
                reference: Some("mail:<x>".to_owned()),
                ..said(None, MessageKind::Reply, "")
            },
            said(Some(9), MessageKind::Reply, "gap"),
        ],
        says: crate::domain::draft::Says::ALL,
    };
    let plain = |title: &str| Draft {
        uid: None,
        number: None,
        opening: Opening::new(title).unwrap(),
        created_at: None,
        state: None,
        messages: Vec::new(),
        says: crate::domain::draft::Says::ALL,
    };
    let uid = store.change(&author(1), |w| w.open(draft)).unwrap();
    let closed = store.change(&author(2), |w| w.open(plain("closed here"))).unwrap();
    store.change(&author(3), |w| w.open(plain("neither dated nor said"))).unwrap();
    let two = Number { machine: Machine(0), n: 2 };
    let from = store.read().ticket(uid).unwrap().post(two).unwrap().message.wording.clone();
    let to = Wording { body: "edited".to_owned(), edited_at: Some(author(4).now) };
    let reworded = Event::Reworded { message: two, swap: Box::new(Swap { from, to }) };
    store.change(&author(4), |w| w.record(uid, reworded)).unwrap();
    let three = Number { machine: Machine(0), n: 3 };
    store.change(&author(5), |w| w.record(uid, Event::Unsaid(three))).unwrap();
    store.change(&author(6), |w| w.post(uid, said(None, MessageKind::Reply, "late"))).unwrap();
    let state = State::closed(Resolution::Duplicate, at("2026-09-01T12:07:00Z"));
    store.change(&author(7), |w| w.set(closed, Field::Status(state))).unwrap();
    store.change(&author(8), |w| w.set(uid, Field::Status(State::of(Status::Pending)))).unwrap();
    store
}

#[test]
fn an_export_reads_back_to_the_same_export() {
    let text = exported(&lived_in());
    assert_eq!(text.lines().count(), 3);
    let mut second = store(0);
    assert_eq!(import(&mut second, &text, 20), [Met::Added; 3]);
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&exported(&second)), sorted(&text));
    assert_eq!(import(&mut second, &text, 21), [Met::Known; 3]);
    let mut first = lived_in();
    assert_eq!(import(&mut first, &text, 22), [Met::Known; 3]);
    let derived = second.derived().unwrap();
    second.rebuild().unwrap();
    assert_eq!(second.derived().unwrap(), derived);
}

#[test]
fn closed_without_a_date_stays_without() {
    let line = r#"{"title":"x","status":"closed","uid":"b0000000-0000-8000-8000-000000000000","created_at":"2026-01-01T00:00:00Z"}"#;
    let mut first = store(0);
    assert_eq!(import(&mut first, line, 1), [Met::Added]);
    assert_eq!(import(&mut first, line, 2), [Met::Known]);
    let text = exported(&first);
    assert!(text.contains(r#""status":"closed","resolution":"solved""#), "{text}");
    let mut second = store(0);
    import(&mut second, &text, 3);
    assert_eq!(exported(&second), text);
}

#[test]
fn messages_of_one_second_keep_their_order() {
    let mut first = store(0);
    import(&mut first, r#"{"title":"x","created_at":"2026-01-01T00:00:00Z"}"#, 1);
    let uid = draft(r#"{"title":"x","created_at":"2026-01-01T00:00:00Z"}"#).uid.unwrap();
    let postings = [(5, 1), (3, 2), (4, 2), (1, 600)].map(|(n, ms)| {
        let created_at = Some(Timestamp(at("2026-01-02T00:00:00Z").0 + ms));
        let number = Some(Number { machine: Machine(0), n });
        let body = format!("m{n}");
        let posting = Posting::new(MessageKind::Reply, person("a"), By::Other, body);
        Posting { number, created_at, ..posting }
    });
    first
        .change(&author(2), |w| postings.into_iter().try_for_each(|p| w.post(uid, p).map(drop)))
        .unwrap();
    let text = exported(&first);
    let mut second = store(0);
    import(&mut second, &text, 3);
    assert_eq!(exported(&second), text);
}

#[test]
fn a_desk_that_has_the_number_gives_the_next() {
    let line =
        r#"{"id":"1","title":"x","messages":[{"id":"1.1","body":"a"},{"id":"1.b4","body":"b"}]}"#;
    let mut desk = store(0);
    import(&mut desk, r#"{"title":"first"}"#, 1);
    assert_eq!(import(&mut desk, line, 2), [Met::Added]);
    assert_eq!(import(&mut desk, line, 3), [Met::Known]);
    let ticket = view::Ticket::from(&desk.read().ticket(draft(line).uid.unwrap()).unwrap());
    assert_eq!(ticket.id, "2");
    let view::Messages::All(messages) = ticket.messages else { panic!() };
    let ids: Vec<&str> = messages.iter().map(|message| message.id.as_str()).collect();
    assert_eq!(ids, ["2.1", "2.b4"]);
}

#[test]
fn a_line_without_an_identity_is_met_again() {
    let text = "{\"title\":\"x\",\"description\":\"d\"}\n{\"title\":\"y\",\"messages\":[{\"body\":\"a\"},{\"body\":\"b\"}]}\n";
    let mut desk = store(0);
    assert_eq!(import(&mut desk, text, 1), [Met::Added; 2]);
    let before = exported(&desk);
    assert_eq!(import(&mut desk, text, 2), [Met::Known; 2]);
    assert_eq!(exported(&desk), before);
}
