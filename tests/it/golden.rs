//! The JSON of every command, held against what is checked in and against its own schema.
//!
//! `TIX_GOLDEN=refresh cargo test --test it golden::` writes tests/it/golden/ anew; read the
//! difference before you commit it: fields are only ever added.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::desk::Desk;

/// The command lines below, one or more for every command.
pub(crate) fn lines() -> impl Iterator<Item = &'static str> {
    GOLDEN.iter().map(|(_, line)| *line).chain(UNKEPT.iter().map(|(_, line, _)| *line))
}

/// A file in tests/it/golden/, and the command line whose JSON it holds. What stands before a
/// semicolon is done before.
const GOLDEN: &[(&str, &str)] = &[
    ("dashboard", ""),
    ("new", "new 'It prints twice' -m 'Since today.' -l print -r 'Bo <bo@acme.example>' -p high"),
    ("new-dry-run", "new 'It prints twice' -n"),
    ("list", "list --all -L 2"),
    ("list-nothing", "list label:none"),
    ("search", "search crash before"),
    ("similar", "similar 'crash before the start'"),
    ("count", "count"),
    ("count-by", "count --by status,label"),
    ("show", "show 1"),
    ("show-many", "show 1 3"),
    ("comment", "comment 1 -m 'Looks like the cache.'"),
    ("reply", "reply 1 -m 'Please try 1.8.2.' --pending"),
    ("attach", "attach 1 trace.txt -m 'From the mail.'"),
    ("attach-remove", "attach 1.1 trace.txt; attach 1 trace.txt --remove"),
    ("attachments", "attach 1 trace.txt; attach 1.1 trace.txt; attach 1"),
    ("attachments-save", "attach 1.1 trace.txt; attach 1 --save"),
    ("close", "close 1 2 --as answered"),
    ("close-again", "close 3 --as solved"),
    ("reopen", "reopen 3"),
    ("edit", "edit 1 --title 'Crash at start' --due 2026-09-30 --priority urgent"),
    ("assign", "assign @me 2"),
    ("label", "label +vip,-bug 1 --dry-run"),
    ("status", "status hold 1"),
    ("merge", "link 2 blocks 1; merge 3 1"),
    ("merge-again", "merge 3 1; close 3; merge 3 1"),
    ("merged", "merge 3 1; show 3.1"),
    ("split", "split 1 1.2 --title 'About the cache'"),
    ("unlink", "link 1 blocks 2; unlink 2 1"),
    ("log", "undo; log"),
    ("log-message", "log 1.2"),
    ("link", "link 1 blocks 2"),
    ("snooze", "snooze 2026-09-09 2"),
    ("next", "next"),
    ("undo", "undo"),
    ("redo", "undo; redo"),
    ("import", "import jsonl in.jsonl --rejects bad.jsonl"),
    ("export", "export jsonl id:1"),
    ("edit-message", "edit 1.2 -m 'Seen before, with 1.8.0.'"),
    ("edit-remove", "edit 1.2 --remove"),
    ("drafts", "drafts"),
    ("drafts-show", "drafts show kq"),
    ("drafts-rm", "drafts rm kqxz --yes"),
    ("drafts-resume", "drafts resume kqxz --as-is"),
    ("export-to", "export md id:1 --to tickets.md"),
    ("export-files", "attach 1.1 trace.txt; export jsonl id:1"),
    ("view", "view save ours is:awaiting-us; view save late is:overdue; view list"),
    ("view-save", "view save late is:overdue"),
    ("view-show", "view save late is:overdue; view show late"),
    ("view-rm", "view save late is:overdue; view rm late"),
    ("view-ticket", "view 2"),
    ("canned", "canned new ack -m 'Hello {{requester.first|there}}'; canned"),
    ("canned-new", "canned new ack -m 'Hello {{requester.first|there}}'"),
    ("canned-show", "canned new ack -m 'Hello {{requester}} of {{id}}'; canned show ack --for 1"),
    ("canned-rm", "canned new ack -m Hello; canned rm ack"),
    ("kb", "kb new 'Reset a password' -m 'Open it.' -l login; kb link 1 3 reset-a-password; kb"),
    ("kb-new", "kb new 'Reset a password' -m 'Open **it**.' -l login"),
    ("kb-show", "kb new Reset -m 'Open it.'; kb link 2 reset; kb show reset"),
    ("kb-edit", "kb new Reset -m 'Open it.'; kb edit reset --title 'Reset it' --label +a"),
    ("kb-link", "kb new Reset -m 'Open it.'; kb link 1 2 reset"),
    ("kb-rm", "kb new Reset -m 'Open it.'; kb link 1 reset; kb rm reset"),
    ("kb-search", "kb new Reset -m 'Open it.' -l a; kb search open"),
    ("kb-beside", "kb new 'Crash on start' -m 'Start again.'; search crash"),
    ("kb-similar", "kb new 'Crash on start' -m 'Start again.'; similar 1"),
    ("kb-ticket", "kb new Reset -m 'Open it.'; kb link 1 reset; show 1"),
    ("import-articles", "import markdown guide.md"),
    ("customer", "customer new acme --domain acme.example --title Acme --note Late; customer"),
    ("customer-new", "customer new acme --domain acme.example --mail bo@home.example"),
    ("customer-show", "customer new acme --domain acme.example --note Late; customer show acme"),
    ("customer-edit", "customer new acme; customer edit acme --handle github:ada"),
    (
        "customer-merge",
        "customer new acme --mail ada@acme.example; customer new cy; customer merge acme cy",
    ),
    ("customer-rm", "customer new cy; customer rm cy --dry-run"),
    (
        "calendar",
        "calendar new office --tz Europe/Rome --hours 'mon-fri 09:00-17:00' --holiday 12-25=Christmas; tier new gold --calendar office --first 4h; calendar",
    ),
    (
        "calendar-new",
        "calendar new office --tz Europe/Rome --hours 'mon-fri 09:00-17:00' --holiday 12-25=Christmas --holiday 2026-10-01",
    ),
    (
        "calendar-show",
        "calendar new office --tz Europe/Rome --hours 'mon-fri 09:00-17:00' --holiday 12-25=Christmas; calendar show office",
    ),
    (
        "calendar-edit",
        "calendar new office --tz Europe/Rome --hours 'mon-fri 09:00-17:00' --holiday 12-25=Christmas; calendar edit office --no-holiday 12-25",
    ),
    (
        "calendar-rm",
        "calendar new office --tz Europe/Rome --hours 'mon-fri 09:00-17:00' --holiday 12-25=Christmas; calendar rm office",
    ),
    (
        "calendar-due",
        "calendar new office --tz Europe/Rome --hours 'mon-fri 09:00-17:00' --holiday 12-25=Christmas; calendar due office 2026-09-04T14:00Z 2h",
    ),
    (
        "calendar-due-days",
        "calendar new office --tz Europe/Rome --hours 'mon-fri 09:00-17:00' --holiday 12-25=Christmas; calendar due office 2026-09-04T14:00Z 5bd",
    ),
    ("sla", "tier new gold --first 4h --resolve 5bd; edit 1 --tier gold; sla"),
    ("sla-explain", "tier new gold --first 4h --resolve 5bd; edit 1 --tier gold; sla explain 1"),
    ("sla-report", "tier new gold --first 1m; edit 1 --tier gold; sla report --since 2026-08"),
    (
        "sla-recalc",
        "tier new gold --first 4h; edit 1 --tier gold; tier edit gold --first 1h; sla recalc",
    ),
    ("calendar-elapsed", "calendar elapsed 24x7 2026-09-01 2026-09-02"),
    (
        "calendar-open",
        "calendar new office --tz Europe/Rome --hours 'mon-fri 09:00-17:00' --holiday 12-25=Christmas; calendar open office 2026-09-05",
    ),
    ("tier", "tier new gold --first 4h --urgent-first 1h --resolve 5bd; tier"),
    ("tier-new", "tier new gold --first 4h --low-first none --about 'Who pays'"),
    ("tier-show", "tier new gold --next 90m; tier show gold"),
    ("tier-edit", "tier new gold --first 4h; tier edit gold --first 2h"),
    ("sync-status", "sync status"),
    ("sync-conflicts", "sync conflicts"),
    ("tier-rm", "tier new gold --first 4h; tier rm gold"),
    ("purge", "attach 1.1 trace.txt; purge 1.1 3 --confirm 1.1 --confirm 3"),
    ("purge-dry-run", "purge 1 -n"),
    ("purge-customer", "customer new acme --domain acme.example; purge acme --confirm acme"),
    ("purged", "purge 1.2 --confirm 1.2; show 1"),
    ("verify", "purge 1.2 --confirm 1.2; verify"),
    ("backup", "backup copy.db"),
    ("backup-list", "backup; backup --list"),
    ("restore", "backup copy.db; close 1; restore copy.db --yes"),
    ("salvage", "salvage tix.db"),
    ("init", "init --db new.db"),
    ("info", "info"),
    ("config", "config set timezone Europe/Rome; config"),
    ("config-get", "config get timezone"),
    ("config-set", "config set timezone Europe/Rome"),
    ("config-path", "config path"),
];

/// Commands whose JSON is held against its schema only, and why.
const UNKEPT: &[(&str, &str, &str)] = &[
    ("explain", "list is:open --explain", "the SQL may change with any version"),
    ("demo", "demo", "it is a list, of a sample that is not ours to fix here"),
    ("completions", "completions bash", "the text is checked in, in completions/"),
    ("man", "man", "the text is checked in, in man/"),
    ("key", "key new", "it is new every time"),
    ("sync-members", "key new; sync init shared.git; sync members", "keys are new every time"),
    ("sync", "key new; sync init shared.git", "keys are new every time"),
    ("sync-bundle", "key new; sync init shared.git; sync bundle export out.tix", "sealed anew"),
    ("doctor", "doctor", "it tells of this machine's disk"),
    ("triage", "help dates", "it is for people, and prints no JSON"),
    ("help", "help exit-codes", "the text is checked in, in src/help/"),
];

/// Three tickets with something in most of their fields.
pub(crate) fn desk() -> Desk {
    let desk = Desk::new();
    desk.ok("new 'Crash on start' -m 'With 1.8.1.' -l bug,start -r 'Ada <ada@acme.example>' --ref forum:77 -c forum");
    desk.ok("new 'Dark mode' -p low --due 2026-09-10");
    desk.ok("new 'Where is the manual?' -r bo");
    desk.ok("comment 1 -m 'Seen before.'");
    desk.ok("close 3 --as solved");
    let ticket = r#"{"id":"7","title":"From elsewhere","messages":[{"id":"7.1","body":"Hello","author":"Cy","by":"requester"}]}"#;
    desk.draft("kqxz.note.md", &desk.slip("comment", "1"), "Could be the cache.\nAsk Jonas.\n");
    desk.file("trace.txt", "null pointer\n");
    crate::desk::git(desk.folder(), &["init", "--quiet", "--bare", "shared.git"]);
    desk.file("guide.md", "---\ntags: [a]\n---\n# Where it all begins\n");
    desk.file("in.jsonl", format!("{ticket}\nno JSON\n"));
    desk
}

/// A copy of the small desk after what stands before a semicolon, and what stands behind it.
pub(crate) fn prepared<'l>(small: &Desk, line: &'l str) -> (Desk, &'l str) {
    let desk = small.copy();
    let (before, last) = line.rsplit_once("; ").unwrap_or(("", line));
    before.split("; ").filter(|line| !line.is_empty()).for_each(|line| drop(desk.ok(line)));
    (desk, last)
}

/// What `line` prints with `--json` on the small desk: the document, its random parts too.
fn document(small: &Desk, line: &str) -> (Desk, Value) {
    let (desk, last) = prepared(small, line);
    let ran = desk.run(&format!("{last} --json"));
    assert!([0, 7].contains(&ran.code), "{line}: {}", ran.stderr);
    let document = serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{line}: {e}"));
    (desk, document)
}

/// `document` with names instead of what differs from run to run.
fn normal(desk: &Desk, mut document: Value) -> Value {
    let mut names = BTreeMap::new();
    rename(&mut document, &mut |text: &str| {
        let change = text.len() == 16 && text.bytes().all(|c| (b'k'..=b'z').contains(&c));
        let uid = text.len() == 36 && text.bytes().filter(|c| *c == b'-').count() == 4;
        if change || uid {
            let name = format!("{} {}", if change { "change" } else { "uid" }, names.len() + 1);
            names.entry(text.to_owned()).or_insert(name);
        }
        text.to_owned()
    });
    let folder = desk.folder().to_str().unwrap();
    rename(&mut document, &mut |text: &str| {
        let text = text.replace(folder, "~").replace(env!("CARGO_PKG_VERSION"), "(version)");
        let text = without_hash(&text);
        // A change is also named by its first letters.
        let short = |text: String, (full, name): (&String, &String)| {
            text.replace(full, name).replace(&full[..8], name)
        };
        names.iter().fold(text, short)
    });
    for name in ["size", "schema", "head", "0/size"] {
        if let Some(value) = document.pointer_mut(&format!("/data/{name}")) {
            *value = format!("({name})").into();
        }
    }
    document
}

/// A desk's copies lie in a folder that is named after its place.
pub(crate) fn without_hash(text: &str) -> String {
    const FOLDER: &str = "/backups/tix-";
    match text.find(FOLDER).map(|at| at + FOLDER.len()) {
        Some(at) => text.replace(&text[at..at + 8], "(hash)"),
        None => text.to_owned(),
    }
}

fn rename(value: &mut Value, name: &mut dyn FnMut(&str) -> String) {
    match value {
        Value::String(text) => *text = name(text),
        Value::Array(values) => values.iter_mut().for_each(|value| rename(value, name)),
        Value::Object(fields) => fields.values_mut().for_each(|value| rename(value, name)),
        _ => {}
    }
}

/// The schema that `tix help json --schema` prints of `name`.
fn schema(desk: &Desk, name: &str) -> Value {
    serde_json::from_str(&desk.ok(&format!("help json --schema {name}"))).unwrap()
}

/// The schema with every object closed: in a test, a field that it does not name is an error.
fn closed(mut schema: Value) -> Value {
    match &mut schema {
        Value::Object(fields) => {
            for field in fields.values_mut() {
                *field = closed(field.take());
            }
            if fields.contains_key("properties") {
                fields.insert("additionalProperties".to_owned(), false.into());
            }
        }
        Value::Array(values) => {
            for value in values {
                *value = closed(value.take());
            }
        }
        _ => {}
    }
    schema
}

/// What is wrong with `document`, as `schema` sees it.
fn faults(schema: Value, document: &Value) -> Result<(), String> {
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("schema.json", schema).unwrap();
    let schema = compiler.compile("schema.json", &mut schemas).unwrap();
    schemas.validate(document, schema).map_err(|error| error.to_string())
}

/// The name of the schema of what `line` prints.
pub(crate) fn schema_of(line: &str) -> &str {
    match subcommand(line) {
        _ if line.contains("--explain") => "explain",
        "view" if line == "view 2" => "show",
        "drafts" if line.starts_with("drafts resume") => "resume",
        "calendar" => match line.rsplit("; ").next().and_then(|last| last.split(' ').nth(1)) {
            Some("due") => "calendar-due",
            Some("elapsed") => "calendar-elapsed",
            Some("open") => "calendar-open",
            _ => "calendar",
        },
        "sla" => match line.rsplit("; ").next().and_then(|last| last.split(' ').nth(1)) {
            Some("explain") => "sla-explain",
            Some("report") => "sla-report",
            Some("recalc") => "sla-recalc",
            _ => "sla",
        },
        "sync" => match line.rsplit("; ").next().and_then(|last| last.split(' ').nth(1)) {
            Some("status") => "sync-status",
            Some("members") => "sync-members",
            Some("conflicts") => "sync-conflicts",
            Some("bundle") => "sync-bundle",
            _ => "sync",
        },
        "kb" if line.contains("kb search") => "kb-search",
        "export" if line.contains("--to") => "export-file",
        "attach" if line.ends_with("attach 1") || line.contains("--save") => "attachments",
        name => name,
    }
}

pub(crate) fn subcommand(line: &str) -> &str {
    let last = line.rsplit("; ").next().unwrap_or(line);
    last.split(' ').next().filter(|word| !word.is_empty()).unwrap_or("dashboard")
}

#[test]
fn every_document_is_as_it_was_and_as_its_schema_says() {
    #[expect(clippy::disallowed_methods, reason = "tests have no env.rs")]
    let refresh = std::env::var_os("TIX_GOLDEN").is_some_and(|what| what == "refresh");
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden");
    let small = desk();
    for (name, line) in GOLDEN {
        let (desk, document) = document(&small, line);
        let faults = faults(closed(schema(&desk, schema_of(line))), &document);
        assert_eq!(faults, Ok(()), "{name}: {document:#}");
        let found = format!("{:#}\n", normal(&desk, document));
        let file = folder.join(format!("{name}.json"));
        if refresh {
            std::fs::write(&file, &found).unwrap();
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            found == kept,
            "tests/it/golden/{name}.json differs (TIX_GOLDEN=refresh writes it anew)\n{found}"
        );
    }
    let files = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(files, GOLDEN.len(), "a file in tests/it/golden/ belongs to no command");
}

#[test]
fn every_other_document_is_as_its_schema_says() {
    let small = desk();
    for (name, line, why) in UNKEPT {
        let (desk, document) = document(&small, line);
        let faults = faults(closed(schema(&desk, name)), &document);
        assert_eq!(faults, Ok(()), "{name} ({why})");
    }
    for line in ["show 9", "list nope:1", "close --all"] {
        let error = serde_json::from_str(&small.run(&format!("{line} --json")).stderr).unwrap();
        assert_eq!(faults(closed(schema(&small, "error")), &error), Ok(()), "{line}");
    }
}

#[test]
fn no_command_is_forgotten() {
    let commands = Desk::new().commands();
    assert!(commands.len() > 20, "{commands:?}");
    for command in commands {
        let kept = GOLDEN.iter().any(|(_, line)| subcommand(line) == command);
        let reason = UNKEPT.iter().any(|(name, ..)| *name == command);
        assert!(
            kept || reason,
            "tests/it/golden.rs has neither a line of `{command}` nor a reason"
        );
    }
}

#[test]
fn a_schema_sees_what_is_missing_misspelt_or_of_another_kind() {
    let (desk, document) = document(&desk(), "show 1");
    let schema = schema(&desk, "show");
    let says = |document: &Value| faults(closed(schema.clone()), document);
    assert_eq!(says(&document), Ok(()));
    let mut paths: Vec<String> = Vec::new();
    for of in ["", "/data", "/data/messages/0", "/data/requester", "/meta"] {
        let fields = document.pointer(of).unwrap().as_object().unwrap();
        paths.extend(fields.keys().map(|name| format!("{of}/{name}")));
    }
    assert!(paths.len() > 35, "{paths:?}");
    for path in paths {
        let (of, name) = path.rsplit_once('/').unwrap();
        let changed = |change: &dyn Fn(&mut serde_json::Map<String, Value>)| {
            let mut document = document.clone();
            change(document.pointer_mut(of).unwrap().as_object_mut().unwrap());
            says(&document)
        };
        assert!(changed(&|fields| drop(fields.remove(name))).is_err(), "{path} may be missing");
        assert!(
            changed(&|fields| drop(fields.insert(format!("{name}s"), json!(1)))).is_err(),
            "{path}s"
        );
        assert!(
            changed(&|fields| drop(fields.insert(name.to_owned(), json!({"a": [1]})))).is_err(),
            "{path} may be anything"
        );
    }
    // A reader of the schema as it is printed passes over fields that are added later.
    let mut later = document.clone();
    later["data"]["later"] = json!(1);
    assert_eq!(faults(schema, &later), Ok(()));
}

#[test]
fn a_schema_that_there_is_not_is_exit_3() {
    let desk = Desk::new();
    let ran = desk.run("help json --schema shw");
    assert_eq!((ran.code, ran.stdout.as_str()), (3, ""));
    assert!(ran.stderr.contains("did you mean `tix help json --schema show`?"), "{}", ran.stderr);
    assert_eq!(desk.run("help dates --schema show").code, 2);
    assert_eq!(desk.run("help --schema show").code, 2);
    assert_eq!(schema(&desk, "ls"), schema(&desk, "list"));
    assert_eq!(schema(&desk, "list")["title"], "tix/list/1");
}

#[test]
fn the_help_names_the_fields_that_there_are() {
    let desk = Desk::new();
    let help = desk.ok("help json");
    let section = |name: &str| {
        let rest = help.split(&format!("\n{name}\n\n")).nth(1).unwrap();
        let lines = rest.lines().take_while(|line| line.is_empty() || line.starts_with(' '));
        let named = lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
        named.filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    let mut fields: Vec<String> = Vec::new();
    for command in ["search", "similar"] {
        let more = desk.ok(&format!("{command} --json=help"));
        let new = |name: &&str| !fields.iter().any(|known| known == name);
        let more: Vec<String> = more.lines().filter(new).map(ToOwned::to_owned).collect();
        fields.extend(more);
    }
    assert_eq!(sorted(section("TICKET FIELDS")), sorted(fields));
    let drafts: Vec<String> =
        desk.ok("drafts --json=help").lines().map(ToOwned::to_owned).collect();
    assert_eq!(section("DRAFT FIELDS"), drafts);
    let messages = &schema(&desk, "show")["$defs"]["Message"]["required"];
    assert_eq!(json!(section("MESSAGE FIELDS")), *messages);
}
