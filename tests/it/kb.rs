//! The knowledge base: articles kept, found, linked, answered with, and brought by imports.

use insta::assert_snapshot;
use serde_json::Value;

use crate::desk::Desk;

mod finding;
mod importing;

/// Two tickets and two articles.
fn filled() -> Desk {
    let desk = Desk::new();
    desk.ok(
        "new 'I cannot reset my password' -m 'The link has expired.' -r 'Ada <ada@acme.example>'",
    );
    desk.ok("new 'Crash on start' -m 'null pointer'");
    desk.ok(
        "kb new 'How to reset a password' -l account,login -m 'Open **Settings**, then *Reset*.'",
    );
    desk.ok("kb new Printers --name print -m 'Buy another one.'");
    desk
}

fn names(desk: &Desk) -> String {
    desk.words("kb list -q")
}

#[test]
fn an_article_is_kept_under_a_name_made_of_its_title() {
    let desk = Desk::new();
    assert_eq!(desk.run("kb").code, 8);
    desk.ok("new One");
    assert_snapshot!(desk.run("kb").transcript(), @"");
    assert_snapshot!(desk.screen(80, "kb").transcript(), @"
    no articles
    `tix kb new TITLE` keeps one; `tix import markdown FOLDER` brings many
    ");
    assert_snapshot!(desk.run("kb new 'Über uns?' -m One").transcript(), @"uber-uns");
    assert_snapshot!(desk.run("kb new 'Uber UNS' -m Two").transcript(), @"
    uber-uns-2
    --- stderr
    note: uber-uns is another article, so it is kept as uber-uns-2
    ");
    assert_snapshot!(desk.run("kb new '登录失败 🔥' -m 请检查密码").transcript(), @"登录失败");
    assert_snapshot!(desk.screen(80, "kb new Third -m Three -l x").transcript(), @"✓ kept the article third: Third");
    assert_snapshot!(desk.run("kb new Other --name third -m x").transcript(), @"
    --- stderr
    error: there is an article `third` already
      try: `tix kb edit third` changes it
    --- exit 4
    ");
    assert_snapshot!(desk.run("kb new Other --name a/b -m x").transcript(), @"
    --- stderr
    error: `a/b` cannot be the name of an article
      try: names are letters, digits, - and _, at most 60
    --- exit 4
    ");
    assert_snapshot!(desk.run("kb new Other").transcript(), @"
    --- stderr
    error: the article has no text
      try: give it with -m TEXT, -F FILE, or on standard input
    --- exit 6
    ");
    assert_snapshot!(desk.run("kb new Other -m ' '").transcript(), @"
    --- stderr
    error: the article is empty
    --- exit 4
    ");
    assert_snapshot!(desk.run("kb new Other -m x -n").transcript(), @"would: kept the article other: Other");
    assert_eq!(desk.feed("kb new Piped", "From a pipe.\n").stdout, "piped\n");
    assert_eq!(names(&desk), "piped third uber-uns uber-uns-2 登录失败");
    assert_eq!(desk.json("kb show piped")["data"]["body"], "From a pipe.");
}

#[test]
fn articles_are_listed_and_shown_as_wide_as_the_screen() {
    let desk = filled();
    desk.ok("kb link 1 2 how-to-reset-a-password");
    desk.ok("kb new '登录失败怎么办' -m '请检查密码。'");
    assert_snapshot!(desk.run("kb list").transcript(), @"
    how-to-reset-a-password	How to reset a password	account,login	1,2	2026-09-01T09:02:00Z
    print	Printers			2026-09-01T09:03:00Z
    登录失败怎么办	登录失败怎么办			2026-09-01T09:05:00Z
    ");
    assert_snapshot!(desk.screen(80, "kb list").transcript(), @"
    NAME                     TITLE                  LABELS          TICKETS  UPDATED
    how-to-reset-a-password  How to reset a passw…  account, login  2        5m ago
    print                    Printers                                        4m ago
    登录失败怎么办           登录失败怎么办                                  2m ago
    ");
    assert_snapshot!(desk.screen(40, "kb list").transcript(), @"
    NAME                  TITLE
    how-to-reset-a-pass…  How to reset a pa…
    print                 Printers
    登录失败怎么办        登录失败怎么办
    ");
    assert_snapshot!(desk.run("kb list reset log").transcript(), @"how-to-reset-a-password	How to reset a password	account,login	1,2	2026-09-01T09:02:00Z");
    assert_snapshot!(desk.run("kb list nothing").transcript(), @"");
}

#[test]
fn an_article_is_shown_with_the_tickets_it_helps_with() {
    let desk = filled();
    desk.ok("kb link 1 2 how-to-reset-a-password");
    assert_snapshot!(desk.run("kb show how-to-reset-a-password").transcript(), @"
    How to reset a password
    name        how-to-reset-a-password
    labels      account, login
    written     Tue 2026-09-01 11:02 CEST (3m ago) by Mira Holt <mira@larkspur.example>
    tickets     #1 I cannot reset my password (new) · #2 Crash on start (new)

    Open **Settings**, then *Reset*.
    ");
    assert_snapshot!(desk.screen(40, "kb show how-to-reset-a-password print").transcript(), @"
    How to reset a password
    name        how-to-reset-a-password
    labels      account, login
    written     Tue 2026-09-01 11:02 CEST
                (4m ago) by Mira Holt
                <mira@larkspur.example>
    tickets     #1 I cannot reset my
                password (new) · #2 Crash on
                start (new)

    Open **Settings**, then *Reset*.

    Printers
    name        print
    written     Tue 2026-09-01 11:03 CEST
                (3m ago) by Mira Holt
                <mira@larkspur.example>

    Buy another one.
    ");
    assert_snapshot!(desk.run("kb show how-to-reset").transcript(), @"
    --- stderr
    error: no article `how-to-reset`
      try: did you mean `how-to-reset-a-password`?
    --- exit 3
    ");
    desk.ok("kb new Code -m '```\na line of code that is longer than any screen of forty columns is\n```\n| a table | that is longer | than any | screen of | forty columns |\nand a sentence that is longer than that too'");
    assert_snapshot!(desk.screen(40, "kb show code").transcript(), @"
    Code
    name        code
    written     Tue 2026-09-01 11:08 CEST
                (1m ago) by Mira Holt
                <mira@larkspur.example>

    ```
    a line of code that is longer than any screen of forty columns is
    ```
    | a table | that is longer | than any | screen of | forty columns |
    and a sentence that is longer than that
    too
    ");
}

#[test]
fn an_article_changes_and_undo_takes_it_back() {
    let desk = filled();
    let before = desk.ok("kb list --json");
    let changes = [
        "kb edit print -m 'Mend it.'",
        "kb edit print --title 'Printers on fire'",
        "kb edit print --label +fire,paper",
        "kb edit print --label -paper",
        "kb edit print --rename printers",
        "kb rm printers how-to-reset-a-password",
    ];
    let mut after = vec![before];
    for line in changes {
        assert_eq!(desk.run(line).code, 0, "{line}");
        after.push(desk.ok("kb list --json"));
    }
    assert_eq!(desk.words("kb list -q"), "");
    let log = desk.json("log -L 6");
    let told: Vec<&str> =
        log["data"].as_array().unwrap().iter().map(|it| it["summary"].as_str().unwrap()).collect();
    assert_snapshot!(told.join("\n"), @"
    took away 2 articles
    renamed article `print` to `printers`
    changed article `print`
    changed article `print`
    changed article `print`
    changed article `print`
    ");
    for (line, state) in changes.iter().zip(&after).rev() {
        desk.ok("undo");
        assert_eq!(&desk.ok("kb list --json"), state, "{line}");
    }
}

#[test]
fn a_change_that_changes_nothing_or_cannot_be_says_so() {
    let desk = filled();
    assert_snapshot!(desk.run("kb edit print --title Printers").transcript(), @"
    --- stderr
    note: the article print is so already
    ");
    assert_snapshot!(desk.run("kb edit print --rename how-to-reset-a-password").transcript(), @"
    --- stderr
    error: there is an article `how-to-reset-a-password` already
    --- exit 4
    ");
    assert_snapshot!(desk.run("kb edit print --rename x --title y").transcript(), @"
    --- stderr
    error: an article is renamed by itself
      try: give --rename first, and what else changes after it
    --- exit 2
    ");
    assert_snapshot!(desk.run("kb edit print").transcript(), @"
    --- stderr
    error: the article has no text
      try: give it with -m TEXT, -F FILE, or on standard input
    --- exit 6
    ");
    assert_snapshot!(desk.run("kb rm print -n").transcript(), @"would: took away the article print");
    assert_eq!(desk.feed("kb edit print", "Piped.\n").code, 0);
    assert_eq!(desk.json("kb show print")["data"]["body"], "Piped.");
}

fn linked(desk: &Desk, name: &str) -> Vec<String> {
    let article = desk.json(&format!("kb show {name}"));
    let tickets = article["data"]["tickets"].as_array().unwrap().iter();
    tickets.map(|ticket| ticket["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_ticket_names_the_articles_that_help_with_it() {
    let desk = filled();
    let before = desk.ok("export json");
    assert_snapshot!(desk.run("kb link 1 2 print").transcript(), @"
    ✓ print helps with #1 I cannot reset my password
    ✓ print helps with #2 Crash on start
    ");
    assert_snapshot!(desk.run("kb link 1 print").transcript(), @"
    --- stderr
    note: print is linked to #1 already
    ");
    assert_snapshot!(desk.run("kb link 2 how-to-reset-a-password -n").transcript(), @"would: how-to-reset-a-password helps with #2 Crash on start");
    desk.ok("kb link 2 how-to-reset-a-password");
    assert_snapshot!(desk.screen(80, "show 2").transcript(), @"
    #2 Crash on start
    new · our turn
    opened      Tue 2026-09-01 11:01 CEST (8m ago) by cli
    articles    how-to-reset-a-password: How to reset a password · print: Printers

    ── 2.1 PUBLIC  Mira Holt (us)  1 Sep 11:01 · 8m ago
       null pointer
    ");
    assert_eq!(
        desk.ticket("1")["articles"],
        serde_json::json!([{"name": "print", "title": "Printers"}])
    );
    assert_eq!(desk.ok("export json"), before);
    // What is merged brings its articles.
    desk.ok("merge 2 1");
    assert_eq!(linked(&desk, "print"), ["1"]);
    assert_eq!(desk.ticket("1")["articles"].as_array().unwrap().len(), 2);
    assert_snapshot!(desk.run("kb unlink 2 print").transcript(), @"
    ✓ print is off #1 I cannot reset my password
    --- stderr
    note: #2 was merged into #1
    ");
    assert_eq!(desk.ticket("1")["articles"].as_array().unwrap().len(), 1);
    assert_snapshot!(desk.run("kb unlink 1 print").transcript(), @"
    --- stderr
    note: print is not linked to #1
    ");
    desk.ok("undo");
    desk.ok("undo");
    assert_eq!(linked(&desk, "print"), ["1", "2"]);
    // One that is taken away is off its tickets, and on them when it comes back.
    assert_snapshot!(desk.run("kb rm print").transcript(), @"✓ took away the article print, and its 2 links to tickets");
    assert_eq!(desk.ticket("1")["articles"], Value::Null);
    desk.ok("undo");
    assert_eq!(linked(&desk, "print"), ["1", "2"]);
    desk.ok("kb edit print --rename paper");
    assert_eq!(linked(&desk, "paper"), ["1", "2"]);
    assert_eq!(desk.feed("kb unlink - paper", "1\n2\n").code, 0);
    assert!(linked(&desk, "paper").is_empty());
    for (line, code) in [("kb link 9 paper", 3), ("kb link 1 pper", 3), ("kb link 1", 2)] {
        assert_eq!(desk.run(line).code, code, "{line}");
    }
}

#[test]
fn a_reply_is_made_of_an_article() {
    let desk = filled();
    assert_snapshot!(desk.run("reply 1 --kb how-to-reset-a-password --close").transcript(), @"✓ #1 PUBLIC reply added (1.2), from how-to-reset-a-password, closed (answered)");
    let ticket = desk.ticket("1");
    assert_eq!(ticket["messages"][1]["body"], "Open **Settings**, then *Reset*.");
    assert_eq!(ticket["articles"][0]["name"], "how-to-reset-a-password");
    desk.ok("undo");
    let ticket = desk.ticket("1");
    assert_eq!(
        (ticket["messages"].as_array().unwrap().len(), &ticket["articles"]),
        (1, &Value::Null)
    );
    for (line, code) in [("reply 1 --kb no", 3), ("reply 1 --kb print -m x", 2)] {
        assert_eq!(desk.run(line).code, code, "{line}");
    }
}

#[test]
fn links_made_on_two_machines_do_not_contradict_each_other() {
    let desk = filled();
    let kept: Vec<String> = desk.json("log -L 1")["data"][0]["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["to"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(kept, ["kb/print"]);
    desk.ok("kb link 1 2 print");
    let events = desk.json("log -L 1")["data"][0]["events"].as_array().unwrap().clone();
    let mut keys: Vec<&str> = events.iter().map(|it| it["to"].as_str().unwrap()).collect();
    keys.dedup();
    assert_eq!((keys.len(), keys.iter().all(|key| key.starts_with("kb-link/print/"))), (2, true));
}

#[test]
fn nothing_of_an_article_does_anything_to_a_terminal() {
    let desk = Desk::new();
    let hostile = "\u{1b}[31mred\u{1b}]0;title\u{7} \u{202e}evil";
    assert_eq!(desk.feed("kb new Evil -l 'x\u{202e}y'", hostile).code, 0);
    desk.ok("new 'Evil ticket'");
    desk.ok("kb link 1 evil");
    for line in ["kb", "kb show evil", "kb search evil", "search evil", "similar 1", "show 1"] {
        for ran in [desk.run(line), desk.screen(60, line), desk.run(&format!("{line} --json"))] {
            let shown = format!("{}{}", ran.stdout, ran.stderr).replace("\u{1b}[1;4m", "");
            assert!(
                !shown.contains(['\u{7}', '\u{202e}']) && !shown.contains("\u{1b}]"),
                "{shown:?}"
            );
            assert!(!shown.contains("\u{1b}[31m"), "{shown:?}");
        }
    }
}
