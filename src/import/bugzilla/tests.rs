use std::path::Path;

use crate::domain::draft::Draft;
use crate::domain::words::{By, LinkKind, MessageKind, Priority, Resolution, Status};
use crate::error::Kind;
use crate::import::Format::Bugzilla;
use crate::import::trial::{Read, at, endures, path, place, sha, specimen, text, twice};
use crate::import::{Options, Place};

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE bugzilla SYSTEM "https://bugs.example/page.cgi?id=bugzilla.dtd">
<bugzilla version="5.0" urlbase="https://bugs.example/">
<bug><bug_id>8</bug_id><creation_ts>2013-06-25 11:49:00 +0200</creation_ts><delta_ts>2013-06-27 11:49:00 +0200</delta_ts>
<short_desc>A &lt;b&gt; leak</short_desc><bug_status>RESOLVED</bug_status><resolution>DUPLICATE</resolution><dup_id>9</dup_id>
<priority>--</priority><bug_severity>blocker</bug_severity><keywords>regression, roof</keywords><target_milestone>---</target_milestone>
<product>House</product><dependson>10</dependson><blocked>9</blocked><blocked>77</blocked>
<reporter name="Ada">ada@acme.example</reporter><assigned_to name="Nobody">nobody@mozilla.org</assigned_to>
<long_desc isprivate="0"><commentid>1</commentid><comment_count>0</comment_count><who name="Ada">ada@acme.example</who><bug_when>2013-06-25 11:49:00 +0200</bug_when><thetext>It leaks.</thetext></long_desc>
<long_desc isprivate="1"><commentid>2</commentid><comment_count>1</comment_count><who name="Eve">eve</who><bug_when>2013-06-26 11:49:00 +0200</bug_when><thetext>Keep quiet.</thetext></long_desc>
<long_desc isprivate="0"><commentid>3</commentid><comment_count>2</comment_count><attachid>5</attachid><who>bob@acme.example</who><bug_when>2013-06-27 11:49:00 +0200</bug_when><thetext>A picture</thetext></long_desc>
<attachment isprivate="0"><attachid>5</attachid><date>2013-06-27 11:49:00 +0200</date><desc>picture</desc><filename>../roof.txt</filename><attacher>bob@acme.example</attacher><data encoding="base64">aG
k=
</data></attachment>
<attachment isprivate="1"><attachid>6</attachid><date>2013-06-27 11:50:00 +0200</date><desc>plan</desc><filename>plan.txt</filename><attacher>eve</attacher><data encoding="base64">aGkh</data></attachment>
<attachment isprivate="0"><attachid>7</attachid><date>2013-06-27 11:50:00 +0200</date><desc>big</desc><filename>big.bin</filename></attachment>
</bug>
<bug><bug_id>9</bug_id><short_desc>Roof</short_desc><bug_status>UNCONFIRMED</bug_status><priority>P1</priority></bug>
<bug error="NotFound"><bug_id>99</bug_id></bug>
<bug><short_desc>no number</short_desc></bug>
</bugzilla>"#;

fn bodies(draft: &Draft) -> Vec<(&str, MessageKind)> {
    draft.messages.iter().map(|m| (m.wording.body.as_str(), m.kind)).collect()
}

#[test]
fn xml_tells_bugs_with_their_comments_and_files() {
    let read = text(Bugzilla, XML);
    let [leak, roof] = read.drafts.as_slice() else { panic!("{read:?}") };
    assert_eq!(leak.opening.title, "A <b> leak");
    assert_eq!(leak.opening.refs.first().unwrap(), "bugzilla:8");
    assert_eq!(leak.opening.fields["url"], "https://bugs.example/show_bug.cgi?id=8");
    assert!(!leak.opening.fields.contains_key("milestone"));
    assert_eq!((leak.opening.priority, &leak.opening.assignee), (Priority::Urgent, &None));
    assert_eq!(leak.opening.requester, "Ada <ada@acme.example>".parse().ok());
    assert_eq!(leak.opening.labels, ["regression", "roof"].map(str::to_owned).into());
    assert_eq!(leak.state.unwrap().resolution, Some(Resolution::Duplicate));
    let (public, note) = (MessageKind::Reply, MessageKind::Note);
    let described =
        "It leaks.\n\nAttachments:\n\n- big.bin: https://bugs.example/attachment.cgi?id=7";
    let said = [(described, public), ("Keep quiet.", note), ("A picture", public), ("plan", note)];
    assert_eq!(bodies(leak), said);
    assert_eq!(leak.messages[2].attachments[0].name, "../roof.txt");
    assert_eq!(leak.messages[1].reference.as_deref(), Some("bugzilla:8/comment-2"));
    assert_eq!((leak.messages[1].author.short(), leak.messages[1].by), ("Eve", By::Us));
    assert_eq!(read.bytes, [b"hi".to_vec(), b"hi!".to_vec()]);
    let kinds: Vec<_> = leak.opening.links.iter().map(|link| link.kind).collect();
    assert_eq!(kinds, [LinkKind::Blocks, LinkKind::Duplicates]);
    assert_eq!((roof.opening.state.status, roof.opening.priority), (Status::New, Priority::High));
    assert_eq!(read.skipped, ["bugs that Bugzilla did not show"]);
    assert_eq!(read.rejected[0].reason, "it has no number");
}

#[test]
fn what_only_some_may_read_is_never_public() {
    let xml = "<bugzilla><bug><bug_id>1</bug_id><short_desc>x</short_desc><long_desc isprivate=\"1\"><who>eve</who>\
        <thetext>quiet</thetext></long_desc><attachment isprivate=\"1\"><attachid>3</attachid><filename>f</filename>\
        <data>aGk=</data></attachment></bug><bug><bug_id>2</bug_id><short_desc>x</short_desc><long_desc><thetext>d</thetext>\
        </long_desc><attachment isprivate=\"1\"><attachid>4</attachid><desc>f</desc><data>aGk=</data></attachment></bug></bugzilla>";
    let read = text(Bugzilla, xml);
    let (public, note) = (MessageKind::Reply, MessageKind::Note);
    assert_eq!(bodies(&read.drafts[0]), [("", public), ("quiet", note)]);
    assert_eq!(bodies(&read.drafts[1]), [("d", public), ("f", note)]);
    for draft in &read.drafts {
        assert!(draft.messages[0].attachments.is_empty());
        assert_eq!(draft.messages[1].attachments.len(), 1);
    }
}

#[test]
fn control_characters_are_dropped_and_other_xml_is_refused() {
    let read = text(Bugzilla, &XML.replace("Keep", "Ke\u{8}ep\u{1}"));
    assert_eq!(bodies(&read.drafts[0])[1].0, "Keep quiet.");
    let refused = |text: &str| {
        place(Bugzilla, &Place::bytes("f", text.as_bytes()), &Options::default()).unwrap_err().kind
    };
    assert_eq!(refused("<rss><channel/></rss>"), Kind::NotFound);
    assert_eq!(refused(&XML[..1500]), Kind::Invalid);
    assert_eq!(refused("a,b\n1,2\n"), Kind::NotFound);
    assert_eq!(refused("{\"error\":true,\"message\":\"no\"}"), Kind::NotFound);
}

const BUGS: &str = r#"{"bugs":[{"id":8,"summary":"Leak","status":"NEW","resolution":"","priority":"P5","severity":"S1",
    "creator":"ada@acme.example","creator_detail":{"name":"ada@acme.example","real_name":"Ada [:ada]","email":"ada@acme.example"},
    "assigned_to":"nobody@mozilla.org","creation_time":"2016-05-17T09:42:04Z","last_change_time":"2016-05-18T09:42:04Z",
    "keywords":["a"],"blocks":[9],"depends_on":[],"dupe_of":null},{"id":9,"summary":"Roof","status":"VERIFIED","resolution":"WONTFIX"},7]}"#;
const COMMENTS: &str = r#"{"bugs":{"8":{"comments":[{"id":1,"count":0,"creator":"ada@acme.example","time":"2016-05-17T09:42:04Z","text":"It leaks.","is_private":false},
    {"id":2,"count":1,"creator":"bob@acme.example","time":"2016-05-17T10:42:04Z","text":"Quiet.","is_private":true}]},"9":{"comments":[]}},"comments":{}}"#;

#[test]
fn bugs_and_comments_in_two_files_of_a_folder_are_read_as_one() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.json"), COMMENTS).unwrap();
    std::fs::write(folder.path().join("b.json"), BUGS).unwrap();
    std::fs::write(folder.path().join("c.json"), "{\"x\":1}").unwrap();
    let read = twice(Bugzilla, folder.path());
    let [leak, roof] = read.drafts.as_slice() else { panic!("{read:?}") };
    assert_eq!(bodies(leak), [("It leaks.", MessageKind::Reply), ("Quiet.", MessageKind::Note)]);
    assert_eq!(leak.opening.requester, "Ada [:ada] <ada@acme.example>".parse().ok());
    assert_eq!((leak.opening.priority, leak.opening.links.len()), (Priority::Low, 1));
    assert!(leak.says.about("description") && !roof.says.about("description"));
    assert_eq!(roof.state.unwrap().resolution, Some(Resolution::Wontfix));
    assert_eq!(read.rejected.len(), 2);
    assert!(read.rejected.iter().any(|it| it.place.ends_with("b.json, record 1")));
}

#[test]
fn comments_alone_are_added_to_their_bugs_in_either_order() {
    let read = text(Bugzilla, COMMENTS);
    let [draft] = read.drafts.as_slice() else { panic!("{read:?}") };
    assert_eq!(draft.opening.title, "Bug 8");
    assert!(!draft.says.about("title") && draft.says.about("description"));
    assert_eq!(bodies(draft).len(), 2);
}

#[test]
fn bugs_a_line_hold_all_that_was_said() {
    let lines = format!(
        "{}\n{{\"id\":\n{}\n",
        r#"{"id":8,"summary":"x","status":"RESOLVED","resolution":"FIXED","cf_last_resolved":"2026-01-03T00:00:00Z","comments":[{"id":4,"count":1,"text":"later","creator":"b","creation_time":"2026-01-02T00:00:00Z"}],"attachments":[{"id":3,"file_name":"f.txt","data":"aGk=","creator":"b"}]}"#,
        r#"{"id":9,"summary":"y","product":"p","component":"c"}"#
    );
    let read = text(Bugzilla, &lines);
    assert_eq!(read.drafts.len(), 2);
    assert_eq!(read.drafts[0].state.unwrap().closed_at, Some(at("2026-01-03T00:00:00Z")));
    assert_eq!(read.drafts[0].messages.len(), 3);
    assert_eq!(read.bytes.len(), 1);
    assert_eq!(read.rejected[0].place, "f, line 2");
}

#[test]
fn a_list_says_what_its_columns_hold() {
    let read = text(
        Bugzilla,
        "\"bug_id\",\"assigned_to\",\"bug_status\",\"resolution\",\"short_desc\",\"changeddate\"\n\
         15,\"bob\",\"RESOLVED\",\"FIXED\",\"a, b\",\"2009-07-22 15:27:25\"\nx,\"\",\"\",\"\",\"\",\"\"\n",
    );
    let draft = &read.drafts[0];
    assert_eq!(
        (draft.opening.title.as_str(), draft.state.unwrap().status),
        ("a, b", Status::Closed)
    );
    assert_eq!(draft.opening.updated_at, Some(at("2009-07-22T15:27:25Z")));
    assert!(!draft.says.about("description") && !draft.says.about("labels"));
    assert_eq!(read.rejected[0].place, "f, line 3");
}

#[test]
fn whatever_happens_to_a_file_it_is_read_or_refused() {
    for text in [XML, BUGS, COMMENTS, "bug_id,short_desc\n1,x\n"] {
        endures(Bugzilla, text);
    }
}

fn titles(read: &Read) -> String {
    sha(read.drafts.iter().map(|draft| &draft.opening.title))
}

fn replies(read: &Read) -> usize {
    read.drafts.iter().map(|draft| draft.messages.len() - 1).sum()
}

#[test]
fn real_files_hold_what_other_programs_find_in_them() {
    for (name, bugs, said, sha_titles) in [
        ("bugzilla_bug.xml", 1, 3, "31f28e811d646ce0"),
        ("bugzilla_bugs_details.xml", 5, 4, "e32d980b5418b5a4"),
        ("bugzilla_rest_bugs.json", 2, 0, "4f62343f555d9ffb"),
    ] {
        let Some(path) = specimen(&format!("tasks/{name}")) else { return };
        let read = twice(Bugzilla, &path);
        assert_eq!((read.drafts.len(), replies(&read)), (bugs, said), "{name}");
        assert_eq!(titles(&read), sha_titles, "{name}");
    }
    let Some(list) = specimen("tasks/bugzilla_buglist.csv") else { return };
    assert_eq!(twice(Bugzilla, &list).drafts.len(), 5);
    let folder = tempfile::tempdir().unwrap();
    for name in ["bugzilla_rest_bugs.json", "bugzilla_rest_comments.json"] {
        let from = specimen(&format!("tasks/{name}")).unwrap();
        std::fs::copy(from, folder.path().join(name)).unwrap();
    }
    let read = path(Bugzilla, Path::new(folder.path()));
    let described = read.drafts.iter().filter(|draft| draft.says.about("description")).count();
    assert_eq!(replies(&read) + described, 7);
}
