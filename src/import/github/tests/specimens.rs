//! Real files with the counts that other programs found in them, where they are at hand.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::desk::store;
use super::*;

fn folder() -> Option<PathBuf> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/github"));
    folder.is_dir().then(|| folder.to_owned())
}

#[derive(Debug, Default, PartialEq)]
struct Facts {
    open: usize,
    closed: usize,
    skipped: usize,
    label_uses: usize,
    labels: usize,
    authors: usize,
    comments: usize,
}

fn files(path: &Path) -> Vec<Item> {
    let mut items = Vec::new();
    read(&Place::at(path).unwrap(), &Options::default(), &mut |item| {
        items.push(item);
        Ok(())
    })
    .unwrap();
    items
}

fn drafts_in(items: &[Item]) -> Vec<&Draft> {
    items
        .iter()
        .filter_map(|item| if let Item::Draft(draft) = item { Some(&**draft) } else { None })
        .collect()
}

fn facts(items: &[Item]) -> Facts {
    let drafts = drafts_in(items);
    let labels = || drafts.iter().flat_map(|draft| &draft.opening.labels);
    let authors = drafts.iter().filter_map(|draft| draft.opening.requester.as_ref());
    Facts {
        open: drafts.iter().filter(|draft| draft.state.is_none()).count(),
        closed: drafts.iter().filter(|draft| draft.state.is_some()).count(),
        skipped: items.iter().filter(|item| matches!(item, Item::Skipped(_))).count(),
        label_uses: labels().count(),
        labels: labels().collect::<BTreeSet<_>>().len(),
        authors: authors.collect::<BTreeSet<_>>().len(),
        comments: drafts.iter().map(|draft| draft.messages.len() - 1).sum(),
    }
}

#[test]
fn real_files_hold_what_other_programs_find_in_them() {
    let Some(folder) = folder() else { return };
    let table = [
        (
            "vscode-mssql_gh_issue_list",
            Facts { open: 361, closed: 1812, label_uses: 4074, labels: 52, ..Facts::default() },
        ),
        (
            "mimofan_wrapped_rest",
            Facts {
                open: 31,
                closed: 13,
                label_uses: 23,
                labels: 3,
                authors: 1,
                ..Facts::default()
            },
        ),
        (
            "swagger-parser_custom",
            Facts { open: 7, label_uses: 1, labels: 1, authors: 7, ..Facts::default() },
        ),
        ("k8s-cc_gh_issue_list", Facts { open: 20, label_uses: 49, labels: 4, ..Facts::default() }),
        (
            "gh-cli-graphql-fixtures/issueList",
            Facts { open: 3, label_uses: 3, labels: 1, ..Facts::default() },
        ),
        (
            "gh-cli-graphql-fixtures/issueSearch",
            Facts { open: 3, label_uses: 3, labels: 1, ..Facts::default() },
        ),
        ("gh-cli-graphql-fixtures/issueStatus", Facts { open: 4, ..Facts::default() }),
        (
            "gh-cli-graphql-fixtures/issueView_preview",
            Facts { open: 1, authors: 1, ..Facts::default() },
        ),
        (
            "gh-cli-graphql-fixtures/issueView_previewClosedState",
            Facts { closed: 1, label_uses: 1, labels: 1, authors: 1, ..Facts::default() },
        ),
        (
            "gh-cli-graphql-fixtures/issueView_previewFullComments",
            Facts { skipped: 6, ..Facts::default() },
        ),
        (
            "gh-cli-graphql-fixtures/issueView_previewSingleComment",
            Facts { open: 1, authors: 1, comments: 1, ..Facts::default() },
        ),
        (
            "gh-cli-graphql-fixtures/issueView_previewWithEmptyBody",
            Facts { open: 1, label_uses: 1, labels: 1, authors: 1, ..Facts::default() },
        ),
        (
            "gh-cli-graphql-fixtures/issueView_previewWithMetadata",
            Facts { open: 1, label_uses: 5, labels: 5, authors: 1, ..Facts::default() },
        ),
    ];
    for (name, expected) in table {
        assert_eq!(facts(&files(&folder.join(format!("{name}.json")))), expected, "{name}");
    }
}

#[test]
fn the_most_used_labels_and_the_dates_are_those_of_the_file() {
    let Some(folder) = folder() else { return };
    let items = files(&folder.join("vscode-mssql_gh_issue_list.json"));
    let drafts = drafts_in(&items);
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for label in drafts.iter().flat_map(|draft| &draft.opening.labels) {
        *uses.entry(label).or_default() += 1;
    }
    for (label, count) in [
        ("Bug", 965),
        ("Triage: Done", 432),
        ("Enhancement", 414),
        ("Area - Connection", 252),
        ("Triage: Needed", 229),
        ("User-filed", 198),
    ] {
        assert_eq!(uses[label], count, "{label}");
    }
    let created = || drafts.iter().map(|draft| draft.created_at.unwrap());
    assert_eq!(created().min(), Some(at("2016-10-13T23:12:30Z")));
    assert_eq!(created().max(), Some(at("2025-07-19T18:57:25Z")));
    assert!(drafts.iter().all(|draft| {
        draft.opening.refs.first().unwrap().starts_with("github:microsoft/vscode-mssql#")
    }));
    let items = files(&folder.join("mimofan_wrapped_rest.json"));
    let drafts = drafts_in(&items);
    let updated = drafts.iter().map(|draft| draft.opening.updated_at.unwrap());
    assert_eq!(updated.max(), Some(at("2026-07-28T07:10:30Z")));
    let created = || drafts.iter().map(|draft| draft.created_at.unwrap());
    assert_eq!(created().min(), Some(at("2026-06-29T10:54:15Z")));
    assert_eq!(created().max(), Some(at("2026-07-28T07:10:30Z")));
}

#[test]
fn a_second_import_of_a_real_file_changes_nothing() {
    let Some(folder) = folder() else { return };
    let names = [
        "vscode-mssql_gh_issue_list.json",
        "mimofan_wrapped_rest.json",
        "swagger-parser_custom.json",
        "k8s-cc_gh_issue_list.json",
        "gh-cli-graphql-fixtures",
    ];
    for name in names {
        let (mut store, mut author) = store();
        let mut import = |expected: Option<Met>| {
            author.secret[0] += 1;
            let items = files(&folder.join(name));
            store
                .change(&author, |writer| {
                    for draft in drafts_in(&items) {
                        let met = writer.meet(draft.clone())?;
                        assert!(
                            expected.is_none_or(|expected| met == expected),
                            "{name}: {draft:?}"
                        );
                    }
                    Ok(writer.recorded())
                })
                .unwrap()
        };
        assert!(import(None) > 0);
        if name != "gh-cli-graphql-fixtures" {
            assert_eq!(import(Some(Met::Known)), 0, "{name}");
        }
        let derived = store.derived().unwrap();
        store.rebuild().unwrap();
        assert_eq!(store.derived().unwrap(), derived, "{name}");
    }
}

#[test]
fn an_archive_of_several_files_an_issue_is_joined() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "000007-comments.json",
        r#"[{"id":1,"body":"first","user":null,"issue_url":"https://api.github.com/repos/acme/app/issues/7"}]"#,
    );
    write("000007-main.json", ISSUE);
    write("000007-xrefs.json", r#"[{"event":"referenced","actor":"ada"}]"#);
    write("000008-main.json", &ISSUE.replace('7', "8"));
    let items = files(folder.path());
    let counts: Vec<usize> = drafts_in(&items).iter().map(|draft| draft.messages.len()).collect();
    assert_eq!((counts, items.len()), (vec![2, 1], 2));
    write("000007-comments.json", "[{");
    let place = Place::at(&folder.path().join("000007-main.json")).unwrap();
    let error = read(&place, &Options::default(), &mut |_| Ok(())).unwrap_err();
    assert!(error.what.contains("000007-comments.json could not be read at line 1"), "{error}");
}

#[test]
fn pages_of_comments_in_a_folder_meet_their_issues() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let comment = |id: u64, number: u64, body: &str| {
        format!(
            r#"{{"id":{id},"body":"{body}","user":{{"login":"bob"}},"created_at":"2026-01-03T00:00:0{id}Z",
            "html_url":"https://github.com/acme/app/issues/{number}#issuecomment-{id}",
            "issue_url":"https://api.github.com/repos/acme/app/issues/{number}"}}"#
        )
    };
    write("issues.json", &format!("[{ISSUE},{}]", ISSUE.replace('7', "8")));
    write("comments-1.json", &format!("[{},{}]", comment(1, 7, "a"), comment(2, 8, "b")));
    write("comments-2.json", &format!("[{},{}]", comment(3, 7, "c"), comment(4, 9, "d")));
    write(
        "issues/8/comments.json",
        r#"[{"id":5,"body":"e","user":{"login":"eve"},"created_at":"2026-01-04T00:00:00Z"}]"#,
    );
    let items = files(folder.path());
    let said: Vec<Vec<&str>> = drafts_in(&items)
        .iter()
        .map(|draft| draft.messages[1..].iter().map(|m| m.wording.body.as_str()).collect())
        .collect();
    assert_eq!(said, [["a", "c"], ["b", "e"]]);
    let skipped: Vec<&Item> = items
        .iter()
        .filter(|item| matches!(item, Item::Skipped(why) if why == "comments without an issue"))
        .collect();
    assert_eq!((skipped.len(), items.len()), (1, 3));
    let name = drafts_in(&items)[0].messages[1].reference.clone();
    assert_eq!(name.as_deref(), Some("github:acme/app#7/issuecomment-1"));
}

#[test]
fn an_archive_in_a_zip_file_is_joined_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.zip");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for (name, text) in [
        ("app-main/issues/000007-main.json", ISSUE),
        ("app-main/issues/000007-comments.json", r#"[{"body":"first","user":null}]"#),
        ("app-main/issues/000007-xrefs.json", r#"[{"event":"referenced","actor":"ada"}]"#),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    let items = files(&path);
    assert_eq!((drafts_in(&items)[0].messages.len(), items.len()), (2, 1));
}
