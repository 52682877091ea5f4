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
    assert_snapshot!(desk.run(&format!("import confluence {file}")).transcript(), @"");
    assert_snapshot!(desk.run(&format!("import auto {file}")).transcript(), @"");
    desk.file("page.json", page(2, "Reset it", "<p>New.</p>"));
    assert_snapshot!(desk.run(&format!("import confluence {file} -n")).transcript(), @"");
    assert_snapshot!(desk.run(&format!("import confluence {file}")).transcript(), @"");
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
    assert_snapshot!(desk.run(&format!("import confluence {file}")).transcript(), @"");
    let article = desk.json("kb show reset")["data"].clone();
    assert_eq!((&article["title"], &article["body"]), (&"Reset it".into(), &"Ours.".into()));
    assert_eq!(article["labels"], serde_json::json!(["vip"]));
    assert_snapshot!(desk.run(&format!("import confluence {file}")).transcript(), @"");
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
    assert_snapshot!(desk.run("import auto docs").transcript(), @"");
    assert_snapshot!(desk.run("import markdown docs").transcript(), @"");
    assert_snapshot!(desk.run("kb").transcript(), @"");
    assert_snapshot!(desk.run("kb show reset-a-password").transcript(), @"");
    assert_snapshot!(desk.run("import markdown docs/setup docs/logo.png --json").stdout, @"");
}
