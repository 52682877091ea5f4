//! Links between tickets.

use insta::assert_snapshot;
use serde_json::Value;

use crate::surgery::{change, desk};

#[test]
fn links_are_seen_and_taken_away_from_both_sides() {
    let desk = desk();
    assert_eq!(desk.ok("link 1 blocks 2"), "✓ #1 blocks #2\n");
    assert_eq!(desk.ok("link 3 blocked-by 2"), "✓ #2 blocks #3\n");
    assert_eq!(desk.ok("link 1 relates 3"), "✓ #1 relates #3\n");
    let ran = desk.run("link 3 relates 1");
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", "note: #3 relates #1 already\n"));
    assert_eq!(desk.json("link 1 blocks 2")["meta"]["change"], Value::Null);
    let of = |id: &str| -> Vec<String> {
        let links = desk.ticket(id)["links"].clone();
        let one = |link: &Value| format!("{} {}", link["kind"], link["id"]).replace('"', "");
        links.as_array().unwrap().iter().map(one).collect()
    };
    assert_eq!(of("1"), ["blocks 2", "relates 3"]);
    assert_eq!(of("2"), ["blocked-by 1", "blocks 3"]);
    assert_eq!(of("3"), ["blocked-by 2", "relates 1"]);
    assert_eq!(desk.ok("list -q is:blocked sort:id"), "2\n3\n");
    assert_eq!(desk.ok("list -q has:link sort:id"), "1\n2\n3\n");
    assert_eq!(desk.json("log")["data"][0]["summary"], "linked #1 relates #3");
    assert_eq!(desk.ok("unlink 2 blocked-by 1"), "✓ no longer #1 blocks #2\n");
    assert_eq!(desk.json("log")["data"][0]["summary"], "unlinked #1 blocks #2");
    assert_eq!(desk.ok("unlink 3 1"), "✓ no longer #1 relates #3\n");
    assert_eq!(desk.run("unlink 3 1").stderr, "note: not so: #3 linked to #1\n");
    assert_eq!(desk.ok("unlink 2 blocks 3 --dry-run"), "would: no longer #2 blocks #3\n");
    assert_eq!(desk.ok("list -q no:link"), "1\n");
    desk.ok("undo");
    desk.ok("undo");
    assert_eq!(of("1"), ["blocks 2", "relates 3"]);
}

#[test]
fn nothing_blocks_or_repeats_itself() {
    let desk = desk();
    desk.ok("link 1 blocks 2");
    desk.ok("link 2 blocks 3");
    assert_snapshot!(desk.run("link 3 blocks 1").transcript(), @"
    --- stderr
    error: #3 cannot block #1
      because: #1 blocks #2 blocks #3
      try: `tix unlink` takes one of these links away
    --- exit 4
    ");
    assert_eq!(desk.run("link 1 blocked-by 3").code, 4);
    assert_snapshot!(desk.run("link 2 blocks 2").transcript(), @"
    --- stderr
    error: #2 cannot be linked to itself
    --- exit 4
    ");
    assert_eq!(desk.run("link 2 relates 2").code, 4);
    assert_eq!(desk.run("unlink 2 2").code, 4);
    assert_snapshot!(desk.run("link 2 blok 3").transcript(), @"
    --- stderr
    error: invalid value 'blok' for '<KIND>': no kind of link `blok`: there are `blocks`, `relates`, `duplicates`, `blocked-by` and `duplicated-by`
      try: did you mean `blocks`?
    --- exit 4
    ");
    assert_eq!(desk.run("unlink 2 blok 3").code, 4);
    assert_eq!(desk.run("link 2 blocks 9").code, 3);
    // Another kind makes no circle with it.
    desk.ok("link 3 duplicates 1");
    assert_eq!(desk.run("link 1 duplicates 3").code, 4);
    // Nor does a link that is brought back.
    desk.ok("undo");
    desk.ok("undo");
    let undone = change(&desk, 0);
    desk.ok("link 3 blocks 1");
    let ran = desk.run(&format!("undo {undone}"));
    assert_eq!((ran.code, ran.stderr.contains("#2 cannot block #3")), (4, true), "{}", ran.stderr);
}

#[test]
fn a_ticket_is_closed_though_an_open_one_blocks_it_but_not_in_silence() {
    let desk = desk();
    desk.ok("link 1 blocks 2");
    for line in ["close 2", "status closed 2", "reply 2 -m x --close"] {
        let ran = desk.run(line);
        assert_eq!(ran.stderr, "note: #2 is blocked by #1, still open\n", "{line}");
        assert_eq!(desk.ok("list -q is:blocked"), "");
        desk.ok("undo");
    }
    assert_eq!(desk.ok("list -q is:blocked"), "2\n");
    // Closed with what blocks it, nothing is left to say.
    assert_eq!(desk.run("close 1 2").stderr, "");
    desk.ok("undo");
    desk.ok("close 1");
    assert_eq!(
        (desk.ok("list -q is:blocked"), desk.run("close 2").stderr),
        (String::new(), String::new())
    );
}

#[test]
fn a_list_says_in_words_what_was_merged_and_a_narrow_screen_holds_its_links() {
    let desk = desk();
    desk.ok("edit 3 --title '登录失败：用户点击登录按钮之后页面一直停留在加载状态 🔥🔥🔥'");
    desk.ok("merge 2 1");
    desk.ok("link 3 blocks 1");
    desk.ok("link 1 relates 3");
    assert_snapshot!(desk.screen(80, "list --all").stdout, @"
    ID  STATUS  TITLE                                                        UPDATED
    #1  new     Crash on start                                               1m ago
    #3  new     登录失败：用户点击登录按钮之后页面一直停留在加载状态 🔥🔥🔥  2m ago
    #2  merged  It does not start                                            3m ago
    ");
    let shown = desk.screen(44, "show 1 --public").stdout;
    assert_snapshot!(shown, @"
    #1 Crash on start
    new · our turn · bug
    requester   Ada <ada@acme.example>
    opened      Tue 2026-09-01 11:00 CEST (10m
                ago) by cli
    updated     Tue 2026-09-01 11:08 CEST (2m
                ago)
    links       blocked by #3 登录失败：用户点击
                登录按钮之后页面一直… (new) ·
                relates #3 登录失败：用户点击登
                录按钮之后页面一直… (new) ·
                merged from #2 It does not start

    ── 1.1 PUBLIC  Ada (requester)
       1 Sep 11:00 · 10m ago
       With 1.8.1.

    ── 1.2 PUBLIC  Bo (requester)
       1 Sep 11:01 · 9m ago · from 2.1
       Since today.

    ── 1.4 PUBLIC  Mira Holt (us)
       1 Sep 11:03 · 7m ago · from 2.3
       Which version?
    ");
    assert!(desk.ok("list --all").contains("\n2\tclosed\t"));
}

#[test]
fn a_link_that_was_made_by_hand_outlives_a_change_of_the_status() {
    let desk = desk();
    desk.ok("link 2 duplicates 1");
    for line in ["status pending 2", "close 2 --as solved", "reopen 2", "reply 2 -m x --pending"] {
        desk.ok(line);
        assert_eq!(desk.ok("show 2 --columns links"), "duplicates=1\n", "{line}");
    }
    desk.ok("close 2 --duplicate-of 3");
    assert_eq!(desk.ok("show 2 --columns id,links,merged_into"), "2\tduplicates=3\t\n");
    desk.ok("merge 3 1");
    assert_eq!(desk.ok("list --all -q is:merged --columns id,status,merged_into"), "3\n");
    assert_eq!(desk.ok("list is:merged --columns id,status,merged_into"), "3\tclosed\t1\n");
    let screen = desk.screen(60, "list is:merged --columns id,status").stdout;
    assert!(screen.ends_with("#3  merged\n"), "{screen}");
}

#[test]
fn a_list_tells_links_where_they_are_asked_for() {
    let desk = desk();
    desk.ok("link 1 blocks 2");
    desk.ok("link 2 relates 1");
    desk.ok("merge 3 1");
    for line in ["list --json=id,links", "next --json=id,links", "search is:open --json=id,links"] {
        let document: Value = serde_json::from_str(&desk.ok(line)).unwrap();
        let rows = document["data"].as_array().unwrap();
        assert!(!rows.is_empty(), "{line}");
        for row in rows {
            let wanted = desk.ticket(row["id"].as_str().unwrap())["links"].clone();
            assert_eq!(row["links"], wanted, "{line}");
        }
    }
    assert_eq!(desk.ticket("2")["links"].as_array().unwrap().len(), 2);
    assert!(desk.ok("list --columns id,links").contains("blocked-by"));
}
