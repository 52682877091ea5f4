//! Real files, where they are at hand.

use std::path::Path;

use super::*;

#[test]
fn real_files_keep_what_they_hold() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/confluence"));
    if !folder.is_dir() {
        return;
    }
    let mut found = 0;
    for (name, pages, skips) in [
        ("jsonix-storage", 6, 0),
        ("md2conf-storage", 8, 0),
        ("perceval_confluence_contents.json", 2, 0),
        ("perceval_confluence_content_1_v1.json", 0, 1),
    ] {
        let mut items = Vec::new();
        let place = Place::at(&folder.join(name)).unwrap();
        read(&place, &Options::default(), &mut |item| {
            items.push(item);
            Ok(())
        })
        .unwrap();
        assert_eq!((articles(&items).len(), skipped(&items).len()), (pages, skips), "{name}");
        for source in place.sources.iter().filter(|source| source.ends_in(&["xml"])) {
            let text = source.text().unwrap().0;
            let reference = source.inside().trim_end_matches(".xml");
            let named = format!("confluence:{reference}");
            let all = articles(&items);
            let article = all.iter().find(|it| it.reference.as_deref() == Some(&named)).unwrap();
            let count = |tag: &str| text.matches(tag).count();
            let lines =
                |begin: &str| article.body.lines().filter(|it| it.starts_with(begin)).count();
            let heads: usize = (1..7).map(|level| lines(&format!("{} ", "#".repeat(level)))).sum();
            let expected: usize = (1..7).map(|level| count(&format!("<h{level}>"))).sum();
            assert_eq!(heads, expected, "headings of {named}");
            let code = article
                .body
                .lines()
                .filter(|it| it.trim_start_matches(['>', ' ']).starts_with("```"))
                .count();
            assert_eq!(code, 2 * count("ac:name=\"code\""), "code of {named}");
            assert_eq!(lines("| --- |"), count("<table"), "tables of {named}");
            found += heads;
        }
    }
    assert!(found > 50, "{found}");
}
