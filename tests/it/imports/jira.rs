use insta::assert_snapshot;

use super::there_and_back;
use crate::desk::Desk;

const GERMAN: &str = "Zusammenfassung;Vorgangsschlüssel;Status;Priorität;Zugewiesene Person;Autor;Erstellt;Beschreibung;Kommentar;Kommentar\n\
    Drucker druckt nicht;DESK-7;In Arbeit;Hoch;Bob;Ada;02/Jan/26 9:00 AM;Seit *heute*.;\
    \"02/Jan/26 10:00 AM;Bob;Welcher; der große?\";\"02/Jan/26 11:00 AM;Ada;Ja.\"\n";

#[test]
fn an_export_in_german_is_read_as_it_was_meant() {
    let desk = Desk::new();
    let file = desk.file("jira.csv", GERMAN);
    assert_snapshot!(desk.run(&format!("import auto {file}")).transcript(), @"
    ✓ 1 ticket added, 3 messages
    --- stderr
    note: ~/jira.csv is taken for jira
    note: made the desk ~/tix.db (`tix info` says more)
    note: ~/jira.csv says no zone, so its times are read as those of Europe/Berlin
    ");
    assert_snapshot!(desk.ok("show jira:DESK-7"), @"
    #1 Drucker druckt nicht
    open · high · our turn
    requester   Ada
    assignee    Bob
    opened      Fri 2026-01-02 09:00 CET (8mo ago) by web
    updated     Fri 2026-01-02 11:00 CET (8mo ago)
    refs        jira:DESK-7
    stage       In Arbeit

    ── 1.1 PUBLIC  Ada (requester)  2 Jan 09:00 · 8mo ago
       Seit *heute*.

    ── 1.2 PUBLIC  Bob  2 Jan 10:00 · 8mo ago
       Welcher; der große?

    ── 1.3 PUBLIC  Ada (requester)  2 Jan 11:00 · 8mo ago
       Ja.
    ");
    there_and_back(&Desk::new(), "jira", &file);
}

#[test]
fn another_shape_of_the_same_issue_meets_it() {
    let desk = Desk::new();
    let file = desk.file("jira.csv", GERMAN);
    desk.ok(&format!("import jira {file}"));
    let person = |name: &str| serde_json::json!({ "name": name, "displayName": name });
    let issue = serde_json::json!({ "key": "DESK-7", "fields": {
        "summary": "Drucker druckt nicht", "status": { "name": "Erledigt", "statusCategory": { "key": "done" } },
        "reporter": person("Ada"), "resolutiondate": "2026-01-05T10:00:00.000+0000",
        "comment": { "comments": [
            { "id": "1", "author": person("Bob"), "body": "Welcher; der große?", "created": "2026-01-02T10:00:30.000+0100" },
            { "id": "2", "author": person("Ada"), "body": "Ja.", "created": "2026-01-02T10:00:07.000+0000" },
            { "id": "3", "author": person("Bob"), "body": "Getauscht.", "created": "2026-01-05T10:00:00.000+0000" },
        ] },
    } });
    let file = desk.file("jira.json", issue.to_string());
    assert_snapshot!(desk.ok(&format!("import jira {file}")), @"✓ 0 tickets added, 1 message, 1 updated");
    let ticket = desk.ticket("jira:DESK-7");
    assert_eq!((&ticket["status"], &ticket["assignee"]), (&"closed".into(), &"Bob".into()));
    assert_eq!(
        (ticket["messages"].as_array().unwrap().len(), &ticket["priority"]),
        (4, &"high".into())
    );
    assert_eq!(ticket["description"], "Seit *heute*.");
}
