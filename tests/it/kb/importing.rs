//! Articles from files.

use insta::assert_snapshot;

use crate::desk::Desk;

fn page(version: u32, title: &str, body: &str) -> String {
    format!(
        r#"{{"id":"131","type":"page","title":"{title}","version":{{"number":{version},
        "when":"2026-01-0{version}T00:00:00Z"}},"body":{{"storage":{{"value":"{body}"}}}}}}"#
    )
}

#[test]
fn a_page_is_an_article_once_however_often_it_is_imported() {
    let desk = Desk::new();
    desk.ok("new One");
    let before = desk.ok("export jsonl");
    let file = desk.file("page.json", page(1, "Reset", "<p>Old.</p>"));
    assert_snapshot!(desk.run(&format!("import confluence {file}")).transcript(), @"✓ 1 article added");
    assert_snapshot!(desk.run(&format!("import auto {file}")).transcript(), @"
    ✓ 1 article known already
    --- stderr
    note: ~/page.json is taken for confluence
    ");
    desk.file("page.json", page(2, "Reset it", "<p>New.</p>"));
    assert_snapshot!(desk.run(&format!("import confluence {file} -n")).transcript(), @"would: 1 article updated");
    assert_snapshot!(desk.run(&format!("import confluence {file}")).transcript(), @"✓ 1 article updated");
    assert_eq!(desk.json("kb show reset")["data"]["body"], "New.");
    // What is older says nothing any more.
    desk.file("page.json", page(1, "Reset", "<p>Old.</p>"));
    desk.ok(&format!("import confluence {file}"));
    assert_eq!(desk.json("kb show reset")["data"]["title"], "Reset it");
    desk.ok("undo");
    desk.ok("undo");
    assert_eq!((desk.words("kb -q"), desk.ok("export jsonl")), (String::new(), before));
    desk.ok("redo");
    assert_eq!(desk.json("kb show reset")["data"]["body"], "Old.");
}

#[test]
fn what_was_changed_here_is_not_overwritten() {
    let desk = Desk::new();
    let file = desk.file("page.json", page(1, "Reset", "<p>Old.</p>"));
    desk.ok(&format!("import confluence {file}"));
    desk.ok("kb edit reset -m 'Ours.' --label +vip");
    desk.file("page.json", page(2, "Reset it", "<p>New.</p>"));
    assert_snapshot!(desk.run(&format!("import confluence {file}")).transcript(), @"
    ✓ 1 article updated
    --- stderr
    note: the text of the article reset changed there and here: it stays as it is here
    ");
    let article = desk.json("kb show reset")["data"].clone();
    assert_eq!((&article["title"], &article["body"]), (&"Reset it".into(), &"Ours.".into()));
    assert_eq!(article["labels"], serde_json::json!(["vip"]));
    assert_snapshot!(desk.run(&format!("import confluence {file}")).transcript(), @"✓ 1 article known already");
}

#[test]
fn a_folder_of_markdown_is_a_knowledge_base() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.path("docs/setup")).unwrap();
    desk.file(
        "docs/reset.md",
        "---\ntitle: Reset a password\ntags: [login]\n---\nOpen [it](setup/index.md).\n",
    );
    desk.file("docs/setup/index.md", "Plug it in.\n");
    desk.file("docs/logo.png", "PNG");
    assert_snapshot!(desk.run("import auto docs").transcript(), @"
    ✓ 2 articles added, files of other kinds left out: 1
    --- stderr
    note: docs is taken for markdown
    note: made the desk ~/tix.db (`tix info` says more)
    ");
    assert_snapshot!(desk.run("import markdown docs").transcript(), @"✓ 2 articles known already, files of other kinds left out: 1");
    assert_snapshot!(desk.run("kb").transcript(), @"
    reset-a-password	Reset a password	login		
    setup	setup
    ");
    assert_snapshot!(desk.run("kb show reset-a-password").transcript(), @"
    Reset a password
    name        reset-a-password
    labels      login
    ref         markdown:reset.md

    Open [it](setup/index.md).
    ");
    let one = desk.json("import markdown docs/setup docs/logo.png")["data"]["articles"].clone();
    assert_eq!(one, serde_json::json!({"added": 2, "updated": 0, "known": 0}));
}
