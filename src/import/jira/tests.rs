use std::path::Path;

use serde_json::json;

use crate::domain::draft::Draft;
use crate::domain::words::{By, LinkKind, MessageKind, Priority, Resolution, Status};
use crate::import::Format::Jira;
use crate::import::tests::trial::{Read, at, endures, path, place, sha, specimen, text, twice};
use crate::import::{Options, Place, recognise};

mod sheets;
mod specimens;

fn only(read: Read) -> Draft {
    let [draft] = <[Draft; 1]>::try_from(read.drafts).unwrap_or_else(|all| panic!("{all:?}"));
    draft
}

/// Who said what in which kind of message.
fn said(draft: &Draft) -> Vec<(MessageKind, &str, &str)> {
    let said = draft.messages.iter();
    said.map(|m| (m.kind, m.author.short(), m.wording.body.as_str())).collect()
}

const ISSUE: &str = r#"{"id":"10016","key":"DESK-7","self":"https://acme.example/jira/rest/api/2/issue/10016",
"fields":{"summary":"It prints nothing","description":"h2. Steps\r\n# print\r\n{code}x{code}",
"status":{"name":"Fertig","statusCategory":{"key":"done"}},"resolution":{"name":"Won't Fix"},
"priority":{"name":"Highest"},"issuetype":{"name":"Bug"},"project":{"key":"DESK","name":"The desk"},
"labels":["printer","vip"],"components":[{"name":"ink"}],"environment":null,
"reporter":{"accountId":"a1","displayName":"Ada"},"assignee":{"accountId":"b2","displayName":"Bob"},
"created":"2026-01-02T03:04:05.678+0100","updated":"2026-01-05T00:00:00.000+0000",
"resolutiondate":"2026-01-04T00:00:00.000+0000","duedate":"2026-02-01",
"attachment":[{"filename":"a [1].png","content":"https://acme.example/1/a.png"}],
"issuelinks":[{"type":{"name":"Duplicate"},"outwardIssue":{"key":"DESK-3"}},
{"type":{"name":"Blocks"},"inwardIssue":{"key":"DESK-4"}},{"type":{"name":"Blocks"},"outwardIssue":{}}],
"parent":{"key":"DESK-1"},"comment":{"total":4,"comments":[
{"id":"1","author":{"accountId":"b2","displayName":"Bob"},"body":"Which one?",
"created":"2026-01-02T10:00:00.000+0000","updated":"2026-01-02T11:00:00.000+0000"},
{"id":"2","author":{"accountId":"a1","displayName":"Ada"},"created":"2026-01-02T12:00:00.000+0000",
"body":{"type":"doc","version":1,"content":[{"type":"paragraph","content":[
{"type":"text","text":"The big one","marks":[{"type":"strong"}]}]}]}},
{"id":"3","author":{"accountId":"b2","displayName":"Bob"},"body":"She is new here.","jsdPublic":false,
"created":"2026-01-02T12:30:00.000+0000"}]}}}"#;

#[test]
fn an_issue_of_the_api_arrives_with_everything() {
    let read = text(Jira, ISSUE);
    assert_eq!(read.notes.len(), 1, "{:?}", read.notes);
    let draft = only(read);
    let opening = &draft.opening;
    assert_eq!(opening.refs.iter().collect::<Vec<_>>(), ["jira:DESK-7"]);
    assert_eq!((opening.title.as_str(), opening.priority), ("It prints nothing", Priority::Urgent));
    assert_eq!(opening.due_at, Some(at("2026-02-01T23:59:59Z")));
    assert_eq!(draft.created_at, Some(at("2026-01-02T02:04:05Z")));
    let state = draft.state.unwrap();
    assert_eq!((state.status, state.resolution), (Status::Closed, Some(Resolution::Wontfix)));
    assert_eq!(state.closed_at, Some(at("2026-01-04T00:00:00Z")));
    assert_eq!(opening.assignee, "Bob".parse().ok());
    for (field, value) in [
        ("url", "https://acme.example/jira/browse/DESK-7"),
        ("project", "The desk"),
        ("component", "ink"),
        ("stage", "Fertig"),
        ("parent", "DESK-1"),
    ] {
        assert_eq!(opening.fields[field], value, "{field}");
    }
    let kinds: Vec<LinkKind> = opening.links.iter().map(|link| link.kind).collect();
    assert_eq!((kinds.len(), kinds.contains(&LinkKind::Duplicates)), (2, true));
    let (public, note) = (MessageKind::Reply, MessageKind::Note);
    let files = "h2. Steps\n# print\n{code}x{code}\n\nAttachments:\n\n- [a  1 .png](https://acme.example/1/a.png)";
    assert_eq!(
        said(&draft),
        [
            (public, "Ada", files),
            (public, "Bob", "Which one?"),
            (public, "Ada", "**The big one**"),
            (note, "Bob", "She is new here."),
        ]
    );
    assert_eq!(draft.messages[2].by, By::Requester);
    assert!(draft.messages[1].wording.edited_at.is_some());
}

#[test]
fn an_answer_without_a_part_says_nothing_about_it() {
    let read = text(Jira, r#"{"issues":[{"key":"A-1","fields":{"summary":"x"}},{"key":"A-2"}]}"#);
    assert_eq!(read.skipped, ["issues without any fields"]);
    let draft = only(read);
    for part in ["status", "labels", "assignee", "description", "links"] {
        assert!(!draft.says.about(part), "{part}");
    }
    assert!(draft.says.about("title"));
    let read = text(Jira, r#"{"startAt":0,"total":0,"issues":[]}"#);
    assert!(read.drafts.is_empty());
    let error =
        place(Jira, &Place::bytes("f", br#"{"errorMessages":["no"]}"#), &Options::default());
    assert!(error.unwrap_err().to_string().contains("no Jira issues"));
    let read =
        text(Jira, r#"[{"fields":{"summary":"x"}},7,{"key":"A-1","fields":{"created":"soon"}}]"#);
    let reasons: Vec<&str> = read.rejected.iter().map(|it| it.reason.as_str()).collect();
    assert_eq!(reasons, ["it has no key", "it is no issue", "`created` is not a time: `\"soon\"`"]);
}

#[test]
fn comments_in_files_of_their_own_meet_their_issue() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let comment = |issue: &str, id: u32| {
        json!({ "id": id.to_string(), "body": format!("said {id}"), "author": { "name": "eve" },
            "created": format!("2026-01-03T00:0{id}:00.000+0000"),
            "self": format!("https://acme.example/rest/api/2/issue/{issue}/comment/{id}") })
    };
    write(
        "a.json",
        &json!({ "comments": [comment("10016", 4), comment("9", 5)], "total": 2 }).to_string(),
    );
    write("issue.json", ISSUE);
    write("z-DESK.json", &json!({ "comments": [comment("10016", 6)] }).to_string());
    let read = path(Jira, folder.path());
    assert_eq!(read.skipped, ["comments without an issue"]);
    let draft = only(read);
    let last: Vec<&str> = said(&draft).iter().rev().take(2).map(|(_, _, text)| *text).collect();
    assert_eq!(last, ["said 6", "said 4"]);
}

const RSS: &str = r#"<!-- RSS generated by JIRA -->
<rss version="0.92"><channel><title>Jira</title><issue start="0" end="1" total="1"/>
<item><title>[DESK-7] It prints nothing</title><link>https://acme.example/jira/browse/DESK-7</link>
<project id="1" key="DESK">The desk</project><description>&lt;p&gt;It &lt;b&gt;stopped&lt;/b&gt;&lt;/p&gt;</description>
<key id="10016">DESK-7</key><summary>It prints nothing</summary><type id="1">Bug</type>
<priority id="1">Срочный</priority><status id="6">Закрыт</status><statusCategory id="3" key="done"/>
<resolution id="-1">Не решен</resolution><assignee accountid="-1">Не назначено</assignee>
<reporter accountid="a1">Ada</reporter><labels><label>printer</label><label>vip</label></labels>
<created>Fri, 2 Jan 2026 03:04:05 +0100</created><updated>Mon, 5 Jan 2026 00:00:00 +0000</updated>
<resolved>Sun, 4 Jan 2026 00:00:00 +0000</resolved><due></due>
<comments><comment id="1" author="b2" created="Fri, 2 Jan 2026 10:00:00 +0000">&lt;p&gt;Which one?&lt;/p&gt;</comment>
<comment id="2" author="a1" created="Fri, 2 Jan 2026 12:00:00 +0000">The big one</comment>
<comment id="3" author="b2" created="Fri, 2 Jan 2026 12:30:00 +0000" grouplevel="staff">Secret</comment></comments>
<issuelinks><issuelinktype id="1"><name>Duplicate</name><outwardlinks description="duplicates"><issuelink>
<issuekey id="3">DESK-3</issuekey></issuelink></outwardlinks></issuelinktype></issuelinks>
<attachments><attachment id="1" name="a.png" size="9" author="a1"/></attachments>
<customfields><customfield id="c"><customfieldname>Floor</customfieldname><customfieldvalues>
<customfieldvalue>2nd</customfieldvalue></customfieldvalues></customfield></customfields></item></channel></rss>"#;

#[test]
fn the_xml_of_a_search_says_the_same_in_any_language() {
    let read = text(Jira, RSS);
    assert!(read.notes.is_empty(), "{:?}", read.notes);
    let draft = only(read);
    let opening = &draft.opening;
    assert_eq!((opening.title.as_str(), opening.priority), ("It prints nothing", Priority::Urgent));
    assert_eq!((opening.assignee.as_ref(), opening.labels.len()), (None, 2));
    assert_eq!((opening.fields["floor"].as_str(), opening.links.len()), ("2nd", 1));
    let state = draft.state.unwrap();
    assert_eq!((state.status, state.resolution), (Status::Closed, Some(Resolution::Solved)));
    let (public, note) = (MessageKind::Reply, MessageKind::Note);
    assert_eq!(
        said(&draft),
        [
            (public, "Ada", "It **stopped**\n\nAttachments:\n\n- a.png"),
            (public, "b2", "Which one?"),
            (public, "Ada", "The big one"),
            (note, "b2", "Secret"),
        ]
    );
    // The same comments in another shape are the same messages.
    let rest = only(text(Jira, ISSUE));
    let names =
        |draft: &Draft| draft.messages.iter().map(|m| m.reference.clone()).collect::<Vec<_>>();
    assert_eq!(names(&draft), names(&rest));
}

#[test]
fn damaged_issues_are_read_or_refused() {
    endures(Jira, &format!("{{\"total\":1,\"issues\":[{ISSUE}]}}"));
    endures(Jira, RSS);
    endures(Jira, sheets::CLOUD);
}

#[test]
fn hostile_files_take_no_time() {
    let deep = format!("{{\"key\":\"A-1\",\"fields\":{}", "{\"a\":".repeat(100_000));
    let long = format!("Summary,Issue key\n{},A-1\n", "x".repeat(10 << 20));
    let commas = format!("Summary,Issue key\n{}", ",".repeat(10 << 20));
    let quotes = format!("Summary,Issue key\nx,A-1\n{}", "\"".repeat(10 << 20));
    let xml = format!("<rss><channel><item>{}", "<a>".repeat(1 << 20));
    for text in [deep, long, commas, quotes, xml] {
        let start = std::time::Instant::now();
        drop(place(Jira, &Place::bytes("f", text.as_bytes()), &Options::default()));
        assert!(start.elapsed().as_secs() < 60, "{}", &text[..60]);
    }
}
