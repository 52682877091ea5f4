//! What fits at the cursor, as fish's script is told: `WORD<TAB>about`, after a line of its own.

use std::time::{Duration, Instant};

use crate::desk::{self, Desk, Ran};

/// What the scripts ask, and what they hear.
fn asked(desk: &Desk, words: &[&str]) -> Ran {
    Ran::of(&desk.command("__complete").args(words).output().unwrap())
}

/// The words that fit after `line`, whose last word is the one at the cursor.
fn fits(desk: &Desk, line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let ran = asked(desk, &[&["fish"], words.as_slice()].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{line}");
    ran.stdout.lines().skip(1).map(|it| it.split('\t').next().unwrap().to_owned()).collect()
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.ok("new 'Crash on start' -l Bug -l crash -r 'Ada Lovelace <ada@acme.example>' -a bo");
    desk.ok("new 'Dark mode' -l wontfix -p low -r 'Cy <cy@other.example>' --ref jira:TIX-7");
    desk.ok("new 'Printer on fire' -l 'good first issue' -a 'Mira Holt <mira@larkspur.example>'");
    desk.ok("new 'An old printer' -l ended");
    desk.ok("close 4");
    desk
}

#[test]
fn words_of_the_query_language_fit() {
    let desk = desk();
    for (line, wanted) in [
        ("list sta", vec!["status:"]),
        ("list status:o", vec!["status:open"]),
        ("list status:new,o", vec!["status:new,open"]),
        ("list is:awaiting-u", vec!["is:awaiting-us"]),
        ("list has:ass", vec!["has:assignee"]),
        ("list no:due", vec!["no:due"]),
        ("list sort:-up", vec!["sort:-updated"]),
        ("list sort:ur", vec!["sort:urgency"]),
        ("list sort:due,-pri", vec!["sort:due,-priority"]),
        ("list 'priority:>=h", vec!["priority:>=high"]),
        ("list priority:low..u", vec!["priority:low..urgent"]),
        ("list resolution:d", vec!["resolution:duplicate"]),
        ("list channel:e", vec!["channel:email"]),
        ("list created:\\>=yes", vec!["created:>=yesterday"]),
        ("list label:B", vec!["label:Bug"]),
        ("list label:Bug,cr", vec!["label:Bug,crash"]),
        ("list -label:wo", vec!["-label:wontfix"]),
        ("list '(-label:wo", vec!["(-label:wontfix"]),
        ("list label:go", vec!["label:\"good first issue\""]),
        ("list label:\\\"go", vec!["label:\"good first issue\""]),
        ("list assignee:@", vec!["assignee:@me"]),
        ("list assignee:b", vec!["assignee:bo"]),
        ("list assignee:mira", vec!["assignee:mira@larkspur.example"]),
        ("list requester:Lov", vec![]),
        ("list requester:ada", vec!["requester:ada@acme.example"]),
        ("list ref:jira", vec!["ref:jira:TIX-7"]),
        ("list id:4", vec!["id:4"]),
        ("export jsonl lab", vec!["label:"]),
        ("list nothing:a", vec![]),
        ("list is:open -label:wo", vec!["-label:wontfix"]),
        ("ls -- -label:wo", vec!["-label:wontfix"]),
    ] {
        assert_eq!(fits(&desk, line), wanted, "{line}");
    }
}

#[test]
fn a_query_in_one_word_is_completed_at_its_last_term() {
    let desk = desk();
    let ran = asked(&desk, &["fish", "edit", "--where", "'is:open label:wo"]);
    assert_eq!(ran.stdout, "\nis:open label:wontfix\t\n");
}

#[test]
fn values_of_flags_and_arguments_fit() {
    let desk = desk();
    for (line, wanted) in [
        ("new -l cr", vec!["crash"]),
        ("new -lcr", vec!["-lcrash"]),
        ("new --label=crash,B", vec!["--label=crash,Bug"]),
        ("label +Bug,-wo", vec!["+Bug,-wontfix"]),
        ("label Bug,b", vec![]),
        ("edit 1 -l +cr", vec!["+crash"]),
        ("assign m", vec!["Mira Holt <mira@larkspur.example>"]),
        ("assign mira@l", vec!["mira@larkspur.example"]),
        ("list -a @", vec!["@me"]),
        ("new -r ad", vec!["Ada Lovelace <ada@acme.example>"]),
        ("new -p h", vec!["high"]),
        ("status p", vec!["pending"]),
        ("list --status clo", vec!["closed"]),
        ("close 1 --as w", vec!["wontfix"]),
        ("reply 1 --close=an", vec!["--close=answered"]),
        ("list --columns id,ti", vec!["id,title", "id,tier"]),
        ("list --json=id,upd", vec!["--json=id,updated_at"]),
        ("info --json=why", vec!["--json=why"]),
        ("list --sort -cr", vec!["-created"]),
        ("--color a", vec!["auto", "always"]),
        ("help ex", vec!["export", "exit-codes"]),
        ("config get time", vec!["timezone"]),
        ("config set timezone Europe/Berl", vec!["Europe/Berlin"]),
        ("config set color n", vec!["never"]),
        ("config u", vec!["unset"]),
        ("import gith", vec!["github"]),
        ("export j", vec!["jsonl", "json", "jira"]),
        ("completions f", vec!["fish"]),
        ("new --due tom", vec!["tomorrow"]),
        ("snooze tom", vec!["tomorrow"]),
        ("snooze +1", vec!["+1d", "+1w"]),
        ("snooze yes", vec![]),
        ("rep", vec!["reply"]),
        ("list --fail", vec!["--fail-empty"]),
        ("new Any ti", vec![]),
    ] {
        assert_eq!(fits(&desk, line), wanted, "{line}");
    }
}

#[test]
fn tickets_fit_by_number_and_by_a_word_of_their_title() {
    let desk = desk();
    for (line, wanted) in [
        ("close ", vec!["3", "2", "1"]),
        ("close 3 ", vec!["2", "1"]),
        ("close --dry-run -y 3 1 ", vec!["2"]),
        ("show ", vec!["4", "3", "2", "1"]),
        ("reopen ", vec!["4"]),
        ("comment cra", vec!["1"]),
        ("show printer", vec!["4", "3"]),
        ("comment printer", vec!["3"]),
        // Nothing open fits, so what is closed does.
        ("comment 4", vec!["4"]),
        ("show #2", vec!["#2"]),
        ("show jira:T", vec!["jira:TIX-7"]),
        ("close 1 --duplicate-of ", vec!["4", "3", "2"]),
    ] {
        assert_eq!(fits(&desk, line), wanted, "{line}");
    }
    assert_eq!(asked(&desk, &["fish", "show", "3"]).stdout, "\n3\tPrinter on fire\n");
}

#[test]
fn numbers_fit_beyond_the_tickets_updated_last() {
    let desk = Desk::new();
    let lines: Vec<String> = (1..=2600).map(|n| format!("{{\"title\":\"Number {n}\"}}")).collect();
    desk.feed("import jsonl -", lines.join("\n"));
    assert_eq!(fits(&desk, "show ").len(), 100);
    let found = fits(&desk, "show 12");
    assert_eq!((found.len(), found[0].as_str()), (100, "12"));
    assert!(found.iter().all(|id| id.starts_with("12")));
    // 37 and 370 to 379 are not among the thousand updated last.
    assert_eq!(fits(&desk, "show 37").len(), 11);
}

#[test]
fn a_file_is_for_the_shell_to_complete() {
    let desk = desk();
    for line in ["--db x", "list --db=x", "import jsonl ", "new One -F x", "man --dir x"] {
        let words: Vec<&str> = line.split(' ').collect();
        for shell in [&["fish"][..], &["zsh", "80"]] {
            assert_eq!(asked(&desk, &[shell, &words].concat()).stdout, "files\n", "{line}");
        }
        let typed = format!("tix {line}");
        assert_eq!(asked(&desk, &["bash", "9", "80", "", &typed]).stdout, "files\n", "{line}");
    }
    assert_eq!(asked(&desk, &["bash", "9", "80", "o", "tix list >o"]).stdout, "files\n");
}

#[test]
fn files_of_a_ticket_fit_where_they_are_meant() {
    let desk = desk();
    for name in ["trace.txt", "trace 2.txt", "screen.png", "-rf", "odd\u{202e}.txt"] {
        let mut command = desk.command("attach 1 - --name");
        desk::feed(command.arg(name), "x");
    }
    desk.file("trace.txt", "x");
    desk.ok("attach 1.1 trace.txt");
    for (line, wanted) in [
        ("attach 1 --save tr", vec!["trace.txt", "trace.txt", "trace 2.txt"]),
        ("attach --stdout 1 s", vec!["screen.png"]),
        ("attach 1 --remove trace.txt t", vec!["trace 2.txt"]),
        ("attach 1.1 --save ", vec!["trace.txt"]),
        ("attach 1 --save ", vec!["trace.txt", "trace.txt", "trace 2.txt", "screen.png"]),
        ("attach 9 --save ", vec![]),
        ("attach dark", vec!["2"]),
        ("attach 4", vec!["4"]),
        ("attach 1 --name t", vec![]),
    ] {
        assert_eq!(fits(&desk, line), wanted, "{line}");
    }
    let about = asked(&desk, &["fish", "attach", "1", "--save", "sc"]).stdout;
    assert_eq!(about, "\nscreen.png\t1.4, 1 byte\n");
    for line in ["attach 1 tr", "attach 1 --save --to t", "comment 1 --attach t", "new --attach t"]
    {
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!(
            asked(&desk, &[&["fish"], words.as_slice()].concat()).stdout,
            "files\n",
            "{line}"
        );
    }
}

#[test]
fn the_desk_that_the_line_names_is_asked() {
    let desk = desk();
    let other = desk.path("other.db").to_str().unwrap().to_owned();
    desk.ok(&format!("--db {other} new Elsewhere -l elsewhere"));
    assert_eq!(fits(&desk, &format!("--db {other} list label:")), ["label:elsewhere"]);
    assert_eq!(fits(&desk, &format!("list --db={other} label:")), ["label:elsewhere"]);
    assert_eq!(fits(&desk, "list --db ~/other.db label:"), ["label:elsewhere"]);
    let inside = desk.path("project/below");
    std::fs::create_dir_all(&inside).unwrap();
    let mut init = desk.command("init");
    assert!(
        init.current_dir(desk.path("project"))
            .env_remove("TIX_DB")
            .output()
            .unwrap()
            .status
            .success()
    );
    let in_project = |line: &str| {
        let mut command = desk.command(line);
        command.current_dir(&inside).env_remove("TIX_DB");
        Ran::of(&command.output().unwrap())
    };
    in_project("new 'Of the project'");
    assert_eq!(in_project("__complete fish show ''").stdout, "\n1\tOf the project\n");
}

/// Every file of a folder and what it holds.
fn files(desk: &Desk) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let all = std::fs::read_dir(desk.folder()).unwrap().map(|it| it.unwrap().path());
    let mut all: Vec<_> = all.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect();
    all.sort();
    all
}

#[test]
fn where_nothing_can_be_read_nothing_fits_and_nothing_is_made() {
    let desk = Desk::new();
    assert_eq!(fits(&desk, "show "), [""; 0]);
    desk.file("tix.db", "this is no desk, only text that is long enough to be one");
    let before = files(&desk);
    assert_eq!(fits(&desk, "list label:"), [""; 0]);
    assert_eq!(fits(&desk, &format!("--db {} show ", desk.folder().display())), [""; 0]);
    assert_eq!(fits(&desk, "--db :memory: show "), [""; 0]);
    assert_eq!(files(&desk), before);
    let full = self::desk();
    let mut bytes = std::fs::read(full.path("tix.db-wal")).unwrap();
    bytes.truncate(bytes.len() / 2);
    desk.file("tix.db", std::fs::read(full.path("tix.db")).unwrap());
    desk.file("tix.db-wal", &bytes);
    let before = files(&desk);
    fits(&desk, "show ");
    assert_eq!(files(&desk), before);
}

#[test]
fn a_broken_config_or_clock_is_no_trouble() {
    let desk = desk();
    let config = desk.file("config.toml", "timezone = 3");
    let mut command = desk.command("__complete fish list label:wo");
    command.env("TIX_CONFIG", config).env("TIX_NOW", "soon").env("TIX_TZ", "Nowhere");
    let ran = Ran::of(&command.output().unwrap());
    assert_eq!((ran.stdout.as_str(), ran.code), ("\nlabel:wontfix\t\n", 0), "{}", ran.stderr);
}

#[test]
fn a_locked_desk_keeps_nobody_waiting() {
    let desk = desk();
    let conn = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
    conn.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE ticket SET n = n;",
    )
    .unwrap();
    let start = Instant::now();
    fits(&desk, "show ");
    fits(&desk, "list label:");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn what_cannot_be_asked_is_answered_with_silence() {
    let desk = desk();
    for words in [
        &["fish"][..],
        &["zsh"],
        &["bash"],
        &["tcsh", "list", ""],
        &["bash", "9", "80", "x", "tix list y"],
        &["bash", "9", "80", "", ""],
        &["fish", "list", "label:\"\u{0}".trim_end_matches('\0')],
        &["fish", "nonsense", "--what", "-"],
    ] {
        let ran = asked(&desk, words);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{words:?}");
    }
}

#[test]
fn no_word_of_a_stranger_becomes_a_flag_or_acts_on_a_terminal() {
    let desk = Desk::new();
    let labels = ["--where=is:open", "-n", "+plus", "fine", "a\u{202e}b", "\u{200b}c"];
    let record = serde_json::json!({
        "title": "a\x1b]0;owned\x07\u{202e}b\tc", "labels": labels,
        "assignee": "--db=evil.db", "requester": { "name": "a\u{202e}b", "email": null },
    });
    assert_eq!(desk.feed("import jsonl -", record.to_string()).code, 0);
    assert_eq!(fits(&desk, "label "), ["fine"]);
    let off = fits(&desk, "label -");
    assert!(off.contains(&"-fine".to_owned()) && off.iter().all(|it| !it.contains("is:open")));
    assert_eq!(fits(&desk, "assign "), ["@me"]);
    assert_eq!(fits(&desk, "new -r "), ["@me"]);
    assert_eq!(fits(&desk, "list label:-"), ["label:--where=is:open", "label:-n"]);
    for line in ["show ", "list label:", "undo "] {
        for shell in [&["fish"][..], &["zsh", "80"], &["bash", "63", "80", ""]] {
            let words: Vec<&str> = line.split(' ').collect();
            let whole = format!("tix {line}");
            let words = if shell[0] == "bash" { vec![whole.as_str()] } else { words };
            let out = asked(&desk, &[shell, &words].concat()).stdout;
            let acts = |c: char| {
                (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{200b}' | '\u{202e}')
            };
            assert!(!out.contains(acts), "{shell:?} {line}: {out:?}");
        }
    }
}

#[test]
fn calendars_tiers_and_zones_fit() {
    let desk = Desk::new();
    desk.ok("calendar new office --tz UTC --hours 24x7");
    desk.ok("tier new gold --calendar office --first 4h");
    for (line, wanted) in [
        ("calendar show ", vec!["24x7", "office"]),
        ("calendar edit of", vec!["office"]),
        ("calendar due o", vec!["office"]),
        ("tier new silver --calendar o", vec!["office"]),
        ("tier rm g", vec!["gold"]),
        ("calendar new works --tz Europe/Berl", vec!["Europe/Berlin"]),
        ("calendar new works --holiday t", vec![]),
        ("calendar elapsed office yest", vec!["yesterday"]),
        ("calendar du", vec!["due"]),
        ("tier edit gold --urgent-f", vec!["--urgent-first"]),
        ("calendar due office today 1h --json=due", vec!["--json=due_at"]),
    ] {
        assert_eq!(fits(&desk, line), wanted, "{line}");
    }
}
