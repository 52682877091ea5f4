use crate::domain::words::By;
use crate::import::Format;
use crate::import::tests::trial::{at, endures, specimen, text, twice};

const POSTS: &str = r#"{"order":["b","a"],"posts":{
    "a":{"id":"a","create_at":1767254400000,"message":"It smokes","user_id":"u1","channel_id":"c1","root_id":"","type":"","delete_at":0,"edit_at":1767254460000},
    "b":{"id":"b","create_at":1767340800000,"message":"Pull it.","user_id":"u2","channel_id":"c1","root_id":"a","type":"","delete_at":0,"file_ids":["f1"]},
    "c":{"id":"c","create_at":1767340900000,"message":"x joined","user_id":"u2","channel_id":"c1","root_id":"","type":"system_join_channel","delete_at":0},
    "d":{"id":"d","create_at":1767340900000,"message":"oops","user_id":"u2","channel_id":"c1","root_id":"","type":"","delete_at":5}}}
    [{"id":"u1","username":"ada"}]"#;

fn told(read: &crate::import::tests::trial::Read) -> Vec<(&str, Vec<(&str, &str)>)> {
    read.drafts
        .iter()
        .map(|draft| {
            let said = draft.messages.iter().map(|m| (m.author.short(), m.wording.body.as_str()));
            (draft.opening.refs.first().unwrap().as_str(), said.collect())
        })
        .collect()
}

#[test]
fn posts_of_the_api_are_joined_by_their_roots() {
    let read = text(Format::Mattermost, POSTS);
    let expected = vec![("u1", "It smokes"), ("u2", "Pull it.\n\nAttachments:\n- file f1")];
    assert_eq!(told(&read), [("mattermost:a", expected)]);
    assert_eq!(read.drafts[0].messages[0].wording.edited_at, Some(at("2026-01-01T08:01:00Z")));
    assert_eq!(read.drafts[0].messages[1].by, By::Other);
    assert_eq!(read.skipped, ["joins, topics and the like", "deleted messages"]);
}

#[test]
fn a_bulk_export_names_posts_by_place_and_time() {
    let read = text(
        Format::Mattermost,
        concat!(
            "{\"type\":\"version\",\"version\":1}\n",
            "{\"type\":\"user\",\"user\":{\"username\":\"ada\",\"email\":\"ada@acme.example\"}}\n",
            "{\"type\":\"channel\",\"channel\":{\"team\":\"t\",\"name\":\"help\"}}\n",
            "{\"type\":\"post\",\"post\":{\"team\":\"t\",\"channel\":\"help\",\"user\":\"ada\",\"message\":\"It smokes\",\"create_at\":1767254400000,",
            "\"replies\":[{\"user\":\"bob\",\"message\":\"Pull it.\",\"create_at\":1767254500000}]}}\n",
            "{\"type\":\"post\",\"post\":{\"team\":\"t\",\n",
        ),
    );
    let said = [("ada@acme.example", "It smokes"), ("bob", "Pull it.")];
    let told = told(&read);
    assert_eq!(told[0].0, "mattermost:t/help/1767254400000-ada");
    assert_eq!(told[0].1[1], said[1]);
    assert_eq!(read.drafts[0].messages[0].author.to_string(), "ada <ada@acme.example>");
    assert_eq!(read.drafts[0].opening.labels, ["help".to_owned()].into());
    assert_eq!(read.rejected[0].place, "f, line 5");
}

#[test]
fn messages_of_rocket_chat_are_read_too() {
    let read = text(
        Format::Mattermost,
        r#"{"messages":[{"_id":"m1","rid":"r","msg":"It smokes","ts":"2026-01-01T08:00:00.000Z","u":{"_id":"1","username":"ada"}},
            {"_id":"m2","rid":"r","msg":"Pull it.","ts":{"$date":1767258000000},"u":{"username":"bob"},"tmid":"m1"},
            {"_id":"m3","rid":"r","msg":"ada","t":"uj","ts":"2026-01-01T08:00:00.000Z","u":{"username":"ada"}}]}"#,
    );
    assert_eq!(told(&read), [("rocketchat:m1", vec![("ada", "It smokes"), ("bob", "Pull it.")])]);
    assert_eq!(read.skipped.len(), 1);
}

#[test]
fn damaged_files_are_read_or_refused() {
    endures(Format::Mattermost, POSTS);
}

#[test]
fn real_posts_hold_what_other_programs_find_in_them() {
    let Some(file) = specimen("slack/mattermost_posts.json") else { return };
    let read = twice(Format::Mattermost, &file);
    let said: usize = read.drafts.iter().map(|draft| draft.messages.len()).sum();
    assert_eq!((said, read.skipped.len(), read.rejected.len()), (26, 14, 0));
}
