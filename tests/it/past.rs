//! What was: `show --as-of`, and the filters of `log`.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::desk::Desk;

/// A desk with a ticket that changes minute by minute, from 09:00 UTC on.
fn storied() -> Desk {
    let desk = Desk::new();
    for line in [
        "new 'Crash on start' -m 'It crashes.' -l bug -r ada",
        "comment 1 -m 'Looks like the cache.'",
        "close 1 --as solved",
        "undo",
        "new 'Dark mode' --user 'Bo <bo@larkspur.example>'",
        "edit 1 --title 'Crash at start' --user 'Bo <bo@larkspur.example>'",
    ] {
        desk.ok(line);
    }
    desk
}

/// A ticket of another desk whose first message read so.
fn imported(desk: &Desk, body: &str, updated: &str) {
    let ticket = json!({
        "id": "7", "uid": "be3779b1-0001-4000-8000-000000001eef", "title": "From elsewhere",
        "created_at": "2026-01-01T00:00:00Z", "updated_at": updated,
        "messages": [{ "id": "7.1", "body": body, "created_at": "2026-01-01T00:00:00Z" }],
    });
    let file = desk.file("in.jsonl", ticket.to_string());
    desk.ok(&format!("import jsonl {file}"));
}

#[test]
fn a_ticket_is_shown_as_it_stood() {
    let desk = storied();
    let then = |date: &str| desk.json(&format!("show 1 --as-of '{date}'"))["data"].clone();
    let closed = then("2026-09-01T09:02:00Z");
    assert_eq!((&closed["status"], &closed["resolution"]), (&json!("closed"), &json!("solved")));
    assert_eq!(closed["updated_at"], "2026-09-01T09:02:00Z");
    assert_eq!(closed["messages"].as_array().unwrap().len(), 2);
    let first = then("2026-09-01T11:00+02:00");
    assert_eq!((&first["status"], &first["messages"][1]), (&json!("new"), &Value::Null));
    let undone = then("2026-09-01T09:03:30Z");
    assert_eq!((&undone["status"], &undone["title"]), (&json!("open"), &json!("Crash on start")));
    for date in ["today", "2026-09", "+1d", "2026-09-01T23:00:00Z"] {
        assert_eq!(then(date), desk.ticket("1"), "{date}");
    }
    assert_snapshot!(desk.screen(60, "show 1 --as-of '2026-09-01 11:02' --public").transcript(), @"
    as of Tue 2026-09-01 11:02 CEST: more has happened since
    #1 Crash on start
    closed (solved) · bug
    requester   ada
    opened      Tue 2026-09-01 11:00 CEST (17m ago) by cli
    updated     Tue 2026-09-01 11:02 CEST (15m ago)
    closed      Tue 2026-09-01 11:02 CEST (15m ago)

    ── 1.1 PUBLIC  ada (requester)  1 Sep 11:00 · 17m ago
       It crashes.
    ");
    assert_eq!(
        desk.json("show 1.2 --as-of '2026-09-01 11:01'")["data"]["messages"][0]["id"],
        "1.2"
    );
    let ran = desk.run("show 1.2 --as-of '2026-09-01 11:00'");
    assert_eq!((ran.code, ran.stderr.contains("no message 1.2")), (3, true), "{}", ran.stderr);
}

#[test]
fn what_is_as_it_was_is_shown_as_ever() {
    let desk = storied();
    let now = "2026-09-01T10:00:00Z";
    let at = |line: &str| {
        let output = desk.command(line).env("TIX_NOW", now).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(at(&format!("show 1 2 --as-of {now}")), at("show 1 2"));
    assert_eq!(at(&format!("show 1 --as-of {now} --json")), at("show 1 --json"));
    assert_eq!(at("show 1 --as-of 2026-09-01T09:30:00Z"), at("show 1"));
}

#[test]
fn before_it_was_opened_there_is_no_ticket() {
    let desk = storied();
    assert_snapshot!(desk.run("show 1 --as-of yesterday").transcript(), @"
    --- stderr
    error: #1 was not there at Mon 2026-08-31 23:59 CEST
      because: it was opened Tue 2026-09-01 11:00 CEST
    --- exit 3
    ");
    let ran = desk.run("show 1 2 --as-of '2026-09-01 11:03' --json");
    assert_eq!((ran.stdout.as_str(), ran.code), ("", 3));
    let error: Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!(
        error["message"],
        "#2 was not there at Tue 2026-09-01 11:03 CEST: it was opened Tue 2026-09-01 11:04 CEST"
    );
    assert_eq!(desk.run("show 9 --as-of yesterday").code, 3);
    assert_eq!(desk.run("show 1 --as-of nonsense").code, 4);
}

#[test]
fn a_ticket_that_was_taken_back_was_there_before() {
    let desk = storied();
    desk.ok("new Three");
    desk.ok("undo");
    assert_eq!(desk.run("show 3").code, 3);
    assert_eq!(desk.json("show 3 --as-of '2026-09-01 11:06'")["data"]["title"], "Three");
    let ran = desk.run("show 3 --as-of '2026-09-01 11:07'");
    assert_eq!((ran.code, ran.stderr.contains("it had been taken back")), (3, true));
}

#[test]
fn what_an_import_says_happened_when_it_says() {
    let desk = Desk::new();
    imported(&desk, "First.", "2026-01-01T00:00:00Z");
    imported(&desk, "Second.", "2026-03-01T00:00:00Z");
    let body = |date: &str| {
        let ticket = desk.json(&format!("show 7 --as-of {date}"))["data"].clone();
        (ticket["description"].clone(), ticket["updated_at"].clone())
    };
    assert_eq!(body("2026-02"), (json!("First."), json!("2026-01-01T00:00:00Z")));
    assert_eq!(body("2026-04"), (json!("Second."), json!("2026-03-01T00:00:00Z")));
    assert_eq!(desk.run("show 7 --as-of 2025").code, 3);
    // What its source changed later than that is not told.
    let desk = Desk::new();
    imported(&desk, "Second.", "2026-03-01T00:00:00Z");
    let ticket = desk.json("show 7 --as-of 2026-02")["data"].clone();
    assert_eq!(ticket["updated_at"], "2026-01-01T00:00:00Z");
}

#[test]
fn a_log_is_of_tickets_people_and_times_together() {
    let desk = storied();
    let of = |flags: &str| {
        let document = desk.json(&format!("log {flags}"));
        let said = |change: &Value| change["summary"].as_str().unwrap().to_owned();
        document["data"].as_array().unwrap().iter().map(said).collect::<Vec<_>>()
    };
    let all = of("");
    assert_eq!(all.len(), 6);
    assert_eq!(of("1 2"), all);
    assert_eq!(of("1"), [&all[..1], &all[2..]].concat());
    assert_eq!(of("2"), ["opened #2: Dark mode"]);
    let edited = "set the title of #1 to Crash at start";
    for bo in ["bo@larkspur.example", "Bo", "'bo <BO@larkspur.example>'"] {
        assert_eq!(of(&format!("--by {bo}")), [edited, "opened #2: Dark mode"], "{bo}");
    }
    assert_eq!(of("--by @me").len(), 4);
    assert_eq!(of("--by @me --user bo@larkspur.example").len(), 2);
    assert_eq!(of("--by 'Bo <other@larkspur.example>'"), [""; 0]);
    assert_eq!(of("1 --by Bo"), [edited]);
    assert_eq!(of("--by Bo -L 1"), [edited]);
    assert_eq!(of("--since '2026-09-01 11:04'"), all[..2]);
    assert_eq!(of("--until '2026-09-01 11:04'"), all[1..]);
    assert_eq!(of("--since 2026-09-01T09:01:00Z --until 2026-09-01T09:02:00Z 1"), all[3..5]);
    assert_eq!(of("--since today --until today"), all);
    assert_eq!(of("--since tomorrow"), [""; 0]);
    assert_eq!(of("--until yesterday"), [""; 0]);
    assert_eq!(of("--until -1d"), [""; 0]);
    let fed = desk.feed("log - -q", "2\topen\tand more\n");
    assert_eq!((fed.stdout.lines().count(), fed.code), (1, 0));
    assert_eq!(desk.feed("log - -q", "").stdout, "");
    for (line, code) in
        [("9", 3), ("1.9", 3), ("1 --by ''", 4), ("--since nope", 4), ("--until 03/04", 4)]
    {
        assert_eq!(desk.run(&format!("log {line}")).code, code, "{line}");
    }
}

#[test]
fn an_empty_log_says_why() {
    let desk = storied();
    assert_eq!(desk.screen(80, "log --by Cy").stdout, "no changes match\n");
    assert_eq!(desk.screen(80, "log --by Cy --json").code, 0);
    assert_eq!(desk.ok("log --until yesterday"), "");
}

#[test]
fn the_log_of_a_message_shows_its_text_before_and_after() {
    let desk = storied();
    let long = "and so on, in a line that is wider than the screen is by a good deal";
    let lines: Vec<String> = (1..20).map(|n| format!("line {n}")).collect();
    let text = |version: &str| format!("With {version}.\n\n{}\n{long}", lines.join("\n"));
    imported(&desk, &text("1.8.1"), "2026-01-01T00:00:00Z");
    imported(&desk, &text("1.8.2\u{1b}[31m"), "2026-02-01T00:00:00Z");
    let shown = desk.screen(60, "log 7.1 -L 1").stdout;
    let shown: Vec<&str> = shown.lines().skip(2).collect();
    assert_snapshot!(shown.join("\n"), @"
    - With 1.8.1.
    + With 1.8.2␛[31m.

      line 1
    …
    ");
    let events = |line: &str| {
        let document = desk.json(line);
        let of = |change: &Value| change["events"].as_array().unwrap().clone();
        document["data"].as_array().unwrap().iter().flat_map(of).collect::<Vec<_>>()
    };
    let told = events("log 7.1");
    assert_eq!(told.len(), 2);
    assert_eq!(
        (&told[0]["before"], &told[0]["after"]),
        (&told[1]["after"], &json!(text("1.8.2\u{1b}[31m")))
    );
    assert_eq!(told[1]["before"], Value::Null);
    assert!(events("log 7").iter().all(|event| event["after"] == Value::Null));

    // One that is taken away, and is back.
    desk.ok("comment 2 -m 'A thought.'");
    desk.ok("undo");
    desk.ok("redo");
    let told = events("log 2.2");
    let texts: Vec<_> = told.iter().map(|event| (&event["before"], &event["after"])).collect();
    let (none, thought) = (&Value::Null, &json!("A thought."));
    assert_eq!(texts, [(none, thought), (thought, none), (none, thought)]);

    // With a whole ticket beside it, the changes of both, each whole.
    desk.ok("reply 2 -m 'Done.' --close");
    let both = events("log 2.3 1");
    assert!(both.iter().any(|event| event["what"] == "status" && event["ticket"] == "2"));
    assert!(both.iter().any(|event| event["after"] == "Done."));
    assert_eq!(events("log 2.3").len(), 1);
    assert_eq!(
        desk.screen(80, "log 2.3").stdout.lines().skip(1).collect::<Vec<_>>(),
        ["    closed #2 as answered", "      + Done."]
    );
}
