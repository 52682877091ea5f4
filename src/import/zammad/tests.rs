use crate::domain::words::{By, Channel, MessageKind, Priority, Resolution, State, Status};
use crate::import::Format;
use crate::import::tests::trial::{at, endures, path, specimen, text};

const TICKET: &str = r#"[{"id":5,"number":"22005","title":"It smokes","group":"Users","state":"closed","priority":"3 high","customer":"ada@acme.example","customer_id":9,
    "owner":"mira@desk.example","owner_id":3,"created_at":"2026-01-01T08:00:00.000Z","updated_at":"2026-01-03T08:00:00.000Z","close_at":"2026-01-02T08:00:00.000Z","tags":["fire"]}]
  [{"id":30,"ticket_id":5,"type":"email","sender":"Customer","from":"Ada L <ada@acme.example>","body":"The <b>printer</b>","content_type":"text/html","internal":false,"created_by":"ada@acme.example","created_at":"2026-01-01T08:00:00Z","message_id":"<m1@acme.example>"},
   {"id":31,"ticket_id":5,"type":"note","sender":"Agent","from":"Mira M","body":"a < b?","content_type":"text/plain","internal":true,"created_by":"mira@desk.example","created_at":"2026-01-01T09:00:00Z"},
   {"id":32,"ticket_id":5,"type":"email","sender":"Agent","from":"Mira M via <help@desk.example>","body":"Pull it.","internal":false,"created_by":"mira@desk.example","created_at":"2026-01-01T10:00:00Z","attachments":[{"filename":"a.txt","data":"aGkK"},{"id":1,"filename":"b.txt"}]},
   {"id":32,"ticket_id":5,"type":"email","sender":"Agent","body":"Pull it.","internal":false,"created_at":"2026-01-01T10:00:00Z"}]"#;

#[test]
fn a_ticket_and_the_articles_beside_it_become_a_draft() {
    let read = text(Format::Zammad, TICKET);
    let [draft] = read.drafts.as_slice() else { panic!("{read:?}") };
    let opening = &draft.opening;
    assert_eq!((opening.priority, opening.channel), (Priority::High, Channel::Email));
    assert_eq!(opening.requester.as_ref().unwrap().to_string(), "Ada L <ada@acme.example>");
    assert_eq!(opening.fields["group"], "Users");
    assert_eq!(opening.refs.iter().collect::<Vec<_>>(), ["mail:m1@acme.example", "zammad:22005"]);
    assert_eq!(draft.state, Some(State::closed(Resolution::Solved, at("2026-01-02T08:00:00Z"))));
    let said: Vec<_> = draft
        .messages
        .iter()
        .map(|m| (m.wording.body.as_str(), m.by, m.kind, m.author.to_string()))
        .collect();
    let mira = || "Mira M <mira@desk.example>".to_owned();
    let expected = [
        (
            "The **printer**",
            By::Requester,
            MessageKind::Reply,
            "Ada L <ada@acme.example>".to_owned(),
        ),
        ("a < b?", By::Us, MessageKind::Note, mira()),
        ("Pull it.\n\nAttachments:\n- b.txt", By::Us, MessageKind::Reply, mira()),
    ];
    assert_eq!(said, expected);
    assert_eq!((read.bytes.len(), draft.messages[2].attachments.len()), (1, 1));
}

#[test]
fn numbers_mean_what_stands_beside_them_or_what_a_fresh_system_has() {
    let read = text(
        Format::Zammad,
        r#"{"assets":{"Ticket":{"1":{"id":1,"number":"1","title":"a","state_id":3,"priority_id":1,"customer_id":9,"owner_id":1},"2":{"id":2,"number":"2","title":"b","state_id":9,"customer_id":9},
            "3":{"id":3,"number":"3","title":"c","state_id":5,"customer_id":9},"4":{"id":4,"number":"4","title":"d","state_id":6}},
            "TicketState":{"9":{"id":9,"name":"in progress","state_type_id":2}},"User":{"9":{"id":9,"firstname":"Ada","lastname":"L","email":"ada@acme.example","login":"ada"}}},"record_ids":[1]}"#,
    );
    let told: Vec<_> =
        read.drafts.iter().map(|it| it.state.unwrap_or(it.opening.state).status).collect();
    assert_eq!(told, [Status::Pending, Status::Open, Status::Closed]);
    let first = &read.drafts[0].opening;
    assert_eq!((first.priority, &first.assignee), (Priority::Low, &None));
    assert_eq!(first.requester.as_ref().unwrap().to_string(), "Ada L <ada@acme.example>");
    assert!(!read.drafts[0].says.about("description"));
    assert_eq!(read.skipped, ["removed tickets"]);
}

#[test]
fn what_begins_internally_is_never_public() {
    let ticket = r#"{"id":1,"number":"1","title":"a","customer":"ada","articles":[{"id":1,"ticket_id":1,"body":"secret","internal":true,"sender":"Agent"}]}"#;
    let read = text(Format::Zammad, ticket);
    let said: Vec<_> =
        read.drafts[0].messages.iter().map(|m| (m.wording.body.as_str(), m.kind)).collect();
    assert_eq!(said, [("", MessageKind::Reply), ("secret", MessageKind::Note)]);
}

#[test]
fn damaged_files_are_read_or_refused() {
    endures(Format::Zammad, TICKET);
}

#[test]
fn the_examples_of_the_manual_are_tickets_or_told() {
    let Some(file) = specimen("helpdesk/zammad_api_docs.json") else { return };
    let read = path(Format::Zammad, &file);
    let numbers: Vec<&str> =
        read.drafts.iter().map(|it| it.opening.refs.first().unwrap().as_str()).collect();
    assert_eq!(numbers, ["zammad:22003", "zammad:22019", "zammad:22019"]);
    assert_eq!(read.rejected.len(), 3);
    assert!(read.rejected.iter().all(|it| it.reason.starts_with("it is not JSON")));
}
