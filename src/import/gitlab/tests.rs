use crate::domain::words::{MessageKind, Priority, Resolution, Status};
use crate::error::Kind;
use crate::import::Format::Gitlab;
use crate::import::trial::{Read, at, endures, path, place, sha, specimen, text, twice};
use crate::import::{Options, Place};

const ISSUE: &str = r#"{"id":9007,"iid":7,"project_id":3,"title":"It leaks","description":"Always.","state":"closed","created_at":"2026-01-02T03:04:05.123Z",
    "updated_at":"2026-01-05T00:00:00.000Z","closed_at":"2026-01-04T00:00:00.000Z","labels":["bug","priority::high","status::duplicate"],"milestone":{"title":"1.0"},
    "author":{"id":1,"username":"ada","name":"Ada"},"assignees":[{"username":"bob","name":"Bob"},{"username":"eve","name":""}],"assignee":{"username":"bob"},
    "due_date":"2026-02-01","confidential":true,"issue_type":"incident","web_url":"https://gitlab.example/house/roof/top/-/issues/7","user_notes_count":1}"#;
const NOTES: &str = r#"[{"id":1,"body":"closed","author":{"name":"Ada"},"created_at":"2026-01-04T00:00:00.000Z","system":true,"noteable_id":9007,"noteable_type":"Issue","noteable_iid":7},
    {"id":2,"body":"Where?","author":{"name":"Bob","username":"bob"},"created_at":"2026-01-03T00:00:00.500Z","system":false,"noteable_id":9007,"noteable_type":"Issue","noteable_iid":7},
    {"id":3,"body":"Quiet.","author":{"name":"Bob"},"created_at":"2026-01-03T00:00:00.500Z","system":false,"internal":true,"noteable_id":9007,"noteable_type":"Issue","noteable_iid":7}]"#;

fn holds_the_issue(read: &Read) {
    let [draft] = read.drafts.as_slice() else { panic!("{read:?}") };
    let opening = &draft.opening;
    assert_eq!(opening.refs.first().unwrap(), "gitlab:house/roof/top#7");
    assert_eq!((opening.title.as_str(), opening.priority), ("It leaks", Priority::High));
    assert_eq!(opening.requester, "Ada".parse().ok());
    assert_eq!(opening.assignee, "Bob".parse().ok());
    assert_eq!(opening.due_at, Some(at("2026-02-01T23:59:59Z")));
    for (field, value) in [
        ("url", "https://gitlab.example/house/roof/top/-/issues/7"),
        ("milestone", "1.0"),
        ("type", "incident"),
        ("confidential", "yes"),
        ("assignees", "Bob, eve"),
    ] {
        assert_eq!(opening.fields[field], value, "{field}");
    }
    let state = draft.state.unwrap();
    assert_eq!(
        (state.resolution, state.closed_at),
        (Some(Resolution::Duplicate), Some(at("2026-01-04T00:00:00Z")))
    );
    let said: Vec<_> = draft
        .messages
        .iter()
        .map(|m| {
            (m.wording.body.as_str(), m.kind, m.author.short(), m.reference.as_deref().unwrap())
        })
        .collect();
    let (public, note) = (MessageKind::Reply, MessageKind::Note);
    assert_eq!(
        said,
        [
            ("Always.", public, "Ada", "gitlab:house/roof/top#7"),
            ("Where?", public, "Bob", "gitlab:house/roof/top#7/note-20260103T000000500"),
            ("Quiet.", note, "Bob", "gitlab:house/roof/top#7/note-20260103T000000500-2"),
        ]
    );
}

#[test]
fn notes_are_found_inside_and_beside() {
    let with = |name: &str, notes: &str| {
        ISSUE.replace("\"user_notes_count\":1", &format!("\"{name}\":{notes}"))
    };
    for inside in [
        format!("[{}]", with("notes", NOTES)),
        with("notes_data", NOTES),
        format!("{{\"backend_name\":\"GitLab\",\"data\":{}}}", with("notes_data", NOTES)),
        with("discussions", &format!("[{{\"id\":\"x\",\"notes\":{NOTES}}}]")),
        format!("[{ISSUE}]{NOTES}"),
        format!("[{ISSUE}][{{\"id\":\"x\",\"individual_note\":true,\"notes\":{NOTES}}}]"),
    ] {
        holds_the_issue(&text(Gitlab, &inside));
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("issues.json", &format!("[{ISSUE}]"));
    write("a_notes.json", NOTES);
    holds_the_issue(&twice(Gitlab, folder.path()));
    write("a_notes.json", "[]");
    let bare =
        NOTES.replace(",\"noteable_id\":9007,\"noteable_type\":\"Issue\",\"noteable_iid\":7", "");
    write("issues/7/notes.json", &bare);
    holds_the_issue(&path(Gitlab, folder.path()));
}

#[test]
fn a_project_export_is_read_as_a_tree() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join("roof-export/tree/project").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "issues.ndjson",
        "{\"iid\":1,\"title\":\"x\",\"author_id\":5,\"state\":\"opened\",\"created_at\":\"2026-01-01T00:00:00.000Z\",\
         \"label_links\":[{\"target_type\":\"Issue\",\"label\":{\"title\":\"bug\"}}],\"issue_assignees\":[{\"user_id\":6}],\
         \"notes\":[{\"note\":\"c\",\"system\":false,\"author_id\":8,\"author\":{\"name\":\"Cyd\"},\"created_at\":\"2026-01-02T00:00:00.000Z\"},\
         {\"note\":\"moved\",\"system\":true,\"author_id\":5,\"author\":{\"name\":\"Ada\"}}]}\n\
         null\n{\"iid\":2,\"title\":\"y\",\"author_id\":7,\"state\":\"closed\"}\n{\"iid\":3}\n",
    );
    write(
        "project_members.ndjson",
        "{\"user_id\":6,\"user\":{\"id\":6,\"username\":\"bob\"}}\nnull\n",
    );
    write("merge_requests.ndjson", "{\"iid\":1,\"title\":\"m\",\"source_branch\":\"x\"}\n");
    write("labels.ndjson", "null\n");
    let read = twice(Gitlab, folder.path());
    let [one, two] = read.drafts.as_slice() else { panic!("{read:?}") };
    assert_eq!(
        (&one.opening.requester, &one.opening.assignee),
        (&"Ada".parse().ok(), &"bob".parse().ok())
    );
    assert_eq!(one.opening.labels, ["bug".to_owned()].into());
    assert_eq!((one.messages.len(), one.messages[1].author.short()), (2, "Cyd"));
    assert_eq!(two.opening.requester, "user 7".parse().ok());
    assert_eq!(two.state.unwrap().status, Status::Closed);
    assert_eq!(read.skipped, ["empty records"]);
    assert!(read.rejected[0].place.ends_with("issues.ndjson, line 4"), "{:?}", read.rejected);
    assert!(read.notes[0].contains("--repo GROUP/PROJECT says it"), "{:?}", read.notes);
    let options = Options { repo: Some("house/roof".into()), ..Options::default() };
    let read = place(Gitlab, &Place::at(folder.path()).unwrap(), &options).unwrap();
    assert_eq!(read.drafts[0].opening.refs.first().unwrap(), "gitlab:house/roof#1");
    assert!(read.notes.is_empty());
    assert_eq!(crate::import::recognise(&Place::at(folder.path()).unwrap()).unwrap(), Gitlab);
}

#[test]
fn merge_requests_and_notes_without_an_issue_are_left_out() {
    let merge = ISSUE.replace("/-/issues/", "/-/merge_requests/");
    let other = NOTES.replace("\"noteable_iid\":7", "\"noteable_iid\":8").replace("9007", "9008");
    let read = text(Gitlab, &format!("[{merge}]{other}"));
    let why = [
        "merge requests",
        "comments without an issue",
        "comments without an issue",
        "comments without an issue",
    ];
    assert_eq!((read.skipped, read.drafts.len()), (why.map(str::to_owned).to_vec(), 0));
    for (json, kind) in [
        ("{}", Kind::NotFound),
        ("[]", Kind::NotFound),
        ("{\"message\":\"401 Unauthorized\"}", Kind::NotFound),
        ("[{\"iid\":", Kind::Invalid),
    ] {
        let e =
            place(Gitlab, &Place::bytes("f", json.as_bytes()), &Options::default()).unwrap_err();
        assert_eq!(e.kind, kind, "{json}: {e}");
    }
    let odd = text(Gitlab, &format!("[{},{ISSUE}]", ISSUE.replace("\"closed\"", "\"odd\"")));
    assert_eq!((odd.drafts.len(), odd.rejected.len()), (1, 1));
}

#[test]
fn whatever_happens_to_a_file_it_is_read_or_refused() {
    endures(Gitlab, &format!("[{ISSUE}]{NOTES}"));
}

#[test]
fn real_files_hold_what_other_programs_find_in_them() {
    for (name, issues, said, sha_titles) in [
        ("elk_issues", 4, 2, "d1e39fb1381f01a1"),
        ("perceval_issue_page_1", 2, 0, "92083606702a1862"),
    ] {
        let Some(path) = specimen(&format!("gitlab/{name}.json")) else { return };
        let read = twice(Gitlab, &path);
        assert_eq!(read.drafts.len(), issues, "{name}");
        assert_eq!(sha(read.drafts.iter().map(|draft| &draft.opening.title)), sha_titles, "{name}");
        let replies: usize = read.drafts.iter().map(|draft| draft.messages.len() - 1).sum();
        assert_eq!(replies, said, "{name}");
        assert!(read.drafts.iter().all(|draft| draft.state.is_some()), "{name}");
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["perceval_issue_page_1", "perceval_notes_1", "perceval_notes_2"] {
        let from = specimen(&format!("gitlab/{name}.json")).unwrap();
        std::fs::copy(from, folder.path().join(name)).unwrap();
        std::fs::rename(folder.path().join(name), folder.path().join(format!("{name}.json")))
            .unwrap();
    }
    let read = path(Gitlab, folder.path());
    let replies: Vec<usize> = read.drafts.iter().map(|draft| draft.messages.len() - 1).collect();
    assert_eq!((replies, read.skipped.len()), (vec![1, 1], 0));
}
