use super::*;

use crate::domain::article::Article;

fn items(files: &[(&str, &str)]) -> Result<Vec<Item>> {
    let sources =
        files.iter().map(|(name, text)| Source::of(name, text.as_bytes().to_vec().leak()));
    let place =
        Place { name: "folder".to_owned(), sources: sources.collect(), many: files.len() > 1 };
    let mut items = Vec::new();
    read(&place, &Options::default(), &mut |item| {
        items.push(item);
        Ok(())
    })?;
    Ok(items)
}

fn one(name: &str, text: &str) -> Article {
    match items(&[(name, text)]).unwrap().remove(0) {
        Item::Article(article) => *article,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_title_is_what_the_file_says_or_its_name() {
    for (name, text, title) in [
        ("a.md", "---\ntitle: 'It''s so' # yes\n---\n# Other\n", "It's so"),
        ("a.md", "+++\ntitle = \"A \\\"b\\\"\"\n+++\nx", "A \"b\""),
        ("a.md", "\u{feff}---\ntitle: \"登录: 失败\"\n---\nx", "登录: 失败"),
        ("a.md", "```\n# no\n```\n\n## Head [l](http://x) `c` **b** ##\n", "Head l c b"),
        ("a.md", "Head\n====\n", "Head"),
        ("how-to_reset.md", "Text, and no more.", "how to reset"),
        ("docs/setup/README.md", "Text.", "setup"),
        // A line between paragraphs is no front.
        ("a.md", "---\nText\n\n# Head\n", "Head"),
    ] {
        assert_eq!(one(name, text).title, title, "{text}");
    }
}

#[test]
fn what_stands_before_a_text_says_of_it() {
    let text = "---\ntags: [a, 'b c']\nlabels:\n  - d\n  - \"e\"\ndate: 2025-01-02\nlastmod: 2025-02-03T10:00:00Z\n\
        author: Ada <ada@acme.example>\nurl: https://x.example/p\nnested:\n  title: no\n---\n\n# T\n\n[x](../y.md)\n";
    let article = one("docs/a b.md", text);
    assert_eq!(article.labels.iter().collect::<Vec<_>>(), ["a", "b c", "d", "e"]);
    assert_eq!(article.created_at.unwrap().rfc3339(), "2025-01-02T00:00:00Z");
    assert_eq!(article.updated_at.unwrap().rfc3339(), "2025-02-03T10:00:00Z");
    assert_eq!(article.author.unwrap().to_string(), "Ada <ada@acme.example>");
    assert_eq!(article.url.as_deref(), Some("https://x.example/p"));
    assert_eq!(article.reference.as_deref(), Some("markdown:docs/a%20b.md"));
    assert_eq!(article.body, "# T\n\n[x](../y.md)");
}

#[test]
fn in_a_folder_only_what_is_called_so_counts() {
    let found =
        items(&[("a.md", "x"), ("b.png", "x"), ("c.MARKDOWN", "x"), ("d.md", "\n")]).unwrap();
    let kinds: Vec<&str> = found
        .iter()
        .map(|item| match item {
            Item::Article(_) => "article",
            Item::Skipped(reason) => reason,
            _ => "other",
        })
        .collect();
    assert_eq!(kinds, ["article", "files of other kinds", "article", "files without text"]);
    assert!(items(&[("a.png", "x"), ("b.png", "x")]).is_err());
    // What is named is read, whatever it is called.
    assert_eq!(one("notes.txt", "# Notes\n").title, "Notes");
}

#[test]
fn damaged_copies_are_read_or_refused() {
    let whole = "---\ntitle: x\ntags: [a, b]\n---\n# [a](b) `c`\n\n```\nx\n```\n";
    for bytes in crate::import::tests::damaged(whole.as_bytes(), 300) {
        let place = Place::bytes("a.md", bytes.leak());
        drop(read(&place, &Options::default(), &mut |_| Ok(())));
    }
    let start = std::time::Instant::now();
    for text in ["[", "[a](", "# ", "---\n", "`"].map(|it| it.repeat(1_000_000)) {
        one("a.md", &text);
    }
    assert!(start.elapsed().as_secs() < 10);
}
