use crate::domain::words::{By, Channel, MessageKind, Priority, Resolution, State};
use crate::import::Format;
use crate::import::tests::trial::{at, endures, path, text};

const TALK: &str = r#"{"type":"conversation","id":"7","title":null,"created_at":1767254400,"updated_at":1767340800,"state":"closed","priority":"priority",
    "source":{"type":"email","id":"1","subject":"<p>It smokes</p>","body":"<p>The <b>printer</b></p>","author":{"type":"user","id":"c1","name":"Ada","email":"ada@acme.example"}},
    "admin_assignee_id":5,"tags":{"type":"tag.list","tags":[{"name":"fire"}]},"contacts":{"contacts":[{"type":"contact","id":"c1"}]},
    "conversation_parts":{"conversation_parts":[
      {"id":"11","part_type":"note","body":"<p>whose?</p>","author":{"type":"admin","id":"5","name":"Mira","email":"mira@desk.example"},"created_at":1767258000},
      {"id":"12","part_type":"assignment","body":null,"author":{"type":"admin","id":"5"},"created_at":1767258100},
      {"id":"13","part_type":"comment","body":"<p>Pull it.</p>","author":{"type":"admin","id":"5","name":"Mira","email":"mira@desk.example"},"created_at":1767258200,"attachments":[{"name":"a.pdf","url":"https://x.example/a.pdf"}]},
      {"id":"14","part_type":"comment","body":"<p>Thanks</p>","author":{"type":"user","id":"c1","name":"Ada","email":"ada@acme.example"},"created_at":1767258300},
      {"id":"15","part_type":"close","body":null,"author":{"type":"bot"},"created_at":1767300000}]}}"#;

fn told(draft: &crate::domain::draft::Draft) -> Vec<(&str, By, MessageKind)> {
    draft.messages.iter().map(|m| (m.wording.body.as_str(), m.by, m.kind)).collect()
}

#[test]
fn a_conversation_becomes_a_draft() {
    let read = text(Format::Intercom, TALK);
    let [draft] = read.drafts.as_slice() else { panic!("{read:?}") };
    let opening = &draft.opening;
    assert_eq!((opening.title.as_str(), opening.channel), ("It smokes", Channel::Email));
    assert_eq!((opening.priority, opening.labels.len()), (Priority::High, 1));
    assert_eq!(opening.requester.as_ref().unwrap().to_string(), "Ada <ada@acme.example>");
    assert_eq!(draft.state, Some(State::closed(Resolution::Solved, at("2026-01-01T20:40:00Z"))));
    let (reply, note) = (MessageKind::Reply, MessageKind::Note);
    let expected = [
        ("The **printer**", By::Requester, reply),
        ("whose?", By::Us, note),
        ("Pull it.\n\nAttachments:\n- [a.pdf](https://x.example/a.pdf)", By::Us, reply),
        ("Thanks", By::Requester, reply),
    ];
    assert_eq!(told(draft), expected);
    assert_eq!(draft.messages[1].reference.as_deref(), Some("intercom:7/part-11"));
}

#[test]
fn tables_of_history_give_the_version_that_counts() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "conversation_history_data.csv",
        "id,updated_at,_fivetran_active,created_at,state,source_type,source_subject,source_body,source_author_id,source_author_type,assignee_type,assignee_id\n\
        7,2026-01-01 09:00:00,FALSE,2026-01-01 08:00:00,open,conversation,,<p>old</p>,c1,user,nobody_admin,\n\
        7,2026-01-02 09:00:00,TRUE,2026-01-01 08:00:00,closed,conversation,,<p>new</p>,c1,user,admin,5\n",
    );
    write(
        "conversation_part_history_data.csv",
        "id,conversation_id,_fivetran_active,part_type,body,author_id,author_type,created_at\n\
        11,7,TRUE,note,<p>n</p>,5,admin,2026-01-01 10:00:00\n12,9,TRUE,comment,<p>lost</p>,5,admin,2026-01-01 10:00:00\n",
    );
    write("contact_history_data.csv", "id,name,email\nc1,Ada,ada@acme.example\n");
    write("admin_data.csv", "id,name,email\n5,Mira,mira@desk.example\n");
    write("tag_data.csv", "id,name\n3,fire\n");
    write("conversation_tag_history_data.csv", "conversation_id,tag_id\n7,3\n");
    let read = path(Format::Intercom, folder.path());
    let [draft] = read.drafts.as_slice() else { panic!("{read:?}") };
    assert_eq!(draft.opening.title, "new");
    assert_eq!(draft.opening.labels, ["fire".to_owned()].into());
    assert_eq!(draft.opening.assignee.as_ref().unwrap().short(), "Mira");
    let expected = [("new", By::Requester, MessageKind::Reply), ("n", By::Us, MessageKind::Note)];
    assert_eq!(told(draft), expected);
    assert_eq!(read.skipped, ["older versions", "parts without a conversation"]);
}

#[test]
fn damaged_files_are_read_or_refused() {
    endures(Format::Intercom, TALK);
}
