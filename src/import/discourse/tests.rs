use crate::domain::words::{By, MessageKind, Resolution, State};
use crate::import::tests::trial::{at, endures, path, place, sha, specimen, text, twice};
use crate::import::{Format, Options, Place};

const TOPIC: &str = r#"{"id":7,"title":"It smokes & burns","fancy_title":"It smokes &amp; burns","slug":"it-smokes","posts_count":6,
    "created_at":"2026-01-01T08:00:00.123Z","last_posted_at":"2026-01-04T08:00:00Z","closed":true,"category_id":3,"tags":["fire"],
    "details":{"created_by":{"id":1,"username":"ada"}},
    "post_stream":{"posts":[
     {"id":70,"post_number":1,"username":"ada","name":"","cooked":"<p>The <b>printer</b></p>","created_at":"2026-01-01T08:00:00Z","updated_at":"2026-01-01T08:00:00Z","post_type":1,"version":1},
     {"id":71,"post_number":2,"username":"mira","staff":true,"cooked":"<p>x</p>","raw":"Pull *it*.","created_at":"2026-01-01T09:00:00Z","updated_at":"2026-01-01T10:00:00Z","post_type":2,"version":2,"reply_to_post_number":1},
     {"id":72,"post_number":3,"username":"mira","cooked":"<p>whose?</p>","created_at":"2026-01-01T10:00:00Z","post_type":4},
     {"id":73,"post_number":4,"username":"ada","cooked":"<p>thanks</p>","created_at":"2026-01-01T11:00:00Z","post_type":1,"reply_to_post_number":2},
     {"id":74,"post_number":5,"username":"mira","cooked":"","created_at":"2026-01-03T08:00:00Z","post_type":3,"action_code":"closed.enabled"},
     {"id":75,"post_number":6,"username":"troll","cooked":"<p>buy</p>","deleted_at":"2026-01-03T09:00:00Z","post_type":1}],
     "stream":[70,71,72,73,74,75]}}"#;

#[test]
fn a_topic_becomes_a_draft() {
    let read = text(Format::Discourse, TOPIC);
    let [draft] = read.drafts.as_slice() else { panic!("{read:?}") };
    assert_eq!(draft.opening.title, "It smokes & burns");
    assert_eq!(draft.opening.requester.as_ref().unwrap().short(), "ada");
    assert_eq!(draft.opening.labels, ["fire".to_owned()].into());
    assert_eq!(draft.opening.fields["category"], "3");
    assert_eq!(draft.state, Some(State::closed(Resolution::Solved, at("2026-01-03T08:00:00Z"))));
    let said: Vec<_> = draft
        .messages
        .iter()
        .map(|m| (m.wording.body.as_str(), m.by, m.kind, m.reference.as_deref().unwrap()))
        .collect();
    let (reply, note) = (MessageKind::Reply, MessageKind::Note);
    let expected = [
        ("The **printer**", By::Requester, reply, "discourse:7"),
        ("Pull *it*.", By::Us, reply, "discourse:7/post-2"),
        ("whose?", By::Us, note, "discourse:7/post-3"),
        ("_In reply to #2 by mira:_\n\nthanks", By::Requester, reply, "discourse:7/post-4"),
    ];
    assert_eq!(said, expected);
    assert_eq!(draft.messages[1].wording.edited_at, Some(at("2026-01-01T10:00:00Z")));
    assert_eq!(read.skipped, ["deleted posts"]);
    assert!(read.notes.is_empty(), "{read:?}");
}

#[test]
fn an_accepted_answer_closes_a_topic_and_a_missing_post_is_told() {
    for answer in [
        r#""accepted_answer":{"post_number":2,"username":"mira"},"#,
        r#""has_accepted_answer":true,"#,
    ] {
        let read = text(
            Format::Discourse,
            &TOPIC.replace(r#""closed":true,"#, answer).replace("74,75]", "74,75,76]"),
        );
        let state = read.drafts[0].state.unwrap();
        assert_eq!(state.resolution, Some(Resolution::Answered), "{answer}");
        let at_answer = answer.contains("post_number").then(|| at("2026-01-01T09:00:00Z"));
        assert_eq!(state.closed_at, at_answer.or(Some(at("2026-01-04T08:00:00Z"))));
        assert!(read.notes[0].starts_with("only 6 of the 7 posts of topic 7"), "{:?}", read.notes);
    }
}

#[test]
fn a_list_has_titles_only_and_says_nothing_of_the_rest() {
    let read = text(
        Format::Discourse,
        r#"{"users":[{"id":1,"username":"ada"}],"topic_list":{"per_page":30,"topics":[
            {"id":7,"title":"x","slug":"x","posts_count":3,"created_at":"2026-01-01T08:00:00Z","last_posted_at":null,"tags":null,"category_id":3,
             "posters":[{"user_id":1,"description":"Original Poster"}]},{"title":"no id","slug":"y","posts_count":1}]}}"#,
    );
    let draft = &read.drafts[0];
    assert_eq!(draft.opening.requester.as_ref().unwrap().short(), "ada");
    assert!(draft.says.about("title") && !draft.says.about("description"));
    assert_eq!((draft.messages.len(), read.notes.len()), (1, 0));
    assert_eq!((read.rejected.len(), read.rejected[0].reason.as_str()), (1, "it has no `id`"));
}

#[test]
fn posts_that_stand_alone_go_to_their_topic() {
    let batch = r#"{"post_stream":{"posts":[{"id":76,"post_number":7,"topic_id":7,"username":"eve","cooked":"<p>late</p>","created_at":"2026-01-05T08:00:00Z","post_type":1}]},"id":7}"#;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.json"), batch).unwrap();
    let alone = path(Format::Discourse, folder.path());
    assert!(!alone.drafts[0].says.about("title") && !alone.drafts[0].says.about("status"));
    assert_eq!(alone.drafts[0].messages[1].wording.body, "late");
    std::fs::write(folder.path().join("b.json"), TOPIC).unwrap();
    let both = path(Format::Discourse, folder.path());
    let [draft] = both.drafts.as_slice() else { panic!("{both:?}") };
    assert_eq!(draft.messages.last().unwrap().reference.as_deref(), Some("discourse:7/post-7"));
    assert_eq!(draft.messages.len(), 5);
}

#[test]
fn the_site_makes_addresses() {
    let options = Options { base: Some("https://f.example".to_owned()), ..Options::default() };
    let read = place(Format::Discourse, &Place::bytes("f", TOPIC.as_bytes()), &options).unwrap();
    assert_eq!(read.drafts[0].opening.fields["url"], "https://f.example/t/it-smokes/7");
}

#[test]
fn damaged_files_are_read_or_refused() {
    endures(Format::Discourse, TOPIC);
}

#[test]
fn real_topics_hold_what_other_programs_find_in_them() {
    for (name, posts, note) in [("1148", 20, 1), ("1149", 2, 0)] {
        let Some(file) = specimen(&format!("discourse/perceval_discourse_topic_{name}.json"))
        else {
            return;
        };
        let read = twice(Format::Discourse, &file);
        let [draft] = read.drafts.as_slice() else { panic!("{read:?}") };
        assert_eq!((draft.messages.len(), read.notes.len()), (posts, note), "{name}");
        assert_eq!(sha([&draft.opening.title]), "768569e5862aeb25", "{name}");
        assert_eq!(draft.messages[0].created_at, Some(at("2016-01-26T20:07:49Z")), "{name}");
    }
    let Some(list) = specimen("discourse/perceval_discourse_topics.json") else { return };
    let read = twice(Format::Discourse, &list);
    assert_eq!(sha(read.drafts.iter().map(|draft| &draft.opening.title)), "52e065b18ad358ea");
}
