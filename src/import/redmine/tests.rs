use crate::domain::words::{LinkKind, MessageKind, Priority, Resolution, Status};
use crate::error::Kind;
use crate::import::Format::Redmine;
use crate::import::trial::{at, endures, place, sha, specimen, text, twice};
use crate::import::{Options, Place};

const ISSUE: &str = r#"{"issue":{"id":7,"project":{"id":1,"name":"House"},"tracker":{"id":2,"name":"Fehler"},"status":{"id":5,"name":"Abgelehnt"},
    "priority":{"id":7,"name":"Inmediata"},"author":{"id":3,"name":"Ada"},"assigned_to":{"id":4},"category":{"id":1,"name":"Roof"},
    "subject":"It leaks","description":"h2. Where","due_date":"2016-02-01","created_on":"2016-01-26T12:39:26Z","updated_on":"2016-07-27T08:17:07Z","closed_on":"2016-05-19T17:04:19Z",
    "custom_fields":[{"id":1,"name":"Found in","value":"v1"},{"id":2,"name":"x","value":""},{"id":3,"name":"Links","value":"no"}],
    "attachments":[{"id":1,"filename":"roof.png","content_url":"https://red.example/attachments/1/roof.png"}],
    "relations":[{"id":1,"issue_id":8,"issue_to_id":7,"relation_type":"blocks"}],"parent":{"id":8},
    "journals":[{"id":1,"user":{"id":3,"name":"Ada"},"notes":"Seen.","created_on":"2016-01-27T00:00:00Z","details":[]},
        {"id":2,"user":{"id":4,"name":"Bob"},"notes":"","created_on":"2016-01-28T00:00:00Z","details":[{"property":"attr"}]},
        {"id":3,"user":{"id":4,"name":"Bob"},"notes":"Quiet.","private_notes":true,"created_on":"2016-01-29T00:00:00Z"}]}}"#;

#[test]
fn an_issue_becomes_a_draft_and_changes_alone_are_no_comments() {
    let list = r#"{"issues":[{"id":8,"subject":"Roof","status":{"name":"In Bearbeitung"}},5],"total_count":4}"#;
    let read = text(Redmine, &format!("{ISSUE}\n{list}"));
    let [leak, roof] = read.drafts.as_slice() else { panic!("{read:?}") };
    let opening = &leak.opening;
    assert_eq!((opening.title.as_str(), opening.priority), ("It leaks", Priority::Urgent));
    assert_eq!(opening.assignee, "user 4".parse().ok());
    assert_eq!(opening.due_at, Some(at("2016-02-01T23:59:59Z")));
    assert_eq!(
        (&opening.fields["type"], &opening.fields["found_in"]),
        (&"Fehler".into(), &"v1".into())
    );
    assert!(!opening.fields.contains_key("links"));
    let state = leak.state.unwrap();
    assert_eq!(
        (state.resolution, state.closed_at),
        (Some(Resolution::Wontfix), Some(at("2016-05-19T17:04:19Z")))
    );
    let said: Vec<_> = leak.messages.iter().map(|m| (m.wording.body.as_str(), m.kind)).collect();
    let described =
        "h2. Where\n\nAttachments:\n\n- roof.png: https://red.example/attachments/1/roof.png";
    let (public, note) = (MessageKind::Reply, MessageKind::Note);
    assert_eq!(said, [(described, public), ("Seen.", public), ("Quiet.", note)]);
    assert_eq!(leak.messages[2].reference.as_deref(), Some("redmine:7/journal-3"));
    let kinds = |links: &std::collections::BTreeSet<crate::domain::event::Link>| {
        links.iter().map(|link| link.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&opening.links), [LinkKind::Relates]);
    assert_eq!(kinds(&roof.opening.links), [LinkKind::Blocks]);
    assert_eq!(roof.opening.state.status, Status::Open);
    assert!(!roof.says.about("description"));
    assert_eq!(
        read.notes,
        ["of the 4 issues of the list 3 are here; `offset=` gives the next page"]
    );
    assert_eq!(read.rejected[0].place, "f, record 2, issue 2");
}

#[test]
fn lists_are_read_in_their_dialects() {
    for list in [
        "#,Project,Tracker,Status,Subject,Assignee,Updated\n12,House,Bug,Closed,\"It, leaks\",Bob,2016-01-02 03:04\n",
        "\u{feff}#;Projekt;Tracker;Status;Thema;Zugewiesen an;Aktualisiert\r\n12;House;Bug;Geschlossen;\"It, leaks\";Bob;2016-01-02 03:04\r\n",
    ] {
        let read = text(Redmine, list);
        let [draft] = read.drafts.as_slice() else { panic!("{read:?}") };
        assert_eq!(draft.opening.title, "It, leaks");
        assert_eq!(draft.opening.assignee, "Bob".parse().ok());
        assert_eq!(draft.state.unwrap().status, Status::Closed);
        assert_eq!(draft.opening.updated_at, Some(at("2016-01-02T03:04:00Z")));
        assert!(!draft.says.about("description") && !draft.says.about("due"));
        let told = crate::import::recognise(&Place::bytes("f", list.as_bytes()));
        assert_eq!(told.unwrap(), Redmine);
    }
    let read = text(
        Redmine,
        "#,Tracker,Subject,Created\n1,Bug,a,25/12/2015 10:00\nx,Bug,b,\n2,Bug,c,soon\n",
    );
    assert_eq!((read.drafts.len(), read.rejected.len()), (1, 2));
    assert_eq!(read.drafts[0].created_at, Some(at("2015-12-25T10:00:00Z")));
}

#[test]
fn what_holds_no_issues_is_refused() {
    for (text, kind) in [
        ("{}", Kind::NotFound),
        ("a,b\n1,2\n", Kind::NotFound),
        ("{\"issues\":[", Kind::Invalid),
        ("", Kind::NotFound),
    ] {
        let e =
            place(Redmine, &Place::bytes("f", text.as_bytes()), &Options::default()).unwrap_err();
        assert_eq!(e.kind, kind, "{text}: {e}");
    }
    endures(Redmine, ISSUE);
    endures(Redmine, "#;Tracker;Thema;Status\n1;Bug;\"x\";Neu\n");
}

#[test]
fn real_files_hold_what_other_programs_find_in_them() {
    for (name, issues, said, sha_subjects) in [
        ("redmine_issues.json", 3, 0, "07c73efd3f8da80c"),
        ("redmine_issue_7311.json", 1, 11, "ad5c014d8c1b549c"),
    ] {
        let Some(path) = specimen(&format!("tasks/{name}")) else { return };
        let read = twice(Redmine, &path);
        assert_eq!(read.drafts.len(), issues, "{name}");
        assert_eq!(
            sha(read.drafts.iter().map(|draft| &draft.opening.title)),
            sha_subjects,
            "{name}"
        );
        let replies: usize = read.drafts.iter().map(|draft| draft.messages.len() - 1).sum();
        assert_eq!(replies, said, "{name}");
        assert!(read.drafts.iter().all(|draft| draft.state.is_some()), "{name}");
        assert_eq!(read.notes.len(), usize::from(said == 0), "{name}");
    }
}
