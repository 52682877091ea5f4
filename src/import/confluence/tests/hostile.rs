//! What nobody should send.

use std::time::Instant;

use super::*;

#[test]
fn damaged_copies_are_read_or_refused() {
    let page = "<h1>A</h1><ac:structured-macro ac:name=\"code\"><ac:plain-text-body><![CDATA[x]]>\
        </ac:plain-text-body></ac:structured-macro><table><tr><td rowspan=\"2\">a</td></tr></table>";
    let json = format!(
        r#"{{"results":[{{"id":"1","title":"x","body":{{"storage":{{"value":{}}}}}}}]}}"#,
        serde_json::to_string(page).unwrap()
    );
    let space = format!(
        "<hibernate-generic><object class=\"Page\"><id>1</id><property name=\"title\">x</property></object>\
         <object class=\"BodyContent\"><id>2</id><property name=\"body\"><![CDATA[{}]]></property>\
         <property name=\"content\"><id>1</id></property></object></hibernate-generic>",
        "h1. {code} [a|b] !x! || | * #"
    );
    for (name, whole) in [("a.xml", page), ("a.json", &json), ("entities.xml", &space)] {
        for bytes in crate::import::tests::damaged(whole.as_bytes(), 300) {
            let place = Place::bytes(name, bytes.leak());
            drop(read(&place, &Options::default(), &mut |_| Ok(())));
        }
    }
}

#[test]
fn what_is_large_or_deep_takes_no_time() {
    let deep = |open: &str, shut: &str, times: usize| {
        format!("{}x{}", open.repeat(times), shut.repeat(times))
    };
    let texts = [
        deep("<ul><li>", "</li></ul>", 120),
        deep("<blockquote>", "</blockquote>", 100_000),
        deep("<table><tr><td>", "</td></tr></table>", 80),
        deep("<p>", "", 200_000),
        format!("<blockquote><blockquote>{}</blockquote></blockquote>", "a<br/>".repeat(100_000)),
        format!(
            "<table><tr>{}</tr></table>",
            "<td colspan=\"100000\" rowspan=\"9\">x</td>".repeat(5000)
        ),
        format!("<p>{}</p>", "a*_`<".repeat(200_000)),
        "<p>\u{0}\u{1}</p>".to_owned(),
    ];
    for text in &texts {
        let start = Instant::now();
        let items = items(&[("a.xml", text)]).unwrap();
        assert!(items.len() < 3);
        assert!(start.elapsed().as_secs() < 10, "{}", &text[..40]);
    }
    for text in
        ["[", "{", "!x", "*a ", "{{", "{code}", "|a", "{code:", "[a|"].map(|it| it.repeat(300_000))
    {
        let start = Instant::now();
        wiki::markdown(&text);
        assert!(start.elapsed().as_secs() < 10, "{}", &text[..10]);
    }
}
