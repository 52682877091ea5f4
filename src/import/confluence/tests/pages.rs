//! Which pages there are.

use super::*;
use crate::domain::ids::Timestamp;

const NEWER: &str = r#"{"id":"131","type":"page","status":"current","title":"Reset","version":
    {"number":3,"when":"2026-02-01T10:00:00.000Z","by":{"displayName":"Bo"}},"history":{"createdDate":
    "2026-01-01T10:00:00.000Z","createdBy":{"displayName":"Ada","username":"ada"}},"body":{"storage":
    {"value":"<p>New.</p>"}},"metadata":{"labels":{"results":[{"name":"login"}]}},"_links":
    {"base":"https://acme.example/wiki","webui":"/display/A/Reset"}}"#;

#[test]
fn a_page_is_an_article() {
    let article = one("page.json", NEWER);
    assert_eq!(article.reference.as_deref(), Some("confluence:131"));
    assert_eq!((&*article.title, &*article.body), ("Reset", "New."));
    assert_eq!(article.labels.iter().map(String::as_str).collect::<Vec<_>>(), ["login"]);
    assert_eq!(article.url.as_deref(), Some("https://acme.example/wiki/display/A/Reset"));
    assert_eq!(article.author.unwrap().to_string(), "Ada");
    let at = |text: &str| Some(Timestamp::from_rfc3339(text).unwrap());
    assert_eq!(article.created_at, at("2026-01-01T10:00:00Z"));
    assert_eq!(article.updated_at, at("2026-02-01T10:00:00Z"));
}

#[test]
fn of_several_versions_the_highest_counts_wherever_it_stands() {
    let older = r#"{"id":131,"type":"page","title":"Old","version":{"number":2},"body":{"storage":{"value":"Old"}}}"#;
    let wrapped = format!(r#"[{{"data":{NEWER},"origin":"https://x"}},{{"data":{older}}}]"#);
    for files in [
        vec![("a.json", NEWER), ("b.json", older)],
        vec![("a.json", older), ("b.json", NEWER)],
        vec![("a.json", wrapped.as_str())],
    ] {
        let items = items(&files).unwrap();
        assert_eq!(articles(&items)[0].body, "New.");
        assert_eq!((articles(&items).len(), skipped(&items)), (1, vec!["old versions"]));
    }
}

#[test]
fn what_is_no_page_or_is_one_no_more_is_left_out() {
    let list = r#"{"results":[{"id":"1","type":"page","status":"trashed","title":"a"},
        {"id":"2","type":"page","status":"historical","title":"b"},
        {"id":"3","type":"attachment","title":"c.png"},
        {"id":"4","type":"blogpost","title":"d","body":{"view":{"value":"<p>x <b>y</b></p>"}}},
        {"id":"5","type":"comment","title":"Re: d","container":{"id":"4"},"body":{"storage":{"value":"<p>Yes.</p>"}},
         "version":{"number":1,"when":"2026-01-02T00:00:00Z","by":{"displayName":"Bo"}}},
        {"id":"6","type":"comment","container":{"id":"99"},"body":{}},
        {"title":"no id","type":"page","body":{}}]}"#;
    let items = items(&[("list.json", list)]).unwrap();
    let reasons =
        ["deleted pages", "old versions", "attachments", "comments on pages that are not there"];
    assert_eq!(skipped(&items), reasons);
    let all = articles(&items);
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].body, "x **y**\n\n## Comments\n\n**Bo, 2026-01-02:**\n\nYes.");
    assert!(items.iter().any(|item| matches!(item, Item::Rejected(_))));
}

#[test]
fn a_file_in_the_storage_format_is_a_page() {
    let article = one("How-to.xml", "<ac:structured-macro ac:name=\"toc\"/><p>a&nbsp;b</p>");
    assert_eq!(
        (&*article.title, article.reference.as_deref()),
        ("How to", Some("confluence:How-to"))
    );
    assert_eq!(article.body, "a b");
    let wrapped = "<?xml version=\"1.0\"?>\n<!DOCTYPE ac:confluence SYSTEM \"file:///etc/passwd\" \
        [<!ENTITY mydash \"&#8212;\">]>\n<ac:confluence xmlns:ac=\"x\"><h1>Head</h1><p>a &mydash; b</p></ac:confluence>";
    let article = one("x.xml", wrapped);
    assert_eq!((&*article.title, &*article.body), ("Head", "# Head\n\na — b"));
}

const SPACE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<hibernate-generic datetime="2012-06-01 10:00:00">
<object class="BodyContent" package="c"><id name="id">20</id><property name="body"><![CDATA[<p>New <ac:link><ri:user ri:userkey="k1"/></ac:link> a]] >b</p>]]></property>
<property name="content" class="Page"><id name="id">10</id></property><property name="bodyType">2</property></object>
<object class="BodyContent" package="c"><id name="id">21</id><property name="body"><![CDATA[h2. Old [a|b]]]></property></object>
<object class="Page" package="c"><id name="id">10</id><property name="title"><![CDATA[One]]></property>
<property name="creator" class="ConfluenceUserImpl"><id name="key"><![CDATA[k1]]></id></property>
<property name="creationDate">2011-03-16 15:44:01.920</property><property name="contentStatus"><![CDATA[current]]></property></object>
<object class="Page" package="c"><id name="id">11</id><property name="title"><![CDATA[Two]]></property>
<property name="creatorName"><![CDATA[bo]]></property>
<collection name="bodyContents"><element class="BodyContent"><id name="id">21</id></element></collection></object>
<object class="Page" package="c"><id name="id">12</id><property name="title"><![CDATA[One]]></property>
<property name="originalVersion" class="Page"><id name="id">10</id></property></object>
<object class="Page" package="c"><id name="id">13</id><property name="title">Gone</property><property name="contentStatus">deleted</property></object>
<object class="Comment" package="c"><id name="id">30</id><property name="owner" class="Page"><id name="id">10</id></property><property name="creatorName">cy</property></object>
<object class="BodyContent" package="c"><id name="id">22</id><property name="body">Well done</property><property name="content" class="Comment"><id name="id">30</id></property></object>
<object class="Label" package="c"><id name="id">40</id><property name="name"><![CDATA[login]]></property></object>
<object class="Labelling" package="c"><id name="id">41</id><property name="label" class="Label"><id name="id">40</id></property><property name="content" class="Page"><id name="id">10</id></property></object>
<object class="ConfluenceUserImpl" package="c"><id name="key"><![CDATA[k1]]></id><property name="name"><![CDATA[ada]]></property></object>
</hibernate-generic>"#;

#[test]
fn a_space_is_put_together_from_its_objects() {
    let files = [
        ("entities.xml", SPACE),
        ("attachments/1/2/3", "PNG"),
        ("exportDescriptor.properties", "x=y"),
    ];
    let items = items(&files).unwrap();
    let all = articles(&items);
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].body, "New @ada a]]>b\n\n## Comments\n\n**cy:**\n\nWell done");
    assert_eq!(all[0].author.as_ref().unwrap().to_string(), "ada");
    assert_eq!(all[0].labels.iter().collect::<Vec<_>>(), ["login"]);
    assert_eq!(all[0].url.as_deref(), Some("https://wiki.example/pages/viewpage.action?pageId=10"));
    assert_eq!(all[0].created_at.unwrap().rfc3339(), "2011-03-16T15:44:01Z");
    assert_eq!((&*all[1].title, &*all[1].body), ("Two", "## Old [a](b)"));
    assert_eq!(skipped(&items), ["old versions", "deleted pages and drafts"]);
}

#[test]
fn a_space_without_pages_is_no_silence() {
    let start = SPACE.find("<object class=\"Page\"").unwrap();
    let text = format!("{}</hibernate-generic>", &SPACE[..start]);
    let items = items(&[("entities.xml", &text)]).unwrap();
    assert!(articles(&items).is_empty());
    assert!(notes(&items)[0].contains("0 pages and 2 texts"), "{items:?}");
}

#[test]
fn what_holds_no_pages_says_so() {
    for (name, text) in [("x.json", "{\"a\":1}"), ("x.txt", "hello"), ("x.json", "[]")] {
        let error = items(&[(name, text)]).unwrap_err();
        assert!(error.to_string().contains("holds no Confluence pages"), "{error}");
    }
    let error = items(&[("x.json", "{\"id\":")]).unwrap_err();
    assert_eq!(error.kind, Kind::Invalid);
    let cut = &SPACE[..SPACE.len() - 40];
    assert_eq!(items(&[("entities.xml", cut)]).unwrap_err().kind, Kind::Invalid);
}

#[test]
fn it_is_known_by_what_is_in_it() {
    let told = |name: &str, text: &str| {
        crate::import::recognise(&Place::bytes(name, text.as_bytes().to_vec().leak())).ok()
    };
    for text in [
        NEWER,
        SPACE,
        "<p>x</p><ac:image/>",
        "{\"results\":[{\"id\":\"1\",\"type\":\"page\",\"title\":\"x\",\"_links\":{\"webui\":\"/x\"}}]}",
    ] {
        assert_eq!(told("x", text), Some(crate::import::Format::Confluence), "{text}");
    }
    for text in ["<p>x</p>", "<rss><ac:x/></rss>", "{\"id\":1,\"title\":\"x\",\"body\":\"y\"}"] {
        assert_ne!(told("x", text), Some(crate::import::Format::Confluence), "{text}");
    }
}
