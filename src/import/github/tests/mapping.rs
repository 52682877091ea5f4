use super::*;

#[test]
fn an_issue_becomes_a_draft() {
    let drafts = drafts(ISSUE);
    let draft = &drafts[0];
    let opening = Opening {
        state: State::of(Status::Open),
        priority: Priority::High,
        channel: Channel::Web,
        labels: ["bug", "P1"].map(str::to_owned).into(),
        refs: ["github:acme/app#7".to_owned()].into(),
        assignee: Some(person("bob")),
        requester: Some(person("ada")),
        fields: [
            ("assignees", "bob, cyd"),
            ("milestone", "1.0"),
            ("url", "https://github.com/acme/app/issues/7"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into(),
        updated_at: Some(at("2026-01-05T00:00:00Z")),
        ..Opening::new("Crash on start").unwrap()
    };
    assert_eq!(draft.opening, opening);
    assert_eq!(draft.uid, Some(Uid::of_source("github:acme/app#7")));
    assert_eq!(draft.state, Some(State::closed(Resolution::Solved, at("2026-01-04T00:00:00Z"))));
    let [description] = draft.messages.as_slice() else { panic!("{:?}", draft.messages) };
    assert_eq!(description.wording.body, "It crashes.\nAlways.");
    assert_eq!((description.by, &description.author), (By::Requester, &person("ada")));
    assert_eq!(description.reference.as_deref(), Some("github:acme/app#7"));
    assert_eq!(description.created_at, Some(at("2026-01-02T03:04:05Z")));
}

#[test]
fn graphql_and_gh_write_the_same_issue_in_their_way() {
    let [draft] = drafts(
        r#"{"closedAt":null,"stateReason":"","state":"OPEN","author":{"id":"U","login":"ada","name":"Ada L"},
        "labels":{"nodes":[{"name":"bug"}]},"assignees":{"nodes":[]},"milestone":null,"url":"https://github.com/acme/app/issues/7",
        "comments":{"nodes":[
            {"id":"IC_1","author":{"login":"bob"},"authorAssociation":"MEMBER","body":"b","createdAt":"2026-01-03T00:00:00Z",
             "isMinimized":true,"url":"https://github.com/acme/app/issues/7#issuecomment-5"},
            {"author":{"login":"ADA"},"authorAssociation":"NONE","body":"a","createdAt":"2026-01-02T00:00:00Z"},
            {"author":null,"body":"c","createdAt":"2026-01-04T00:00:00Z"}]},
        "title":"Crash","number":7,"createdAt":"2026-01-01T00:00:00Z"}"#,
    )
    .try_into()
    .unwrap();
    assert_eq!((draft.state, draft.opening.state), (None, State::of(Status::Open)));
    let said: Vec<_> = draft
        .messages
        .iter()
        .map(|m| (m.wording.body.as_str(), m.by, m.author.short(), m.reference.as_deref().unwrap()))
        .collect();
    let expected = [
        ("", By::Requester, "ada", "github:acme/app#7"),
        ("a", By::Requester, "ADA", "github:acme/app#7/comment-1"),
        ("b", By::Us, "bob", "github:acme/app#7/issuecomment-5"),
        ("c", By::Other, "ghost", "github:acme/app#7/comment-3"),
    ];
    assert_eq!(said, expected);
}

#[test]
fn an_archive_names_people_and_labels_by_text() {
    let [draft] = drafts(
        r#"{"magic":"E!vIA5L86J2I","repo":"a/b","labels":[{"name":"x"}],"issues":[{"number":3,"id":"I_1","title":"T",
        "author":"ada","authorAssociation":"MEMBER","state":"CLOSED","labels":["design","P2"],"assignees":["bob"],"body":"B",
        "createdAt":"2020-01-01T00:00:00Z","updatedAt":"2020-01-03T00:00:00Z","closedAt":null,
        "comments":[{"author":"bob","authorAssociation":"NONE","body":"C","createdAt":"2020-01-02T00:00:00Z"}]}],"pulls":[]}"#,
    )
    .try_into()
    .unwrap();
    assert_eq!(draft.opening.requester, Some(person("ada")));
    assert_eq!(draft.opening.assignee, Some(person("bob")));
    assert!(draft.opening.fields.is_empty());
    assert_eq!(draft.state.unwrap().closed_at, Some(at("2020-01-03T00:00:00Z")));
    let by: Vec<By> = draft.messages.iter().map(|message| message.by).collect();
    assert_eq!(by, [By::Us, By::Other]);
}

#[test]
fn a_closed_issue_says_how_it_ended() {
    for (fields, resolution) in [
        (r#""state":"closed","state_reason":"completed""#, Resolution::Solved),
        (r#""state":"closed","state_reason":null"#, Resolution::Solved),
        (r#""state":"CLOSED","stateReason":"NOT_PLANNED""#, Resolution::Wontfix),
        (r#""state":"closed","state_reason":"duplicate""#, Resolution::Duplicate),
        (
            r#""state":"closed","state_reason":"not_planned","labels":["Duplicate"]"#,
            Resolution::Duplicate,
        ),
        (r#""closed":true"#, Resolution::Solved),
        (r#""closedAt":"2020-01-01T00:00:00Z""#, Resolution::Solved),
    ] {
        assert_eq!(draft(fields).state.unwrap().resolution, Some(resolution), "{fields}");
    }
    for fields in [
        r#""state":"open","state_reason":"reopened""#,
        r#""state":"OPEN","closedAt":"0001-01-01T00:00:00Z""#,
        r#""closed":false"#,
        r#""labels":["duplicate"]"#,
    ] {
        assert_eq!(draft(fields).state, None, "{fields}");
    }
}

#[test]
fn a_missing_moment_is_the_nearest_that_is_known() {
    let closed =
        |fields: &str| draft(&format!(r#""state":"closed",{fields}"#)).state.unwrap().closed_at;
    assert_eq!(
        closed(r#""updated_at":"2020-01-02T00:00:00Z","created_at":"2020-01-01T00:00:00Z""#),
        Some(at("2020-01-02T00:00:00Z"))
    );
    assert_eq!(closed(r#""created_at":"2020-01-01T00:00:00Z""#), Some(at("2020-01-01T00:00:00Z")));
    assert_eq!(
        closed(r#""comments":[{"createdAt":"2020-01-01T00:00:00Z"}]"#),
        Some(at("2020-01-01T00:00:00Z"))
    );
    assert_eq!(closed(r#""body":null"#), None);
    assert_eq!(
        draft(r#""updatedAt":"2020-01-02T00:00:00Z""#).created_at,
        Some(at("2020-01-02T00:00:00Z"))
    );
    assert_eq!(
        draft(r#""created_at":"2020-01-01T01:00:00+02:00""#).created_at,
        Some(at("2019-12-31T23:00:00Z"))
    );
}

#[test]
fn titles_fit_and_lose_nothing() {
    let title = |json: &str| {
        let json = format!(r#"{{"number":1,"title":{json},"body":"B"}}"#);
        let draft = drafts(&json).remove(0);
        (draft.opening.title, draft.messages[0].wording.body.clone())
    };
    let same = |text: &str| (text.to_owned(), "B".to_owned());
    assert_eq!(title(r#"" a\r\nb\nc ""#), same("a b c"));
    assert_eq!(title(r#""  ""#), same("(no title)"));
    assert_eq!(title("null"), same("(no title)"));
    assert_eq!(title("5"), same("5"));
    assert_eq!(title(r#""a\u0000\u001b[1m""#), same("a\0\u{1b}[1m"));
    let exact = "é".repeat(200);
    assert_eq!(title(&format!("\"{exact}\"")), same(&exact));
    let over = "é".repeat(201);
    assert_eq!(
        title(&format!("\"{over}\"")),
        (format!("{}…", "é".repeat(199)), format!("{over}\n\nB"))
    );
}

#[test]
fn people_are_named_as_far_as_they_are_known() {
    for (fields, requester, author) in [
        (r#""user":{"login":"ada"}"#, Some("ada"), "ada"),
        (
            r#""user":{"login":"ada","email":"a@b.example","name":"Ada"}"#,
            Some("ada <a@b.example>"),
            "ada",
        ),
        (r#""user":"ada""#, Some("ada"), "ada"),
        (r#""user":null"#, Some("ghost"), "ghost"),
        (r#""author":{"login":"","name":""}"#, Some("ghost"), "ghost"),
        (r#""user":[]"#, Some("ghost"), "ghost"),
        (r#""body":"""#, None, "unknown"),
    ] {
        let draft = draft(fields);
        assert_eq!(draft.opening.requester, requester.map(person), "{fields}");
        assert_eq!(draft.messages[0].author.short(), author, "{fields}");
    }
}

#[test]
fn a_record_that_is_no_issue_says_why() {
    let long = format!(r#"[{{"number":1,"title":"x","body":"{}"}}]"#, long(BODY_MAX + 1));
    for (json, reason) in [
        (r#"[{"number":5}]"#, "issue #5 has no title"),
        (r#"[{"number":5},{"title":"x"}]"#, "it has no number"),
        (r#"[{"number":5},{"foo":"x"}]"#, "it has no number"),
        (r#"[{"number":0,"title":"x"}]"#, "it has no number"),
        (r#"[{"number":-1,"title":"x"}]"#, "`number` is not a number: `-1`"),
        (r#"[{"number":1,"title":[]}]"#, "`title` is not text"),
        (r#"[{"number":1,"title":"x","body":{}}]"#, "`body` is not text"),
        (
            r#"[{"number":1,"title":"x","state":"odd"}]"#,
            "`state` is neither open nor closed: `odd`",
        ),
        (r#"[{"number":1,"title":"x","created_at":"then"}]"#, "`created_at` is not a time: `then`"),
        (r#"[{"number":1,"title":"x","closedAt":5}]"#, "`closedAt` is not a time: `5`"),
        (
            r#"[{"number":1,"title":"x","comments":[{},{"createdAt":"then"}]}]"#,
            "comment 2 cannot be read: `createdAt` is not a time: `then`",
        ),
        (
            r#"[{"number":5}]{"message":"API rate limit exceeded"}"#,
            "it says `API rate limit exceeded`",
        ),
        (&long, "the text is 16 MiB; a message holds at most 16 MiB"),
    ] {
        let reasons = reasons(json);
        let count = reasons.len();
        assert_eq!(reasons[count - 1], format!("issues, record {count}: {reason}"));
    }
}

#[test]
fn odd_values_are_no_trouble() {
    for fields in [
        r#""labels":null"#,
        r#""labels":[null,1,{},{"name":null},{"name":5},[]]"#,
        r#""labels":"bug""#,
        r#""labels":{"nodes":null}"#,
        r#""assignees":null,"assignee":null"#,
        r#""assignee":5"#,
        r#""comments":null"#,
        r#""comments":3"#,
        r#""comments":[null,1,"x"]"#,
        r#""comments":{"totalCount":9}"#,
        r#""milestone":5"#,
        r#""milestone":{"title":null}"#,
        r#""repository":null"#,
        r#""url":5"#,
        r#""pull_request":null"#,
        r#""body":5"#,
        r#""html_url":"https://""#,
        r#""issues":5"#,
        r#""author_association":5"#,
    ] {
        let draft = draft(fields);
        assert!(draft.opening.labels.is_empty(), "{fields}");
        assert_eq!(draft.messages.len(), 1, "{fields}");
    }
    assert_eq!(draft(r#""labels":["a,b"]"#).opening.labels, ["a b".to_owned()].into());
    assert_eq!(draft(r#""body":"\ud83d!""#).messages[0].wording.body, "\u{fffd}!");
    assert_eq!(refs(r#"[{"number":"7","title":"x"}]"#), ["github:issues#7"]);
    let url =
        r#"[{"url":"https://github.com/a/b/issues/12","title":"x","name":"b","labels":["c"]}]"#;
    assert_eq!(refs(url), ["github:a/b#12"]);
}

#[test]
fn gitea_and_forgejo_say_whose_words_a_robot_moved() {
    let [draft] = drafts(
        r#"[{"id":1,"url":"https://git.example/api/v1/repos/acme/app/issues/7","html_url":"https://git.example/acme/app/issues/7",
        "number":7,"user":{"id":-1,"login":"ghost","full_name":"","email":"ghost@noreply.git.example"},"original_author":"ada","original_author_id":12,
        "title":"x","body":"b","assets":[{"id":1,"name":"log.txt","browser_download_url":"https://git.example/attachments/1"}],"labels":[],
        "milestone":null,"assignees":null,"state":"open","is_locked":true,"comments":1,"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z",
        "closed_at":null,"due_date":"2026-02-01T23:59:59Z","pull_request":null,"repository":{"id":3,"name":"app","owner":"acme","full_name":"acme/app"}}]"#,
    )
    .try_into()
    .unwrap();
    assert_eq!(draft.opening.refs, ["github:acme/app#7".to_owned()].into());
    assert_eq!(draft.opening.requester, Some(person("ada")));
    assert_eq!(draft.opening.due_at, Some(at("2026-02-01T23:59:59Z")));
    assert_eq!(draft.opening.fields["url"], "https://git.example/acme/app/issues/7");
    let body = "b\n\nAttachments:\n\n- log.txt: https://git.example/attachments/1";
    assert_eq!(draft.messages[0].wording.body, body);
}

#[test]
fn the_address_is_that_of_the_page_for_people() {
    for (fields, page) in [
        (
            r#""url":"https://api.github.com/repos/a/b/issues/7""#,
            Some("https://github.com/a/b/issues/7"),
        ),
        (r#""url":"https://ghe.corp/api/v3/repos/a/b/issues/7""#, None),
        (r#""url":"https://github.com/a/b/issues/7""#, Some("https://github.com/a/b/issues/7")),
        (r#""url":"see above""#, None),
    ] {
        assert_eq!(draft(fields).opening.fields.get("url").map(String::as_str), page, "{fields}");
    }
}
