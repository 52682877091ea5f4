use std::path::Path;

use crate::domain::draft::Draft;
use crate::domain::words::{LinkKind, MessageKind, Priority, Resolution, Status};
use crate::error::Kind;
use crate::import::Format::Csv;
use crate::import::tests::trial::{Read, at, endures, place, specimen, text, twice};
use crate::import::{Options, Place, recognise};

fn map(pairs: &[(&str, &str)]) -> Options {
    let map = pairs.iter().map(|(column, field)| ((*column).to_owned(), (*field).to_owned()));
    Options { map: map.collect(), ..Options::default() }
}

fn mapped(file: &str, pairs: &[(&str, &str)]) -> crate::error::Result<Read> {
    place(Csv, &Place::bytes("f", file.as_bytes()), &map(pairs))
}

fn references(read: &Read) -> Vec<&str> {
    read.drafts.iter().map(|draft| draft.opening.refs.first().unwrap().as_str()).collect()
}

fn status(draft: &Draft) -> Status {
    draft.state.map_or(draft.opening.state.status, |state| state.status)
}

#[test]
fn plain_names_are_understood_and_said() {
    let file = "Ticket ID;Betreff;Beschreibung;Status;Priorität;Tags;Bearbeiter;Absender;E-Mail;Erstellt;Geschlossen;Fällig;Etage\n\
        #7;Drucker;Er druckt nicht;Erledigt;Hoch;\"ink,vip\";Bob;Ada;ada@x.example;02.01.2026 10:00;03.01.2026;05.01.2026;2\n";
    assert_eq!(recognise(&Place::bytes("f", file.as_bytes())).unwrap(), Csv);
    let read = text(Csv, file);
    assert!(
        read.notes[0].contains("title is `Betreff`") && read.notes[0].contains("fields: `Etage`"),
        "{:?}",
        read.notes
    );
    assert_eq!(references(&read), ["csv:7"]);
    let draft = &read.drafts[0];
    let opening = &draft.opening;
    assert_eq!((opening.title.as_str(), opening.priority), ("Drucker", Priority::High));
    assert_eq!(opening.requester, "Ada <ada@x.example>".parse().ok());
    assert_eq!(opening.assignee, "Bob".parse().ok());
    assert_eq!((opening.labels.len(), opening.fields["etage"].as_str()), (2, "2"));
    assert_eq!(opening.due_at, Some(at("2026-01-05T23:59:59Z")));
    assert_eq!(draft.created_at, Some(at("2026-01-02T10:00:00Z")));
    let state = draft.state.unwrap();
    assert_eq!(
        (state.resolution, state.closed_at),
        (Some(Resolution::Solved), Some(at("2026-01-03T00:00:00Z")))
    );
    assert_eq!(draft.messages[0].wording.body, "Er druckt nicht");
    assert!(!draft.says.about("tier") && draft.says.about("labels"));
}

#[test]
fn map_says_what_columns_are() {
    let file = "a,b,c,d,e\nx,closed,hello,jira:A-1,z\n";
    let pairs =
        [("a", "title"), ("B", "status"), ("c", "comment"), ("d", "ref"), ("e", "field:Floor")];
    let read = mapped(file, &pairs).unwrap();
    let draft = &read.drafts[0];
    assert_eq!((draft.opening.title.as_str(), status(draft)), ("x", Status::Closed));
    assert_eq!(draft.opening.fields["floor"], "z");
    assert!(draft.opening.refs.contains("jira:A-1"));
    assert_eq!(draft.messages[1].wording.body, "hello");
    let read =
        mapped("title,subject,x\na,b,c\n", &[("subject", "title"), ("x", "ignore")]).unwrap();
    let opening = &read.drafts[0].opening;
    assert_eq!((opening.title.as_str(), opening.fields.get("x")), ("b", None));
    let error = mapped(file, &[("a", "titel")]).unwrap_err();
    assert_eq!((error.kind, error.hint.as_deref()), (Kind::Invalid, Some("did you mean `title`?")));
    let error = mapped(file, &[("q", "title")]).unwrap_err();
    assert_eq!(error.kind, Kind::Invalid);
    assert!(error.why.unwrap().contains("`a`, `b`"));
    let error = mapped("my text,b\nx,1\n", &[]).unwrap_err();
    assert!(error.why.unwrap().contains("`my text`"));
    assert_eq!(error.hint.unwrap(), "say it with --map, such as `--map 'my text=title'`");
}

#[test]
fn rows_without_a_key_are_known_by_title_and_time() {
    let file = "title,created,note\na,2026-01-01,1\na,2026-01-01,2\na,2026-01-01,1\nb,,3\n,,\n,2026-01-01,9\n";
    let read = text(Csv, file);
    let names = references(&read);
    assert_eq!((names.len(), names[1].to_owned()), (3, format!("{}-2", names[0])));
    assert_eq!(read.skipped, ["rows that repeat another"]);
    assert_eq!(read.rejected[0].place, "f, line 7");
    // A new row before them changes none of their names.
    let more = file.replace("note\n", "note\nnew,2026-02-01,\n");
    assert_eq!(&references(&text(Csv, &more))[1..], &names[..]);
    let read = text(Csv, "Task ID,title\n1.20176E+15,a\n1.20176E+15,b\n");
    assert_ne!(references(&read)[0], references(&read)[1]);
    assert!(read.notes[0].contains("rounded"));
}

#[test]
fn what_tix_writes_is_read_again() {
    let file = "id,status,priority,assignee,customer,labels,title,updated_at\n\
        7,closed,urgent,Bob <bob@x.example>,Acme,\"ink,vip\",'=SUM(A1),2026-01-02T03:04:05Z\n8,hold,low,,,,'quoted',\n";
    let read = text(Csv, file);
    let [first, second] = read.drafts.as_slice() else { panic!("{read:?}") };
    assert_eq!(
        (first.opening.title.as_str(), second.opening.title.as_str()),
        ("=SUM(A1)", "'quoted'")
    );
    assert_eq!(
        (first.opening.priority, first.opening.customer.as_deref()),
        (Priority::Urgent, Some("Acme"))
    );
    assert_eq!(first.opening.assignee, "Bob <bob@x.example>".parse().ok());
    assert_eq!((first.opening.labels.len(), status(second)), (2, Status::Hold));
    assert_eq!(first.opening.updated_at, Some(at("2026-01-02T03:04:05Z")));
    let file = "id,uid,title,description,status,resolution,turn,refs,channel,created_at,closed_at,requester\n\
        7,u,t,d,closed,wontfix,us,\"jira:A-1,mail:x@y\",phone,2026-01-01T00:00:00Z,2026-01-02T00:00:00Z,Ada <ada@x.example>\n";
    let read = text(Csv, file);
    let draft = &read.drafts[0];
    assert_eq!(draft.uid, Some(crate::domain::ids::Uid::of_source("jira:A-1")));
    assert_eq!(draft.state.unwrap().resolution, Some(Resolution::Wontfix));
    assert_eq!(draft.opening.channel, crate::domain::words::Channel::Phone);
    assert_eq!(draft.opening.requester, "Ada <ada@x.example>".parse().ok());
}

#[test]
fn trackers_are_known_by_their_columns() {
    let linear = "ID,Team,Title,Description,Status,Estimate,Priority,Project ID,Creator,Assignee,Labels,Cycle Number,Created,Completed,Duplicate of\n\
        L-1,T,x,d,Duplicate,,No priority,,ada@x.example,,,,Sun May 11 2025 07:39:40 GMT+0000 (GMT),Mon May 12 2025 07:39:40 GMT+0200 (CEST),L-9\n";
    let draft = &text(Csv, linear).drafts[0];
    assert_eq!(draft.state.unwrap().closed_at, Some(at("2025-05-12T05:39:40Z")));
    assert_eq!(draft.state.unwrap().resolution, Some(Resolution::Duplicate));
    assert_eq!(draft.opening.links.first().unwrap().kind, LinkKind::Duplicates);
    assert_eq!(draft.opening.requester, "ada@x.example".parse().ok());
    let clickup = "Task ID, Task Name,Task Content,Status,Date Created,Due Date,Assignees,Tags,Priority,Space Name,Checklists,Comments\n\
        86a,x,one\\ntwo,to do,1758001397217,,\"[Ada, Bob]\",[ink],1,S,\"{\"\"Steps\"\":[\"\"a\"\"]}\",\
        \"[{\"\"text\"\":\"\"hm\"\",\"\"by\"\":\"\"eve@x.example\"\",\"\"date\"\":\"\"1758001397218\"\"}]\"\n";
    let draft = &text(Csv, clickup).drafts[0];
    assert_eq!(draft.messages[0].wording.body, "one\ntwo\n\nSteps:\n\n- [ ] a");
    assert_eq!(
        (draft.messages[1].wording.body.as_str(), draft.messages[1].author.short()),
        ("hm", "eve@x.example")
    );
    assert_eq!(
        (draft.opening.priority, draft.opening.fields["assignees"].as_str()),
        (Priority::Urgent, "Ada, Bob")
    );
    let asana = "Task ID,Created At,Completed At,Name,Section/Column,Assignee,Notes,Status\n1,2025-05-08,,x,Done,,n,\n2,2025-05-08,2025-05-09,y,Inbox,,n,\n";
    let read = text(Csv, asana);
    assert_eq!((status(&read.drafts[0]), status(&read.drafts[1])), (Status::Open, Status::Closed));
    let trello = "Card ID,Card Name,Card URL,Card Description,Labels,List Name,Archived,Due Complete\n\
        62b4725bdec63838046a4ec8,x,https://trello.com/c/iXS2LcLg/4-x,d,\"Blocker (red), (green)\",Info,true,false\n";
    let read = text(Csv, trello);
    assert_eq!(
        (references(&read)[0], status(&read.drafts[0])),
        ("trello:iXS2LcLg", Status::Closed)
    );
    assert!(read.drafts[0].opening.labels.contains("Blocker"));
    assert_eq!(read.drafts[0].created_at, Some(at("2022-06-23T14:02:03Z")));
}

#[test]
fn work_notes_are_never_public() {
    let now = "number,short_description,state,priority,caller_id,opened_at,comments_and_work_notes,work_notes\n\
        INC1,x,3,1 - Critical,Ada,2026-01-02 03:04:05,\"2026-01-03 03:04:05 - Bob B (Work notes)\nsecret\n\n\
        2026-01-02 04:04:05 - Ada (Additional comments)\nplease\n\",hidden\n";
    let read = text(Csv, now);
    let draft = &read.drafts[0];
    assert_eq!((status(draft), draft.opening.priority), (Status::Hold, Priority::Urgent));
    let said: Vec<_> =
        draft.messages[..].iter().map(|m| (m.kind, m.wording.body.as_str())).collect();
    let (public, note) = (MessageKind::Reply, MessageKind::Note);
    assert_eq!(said, [(public, ""), (public, "please"), (note, "secret"), (note, "hidden")]);
    let ticket = "Ticket Number; Subject; Help Topic; comment1; comment2; end of line\n\
        123; \"x\"; y; \"2026-01-02 10:00:00;ada@x.example;one; two\nthree\"; ; end\n";
    let read = text(Csv, ticket);
    let message = &read.drafts[0].messages[1];
    assert_eq!(
        (message.wording.body.as_str(), message.author.short()),
        ("one; two\nthree", "ada@x.example")
    );
    let read = text(Csv, "title,comments,internal notes\nx,3,sh\ny,4,\n");
    assert_eq!((read.drafts[0].messages.len(), read.drafts[1].messages.len()), (2, 0));
    assert_eq!(read.drafts[0].messages[1].kind, MessageKind::Note);
}

#[test]
fn dialects_and_accidents_of_tables_are_told() {
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("title\tstatus\nx\tFoo\n".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let read = place(Csv, &Place::bytes("f", &utf16), &Options::default()).unwrap();
    assert_eq!(
        (read.drafts.len(), read.notes.last().unwrap().as_str()),
        (1, "f: taken for open: status `Foo`")
    );
    let read = place(Csv, &Place::bytes("f", b"title,status\nM\xfcll,open\n"), &Options::default())
        .unwrap();
    assert_eq!(read.drafts[0].opening.title, "Müll");
    assert!(read.notes[0].contains("Windows-1252"));
    let read = text(Csv, "title,created\na,5/9/2025\nb,4/13/2025\n");
    assert_eq!(read.drafts[0].created_at, Some(at("2025-05-09T00:00:00Z")));
    assert!(read.notes[1].contains("month first"), "{:?}", read.notes);
    let read = text(Csv, "title,status\na,open,more\nb,\"c\nd,open\n");
    assert!(read.notes[1].contains("more cells"), "{:?}", read.notes);
    assert_eq!((read.drafts.len(), read.rejected[0].place.as_str()), (1, "f, line 3"));
    for text in ["", "\u{feff}", "\n\n", "{}", "just a line"] {
        assert!(mapped(text, &[]).is_err(), "{text:?}");
    }
    endures(
        Csv,
        "id;title;status;created;comment\n1;x;\"do\nne\";02/03/2026;\"02/03/2026;a;b\"\n2;y;;;\n",
    );
    let long = format!("title,status\n{},open\n", "x".repeat(10 << 20));
    assert_eq!(text(Csv, &long).drafts.len(), 1);
}

#[test]
fn real_tables_are_read_row_by_row() {
    for (name, rows, closed) in [
        ("jira/other-tracker-csv/asana_sample-01.csv", 3, 1),
        ("jira/other-tracker-csv/asana_sample-02.csv", 126, 26),
        ("jira/other-tracker-csv/clickup_sample-01.csv", 133, 133),
        ("jira/other-tracker-csv/clickup_sample-03.csv", 76, 59),
        ("jira/other-tracker-csv/linear_sample-01.csv", 36, 36),
        ("jira/other-tracker-csv/linear_sample-03.csv", 45, 0),
        ("jira/other-tracker-csv/trello_sample-01.csv", 14, 0),
        ("tasks/bugzilla_buglist.csv", 5, 3),
        ("tasks/trac_cutplace_tickets.csv", 48, 35),
    ] {
        let Some(path) = specimen(name) else { return };
        let read = twice(Csv, Path::new(&path));
        let done = read.drafts.iter().filter(|draft| draft.state.is_some()).count();
        assert_eq!((read.drafts.len(), done), (rows, closed), "{name}");
        assert!(read.rejected.is_empty() && read.skipped.is_empty(), "{name}");
        let names: std::collections::BTreeSet<&str> = references(&read).into_iter().collect();
        assert_eq!(names.len(), rows, "{name}");
        if name.starts_with("jira/") {
            assert_eq!(recognise(&Place::at(&path).unwrap()).unwrap(), Csv, "{name}");
        }
    }
}
