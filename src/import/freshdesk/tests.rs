use crate::domain::person::Person;
use crate::domain::words::{By, Channel, MessageKind, Priority, Resolution, State, Status};
use crate::import::Format;
use crate::import::tests::trial::{at, endures, path, specimen, text};

const TICKET: &str = r#"{"id":5,"subject":"It smokes","description":"<div>The <b>printer</b> smokes.</div>",
    "description_text":"The printer smokes.","status":4,"priority":4,"source":1,"type":"Problem","tags":["fire"],
    "requester_id":50,"requester":{"id":50,"name":"Ada","email":"ada@acme.example"},"responder_id":60,
    "created_at":"2026-01-01T08:00:00Z","updated_at":"2026-01-03T08:00:00Z","due_by":"2026-01-05T08:00:00Z",
    "custom_fields":{"cf_place":"Hall","cf_none":null},"stats":{"resolved_at":"2026-01-02T08:00:00Z","closed_at":null},
    "attachments":[{"name":"a.png","attachment_url":"https://s3.example/a.png?X-Amz-Signature=abc"}],
    "conversations":[
     {"id":2,"body":"<b>whose?</b>","body_text":"whose?","private":true,"incoming":false,"user_id":60,"created_at":"2026-01-01T09:00:00Z"},
     {"id":3,"body":"<p>Pull it.</p>","body_text":"Pull it.","private":false,"incoming":false,"user_id":60,"created_at":"2026-01-01T10:00:00Z"},
     {"id":4,"body":"<p>Thanks</p>","body_text":"Thanks","private":false,"incoming":true,"user_id":50,"created_at":"2026-01-01T11:00:00Z"},
     {"id":4,"body":"<p>Thanks</p>","private":false,"incoming":true,"user_id":50,"created_at":"2026-01-01T11:00:00Z"},
     {"id":6,"body":"me too","private":false,"incoming":true,"user_id":51,"from_email":"Eve <eve@x.example>","created_at":"2026-01-01T12:00:00Z"}]}"#;

#[test]
fn a_ticket_of_version_2_becomes_a_draft() {
    let read = text(Format::Freshdesk, TICKET);
    let [draft] = read.drafts.as_slice() else { panic!("{read:?}") };
    let opening = &draft.opening;
    assert_eq!((opening.priority, opening.channel), (Priority::Urgent, Channel::Email));
    assert_eq!(opening.requester, Person::new(Some("Ada"), Some("ada@acme.example")));
    assert_eq!(opening.assignee, Person::new(Some("user 60"), None));
    assert_eq!(opening.due_at, Some(at("2026-01-05T08:00:00Z")));
    assert_eq!(opening.fields.keys().collect::<Vec<_>>(), ["cf_place", "type"]);
    assert_eq!(draft.state, Some(State::closed(Resolution::Solved, at("2026-01-02T08:00:00Z"))));
    let said: Vec<_> = draft
        .messages
        .iter()
        .map(|m| (m.wording.body.as_str(), m.by, m.kind, m.reference.as_deref().unwrap()))
        .collect();
    let (reply, note) = (MessageKind::Reply, MessageKind::Note);
    let first = "The **printer** smokes.\n\nAttachments:\n- [a.png](https://s3.example/a.png)";
    let expected = [
        (first, By::Requester, reply, "freshdesk:5"),
        ("**whose?**", By::Us, note, "freshdesk:5/conversation-2"),
        ("Pull it.", By::Us, reply, "freshdesk:5/conversation-3"),
        ("Thanks", By::Requester, reply, "freshdesk:5/conversation-4"),
        ("me too", By::Other, reply, "freshdesk:5/conversation-6"),
    ];
    assert_eq!(said, expected);
    assert_eq!(draft.messages[4].author.to_string(), "Eve <eve@x.example>");
}

#[test]
fn a_ticket_of_version_1_says_it_otherwise() {
    let read = text(
        Format::Freshdesk,
        r#"[{"helpdesk_ticket":{"id":900,"display_id":12,"subject":"x","description":"plain","description_html":"<p>ri<i>ch</i></p>",
            "status":6,"status_name":"Waiting on Customer","priority":3,"source":3,"requester_id":50,"requester_name":"Ada","responder_id":null,
            "created_at":"2014-12-31T12:27:09+10:00","tags":[{"name":"a"}],
            "notes":[{"note":{"id":1,"body":"n","body_html":"<p>n<\/p>","private":true,"incoming":false,"user_id":60}},
                     {"note":{"id":2,"body":"r","private":false,"incoming":true,"user_id":50}}]}},
          {"helpdesk_ticket":{"id":901,"subject":"gone","deleted":true,"status":2}},{"helpdesk_ticket":{"id":902,"subject":"buy","spam":true,"status":2}}]"#,
    );
    let [draft] = read.drafts.as_slice() else { panic!("{read:?}") };
    assert!(draft.opening.refs.contains("freshdesk:12"));
    assert_eq!(draft.created_at, Some(at("2014-12-31T02:27:09Z")));
    assert_eq!(
        (draft.opening.state.status, draft.opening.channel),
        (Status::Pending, Channel::Phone)
    );
    let said: Vec<_> =
        draft.messages.iter().map(|m| (m.wording.body.as_str(), m.by, m.kind)).collect();
    let (reply, note) = (MessageKind::Reply, MessageKind::Note);
    assert_eq!(
        said,
        [("ri*ch*", By::Requester, reply), ("n", By::Us, note), ("r", By::Requester, reply)]
    );
    assert_eq!(read.skipped, ["deleted tickets", "spam"]);
}

#[test]
fn a_number_of_a_status_is_known_or_kept() {
    for (status, expected) in [
        ("2", Status::Open),
        ("3", Status::Pending),
        ("7", Status::Hold),
        (r#"8,"status_name":"Resolved by phone""#, Status::Open),
        (r#"9,"status_name":"On hold""#, Status::Hold),
        ("99", Status::Open),
    ] {
        let read =
            text(Format::Freshdesk, &format!(r#"{{"id":1,"subject":"x","status":{status}}}"#));
        assert_eq!(read.drafts[0].opening.state.status, expected, "{status}");
        let kept = read.drafts[0].opening.fields.contains_key("status");
        assert_eq!(kept, !matches!(status, "2" | "3"), "{status}");
    }
    let read = text(
        Format::Freshdesk,
        r#"[{"id":1,"subject":"x"},{"subject":"y","status":2},{"id":2,"subject":"z","status":2,"created_at":"5/9/2025"}]"#,
    );
    assert!(!read.drafts[0].says.about("status") && !read.drafts[0].says.about("description"));
    let reasons: Vec<&str> = read.rejected.iter().map(|it| it.reason.as_str()).collect();
    assert_eq!(reasons, ["it has no `id`", "`created_at` is not a time: `5/9/2025`"]);
}

#[test]
fn damaged_files_are_read_or_refused() {
    endures(Format::Freshdesk, TICKET);
}

#[test]
fn a_real_folder_holds_one_ticket_with_its_conversation() {
    let Some(folder) = specimen("helpdesk/freshdesk-v2") else { return };
    let read = path(Format::Freshdesk, &folder);
    assert_eq!((read.drafts.len(), read.rejected.len()), (4, 0));
    for draft in &read.drafts {
        assert!(draft.opening.refs.contains("freshdesk:1"));
        let kinds: Vec<MessageKind> = draft.messages.iter().map(|m| m.kind).collect();
        assert_eq!(kinds, [MessageKind::Reply, MessageKind::Note, MessageKind::Reply]);
    }
}
