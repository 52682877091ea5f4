use super::*;

#[test]
fn an_issue_reads_the_same_whatever_stands_around_it() {
    let issue = ISSUE;
    let expected = drafts(issue);
    for around in [
        "[ISSUE]",
        "[[ISSUE],[]]",
        "[][ISSUE]\n[]",
        r#"{"repo":"x/y","issues_count":1,"issues":[ISSUE],"pulls":[]}"#,
        r#"{"total_count":1,"items":[ISSUE]}"#,
        r#"{"action":"opened","issue":ISSUE,"repository":{"full_name":"acme/app","id":1}}"#,
        r#"{"data":{"repository":{"issues":{"nodes":[ISSUE],"totalCount":1}}}}"#,
        r#"{"data":{"repository":{"issue":ISSUE}}}"#,
        r#"{"data":{"search":{"edges":[{"cursor":"a","node":ISSUE},{"node":null}]}}}"#,
        r#"[{"data":{"repository":{"issues":{"nodes":[ISSUE]}}}}]"#,
    ] {
        assert_eq!(drafts(&around.replace("ISSUE", issue)), expected, "{around}");
    }
}

#[test]
fn the_nearest_name_of_a_repository_counts() {
    let issue = r#"{"number":1,"title":"x"}"#;
    for (json, expected) in [
        ("ISSUE", "issues"),
        ("[ISSUE]", "issues"),
        (r#"{"repo":"a/b","issues":[ISSUE]}"#, "a/b"),
        (r#"{"issues":[ISSUE],"repo":"a/b"}"#, "a/b"),
        (r#"{"issues":[ISSUE],"repository":{"full_name":"a/b"}}"#, "a/b"),
        (r#"{"full_name":"a/b","issues":[ISSUE]}"#, "a/b"),
        (r#"{"repository":"https://github.com/a/b.git","issues":[ISSUE]}"#, "a/b"),
        (
            r#"{"data":{"repository":{"issues":{"nodes":[ISSUE]},"owner":{"login":"a"},"name":"b"}}}"#,
            "a/b",
        ),
        (r#"{"data":{"repository":{"nameWithOwner":"a/b","issue":ISSUE}},"repo":"x/y"}"#, "a/b"),
        (
            r#"{"issues":[{"repository_url":"https://api.github.com/repos/c/d","number":1,"title":"x"}],"repo":"a/b"}"#,
            "c/d",
        ),
        (r#"[{"number":1,"repository":{"nameWithOwner":"c/d"},"title":"x"}]"#, "c/d"),
        (r#"[{"number":1,"url":"https://ghe.corp/api/v3/repos/c/d/issues/1","title":"x"}]"#, "c/d"),
    ] {
        let json = json.replace("ISSUE", issue);
        assert_eq!(refs(&json), [format!("github:{expected}#1")], "{json}");
    }
    let items = items_as("-", issue.as_bytes(), Some("o/r")).unwrap();
    let Item::Draft(draft) = &items[0] else { panic!("{items:?}") };
    assert!(draft.opening.refs.contains("github:o/r#1"));
}

#[test]
fn issues_of_two_repositories_in_one_file_are_two() {
    let json = r#"{"data":{"repositories":{"nodes":[
        {"issues":{"nodes":[{"number":1,"title":"x"}]},"nameWithOwner":"a/b"},
        {"nameWithOwner":"a/c","issues":{"nodes":[{"number":1,"title":"x"}]}},
        {"issues":{"nodes":[{"number":1,"title":"x"}]}}]}}}"#;
    assert_eq!(refs(json), ["github:a/b#1", "github:a/c#1", "github:issues#1"]);
}

#[test]
fn pull_requests_are_skipped_in_every_shape() {
    let json = r#"[{"number":1,"title":"a","pull_request":{"url":""}},
        {"number":2,"title":"b","isPullRequest":true},
        {"number":3,"title":"c","html_url":"https://github.com/a/b/pull/3"},
        {"number":4,"title":"d","url":"https://api.github.com/repos/a/b/pulls/4"},
        {"number":5,"title":"e","state":"MERGED"},
        {"number":6,"title":"f","__typename":"PullRequest"},
        {"number":7,"title":"g","pull_request":null,"isPullRequest":false}]
        {"pulls":[{"number":8,"title":"h"}],"pullRequests":{"nodes":[{"number":9}]},"issues":[]}"#;
    let skipped = items(json)
        .into_iter()
        .filter(|item| matches!(item, Item::Skipped(why) if why == "pull requests"));
    assert_eq!(skipped.count(), 8);
    assert_eq!(items(json).len(), 9);
}

#[test]
fn comments_without_an_issue_are_counted() {
    let node = r#"{"data":{"node":{"comments":{"nodes":[{"body":"a"},{"body":"b"}]}}}}"#;
    let list = r#"[{"id":1,"body":"a","issue_url":"https://api.github.com/repos/a/b/issues/1",
        "html_url":"https://github.com/a/b/issues/1#issuecomment-1"},{"body":"b","user":null}]"#;
    for json in [node, list] {
        assert_eq!(reasons(json), ["skipped: comments without an issue"; 2], "{json}");
    }
}

#[test]
fn a_file_without_issues_is_refused() {
    for json in [
        "",
        " \n",
        "null",
        "42",
        "\"x\"",
        "{}",
        "[null]",
        "[{}]",
        "[1,2]",
        r#"{"a":[{"number":1}]}"#,
        r#"[{"iid":1,"title":"x"}]"#,
        r#"{"data":null}"#,
    ] {
        let error = items_as("f.json", json.as_bytes(), None).unwrap_err();
        assert_eq!(
            (error.kind, error.what.as_str()),
            (Kind::NotFound, "f.json holds no GitHub issues"),
            "{json}"
        );
    }
    let refused = r#"{"data":{"repository":null},"errors":[{"type":"NOT_FOUND","message":"Could not resolve"}]}"#;
    let error = items_as("f.json", refused.as_bytes(), None).unwrap_err();
    assert_eq!(error.why.as_deref(), Some("it says `Could not resolve`"));
    for json in [
        "[]",
        "[][]",
        "[[],[]]",
        "[[[]]]",
        r#"{"issues":[]}"#,
        r#"{"data":{"repository":{"issues":{"nodes":[]}}}}"#,
    ] {
        assert_eq!(items(json).len(), 0, "{json}");
    }
}

#[test]
fn a_broken_file_is_refused_with_its_place() {
    let whole = format!("[{ISSUE},\n{ISSUE}]");
    for cut in (1..whole.len()).filter(|cut| whole.is_char_boundary(*cut)) {
        let error = items_as("f.json", &whole.as_bytes()[..cut], None).unwrap_err();
        assert!(error.what.starts_with("f.json could not be read at line "), "{error}");
    }
    let deep = format!("[{}", "[".repeat(100_000));
    let objects = r#"{"data":"#.repeat(100_000);
    let comment = format!(r#"[{{"number":1,"title":"x","comments":{}"#, "[".repeat(100_000));
    for json in [deep, objects, comment] {
        let error = items_as("f.json", json.as_bytes(), None).unwrap_err();
        assert_eq!(error.why.as_deref(), Some("recursion limit exceeded"));
    }
    let error = items_as("f.json", b"[\n  {\"number\": 1,}]", None).unwrap_err();
    assert_eq!(error.to_string(), "f.json could not be read at line 2, column 16: trailing comma");
    assert!(items_as("f", b"[{\"number\":1,\"title\":\"\xff\xfe\"}]", None).is_err());
}

#[test]
fn what_powershell_writes_is_read() {
    let text = format!("[{ISSUE}]");
    let units: Vec<u16> = std::iter::once(0xfeff).chain(text.encode_utf16()).collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    for bytes in [little, big, marked] {
        let items = items_as("f", &bytes, None).unwrap();
        let [Item::Draft(draft)] = items.as_slice() else { panic!("{items:?}") };
        assert_eq!(*draft.as_ref(), drafts(ISSUE)[0]);
    }
}

#[test]
fn whatever_happens_to_a_file_it_is_read_or_refused() {
    let graphql = r#"{"data":{"repository":{"nameWithOwner":"a/b","issues":{"edges":[{"node":{"number":1,"title":"\ud83d\ude00",
        "comments":{"nodes":[{"body":"x","author":null,"createdAt":"2026-01-01T00:00:00Z"}]},"labels":{"nodes":[{"name":"P1"}]}}}]}}}}"#;
    for seed in [ISSUE, graphql] {
        for bytes in crate::import::tests::damaged(seed.as_bytes(), 3000) {
            drop(items_as("f", &bytes, None));
        }
    }
}
