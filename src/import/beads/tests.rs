use crate::domain::draft::Draft;
use crate::domain::event::Link;
use crate::domain::ids::Uid;
use crate::domain::words::{LinkKind, Priority, Resolution, Status};
use crate::import::Format::Beads;
use crate::import::trial::{at, endures, sha, specimen, text, twice};

const ISSUE: &str = r#"{"id":"bd-1","title":"Leak","description":"It leaks.","design":"A bucket.","notes":" ","status":"closed","priority":0,"issue_type":"bug","assignee":"bob","created_by":"Ada","created_at":"2026-01-20T17:11:29.411793076-06:00","updated_at":"2026-01-21T00:00:00Z","closed_at":"2026-01-21T00:00:00Z","close_reason":"Duplicate of bd-2","labels":["pipes"],"comments":[{"id":3,"issue_id":"bd-1","author":"bob","text":"Seen.","created_at":"2026-01-20T23:30:00Z"}],"dependencies":[{"issue_id":"bd-1","depends_on_id":"bd-2","type":"blocks"},{"issue_id":"bd-1","depends_on_id":"bd-2","type":"parent_child"},{"issue_id":"bd-1","depends_on_id":"bd-9","type":"related"}]}"#;
const OTHER: &str = r#"{"id":"bd-2","title":"Roof","status":"in_progress","priority":4,"issue_type":"epic","created_at":"2026-01-19T00:00:00Z","updated_at":"2026-01-19T00:00:00Z","closed_at":"0001-01-01T00:00:00Z"}"#;

fn state(draft: &Draft) -> (Status, Option<Resolution>) {
    let state = draft.state.unwrap_or(draft.opening.state);
    (state.status, state.resolution)
}

#[test]
fn an_issue_becomes_a_draft_with_what_blocks_it() {
    let read = text(Beads, &format!("{ISSUE}\n\n{OTHER}\n"));
    let [leak, roof] = read.drafts.as_slice() else { panic!("{read:?}") };
    let opening = &leak.opening;
    assert_eq!(opening.refs, ["beads:bd-1".to_owned()].into());
    assert_eq!(opening.title, "Leak");
    assert_eq!(opening.priority, Priority::Urgent);
    assert_eq!(opening.labels, ["pipes".to_owned()].into());
    assert_eq!(opening.assignee, "bob".parse().ok());
    assert_eq!(opening.requester, "Ada".parse().ok());
    assert_eq!(leak.created_at, Some(at("2026-01-20T23:11:29Z")));
    assert_eq!(state(leak), (Status::Closed, Some(Resolution::Duplicate)));
    assert_eq!(opening.fields["close_reason"], "Duplicate of bd-2");
    let said: Vec<_> = leak.messages.iter().map(|m| m.wording.body.as_str()).collect();
    assert_eq!(said, ["It leaks.\n\n## Design\n\nA bucket.", "Seen."]);
    assert_eq!(leak.messages[1].reference.as_deref(), Some("beads:bd-1/comment-3"));
    let (one, two) = (Uid::of_source("beads:bd-1"), Uid::of_source("beads:bd-2"));
    assert_eq!(opening.links, [Link { kind: LinkKind::Relates, to: two }].into());
    assert_eq!(roof.opening.links, [Link { kind: LinkKind::Blocks, to: one }].into());
    assert_eq!(state(roof), (Status::Open, None));
    assert_eq!(roof.opening.priority, Priority::Low);
    assert_eq!(roof.opening.fields["beads_status"], "in-progress");
}

#[test]
fn what_was_deleted_or_is_machinery_is_left_out() {
    let lines = format!(
        "{OTHER}\n{}\n{}\n{}\n",
        r#"{"id":"bd-3","title":"gone","status":"tombstone","deleted_at":"2026-01-01T00:00:00Z"}"#,
        r#"{"id":"bd-4","title":"beat","status":"open","issue_type":"event"}"#,
        r#"{"id":"bd-5","title":"x","status":"open","dependencies":[{"depends_on_id":"bd-3","type":"blocks"}]}"#
    );
    let read = text(Beads, &lines);
    assert_eq!(read.skipped, ["deleted issues", "records of beads itself"]);
    assert_eq!(read.drafts.len(), 2);
    assert!(read.drafts[1].opening.links.is_empty());
    assert_eq!(read.drafts[1].opening.priority, Priority::Normal);
}

#[test]
fn a_line_that_cannot_be_read_is_the_only_one_lost() {
    let lines = format!(
        "{OTHER}\n<<<<<<< HEAD\n{}\n{}\n{}\n[1]\n",
        r#"{"id":"","title":"x"}"#,
        r#"{"id":"bd-7","title":"x","priority":9}"#,
        r#"{"id":"bd-8","title":"x","created_at":"tomorrow"}"#
    );
    let read = text(Beads, &lines);
    let said: Vec<String> =
        read.rejected.iter().map(|it| format!("{}: {}", it.place, it.reason)).collect();
    assert_eq!(
        said,
        [
            "f, line 2: it is not JSON: expected value at column 1",
            "f, line 3: it has no id",
            "f, line 4: `priority` is none of 0 to 4: `9`",
            "f, line 5: `created_at` is not a time: `\"tomorrow\"`",
            "f, line 6: it is not an object",
        ]
    );
    assert_eq!(read.drafts.len(), 1);
}

#[test]
fn whatever_happens_to_a_file_it_is_read_or_refused() {
    endures(Beads, &format!("{ISSUE}\n{OTHER}\n"));
}

#[test]
fn real_files_hold_what_other_programs_find_in_them() {
    for (name, count, closed, sha_titles, sha_ids, links) in [
        ("beads_beads_viewer", 39, 24, "b00d6d21198bfd59", "7a5460b18a7e466a", 22),
        ("beads_artifact-keeper", 183, 152, "80ae6187d006d91b", "6b160e304aff7f86", 236),
    ] {
        let Some(path) = specimen(&format!("tasks/{name}.issues.jsonl")) else { return };
        let read = twice(Beads, &path);
        assert_eq!((read.drafts.len(), read.rejected.len()), (count, 0));
        let ended = read.drafts.iter().filter(|draft| state(draft).0 == Status::Closed).count();
        assert_eq!(ended, closed);
        let ids = read.drafts.iter().map(|d| d.opening.refs.first().unwrap().replace("beads:", ""));
        assert_eq!(sha(ids), sha_ids);
        assert_eq!(sha(read.drafts.iter().map(|d| &d.opening.title)), sha_titles);
        let linked: usize = read.drafts.iter().map(|draft| draft.opening.links.len()).sum();
        assert_eq!(linked, links, "{name}");
    }
}
