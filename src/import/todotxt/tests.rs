use std::collections::BTreeSet;

use super::Task;
use crate::domain::draft::Draft;
use crate::domain::words::{LinkKind, Priority, Status};
use crate::import::Format::Todotxt;
use crate::import::trial::{at, endures, sha, specimen, text, twice};
use crate::import::{Format, Place, recognise};

fn titles(drafts: &[Draft]) -> Vec<&str> {
    drafts.iter().map(|draft| draft.opening.title.as_str()).collect()
}

fn name(line: &str) -> String {
    text(Todotxt, line).drafts[0].opening.refs.first().unwrap().clone()
}

#[test]
fn a_line_is_a_task_with_what_it_says_of_itself() {
    let read = text(
        Todotxt,
        "(A) 2026-01-02 Call +roof @phone due:2026-01-05 t:2026-01-03 at 10:30 http://a.example\n\
         \r\nx 2026-01-04 2026-01-01 Buy wood pri:B\nX upper (B) not first\nxylophone\n\
         (b) small\nPaint id:1\nMix it p:1\nMix again p:2\n",
    );
    let said = [
        "Call +roof @phone at 10:30 http://a.example",
        "Buy wood",
        "X upper (B) not first",
        "xylophone",
        "(b) small",
        "Paint",
        "Mix it",
        "Mix again",
    ];
    assert_eq!(titles(&read.drafts), said);
    let call = &read.drafts[0].opening;
    assert_eq!((call.priority, call.state.status), (Priority::Urgent, Status::Open));
    assert_eq!(call.labels, ["+roof", "@phone"].map(str::to_owned).into());
    assert_eq!(call.due_at, Some(at("2026-01-05T23:59:59Z")));
    assert_eq!(call.snoozed_until, Some(at("2026-01-03T00:00:00Z")));
    assert_eq!(read.drafts[0].created_at, Some(at("2026-01-02T00:00:00Z")));
    let wood = &read.drafts[1];
    assert_eq!(wood.state.unwrap().closed_at, Some(at("2026-01-04T00:00:00Z")));
    assert_eq!(
        (wood.opening.priority, wood.created_at),
        (Priority::High, Some(at("2026-01-01T00:00:00Z")))
    );
    assert_eq!(read.drafts[2].opening.priority, Priority::Normal);
    let links: Vec<_> = read.drafts[6].opening.links.iter().map(|link| link.kind).collect();
    assert_eq!((links, read.drafts[7].opening.links.len()), (vec![LinkKind::Relates], 0));
}

#[test]
fn a_task_stays_the_same_whatever_becomes_of_it() {
    let open = name("(A) 2026-01-02 Call +roof due:2026-01-05");
    for later in [
        "2026-01-02 Call +roof",
        "(C) 2026-01-02 Call +roof due:2026-02-05 t:2026-02-01",
        "x 2026-01-09 2026-01-02 Call +roof due:2026-01-05 pri:A",
    ] {
        assert_eq!(name(later), open, "{later}");
    }
    assert_ne!(name("2026-01-03 Call +roof"), open);
    let pills = text(Todotxt, "x 2026-01-01 Pills\nx 2026-01-02 Pills\nPills\n").drafts;
    let names: BTreeSet<_> = pills.iter().map(|draft| draft.uid).collect();
    assert_eq!(names.len(), 3);
}

#[test]
fn text_files_are_known_by_how_their_lines_begin() {
    for (lines, ours) in [
        ("(A) one\n(B) two\n", true),
        ("x 2026-01-01 done\n2026-01-01 new\nplain\n", true),
        ("one\ntwo\n(A) three\n", false),
        ("Dear all,\n\nx marks the spot.\n", false),
    ] {
        let told = recognise(&Place::bytes("notes.txt", lines.as_bytes()));
        assert_eq!(told.ok() == Some(Format::Todotxt), ours, "{lines}");
    }
}

#[test]
fn odd_lines_are_texts() {
    for (line, text) in [
        ("x", "x"),
        ("x ", "x"),
        ("(A)", "(A)"),
        ("(A) ", "(A)"),
        ("2026-13-01 a", "2026-13-01 a"),
        ("due: a", "due: a"),
        ("x x y", "x y"),
    ] {
        assert_eq!(Task::of(line).text, text, "{line}");
    }
    endures(Todotxt, "x 2026-01-01 (A) ä +b @c due:2026-01-01 id:1\n(B) 2026-01-01 p:1\n");
}

#[test]
fn real_files_hold_what_other_programs_find_in_them() {
    let Some(path) = specimen("tasks/todotxt_topydo_ListCommand_50_items.txt") else { return };
    let read = twice(Todotxt, &path);
    assert_eq!(read.drafts.len(), 50);
    assert!(read.drafts.iter().all(|draft| draft.opening.fields.contains_key("pri")));
    let Some(path) = specimen("tasks/todotxt_topydo_ListFormat.txt") else { return };
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(sha(text.lines()), "64d6ef6a4f2b9de3");
    let read = twice(Todotxt, &path);
    let count = |is: &dyn Fn(&Draft) -> bool| read.drafts.iter().filter(|draft| is(draft)).count();
    assert_eq!(read.drafts.len(), 6);
    assert_eq!(count(&|draft| draft.state.is_some()), 1);
    assert_eq!(count(&|draft| draft.opening.fields.contains_key("pri")), 4);
    assert_eq!(count(&|draft| draft.opening.due_at.is_some()), 2);
    let labels: BTreeSet<_> = read.drafts.iter().flat_map(|draft| &draft.opening.labels).collect();
    let signed = |sign: char| labels.iter().filter(|label| label.starts_with(sign)).count();
    assert_eq!((signed('+'), signed('@')), (3, 3));
}
