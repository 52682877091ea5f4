//! Macros of a page: what they say, as Markdown.

use super::inline::{escaped, image, link, source};
use super::storage::{Block, Converter, push};
use crate::import::markup;
use crate::import::xml::{Element, Node};

/// Those that only lead to other pages, or say nothing themselves.
const SILENT: [&str; 28] = [
    "anchor",
    "attachments",
    "blog-posts",
    "change-history",
    "children",
    "content-by-user",
    "contentbylabel",
    "contributors",
    "create-from-template",
    "detailssummary",
    "favpages",
    "gallery",
    "index",
    "labels-list",
    "listlabels",
    "livesearch",
    "navmap",
    "pagetree",
    "pagetreesearch",
    "popular-labels",
    "recently-updated",
    "related-labels",
    "search",
    "space-details",
    "spaces",
    "tasks-report-macro",
    "toc",
    "userlister",
];

/// What a macro is called.
fn name(element: &Element) -> &str {
    element.attribute("ac:name").unwrap_or_default()
}

/// A macro's parameter; an empty one is none.
fn parameter(element: &Element, name: &str) -> Option<String> {
    let named = |it: &&Element| it.attribute("ac:name").unwrap_or_default() == name;
    let found = element.all("ac:parameter").find(named)?;
    let text = match source(found) {
        Some(source) => source,
        None => found.text(),
    };
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn plain_body(element: &Element) -> Option<String> {
    element.first("ac:plain-text-body").map(Element::text)
}

fn rich_body(element: &Element) -> Option<&[Node]> {
    element.first("ac:rich-text-body").map(|body| body.nodes.as_slice())
}

fn is_math(name: &str) -> bool {
    name.contains("math") || name.contains("latex")
}

/// Does it stand in a line of text?
pub(super) fn is_inline(element: &Element) -> bool {
    match name(element) {
        "status" | "anchor" | "jira" | "jiraissues" | "profile" | "view-file" | "emoticon"
        | "color" | "loremipsum" | "widget" | "iframe" => true,
        name if is_math(name) => name.contains("inline") || element.attribute("inline").is_some(),
        name => SILENT.contains(&name),
    }
}

/// A macro in a line of text.
pub(super) fn inline(converter: &mut Converter<'_>, element: &Element) -> String {
    match name(element) {
        "status" => {
            let title = parameter(element, "title").or_else(|| parameter(element, "colour"));
            title.map_or_else(String::new, |title| format!("**[{}]**", escaped(&title)))
        }
        "jira" | "jiraissues" => {
            let keys = ["key", "jqlQuery", ""];
            let found = keys.iter().find_map(|key| parameter(element, key));
            found.map_or_else(String::new, |text| escaped(&text))
        }
        "profile" => {
            let user = element.all("ac:parameter").find_map(|it| it.first("ri:user"));
            let keys = ["ri:username", "ri:userkey", "ri:account-id"];
            let key = user.and_then(|user| keys.iter().find_map(|key| user.attribute(key)));
            key.map_or_else(String::new, |key| {
                format!("@{}", converter.pages.users.get(key).map_or(key, String::as_str))
            })
        }
        "view-file" => {
            parameter(element, "name").map_or_else(String::new, |file| link(&escaped(&file), &file))
        }
        "widget" | "iframe" => {
            let address = ["url", "src"].iter().find_map(|name| parameter(element, name));
            address.map_or_else(String::new, |address| link("", &address))
        }
        name if is_math(name) => math(element).map_or_else(String::new, |text| format!("${text}$")),
        _ => rich_body(element).map_or_else(String::new, |nodes| converter.line(nodes)),
    }
}

fn math(element: &Element) -> Option<String> {
    let named = ["body", "equation", "latex", "formula", ""];
    plain_body(element)
        .or_else(|| named.iter().find_map(|name| parameter(element, name)))
        .map(|text| text.trim().to_owned())
}

/// Adds a title in front of what is to come.
fn head(blocks: &mut Vec<Block>, title: Option<&str>) {
    if let Some(title) = title {
        push(blocks, format!("**{}**", escaped(title)));
    }
}

/// A macro that stands by itself.
pub(super) fn block(converter: &mut Converter<'_>, element: &Element, blocks: &mut Vec<Block>) {
    let name = name(element).to_ascii_lowercase();
    match name.as_str() {
        "code" | "noformat" | "code-block" | "sourcecode" => {
            let language = parameter(element, "language").or_else(|| parameter(element, ""));
            let language = language.unwrap_or_default().to_ascii_lowercase();
            let fits = |c: char| c.is_ascii_alphanumeric() || "+-#._".contains(c);
            let plain = name == "noformat" || !language.chars().all(fits) || language == "none";
            let text = plain_body(element).unwrap_or_default();
            head(blocks, parameter(element, "title").as_deref());
            converter.code(&text, if plain { "" } else { &language }, blocks);
        }
        "info" | "note" | "tip" | "warning" | "panel" | "success" | "error" | "quote"
        | "blockquote" => quote(converter, element, &name, blocks),
        "markdown" | "html" => {
            let text = plain_body(element).unwrap_or_default();
            let html = name == "html";
            let text = if html { markup::markdown(&text) } else { text.trim().to_owned() };
            if !text.is_empty() {
                push(blocks, text);
            }
        }
        "include" | "excerpt-include" => {
            let mut named = ["", "default-parameter", "page"].iter();
            let page = named.find_map(|name| linked(element, name));
            blocks.extend(page.map(|page| Block { text: page, tight: false }));
        }
        "expand" | "details" | "excerpt" | "section" | "column" | "toc-zone" | "div" | "span"
        | "center" | "align" => {
            let title = parameter(element, "title").filter(|_| name == "expand");
            head(blocks, title.as_deref());
            blocks.extend(converter.blocks(rich_body(element).unwrap_or_default()));
        }
        name if is_math(name) => {
            let text = math(element).map(|text| format!("$$\n{text}\n$$"));
            blocks.extend(text.map(|text| Block { text, tight: false }));
        }
        _ => other(converter, element, blocks),
    }
}

/// What is set off from the text around it.
fn quote(converter: &mut Converter<'_>, element: &Element, name: &str, blocks: &mut Vec<Block>) {
    let kind = match name {
        "info" => Some("Info"),
        "note" => Some("Note"),
        "tip" => Some("Tip"),
        "warning" => Some("Warning"),
        "success" => Some("Success"),
        "error" => Some("Error"),
        _ => None,
    };
    let mut inner = Vec::new();
    head(&mut inner, parameter(element, "title").as_deref().or(kind));
    let nodes = rich_body(element).unwrap_or_default();
    inner.extend(converter.deeper(|it| it.blocks(nodes)));
    if let Some(text) = plain_body(element) {
        push(&mut inner, text.trim().to_owned());
    }
    converter.quote(&inner, blocks);
}

/// A parameter that names a page.
fn linked(element: &Element, name: &str) -> Option<String> {
    let named = |it: &&Element| it.attribute("ac:name").unwrap_or_default() == name;
    let found = element.all("ac:parameter").find(named)?;
    let target = found.first("ac:link").and_then(source).or_else(|| source(found));
    let target = target.unwrap_or_else(|| found.text().trim().to_owned());
    (!target.is_empty()).then(|| link(&escaped(&target), &target))
}

/// A macro that nobody here knows: what it holds, or the file or address that it shows.
fn other(converter: &mut Converter<'_>, element: &Element, blocks: &mut Vec<Block>) {
    if let Some(nodes) = rich_body(element) {
        return blocks.extend(converter.blocks(nodes));
    }
    if let Some(text) = plain_body(element) {
        let language = if name(element).starts_with("mermaid") { "mermaid" } else { "" };
        return converter.code(&text, language, blocks);
    }
    let file = ["filename", "diagramName", "name", "attachment"];
    let drawn = [
        "drawio",
        "gliffy",
        "mermaid",
        "viewpdf",
        "viewdoc",
        "viewppt",
        "viewxls",
        "multimedia",
        "plantuml",
    ];
    if drawn.iter().any(|known| name(element).starts_with(known))
        && let Some(file) = file.iter().find_map(|name| parameter(element, name))
    {
        return push(blocks, image(&file, &file));
    }
    if let Some(address) = parameter(element, "url").or_else(|| parameter(element, "src")) {
        return push(blocks, link("", &address));
    }
    converter.pages.dropped.insert(name(element).chars().take(40).collect());
}
