use serde_json::{Value, json};

use crate::domain::words::{MessageKind, Priority, Resolution, Status};
use crate::import::Format::Trello;
use crate::import::tests::trial::{Read, at, endures, place, sha, specimen, text, twice};
use crate::import::{Options, Place, recognise};

const BOARD: &str = r#"{"id":"5f0000000000000000000001","name":"Help desk","shortLink":"bOARd","lists":[
{"id":"l1","name":"Inbox","closed":false},{"id":"l2","name":"Live on site (or similar)","closed":false},
{"id":"l3","name":"Old","closed":true}],"members":[{"id":"m1","fullName":"Ada Lovelace","username":"ada"},
{"id":"m2","fullName":"","username":"bob"}],"labels":[{"id":"x1","name":"Urgent","color":"red"},{"id":"x2","name":"","color":"green"}],
"customFields":[{"id":"f1","name":"Floor","type":"list","options":[{"id":"o1","value":{"text":"2nd"}}]},
{"id":"f2","name":"Cost","type":"number"}],"checklists":[{"id":"k1","idCard":"5f0000010000000000000001","name":"Steps","pos":2,
"checkItems":[{"name":"second","state":"incomplete","pos":2},{"name":"first","state":"complete","pos":1}]}],
"cards":[
{"id":"5f0000010000000000000001","idShort":1,"name":"Printer","desc":"It **stopped**.","idList":"l1","closed":false,"shortLink":"aaaa1111",
"shortUrl":"https://trello.com/c/aaaa1111","url":"https://trello.com/c/aaaa1111/1-printer","email":"secret+address@boards.trello.com",
"due":"2026-02-01T10:00:00.000Z","dueComplete":false,"idMembers":["m2","m1"],"idLabels":["x1","x2"],
"labels":[{"id":"x1","name":"Urgent","color":"red"},{"id":"x2","name":"","color":"green"}],"badges":{"comments":2},
"attachments":[{"name":"a.png","url":"https://trello.com/1/a.png"}],"dateLastActivity":"2026-01-05T00:00:00.000Z",
"customFieldItems":[{"idCustomField":"f1","idValue":"o1"},{"idCustomField":"f2","value":{"number":"12"}}]},
{"id":"5f0000020000000000000002","name":"Moved","desc":"","idList":"l2","closed":false,"shortLink":"bbbb2222"},
{"id":"5f0000030000000000000003","name":"Archived","desc":"","idList":"l1","closed":true,"shortLink":"cccc3333"},
{"id":"5f0000040000000000000004","name":"In an old list","desc":"","idList":"l3","closed":false,"url":"https://trello.com/c/dddd4444/4-x"},
{"id":"5f0000050000000000000005","name":"Ticked","desc":"","idList":"l1","closed":false,"dueComplete":true,"shortLink":"eeee5555","dateCompleted":"2026-01-09T00:00:00.000Z"},
{"id":"hashcard6","name":"---","idList":"l1","cardRole":"separator"}],
"actions":[
{"id":"a9","type":"commentCard","date":"2026-01-04T00:00:00.000Z","data":{"text":"gone","card":{"id":"5fffffff0000000000000009"}},"memberCreator":{"fullName":"Eve"}},
{"id":"a8","type":"updateList","date":"2026-01-08T00:00:00.000Z","data":{"list":{"id":"l3","closed":true},"old":{"closed":false}}},
{"id":"a7","type":"updateCard","date":"2026-01-07T00:00:00.000Z","data":{"card":{"id":"5f0000030000000000000003","closed":true},"old":{"closed":false}}},
{"id":"a6","type":"updateCard","date":"2026-01-06T00:00:00.000Z","data":{"card":{"id":"5f0000020000000000000002"},"listBefore":{"name":"Inbox"},"listAfter":{"name":"Live on site (or similar)"}}},
{"id":"a3","type":"copyCommentCard","date":"2026-01-03T00:00:00.000Z","data":{"text":"Still.","card":{"id":"5f0000010000000000000001"}},"idMemberCreator":"m1"},
{"id":"a2","type":"commentCard","date":"2026-01-02T00:00:00.000Z","data":{"text":"Which?","dateLastEdited":"2026-01-02T01:00:00.000Z","card":{"id":"5f0000010000000000000001"}},"memberCreator":{"fullName":"Bob B"}},
{"id":"a1","type":"createCard","date":"2026-01-01T00:00:00.000Z","data":{"card":{"id":"5f0000010000000000000001"}},"memberCreator":{"id":"m1","fullName":"Ada Lovelace"}}]}"#;

#[test]
fn a_board_arrives_card_by_card() {
    let read = text(Trello, BOARD);
    assert_eq!(read.skipped, ["separators", "comments on cards that are gone"]);
    assert_eq!((read.drafts.len(), read.notes.len()), (5, 0), "{:?}", read.notes);
    let draft = &read.drafts[0];
    let opening = &draft.opening;
    assert_eq!(opening.refs.first().unwrap(), "trello:aaaa1111");
    assert_eq!(opening.labels.iter().collect::<Vec<_>>(), ["Urgent", "green"]);
    assert_eq!((opening.priority, opening.state.status), (Priority::Urgent, Status::New));
    assert_eq!(opening.requester, "Ada Lovelace".parse().ok());
    assert_eq!(opening.assignee, "bob".parse().ok());
    assert_eq!(opening.due_at, Some(at("2026-02-01T10:00:00Z")));
    for (field, value) in [
        ("board", "Help desk"),
        ("list", "Inbox"),
        ("members", "bob, Ada Lovelace"),
        ("floor", "2nd"),
        ("cost", "12"),
        ("url", "https://trello.com/c/aaaa1111"),
    ] {
        assert_eq!(opening.fields[field], value, "{field}");
    }
    let said: Vec<_> =
        draft.messages.iter().map(|m| (m.author.short(), m.wording.body.as_str())).collect();
    let described = "It **stopped**.\n\nSteps:\n\n- [x] first\n- [ ] second\n\nAttachments:\n\n\
        - [a.png](https://trello.com/1/a.png)";
    assert_eq!(
        said,
        [("Ada Lovelace", described), ("Bob B", "Which?"), ("Ada Lovelace", "Still.")]
    );
    assert!(draft.messages.iter().all(|m| m.kind == MessageKind::Reply));
    assert_eq!(draft.messages[1].reference.as_deref(), Some("trello:aaaa1111/comment-a2"));
    assert!(!format!("{read:?}").contains("secret+address"));
}

#[test]
fn cards_are_closed_by_their_list_or_themselves_and_made_when_their_id_says() {
    let read = text(Trello, BOARD);
    let closed: Vec<_> = read.drafts[1..].iter().map(|draft| draft.state.unwrap()).collect();
    for (state, time) in closed.iter().zip(["06", "07", "08", "09"]) {
        assert_eq!(state.resolution, Some(Resolution::Solved));
        assert_eq!(state.closed_at, Some(at(&format!("2026-01-{time}T00:00:00Z"))));
    }
    assert_eq!(read.drafts[1].created_at, Some(at("2020-07-04T04:05:22Z")));
    let refs: Vec<&String> =
        read.drafts.iter().map(|it| it.opening.refs.first().unwrap()).collect();
    assert_eq!(refs[3], "trello:dddd4444");
}

#[test]
fn a_card_alone_is_the_same_ticket() {
    let board: Value = serde_json::from_str(BOARD).unwrap();
    let mut card = board["cards"][0].clone();
    for (name, value) in [
        ("idBoard", json!("5f")),
        ("list", json!({ "id": "l1", "name": "Inbox" })),
        ("actions", board["actions"].clone()),
        ("checklists", board["checklists"].clone()),
        ("members", board["members"].clone()),
    ] {
        card[name] = value;
    }
    let text_of = card.to_string();
    assert_eq!(recognise(&Place::bytes("f", text_of.as_bytes())).unwrap(), Trello);
    let (alone, board) = (text(Trello, &text_of), text(Trello, BOARD));
    assert_eq!(alone.drafts[0].uid, board.drafts[0].uid);
    assert_eq!(alone.drafts[0].messages, board.drafts[0].messages);
}

#[test]
fn a_board_that_was_cut_says_so() {
    let mut board: Value = serde_json::from_str(BOARD).unwrap();
    let act = board["actions"][1].clone();
    let actions = board["actions"].as_array_mut().unwrap();
    actions.resize(1000, act);
    board["cards"][0]["badges"]["comments"] = json!(5);
    let read = text(Trello, &board.to_string());
    assert_eq!(
        read.notes,
        [
            "f holds only the latest 1,000 actions of its board, so 3 of its 5 comments and who made 5 \
            of the cards are missing"
        ]
    );
}

#[test]
fn what_is_no_board_is_refused() {
    for text in ["[]", "{}", r#"{"cards":7}"#, r#"{"key":"A-1","fields":{}}"#] {
        let read = place(Trello, &Place::bytes("f", text.as_bytes()), &Options::default());
        assert!(read.is_err(), "{text}");
    }
    let read = text(Trello, r#"{"cards":[7,{"name":"x"},{"id":"1","name":["x"]}],"lists":[]}"#);
    assert_eq!((read.rejected.len(), read.rejected[0].place.as_str()), (3, "f, card 1"));
    endures(Trello, BOARD);
}

#[test]
fn real_boards_hold_what_other_programs_find_in_them() {
    let read = |name: &str| -> Option<Read> {
        let path = specimen(&format!("trello/{name}.json"))?;
        assert_eq!(recognise(&Place::at(&path).unwrap()).unwrap(), Trello, "{name}");
        let read = twice(Trello, &path);
        assert!(read.rejected.is_empty() && read.notes.is_empty(), "{name}: {:?}", read.notes);
        Some(read)
    };
    let Some(board) = read("hermes_2013") else { return };
    let comments: usize = board.drafts.iter().map(|draft| draft.messages.len() - 1).sum();
    let labels: usize = board.drafts.iter().map(|draft| draft.opening.labels.len()).sum();
    assert_eq!((board.drafts.len(), comments, labels), (55, 29, 46));
    assert_eq!(sha(board.drafts.iter().map(|draft| &draft.opening.title)), "1154b69e0a0f5a95");
    let created = board.drafts.iter().map(|draft| draft.created_at.unwrap());
    assert_eq!(created.min(), Some(at("2013-05-18T17:29:02Z")));
    assert_eq!(board.drafts.iter().filter(|draft| draft.state.is_some()).count(), 22);
    let deck = read("deck_fixture").unwrap();
    assert_eq!(deck.drafts[0].opening.refs.first().unwrap(), "trello:fakeshortlinkcard7");
    assert!(!format!("{deck:?}").contains("boards.trello.com"));
}
