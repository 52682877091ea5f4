//! Every text that a stranger can write, in every place where one can stand, through every command:
//! nothing of it acts on a terminal.

use std::fmt::Write;
use std::process::Command;

use serde_json::json;

use crate::desk::{Desk, Ran, store};

pub(crate) mod corpus;
mod exports;

pub(crate) use corpus::{CORPUS, acts, unpainted};

/// Where the text of this number stands until it is put there: a name that every field takes.
fn place(number: usize) -> String {
    format!("zz{number:02}q")
}

/// A ticket of this number, with the text in every field that can hold one.
fn record(number: usize) -> serde_json::Value {
    let text = place(number);
    let person = json!({ "name": text, "email": format!("{text}@{text}.example") });
    let shown = format!("{text} <{text}@{text}.example>");
    let file =
        json!({ "name": format!("{text}.txt"), "type": format!("text/{text}"), "data": "eA==" });
    let id = number + 1;
    let status = ["open", "pending", "new"][number % 3];
    json!({
        "id": id.to_string(), "title": text, "labels": [text], "requester": person,
        "assignee": shown, "customer": text, "tier": text, "refs": [format!("{text}:{text}")],
        "fields": { text.as_str(): text }, "status": status,
        "due_at": "2026-09-01T08:00:00Z",
        "messages": [
            { "id": format!("{id}.1"), "kind": "reply", "author": shown, "by": "requester",
              "body": format!("{text}\n{text} {text}\n> {text}\n-- \n{text}"), "attachments": [file] },
            { "id": format!("{id}.2"), "kind": "note", "author": shown, "by": "us", "body": text },
            { "id": format!("{id}.3"), "kind": "reply", "author": shown, "by": "other", "body": text },
        ],
    })
}

/// What is kept under the name of this number, with the text in every field.
fn kept(number: usize) -> [serde_json::Value; 5] {
    let text = place(number);
    let keep = |kind: &str, value: serde_json::Value| json!({ "kept": format!("{kind}/{text}"), "value": value.to_string() });
    let canned = json!({ "kept": format!("canned/{text}"), "value": format!("{text} {text}") });
    let tier = json!({ "calendar": text, "targets": { "first_response": { "any": "4h" } }, "about": text });
    [
        canned,
        keep(
            "customer",
            json!({ "title": text, "note": text, "mails": [format!("{text}@{text}.example")] }),
        ),
        keep(
            "kb",
            json!({ "title": text, "body": text, "author": text, "labels": [text],
            "created_at": 1_788_253_200_000_i64, "updated_at": 1_788_253_200_000_i64 }),
        ),
        keep(
            "calendar",
            json!({ "zone": "Europe/Rome", "hours": { "mon": ["09:00-17:00"] },
            "holidays": { "12-25": text } }),
        ),
        keep("tier", tier),
    ]
}

/// A desk in which everything that can be text is hostile.
///
/// It is made with harmless names, which then are exchanged in the journal itself: so there are texts
/// that no command would take, as a desk from elsewhere may have them.
pub(crate) fn desk() -> Desk {
    let desk = Desk::new();
    let mut lines: Vec<String> = Vec::new();
    for number in 0..CORPUS.len() {
        lines.extend(kept(number).iter().map(ToString::to_string));
        lines.push(record(number).to_string());
    }
    let ran = desk.feed("import jsonl - --rejects rejects.txt", lines.join("\n"));
    let rejects = std::fs::read_to_string(desk.path("rejects.txt")).unwrap_or_default();
    assert_eq!((ran.code, rejects.as_str()), (0, ""), "{}", ran.stderr);
    for number in 0..CORPUS.len() {
        desk.ok(&format!("kb link {} {}", number + 1, place(number)));
    }
    desk.ok("link 1 blocks 2");
    desk.ok("merge 9 8");
    let conn = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
    for (number, text) in CORPUS.iter().enumerate() {
        let escaped = serde_json::to_string(text).unwrap();
        let once = &escaped[1..escaped.len() - 1];
        // What is kept is JSON in JSON.
        let twice = serde_json::to_string(once).unwrap();
        let twice = &twice[1..twice.len() - 1];
        let sql = "UPDATE entry SET content = replace(content, ?1,
                CASE WHEN content LIKE '%kept%' AND content NOT LIKE '%canned/%' THEN ?3 ELSE ?2 END)
             WHERE content LIKE '%' || ?1 || '%'";
        let changed = conn.execute(sql, (place(number), once, twice)).unwrap();
        assert!(changed > 5, "{text:?}: {changed}");
    }
    drop(conn);
    // Such a journal is none that was recorded, so no command would fold it anew; the store does.
    store(&desk.path("tix.db")).rebuild().unwrap();
    let title = format!("list -q title:{}", shell_words::quote(CORPUS[0]));
    assert!(desk.run(&title).stdout.contains('1'), "{}", desk.run(&title).stderr);
    for (number, text) in CORPUS.iter().enumerate() {
        desk.draft(
            &format!("kq{}.note.md", letters(number)),
            &desk.slip("comment", "1"),
            format!("{text}\n{text}\n"),
        );
    }
    let mut views = "[views]\n".to_owned();
    for (number, text) in CORPUS.iter().enumerate() {
        let text = serde_json::to_string(&text.replace(['\u{fffe}', '\u{ffff}'], "")).unwrap();
        let _ = writeln!(views, "{} = {}", letters(number), text.replace('\x7f', "\\u007f"));
    }
    std::fs::create_dir_all(desk.path(".config/tix")).unwrap();
    desk.file(".config/tix/config.toml", views);
    desk.file(
        "hostile.csv",
        format!("title,{}\n{}\n", CORPUS[1].replace(',', ""), CORPUS.join("\n")),
    );
    desk.file("hostile.jsonl", format!("{{\"title\":3,{}}}\n{}\n", CORPUS[2], CORPUS.join("\n")));
    desk
}

/// A name of letters for a number.
fn letters(number: usize) -> String {
    let letter = |n: usize| char::from(b'k' + u8::try_from(n % 16).unwrap());
    format!("{}{}", letter(number), letter(number / 16))
}

/// The command lines, one or more for each command; `{}` is every text of the corpus in one, `{n}` one
/// of them, `ALL` all tickets.
pub(crate) const LINES: &[&str] = &[
    "",
    "new {} -m x",
    "new x -m {} -r {n} -l {n} --no-input",
    "new x -m {} -r plain --ref {n}:{n} -n",
    "new x --attach {n}",
    "list --all -L 0",
    "list --all -L 0 --wide",
    "list --all -L 0 --columns id,title,labels,requester,assignee,customer,tier,refs,fields,description",
    "list {}",
    "list title:{n}",
    "list nope:{n}",
    "list --explain {n} title:{n} label:{n}",
    "list view:{n}",
    "next -L 0",
    "search zz -L 0",
    "search {n}",
    "search owned -L 0",
    "similar 7 -L 0",
    "similar owned evil -L 0",
    "similar {}",
    "count --by label,requester,assignee,customer,tier",
    "count --by {n}",
    "show ALL --no-pager",
    "show ALL --quotes --public",
    "show 1.1 {n}",
    "show {}",
    "show 5 --as-of {n}",
    "comment 1 -m {} -n",
    "comment {n} -m x",
    "comment 1 -F {n}",
    "reply 1 -m {} -n",
    "reply 2 --canned {n}",
    "reply 3 --kb {n}",
    "reply 1 2 3 4 5 -m x -n --yes",
    "attach 1 {n}",
    "attach 12",
    "attach 1.1 hostile.csv -n",
    "attach 5 --save --to out5",
    "close ALL -n --yes",
    "close {}",
    "close 1 --as {n}",
    "reopen ALL -n --yes",
    "edit ALL -n --yes --priority high",
    "edit 1 --title {} -n",
    "edit 1 --customer {n} -n",
    "edit --where {n} --priority high",
    "assign {n} 1 -n",
    "assign 'Mira Holt' ALL -n --yes",
    "label +{n} 1 -n",
    "label +x ALL -n --yes",
    "status hold ALL -n --yes",
    "status {n} 1",
    "customer list",
    "customer new {n}",
    "customer show {n}",
    "customer edit {n} --title {n}",
    "customer merge {n} x",
    "customer rm {n}",
    "sla",
    "sla status -L 0",
    "sla explain ALL",
    "sla report --by customer,tier,label",
    "sla recalc -n --yes",
    "snooze {n} 1",
    "snooze fri ALL -n --yes",
    "triage {n}",
    "merge 4 5 -n",
    "merge {n} 1",
    "split 6 6.2 --title {} -n",
    "link 1 {n} 2",
    "link 8 relates 11 -n",
    "unlink 1 2 -n",
    "log -L 0",
    "log 1 -L 0",
    "log 3.1",
    "log {n}",
    "undo -n",
    "undo {n}",
    "redo {n}",
    "import csv hostile.csv -n",
    "import jsonl hostile.jsonl",
    "import auto {n}",
    "import {n} x",
    "import csv hostile.csv --map {n}=title",
    "export jsonl",
    "export md",
    "export csv",
    "export {n}",
    "export md --to {n}/x",
    "view list",
    "view save {n} {n}",
    "view show {n}",
    "view rm {n}",
    "canned list",
    "canned new {n} -m {}",
    "canned show {n}",
    "canned show {n} --for 3",
    "canned edit {n} -m {}",
    "canned rm {n}",
    "kb list",
    "kb new {} -m {} -n",
    "kb show {n}",
    "kb edit {n} --title {n}",
    "kb rm {n}",
    "kb search owned",
    "kb search {n}",
    "kb link 1 {n}",
    "kb unlink 1 {n}",
    "calendar list",
    "calendar new {n} --tz {n} --hours {n}",
    "calendar show {n}",
    "calendar edit {n} --holiday 12-26={n}",
    "calendar rm {n}",
    "calendar due {n} {n} {n}",
    "calendar due 24x7 2026-09-01 {n}",
    "calendar elapsed {n} 2026-09-01 2026-09-02",
    "calendar open {n} {n}",
    "tier list",
    "tier new {n} --first {n} --about {}",
    "tier show {n}",
    "tier edit {n} --about {}",
    "tier rm {n}",
    "drafts list",
    "drafts show kqkk",
    "drafts show {n}",
    "drafts resume kqlk --as-is -n",
    "drafts rm {n}",
    "purge {n}",
    "purge 1 -n",
    "purge 1.1 --confirm {n}",
    "purge {n} --confirm {n}",
    "verify",
    "verify --against {n}",
    "backup {n}",
    "backup x.db --to {n}",
    "backup --list",
    "restore {n}",
    "restore tix.db",
    "restore hostile.csv",
    "doctor",
    "doctor --fix",
    "salvage {n}",
    "salvage tix.db --to {n}",
    "salvage tix.db --to saved.db",
    "key new",
    "key show",
    "key export",
    "key recover",
    "sync",
    "sync init {n}",
    "sync join {n}",
    "sync status",
    "sync members list",
    "sync members add {n}",
    "sync members rm {n}",
    "sync conflicts list",
    "sync conflicts show {n}",
    "sync conflicts resolve {n}",
    "sync bundle export {n}",
    "sync bundle import {n}",
    "sync bundle import hostile.csv",
    "init --db {n}/x.db",
    "info",
    "info --db {n}",
    "info --user {n}",
    "config list",
    "config get {n}",
    "config set {n} {n}",
    "config set timezone {n}",
    "config unset {n}",
    "config edit",
    "config path",
    "demo",
    "completions {n}",
    "man --dir {n}/{n}",
    "help {n}",
    "help json --schema {n}",
    "{n}",
    "--{n}",
    "list --color {n}",
    "list --columns {n}",
    "list --jq {n}",
    "list --all --jq '.data[].title'",
    "list -s {n}",
    "__complete bash 63 80 '' 'tix show '",
    "__complete zsh 80 list label:",
    "__complete fish list requester:",
    "__complete fish customer show ''",
    "__complete fish reply 1 --canned ''",
    "__complete fish kb show ''",
    "__complete fish attach 1.1 --save ''",
];

/// The arguments of a line; `turn` says which text of the corpus stands for one.
pub(crate) fn arguments(line: &str, turn: usize) -> Vec<String> {
    // What no command line can hold.
    let one = CORPUS[turn % CORPUS.len()].replace('\0', "");
    let all = CORPUS.join(" ");
    let words = shell_words::split(line).unwrap();
    let ids = (1..=CORPUS.len()).map(|id| id.to_string());
    words
        .into_iter()
        .flat_map(|word| match word.as_str() {
            "ALL" => ids.clone().collect(),
            word => vec![word.replace("{}", &all).replace("{n}", &one)],
        })
        .collect()
}

pub(crate) fn command(desk: &Desk, line: &str, turn: usize) -> Command {
    let mut command = desk.command("");
    command.args(arguments(line, turn)).env("USER", "mira");
    command
}

/// The commands, each with its subcommands, as the help lists them.
fn grammar(desk: &Desk, name: &str, found: &mut Vec<String>) {
    let help = desk.ok(&format!("{name} --help"));
    let Some((_, list)) = help.split_once("Commands:\n") else {
        found.push(name.to_owned());
        return;
    };
    for line in list.split("\n\n").next().unwrap().lines() {
        let word = line.strip_prefix("  ").and_then(|line| line.split(' ').next());
        if let Some(word) = word.filter(|word| !word.is_empty()) {
            grammar(desk, format!("{name} {word}").trim(), found);
        }
    }
}

#[test]
fn no_command_is_forgotten() {
    let mut leaves = Vec::new();
    grammar(&Desk::new(), "", &mut leaves);
    assert!(leaves.len() > 70, "{leaves:?}");
    for leaf in leaves {
        let there = |line: &&str| **line == leaf || line.starts_with(&format!("{leaf} "));
        assert!(LINES.iter().any(there), "tests/it/strange.rs has no line of `{leaf}`");
    }
}

#[test]
fn nothing_acts_on_a_terminal_or_a_pipe() {
    let desk = desk();
    let mut wrong = Vec::new();
    for (turn, line) in LINES.iter().enumerate() {
        let look = |columns: Option<&str>, colour: &str, flag: Option<&str>| {
            let desk = if changes(line) { &desk.copy() } else { &desk };
            let mut command = command(desk, line, turn * 7 + columns.map_or(0, str::len));
            command.args(flag);
            if let Some(columns) = columns {
                command.env("TIX_FORCE_TTY", columns);
            }
            command.env(colour, "1");
            Ran::of(&command.output().unwrap())
        };
        for (columns, colour, flag) in [
            (None, "NO_COLOR", None),
            (Some("40"), "NO_COLOR", None),
            (Some("100"), "CLICOLOR_FORCE", None),
            (Some("100"), "NO_COLOR", Some("--json")),
        ] {
            if flag.is_some() && (line.starts_with("__") || line.contains("--j")) {
                continue;
            }
            let ran = look(columns, colour, flag);
            // A pipe gets tab-separated lines, a table its own line ends.
            let plain: &[char] = match (columns, *line) {
                (_, line) if line.starts_with("__complete") => &['\t'],
                (_, line) if line.starts_with("export csv") => &['\r', '\t'],
                (_, line) if line.starts_with("export") || line.starts_with("show") => &['\t'],
                (None, _) => &['\t'],
                (_, line) if line.contains("--jq") => &['\t'],
                _ => &[],
            };
            for text in [&ran.stdout, &ran.stderr] {
                let text = if colour == "NO_COLOR" { text.clone() } else { unpainted(text) };
                if let Some((at, c)) = acts(&text, plain) {
                    let from = text.floor_char_boundary(at.saturating_sub(60));
                    let until = text.ceil_char_boundary((at + 40).min(text.len()));
                    wrong.push(format!(
                        "`{line}` at {columns:?} {flag:?}: {c:?} in {:?}",
                        &text[from..until]
                    ));
                }
            }
            if ran.code > 8 && ran.code != 130 || ran.code < 0 || ran.stderr.contains("panicked") {
                wrong.push(format!("`{line}` ended with {}: {}", ran.code, ran.stderr));
            }
            if desk.path("owned").exists() {
                wrong.push(format!("`{line}` ran what was written"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_strangers_wrote_is_in_all_of_it() {
    let desk = desk();
    for line in [
        "list --all -L 0",
        "list --all -L 0 --columns labels",
        "list --all -L 0 --columns requester",
        "list --all -L 0 --columns customer",
        "list --all -L 0 --columns assignee",
        "show ALL",
        "show 12 --json",
        "search owned -L 0",
        "log -L 0",
        "canned list",
        "customer list",
        "kb list",
        "tier list",
        "calendar list",
        "drafts list",
        "view list",
        "attach 2",
        "sla status -L 0",
        "next -L 0",
        "count --by customer",
        "export md",
        "__complete fish canned show ''",
    ] {
        let ran = Ran::of(&command(&desk, line, 0).output().unwrap());
        let shown = ["␛", "\\u001b", "<U+202E>"].iter().any(|it| ran.stdout.contains(it));
        assert!(shown, "{line}: {}{}", ran.stdout, ran.stderr);
    }
}

/// Does the line change the desk or what lies beside it?
fn changes(line: &str) -> bool {
    let reads = [
        "list", "show", "log", "next", "search", "similar", "count", "info", "__", "help", "sla ",
        "export", "verify",
    ];
    !(line.is_empty() || line.contains(" -n") || reads.iter().any(|word| line.starts_with(word)))
}
