//! Which tickets a list holds, in which order, in which columns.

use crate::desk::Desk;

fn filled() -> Desk {
    let desk = Desk::new();
    desk.ok("new 'Crash on start' -l bug,crash -p high -r 'Ada Lovelace <ada@acme.example>' --due 2026-09-03");
    desk.ok("new 'Wish: dark mode' -l feature -r bo@other.example -a @me");
    desk.ok("new 'Größe falsch' -l 'good first issue' -p low -r 'Örjan <o@x.example>' -a 'Jonas <j@larkspur.example>'");
    desk.ok("new 'Old one' -l bug --ref jira:PROJ-7");
    desk.ok("close 4 --as wontfix");
    desk.ok("reply 2 -m soon --pending");
    desk
}

#[test]
fn queries_select() {
    let desk = filled();
    for (query, ids) in [
        ("", "1 2 3"),
        ("--all", "1 2 3 4"),
        ("is:closed", "4"),
        ("status:pending", "2"),
        ("status:new,closed", "1 3 4"),
        ("label:bug", "1"),
        ("label:bug --all", "1 4"),
        ("--all -label:bug", "2 3"),
        ("'label:\"good first issue\"'", "3"),
        ("-l feature,crash", "1 2"),
        ("-l 'good first issue'", "3"),
        ("'priority:>=high'", "1"),
        ("'priority:<normal'", "3"),
        ("-p low", "3"),
        ("assignee:@me", "2"),
        ("-a jonas", "3"),
        ("assignee:J@larkspur.example", "3"),
        ("requester:ada@acme.example", "1"),
        ("'requester:\"ada lovelace\"'", "1"),
        ("requester:ÖRJAN", "3"),
        ("no:assignee", "1"),
        ("is:unassigned", "1"),
        ("has:due", "1"),
        ("'due:<2026-09-04'", "1"),
        ("'due:2026-09-01..2026-09-03'", "1"),
        ("is:overdue", ""),
        ("ref:jira:PROJ-7 --all", "4"),
        ("id:1,4 --all", "1 4"),
        ("crash", "1"),
        ("'title:\"dark mode\"'", "2"),
        ("is:awaiting-requester", "2"),
        ("is:awaiting-us", "1 3"),
        ("'replies:>0'", "2"),
        ("'messages:1'", "1 3"),
        ("has:reply", "2"),
        ("'created:today'", "1 2 3"),
        ("'updated:<-1h'", ""),
        ("'(label:bug OR label:feature) -is:pending'", "1 4"),
        ("'is:pending OR is:closed'", "2 4"),
        ("NOT label:bug", "2 3"),
        ("resolution:wontfix --all", "4"),
        ("channel:cli", "1 2 3"),
    ] {
        assert_eq!(desk.words(&format!("list -q -s id {query}")), ids, "{query}");
    }
}

#[test]
fn lists_are_sorted() {
    let desk = filled();
    for (keys, ids) in [
        ("id", "1 2 3 4"),
        ("-id", "4 3 2 1"),
        ("-priority,id", "1 2 4 3"),
        ("due,id", "1 2 3 4"),
        ("urgency,id", "1 3 2 4"),
        ("-urgency,id", "3 1 2 4"),
        ("title", "1 3 4 2"),
        ("-updated", "2 4 3 1"),
        ("created", "1 2 3 4"),
    ] {
        assert_eq!(desk.words(&format!("list --all -q --sort {keys}")), ids, "{keys}");
    }
    assert_eq!(desk.ok("list --all -q sort:-id -L 2"), "4\n3\n");
}

#[test]
fn a_pipe_gets_every_ticket_as_tab_separated_lines() {
    let desk = filled();
    let out = desk.ok("list -s id");
    let first: Vec<&str> = out.lines().next().unwrap().split('\t').collect();
    assert_eq!(
        first,
        ["1", "new", "high", "", "", "bug,crash", "Crash on start", "2026-09-01T09:00:00Z"]
    );
    let out = desk.ok("list --tsv --columns id,requester -s id");
    assert_eq!(out.lines().next().unwrap(), "id\trequester");
    assert_eq!(out.lines().nth(1).unwrap(), "1\tAda Lovelace <ada@acme.example>");
    let out = desk.ok("list --csv --no-header --columns id,labels -s id");
    assert_eq!(out.lines().next().unwrap(), "1,\"bug,crash\"");
}

#[test]
fn a_screen_gets_a_fitted_table_that_says_what_is_missing() {
    let desk = filled();
    for width in [20, 40, 60, 80, 100, 140, 250] {
        let out = desk.screen(width, "list").stdout;
        assert_eq!(out.lines().count(), 4, "{out}");
        for line in out.lines() {
            let columns = unicode_width::UnicodeWidthStr::width(line);
            assert!(columns <= width, "{columns} > {width}: {line}");
        }
    }
    let out = desk.screen(80, "list -L 2").stdout;
    assert!(out.ends_with("showing 2 of 3 (-L 0 for all)\n"), "{out}");
    assert!(!desk.screen(80, "list -L 3").stdout.contains("showing"));
    assert_eq!(desk.screen(80, "list label:none").stdout, "no tickets match\n");
}

#[test]
fn an_empty_answer_is_success_unless_asked_otherwise() {
    let desk = filled();
    assert_eq!(desk.ok("list label:none"), "");
    assert_eq!(desk.json("list label:none")["data"], serde_json::json!([]));
    assert_eq!(desk.run("list label:none --fail-empty").code, 3);
}

#[test]
fn a_hundred_thousand_rows_keep_the_widths_of_the_first() {
    let desk = Desk::new();
    let lines: Vec<String> =
        (0..350).map(|n| format!(r#"{{"title":"ticket number {n}"}}"#)).collect();
    desk.feed("import jsonl -", lines.join("\n"));
    let out = desk.screen(80, "list -L 0 -s id").stdout;
    assert_eq!(out.lines().count(), 351);
    let places: std::collections::BTreeSet<usize> =
        out.lines().skip(1).map(|line| line.find("ticket").unwrap()).collect();
    assert_eq!(places.len(), 1, "{places:?}");
}

#[test]
fn a_query_may_name_thousands() {
    let desk = filled();
    let ids: Vec<String> = (1..=5000).map(|n| n.to_string()).collect();
    assert_eq!(desk.ok(&format!("list --all -q -s id id:{}", ids.join(","))), "1\n2\n3\n4\n");
    let ran = desk.run(&format!("list id:{}{}", ids.join(","), ids.join(",")));
    assert_eq!(ran.code, 0);
    let ran = desk.run(&format!("list '{}'", "x ".repeat(10_001)));
    assert_eq!(
        (ran.code, ran.stderr.contains("more than 10000 words")),
        (4, true),
        "{}",
        ran.stderr
    );
}

#[test]
fn lists_in_their_own_order_never_sort_or_scan() {
    let desk = filled();
    let conn = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
    for condition in [
        "status < 4",
        "status > 3",
        "(status < 4 AND +status = 0)",
        "(status < 4 AND turn = 0)",
        "1",
    ] {
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT * FROM ticket WHERE {condition} ORDER BY updated_at DESC, id DESC LIMIT 50"
        );
        let mut statement = conn.prepare(&sql).unwrap();
        let plan: Vec<String> =
            statement.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect();
        assert!(plan.iter().all(|step| step.contains("USING INDEX")), "{condition}: {plan:?}");
    }
}
