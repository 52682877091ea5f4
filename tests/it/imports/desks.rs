//! Help desks, forums and chats.

use insta::assert_snapshot;

use super::{settles, specimen};
use crate::desk::Desk;

#[test]
fn real_files_arrive_once_and_can_be_taken_back() {
    for (format, name, said) in [
        ("discourse", "discourse", "2 tickets added, 22 messages, repeats left out: 2"),
        ("slack", "slack/slack-export-viewer_testarchive.zip", "64 tickets added, 147 messages"),
        ("slack", "slack/slackdump-threads", "10 tickets added, 18 messages"),
        ("mattermost", "slack/mattermost_posts.json", "7 tickets added, 26 messages"),
        ("zendesk", "helpdesk/zendesk/zenpy_list.json", "91 tickets added, 91 messages"),
        ("zendesk", "helpdesk/zendesk-fivetran-csv", "8 tickets added, 8 messages"),
        ("freshdesk", "helpdesk/freshdesk-v2", "1 ticket added, 3 messages"),
        ("otrs", "helpdesk/otrs", "2 tickets added, 5 messages"),
        ("zammad", "helpdesk/zammad_api_docs.json", "2 tickets added, 2 messages"),
    ] {
        let Some(path) = specimen(name) else { return };
        let told = settles(format, &path);
        assert!(told.starts_with(&format!("✓ {said}")), "{name}: {told}");
    }
}

#[test]
fn a_conversation_reads_as_it_was_whoever_may_read_it() {
    let desk = Desk::new();
    let file = desk.file(
        "tickets.json",
        r#"{"tickets":[{"id":87,"subject":"It smokes","description":"The printer smokes.","status":"pending","priority":"high","requester_id":5,
            "submitter_id":5,"assignee_id":6,"tags":["fire"],"via":{"channel":"email"},"created_at":"2026-01-01T08:00:00Z","updated_at":"2026-01-01T11:00:00Z",
            "comments":[{"id":1,"author_id":5,"body":"The printer smokes.","public":true,"created_at":"2026-01-01T08:00:00Z"},
              {"id":2,"author_id":6,"body":"Whose is it?","public":false,"created_at":"2026-01-01T09:00:00Z"},
              {"id":3,"author_id":6,"body":"Pull the plug.","public":true,"created_at":"2026-01-01T10:00:00Z"}]}],
          "users":[{"id":5,"name":"Ada","email":"ada@acme.example","role":"end-user"},{"id":6,"name":"Mira","email":"mira@desk.example","role":"agent"}]}"#,
    );
    assert_snapshot!(desk.ok(&format!("import zendesk {file}")), @"✓ 1 ticket added, 3 messages");
    assert_snapshot!(desk.ok("show zendesk:87"), @"
    #1 It smokes
    pending · high · the requester's turn · fire
    requester   Ada <ada@acme.example>
    assignee    Mira <mira@desk.example>
    opened      Thu 2026-01-01 09:00 CET (8mo ago) by email
    updated     Thu 2026-01-01 12:00 CET (8mo ago)
    refs        zendesk:87

    ── 1.1 PUBLIC  Ada (requester)  1 Jan 09:00 · 8mo ago
       The printer smokes.

    ── 1.2 NOTE, internal  Mira (us)  1 Jan 10:00 · 8mo ago
       Whose is it?

    ── 1.3 PUBLIC  Mira (us)  1 Jan 11:00 · 8mo ago
       Pull the plug.
    ");
}

#[test]
fn what_was_said_in_a_channel_is_a_ticket_until_it_is_quiet_there() {
    let desk = Desk::new();
    let day = |rest: &str| {
        format!(
            r#"[{{"type":"message","user":"U1","text":"It smokes","ts":"1767254400.000001"}},
                {{"type":"message","user":"U2","text":"Pull the plug.","ts":"1767255400.000001"}}{rest}]"#
        )
    };
    let file = desk.file("help.json", day(""));
    desk.ok(&format!("import slack {file}"));
    let later = desk.file(
        "help.json",
        day(r#",{"type":"message","user":"U1","text":"Thanks","ts":"1767255500.000001"},
               {"type":"message","user":"U3","text":"Coffee?","ts":"1767262500.000001"}"#),
    );
    assert_snapshot!(desk.ok(&format!("import slack {later}")), @"✓ 1 ticket added, 2 messages, 1 updated");
    assert_snapshot!(desk.ok("show slack:help/1767254400.000001"), @"
    #1 It smokes
    open · our turn · help
    requester   U1
    opened      Thu 2026-01-01 09:00 CET (8mo ago) by chat
    updated     Thu 2026-01-01 09:18 CET (8mo ago)
    refs        slack:help/1767254400.000001

    ── 1.1 PUBLIC  U1 (requester)  1 Jan 09:00 · 8mo ago
       It smokes

    ── 1.2 PUBLIC  U2  1 Jan 09:16 · 8mo ago
       Pull the plug.

    ── 1.3 PUBLIC  U1 (requester)  1 Jan 09:18 · 8mo ago
       Thanks
    ");
}
