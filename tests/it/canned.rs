//! Canned replies: kept, filled in, taken away and brought back.

use insta::assert_snapshot;

use crate::desk::Desk;

#[test]
fn a_reply_is_kept_changed_and_taken_away() {
    let desk = Desk::new();
    desk.ok("new One");
    assert_snapshot!(desk.run("canned").transcript(), @"");
    assert_snapshot!(desk.screen(80, "canned").transcript(), @"
    no canned replies yet
    `tix canned new NAME` keeps a reply under a name
    ");
    assert_snapshot!(desk.run("canned new ack -m 'Hello {{requester.first|there}},\nwe look at {{id}}.'").transcript(), @"✓ kept the canned reply ack");
    assert_snapshot!(desk.run("canned new ack -m x").transcript(), @"
    --- stderr
    error: there is a canned reply `ack` already
      try: `tix canned edit ack` changes it
    --- exit 4
    ");
    assert_snapshot!(desk.run("canned edit ack -m 'Hi {{requester|there}}.'").transcript(), @"✓ kept the canned reply ack");
    assert_snapshot!(desk.run("canned edit ack -m 'Hi {{requester|there}}.'").transcript(), @"
    --- stderr
    note: the canned reply `ack` reads so already
    ");
    assert_snapshot!(desk.run("canned list").transcript(), @"ack	Hi {{requester|there}}.	requester");
    assert_snapshot!(desk.screen(80, "canned list").transcript(), @"ack  Hi {{requester|there}}.");
    assert_snapshot!(desk.run("canned show ack --for 1").transcript(), @"Hi there.");
    assert_snapshot!(desk.run("canned rm ack").transcript(), @"✓ took away the canned reply ack");
    assert_snapshot!(desk.run("canned show ak").transcript(), @"
    --- stderr
    error: no canned reply `ak`
      try: `tix canned list` lists them
    --- exit 3
    ");
    assert!(desk.ok("undo").ends_with(
        ": took away canned `ack`
"
    ));
    assert_eq!(desk.words("canned list --columns name"), "ack");
}

#[test]
fn undo_and_redo_reach_what_is_kept() {
    let desk = Desk::new();
    desk.ok("new One");
    let before = desk.ok("export jsonl");
    desk.ok("canned new ack -m one");
    desk.ok("canned edit ack -m two");
    desk.ok("undo");
    assert_eq!(desk.ok("canned show ack"), "one\n");
    desk.ok("redo");
    assert_eq!(desk.ok("canned show ack"), "two\n");
    desk.ok("undo");
    desk.ok("undo");
    assert_eq!(desk.run("canned show ack").code, 3);
    assert_eq!(desk.ok("export jsonl"), before);
    let log = desk.json("log");
    let summaries: Vec<&str> =
        log["data"].as_array().unwrap().iter().map(|it| it["summary"].as_str().unwrap()).collect();
    assert!(summaries.contains(&"kept canned `ack`"), "{summaries:?}");
    // Work on it since is not trampled.
    desk.ok("canned new ack -m one");
    let change = desk.json("log -L 1")["data"][0]["change"].as_str().unwrap().to_owned();
    desk.ok("canned edit ack -m two");
    let ran = desk.run(&format!("undo {change}"));
    assert_eq!((ran.code, ran.stderr.contains("canned `ack` has changed since")), (4, true));
    desk.ok("canned rm ack --dry-run");
    assert_eq!(desk.ok("canned show ack"), "two\n");
}

#[test]
fn a_place_is_filled_or_an_error_and_never_blank() {
    let desk = Desk::new();
    desk.ok("new 'No one asks'");
    desk.ok("new Login -r 'Ada Lovelace <ada@acme.example>'");
    for (text, words) in [
        ("Hi {{requster}}", "did you mean {{requester}}?"),
        ("Hi {{requester", "`{{requester` is not closed"),
        ("Hi {{}}", "nothing is called {{}}"),
        ("{{note}}", "nothing is called {{note}}"),
    ] {
        let ran = desk.run(&format!("canned new bad -m '{text}'"));
        assert_eq!((ran.code, ran.stderr.contains(words)), (4, true), "{}", ran.stderr);
    }
    desk.ok("canned new all -m '{{id}} {{title}} {{requester.first}} {{requester.email}} {{me}} {{today}}'");
    assert_eq!(
        desk.ok("canned show all --for 2"),
        "#2 Login Ada ada@acme.example Mira Holt 2026-09-01\n"
    );
    let ran = desk.run("canned show all --for 1");
    assert_eq!((ran.code, ran.stdout.as_str()), (4, ""));
    assert!(ran.stderr.contains("#1 says nothing for {{requester.first}}"), "{}", ran.stderr);
    for name in ["", "-x", "a b", "a/b", "ä"] {
        assert_ne!(desk.run(&format!("canned new -m x -- '{name}'")).code, 0, "{name}");
    }
}
