//! Bodies of version 3 of the API, which are trees (Atlassian Document Format), as Markdown.

use serde_json::Value;

/// What a tree says.
pub(super) fn markdown(tree: &Value) -> String {
    let mut text = String::new();
    blocks(tree, "", &mut text);
    text.truncate(text.trim_end().len());
    text
}

fn kind(node: &Value) -> &str {
    node.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn inside(node: &Value) -> &[Value] {
    node.get("content").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn attribute<'n>(node: &'n Value, name: &str) -> Option<&'n str> {
    node.get("attrs")?.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// The blocks in a node, each after `before` on every line, with a blank line between them.
fn blocks(node: &Value, before: &str, text: &mut String) {
    for (place, block) in inside(node).iter().enumerate() {
        if place > 0 {
            text.push_str(before.trim_end());
            text.push('\n');
        }
        self::block(block, before, text);
    }
}

fn block(node: &Value, before: &str, text: &mut String) {
    match kind(node) {
        "heading" => {
            let level = node.get("attrs").and_then(|attrs| attrs.get("level"));
            let level = level.and_then(Value::as_u64).unwrap_or(1).clamp(1, 6);
            let marks = "#".repeat(usize::try_from(level).unwrap_or(1));
            lines(&format!("{marks} {}", line(node)), before, text);
        }
        "bulletList" | "taskList" | "decisionList" => list(node, None, before, text),
        "orderedList" => {
            let first = node.get("attrs").and_then(|attrs| attrs.get("order"));
            list(node, first.and_then(Value::as_u64).or(Some(1)), before, text);
        }
        "codeBlock" => {
            let language = attribute(node, "language").unwrap_or_default();
            lines(&format!("```{language}\n{}\n```", plain(node)), before, text);
        }
        "blockquote" => blocks(node, &format!("{before}> "), text),
        "panel" => {
            let what = attribute(node, "panelType").unwrap_or("note");
            lines(&format!("> **{what}**"), before, text);
            lines(">", before, text);
            blocks(node, &format!("{before}> "), text);
        }
        "expand" | "nestedExpand" => {
            if let Some(title) = attribute(node, "title") {
                lines(&format!("**{title}**\n"), before, text);
            }
            blocks(node, before, text);
        }
        "rule" => lines("---", before, text),
        "table" => table(node, before, text),
        "media" | "blockCard" | "embedCard" | "inlineCard" => {
            lines(&words(node), before, text);
        }
        "doc" | "mediaSingle" | "mediaGroup" | "layoutSection" | "layoutColumn"
        | "bodiedExtension" | "listItem" | "tableCell" | "tableHeader" => {
            blocks(node, before, text);
        }
        _ => lines(&line(node), before, text),
    }
}

fn list(node: &Value, first: Option<u64>, before: &str, text: &mut String) {
    for (place, item) in inside(node).iter().enumerate() {
        let mark = match (kind(item), attribute(item, "state"), first) {
            ("taskItem", Some("DONE"), _) => "- [x] ".to_owned(),
            ("taskItem", _, _) => "- [ ] ".to_owned(),
            ("taskList" | "bulletList" | "orderedList", _, _) => {
                block(item, &format!("{before}  "), text);
                continue;
            }
            (_, _, Some(first)) => format!("{}. ", first.saturating_add(place as u64)),
            _ => "- ".to_owned(),
        };
        let mut inner = String::new();
        if matches!(kind(item), "taskItem" | "decisionItem") {
            lines(&line(item), "", &mut inner);
        } else {
            tight(item, &mut inner);
        }
        let deep = " ".repeat(mark.len().min(4));
        for (number, part) in inner.trim_end().lines().enumerate() {
            let begins = if number == 0 { &mark } else { &deep };
            text.push_str(format!("{before}{begins}{part}").trim_end());
            text.push('\n');
        }
        if inner.trim().is_empty() {
            text.extend([before, mark.trim_end(), "\n"]);
        }
    }
}

/// The blocks of an item of a list; a list in it follows at once.
fn tight(item: &Value, text: &mut String) {
    for (place, node) in inside(item).iter().enumerate() {
        if place > 0 && !kind(node).ends_with("List") {
            text.push('\n');
        }
        block(node, "", text);
    }
}

fn table(node: &Value, before: &str, text: &mut String) {
    for (place, row) in inside(node).iter().enumerate() {
        let cells = inside(row).iter().map(|cell| {
            let mut inner = String::new();
            blocks(cell, "", &mut inner);
            inner.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
        });
        let cells: Vec<String> = cells.collect();
        lines(&format!("| {} |", cells.join(" | ")), before, text);
        if place == 0 {
            lines(&format!("|{}", " --- |".repeat(cells.len())), before, text);
        }
    }
}

/// Adds lines, each after `before`.
fn lines(written: &str, before: &str, text: &mut String) {
    for line in written.split('\n') {
        text.push_str(format!("{before}{line}").trim_end());
        text.push('\n');
    }
}

/// What is in a node, as a line of text.
fn line(node: &Value) -> String {
    if inside(node).is_empty() && kind(node) != "paragraph" {
        return words(node);
    }
    inside(node).iter().map(words).collect()
}

/// The text of a node without any marks.
fn plain(node: &Value) -> String {
    let own = node.get("text").and_then(Value::as_str).unwrap_or_default();
    let inner: String = inside(node).iter().map(plain).collect();
    format!("{own}{inner}")
}

/// A piece of a line.
fn words(node: &Value) -> String {
    let some = |names: &[&str]| {
        names.iter().find_map(|name| attribute(node, name)).unwrap_or_default().to_owned()
    };
    match kind(node) {
        "text" => marked(node),
        "hardBreak" => "\n".to_owned(),
        "mention" => {
            let name = some(&["text", "id"]);
            if name.starts_with('@') { name } else { format!("@{name}") }
        }
        "emoji" => some(&["text", "shortName"]),
        "date" => day(node).unwrap_or_default(),
        "status" => format!("[{}]", some(&["text"])),
        "inlineCard" | "blockCard" | "embedCard" => match some(&["url"]) {
            url if url.is_empty() => String::new(),
            url => format!("<{url}>"),
        },
        "media" | "mediaInline" => {
            let (name, url) = (some(&["alt", "id"]), some(&["url"]));
            let name = if name.is_empty() { "file".to_owned() } else { name };
            if url.is_empty() { format!("[{name}]") } else { format!("![{name}]({url})") }
        }
        _ if inside(node).is_empty() => some(&["text", "title", "url", "extensionTitle"]),
        _ => line(node),
    }
}

/// The day of a date, which is milliseconds as text or as a number.
fn day(node: &Value) -> Option<String> {
    let value = node.get("attrs")?.get("timestamp")?;
    let milliseconds = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
    let date = chrono::DateTime::from_timestamp_millis(milliseconds)?;
    Some(date.format("%Y-%m-%d").to_string())
}

fn marked(node: &Value) -> String {
    let mut text = plain(node);
    if text.trim().is_empty() {
        return text;
    }
    let marks = node.get("marks").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for mark in marks {
        let ends = text.len() - text.trim_end().len();
        let begins = text.len() - text.trim_start().len();
        let (head, core) = text.split_at(begins);
        let (core, tail) = core.split_at(core.len() - ends);
        let core = match kind(mark) {
            "strong" => format!("**{core}**"),
            "em" => format!("*{core}*"),
            "strike" => format!("~~{core}~~"),
            "code" => format!("`{core}`"),
            "link" => match attribute(mark, "href") {
                Some(url) if url == core => format!("<{url}>"),
                Some(url) => format!("[{core}]({url})"),
                None => core.to_owned(),
            },
            _ => core.to_owned(),
        };
        text = format!("{head}{core}{tail}");
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn trees_read_as_markdown() {
        let text = |text: &str| json!({ "type": "text", "text": text });
        let p = |nodes: Vec<Value>| json!({ "type": "paragraph", "content": nodes });
        let bold = json!({ "type": "text", "text": "bold ", "marks": [{ "type": "strong" }] });
        let link = json!({ "type": "text", "text": "here",
            "marks": [{ "type": "link", "attrs": { "href": "https://x.example" } }] });
        let item = |nodes: Vec<Value>| json!({ "type": "listItem", "content": nodes });
        let inner = json!({ "type": "orderedList", "content": [item(vec![p(vec![text("in")])])] });
        let tree = json!({ "type": "doc", "version": 1, "content": [
            { "type": "heading", "attrs": { "level": 2 }, "content": [text("Head")] },
            p(vec![bold, link, json!({ "type": "hardBreak" }), text("next "),
                json!({ "type": "mention", "attrs": { "id": "5b1", "text": "@Ada" } }),
                json!({ "type": "emoji", "attrs": { "shortName": ":x:" } })]),
            { "type": "bulletList", "content": [item(vec![p(vec![text("a")]), inner]), item(vec![])] },
            { "type": "codeBlock", "attrs": { "language": "sh" }, "content": [text("ls\npwd")] },
            { "type": "panel", "attrs": { "panelType": "info" }, "content": [p(vec![text("look")])] },
            { "type": "table", "content": [
                { "type": "tableRow", "content": [{ "type": "tableHeader", "content": [p(vec![text("A|B")])] }] },
                { "type": "tableRow", "content": [{ "type": "tableCell", "content": [p(vec![text("1")])] }] },
            ] },
            { "type": "taskList", "content": [
                { "type": "taskItem", "attrs": { "state": "DONE" }, "content": [text("did")] },
                { "type": "taskItem", "attrs": { "state": "TODO" }, "content": [text("will")] },
            ] },
            { "type": "mediaSingle", "content": [{ "type": "media", "attrs": { "id": "9", "alt": "a.png" } }] },
            { "type": "inlineCard", "attrs": { "url": "https://y.example" } },
            p(vec![json!({ "type": "date", "attrs": { "timestamp": "1700000000000" } })]),
            { "type": "madeUp", "content": [text("kept")] },
        ] });
        let expected = "## Head\n\n**bold** [here](https://x.example)\nnext @Ada:x:\n\n\
            - a\n  1. in\n-\n\n```sh\nls\npwd\n```\n\n> **info**\n>\n> look\n\n\
            | A\\|B |\n| --- |\n| 1 |\n\n- [x] did\n- [ ] will\n\n[a.png]\n\n<https://y.example>\n\n\
            2023-11-14\n\nkept";
        assert_eq!(markdown(&tree), expected);
        assert_eq!(markdown(&json!(null)), "");
    }
}
