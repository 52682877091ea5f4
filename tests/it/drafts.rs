//! `tix drafts`: texts that are not stored yet, without a person.

use insta::assert_snapshot;
use serde_json::{Value, json};
use tix::drafts::SCISSORS;

use crate::desk::Desk;

const HOSTILE: &str = "a\x1b]0;owned\x07\x1b[2J\u{202e}b\u{9b}31m漢字\x7f\u{200b}d";

/// A desk with two tickets and a draft of every kind.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.ok("new One -m 'It crashes.' -r 'Ada <ada@acme.example>'");
    desk.ok("comment 1 -m 'Looks like the cache.'");
    desk.ok("new Two -m first -r bo");
    let below = format!("\n\n{SCISSORS}\nbelow\n");
    let slip = |command: &str, more: Value| {
        let mut slip = desk.slip(command, "1");
        slip.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        slip
    };
    let minutes = |n: i64| 1_788_253_200_000_i64 - n * 60_000;
    let mut reply = slip("reply", json!({ "close": "answered", "at": minutes(1) }));
    reply["on"][0]["to"] = json!(["Ada <ada@acme.example>"]);
    desk.draft("klmn.reply.md", &reply, format!("Please try 1.8.2.\nBye.{below}"));
    let note = slip("comment", json!({ "at": minutes(120) }));
    desk.draft("kxyz.note.md", &note, format!("Ask Jonas 👩\u{200d}💻.{below}"));
    let opening = json!({ "title": "Three", "priority": "high", "channel": "phone",
        "state": { "status": "new" }, "labels": ["bug"] });
    let new = json!({ "command": "new", "opening": opening, "at": minutes(3), "begun": "",
        "below": { "line": SCISSORS, "text": "" } });
    desk.draft("lmno.new.md", &new, format!("It prints twice.{below}"));
    let was = "---\ntitle: One\npriority: normal\nlabels: \nassignee: \nrequester: Ada <ada@acme.example>\ndue: \n---\nIt crashes.";
    let on = desk.slip("edit", "1")["on"][0].clone();
    let edit = json!({ "command": "edit", "on": on, "was": was, "begun": was, "at": minutes(4) });
    desk.draft("mnop.edit.md", &edit, was.replace("One", "Uno"));
    let reword = json!({ "command": "reword", "on": on, "message": "2", "kind": "note", "at": minutes(5),
        "was": "Looks like the cache.", "begun": "Looks like the cache.",
        "below": { "line": SCISSORS, "text": "" } });
    desk.draft("nopq.note-edit.md", &reword, format!("It is the cache.{below}"));
    desk
}

#[test]
fn drafts_are_listed_with_what_they_are_for() {
    let desk = desk();
    assert_snapshot!(desk.screen(80, "drafts").stdout, @"
    klmn  PUBLIC reply to #1, then closed (answered) · 4m ago
          Please try 1.8.2.
    lmno  new ticket: Three · 6m ago
          It prints twice.
    mnop  edit of #1 · 7m ago
          title: Uno
    nopq  edit of NOTE 1.2 · 8m ago
          It is the cache.
    kxyz  NOTE on #1 · 2h ago
          Ask Jonas 👩‍💻.
    ");
    assert_snapshot!(desk.screen(40, "drafts list").stdout, @"
    klmn  PUBLIC reply to #1, then… · 5m ago
          Please try 1.8.2.
    lmno  new ticket: Three · 7m ago
          It prints twice.
    mnop  edit of #1 · 8m ago
          title: Uno
    nopq  edit of NOTE 1.2 · 9m ago
          It is the cache.
    kxyz  NOTE on #1 · 2h ago
          Ask Jonas 👩‍💻.
    ");
    assert_snapshot!(desk.ok("drafts ls"), @"
    klmn	2026-09-01T08:59:00Z	PUBLIC reply to #1, then closed (answered)	Please try 1.8.2. Bye.
    lmno	2026-09-01T08:57:00Z	new ticket: Three	It prints twice.
    mnop	2026-09-01T08:56:00Z	edit of #1	--- title: Uno priority: normal labels:  assignee:  requester: Ada <ada@acme.example> due:  --- It crashes.
    nopq	2026-09-01T08:55:00Z	edit of NOTE 1.2	It is the cache.
    kxyz	2026-09-01T07:00:00Z	NOTE on #1	Ask Jonas 👩‍💻.
    ");
    assert_eq!(desk.ok("drafts -q"), "klmn\nlmno\nmnop\nnopq\nkxyz\n");
    let drafts = desk.json("drafts");
    assert_eq!(drafts["meta"]["total"], 5);
    let of = |field: &str| -> Vec<Value> {
        let all = drafts["data"].as_array().unwrap().iter();
        all.map(|draft| draft[field].clone()).collect()
    };
    assert_eq!(of("command"), ["reply", "new", "edit", "edit", "comment"]);
    assert_eq!(json!(of("kind")), json!(["reply", null, null, "note", "note"]));
    assert_eq!(json!(of("tickets")), json!([["1"], [], ["1"], ["1"], ["1"]]));
}

#[test]
fn no_drafts_are_no_mistake() {
    let desk = Desk::new();
    assert_snapshot!(desk.screen(80, "drafts").transcript(), @"no drafts");
    assert_eq!(desk.ok("drafts"), "");
    let none = desk.json("drafts");
    assert_eq!((&none["data"], &none["meta"]["total"]), (&json!([]), &json!(0)));
    assert!(!desk.path("tix.db").exists());
    for line in ["drafts show x", "drafts resume x", "drafts rm x --yes"] {
        assert_eq!(desk.run(line).code, 3, "{line}");
    }
}

#[test]
fn one_is_shown_as_a_whole() {
    let desk = desk();
    let shown = desk.screen(80, "drafts show kl").stdout;
    assert!(shown.starts_with("klmn  PUBLIC reply to #1, then closed (answered) · "), "{shown}");
    assert!(shown.ends_with("klmn.reply.md\n\nPlease try 1.8.2.\nBye.\n"), "{shown}");
    assert_eq!(desk.ok("drafts show kl"), "Please try 1.8.2.\nBye.\n");
    assert_eq!(desk.json("drafts show kxyz")["data"]["text"], "Ask Jonas 👩\u{200d}💻.");
    assert_snapshot!(desk.run("drafts show k").transcript(), @"
    --- stderr
    error: several drafts begin with `k`
      try: give more of its letters
    --- exit 4
    ");
    assert_snapshot!(desk.run("drafts show ../klmn").transcript(), @"
    --- stderr
    error: no draft `../klmn`
      try: `tix drafts` lists those there are
    --- exit 3
    ");
}

#[test]
fn one_is_sent_as_it_stands() {
    let desk = desk();
    assert_snapshot!(desk.run("drafts resume kl").transcript(), @"
    --- stderr
    error: nobody is there to use an editor
      try: --as-is takes the text as it stands
    --- exit 6
    ");
    assert_snapshot!(desk.run("drafts resume kl --as-is --dry-run").transcript(), @"
    would: #1 PUBLIC reply added (1.3), closed (answered)
    --- stderr
    note: `tix drafts resume klmn` goes on; your text is kept in ~/.local/state/tix/drafts/klmn.reply.md
    ");
    assert_eq!(desk.ticket("1")["messages"].as_array().unwrap().len(), 2);
    for (name, said) in [
        ("kl", "✓ #1 PUBLIC reply added (1.3), closed (answered)\n"),
        ("kx", "✓ #1 NOTE added (1.4)\n"),
        ("l", "3\n"),
        ("m", "✓ #1 title: Uno\n"),
        ("n", "✓ #1 NOTE reworded (1.2)\n"),
    ] {
        assert_eq!(desk.ok(&format!("drafts resume {name} --as-is")), said);
        assert_eq!(desk.run(&format!("drafts show {name}")).code, 3, "{name} is still there");
    }
    assert_eq!(std::fs::read_dir(desk.drafts()).unwrap().count(), 0);
    let ticket = desk.ticket("1");
    assert_eq!((&ticket["title"], &ticket["resolution"]), (&json!("Uno"), &json!("answered")));
    let said: Vec<_> = ticket["messages"].as_array().unwrap().iter().collect();
    let kinds: Vec<_> = said.iter().map(|it| (it["kind"].as_str(), it["body"].as_str())).collect();
    assert_eq!(
        kinds[1..],
        [
            (Some("note"), Some("It is the cache.")),
            (Some("reply"), Some("Please try 1.8.2.\nBye.")),
            (Some("note"), Some("Ask Jonas 👩\u{200d}💻.")),
        ]
    );
    let three = desk.ticket("3");
    assert_eq!((&three["title"], &three["channel"]), (&json!("Three"), &json!("phone")));
    assert_eq!((&three["labels"], &three["priority"]), (&json!(["bug"]), &json!("high")));
    assert_eq!(three["description"], "It prints twice.");
}

#[test]
fn a_note_never_becomes_a_reply_whatever_its_file_is_called() {
    let desk = desk();
    let rename = |from: &str, to: &str| {
        std::fs::rename(desk.drafts().join(from), desk.drafts().join(to)).unwrap();
    };
    rename("kxyz.note.md", "kxyz.reply.md");
    let ran = desk.run("drafts resume kxyz.reply --as-is");
    assert_eq!(ran.code, 4, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(desk.ok("drafts show kxyz.reply").lines().next(), Some("Ask Jonas 👩\u{200d}💻."));
    // What the slip says is a note without a text now.
    assert_eq!(desk.run("drafts resume kxyz --as-is").code, 4);
    std::fs::remove_file(desk.drafts().join("klmn.json")).unwrap();
    assert_snapshot!(desk.run("drafts resume klmn.reply --as-is").transcript(), @"
    --- stderr
    error: what the draft klmn.reply was for is not known
      try: `tix drafts show klmn.reply` prints its text
    --- exit 4
    ");
    let bodies = desk.ticket("1")["messages"].to_string();
    assert!(!bodies.contains("Jonas") && !bodies.contains("1.8.2"), "{bodies}");
    // Nothing in a text is taken for what it is for.
    let note = desk.slip("comment", "1");
    let forged = format!("{note}\n{}\n", json!({ "command": "reply", "on": note["on"] }));
    desk.draft("qrst.note.md", &note, &forged);
    assert_eq!(desk.ok("drafts resume q --as-is"), "✓ #1 NOTE added (1.3)\n");
    assert_eq!(desk.ticket("1")["messages"][2]["body"], forged.trim_end());
}

#[test]
fn a_draft_that_cannot_be_sent_is_kept() {
    let desk = desk();
    desk.ok("edit 1 -r 'Cy <cy@other.example>'");
    desk.ok("edit 1.1 -m 'It crashes, says Cy.'");
    desk.ok("undo");
    let say = |text: &str| {
        let record = json!({ "id": "1", "uid": desk.ticket("1")["uid"], "title": "One", "messages": [
            { "kind": "reply", "author": "Cy <cy@other.example>", "by": "other", "body": text, "ref": "x:1" }] });
        assert_eq!(desk.feed("import jsonl -", record.to_string()).code, 0);
    };
    say("And I am here too.");
    assert_snapshot!(desk.run("drafts resume kl --as-is").transcript().replace(desk.folder().to_str().unwrap(), "~"), @"
    --- stderr
    error: #1 has moved on while you wrote
      because: the reply would reach Cy <cy@other.example>, Ada <ada@acme.example> now
      try: `tix drafts resume klmn` goes on; your text is kept in ~/.local/state/tix/drafts/klmn.reply.md
    --- exit 4
    ");
    desk.ok("edit 1 --title Eins");
    assert_eq!(desk.run("drafts resume m --as-is").code, 4);
    desk.ok("edit 1.2 -m 'Somebody knows better.'");
    assert_eq!(desk.run("drafts resume n --as-is").code, 4);
    desk.ok("edit 1.2 --remove");
    assert_eq!(desk.run("drafts resume n --as-is").code, 3);
    desk.draft("pppp.note.md", &desk.slip("comment", "1"), format!("  \n{SCISSORS}\nbelow\n"));
    assert_eq!(desk.run("drafts resume p --as-is").code, 4);
    desk.draft("pppp.note.md", &desk.slip("comment", "1"), b"caf\xe9\n");
    assert_eq!(desk.run("drafts resume p --as-is").code, 4);
    assert!(desk.ok("drafts show p").starts_with("caf\u{fffd}"));
    assert_eq!(desk.json("drafts")["meta"]["total"], 6);
    assert_eq!(desk.ticket("1")["title"], "Eins");
}

#[test]
fn drafts_are_thrown_away_only_when_that_is_meant() {
    let desk = desk();
    assert_snapshot!(desk.run("drafts rm kl kx").transcript(), @"
    --- stderr
    error: throw 2 drafts away?
      because: nobody is there to confirm, and no undo brings them back
      try: add --yes
    --- exit 6
    ");
    assert_eq!(desk.run("drafts rm kl nosuch --yes").code, 3);
    assert_eq!(desk.json("drafts")["meta"]["total"], 5);
    assert_snapshot!(desk.run("drafts rm kl kx klmn --yes").transcript(), @"
    ✓ removed draft klmn (PUBLIC reply to #1, then closed (answered))
    ✓ removed draft kxyz (NOTE on #1)
    ");
    assert_eq!(desk.json("drafts rm m --yes")["data"][0]["name"], "mnop");
    assert_eq!(desk.ok("drafts -q"), "lmno\nnopq\n");
    assert_eq!(std::fs::read_dir(desk.drafts()).unwrap().count(), 4);
}

#[test]
fn texts_and_names_of_drafts_act_on_no_terminal() {
    let desk = desk();
    desk.draft("kkkk.note.md", &desk.slip("comment", "1"), format!("{HOSTILE}\nmore {HOSTILE}"));
    desk.file(desk.drafts().join("we\x1b[2Jird.md").to_str().unwrap(), HOSTILE);
    let opening = json!({ "title": HOSTILE, "priority": "high", "channel": "cli", "state": { "status": "new" } });
    let new = json!({ "command": "new", "opening": opening, "at": 0, "begun": "" });
    desk.draft("llll.new.md", &new, "x");
    for line in [
        "drafts",
        "drafts show kkkk",
        "drafts show we",
        "drafts --json",
        "drafts --csv",
        "drafts -q",
        "drafts rm we\x1b[2Jird llll --yes",
    ] {
        for ran in [desk.screen(80, line), desk.screen(30, line), desk.run(line)] {
            let text = format!("{}{}", ran.stdout, ran.stderr);
            let acts = |c: char| {
                (c.is_control() && !"\n\t\r".contains(c))
                    || matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}')
            };
            assert!(!text.contains(acts), "{line}: {text:?}");
        }
    }
}

#[test]
fn a_draft_goes_to_the_desk_that_it_is_for() {
    let desk = desk();
    let other = Desk::new();
    other.ok("new Other -m other");
    let mut slip = desk.slip("comment", "1");
    slip["desk"] = desk.path("tix.db").to_str().unwrap().into();
    desk.draft("zzzz.note.md", &slip, "meant for the first");
    let mut command = desk.command("drafts resume z --as-is");
    let ran = crate::desk::Ran::of(&command.env("TIX_DB", other.path("tix.db")).output().unwrap());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("for the desk"), "{}", ran.stderr);
    assert_eq!(other.ticket("1")["messages"].as_array().unwrap().len(), 1);
    assert_eq!(desk.ticket("1")["messages"][2]["body"], "meant for the first");
    // Where it is named, another is used; a ticket of the same number there is another ticket.
    desk.draft("zzzz.note.md", &slip, "meant for the first");
    let line = format!("drafts resume z --as-is --db {}", other.path("tix.db").display());
    assert_eq!(desk.run(&line).code, 3);
    assert_eq!(other.ticket("1")["messages"].as_array().unwrap().len(), 1);
}

#[test]
fn the_names_of_drafts_are_completed() {
    let desk = desk();
    let offers = |words: &str| desk.ok(&format!("__complete fish {words}"));
    assert_eq!(
        offers("drafts show k"),
        "\nklmn\tPUBLIC reply to #1, then closed (answered)\nkxyz\tNOTE on #1\n"
    );
    assert_eq!(offers("drafts rm klmn kx"), "\nkxyz\tNOTE on #1\n");
    assert!(offers("drafts re").contains("resume\t"));
}
