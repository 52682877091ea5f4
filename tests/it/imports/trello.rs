use insta::assert_snapshot;

use super::there_and_back;
use crate::desk::Desk;

const BOARD: &str = r#"{"name":"Desk","lists":[{"id":"l1","name":"Doing"},{"id":"l2","name":"Done"}],
"members":[{"id":"m1","fullName":"Ada","username":"ada"}],
"checklists":[{"id":"k","idCard":"69562fd00000000000000001","name":"Steps","checkItems":[{"name":"look","state":"complete"},{"name":"fix","state":"incomplete"}]}],
"cards":[{"id":"69562fd00000000000000001","name":"Printer","desc":"It stopped.","idList":"l1","shortLink":"aaaa1111",
"shortUrl":"https://trello.com/c/aaaa1111","email":"secret+1@boards.trello.com","idMembers":["m1"],"labels":[{"name":"","color":"red"}],"badges":{"comments":3}},
{"id":"69562fd00000000000000002","name":"Fan","desc":"","idList":"l2","shortLink":"bbbb2222","closed":true}],
"actions":[{"id":"a1","type":"commentCard","date":"2026-01-02T00:00:00.000Z","data":{"text":"Which?","card":{"id":"69562fd00000000000000001"}},"memberCreator":{"fullName":"Ada"}}]}"#;

#[test]
fn a_board_arrives_and_its_secret_address_does_not() {
    let desk = Desk::new();
    let file = desk.file("board.json", BOARD);
    assert_snapshot!(desk.run(&format!("import auto {file}")).transcript(), @"
    ✓ 2 tickets added, 3 messages
    --- stderr
    note: ~/board.json is taken for trello
    note: made the desk ~/tix.db (`tix info` says more)
    note: ~/board.json does not hold all actions of its board, so 2 of its 3 comments and who made 2 of the cards are missing
    ");
    assert_snapshot!(desk.ok("show trello:aaaa1111"), @"
    #1 Printer
    open · our turn · red
    assignee    Ada
    opened      Thu 2026-01-01 09:26 CET (8mo ago) by web
    updated     Fri 2026-01-02 01:00 CET (8mo ago)
    refs        trello:aaaa1111
    board       Desk
    list        Doing
    url         https://trello.com/c/aaaa1111

    ── 1.1 PUBLIC  unknown (requester)  1 Jan 09:26 · 8mo ago
       It stopped.

       Steps:

       - [x] look
       - [ ] fix

    ── 1.2 PUBLIC  Ada  2 Jan 01:00 · 8mo ago
       Which?
    ");
    assert!(!desk.ok("export jsonl").contains("boards.trello.com"));
    there_and_back(&Desk::new(), "trello", &file);
}
