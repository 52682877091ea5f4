//! Real files with what other programs found in them, where they are at hand.

use super::*;

fn closed(read: &Read) -> usize {
    read.drafts.iter().filter(|draft| draft.state.is_some()).count()
}

fn comments(read: &Read) -> usize {
    read.drafts.iter().map(|draft| draft.messages.len() - 1).sum()
}

fn labels(read: &Read) -> usize {
    read.drafts.iter().map(|draft| draft.opening.labels.len()).sum()
}

fn keys(read: &Read) -> String {
    sha(read.drafts.iter().map(|draft| &draft.opening.refs.first().unwrap()["jira:".len()..]))
}

fn titles(read: &Read) -> String {
    sha(read.drafts.iter().map(|draft| &draft.opening.title))
}

/// Reads a file twice, and holds that it is known for what it is.
fn read(name: &str) -> Option<Read> {
    let path = specimen(&format!("jira/{name}"))?;
    assert_eq!(recognise(&Place::at(&path).unwrap()).unwrap(), Jira, "{name}");
    let read = twice(Jira, Path::new(&path));
    assert!(read.rejected.is_empty(), "{name}: {:?}", read.rejected);
    Some(read)
}

#[test]
fn real_tables_hold_what_other_programs_find_in_them() {
    for (name, issues, done, said, labelled, key, title) in [
        ("planeso_comments", 22, 10, 17, 0, "af09c2bc5160fbb5", Some("5d9a3a7fe6e40d84")),
        ("basecamp_sample-02", 5, 5, 0, 0, "3bb9127b88ba9a97", Some("c24751a3087086de")),
        // Its titles are mended.
        ("basecamp_sample-03", 37, 0, 0, 31, "ce10f886d6b040b8", None),
        ("basecamp_sample-05", 130, 130, 0, 227, "39c00917b5d570d9", Some("134aedd8444a64aa")),
        // One of its titles ends in a blank.
        ("poinz", 4, 0, 0, 0, "33971111604c6622", None),
    ] {
        let Some(read) = read(&format!("csv_{name}.csv")) else { return };
        let facts = (read.drafts.len(), closed(&read), comments(&read), labels(&read));
        assert_eq!(facts, (issues, done, said, labelled), "{name}");
        assert_eq!(keys(&read), key, "{name}");
        assert!(title.is_none_or(|title| titles(&read) == title), "{name}: {}", titles(&read));
    }
}

#[test]
fn real_answers_hold_what_other_programs_find_in_them() {
    let Some(read) = read("tidev-rest") else { return };
    assert_eq!((read.drafts.len(), closed(&read), comments(&read)), (151, 145, 390));
    assert_eq!((labels(&read), keys(&read)), (198, "47e5c632aba1e8d3".to_owned()));
    assert_eq!(titles(&read), "d0eabbe49e103d10");
    let created = read.drafts.iter().map(|draft| draft.created_at.unwrap());
    assert_eq!(created.min(), Some(at("2011-05-24T11:33:17Z")));
    let updated = read.drafts.iter().filter_map(|draft| draft.opening.updated_at);
    assert_eq!(updated.max(), Some(at("2021-04-19T01:17:59Z")));
    let links = read.drafts.iter().flat_map(|draft| &draft.opening.links);
    assert!(links.clone().any(|link| link.kind == LinkKind::Duplicates));
    let ended = |ended: Resolution| {
        let states = read.drafts.iter().filter_map(|draft| draft.state);
        states.filter(|state| state.resolution == Some(ended)).count()
    };
    assert_eq!((ended(Resolution::Duplicate), ended(Resolution::Stale)), (30, 35));
    let files = read
        .drafts
        .iter()
        .filter(|draft| draft.messages[0].wording.body.contains("Attachments:\n\n- "));
    assert!(files.count() > 30);
}

#[test]
fn other_real_files_are_read_too() {
    let Some(page) = read("perceval_jira_issues_page_1.json") else { return };
    assert_eq!(
        (page.drafts.len(), closed(&page), keys(&page)),
        (2, 1, "c83e43a42b910fb8".to_owned())
    );
    let rss = read("rss_thunderdome.xml").unwrap();
    assert_eq!(titles(&rss), "273b10b88e3c9e98");
    assert_eq!(rss.drafts[0].created_at, Some(at("2020-10-10T21:31:32Z")));
    assert_eq!(rss.drafts[0].messages[0].wording.body, "With a **description**");
    let cli = read("jira-cli-testdata/search.json").unwrap();
    assert_eq!((cli.drafts.len(), closed(&cli)), (3, 1));
    let comments = path(Jira, &specimen("jira/perceval_jira_comments_issue_page_1.json").unwrap());
    assert_eq!(comments.skipped.len(), 2);
}
