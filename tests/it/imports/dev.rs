//! The trackers and lists of people who write programs.

use super::{specimen, there_and_back};
use crate::desk::Desk;

#[test]
fn real_files_come_once_and_go_without_a_trace() {
    for (format, name, tickets) in [
        ("github", "github/mimofan_wrapped_rest.json", 44),
        ("github", "github/swagger-parser_custom.json", 7),
        ("gitlab", "gitlab/elk_issues.json", 4),
        ("gitlab", "gitlab", 4),
        ("beads", "tasks/beads_artifact-keeper.issues.jsonl", 183),
        ("taskwarrior", "tasks/taskwarrior_dstask_export.json", 147),
        ("taskwarrior", "tasks/taskwarrior_m2pd_pending.data", 1),
        ("todotxt", "tasks/todotxt_topydo_ListFormat.txt", 6),
        ("git-bug", "tasks/git-bug", 31),
        ("bugzilla", "tasks/bugzilla_bug.xml", 1),
        ("bugzilla", "tasks/bugzilla_rest_comments.json", 1),
        ("bugzilla", "tasks/bugzilla_buglist.csv", 5),
        ("redmine", "tasks/redmine_issue_7311.json", 1),
        ("redmine", "tasks/redmine_issues.json", 3),
    ] {
        let Some(path) = specimen(name) else { return };
        let path = path.display().to_string();
        assert_eq!(there_and_back(&Desk::new(), format, &path), tickets, "{name}");
        let told = Desk::new().run(&format!("import auto {path} -n")).stderr;
        assert!(told.contains(&format!("is taken for {format}\n")), "{name}: {told}");
    }
}

#[test]
fn links_lead_to_the_tickets_that_come_with_them() {
    let desk = Desk::new();
    let file = desk.file(
        "issues.jsonl",
        "{\"id\":\"bd-1\",\"title\":\"Leak\",\"status\":\"open\",\"issue_type\":\"bug\",\"dependencies\":[\
         {\"issue_id\":\"bd-1\",\"depends_on_id\":\"bd-2\",\"type\":\"blocks\"}]}\n\
         {\"id\":\"bd-2\",\"title\":\"Roof\",\"status\":\"open\",\"issue_type\":\"task\"}\n",
    );
    assert_eq!(there_and_back(&desk, "beads", &file), 2);
    desk.ok(&format!("import beads {file}"));
    let links = desk.ticket("beads:bd-1")["links"].clone();
    let roof = desk.ticket("beads:bd-2")["id"].clone();
    assert_eq!((&links[0]["id"], &links[0]["kind"]), (&roof, &"blocked-by".into()), "{links}");
}

#[test]
fn comments_of_a_second_file_come_to_the_bugs_of_the_first() {
    let desk = Desk::new();
    let bugs = desk.file(
        "bugs.json",
        r#"{"bugs":[{"id":8,"summary":"Leak","status":"NEW","creator":"ada@acme.example","creation_time":"2026-01-01T00:00:00Z"}]}"#,
    );
    let comments = desk.file(
        "comments.json",
        r#"{"bugs":{"8":{"comments":[{"id":1,"count":0,"creator":"ada@acme.example","text":"It leaks.","time":"2026-01-01T00:00:00Z"},
            {"id":2,"count":1,"creator":"eve@acme.example","text":"Quiet.","time":"2026-01-02T00:00:00Z","is_private":true}]}}}"#,
    );
    for files in [[&bugs, &comments], [&comments, &bugs]] {
        let desk = Desk::new();
        desk.ok(&format!("import bugzilla {} {}", files[0], files[1]));
        let bug = desk.ticket("bugzilla:8");
        assert_eq!((&bug["title"], &bug["description"]), (&"Leak".into(), &"It leaks.".into()));
        assert_eq!(bug["messages"].as_array().unwrap().len(), 2, "{bug}");
        assert_eq!(bug["messages"][1]["kind"], "note", "{bug}");
        let again = desk.json(&format!("import bugzilla {} {}", files[0], files[1]));
        assert_eq!(again["data"]["change"], serde_json::Value::Null, "{again}");
    }
}

#[test]
fn a_line_that_is_done_is_the_same_task() {
    let desk = Desk::new();
    let file = desk.file("todo.txt", "(B) 2026-08-01 Call +roof due:2026-08-05\n");
    desk.ok(&format!("import todotxt {file}"));
    let file = desk.file("todo.txt", "x 2026-08-04 2026-08-01 Call +roof due:2026-08-05 pri:B\n");
    let second = desk.json(&format!("import todotxt {file}"))["data"].clone();
    assert_eq!((&second["added"], &second["updated"]), (&0.into(), &1.into()));
    let task = desk.ticket("1");
    assert_eq!((&task["status"], &task["priority"]), (&"closed".into(), &"high".into()));
}
