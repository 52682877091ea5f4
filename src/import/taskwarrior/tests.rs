use crate::domain::event::Link;
use crate::domain::ids::Uid;
use crate::domain::words::{LinkKind, Priority, Resolution, Status};
use crate::error::Kind;
use crate::import::Format::Taskwarrior;
use crate::import::trial::{Read, at, endures, path, place, sha, specimen, text, twice};
use crate::import::{Options, Place};

const TASK: &str = r#"{"id":3,"uuid":"A0F278D4-0000-4000-8000-000000000001","description":"fix the roof https:\/\/a.example","status":"waiting","entry":"20260102T030405Z","modified":"20260103T000000Z","due":"20260110T000000Z","wait":"20260105T000000Z","project":"home.roof","priority":"H","tags":["wood","nails"],"annotations":[{"entry":"20260102T040000Z","description":"one"},{"entry":"20260102T040000Z","description":"two"}],"depends":DEPENDS,"urgency":9.1}"#;
const OTHER: &str = r#"{"id":0,"uuid":"b0f278d4-0000-4000-8000-000000000002","description":"buy wood","status":"completed","entry":"20260101T000000Z","end":"20260102T000000Z","modified":"20260102T000001Z"}"#;

fn tasks(depends: &str) -> [String; 2] {
    [TASK.replace("DEPENDS", depends), OTHER.to_owned()]
}

fn holds_both(read: &Read) {
    let [roof, wood] = read.drafts.as_slice() else { panic!("{read:?}") };
    let opening = &roof.opening;
    assert_eq!(opening.refs.first().unwrap(), "taskwarrior:a0f278d4-0000-4000-8000-000000000001");
    assert_eq!(opening.title, "fix the roof https://a.example");
    assert_eq!((opening.state.status, opening.priority), (Status::Open, Priority::High));
    assert_eq!(opening.snoozed_until, Some(at("2026-01-05T00:00:00Z")));
    assert_eq!(opening.due_at, Some(at("2026-01-10T00:00:00Z")));
    assert_eq!(opening.labels, ["nails", "wood"].map(str::to_owned).into());
    assert_eq!(opening.fields["project"], "home.roof");
    let said: Vec<_> = roof.messages.iter().map(|m| m.wording.body.as_str()).collect();
    assert_eq!(said, ["", "one", "two"]);
    let closed = wood.state.unwrap();
    assert_eq!(
        (closed.status, closed.closed_at),
        (Status::Closed, Some(at("2026-01-02T00:00:00Z")))
    );
    let to = Uid::of_source("taskwarrior:a0f278d4-0000-4000-8000-000000000001");
    assert_eq!(wood.opening.links, [Link { kind: LinkKind::Blocks, to }].into());
}

#[test]
fn every_version_writes_the_same_tasks_in_its_way() {
    let [array, commas] = [
        r#"["b0f278d4-0000-4000-8000-000000000002"]"#,
        r#""b0f278d4-0000-4000-8000-000000000002,c0f278d4-0000-4000-8000-000000000003""#,
    ];
    let [one, two] = tasks(array);
    holds_both(&text(Taskwarrior, &format!("[\n{one},\n{two}\n]\n")));
    holds_both(&text(Taskwarrior, &format!("{one}\n{two}\n")));
    let [one, two] = tasks(commas);
    holds_both(&text(Taskwarrior, &format!("{one},\n{two},\n")));
}

#[test]
fn data_files_hold_tasks_too() {
    let lines = "[description:\"say \\\"hi\\\" &open;now&close; C:\\\\x\" entry:\"1767322800\" \
        status:\"pending\" tags:\"a,b\" annotation_1767322900:\"a \\/ b\" uuid:\"u-1\" x.y:\"\"]\n\
        [description:\"gone\" end:\"1767322801\" entry:\"1767322800\" status:\"deleted\" uuid:\"u-2\"]\n\
        [description:\"cut";
    let read = text(Taskwarrior, lines);
    let [one, two] = read.drafts.as_slice() else { panic!("{read:?}") };
    assert_eq!(one.opening.title, "say \"hi\" [now] C:\\x");
    assert_eq!(one.opening.labels, ["a", "b"].map(str::to_owned).into());
    assert_eq!(one.messages[1].wording.body, "a / b");
    let name = one.messages[1].reference.as_deref();
    assert_eq!(name, Some("taskwarrior:u-1/annotation-1767322900"));
    assert_eq!(two.state.unwrap().resolution, Some(Resolution::Wontfix));
    assert_eq!(read.rejected[0].place, "f, line 3");
}

#[test]
fn a_task_that_cannot_be_read_says_why() {
    let read = text(
        Taskwarrior,
        r#"[{"description":"x"},{"uuid":"u"},{"uuid":"u","description":"x","status":"odd"},7]"#,
    );
    let said: Vec<_> = read.rejected.iter().map(|it| it.reason.as_str()).collect();
    let expected = [
        "it has no uuid",
        "task u has no description",
        "`status` is not known: `odd`",
        "it is not an object",
    ];
    assert_eq!(said, expected);
    let e = place(Taskwarrior, &Place::bytes("f", b"[1]"), &Options::default()).unwrap_err();
    assert_eq!((e.kind, e.what.as_str()), (Kind::NotFound, "f holds no tasks of Taskwarrior"));
}

#[test]
fn of_a_folder_the_tasks_are_read_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("pending.data", "[description:\"a\" status:\"pending\" uuid:\"u-1\"]\n");
    write("completed.data", "");
    write("undo.data", "time 1\nnew [description:\"a\" uuid:\"u-1\"]\n---\n");
    let read = path(Taskwarrior, folder.path());
    assert_eq!((read.drafts.len(), read.skipped.len()), (1, 1));
}

#[test]
fn whatever_happens_to_a_file_it_is_read_or_refused() {
    endures(Taskwarrior, &format!("[{},{}]", tasks("[]")[0], OTHER));
    endures(
        Taskwarrior,
        "[description:\"a\\\" &open;\" entry:\"1767322800\" annotation_1:\"x\" uuid:\"u\"]\n",
    );
}

#[test]
fn real_files_hold_what_other_programs_find_in_them() {
    let Some(path) = specimen("tasks/taskwarrior_dstask_export.json") else { return };
    let read = twice(Taskwarrior, &path);
    assert_eq!((read.drafts.len(), read.rejected.len()), (147, 0));
    let ended = |ended| {
        let states = read.drafts.iter().filter_map(|draft| draft.state);
        states.filter(|state| state.resolution == Some(ended)).count()
    };
    assert_eq!((ended(Resolution::Solved), ended(Resolution::Wontfix)), (99, 3));
    let said: usize = read.drafts.iter().map(|draft| draft.messages.len() - 1).sum();
    assert_eq!(said, 107);
    assert_eq!(sha(read.drafts.iter().map(|draft| &draft.opening.title)), "3213466ddfdfa740");
    let labelled = |label: &str| {
        read.drafts.iter().filter(|draft| draft.opening.labels.contains(label)).count()
    };
    assert_eq!([labelled("dotfiles"), labelled("bug"), labelled("fzf")], [147, 40, 7]);
    let created = read.drafts.iter().filter_map(|draft| draft.created_at).min();
    assert_eq!(created, Some(at("2018-09-10T09:54:33Z")));
    let Some(path) = specimen("tasks/taskwarrior_m2pd_pending.data") else { return };
    let read = twice(Taskwarrior, &path);
    assert_eq!(sha([&read.drafts[0].opening.title]), "d299d112df57e052");
    assert_eq!(read.drafts[0].created_at, Some(at("2011-06-27T18:41:38Z")));
}
