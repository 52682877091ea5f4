//! One verb on many tickets: the same rules for all of them.

use serde_json::json;

use crate::desk::Desk;

/// Every verb that changes tickets, as it is before the IDs.
const VERBS: [&str; 8] = [
    "comment -m why",
    "reply -m answer",
    "close --as stale -m 'Closing for age'",
    "reopen -m again",
    "edit --priority high",
    "assign @me",
    "label +stale",
    "status hold",
];

/// Five tickets, two of them old; `reopen` finds them closed.
fn filled(verb: &str) -> Desk {
    let desk = Desk::new();
    let ticket = |n: u32| {
        let month = if n < 3 { 3 } else { 8 };
        json!({
            "id": n.to_string(), "title": format!("Ticket {n}"), "requester": "Ada <ada@acme.example>",
            "created_at": format!("2026-0{month}-0{n}T08:00:00Z"),
            "updated_at": format!("2026-0{month}-0{n}T08:00:00Z"),
        })
    };
    let lines: Vec<String> = (1..=5).map(|n| ticket(n).to_string()).collect();
    assert_eq!(desk.feed("import jsonl -", lines.join("\n")).code, 0);
    if verb.starts_with("reopen") {
        desk.ok("close 1 2 3 4 5 --yes");
    }
    desk
}

#[test]
fn every_verb_takes_many_tickets_by_the_same_rules() {
    for verb in VERBS {
        let desk = filled(verb);
        let before = desk.ok("export jsonl");
        let unchanged = |what: &str| assert_eq!(desk.ok("export jsonl"), before, "{verb}: {what}");
        // More than three want a word; nobody is there to give it.
        for ids in ["1 2 3 4", "--where title:ticket"] {
            let ran = desk.run(&format!("{verb} {ids}"));
            assert_eq!((ran.code, ran.stdout.as_str()), (6, ""), "{verb} {ids}: {}", ran.stderr);
            assert!(ran.stderr.contains("--yes"), "{}", ran.stderr);
        }
        unchanged("unasked");
        // A rehearsal says what the act says.
        let said = desk.ok(&format!("{verb} --where title:ticket --dry-run"));
        assert_eq!(said.lines().filter(|line| line.starts_with("would: ")).count(), 5, "{said}");
        unchanged("rehearsed");
        // One bad ID stops all, or is left out.
        let ran = desk.run(&format!("{verb} 1 99 2"));
        assert_eq!((ran.code, ran.stdout.as_str()), (3, ""), "{verb}: {}", ran.stderr);
        unchanged("one is not there");
        let ran = desk.run(&format!("{verb} 1 99 2 --keep-going"));
        assert_eq!((ran.code, ran.stdout.lines().count()), (7, 2), "{verb}: {}", ran.stderr);
        desk.ok("undo");
        unchanged("undone");
        // IDs on standard input, whole lines of a list too.
        let ran = desk.feed(&format!("{verb} - --yes"), "1\tnew\tlow\n#2\n3\n4\n5\n");
        assert_eq!(ran.code, 0, "{verb}: {}", ran.stderr);
        assert_eq!(acts(&ran.stdout), acts(&said), "{verb}");
        assert_eq!(desk.json("log -L 1")["data"][0]["tickets"].as_array().unwrap().len(), 5);
        desk.ok("undo");
        unchanged("undone");
    }
}

/// What was or would be done, without the numbers of messages: those taken back are not given again.
fn acts(said: &str) -> Vec<&str> {
    let mut acts: Vec<&str> = said
        .lines()
        .map(|line| line.trim_start_matches("✓ ").trim_start_matches("would: "))
        .map(|line| line.split(" added (").next().unwrap())
        .collect();
    acts.sort_unstable();
    acts
}

#[test]
fn the_old_ones_are_closed_from_a_list_and_come_back() {
    let desk = filled("close");
    let before = desk.ok("export jsonl");
    let old = desk.ok("list -q 'is:open updated:<-90d'");
    assert_eq!(old.lines().count(), 2);
    let close = "close - --as stale -m 'Closing for age'";
    let ran = desk.feed(&format!("{close} --dry-run"), &old);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("would: #2 closed (stale)\n"), "{}", ran.stdout);
    assert_eq!(desk.ok("export jsonl"), before);
    assert_eq!(desk.feed(&format!("{close} --yes"), &old).code, 0);
    assert_eq!(desk.words("list -q is:closed resolution:stale sort:id"), "1 2");
    assert_eq!(desk.json("log")["meta"]["total"], 2);
    desk.ok("undo");
    assert_eq!(desk.ok("export jsonl"), before);
}
