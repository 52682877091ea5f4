//! Messages reworded and taken away.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::desk::Desk;

/// Ticket 1 with a description, a note, a public reply and another note.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.ok("new One -m 'It crashes.' -r 'Ada <ada@acme.example>'");
    desk.ok("comment 1 -m 'Looks like the cache.'");
    desk.ok("reply 1 -m 'Please try 1.8.2.'");
    desk.ok("comment 1 -m 'Ask Jonas.'");
    desk
}

fn messages(desk: &Desk) -> Vec<Value> {
    let messages = desk.ticket("1")["messages"].take();
    let picked = |it: &Value| json!([it["id"], it["kind"], it["body"], it["edited_at"]]);
    messages.as_array().unwrap().iter().map(picked).collect()
}

#[test]
fn a_message_is_reworded_and_stays_what_it_is() {
    let desk = desk();
    let before = messages(&desk);
    assert_snapshot!(desk.run("edit 1.2 -m 'It is the cache.'").transcript(), @"✓ #1 NOTE reworded (1.2)");
    assert_snapshot!(desk.run("edit 1.3 -m 'Please try 1.8.3.'").transcript(), @"✓ #1 PUBLIC reply reworded (1.3)");
    assert_snapshot!(desk.run("edit '#1.1' -m 'It crashes twice.'").transcript(), @"✓ #1 PUBLIC reply reworded (1.1)");
    assert_eq!(
        messages(&desk)[..3],
        [
            json!(["1.1", "reply", "It crashes twice.", "2026-09-01T09:07:00Z"]),
            json!(["1.2", "note", "It is the cache.", "2026-09-01T09:05:00Z"]),
            json!(["1.3", "reply", "Please try 1.8.3.", "2026-09-01T09:06:00Z"]),
        ]
    );
    assert_eq!(desk.ticket("1")["description"], "It crashes twice.");
    assert!(desk.screen(80, "show 1").stdout.contains("edited"));
    assert_snapshot!(desk.ok("log -L 1 --columns summary"), @"edited message 1.1");
    for _ in 0..3 {
        desk.ok("undo");
    }
    assert_eq!(messages(&desk), before);
    desk.ok("redo");
    assert_eq!(messages(&desk)[1][2], "It is the cache.");
}

#[test]
fn the_new_wording_comes_from_a_flag_or_a_file_and_never_by_accident() {
    let desk = desk();
    let file = desk.file("text.txt", "from a file\r\n\r\n");
    desk.ok(&format!("edit 1.2 -F {file}"));
    assert_eq!(messages(&desk)[1][2], "from a file");
    assert_eq!(desk.feed("edit 1.2 -F -", "from a pipe\n").code, 0);
    assert_eq!(messages(&desk)[1][2], "from a pipe");
    // A script's standard input is no text.
    let ran = desk.feed("edit 1.2", "not meant\n");
    assert_eq!((ran.code, messages(&desk)[1][2].as_str()), (2, Some("from a pipe")));
    assert_snapshot!(desk.run("edit 1.2 -e").transcript(), @"
    --- stderr
    error: nobody is there to use an editor
      try: give the text with -m TEXT or -F FILE
    --- exit 6
    ");
    assert_snapshot!(desk.run("edit 1.2 -m 'from a pipe'").transcript(), @"
    --- stderr
    note: NOTE 1.2 reads so already
    ");
    assert_eq!(desk.run("edit 1.1 -m ''").code, 0);
    assert_eq!(desk.ticket("1")["description"], "");
}

#[test]
fn messages_are_taken_away_and_come_back() {
    let desk = desk();
    let before = messages(&desk);
    assert_snapshot!(desk.run("edit 1.2 1.3 --remove --dry-run").transcript(), @"
    would: #1 NOTE removed (1.2)
    would: #1 PUBLIC reply removed (1.3)
    ");
    assert_eq!(messages(&desk), before);
    assert_snapshot!(desk.run("edit 1.2 1.3 1.2 --remove").transcript(), @"
    ✓ #1 NOTE removed (1.2)
    ✓ #1 PUBLIC reply removed (1.3)
    ");
    let left: Vec<Value> = messages(&desk).iter().map(|it| it[0].clone()).collect();
    assert_eq!(left, ["1.1", "1.4"]);
    assert_snapshot!(desk.ok("log -L 1 --columns summary"), @"took away messages 1.2, 1.3");
    for line in ["edit 1.2 -m again", "edit 1.9 --remove", "edit 9.1 -m x"] {
        assert_eq!(desk.run(line).code, 3, "{line}");
    }
    assert_snapshot!(desk.run("edit 1.2 --remove").transcript(), @"
    --- stderr
    note: NOTE 1.2 is gone
    ");
    desk.ok("undo");
    assert_eq!(messages(&desk), before);
}

#[test]
fn the_description_stays() {
    let desk = desk();
    assert_snapshot!(desk.run("edit 1.1 --remove").transcript(), @"
    --- stderr
    error: PUBLIC reply 1.1 cannot be taken away
      because: it is the description of #1
      try: reword it with -m, -F or -e
    --- exit 4
    ");
    // All or nothing, as everywhere.
    assert_eq!(desk.run("edit 1.2 1.1 --remove").code, 4);
    assert_eq!(messages(&desk).len(), 4);
    let ran = desk.run("edit 1.2 1.1 --remove --keep-going");
    assert_eq!((ran.code, messages(&desk).len()), (7, 3), "{}", ran.stderr);
}

#[test]
fn many_messages_are_asked_about() {
    let desk = desk();
    desk.ok("new Two -m first");
    for text in ["a", "b"] {
        desk.ok(&format!("comment 2 -m {text}"));
    }
    assert_snapshot!(desk.run("edit 1.2 1.3 1.4 2.2 --remove").transcript(), @"
    --- stderr
    error: remove 4 messages?
      because: nobody is there to confirm
      try: add --yes, or --dry-run to see what would be done
    --- exit 6
    ");
    let ran = desk.feed("edit - --remove --yes", "1.2\n1.3\n1.4\n2.2\n2.3\n");
    assert_snapshot!(ran.transcript(), @"
    ✓ #1 NOTE removed (1.2)
    ✓ #1 PUBLIC reply removed (1.3)
    ✓ #1 NOTE removed (1.4)
    ✓ #2 NOTE removed (2.2)
    ✓ #2 NOTE removed (2.3)
    ");
    assert_eq!(desk.json("log")["meta"]["total"], 8);
    assert_eq!(desk.json("edit 1.1 -m x -n")["data"].as_array().unwrap().len(), 1);
}

#[test]
fn what_does_not_go_together_is_told_apart() {
    let desk = desk();
    for (line, hint) in [
        ("edit 1.2 -m x --title y", "one after the other"),
        ("edit 1.2 --remove -p high", "one after the other"),
        ("edit 1 -e -l bug", "one after the other"),
        ("edit 1.2 --title y", "a message has no fields"),
        ("edit 1.2", "nothing to change is given"),
        ("edit 1", "nothing to change is given"),
        ("edit 1 -m x", "none is named"),
        ("edit 1 --remove", "`1` is a ticket"),
        ("edit 1 1.2 --remove", "`1` is a ticket"),
        ("edit 1.2 1.3 -m x", "one message is reworded at a time"),
        ("edit 1.2 -m x --remove", "--remove"),
        ("edit --where is:open --remove", "--where finds tickets"),
        ("edit --where is:open -m x", "none is named"),
        ("edit -e --where is:open", "one ticket at a time"),
    ] {
        let ran = desk.run(line);
        assert_eq!(ran.code, 2, "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains(hint), "{line}: {}", ran.stderr);
    }
    for verb in ["close 1.2", "assign @me 1.2", "label x 1.2", "reply 1.2 -m x", "reopen 1.2"] {
        let ran = desk.run(verb);
        assert!(ran.code == 4 && ran.stderr.contains("is a message"), "{verb}: {}", ran.stderr);
    }
    assert_eq!(desk.json("log")["meta"]["total"], 4);
    assert_snapshot!(desk.run("edit 1.2 -m ''").transcript(), @"
    --- stderr
    error: a message cannot be reworded to nothing
      try: --remove takes it away
    --- exit 4
    ");
}
