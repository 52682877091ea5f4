//! Tickets in the formats of other tools, and back.

use insta::assert_snapshot;
use serde_json::Value;

use crate::desk::Desk;

mod back;
mod files;
mod whole;

/// A desk with a conversation, a note, a file, and texts of people who mean no good.
pub(crate) fn desk() -> Desk {
    let desk = Desk::new();
    desk.file("trace.txt", "at 0x7f\n");
    desk.ok("new 'It hangs 崩溃 🔥' -m $'## 1.9 Mira\n\nSince <b>today</b>.\nFrom now on.' \
         -r 'Ada Lovelace <ada@acme.example>' -l 'two words,vip' -p urgent --due 2026-09-10"
        .replace("$'", "'")
        .as_str());
    desk.ok("comment 1 -m 'a secret'");
    desk.ok("reply 1 -m 'Please try **1.8.2**.' --attach trace.txt");
    desk.ok("reply 1 --from 'Ada Lovelace <ada@acme.example>' -m 'Thanks!'");
    desk.ok("close 1 --as answered");
    desk.ok("new \"=HYPERLINK(1)\" -m '\x1b[2J@here \u{202e}x' -r octocat");
    desk
}

#[test]
fn a_table_of_tickets() {
    let desk = desk();
    let uids = ["1", "2"].map(|id| desk.ticket(id)["uid"].as_str().unwrap().to_owned());
    let text = desk.ok("export csv").replace('\r', "");
    assert_snapshot!(text.replace(&uids[0], "UID-1").replace(&uids[1], "UID-2"), @r###"
    id,uid,title,status,resolution,priority,labels,assignee,requester,customer,tier,channel,refs,created_at,updated_at,closed_at,due_at,messages,description
    1,UID-1,It hangs 崩溃 🔥,closed,answered,urgent,"two words,vip",,Ada Lovelace <ada@acme.example>,,,cli,,2026-09-01T09:00:00Z,2026-09-01T09:04:00Z,2026-09-01T09:04:00Z,2026-09-10T21:59:59Z,3,"## 1.9 Mira

    Since <b>today</b>.
    From now on."
    2,UID-2,'=HYPERLINK(1),new,,normal,,,octocat,,,cli,,2026-09-01T09:05:00Z,2026-09-01T09:05:00Z,,,1,␛[2J@here <U+202E>x
    "###);
}

#[test]
fn a_document_to_read() {
    assert_snapshot!(desk().ok("export md"), @r"
    # Tickets

    As of Tue 2026-09-01 11:06 CEST.

    ## \#1 It hangs 崩溃 🔥

    - Status: closed (answered)
    - Priority: urgent
    - Requester: Ada Lovelace \<ada@acme.example\>
    - Labels: two words, vip
    - Opened: Tue 2026-09-01 11:00 CEST
    - Updated: Tue 2026-09-01 11:04 CEST
    - Closed: Tue 2026-09-01 11:04 CEST
    - Due: Thu 2026-09-10 23:59 CEST

    ### 1.1 Ada Lovelace \<ada@acme.example\>, Tue 2026-09-01 11:00 CEST

    ~~~
    ## 1.9 Mira

    Since <b>today</b>.
    From now on.
    ~~~

    ### 1.3 Mira Holt \<mira@larkspur.example\>, Tue 2026-09-01 11:02 CEST

    > Please try **1.8.2**.

    - File: trace.txt (8 bytes)

    ### 1.4 Ada Lovelace \<ada@acme.example\>, Tue 2026-09-01 11:03 CEST

    > Thanks!

    ## \#2 =HYPERLINK(1)

    - Status: new
    - Priority: normal
    - Requester: octocat
    - Opened: Tue 2026-09-01 11:05 CEST
    - Updated: Tue 2026-09-01 11:05 CEST

    ### 2.1 octocat, Tue 2026-09-01 11:05 CEST

    > ␛[2J@here <U+202E>x
    ");
}

#[test]
fn mails() {
    let desk = desk();
    let uid = desk.ticket("1")["uid"].as_str().unwrap().to_owned();
    let other = desk.ticket("2")["uid"].as_str().unwrap().to_owned();
    let text = desk.ok("export mbox").replace(&uid, "UID-1").replace(&other, "UID-2");
    assert_snapshot!(text, @r#"
    From ada@acme.example Tue Sep  1 09:00:00 2026
    From: "Ada Lovelace" <ada@acme.example>
    Subject: =?utf-8?B?SXQgaGFuZ3Mg5bSp5rqDIPCflKU=?=
    Date: Tue, 1 Sep 2026 09:00:00 +0000
    Message-ID: <tix.UID-1.1@tix.invalid>
    MIME-Version: 1.0
    Content-Type: text/plain; charset="utf-8"
    Content-Transfer-Encoding: 7bit

    ## 1.9 Mira

    Since <b>today</b>.
    >From now on.

    From mira@larkspur.example Tue Sep  1 09:02:00 2026
    From: "Mira Holt" <mira@larkspur.example>
    To: "Ada Lovelace" <ada@acme.example>
    Subject: =?utf-8?B?UmU6IEl0IGhhbmdzIOW0qea6gyDwn5Sl?=
    Date: Tue, 1 Sep 2026 09:02:00 +0000
    Message-ID: <tix.UID-1.3@tix.invalid>
    In-Reply-To: <tix.UID-1.1@tix.invalid>
    References: <tix.UID-1.1@tix.invalid>
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary="tix_2140e71c6979710ae449b2481ad9c2ab"


    --tix_2140e71c6979710ae449b2481ad9c2ab
    Content-Type: text/plain; charset="utf-8"
    Content-Transfer-Encoding: 7bit

    Please try **1.8.2**.
    --tix_2140e71c6979710ae449b2481ad9c2ab
    Content-Type: text/plain
    Content-Disposition: attachment; filename="trace.txt"
    Content-Transfer-Encoding: base64

    YXQgMHg3Zgo=
    --tix_2140e71c6979710ae449b2481ad9c2ab--

    From ada@acme.example Tue Sep  1 09:03:00 2026
    From: "Ada Lovelace" <ada@acme.example>
    Subject: =?utf-8?B?UmU6IEl0IGhhbmdzIOW0qea6gyDwn5Sl?=
    Date: Tue, 1 Sep 2026 09:03:00 +0000
    Message-ID: <tix.UID-1.4@tix.invalid>
    In-Reply-To: <tix.UID-1.3@tix.invalid>
    References: <tix.UID-1.1@tix.invalid>
     <tix.UID-1.3@tix.invalid>
    MIME-Version: 1.0
    Content-Type: text/plain; charset="utf-8"
    Content-Transfer-Encoding: 7bit

    Thanks!

    From MAILER-DAEMON Tue Sep  1 09:05:00 2026
    From: "octocat":;
    Subject: =HYPERLINK(1)
    Date: Tue, 1 Sep 2026 09:05:00 +0000
    Message-ID: <tix.UID-2.1@tix.invalid>
    MIME-Version: 1.0
    Content-Type: text/plain; charset="utf-8"
    Content-Transfer-Encoding: base64

    G1sySkBoZXJlIOKArng=
    "#);
}

#[test]
fn a_mail_to_send() {
    let desk = desk();
    let uid = desk.ticket("1")["uid"].as_str().unwrap().to_owned();
    let text = desk.ok("export eml 1").replace(&uid, "UID-1");
    assert_snapshot!(text, @r#"
    From: "Mira Holt" <mira@larkspur.example>
    To: "Ada Lovelace" <ada@acme.example>
    Subject: =?utf-8?B?UmU6IEl0IGhhbmdzIOW0qea6gyDwn5Sl?=
    Date: Tue, 1 Sep 2026 09:02:00 +0000
    Message-ID: <tix.UID-1.3@tix.invalid>
    In-Reply-To: <tix.UID-1.1@tix.invalid>
    References: <tix.UID-1.1@tix.invalid>
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary="tix_2140e71c6979710ae449b2481ad9c2ab"


    --tix_2140e71c6979710ae449b2481ad9c2ab
    Content-Type: text/plain; charset="utf-8"
    Content-Transfer-Encoding: 7bit

    Please try **1.8.2**.
    --tix_2140e71c6979710ae449b2481ad9c2ab
    Content-Type: text/plain
    Content-Disposition: attachment; filename="trace.txt"
    Content-Transfer-Encoding: base64

    YXQgMHg3Zgo=
    --tix_2140e71c6979710ae449b2481ad9c2ab--
    "#);
}

#[test]
fn issues_for_github() {
    let desk = desk();
    assert_snapshot!(desk.ok("export github"), @r#"
    {"comments":[{"body":"*Mira Holt, Tue 2026-09-01 11:02 CEST:*\n\nPlease try **1.8.2**.","created_at":"2026-09-01T09:02:00Z"},{"body":"*Ada Lovelace, Tue 2026-09-01 11:03 CEST:*\n\nThanks!","created_at":"2026-09-01T09:03:00Z"}],"issue":{"body":"*Ada Lovelace, Tue 2026-09-01 11:00 CEST:*\n\n## 1.9 Mira\n\nSince <b>today</b>.\nFrom now on.","closed":true,"closed_at":"2026-09-01T09:04:00Z","created_at":"2026-09-01T09:00:00Z","labels":["two words","vip","priority: urgent"],"title":"It hangs 崩溃 🔥","updated_at":"2026-09-01T09:04:00Z"}}
    {"comments":[],"issue":{"body":"*octocat, Tue 2026-09-01 11:05 CEST:*\n\n\u001b[2J@here \u202ex","closed":false,"created_at":"2026-09-01T09:05:00Z","labels":[],"title":"=HYPERLINK(1)","updated_at":"2026-09-01T09:05:00Z"}}
    "#);
    assert_snapshot!(desk.ok("export github-list 2"), @r#"
    [
    {"assignee":null,"assignees":[],"body":"\u001b[2J@here \u202ex","closed_at":null,"comments":[],"created_at":"2026-09-01T09:05:00Z","labels":[],"number":2,"state":"open","state_reason":null,"title":"=HYPERLINK(1)","updated_at":"2026-09-01T09:05:00Z","user":{"login":"octocat"}}
    ]
    "#);
}

#[test]
fn issues_for_jira() {
    assert_snapshot!(desk().ok("export jira").replace('\r', ""), @r###"
    Summary,Issue key,Status,Priority,Resolution,Assignee,Reporter,Created,Updated,Resolved,Due date,Description,Labels,Labels,Comment,Comment
    It hangs 崩溃 🔥,TIX-1,Done,Highest,Done,,Ada Lovelace,2026-09-01 09:00:00,2026-09-01 09:04:00,2026-09-01 09:04:00,2026-09-10 21:59:59,"## 1.9 Mira

    Since <b>today</b>.
    From now on.",two_words,vip,2026-09-01 09:02:00;Mira Holt;Please try **1.8.2**.,2026-09-01 09:03:00;Ada Lovelace;Thanks!
    '=HYPERLINK(1),TIX-2,To Do,Medium,,,octocat,2026-09-01 09:05:00,2026-09-01 09:05:00,,,␛[2J@here <U+202E>x,,,,
    "###);
}

#[test]
fn tasks() {
    let desk = desk();
    let uid = desk.ticket("1")["uid"].as_str().unwrap().to_owned();
    desk.ok("snooze 2026-10-01 2");
    let text = desk.ok("export taskwarrior 1").replace(&uid, "UID-1");
    assert_snapshot!(text, @r#"
    [
    {"annotations":[{"description":"Ada Lovelace: ## 1.9 Mira\n\nSince <b>today</b>.\nFrom now on.","entry":"20260901T090000Z"},{"description":"Mira Holt: Please try **1.8.2**.","entry":"20260901T090200Z"},{"description":"Ada Lovelace: Thanks!","entry":"20260901T090300Z"}],"description":"It hangs 崩溃 🔥","due":"20260910T215959Z","end":"20260901T090400Z","entry":"20260901T090000Z","modified":"20260901T090400Z","priority":"H","status":"completed","tags":["two_words","urgent","vip"],"uuid":"UID-1"}
    ]
    "#);
    let waits: Value = serde_json::from_str(&desk.ok("export taskwarrior 2")).unwrap();
    assert_eq!((&waits[0]["status"], &waits[0]["priority"]), (&"waiting".into(), &"M".into()));
    assert_snapshot!(desk.ok("export todotxt"), @"
    x 2026-09-01 2026-09-01 It hangs 崩溃 🔥 @two_words @vip due:2026-09-10 pri:A id:1
    (C) 2026-09-01 =HYPERLINK(1) t:2026-10-01 id:2
    ");
}

#[test]
fn notes_go_out_only_when_told_to() {
    let desk = desk();
    let formats =
        ["csv", "md", "html", "mbox", "github", "github-list", "jira", "taskwarrior", "todotxt"];
    for format in formats {
        assert!(!desk.ok(&format!("export {format}")).contains("secret"), "{format}");
        let ran = desk.run(&format!("export {format} --with-notes"));
        if matches!(format, "mbox" | "todotxt") {
            assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{format}");
            continue;
        }
        assert_eq!(ran.stderr, "note: internal notes are in this export: it is not for others\n");
        let told = ran.stdout.to_lowercase().contains("internal note");
        assert!(told || format == "csv", "{format}: {}", ran.stdout);
    }
    assert_snapshot!(desk.run("export eml 1 --with-notes").transcript(), @"
    --- stderr
    error: `eml` cannot hold internal notes
      because: mails are for others, and notes are not
    --- exit 2
    ");
    assert_snapshot!(desk.run("export eml --message 1.2").transcript(), @"
    --- stderr
    error: 1.2 is an internal note
      because: mails are for others, and notes are not
    --- exit 2
    ");
}

#[test]
fn one_mail_is_of_one_ticket_and_for_somebody() {
    let desk = desk();
    let lines =
        ["export eml", "export eml 2", "export eml 1 --message 1.3", "export md --message 1.3"];
    let all = lines.map(|line| format!("{line}\n{}", desk.run(line).transcript())).concat();
    assert_snapshot!(all, @"
    export eml
    --- stderr
    error: `eml` is one mail, and several tickets match
      try: name one ticket, or export mbox
    --- exit 2
    export eml 2
    --- stderr
    error: no public message of ours is on #2
      try: `tix show 2` shows what is there
    --- exit 3
    export eml 1 --message 1.3
    --- stderr
    error: the argument '[QUERY]...' cannot be used with '--message <ID>'
      try: `tix help COMMAND` shows its flags
    --- exit 2
    export md --message 1.3
    --- stderr
    error: --message belongs to the format `eml`
      try: `tix export eml --message 42.3`
    --- exit 2
    ");
    desk.ok("reply 2 -m hello");
    assert_snapshot!(desk.run("export eml 2").transcript(), @"
    --- stderr
    error: nobody can be written to about 2.2
      because: of nobody whom it is for an address is known
      try: `tix edit 2 --requester 'NAME <MAIL>'` says who asks
    --- exit 4
    ");
    assert!(desk.ok("export eml --message 1.3").contains("filename=\"trace.txt\""));
    assert_eq!(desk.run("export eml --message 1.9").code, 3);
    assert_eq!(desk.run("export eml label:none").code, 3);
}

#[test]
fn numbers_name_tickets_and_words_are_a_query() {
    let desk = desk();
    let ids = |line: &str| desk.ok(&format!("export jsonl {line} -q")).replace('\n', " ");
    assert_eq!(ids("2 1"), "1 2 ");
    assert_eq!(ids("'#2'"), "2 ");
    assert_eq!(ids("label:vip"), "1 ");
    assert_eq!(ids("sort:-id"), "2 1 ");
    assert_eq!(ids("sort:-id -L 1"), "2 ");
    assert_eq!(desk.run("export md 9").code, 3);
    assert_eq!(desk.ok("export todotxt -L 1").lines().count(), 1);
}

#[test]
fn a_format_of_its_own_takes_no_other_form() {
    let desk = desk();
    for flag in ["--json", "--jsonl", "--csv", "--tsv", "-q", "--columns id", "--jq ."] {
        let ran = desk.run(&format!("export md {flag}"));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{flag}: {}", ran.stderr);
    }
    assert_snapshot!(desk.run("export md --csv").transcript(), @"
    --- stderr
    error: `md` has a form of its own
      because: --json, --jsonl, --csv, --tsv, --quiet and --columns ask for another
      try: leave the flag out, or export jsonl
    --- exit 2
    ");
}

#[test]
fn no_desk_is_an_empty_export() {
    let desk = Desk::new();
    let run = |line: &str| {
        let mut command = desk.command(line);
        let out = command.env_remove("TIX_DB").output().unwrap();
        (out.status.code(), String::from_utf8(out.stdout).unwrap())
    };
    assert_eq!(run("export jsonl"), (Some(0), String::new()));
    assert_eq!(run("export json"), (Some(0), "[\n\n]\n".to_owned()));
    assert_eq!(run("export mbox"), (Some(0), String::new()));
    assert_eq!(run("export eml").0, Some(3));
}

#[test]
fn github_reads_back_what_it_is_given() {
    let desk = desk();
    desk.ok("edit 1 --ref 'github:acme/tool#77'");
    let list = desk.file("issues.json", desk.ok("export github-list"));
    let other = Desk::new();
    other.ok(&format!("import github {list} --repo acme/other"));
    let there = other.ticket("github:acme/tool#77");
    assert_eq!(there["title"], "It hangs 崩溃 🔥");
    assert_eq!(there["priority"], "urgent");
    assert_eq!(there["status"], "closed");
    let bodies = |ticket: &Value| -> Vec<String> {
        let messages = ticket["messages"].as_array().unwrap().iter();
        let public = messages.filter(|message| message["kind"] == "reply");
        public.map(|message| message["body"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(bodies(&there), bodies(&desk.ticket("1")));
    assert_eq!(other.ticket("github:acme/other#2")["title"], "=HYPERLINK(1)");
    // And again adds nothing.
    let ran = other.run(&format!("import github {list} --repo acme/other"));
    assert!(ran.stdout.contains("2 known already"), "{}", ran.stdout);
}
