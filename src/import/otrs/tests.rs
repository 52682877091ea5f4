use crate::domain::event::Opening;
use crate::domain::words::{By, Channel, MessageKind, Priority, Resolution, State, Status};
use crate::import::Format;
use crate::import::tests::trial::{at, endures, path, specimen, text, twice};

const TICKET: &str = r#"{"Ticket":[{"TicketID":"7","TicketNumber":"2026010110000017","Title":"It smokes","State":"closed unsuccessful","StateType":"closed",
    "Priority":"5 very high","PriorityID":"5","Queue":"Postmaster","Owner":"mira","OwnerID":3,"CustomerUserID":"ada","Type":"Incident","SLA":null,
    "Created":"2026-01-01 09:00:00","CreateTimeUnix":"1767254400","Changed":"2026-01-02 09:00:00","DynamicField_Place":["Hall","Attic"],"DynamicField_Empty":null,
    "Article":[
     {"ArticleID":"11","From":"\"Ada L\" <ada@acme.example>,","SenderType":"customer","ArticleType":"email-external","Subject":"It smokes","Body":"The printer\r\nsmokes.",
      "ContentType":"text/plain; charset=utf-8","Created":"2026-01-01 09:00:00","MessageID":"<m1@acme.example>",
      "Attachments":[{"Filename":"bG9nLnR4dA==\n","ContentType":"text/plain; charset=utf-8","Content":"aGkK\n"},{"Filename":"file-2","ContentType":"text/html; charset=utf-8","Content":"aGkK"},
       {"Filename":"bad","Content":"!"}]},
     {"ArticleID":12,"From":"Mira <mira@desk.example>","SenderType":"agent","ArticleType":"note-internal","Body":"whose?","ContentType":"text/plain","Created":"2026-01-01 10:00:00"},
     {"ArticleID":13,"From":"(Mira M) mira@desk.example","SenderType":"agent","CommunicationChannel":"Email","IsVisibleForCustomer":1,"Body":"<p>Pull <b>it</b>.</p>","ContentType":"text/html","CreateTime":"2026-01-01 11:00:00"},
     {"ArticleID":14,"SenderType":"agent","CommunicationChannel":"Internal","IsVisibleForCustomer":"0","Body":"done","CreateTime":"2026-01-01 12:00:00"}]}]}"#;

#[test]
fn a_ticket_becomes_a_draft_with_its_files() {
    let read = text(Format::Otrs, TICKET);
    let [draft] = read.drafts.as_slice() else { panic!("{read:?}") };
    let Opening { priority, channel, requester, assignee, fields, .. } = &draft.opening;
    assert_eq!((*priority, *channel), (Priority::Urgent, Channel::Email));
    assert_eq!(requester.as_ref().unwrap().to_string(), "Ada L <ada@acme.example>");
    assert_eq!(assignee.as_ref().unwrap().short(), "mira");
    assert_eq!(fields["Place"], "Hall, Attic");
    assert!(draft.opening.refs.contains("mail:m1@acme.example"));
    let closed = State::closed(Resolution::Wontfix, at("2026-01-02T08:00:00Z"));
    assert_eq!((draft.state, draft.created_at), (Some(closed), Some(at("2026-01-01T08:00:00Z"))));
    let said: Vec<_> = draft
        .messages
        .iter()
        .map(|m| (m.wording.body.as_str(), m.by, m.kind, m.reference.as_deref().unwrap()))
        .collect();
    let (reply, note) = (MessageKind::Reply, MessageKind::Note);
    let expected = [
        (
            "The printer\nsmokes.\n\nAttachments:\n- bad (not readable)",
            By::Requester,
            reply,
            "otrs:2026010110000017",
        ),
        ("whose?", By::Us, note, "otrs:2026010110000017/article-12"),
        ("Pull **it**.", By::Us, reply, "otrs:2026010110000017/article-13"),
        ("done", By::Us, note, "otrs:2026010110000017/article-14"),
    ];
    assert_eq!(said, expected);
    assert_eq!(draft.messages[2].author.to_string(), "Mira M <mira@desk.example>");
    assert_eq!(draft.messages[1].created_at, Some(at("2026-01-01T09:00:00Z")));
    assert_eq!(read.bytes, [b"hi\n".to_vec()]);
    let file = &draft.messages[0].attachments[0];
    assert_eq!(
        (file.name.as_str(), file.size, file.media.as_deref()),
        ("log.txt", 3, Some("text/plain"))
    );
}

#[test]
fn what_begins_with_a_note_is_never_public() {
    let read = text(
        Format::Otrs,
        r#"{"TicketID":1,"TicketNumber":5,"Title":null,"StateType":"pending reminder","Articles":[{"ArticleID":1,"ArticleType":"note-internal","SenderType":"agent","Body":"secret","Subject":"s"}]}
           {"TicketID":2,"TicketNumber":6,"Title":"gone","State":"removed"} {"TicketID":3,"TicketNumber":8,"State":"merged","StateType":"merged"} {"TicketID":4,"Title":"no number"}"#,
    );
    let draft = &read.drafts[0];
    assert_eq!((draft.opening.title.as_str(), draft.opening.state.status), ("s", Status::Pending));
    let said: Vec<_> = draft.messages.iter().map(|m| (m.wording.body.as_str(), m.kind)).collect();
    assert_eq!(said, [("", MessageKind::Reply), ("secret", MessageKind::Note)]);
    assert_eq!(read.drafts[1].state.unwrap().resolution, Some(Resolution::Duplicate));
    assert_eq!(read.skipped, ["removed tickets"]);
    assert_eq!(read.rejected[0].reason, "it has no `TicketNumber`");
}

#[test]
fn damaged_files_are_read_or_refused() {
    endures(Format::Otrs, TICKET);
}

#[test]
fn real_articles_go_to_their_ticket_or_are_one() {
    let Some(folder) = specimen("helpdesk/otrs") else { return };
    let read = twice(Format::Otrs, &folder);
    let told: Vec<(&str, usize)> =
        read.drafts.iter().map(|it| (it.opening.title.as_str(), it.messages.len())).collect();
    assert_eq!(told, [("test #3", 4), ("Welcome to OTRS!", 1)]);
    assert_eq!(read.drafts[0].created_at, Some(at("2014-11-20T23:17:40Z")));
    let alone = path(Format::Otrs, &folder.join("article_from_bracket_email_syntax.json"));
    let author = alone.drafts[0].messages[0].author.to_string();
    assert_eq!(author, "Firstname Lastname <user@example.com>");
}
