//! Search, counts, saved queries, the scope, and what a query means.

use insta::assert_snapshot;

use crate::desk::Desk;

fn filled() -> Desk {
    let desk = Desk::new();
    desk.ok("new 'Crash on start' -m 'A null pointer in the login window' -l bug,Crash -p high -r 'Ada <ada@acme.example>'");
    desk.ok("new 'Größe falsch' -m 'Die Anmeldung zeigt 12 statt 10' -l bug -a @me");
    desk.ok("new '登录失败' -m '点击登录按钮后没有反应' -l 登录 -r '林晓雨'");
    desk.ok("comment 1 -m 'Known: the cache crashes first'");
    desk.ok("new 'Old login trouble' -l bug");
    desk.ok("close 4 --as answered");
    desk
}

#[test]
fn words_are_found_in_every_text() {
    let desk = filled();
    for (query, found) in [
        ("crash", "1"),
        ("crashes", "1"),
        ("crash*", "1"),
        ("cras", ""),
        ("grosse", "2"),
        ("GRÖSSE", "2"),
        ("登录", "3"),
        ("录失", "3"),
        ("录按钮", "3"),
        ("登钮", ""),
        ("login", "1 4"),
        ("'\"null pointer\"'", "1"),
        ("'\"pointer null\"'", ""),
        ("'pointer null'", "1"),
        ("'crash OR grosse'", "1 2"),
        ("'login NOT pointer'", "4"),
        ("'login -pointer'", "4"),
        ("title:login", "4"),
        ("body:login", "1"),
        ("note:login", ""),
        ("note:cache", "1"),
        ("body:cache", ""),
        ("'login is:closed'", "4"),
        ("'(login OR 登录) label:bug'", "1 4"),
        ("ada", ""),
    ] {
        assert_eq!(desk.words(&format!("search -q sort:id {query}")), found, "{query}");
        assert_eq!(desk.words(&format!("list --all -q sort:id {query}")), found, "{query}");
        let count = found.split_whitespace().count().to_string();
        assert_eq!(desk.words(&format!("count {query}")), count, "{query}");
    }
}

#[test]
fn the_best_match_comes_first_and_shows_where() {
    let desk = filled();
    assert_eq!(desk.words("search -q login"), "4 1");
    assert_snapshot!(desk.screen(72, "search login").stdout, @"
    #4  Old login trouble  closed (answered) · 2m ago
    #1  Crash on start  open · 4m ago
        1.1 A null pointer in the login window
    ");
    assert_snapshot!(desk.screen(40, "search 'cache OR 登录'").stdout, @"
    #3  登录失败  new · 6m ago
        3.1 点击登录按钮后没有反应
    #1  Crash on start  open · 5m ago
        1.2 NOTE Known: the cache crashes f…
    ");
    assert_snapshot!(desk.screen(72, "search nothing").stdout, @"no tickets match");
    let found = desk.json("search pointer");
    assert_eq!(found["data"][0]["snippet"], "A null pointer in the login window");
    assert!(found["data"][0]["score"].as_f64().unwrap() > 0.0);
    assert_eq!(desk.json("search trouble")["data"][0]["snippet"], serde_json::Value::Null);
    assert_eq!(desk.json("search label:bug")["data"][0]["score"], serde_json::Value::Null);
}

#[test]
fn a_search_looks_for_something() {
    let desk = filled();
    for line in ["search", "search ''", "search --json -L 1"] {
        assert_eq!(desk.run(line).code, 2, "{line}");
    }
    assert_eq!(desk.run("search is:closed -q").stdout, "4\n");
}

#[test]
fn matches_are_marked_where_there_is_colour() {
    let desk = filled();
    let mut command = desk.command("search pointer");
    command.env("TIX_FORCE_TTY", "72");
    let out = crate::desk::Ran::of(&command.output().unwrap()).stdout;
    assert!(out.contains("\x1b[1;4mpointer\x1b[0m"), "{out}");
}

#[test]
fn tickets_are_counted_by_what_they_have() {
    let desk = filled();
    assert_eq!(desk.ok("count"), "4\n");
    assert_eq!(desk.ok("count is:open"), "3\n");
    assert_eq!(desk.ok("count is:closed resolution:stale"), "0\n");
    assert_snapshot!(desk.ok("count --by label"), @"
    bug	3
    Crash	1
    登录	1
    ");
    assert_snapshot!(desk.screen(60, "count is:open --by status,label").stdout, @"
    COUNT  STATUS  LABEL
        1  new     bug
        1  new     登录
        1  open    Crash
        1  open    bug
    ");
    assert_snapshot!(desk.screen(60, "count --by assignee,turn").stdout, @"
    COUNT  ASSIGNEE                   TURN
        2  –                          us
        1  –                          –
        1  Mira Holt <mira@larkspur…  us
    ");
    assert_snapshot!(desk.run("count --by lable").transcript(), @"
    --- stderr
    error: cannot count by `lable`
      try: did you mean `label`?
    --- exit 4
    ");
    assert_eq!(desk.json("count is:open")["data"]["count"], 3);
    assert_eq!(desk.json("count --by status")["data"][1]["status"], "open");
}

#[test]
fn labels_that_differ_in_case_are_one() {
    let desk = Desk::new();
    for label in ["Bug", "bug", "BUG", "bug"] {
        desk.ok(&format!("new One -l {label}"));
    }
    assert_eq!(desk.ok("count --by label"), "bug\t4\n");
}

#[test]
fn a_query_is_saved_under_a_name() {
    let desk = filled();
    assert_snapshot!(desk.run("view save bugs 'label:bug sort:-id'").transcript(), @"✓ saved view bugs: label:bug sort:-id");
    assert_eq!(desk.words("list -q --view bugs"), "2 1");
    assert_eq!(desk.words("list -q view:bugs sort:id"), "1 2");
    assert_eq!(desk.words("list --all -q view:bugs"), "4 2 1");
    assert_eq!(desk.words("list -q '-view:bugs'"), "3");
    assert_eq!(desk.ok("view show bugs"), "label:bug sort:-id\n");
    assert_snapshot!(desk.run("view save bugs label:bug").transcript(), @"
    ✓ saved view bugs: label:bug
    --- stderr
    note: the view bugs was: label:bug sort:-id
    ");
    desk.ok("view save mine 'view:bugs assignee:@me'");
    assert_eq!(desk.words("list -q --view mine"), "2");
    assert_snapshot!(desk.screen(60, "view list").stdout, @"
    bugs  label:bug
    mine  view:bugs assignee:@me
    ");
    assert_snapshot!(desk.run("list --view bug").transcript(), @r#"
    --- stderr
    error: the query could not be read
      because: no view `bug`
        view:"bug"
        ^^^^^^^^^^
      try: did you mean `view:bugs`?
    --- exit 4
    "#);
    assert_snapshot!(desk.run("view save bugs 'view:mine'").transcript(), @"
    --- stderr
    error: the query could not be read
      because: the view `bugs` cannot be read: the view `mine` cannot be read: the view `bugs` is part of itself
        view:bugs assignee:@me
        ^^^^^^^^^
        view:mine
        ^^^^^^^^^
        view:bugs
        ^^^^^^^^^
      try: `tix view save bugs QUERY` saves another query under this name
    --- exit 4
    ");
    assert_snapshot!(desk.run("view show mien").transcript(), @"
    --- stderr
    error: no view `mien`
      try: did you mean `mine`?
    --- exit 3
    ");
    assert_snapshot!(desk.run("view save 'a b' is:open").transcript(), @"
    --- stderr
    error: `a b` cannot be the name of a view
      try: names are letters, digits, - and _, at most 40
    --- exit 4
    ");
    desk.ok("view rm bugs");
    assert_eq!(desk.run("list --view mine").code, 4);
    assert_eq!(desk.run("view rm bugs").code, 3);
    // Another name for `show`.
    assert_eq!(desk.ok("view 1 -q"), "1\n");
}

#[test]
fn a_scope_narrows_lists_and_says_so() {
    let desk = filled();
    desk.ok("config set scope 'assignee:@me'");
    assert_snapshot!(desk.screen(60, "list").stdout, @"
    only assignee:@me (--all for all)
    ID  STATUS  TITLE         ASSIGNEE   LABELS  UPDATED
    #2  new     Größe falsch  Mira Holt  bug     6m ago
    ");
    assert_snapshot!(desk.run("list -q").transcript(), @"
    2
    --- stderr
    note: only tickets in your scope: assignee:@me (--all for all)
    ");
    let document = desk.json("list");
    assert_eq!(document["data"].as_array().unwrap().len(), 1);
    assert!(document["warnings"][0].as_str().unwrap().contains("assignee:@me"));
    assert_eq!(desk.words("list -q --all sort:id"), "1 2 3 4");
    assert_eq!(desk.words("search -q login sort:id"), "1 4");
    assert_eq!(desk.ok("count"), "4\n");
    assert_eq!(desk.run("config set scope 'statsu:x'").code, 4);
}

#[test]
fn what_a_query_means_is_explained() {
    let desk = filled();
    assert_snapshot!(
        desk.ok("list --explain 'crash label:bug,ui -priority:<high due:<2026-09-03 sort:-due'"), @r#"
    query
      crash label:bug,ui -priority:<high due:<2026-09-03 sort:-due
    means
      all of
        text holds "crash"
        any of
          label is bug
          label is ui
        not
          priority at most normal
        due before 2026-09-02T22:00:00Z
        is open
      sorted by due, largest first
    answered by
      SELECT machine, n, uid, title, status, resolution, priority, channel, due_at,
      snoozed_until, turn, created_at, updated_at, closed_at, messages, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, id FROM ticket WHERE (((id IN (SELECT ticket FROM term WHERE kind = ? AND key = ?) OR id IN (SELECT ticket FROM term WHERE kind = ? AND key = ?)) AND NOT coalesce((priority >= ? AND priority < ?), 0)) AND (due_at < ? AND (status < 4 AND id IN (SELECT rowid FROM text WHERE text MATCH ?)))) ORDER BY soon = 4611686018427387904, soon DESC, id DESC LIMIT ?
    with
      ?1 = 0
      ?2 = bug
      ?3 = 0
      ?4 = ui
      ?5 = 0
      ?6 = 2
      ?7 = 1788386400000
      ?8 = "crash"
      ?9 = -1
    going about it
      SEARCH ticket USING INTEGER PRIMARY KEY (rowid=?)
      LIST SUBQUERY 3
      SCAN text VIRTUAL TABLE INDEX 0:M3
      LIST SUBQUERY 1
      SEARCH term USING PRIMARY KEY (kind=? AND key=?)
      CREATE BLOOM FILTER
      LIST SUBQUERY 2
      SEARCH term USING PRIMARY KEY (kind=? AND key=?)
      CREATE BLOOM FILTER
      USE TEMP B-TREE FOR ORDER BY
    "#);
    let document = desk.json("search --explain crash");
    assert_eq!(document["data"]["tree"], serde_json::json!(["all of", "  text holds \"crash\""]));
    assert!(document["data"]["sql"].as_str().unwrap().contains("MATCH ?"));
    assert!(desk.ok("count --explain --json=tree").contains("every ticket"));
}

#[test]
fn times_are_absolute_and_nothing_is_cut_where_asked() {
    let desk = filled();
    let long = "x".repeat(150);
    desk.ok(&format!("new '{long}' -l a-label-with-a-rather-long-name"));
    assert!(
        desk.screen(60, "list --absolute --columns id,updated_at")
            .stdout
            .contains("2026-09-01 11:")
    );
    let wide = desk.screen(60, "list --wide").stdout;
    assert!(wide.contains(&long) && wide.contains("a-label-with-a-rather-long-name"), "{wide}");
    assert!(!desk.screen(60, "list").stdout.contains(&long));
}

#[test]
fn flags_and_views_narrow_the_whole_query() {
    let desk = filled();
    assert_eq!(desk.words("list -q sort:id 'label:bug OR label:登录' -a @me"), "2");
    desk.ok("view save mine assignee:@me");
    assert_eq!(desk.words("list -q 'label:bug OR label:登录' --view mine"), "2");
    assert_eq!(desk.words("search -q 'login OR grosse' --view mine"), "2");
    assert_eq!(desk.run("list 'label:bug OR' -l bug").code, 4);
}

#[test]
fn an_operator_may_touch_its_parenthesis() {
    let desk = filled();
    assert_eq!(desk.words("list -q 'NOT(label:bug OR label:x)'"), "3");
    assert_eq!(desk.words("list -q sort:id 'label:x OR(label:bug)'"), "1 2");
    assert_eq!(desk.words("list -q '(crash pointer)'"), "1");
}

#[test]
fn a_misspelt_key_after_a_minus_is_no_bundle_of_flags() {
    let desk = filled();
    for word in ["-lable:bug", "-author:bob", "-asignee:bob"] {
        let ran = desk.run(&format!("list {word}"));
        assert_eq!((ran.code, ran.stderr.contains("no key")), (4, true), "{word}: {}", ran.stderr);
    }
}

#[test]
fn views_are_kept_whatever_stands_before() {
    let desk = filled();
    desk.ok("view save bugs label:bug");
    assert_eq!(desk.ok("--color never view list"), "bugs\tlabel:bug\n");
    assert_eq!(desk.json("view show bugs")["data"]["query"], "label:bug");
    assert!(desk.ok("--json view list").contains("tix/view/1"));
    let file = desk.path(".config/tix/config.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen("# user = ", "user = ", 1)).unwrap();
    assert_eq!(desk.ok("view list"), "bugs\tlabel:bug\n");
}

#[test]
fn thousands_of_numbers_are_one_question() {
    let desk = filled();
    let many: Vec<String> = (1..=9000).map(|n| n.to_string()).collect();
    assert_eq!(desk.words(&format!("list --all -q sort:id id:{},b7", many.join(","))), "1 2 3 4");
}
