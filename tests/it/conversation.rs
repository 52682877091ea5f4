//! Opening, reading, answering, closing.

use insta::assert_snapshot;

use crate::desk::Desk;

#[test]
fn a_ticket_from_its_opening_to_its_end() {
    let desk = Desk::new();
    assert_snapshot!(desk.run("new 'Crash on start' -m 'It crashes.' -l bug -r 'Ada <ada@acme.example>'").transcript(), @"
    1
    --- stderr
    note: made the desk ~/tix.db (`tix info` says more)
    ");
    assert_snapshot!(desk.run("comment 1 -m 'Looks like the cache.'").transcript(), @"✓ #1 NOTE added (1.2)");
    assert_snapshot!(desk.run("reply 1 -m 'Please try 1.8.2.' --pending").transcript(), @"✓ #1 PUBLIC reply added (1.3), pending");
    assert_snapshot!(desk.run("close 1 --as solved").transcript(), @"✓ #1 closed (solved)");
    assert_snapshot!(desk.run("close 1").transcript(), @"
    --- stderr
    note: #1 is already closed
    ");
    assert_snapshot!(desk.run("reopen 1 -m 'It is back.'").transcript(), @"✓ #1 reopened");
    assert_snapshot!(desk.screen(80, "show 1").transcript(), @"
    #1 Crash on start
    open · the requester's turn · bug
    requester   Ada <ada@acme.example>
    opened      Tue 2026-09-01 11:00 CEST (6m ago) by cli
    updated     Tue 2026-09-01 11:05 CEST (1m ago)

    ── 1.1 PUBLIC  Ada (requester)  1 Sep 11:00 · 6m ago
       It crashes.

    ── 1.2 NOTE, internal  Mira Holt (us)  1 Sep 11:01 · 5m ago
       Looks like the cache.

    ── 1.3 PUBLIC  Mira Holt (us)  1 Sep 11:02 · 4m ago
       Please try 1.8.2.

    ── 1.4 NOTE, internal  Mira Holt (us)  1 Sep 11:05 · 1m ago
       It is back.
    ");
}

#[test]
fn a_note_is_never_public_and_a_reply_never_internal() {
    let desk = Desk::new();
    desk.ok("new One -m first -r ada");
    desk.ok("comment 1 -m canary-note");
    desk.ok("reply 1 -m answer");
    assert!(!desk.ok("show 1 --public").contains("canary-note"));
    assert!(desk.ok("show 1 --notes").contains("canary-note"));
    assert!(!desk.ok("show 1 --notes").contains("answer"));
    let kinds: Vec<String> = desk.ticket("1")["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| {
            format!(
                "{} {} {}",
                m["id"].as_str().unwrap(),
                m["kind"].as_str().unwrap(),
                m["by"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(kinds, ["1.1 reply requester", "1.2 note us", "1.3 reply us"]);
}

#[test]
fn the_turn_follows_the_conversation() {
    let desk = Desk::new();
    desk.ok("new One -m first -r ada");
    let turn = || desk.ticket("1")["turn"].clone();
    assert_eq!(turn(), "us");
    desk.ok("comment 1 -m hmm");
    assert_eq!(turn(), "us");
    desk.ok("reply 1 -m answer");
    assert_eq!(turn(), "requester");
    desk.ok("status hold 1");
    assert_eq!(turn(), serde_json::Value::Null);
    desk.ok("status open 1");
    desk.ok("close 1");
    assert_eq!(turn(), serde_json::Value::Null);
}

#[test]
fn a_message_is_shown_by_its_number() {
    let desk = Desk::new();
    desk.ok("new One -m first");
    desk.ok("comment 1 -m second");
    let shown = desk.ok("show 1.2");
    assert!(shown.contains("second") && !shown.contains("first"), "{shown}");
    assert_eq!(desk.run("show 1.9").code, 3);
    assert_eq!(desk.run("close 1.2").code, 4);
}

#[test]
fn text_comes_from_a_flag_a_file_or_standard_input() {
    let desk = Desk::new();
    let file = desk.file("body.txt", "from a file\r\nsecond line\r\n\r\n");
    desk.ok(&format!("new One -F {file}"));
    assert_eq!(desk.ticket("1")["description"], "from a file\nsecond line");
    desk.feed("new Two", "piped");
    assert_eq!(desk.ticket("2")["description"], "piped");
    desk.feed("new Three -F -", "dashed");
    assert_eq!(desk.ticket("3")["description"], "dashed");
    assert_eq!(desk.feed("comment 1", "noted").code, 0);
    desk.feed("new Four -m 'the flag wins'", "piped");
    assert_eq!(desk.ticket("4")["description"], "the flag wins");
}

#[test]
fn fields_are_set_and_cleared() {
    let desk = Desk::new();
    desk.ok("new One -l a,b -p high -a @me --due 2026-09-04 --ref jira:X-1");
    let ticket = desk.ticket("1");
    assert_eq!(ticket["assignee"], "Mira Holt <mira@larkspur.example>");
    assert_eq!(ticket["due_at"], "2026-09-04T21:59:59Z");
    assert_eq!(ticket["refs"], serde_json::json!(["jira:X-1"]));
    desk.ok("edit 1 --title Uno --priority urgent --label +c,-a --assignee= --due=");
    let ticket = desk.ticket("jira:X-1");
    assert_eq!(ticket["title"], "Uno");
    assert_eq!(ticket["priority"], "urgent");
    assert_eq!(ticket["labels"], serde_json::json!(["b", "c"]));
    assert_eq!(ticket["assignee"], serde_json::Value::Null);
    assert_eq!(ticket["due_at"], serde_json::Value::Null);
    desk.ok("edit 1 --label x,y");
    assert_eq!(desk.ticket("1")["labels"], serde_json::json!(["x", "y"]));
    desk.ok("edit 1 --label=");
    assert_eq!(desk.ticket("1")["labels"], serde_json::json!([]));
    desk.ok("label +p,-q 1");
    desk.ok("assign 'Jonas <j@larkspur.example>' 1");
    assert_eq!(desk.ticket("1")["assignee"], "Jonas <j@larkspur.example>");
    desk.ok("assign '' 1");
    assert_eq!(desk.ticket("1")["assignee"], serde_json::Value::Null);
}

#[test]
fn what_is_so_already_is_said_and_not_recorded() {
    let desk = Desk::new();
    desk.ok("new One -l bug");
    let changes = || desk.json("log")["meta"]["total"].clone();
    let before = changes();
    for line in ["label bug 1", "status new 1", "reopen 1", "edit 1 --title One", "assign '' 1"] {
        let ran = desk.run(line);
        assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{line}");
        assert!(ran.stderr.starts_with("note: #1 "), "{line}: {}", ran.stderr);
    }
    assert_eq!(changes(), before);
}

#[test]
fn one_command_changes_many_tickets_or_none() {
    let desk = Desk::new();
    for title in ["a", "b", "c", "d", "e"] {
        desk.ok(&format!("new {title}"));
    }
    let ran = desk.run("close 1 2 77");
    assert_eq!(ran.code, 3);
    assert_eq!(desk.ticket("1")["status"], "new");
    let ran = desk.run("close 1 2 77 --keep-going");
    assert_eq!(ran.code, 7);
    assert_eq!(desk.ticket("1")["status"], "closed");
    let ran = desk.run("close 1 2 3 4 5");
    assert_eq!(ran.code, 6, "{}", ran.stderr);
    let ran = desk.run("close --where is:open --dry-run");
    assert_eq!(ran.stdout.lines().count(), 3, "{}", ran.stdout);
    assert!(ran.stdout.starts_with("would: #"), "{}", ran.stdout);
    assert_eq!(desk.ticket("3")["status"], "new");
    let ran = desk.feed("close - --as answered --yes", "1\n#2\n3\n4\n5\n");
    assert_eq!(ran.code, 0);
    assert_eq!(desk.ok("list"), "");
    desk.ok("undo");
    assert_eq!(desk.ok("list -q").lines().count(), 3);
}

/// The tickets that one is linked to as their duplicate.
fn repeats(desk: &Desk, id: &str) -> Vec<String> {
    let ticket = desk.ticket(id);
    let links = ticket["links"].as_array().unwrap().iter();
    let links = links.filter(|link| link["kind"] == "duplicates");
    links.map(|link| link["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_duplicate_names_what_it_repeats() {
    let desk = Desk::new();
    desk.ok("new One");
    desk.ok("new Two");
    desk.ok("close 2 --duplicate-of 1");
    assert_eq!(desk.ticket("2")["resolution"], "duplicate");
    assert_eq!(repeats(&desk, "2"), ["1"]);
    assert_eq!(desk.run("close 1 --duplicate-of 1").code, 4);
    let ran = desk.run("close 1 --duplicate-of 2");
    assert_eq!((ran.code, ran.stderr.contains("because: #2 duplicates #1\n")), (4, true));
    assert_eq!(desk.ticket("1")["status"], "new");
    desk.ok("new Three");
    desk.ok("close 2 --duplicate-of 3");
    assert_eq!(repeats(&desk, "2"), ["3"]);
}

#[test]
fn what_stands_in_a_flag_is_never_taken_for_a_query() {
    let desk = Desk::new();
    desk.ok("new One -m '-due: tomorrow, says Bo'");
    desk.ok("comment 1 -m '-status: y'");
    desk.ok("comment 1 -m '--json=help'");
    desk.ok("edit 1 --title '-label:x'");
    let ticket = desk.ticket("1");
    assert_eq!(
        (&ticket["title"], &ticket["description"]),
        (&"-label:x".into(), &"-due: tomorrow, says Bo".into())
    );
    assert_eq!(ticket["messages"][1]["body"], "-status: y");
    assert_eq!(ticket["messages"][2]["body"], "--json=help");
    assert_eq!(desk.ok("list -q -label:x"), "1\n");
    assert_eq!(desk.ok("list -q -s -updated -label:x"), "1\n");
}

#[test]
fn closing_again_says_and_does_the_same() {
    let desk = Desk::new();
    desk.ok("new One");
    desk.ok("new Two");
    desk.ok("close 2 --as wontfix");
    assert_eq!(
        desk.ok("reply 2 -m hi --close=solved"),
        "✓ #2 PUBLIC reply added (2.2), closed (solved)\n"
    );
    assert_eq!(desk.ticket("2")["resolution"], "solved");
    desk.ok("close 2 --duplicate-of 1");
    assert_eq!(repeats(&desk, "2"), ["1"]);
    desk.ok("reopen 2");
    assert_eq!(desk.ticket("2")["links"], serde_json::json!([]));
    desk.ok("undo");
    assert_eq!(repeats(&desk, "2"), ["1"]);
    desk.ok("close 1 -m why");
    desk.ok("close 1 -m 'once more'");
    assert_eq!(desk.ticket("1")["messages"].as_array().unwrap().len(), 3);
}

#[test]
fn what_was_said_before_is_folded_on_a_terminal_only() {
    let desk = Desk::new();
    desk.ok("new Crash -r 'Ada <ada@acme.example>' -m 'It crashes.'");
    let text = "It works now, 谢谢!\n\nOn Mon, 1 Jun 2026, Mira <mira@larkspur.example> wrote:\n\
                > Try 1.9.\n>\n> Mira\n> larkspur\n";
    assert_eq!(desk.feed("reply 1 --from 'Ada <ada@acme.example>' -F -", text).code, 0);
    desk.feed("reply 1 -F -", "Good.\n\n-- \nMira Holt\nlarkspur");
    insta::assert_snapshot!(desk.screen(70, "show 1").stdout, @"
    #1 Crash
    open · the requester's turn
    requester   Ada <ada@acme.example>
    opened      Tue 2026-09-01 11:00 CEST (3m ago) by cli
    updated     Tue 2026-09-01 11:02 CEST (1m ago)

    ── 1.1 PUBLIC  Ada (requester)  1 Sep 11:00 · 3m ago
       It crashes.

    ── 1.2 PUBLIC  Ada (requester)  1 Sep 11:01 · 2m ago
       It works now, 谢谢!
       … 5 quoted lines (--quotes shows them)

    ── 1.3 PUBLIC  Mira Holt (us)  1 Sep 11:02 · 1m ago
       Good.
       … 3 signature lines (--quotes shows them)
    ");
    let whole = desk.screen(70, "show 1 --quotes").stdout;
    for text in [whole, desk.ok("show 1")] {
        assert!(text.contains("> Try 1.9.") && text.contains("Mira Holt"), "{text}");
    }
    assert!(desk.ticket("1")["messages"][1]["body"].as_str().unwrap().contains("> Try 1.9."));
    assert_eq!(desk.ok("list body:1.9 -q"), "1\n");
}

#[test]
fn what_a_machine_wrote_answers_nothing_and_asks_nothing() {
    let desk = Desk::new();
    let message = |by: &str, at: &str, automatic: bool| {
        let who =
            if by == "us" { "Mira <mira@larkspur.example>" } else { "Ada <ada@acme.example>" };
        serde_json::json!({
            "kind": "reply", "author": who, "by": by, "body": by, "automatic": automatic,
            "created_at": format!("2026-08-31T{at}:00Z"),
        })
    };
    let line = |title: &str, status: &str, messages: &[serde_json::Value]| {
        let ticket = serde_json::json!({
            "title": title, "status": status, "requester": "Ada <ada@acme.example>",
            "created_at": "2026-08-31T08:00:00Z", "messages": messages,
        });
        format!("{ticket}\n")
    };
    let asked = message("requester", "08:00", false);
    let text = line("Away", "open", &[asked.clone(), message("us", "08:01", true)])
        + &line(
            "Back",
            "open",
            &[asked, message("us", "08:02", false), message("requester", "08:03", true)],
        );
    assert_eq!(desk.feed("import jsonl -", text).code, 0);
    let ticket = desk.ticket("1");
    assert_eq!(ticket["turn"], "us");
    assert_eq!(ticket["messages"][1]["automatic"], true);
    assert_eq!(desk.ticket("2")["turn"], "requester");
    assert_eq!(desk.ok("count replies:0"), "1\n");
    assert_eq!(desk.ok("count first-response:2026-08-31"), "1\n");
    let shown = desk.ok("show 1");
    assert!(shown.contains("1.2 PUBLIC, automatic"), "{shown}");
    let export = desk.ok("export jsonl");
    let other = Desk::new();
    assert_eq!(other.feed("import jsonl -", &export).code, 0);
    assert_eq!(other.ok("export jsonl"), export);
}
