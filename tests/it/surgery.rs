//! Merging and splitting tickets, as people do it.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::desk::Desk;

/// Two people who saw the same, and a third who did not.
pub(crate) fn desk() -> Desk {
    let desk = Desk::new();
    desk.ok("new 'Crash on start' -m 'With 1.8.1.' -r 'Ada <ada@acme.example>' -l bug");
    desk.ok("new 'It does not start' -m 'Since today.' -r 'Bo <bo@kumo.example>' --ref jira:A-7");
    desk.ok("comment 2 -m 'Same as #1?'");
    desk.ok("reply 2 -m 'Which version?'");
    desk.ok("new 'Dark mode' -m 'Please.' -r cy");
    desk
}

fn messages(desk: &Desk, id: &str) -> Vec<Value> {
    desk.ticket(id)["messages"].as_array().unwrap().clone()
}

fn bodies(desk: &Desk, id: &str) -> Vec<String> {
    messages(desk, id).iter().map(|it| it["body"].as_str().unwrap().to_owned()).collect()
}

/// The name of the latest change, or of one before it.
pub(crate) fn change(desk: &Desk, back: usize) -> String {
    desk.json("log")["data"][back]["change"].as_str().unwrap().to_owned()
}

#[test]
fn a_merged_ticket_answers_by_the_one_that_it_is_part_of() {
    let desk = desk();
    assert_snapshot!(desk.run("merge 2 1").transcript(), @"✓ #2 merged into #1 (3 messages)");
    assert_snapshot!(desk.run("show 2").transcript(), @"
    #1 Crash on start
    new · our turn · bug
    requester   Ada <ada@acme.example>
    opened      Tue 2026-09-01 11:00 CEST (6m ago) by cli
    updated     Tue 2026-09-01 11:05 CEST (1m ago)
    links       merged from #2 It does not start

    ── 1.1 PUBLIC  Ada (requester)  1 Sep 11:00 · 6m ago
       With 1.8.1.

    ── 1.2 PUBLIC  Bo (requester)  1 Sep 11:01 · 5m ago · from 2.1
       Since today.

    ── 1.3 NOTE, internal  Mira Holt (us)  1 Sep 11:02 · 4m ago · from 2.2
       Same as #1?

    ── 1.4 PUBLIC  Mira Holt (us)  1 Sep 11:03 · 3m ago · from 2.3
       Which version?
    --- stderr
    note: #2 was merged into #1
    ");
    assert_snapshot!(desk.run("show 2.3").transcript(), @"
    #1 Crash on start
    new · our turn · bug
    requester   Ada <ada@acme.example>
    opened      Tue 2026-09-01 11:00 CEST (7m ago) by cli
    updated     Tue 2026-09-01 11:05 CEST (2m ago)
    links       merged from #2 It does not start

    ── 1.4 PUBLIC  Mira Holt (us)  1 Sep 11:03 · 4m ago · from 2.3
       Which version?
    --- stderr
    note: 2.3 is 1.4 now
    ");
    for name in ["2", "'#2'", "jira:A-7", "1"] {
        assert_eq!(desk.ticket(name)["id"], "1", "{name}");
    }
    let from = |n: usize, field: &str| messages(&desk, "1")[n][field].clone();
    assert_eq!(from(1, "author"), "Bo <bo@kumo.example>");
    assert_eq!((from(1, "by"), from(3, "by")), (json!("requester"), json!("us")));
    assert_eq!((from(2, "kind"), from(2, "origin")["id"].clone()), (json!("note"), json!("2.2")));
    assert_eq!(from(1, "created_at"), "2026-09-01T09:01:00Z");
    // Its own row says what became of it, and keeps what it had.
    let row = &desk.json("list --all id:2")["data"][0];
    assert_eq!((&row["status"], &row["resolution"]), (&json!("closed"), &json!("duplicate")));
    assert_eq!((&row["merged_into"], &row["messages"]), (&json!("1"), &json!(3)));
    assert_eq!(desk.ok("list -q is:merged"), "2\n");
    assert_eq!(desk.ok("list -q -is:merged sort:id"), "1\n3\n");
    let own: Value = serde_json::from_str(&desk.ok("export jsonl id:2")).unwrap();
    assert_eq!(own["messages"].as_array().unwrap().len(), 3);
}

#[test]
fn whatever_is_done_to_a_merged_ticket_is_done_to_the_whole_and_said_once() {
    let desk = desk();
    desk.ok("merge 2 1");
    for line in [
        "comment 2 -m x",
        "reply 2 1 -m x",
        "label +x 2",
        "assign @me 2",
        "status hold 2",
        "edit 2 --title x",
        "link 3 blocks 2",
        "unlink 2 3",
        "close 3 --duplicate-of 2",
        "close 2",
        "reopen 2",
        "log 2",
        "show 2",
    ] {
        let ran = desk.run(line);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, "note: #2 was merged into #1\n"), "{line}");
    }
    let document = desk.json("label +y jira:A-7");
    assert_eq!(document["warnings"], json!(["#2 was merged into #1"]));
    assert_eq!(document["data"][0]["id"], "1");
    assert_eq!(desk.json("list --all id:2")["data"][0]["labels"], json!([]));
    // Nor does a query reach behind the whole.
    let ran = desk.run("reopen --where is:merged");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    assert_eq!(ran.stderr, "note: 1 merged ticket left as it is\n");
    assert_eq!(desk.json("list --all id:2")["data"][0]["status"], "closed");
}

#[test]
fn a_merge_is_one_change_that_can_be_tried_taken_back_and_brought_back() {
    let desk = desk();
    let before = desk.ok("export jsonl");
    assert_snapshot!(desk.run("merge 2 3 1 -n").transcript(), @"
    would: #2 merged into #1 (3 messages)
    would: #3 merged into #1 (1 message)
    ");
    assert_eq!(desk.ok("export jsonl"), before);
    desk.ok("merge 2 3 1");
    let merged = desk.ok("export jsonl");
    assert_eq!(desk.json("log")["data"][0]["summary"], "merged 2 tickets into #1");
    assert_eq!(bodies(&desk, "1").len(), 5);
    desk.ok("undo");
    assert_eq!(desk.ok("export jsonl"), before);
    assert_eq!(desk.run("show 2").stderr, "");
    desk.ok("redo");
    assert_eq!(desk.ok("export jsonl"), merged);
    // Merged anew, everything comes back under its number, as it reads now.
    desk.ok("undo");
    let first = desk.ok("merge 2 1");
    assert_eq!(first, "✓ #2 merged into #1 (3 messages)\n");
    let ids = |desk: &Desk| -> Vec<Value> {
        messages(desk, "1").iter().map(|it| it["id"].clone()).collect()
    };
    assert_eq!(ids(&desk), ["1.1", "1.2", "1.3", "1.4"]);
}

#[test]
fn more_than_three_are_not_merged_without_asking() {
    let desk = desk();
    for title in ["a", "b", "c"] {
        desk.ok(&format!("new {title}"));
    }
    let ran = desk.run("merge 2 3 4 5 1");
    assert_eq!((ran.code, ran.stdout.as_str()), (6, ""));
    assert!(ran.stderr.contains("merge 4 tickets?"), "{}", ran.stderr);
    let ran = desk.feed("merge - 1 --yes", "2\n3\n4\n5\n");
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 4), "{}", ran.stderr);
    desk.ok("undo");
    assert_eq!(desk.ok("merge --where 'is:open -id:6' --into 1 -y").lines().count(), 4);
    assert_eq!(desk.ok("list -q"), "1\n6\n");
}

#[test]
fn what_cannot_be_merged_is_refused_with_the_reason() {
    let desk = desk();
    desk.ok("merge 2 1");
    let before = desk.ok("export jsonl");
    assert_snapshot!(desk.run("merge 1 1").transcript(), @"
    --- stderr
    error: #1 cannot be merged into itself
    --- exit 4
    ");
    assert_snapshot!(desk.run("merge 1 2").transcript(), @"
    --- stderr
    note: #2 was merged into #1
    error: #1 cannot be merged into itself
      because: #2 was merged into #1
    --- exit 4
    ");
    assert_snapshot!(desk.run("merge 2 3").transcript(), @"
    --- stderr
    error: #2 was merged into #1 already
      try: take that merge back first; `tix log` shows it
    --- exit 4
    ");
    assert_snapshot!(desk.run("merge 2 1").transcript(), @"
    --- stderr
    note: #2 is already merged into #1
    ");
    assert_snapshot!(desk.run("merge 1").transcript(), @"
    --- stderr
    error: it is not said which ticket they become part of
      try: give it last, or with --into: tix merge 7 8 5
    --- exit 2
    ");
    assert_eq!(desk.run("merge 3 9").code, 3);
    assert_eq!(desk.run("merge 9 3").code, 3);
    assert_eq!(desk.run("merge 3.1 1").code, 4);
    let ran = desk.run("merge 1 3 2 --keep-going");
    assert_eq!((ran.code, ran.stdout.as_str()), (7, "✓ #3 merged into #1 (1 message)\n"));
    desk.ok("undo");
    assert_eq!(desk.ok("export jsonl"), before);
}

#[test]
fn a_chain_of_merges_is_followed_and_taken_back_from_its_end() {
    let desk = desk();
    let apart = desk.ok("export jsonl");
    desk.ok("merge 3 2");
    let half = desk.ok("export jsonl");
    desk.ok("merge 2 1");
    let ran = desk.run("show 3 3.1");
    assert_eq!(ran.stderr, "note: #3 was merged into #1\nnote: 3.1 is 1.5 now\n");
    assert_eq!(desk.run("show 2.4").stderr, "note: 2.4 is 1.5 now\n");
    assert_eq!(desk.run("merge 3 1").stderr, "note: #3 is already merged into #1\n");
    // The first merge cannot go while the second stands on it.
    let first = change(&desk, 1);
    let ran = desk.run(&format!("undo {first}"));
    assert_eq!((ran.code, ran.stderr.contains("message 2.4 was moved since")), (4, true));
    assert!(ran.stderr.contains("because: it is 1.5 now"), "{}", ran.stderr);
    desk.ok("undo");
    assert_eq!(desk.ok("export jsonl"), half);
    assert_eq!(desk.run("show 3").stderr, "note: #3 was merged into #2\n");
    desk.ok(&format!("undo {first}"));
    assert_eq!(desk.ok("export jsonl"), apart);
    let ran = desk.run(&format!("undo {first}"));
    assert_eq!((ran.code, ran.stderr.contains("is already undone")), (4, true), "{}", ran.stderr);
}

#[test]
fn what_was_done_since_to_a_moved_message_stops_the_undo() {
    let desk = desk();
    desk.ok("merge 2 1");
    let merge = change(&desk, 0);
    // To answer, or to work on the ticket, is not to work on the message.
    desk.ok("reply 1 -m 'Try 1.8.2.'");
    desk.ok("label +later 1");
    desk.ok("split 1 1.3");
    let ran = desk.run(&format!("undo {merge}"));
    assert_snapshot!(ran.transcript(), @"
    --- stderr
    error: message 1.3 was moved since
      because: it is 4.1 now
      try: `tix log 4` shows what moved it
    --- exit 4
    ");
    desk.ok("undo");
    assert!(desk.ok(&format!("undo {merge}")).contains("merged #2 into #1"));
    assert_eq!(bodies(&desk, "1"), ["With 1.8.1.", "Try 1.8.2."]);
    assert_eq!(bodies(&desk, "2").len(), 3);
}

#[test]
fn a_source_that_is_imported_again_brings_its_news_to_the_whole() {
    let desk = Desk::new();
    let issue = |comments: &[(u32, &str)]| {
        let comment = |(id, body): &(u32, &str)| {
            json!({ "id": id, "body": body, "user": { "login": "fox" },
                "html_url": format!("https://github.com/o/r/issues/7#issuecomment-{id}"),
                "created_at": "2026-07-02T10:00:00Z" })
        };
        let comments: Vec<Value> = comments.iter().map(comment).collect();
        let issue = json!([{ "number": 7, "title": "It hangs", "state": "open", "body": "Often.",
            "html_url": "https://github.com/o/r/issues/7", "user": { "login": "fox" }, "labels": [],
            "created_at": "2026-07-01T10:00:00Z", "updated_at": "2026-07-03T10:00:00Z",
            "comments": comments }]);
        issue.to_string()
    };
    desk.ok("new 'Crash on start' -m 'With 1.8.1.'");
    let file = desk.file("issues.json", issue(&[(1, "Still")]));
    desk.ok(&format!("import github {file}"));
    desk.ok("merge github:o/r#7 1");
    let file = desk.file("issues.json", issue(&[(1, "Still"), (2, "Better now")]));
    let imported = desk.json(&format!("import github {file}"))["data"].clone();
    assert_eq!((&imported["updated"], &imported["added"]), (&json!(1), &json!(0)), "{imported}");
    let there = messages(&desk, "github:o/r#7");
    let texts: Vec<&Value> = there.iter().map(|it| &it["body"]).collect();
    assert_eq!(texts, ["Often.", "Still", "Better now", "With 1.8.1."]);
    assert_eq!(there[2]["origin"]["id"], "2.3");
    let before = desk.ok("export jsonl");
    let again = desk.json(&format!("import github {file}"))["data"].clone();
    assert_eq!((&again["known"], &again["change"]), (&json!(1), &Value::Null));
    assert_eq!(desk.ok("export jsonl"), before);
}

#[test]
fn messages_can_be_split_off_into_a_ticket_of_their_own() {
    let desk = desk();
    desk.ok("edit 2 --priority high");
    let before = desk.ok("export jsonl");
    assert_snapshot!(desk.run("split 2 2.2 3 -n").transcript(), @"would: #4 Which version? · split off #2 (2 messages)");
    assert_snapshot!(desk.run("split 2 2.2 3").transcript(), @"4");
    assert_snapshot!(desk.run("show 4").transcript(), @"
    #4 Which version?
    open · high · the requester's turn
    requester   Bo <bo@kumo.example>
    opened      Tue 2026-09-01 11:02 CEST (7m ago) by cli
    updated     Tue 2026-09-01 11:08 CEST (1m ago)
    links       relates #2 It does not start (open)

    ── 4.1 NOTE, internal  Mira Holt (us)  1 Sep 11:02 · 7m ago · from 2.2
       Same as #1?

    ── 4.2 PUBLIC  Mira Holt (us)  1 Sep 11:03 · 6m ago · from 2.3
       Which version?
    ");
    assert_snapshot!(desk.run("show 2").transcript(), @"
    #2 It does not start
    open · high · our turn
    requester   Bo <bo@kumo.example>
    opened      Tue 2026-09-01 11:01 CEST (9m ago) by cli
    updated     Tue 2026-09-01 11:08 CEST (2m ago)
    refs        jira:A-7
    links       relates #4 Which version? (open)

    ── 2.1 PUBLIC  Bo (requester)  1 Sep 11:01 · 9m ago
       Since today.
    ");
    let ticket = desk.ticket("4");
    let fields = ["status", "priority", "channel", "labels", "assignee"].map(|it| &ticket[it]);
    assert_eq!(fields, [&json!("open"), &json!("high"), &json!("cli"), &json!([]), &Value::Null]);
    assert_eq!(ticket["requester"]["email"], "bo@kumo.example");
    let ran = desk.run("show 2.3");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "note: 2.3 is 4.2 now\n"));
    assert_eq!(desk.json("log")["data"][0]["summary"], "split #4 off #2");
    let split = desk.ok("export jsonl");
    desk.ok("undo");
    assert_eq!(desk.ok("export jsonl"), before);
    assert_eq!((desk.run("show 4").code, desk.run("show 2.3").stderr.as_str()), (3, ""));
    desk.ok("redo");
    assert_eq!(desk.ok("export jsonl"), split);
    desk.ok("comment 4 -m on");
    let redone = desk.run(&format!("undo {}", change(&desk, 1)));
    assert_eq!(redone.code, 4);
    assert!(redone.stderr.contains("#4 has been worked on since"), "{}", redone.stderr);
}

#[test]
fn a_note_names_no_ticket_and_is_no_description() {
    let desk = desk();
    assert_eq!(desk.ok("split 2 2"), "4\n");
    let ticket = desk.ticket("4");
    assert_eq!(
        (&ticket["title"], &ticket["description"]),
        (&json!("It does not start"), &json!(""))
    );
    assert_eq!(ticket["messages"][0]["kind"], "note");
    assert_eq!(desk.ok("list note:same -q"), "4\n");
    desk.ok("undo");
    assert_eq!(desk.ok("split 2 2 --title 'Seen twice'"), "5\n");
    assert_eq!(desk.ticket("5")["title"], "Seen twice");
}

#[test]
fn a_ticket_is_never_left_without_its_description() {
    let desk = desk();
    let before = desk.ok("export jsonl");
    assert_snapshot!(desk.run("split 2 2.1").transcript(), @"
    --- stderr
    error: 2.1 cannot be split off #2
      because: it is the description, and a ticket cannot be without one
      try: split off what came later
    --- exit 4
    ");
    assert_snapshot!(desk.run("split 2 1 2 3").transcript(), @"
    --- stderr
    error: these are all messages of #2
      because: a ticket cannot be without one
      try: keep the description, which is the first, and what belongs to it
    --- exit 4
    ");
    assert_snapshot!(desk.run("split 2 9").transcript(), @"
    --- stderr
    error: no message 2.9
      try: `tix show 2` shows the messages there are
    --- exit 3
    ");
    assert_snapshot!(desk.run("split 2 3.1").transcript(), @"
    --- stderr
    error: `3.1` is no message of #2
      because: it stands on #3, as 3.1
    --- exit 4
    ");
    assert_snapshot!(desk.run("split 2 second").transcript(), @"
    --- stderr
    error: `second` does not name a message
      try: a message is 42.3, or 3 alone
    --- exit 4
    ");
    assert_eq!(desk.run("split 2").code, 2);
    assert_eq!(desk.run("split 2 2 --title ''").code, 4);
    assert_eq!(desk.run("split 9 1").code, 3);
    assert_eq!(desk.ok("export jsonl"), before);
}

#[test]
fn a_message_is_found_wherever_merges_and_splits_have_brought_it() {
    let desk = desk();
    desk.ok("merge 2 1");
    desk.ok("split 1 1.4");
    assert_eq!(desk.run("show 2.3").stderr, "note: 2.3 is 4.1 now\n");
    desk.ok("merge 4 3");
    for name in ["2.3", "1.4", "4.1"] {
        let ran = desk.run(&format!("show {name} --json"));
        let document: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(document["data"]["messages"][0]["id"], "3.2", "{name}");
        assert_eq!(document["warnings"], json!([format!("{name} is 3.2 now")]));
    }
    assert_eq!(desk.run("show 2.4").code, 3);
    // By the old number it can be split off too.
    assert_eq!(desk.ok("split 3 2.3 --title Again"), "5\n");
    assert_eq!(desk.run("show 2.3").stderr, "note: 2.3 is 5.1 now\n");
}

#[test]
fn an_export_of_merged_split_and_linked_tickets_reads_back_to_itself() {
    let desk = desk();
    desk.ok("split 2 2.3");
    desk.ok("merge 2 1");
    desk.ok("link 3 blocks 4");
    desk.ok("link 1 relates 3");
    desk.ok("close 4 --duplicate-of 3");
    let export = desk.ok("export jsonl sort:id");
    let other = Desk::new();
    let ran = other.feed("import jsonl -", &export);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(other.ok("export jsonl sort:id"), export);
    assert_eq!(other.run("show 2").stderr, "note: #2 was merged into #1\n");
    assert_eq!(other.run("show 2.2").stderr, "note: 2.2 is 1.3 now\n");
    let file = other.file("again.jsonl", &export);
    assert_eq!(other.json(&format!("import jsonl {file}"))["data"]["known"], 4);
}

#[test]
fn what_is_part_of_another_is_like_nothing() {
    let desk = Desk::new();
    desk.ok("new 'Segfault in the tokenizer' -m 'tokenizer segfault'");
    desk.ok("new 'Tokenizer segfault again' -m 'segfault'");
    desk.ok("new 'The tokenizer has a segfault' -m 'tokenizer'");
    assert_eq!(desk.ok("similar 1 -q").lines().count(), 2);
    desk.ok("merge 3 2");
    assert_eq!(desk.words("similar 1 -q"), "2");
    desk.ok("close 2");
    assert_eq!(desk.words("similar 1 -q --solved"), "2");
}
