use std::io::Write;

use crate::domain::words::By;
use crate::import::tests::trial::{at, endures, place, specimen, text, twice};
use crate::import::{Format, Options, Place};

const USERS: &str = r#"[{"id":"U1","name":"ada","real_name":"Ada L","profile":{"display_name":"ada","email":"ada@acme.example"}},
    {"id":"U2","name":"bob","profile":{"real_name":"Bob B"}}]"#;
const CHANNELS: &str = r#"[{"id":"C1","name":"help"}]"#;
const DAY_1: &str = r#"[
    {"type":"message","subtype":"channel_join","user":"U1","ts":"1767254300.000001","text":"<@U1> has joined"},
    {"type":"message","user":"U1","text":"It smokes &amp; <@U2> <http:\/\/x.example|knows>","ts":"1767254400.000002","thread_ts":"1767254400.000002","reply_count":1},
    {"type":"message","user":"U1","text":"hi","ts":"1767254500.000003"},
    {"type":"message","subtype":"bot_message","username":"CI","bot_id":"B1","text":"","attachments":[{"pretext":"built","title":"run 5","title_link":"http://ci.example/5","fallback":"no"},{"from_url":"http://x.example","text":"unfurled"}],"ts":"1767254600.000004"},
    {"type":"message","user":"U9","text":"later","ts":"1767258300.000005","edited":{"user":"U9","ts":"1767258400.000000"},
     "files":[{"id":"F1","name":"a.png","url_private":"https://files.example/a.png?t=xoxe-secret"}]}]"#;
const DAY_2: &str = r#"[
    {"type":"message","user":"U2","text":"Pull it.","ts":"1767340800.000001","thread_ts":"1767254400.000002"},
    {"type":"message","subtype":"thread_broadcast","user":"U1","text":"Thanks","ts":"1767340900.000001","thread_ts":"1767254400.000002"},
    {"type":"message","subtype":"thread_broadcast","user":"U1","text":"Thanks","ts":"1767340900.000001","thread_ts":"1767254400.000002"},
    {"type":"message","subtype":"tombstone","user":"USLACKBOT","text":"This message was deleted.","ts":"1767341000.000001"}]"#;

fn files() -> [(&'static str, &'static str); 5] {
    [
        ("users.json", USERS),
        ("channels.json", CHANNELS),
        ("integration_logs.json", "[{\"user_id\":\"U1\"}]"),
        ("help/2026-01-01.json", DAY_1),
        ("help/2026-01-02.json", DAY_2),
    ]
}

#[test]
fn threads_go_on_in_later_days_and_the_rest_is_grouped_by_quiet() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("help")).unwrap();
    for (name, text) in files() {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let read = twice(Format::Slack, folder.path());
    let refs: Vec<&str> =
        read.drafts.iter().map(|it| it.opening.refs.first().unwrap().as_str()).collect();
    assert_eq!(
        refs,
        ["slack:C1/1767254400.000002", "slack:C1/1767254500.000003", "slack:C1/1767258300.000005"]
    );
    let thread = &read.drafts[0];
    assert_eq!(thread.opening.title, "It smokes & @bob knows");
    assert_eq!(thread.opening.labels, ["help".to_owned()].into());
    assert_eq!(thread.created_at, Some(at("2026-01-01T08:00:00Z")));
    let said: Vec<_> = thread
        .messages
        .iter()
        .map(|m| (m.author.to_string(), m.by, m.wording.body.as_str()))
        .collect();
    let (ada, bob) = ("Ada L <ada@acme.example>".to_owned(), "Bob B".to_owned());
    let expected = [
        (ada.clone(), By::Requester, "It smokes & @bob [knows](http://x.example)"),
        (bob, By::Other, "Pull it."),
        (ada, By::Requester, "Thanks"),
    ];
    assert_eq!(said, expected);
    let group = &read.drafts[1].messages;
    assert_eq!(
        (group[1].author.short(), group[1].wording.body.as_str()),
        ("CI", "built\n[run 5](http://ci.example/5)")
    );
    let last = &read.drafts[2].messages[0];
    assert_eq!(last.wording.body, "later\n\nAttachments:\n- [a.png](https://files.example/a.png)");
    assert_eq!(
        (last.author.short(), last.wording.edited_at),
        ("U9", Some(at("2026-01-01T09:06:40Z")))
    );
    assert_eq!(read.skipped, ["joins, topics and the like", "deleted messages"]);
}

#[test]
fn an_archive_reads_as_its_folder_does() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("export.zip");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&name).unwrap());
    for (inside, text) in files() {
        zip.start_file(inside, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    let options = Options { base: Some("https://acme.slack.com".to_owned()), ..Options::default() };
    let read = place(Format::Slack, &Place::at(&name).unwrap(), &options).unwrap();
    assert_eq!(read.drafts.len(), 3);
    assert_eq!(
        read.drafts[0].opening.fields["url"],
        "https://acme.slack.com/archives/C1/p1767254400000002"
    );
}

#[test]
fn a_file_that_was_dumped_names_its_channel_and_holds_its_threads() {
    let read = text(
        Format::Slack,
        r#"{"channel_id":"C5","name":"dev","messages":[{"type":"message","user":"U1","text":"root","ts":"1767254400.000001","thread_ts":"1767254400.000001",
            "slackdump_thread_replies":[{"type":"message","user":"U2","text":"re","ts":"1767254401.000001","thread_ts":"1767254400.000001"}]},
            {"type":"message","user":"U1","ts":"1767254402.000001","text":"","blocks":[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"in blocks"}]}]}]},
            {"type":"message","user":"U1","ts":"soon","text":"x"},{"type":"message","user":"U1","ts":"1767254403.000001","text":" "}]}"#,
    );
    let told: Vec<(&str, usize)> = read
        .drafts
        .iter()
        .map(|it| (it.opening.refs.first().unwrap().as_str(), it.messages.len()))
        .collect();
    assert_eq!(told, [("slack:C5/1767254400.000001", 2), ("slack:C5/1767254402.000001", 1)]);
    assert_eq!(read.drafts[1].opening.title, "in blocks");
    assert_eq!(read.drafts[1].opening.labels, ["dev".to_owned()].into());
    assert_eq!(read.rejected[0].reason, "`ts` is not a time: `soon`");
    assert_eq!(read.skipped, ["messages without a text"]);
}

#[test]
fn damaged_files_are_read_or_refused() {
    endures(Format::Slack, DAY_1);
}

#[test]
fn real_exports_hold_what_other_programs_find_in_them() {
    let Some(file) = specimen("slack/slack-export-viewer_testarchive.zip") else { return };
    let read = twice(Format::Slack, &file);
    assert_eq!(read.skipped.len(), 11);
    let said: usize = read.drafts.iter().map(|draft| draft.messages.len()).sum();
    assert_eq!((said, read.rejected.len()), (158 - 11, 0));
    let times =
        || read.drafts.iter().flat_map(|draft| &draft.messages).filter_map(|m| m.created_at);
    assert_eq!(times().max(), Some(at("2016-03-29T12:33:06Z")));
    let Some(folder) = specimen("slack/slackdump-threads") else { return };
    let read = twice(Format::Slack, &folder);
    let thread = read
        .drafts
        .iter()
        .find(|draft| draft.opening.refs.contains("slack:chan1/1736478630.905399"));
    assert_eq!(thread.unwrap().messages.len(), 3);
}
