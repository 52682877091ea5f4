//! Tickets that are like a ticket or a text.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::desk::Desk;

fn filled() -> Desk {
    let desk = Desk::new();
    for line in [
        "new 'RefCell already borrowed: BorrowMutError' -m 'Panics with ICE-4211 when the window closes.'",
        "new 'Panic when a window closes' -m 'ICE-4211, says the terminal; something about a RefCell.'",
        "new 'Where is the manual?' -m 'The link to the manual is broken.'",
        "new '登录失败 🔥' -m '点击登录按钮后没有反应'",
        "new '后台登录失败' -m '密码错误'",
        "new 'Manual is outdated' -m 'It still shows the old window.'",
        "new 'Dark mode' -m 'Please.'",
        "new 'Printer prints blank pages' -m 'Since the update.'",
        "comment 7 -m 'RefCell, ICE-4211, canary'",
        "close 2 --as solved",
        "close 6 --as wontfix",
    ] {
        desk.ok(line);
    }
    desk
}

#[test]
fn the_tickets_that_are_alike_come_best_first_with_what_they_share() {
    let desk = filled();
    assert_snapshot!(desk.screen(80, "similar 1").transcript(), @"
    #2  Panic when a window closes  closed (solved) · 2m ago
        because: RefCell, ICE-4211, closes, window
    #6  Manual is outdated  closed (wontfix) · 1m ago
        because: window
    ");
    assert_snapshot!(desk.screen(40, "similar '登录按钮坏了，后台登录失败'").transcript(), @"
    #5  后台登录失败  new · 8m ago
        because: 后台登录失败
    #4  登录失败 🔥  new · 9m ago
        because: 登录按钮, 登录失败
    ");
    assert_snapshot!(desk.screen(30, "similar 1 -L 1").transcript(), @"
    #2  Panic when a window closes
        because: RefCell, ICE-4211
    ");
    assert_snapshot!(desk.screen(80, "similar quokka").transcript(), @"no similar tickets");
    assert_snapshot!(desk.run("similar 1").transcript(), @"
    2	closed	normal				Panic when a window closes	2026-09-01T09:09:00Z
    6	closed	normal				Manual is outdated	2026-09-01T09:10:00Z
    ");
    assert_eq!(desk.ok("similar 1 -q"), "2\n6\n");
}

#[test]
fn json_has_the_score_and_the_shared_words() {
    let desk = filled();
    let document = desk.json("similar 1");
    assert_eq!(document["schema"], "tix/similar/1");
    assert_eq!(
        document["meta"],
        json!({ "articles": [], "returned": 2, "total": 2, "truncated": false })
    );
    let hits = document["data"].as_array().unwrap();
    assert_eq!(hits[0]["id"], "2");
    assert_eq!(hits[0]["shared"], json!(["RefCell", "ICE-4211", "closes", "window"]));
    let score = |hit: &Value| hit["score"].as_f64().unwrap();
    assert!(score(&hits[0]) > score(&hits[1]) && score(&hits[0]) < 1.0 && score(&hits[1]) > 0.0);
    let document = desk.json("similar 1 -L 1");
    assert_eq!(
        document["meta"],
        json!({ "articles": [], "returned": 1, "total": 2, "truncated": true })
    );
    let rows = desk.ok("similar 1 -L 1 --tsv --columns id,shared");
    assert_eq!(rows, "id\tshared\n2\tRefCell,ICE-4211,closes,window\n");
}

#[test]
fn notes_neither_find_nor_are_found() {
    let desk = filled();
    assert_eq!(desk.ok("similar canary"), "");
    assert!(!desk.ok("similar RefCell -L 0 -q").contains('7'));
    desk.ok("comment 3 -m 'Printer prints blank pages'");
    assert_eq!(desk.ok("similar 3 -q"), "6\n");
    assert_eq!(desk.ok("similar 8 -q"), "");
    // A ticket whose first message is a note has only its title.
    let note = json!({ "title": "Quokka", "messages": [{ "body": "Printer", "kind": "note" }] });
    let file = desk.file("note.jsonl", note.to_string());
    desk.ok(&format!("import jsonl {file}"));
    assert_eq!(desk.ok("similar 9 -q"), "");
}

#[test]
fn a_ticket_is_never_like_itself_and_the_newer_of_two_comes_first() {
    let desk = Desk::new();
    for _ in 0..4 {
        desk.ok("new 'Printer on fire' -m 'It burns.'");
    }
    desk.ok("new 'Something else'");
    assert_eq!(desk.words("similar 2 -q"), "4 3 1");
    assert_eq!(desk.words("similar 'printer on fire' -q"), "4 3 2 1");
    assert_eq!(desk.words("similar 2 -q -L 2"), "4 3");
    assert_eq!(desk.json("similar 2")["data"][0]["score"], 1.0);
    desk.ok("undo");
    desk.ok("undo");
    assert_eq!(desk.words("similar 2 -q"), "3 1");
    for _ in 0..7 {
        desk.ok("new 'Printer on fire'");
    }
    assert_eq!(desk.words("similar 2 -q").split(' ').count(), 5);
    assert_eq!(desk.words("similar 2 -q -L 0").split(' ').count(), 9);
}

#[test]
fn only_the_solved_ones_where_those_are_asked_for() {
    let desk = filled();
    assert_eq!(desk.words("similar 1 --solved -q"), "2");
    assert_eq!(desk.words("similar manual -q"), "6 3");
    assert_eq!(desk.words("similar manual --solved -q"), "");
    desk.ok("close 3 --as answered");
    assert_eq!(desk.words("similar manual --solved -q"), "3");
    assert_eq!(desk.words("similar 6 --solved -q"), "3 2");
}

#[test]
fn what_names_a_ticket_is_a_ticket_and_all_else_is_a_text() {
    let desk = filled();
    desk.ok("new 'Manual' --ref forum:77");
    let uid = desk.ticket("9")["uid"].as_str().unwrap().to_owned();
    for name in ["9", "'#9'", "forum:77", &uid, &uid[..8]] {
        assert_eq!(desk.words(&format!("similar {name} -q")), "6 3", "{name}");
    }
    assert_eq!(desk.words("similar 'error: the manual' -q"), "9 6 3");
    assert_eq!(desk.words("similar manual error -q"), "9 6 3");
    assert_eq!(desk.words("similar manual 9 -q"), "9 6 3");
    let ran = desk.feed("similar - -q", "Manual\n\nwhere is it?\n");
    assert_eq!((ran.stdout.as_str(), ran.code), ("9\n6\n3\n", 0));

    // What could be a word is a name only when there is such a ticket.
    let ran = desk.run("similar b7");
    assert_eq!((ran.stdout.as_str(), ran.code), ("", 0));
    assert!(ran.stderr.contains("no ticket has the name `b7`"), "{}", ran.stderr);
    assert_eq!(desk.run("similar facade").code, 0);
    for (line, code) in [("99", 3), ("'#99'", 3), ("forum:78", 3), ("1.2", 4), ("@", 6)] {
        let ran = desk.run(&format!("similar {line}"));
        assert_eq!((ran.stdout.as_str(), ran.code), ("", code), "{line}: {}", ran.stderr);
    }
}

#[test]
fn a_text_of_nothing_but_common_words_is_refused() {
    let desk = filled();
    assert_snapshot!(desk.run("similar 'how do I not do it'").transcript(), @"
    --- stderr
    error: nothing here tells it from other tickets
      because: it holds nothing but words that any text has
      try: say more, such as what is shown or which part it is about
    --- exit 4
    ");
    for line in ["''", "' '", "a b 7", "wie ist das", "'?!'"] {
        assert_eq!(desk.run(&format!("similar {line}")).code, 4, "{line}");
    }
    assert_eq!(desk.feed("similar -", "").code, 4);
    assert_eq!(desk.run("similar").code, 2);
    desk.ok("new 'What is this?'");
    assert_eq!(desk.run("similar 9").code, 4);
}

#[test]
fn a_desk_with_nothing_on_it_has_nothing_alike() {
    let desk = Desk::new();
    let nowhere = |line: &str| {
        let mut command = desk.command(line);
        crate::desk::Ran::of(&command.env_remove("TIX_DB").output().unwrap())
    };
    assert_eq!(nowhere("similar printer").transcript(), "");
    assert_eq!(nowhere("similar 1").code, 3);
    desk.ok("new Printer");
    desk.ok("undo");
    assert_eq!(desk.run("similar printer").transcript(), "");
    assert_eq!(desk.screen(80, "similar printer").stdout, "no similar tickets\n");
}

#[test]
fn what_strangers_wrote_is_shown_and_not_sent() {
    let desk = Desk::new();
    let title = "fire\u{1b}[31m quokka\u{202e} 🔥";
    for _ in 0..2 {
        desk.command("new").arg(title).output().unwrap();
    }
    for width in [20, 80] {
        let ran = desk.screen(width, "similar 1");
        assert!(ran.stdout.contains("#2") && ran.stdout.contains("because: "), "{}", ran.stdout);
        assert!(!ran.stdout.contains(['\u{1b}', '\u{202e}']), "{:?}", ran.stdout);
    }
    assert!(!desk.ok("similar 1 --columns shared").contains('\u{1b}'));
}

#[test]
fn what_most_tickets_have_neither_tells_nor_takes_long() {
    let desk = Desk::new();
    let line = |n: usize| {
        let rare = if n.is_multiple_of(100) { "quokka" } else { "" };
        json!({ "title": format!("Ticket {n}"), "description": format!("printer {rare}") })
    };
    let lines: Vec<String> = (1..=2500).map(|n| line(n).to_string()).collect();
    let file = desk.file("many.jsonl", lines.join("\n"));
    desk.ok(&format!("import jsonl {file}"));
    let document = desk.json("similar 'quokka in a printer' -L 0");
    assert_eq!(document["meta"]["total"], 25);
    let of = |hit: &Value| hit["shared"].clone();
    assert!(document["data"].as_array().unwrap().iter().all(|hit| of(hit) == json!(["quokka"])));
    // With nothing else to go by, the newest are looked at.
    let document = desk.json("similar 'a printer'");
    assert_eq!(document["data"][0]["id"], "2499");
    assert_eq!(of(&document["data"][0]), json!(["printer"]));
    assert!(document["meta"]["total"].as_u64().unwrap() <= 2001);
}
