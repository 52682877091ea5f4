use crate::domain::person::Person;
use crate::domain::words::{By, Channel, MessageKind, Priority, Resolution, State, Status};
use crate::import::tests::trial::{at, endures, path, place, specimen, text, twice};
use crate::import::{Format, Options, Place};

const PAGE: &str = r#"{"users":[{"id":5,"name":"Ada","email":"ada@acme.example","role":"end-user"},
    {"id":6,"name":"Mira","email":"mira@desk.example","role":"agent"},{"id":7,"name":"Eve","role":"end-user"}],
 "groups":[{"id":3,"name":"Support"}],"organizations":[{"id":4,"name":"Acme"}],
 "tickets":[{"id":1,"url":"https://acme.zendesk.com/api/v2/tickets/1.json","subject":"It smokes",
  "raw_subject":"It smokes","description":"The printer\n\nsmokes.","status":"solved","priority":"urgent",
  "type":"problem","requester_id":5,"submitter_id":5,"assignee_id":6,"group_id":3,"organization_id":4,
  "tags":["printer","fire"],"via":{"channel":"email"},"custom_fields":[{"id":9,"value":"x"},{"id":10,"value":null}],
  "created_at":"2026-01-01T08:00:00Z","updated_at":"2026-01-03T08:00:00Z","due_at":null,
  "metric_set":{"solved_at":"2026-01-02T08:00:00Z"},
  "comments":[
   {"id":103,"author_id":7,"body":"me too","public":true,"created_at":"2026-01-01T11:00:00Z"},
   {"id":101,"author_id":5,"body":"The printer  smokes.","public":true,"created_at":"2026-01-01T08:00:00Z"},
   {"id":102,"author_id":6,"html_body":"<p>is it <b>ours</b>?</p>","public":false,"created_at":"2026-01-01T09:00:00Z"},
   {"id":104,"author_id":6,"body":"Pull the plug.","public":true,"created_at":"2026-01-01T12:00:00Z",
    "attachments":[{"file_name":"how.pdf","content_url":"https://x.example/how.pdf"}]},
   {"id":105,"author_id":5,"body":"Thanks","created_at":"2026-01-01T13:00:00Z"}]}],"count":1,"next_page":null}"#;

#[test]
fn a_ticket_and_all_that_stands_beside_it_becomes_a_draft() {
    let read = text(Format::Zendesk, PAGE);
    let [draft] = read.drafts.as_slice() else { panic!("{read:?}") };
    let opening = &draft.opening;
    assert_eq!((opening.title.as_str(), opening.channel), ("It smokes", Channel::Email));
    assert_eq!(opening.priority, Priority::Urgent);
    assert_eq!(opening.requester, Person::new(Some("Ada"), Some("ada@acme.example")));
    assert_eq!(opening.assignee, Person::new(Some("Mira"), Some("mira@desk.example")));
    assert_eq!(opening.labels, ["printer", "fire"].map(str::to_owned).into());
    let fields = ["field-9", "group", "organization", "type", "url"];
    assert_eq!(opening.fields.keys().collect::<Vec<_>>(), fields);
    assert_eq!(opening.fields["url"], "https://acme.zendesk.com/agent/tickets/1");
    assert_eq!(draft.state, Some(State::closed(Resolution::Solved, at("2026-01-02T08:00:00Z"))));
    let said: Vec<_> = draft
        .messages
        .iter()
        .map(|m| (m.wording.body.as_str(), m.by, m.kind, m.reference.as_deref().unwrap()))
        .collect();
    let (reply, note) = (MessageKind::Reply, MessageKind::Note);
    let expected = [
        ("The printer  smokes.", By::Requester, reply, "zendesk:1"),
        ("is it **ours**?", By::Us, note, "zendesk:1/comment-102"),
        ("me too", By::Other, reply, "zendesk:1/comment-103"),
        (
            "Pull the plug.\n\nAttachments:\n- [how.pdf](https://x.example/how.pdf)",
            By::Us,
            reply,
            "zendesk:1/comment-104",
        ),
        ("Thanks", By::Requester, reply, "zendesk:1/comment-105"),
    ];
    assert_eq!(said, expected);
}

#[test]
fn comments_and_audits_of_recordings_go_to_their_ticket() {
    let read = text(
        Format::Zendesk,
        r#"[{"request":"GET https://a.zendesk.com/api/v2/tickets/7/comments.json","response":{"comments":[
            {"id":1,"author_id":5,"body":"d","public":true,"created_at":"2026-01-01T08:00:00Z"},
            {"id":2,"author_id":6,"body":"r","public":true,"created_at":"2026-01-01T09:00:00Z"}],"count":2}},
          {"request":"GET https://a.zendesk.com/api/v2/tickets/7.json","response":{"ticket":{"id":7,"subject":"x",
            "description":"d","status":"solved","requester_id":5,"assignee_id":6,"created_at":"2026-01-01T08:00:00Z"}}},
          {"request":"GET https://a.zendesk.com/api/v2/tickets/7/audits.json","response":{"audits":[{"id":9,"ticket_id":7,
            "author_id":6,"created_at":"2026-01-02T08:00:00Z","events":[{"id":2,"type":"Comment","body":"r","public":true,"author_id":6},
            {"id":3,"type":"Comment","body":"n","public":false},{"id":4,"type":"Change","field_name":"status","value":"solved"}]}]}},
          {"request":"GET https://a.zendesk.com/api/v2/comments.json","response":{"comments":[{"id":5,"body":"?"}]}}]"#,
    );
    let [draft] = read.drafts.as_slice() else { panic!("{read:?}") };
    let said: Vec<_> = draft.messages.iter().map(|m| (m.wording.body.as_str(), m.by)).collect();
    assert_eq!(said, [("d", By::Requester), ("r", By::Us), ("n", By::Us)]);
    assert_eq!(draft.messages[2].kind, MessageKind::Note);
    assert_eq!(draft.state.unwrap().closed_at, Some(at("2026-01-02T08:00:00Z")));
    assert_eq!(draft.messages[0].author.short(), "user 5");
    assert_eq!(read.skipped, ["comments without a ticket"]);
}

#[test]
fn what_begins_internally_is_never_public() {
    for ticket in [
        r#"{"id":1,"subject":"x","status":"new","requester_id":5,"description":"secret","is_public":false}"#,
        r#"{"id":1,"subject":"x","status":"new","requester_id":5,"description":"secret",
            "comments":[{"id":2,"body":"secret","public":false}]}"#,
    ] {
        let read = text(Format::Zendesk, ticket);
        for message in &read.drafts[0].messages {
            let public = message.kind == MessageKind::Reply;
            assert!(!public || message.wording.body.is_empty(), "{ticket}: {message:?}");
        }
        assert_eq!(read.drafts[0].messages[1].wording.body, "secret");
        assert_eq!(read.drafts[0].messages[1].reference.as_deref(), Some("zendesk:1/description"));
    }
}

#[test]
fn what_is_deleted_or_no_ticket_is_left_out_and_the_rest_is_rejected() {
    let read = text(
        Format::Zendesk,
        r#"{"results":[{"result_type":"user","id":3,"name":"Ada"},{"result_type":"ticket","id":1,"subject":"SCRUBBED","description":"X","status":"deleted"},
            {"id":2,"subject":"SCRUBBED","description":"X","status":"closed"},{"subject":"no id","status":"new"},5,
            {"id":3,"subject":"when","status":"new","created_at":"then"},{"id":4,"subject":null,"status":"odd"}]}"#,
    );
    assert_eq!(
        read.skipped,
        ["search results that are no tickets", "deleted tickets", "scrubbed tickets"]
    );
    let reasons: Vec<&str> = read.rejected.iter().map(|it| it.reason.as_str()).collect();
    assert_eq!(
        reasons,
        ["it has no `id`", "it is no ticket", "`created_at` is not a time: `then`"]
    );
    assert_eq!(read.rejected[0].place, "f, record 4");
    let draft = &read.drafts[0];
    assert_eq!(
        (draft.opening.title.as_str(), draft.opening.state.status),
        ("(no title)", Status::Open)
    );
    assert_eq!(draft.opening.fields["status"], "odd");
}

#[test]
fn tables_of_a_warehouse_are_joined() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "ticket_data.csv",
        "id,_fivetran_synced,created_at,description,requester_id,status,subject,submitter_id,via_channel,is_public,url\n\
        1,x,2026-01-01 08:00:00,d,5,closed,s,5,email,TRUE,https://a.zendesk.com/api/v2/tickets/1.json\n2,x,2026-01-01 08:00:00,d,5,deleted,s,5,web,TRUE,\n",
    );
    write(
        "ticket_comment_data.csv",
        "id,body,created,public,ticket_id,user_id\n1,n,2026-01-02 08:00:00,FALSE,1,6\n2,lost,2026-01-02 08:00:00,TRUE,9,6\n",
    );
    write(
        "user_data.csv",
        "id,name,email,role\n5,Ada,a@x.example,end-user\n6,Mira,m@x.example,agent\n",
    );
    write("ticket_tag_data.csv", "tag,ticket_id\nvip,1\nold,2\n");
    write("brand_data.csv", "id,brand\n1,a\n");
    let read = path(Format::Zendesk, folder.path());
    let [draft] = read.drafts.as_slice() else { panic!("{read:?}") };
    assert_eq!(draft.opening.labels, ["vip".to_owned()].into());
    assert_eq!(draft.created_at, Some(at("2026-01-01T08:00:00Z")));
    assert_eq!((draft.messages.len(), draft.messages[1].kind), (2, MessageKind::Note));
    assert_eq!(draft.messages[1].author.short(), "Mira");
    assert_eq!(
        read.skipped,
        ["files of other kinds", "deleted tickets", "comments without a ticket"]
    );
}

#[test]
fn an_address_of_the_site_is_what_is_said() {
    let options =
        Options { base: Some("https://help.acme.example".to_owned()), ..Options::default() };
    let read = place(Format::Zendesk, &Place::bytes("f", PAGE.as_bytes()), &options).unwrap();
    assert_eq!(read.drafts[0].opening.fields["url"], "https://help.acme.example/agent/tickets/1");
}

#[test]
fn damaged_files_are_read_or_refused() {
    endures(Format::Zendesk, PAGE);
    endures(Format::Zendesk, "id,subject,requester_id,status\n1,a,2,new\n2,\"b\",2,solved\n");
}

#[test]
fn real_files_hold_what_other_programs_find_in_them() {
    for (name, tickets, times) in [
        ("zenpy_incremental.json", 87, 182),
        ("zenpy_list.json", 91, 274),
        ("zenpy_view.json", 100, 312),
    ] {
        let Some(file) = specimen(&format!("helpdesk/zendesk/{name}")) else { return };
        let read = path(Format::Zendesk, &file);
        assert_eq!(
            (read.drafts.len() + read.skipped.len(), read.rejected.len()),
            (times, 0),
            "{name}"
        );
        let deleted = usize::from(name == "zenpy_incremental.json");
        let unique: std::collections::BTreeSet<_> =
            read.drafts.iter().map(|draft| draft.uid).collect();
        assert_eq!(unique.len() + deleted, tickets, "{name}");
        let new = read.drafts.iter().filter(|draft| draft.opening.state.status == Status::New);
        let new: std::collections::BTreeSet<_> = new.map(|draft| draft.uid).collect();
        assert_eq!(
            new.len(),
            [77, 82, 100][["zenpy_incremental.json", "zenpy_list.json", "zenpy_view.json"]
                .iter()
                .position(|it| *it == name)
                .unwrap()]
        );
    }
    let Some(folder) = specimen("helpdesk/zendesk-fivetran-csv") else { return };
    assert_eq!(twice(Format::Zendesk, &folder).drafts.len(), 8);
}
