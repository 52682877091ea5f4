use std::path::Path;
use std::process::{Command, Stdio};

use super::operation;
use crate::domain::ids::Timestamp;
use crate::domain::words::Status;
use crate::error::Kind;
use crate::import::Format::GitBug;
use crate::import::trial::{Read, endures, path, place, sha, specimen, text, twice};
use crate::import::{Options, Place};

const CREATE: &str = r#"{"type":1,"timestamp":1536528318,"nonce":"a","metadata":{"github-url":"https://github.com/a/b/issues/1"},"title":"Leak","message":"It leaks <b>.","files":null}"#;

/// Packs of two people: a second comment, its edit, a title, labels and a closing.
fn packs() -> [String; 2] {
    let comment =
        r#"{"type":3,"timestamp":1536528320,"nonce":"b","message":"Wher?","files":["f00d"]}"#;
    let edit = format!(
        r#"{{"type":6,"timestamp":1536528400,"target":"{}","message":"Where?","files":null}}"#,
        operation::name(comment)
    );
    let rest = r#"{"type":2,"timestamp":1536528401,"title":"Leak in the roof","was":"Leak"},
        {"type":5,"timestamp":1536528402,"added":["bug","roof"],"removed":null},
        {"type":5,"timestamp":1536528403,"added":[],"removed":["bug"]},
        {"type":7,"timestamp":1536528404},{"type":8,"timestamp":1536528404,"new_metadata":{"x":"y"}},
        {"type":4,"timestamp":1536528405,"status":2}"#;
    [
        format!(r#"{{"author":{{"id":"aaaaaaaaaaaa"}},"ops":[{CREATE}]}}"#),
        format!(r#"{{"author":{{"id":"bbbbbbbbbbbb"}},"ops":[{comment},{edit},{rest}]}}"#),
    ]
}

fn bug() -> String {
    let [one, two] = packs();
    let id = operation::name(CREATE);
    format!(
        r#"{{"id":"{id}","packs":[{{"commit":"1","ops":{one}}},{{"commit":"2","ops":{two}}}]}}"#
    )
}

fn holds_the_bug(read: &Read, people: [&str; 2]) {
    let [draft] = read.drafts.as_slice() else { panic!("{read:?}") };
    let opening = &draft.opening;
    assert_eq!(opening.refs.first().unwrap(), &format!("git-bug:{}", operation::name(CREATE)));
    assert_eq!(opening.title, "Leak in the roof");
    assert_eq!(opening.labels, ["roof".to_owned()].into());
    assert_eq!(opening.fields["url"], "https://github.com/a/b/issues/1");
    assert_eq!(opening.updated_at, Some(Timestamp(1_536_528_405_000)));
    let said: Vec<_> =
        draft.messages.iter().map(|m| (m.author.short(), m.wording.body.as_str())).collect();
    assert_eq!(said, [(people[0], "It leaks <b>."), (people[1], "Where?")]);
    assert_eq!(draft.messages[1].wording.edited_at, Some(Timestamp(1_536_528_400_000)));
    let closed = draft.state.unwrap();
    assert_eq!((closed.status, closed.closed_at), (Status::Closed, opening.updated_at));
}

#[test]
fn operations_are_done_one_after_the_other() {
    holds_the_bug(&text(GitBug, &bug()), ["aaaaaaa", "bbbbbbb"]);
    holds_the_bug(&text(GitBug, &format!("[{}]", bug())), ["aaaaaaa", "bbbbbbb"]);
}

#[test]
fn a_bug_that_nothing_began_is_rejected() {
    for (json, why) in [
        (r#"{"id":"x","packs":[]}"#, "nothing says how it began"),
        (r#"{"id":"x","packs":[{"ops":{"ops":[{"type":3}]}}]}"#, "nothing says how it began"),
        (r#"{"id":"x","packs":[{"ops":{"ops":[{"type":1,"timestamp":"x"}]}}]}"#, "an operation"),
    ] {
        let read = text(GitBug, json);
        assert!(read.rejected[0].reason.starts_with(why), "{:?}", read.rejected);
    }
    for (json, kind) in
        [("{}", Kind::NotFound), ("[{\"a\":1}]", Kind::NotFound), ("{\"id", Kind::Invalid)]
    {
        let e =
            place(GitBug, &Place::bytes("f", json.as_bytes()), &Options::default()).unwrap_err();
        assert_eq!(e.kind, kind, "{e}");
    }
    endures(GitBug, &bug());
}

/// What git says when it is run in a folder.
fn git(folder: &Path, arguments: &[&str], input: &str) -> Option<String> {
    use std::io::Write;
    let mut child = Command::new("git")
        .args(["-c", "user.name=x", "-c", "user.email=x@acme.example", "-C"])
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(input.as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    assert!(output.status.success(), "{arguments:?}");
    Some(String::from_utf8(output.stdout).unwrap().trim().to_owned())
}

/// A commit whose tree holds one text under a name.
fn commit(folder: &Path, (name, text): (&str, &str), parent: Option<&str>) -> Option<String> {
    let blob = git(folder, &["hash-object", "-w", "--stdin"], text)?;
    let tree = git(folder, &["mktree"], &format!("100644 blob {blob}\t{name}\n"))?;
    let mut arguments = vec!["commit-tree", &tree, "-m", "x"];
    arguments.extend(parent.iter().flat_map(|parent| ["-p", parent]));
    git(folder, &arguments, "")
}

#[test]
fn the_bugs_of_a_repository_are_read_with_the_names_of_people() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    if git(folder, &["init", "-q"], "").is_none() {
        return; // there is no git
    }
    let [one, two] = packs();
    let first = commit(folder, ("ops", &one), None).unwrap();
    let second = commit(folder, ("ops", &two), Some(&first)).unwrap();
    let name = format!("refs/bugs/{}", operation::name(CREATE));
    git(folder, &["update-ref", &name, &second], "");
    let ada = commit(folder, ("version", r#"{"version":2,"name":"Ada","login":"ada"}"#), None);
    git(folder, &["update-ref", "refs/identities/aaaaaaaaaaaa", &ada.unwrap()], "");
    std::fs::write(folder.join("README"), "x").unwrap();
    holds_the_bug(&path(GitBug, folder), ["Ada", "bbbbbbb"]);
    holds_the_bug(&twice(GitBug, folder), ["Ada", "bbbbbbb"]);
    git(folder, &["pack-refs", "--all"], "");
    holds_the_bug(&path(GitBug, folder), ["Ada", "bbbbbbb"]);
    let told = crate::import::recognise(&Place::at(folder).unwrap());
    assert_eq!(told.unwrap(), GitBug);
}

#[test]
fn real_files_hold_what_other_programs_find_in_them() {
    let Some(path) = specimen("tasks/git-bug") else { return };
    let read = twice(GitBug, &path);
    assert_eq!((read.drafts.len(), read.rejected.len()), (31, 0));
    let closed = read.drafts.iter().filter(|draft| draft.state.is_some()).count();
    assert_eq!(closed, 23);
    let said: usize = read.drafts.iter().map(|draft| draft.messages.len() - 1).sum();
    assert_eq!(said, 102);
    let messages = || read.drafts.iter().flat_map(|draft| &draft.messages);
    assert!(messages().filter(|message| message.wording.edited_at.is_some()).count() >= 10);
    let labelled = |label: &str| {
        read.drafts.iter().filter(|draft| draft.opening.labels.contains(label)).count()
    };
    assert_eq!(
        ["kind/feature", "area/ui/web", "kind/bug", "lifecycle/rotten"].map(labelled),
        [5, 4, 4, 3]
    );
    assert_eq!(sha(read.drafts.iter().map(|draft| &draft.opening.title)), "c9551af30ec62e96");
    let created = read.drafts.iter().filter_map(|draft| draft.created_at).min();
    assert_eq!(created.unwrap().rfc3339(), "2018-09-09T21:25:18Z");
}
