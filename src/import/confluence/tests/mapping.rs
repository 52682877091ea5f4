//! What becomes of the texts of pages.

use super::*;

#[test]
fn paragraphs_headings_and_emphasis() {
    let text = "<h1>One &amp; <em>two</em></h1><p>A&nbsp;<strong> b </strong>c<br/>d &lt;T&gt; snake_case \
        __init__ 2*3 a * b</p><p>&nbsp;</p>loose <del>old</del><p>x<sub>2</sub> y<sup>2</sup></p><hr/>\
        <p># no heading</p><p>1. no list</p><p>- nor this</p>";
    let expected = "# One & _two_\n\nA **b** c  \nd \\<T> snake_case \\_\\_init\\_\\_ 2\\*3 a * b\n\n\
        loose ~~old~~\n\nx2 y^2\n\n---\n\n\\# no heading\n\n1\\. no list\n\n\\- nor this";
    assert_eq!(markdown(text), expected);
}

#[test]
fn code_keeps_its_language_and_its_text() {
    let code = |parameters: &str, body: &str| {
        markdown(&format!(
            "<ac:structured-macro ac:name=\"code\">{parameters}<ac:plain-text-body><![CDATA[{body}]]>\
             </ac:plain-text-body></ac:structured-macro>"
        ))
    };
    let language = "<ac:parameter ac:name=\"language\">Java</ac:parameter>";
    assert_eq!(
        code(language, "\nif (a < b) {\n  x();\n}\n"),
        "```java\nif (a < b) {\n  x();\n}\n```"
    );
    let unnamed = "<ac:parameter ac:name=\"\">xml</ac:parameter><ac:parameter ac:name=\"title\">T</ac:parameter>";
    assert_eq!(code(unnamed, "<a/>"), "**T**\n\n```xml\n<a/>\n```");
    assert_eq!(code("", "```\nx\n```"), "````\n```\nx\n```\n````");
    // What ends a section is written in two.
    assert_eq!(code("", "a]]]]><![CDATA[>b"), "```\na]]>b\n```");
    assert_eq!(markdown("<p>In <code>a`b</code> line</p>"), "In ``a`b`` line");
    assert_eq!(markdown("<pre>a\n  b</pre>"), "```\na\n  b\n```");
}

#[test]
fn lists_lie_in_each_other() {
    let text = "<ul><li><p>a</p><ol><li>b</li><li><p>c</p><p>d</p></li></ol></li><li>e</li></ul>";
    assert_eq!(markdown(text), "- a\n  1. b\n  2. c\n\n     d\n- e");
    // Beside the items instead of in them.
    assert_eq!(markdown("<ul><li>a</li><ul><li>b</li></ul></ul>"), "- a\n  - b");
    let tasks = "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status>\
        <ac:task-body>done</ac:task-body></ac:task><ac:task><ac:task-status>incomplete</ac:task-status>\
        <ac:task-body>open <strong>x</strong></ac:task-body></ac:task></ac:task-list>";
    assert_eq!(markdown(tasks), "- [x] done\n- [ ] open **x**");
}

#[test]
fn tables_keep_their_cells() {
    let text = "<table><tbody><tr><th>A</th><th>B</th></tr><tr><td>1|2<p>x</p></td><td><ul><li>y</li>\
        <li>z</li></ul></td></tr><tr><td colspan=\"2\">w</td></tr></tbody></table>";
    let expected = "| A | B |\n| --- | --- |\n| 1\\|2<br>x | - y<br>- z |\n| w |  |";
    assert_eq!(markdown(text), expected);
    let rows = "<table><tr><td rowspan=\"2\">a</td><td>b</td></tr><tr><td>c</td></tr></table>";
    assert_eq!(markdown(rows), "|  |  |\n| --- | --- |\n| a | b |\n|  | c |");
    let nested = "<table><tr><td>a<table><tr><td>b</td><td>c</td></tr></table></td></tr></table>";
    assert_eq!(markdown(nested), "|  |\n| --- |\n| a<br>b / c |");
}

#[test]
fn links_lead_where_they_led() {
    for (text, expected) in [
        ("<a href=\"https://x.example/a b\">t</a>", "[t](<https://x.example/a b>)"),
        ("<a href=\"https://x.example\">https://x.example</a>", "https://x.example"),
        ("<a href=\"mailto:a@x.example\">a@x.example</a>", "a@x.example"),
        (
            "<ac:link><ri:page ri:content-title=\"My Page\"/><ac:plain-text-link-body><![CDATA[here]]>\
             </ac:plain-text-link-body></ac:link>",
            "[here](<My Page>)",
        ),
        ("<ac:link><ri:page ri:content-title=\"Home\"/></ac:link>", "[Home](Home)"),
        ("<ac:link ac:anchor=\"top\"><ac:link-body>up</ac:link-body></ac:link>", "[up](#top)"),
        ("<ac:link><ri:attachment ri:filename=\"a.pdf\"/></ac:link>", "[a.pdf](a.pdf)"),
        ("<ac:link><ri:user ri:userkey=\"2c9e\"/></ac:link>", "@2c9e"),
        (
            "<ac:image ac:alt=\"A [b]\"><ri:attachment ri:filename=\"a b.png\"/></ac:image>",
            "![A  b](<a b.png>)",
        ),
        (
            "<ac:image><ri:url ri:value=\"https://x.example/i/logo.png\"/></ac:image>",
            "![logo.png](https://x.example/i/logo.png)",
        ),
        ("<ac:emoticon ac:name=\"tick\"/> <ac:emoticon ac:name=\"odd\"/>", "✅ :odd:"),
        ("<p>on <time datetime=\"2026-01-02\"/></p>", "on 2026-01-02"),
    ] {
        assert_eq!(markdown(text), expected, "{text}");
    }
}

#[test]
fn macros_say_what_they_hold() {
    let named = |name: &str, inside: &str| {
        markdown(&format!("<ac:structured-macro ac:name=\"{name}\">{inside}</ac:structured-macro>"))
    };
    let rich = "<ac:rich-text-body><p>a</p><p>b</p></ac:rich-text-body>";
    assert_eq!(named("warning", rich), "> **Warning**\n>\n> a\n>\n> b");
    let title = format!("<ac:parameter ac:name=\"title\">T</ac:parameter>{rich}");
    assert_eq!(named("panel", &title), "> **T**\n>\n> a\n>\n> b");
    assert_eq!(named("expand", &title), "**T**\n\na\n\nb");
    assert_eq!(named("panel", rich), "> a\n>\n> b");
    assert_eq!(named("somebodys-own", rich), "a\n\nb");
    assert_eq!(
        named("status", "<ac:parameter ac:name=\"title\">DONE</ac:parameter>"),
        "**[DONE]**"
    );
    assert_eq!(named("jira", "<ac:parameter ac:name=\"key\">PROJ-7</ac:parameter>"), "PROJ-7");
    let body = "<ac:parameter ac:name=\"body\">x^2</ac:parameter>";
    assert_eq!(named("easy-math-block", body), "$$\nx^2\n$$");
    assert_eq!(named("eazy-math-inline", body), "$x^2$");
    for silent in ["toc", "children", "anchor"] {
        assert_eq!(named(silent, "<ac:parameter ac:name=\"\">x</ac:parameter>"), "", "{silent}");
    }
    let mut pages = storage::Pages::default();
    storage::markdown("<ac:structured-macro ac:name=\"chart\"/>", &mut pages);
    assert_eq!(pages.dropped.len(), 1);
}

#[test]
fn what_is_no_xml_is_read_as_html() {
    assert_eq!(markdown("<p>one<br>two <b>three</p>"), "one\ntwo **three**");
}

#[test]
fn wiki_markup_is_markdown_too() {
    let text = "h2. Head *x*\nA *bold*, _em_, {{mono}} and [link|https://x.example] to [Home] by [~ada].\n\
        * one\n** two\n# three\n\n||A||B||\n|1|[x|y]|\n\n{code:java}\nif (a*b) {}\n{code}\n\
        {info:title=Mind}\ntext\n{info}\nbq. said\n!pic.png|width=3!\n----\n{toc}\nend\\\\of";
    let expected = "## Head **x**\n\nA **bold**, _em_, `mono` and [link](https://x.example) to \
        [Home](Home) by @ada.\n- one\n  - two\n1. three\n\n| A | B |\n| --- | --- |\n| 1 | [x](y) |\n\n\
        ```java\nif (a*b) {}\n```\n\n> **Mind**\n>\n> text\n\n> said\n![pic.png](pic.png)\n\n---\nend  \nof";
    assert_eq!(wiki::markdown(text), expected);
    assert_eq!(wiki::markdown("{code}a{code} b"), "```\na\n```\nb");
    assert_eq!(wiki::markdown("see {noformat}x{noformat} y"), "see `x` y");
    assert_eq!(
        wiki::markdown("a-b-c 2*3*4 {unknown} x_y_z {"),
        "a-b-c 2\\*3\\*4 {unknown} x_y_z {"
    );
}
