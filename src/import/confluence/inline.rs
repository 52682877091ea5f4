//! What stands in a line of a page: text, emphasis, links, images.

use std::fmt::Write;

use super::macros;
use super::storage::{Converter, NEST_MAX};
use crate::import::xml::{Element, Node};

impl Converter<'_> {
    /// Adds a node to a line of text.
    pub(super) fn inline(&mut self, node: &Node, line: &mut String) {
        match node {
            Node::Text(text) | Node::Data(text) => add_text(text, line),
            Node::Element(element) if self.nest > NEST_MAX => add_text(&element.text(), line),
            Node::Element(element) => {
                self.nest += 1;
                self.inline_element(element, line);
                self.nest -= 1;
            }
        }
    }

    fn inline_element(&mut self, element: &Element, line: &mut String) {
        match element.name.as_str() {
            "strong" | "b" => self.marked(element, "**", line),
            "em" | "i" | "cite" | "dfn" | "var" => self.marked(element, "_", line),
            "del" | "s" | "strike" => self.marked(element, "~~", line),
            "code" | "tt" | "kbd" | "samp" => {
                let text = element.text();
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                line.push_str(&code(&text));
            }
            "sup" => {
                let text = self.line(&element.nodes);
                line.push_str(if text.starts_with('[') || text.is_empty() { "" } else { "^" });
                line.push_str(&text);
            }
            "br" => {
                line.truncate(line.trim_end_matches(' ').len());
                line.push_str(if line.is_empty() { "" } else { "  \n" });
            }
            "a" => self.anchor(element, line),
            "img" => {
                let of = |name| element.attribute(name).unwrap_or_default();
                line.push_str(&image(of("alt"), of("src")));
            }
            "ac:image" => self.image(element, line),
            "ac:link" => self.link(element, line),
            "ac:emoticon" => line.push_str(&emoticon(element)),
            "time" => {
                line.push_str(element.attribute("datetime").unwrap_or_default());
                self.inner(element, line);
            }
            "ac:structured-macro" | "ac:macro" => {
                let text = macros::inline(self, element);
                line.push_str(&text);
            }
            "ac:placeholder" | "ac:parameter" | "ac:task-id" | "script" | "style" | "col"
            | "colgroup" => {}
            // Blocks where only text can be are text.
            "p" | "div" | "li" | "tr" => {
                line.push_str(if line.is_empty() || line.ends_with([' ', '\n']) {
                    ""
                } else {
                    " "
                });
                self.inner(element, line);
                line.push(' ');
            }
            _ => self.inner(element, line),
        }
    }

    fn inner(&mut self, element: &Element, line: &mut String) {
        element.nodes.iter().for_each(|node| self.inline(node, line));
    }

    /// Text between marks that stand close to it.
    fn marked(&mut self, element: &Element, mark: &str, line: &mut String) {
        let mut text = String::new();
        self.inner(element, &mut text);
        let core = text.trim();
        if core.is_empty() || core.contains("\n\n") {
            return add_text(&text, line);
        }
        let space = |there: bool| if there { " " } else { "" };
        let (before, after) = (space(text.starts_with(' ')), space(text.ends_with([' ', '\n'])));
        let before = if line.ends_with([' ', '\n']) { "" } else { before };
        let _ = write!(line, "{before}{mark}{core}{mark}{after}");
    }

    fn anchor(&mut self, element: &Element, line: &mut String) {
        let text = self.line(&element.nodes);
        let href = element.attribute("href").unwrap_or_default().trim();
        line.push_str(&link(&text, href));
    }

    fn image(&mut self, element: &Element, line: &mut String) {
        let of = |name: &str| element.attribute(name).unwrap_or_default();
        let source = source(element).unwrap_or_default();
        let caption = element.first("ac:caption").map(|it| self.line(&it.nodes));
        let caption = caption.unwrap_or_default();
        let name = source.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let alt = [of("ac:alt"), &caption, of("ac:title"), name];
        let alt = alt.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        line.push_str(&image(alt, &source));
        if !caption.is_empty() && caption != alt {
            let _ = write!(line, "  \n_{caption}_");
        }
    }

    /// A link to a page, a file, a person or a place on the page.
    fn link(&mut self, element: &Element, line: &mut String) {
        let bodies = ["ac:link-body", "ac:plain-text-link-body"].iter();
        let bodies = bodies.filter_map(|name| element.first(name));
        let text: Vec<String> = bodies.map(|body| self.line(&body.nodes)).collect();
        let text = text.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        if let Some(user) = element.first("ri:user") {
            let keys = ["ri:username", "ri:userkey", "ri:account-id"];
            let key = keys.iter().find_map(|key| user.attribute(key)).unwrap_or("unknown");
            let name = self.pages.users.get(key).map_or(key, String::as_str);
            let _ = if text.is_empty() { write!(line, "@{name}") } else { write!(line, "{text}") };
            return;
        }
        let anchor = element.attribute("ac:anchor").unwrap_or_default();
        let mut target = source(element).unwrap_or_default();
        let shown = if target.is_empty() { anchor.to_owned() } else { escaped(&target) };
        if !anchor.is_empty() {
            target = format!("{target}#{anchor}");
        }
        line.push_str(&link(if text.is_empty() { &shown } else { &text }, &target));
    }
}

/// What a link or an image points at: a page by its title, a file by its name, an address.
pub(super) fn source(element: &Element) -> Option<String> {
    let inner = element.elements().find(|inner| inner.name.starts_with("ri:"))?;
    let of = |name: &str| inner.attribute(name);
    let found = match inner.name.as_str() {
        "ri:page" | "ri:blog-post" => of("ri:content-title"),
        "ri:attachment" => of("ri:filename"),
        "ri:url" => of("ri:value"),
        "ri:space" => of("ri:space-key"),
        "ri:content-entity" => of("ri:content-id"),
        "ri:shortcut" => of("ri:parameter"),
        _ => None,
    };
    found.map(ToOwned::to_owned)
}

/// `[text](target)`; an address by itself where that is all.
pub(super) fn link(text: &str, target: &str) -> String {
    let bare = target.strip_prefix("mailto:").unwrap_or(target);
    let plain = |text: &str| text.replace('\\', "");
    match (text.is_empty(), target.is_empty()) {
        (_, true) => text.to_owned(),
        (true, _) if target.starts_with('#') => String::new(),
        _ if (text.is_empty() || plain(text) == bare) && bare.contains([':', '@']) => {
            bare.to_owned()
        }
        (true, _) => format!("[{}]({})", escaped(target), place(target)),
        _ => format!("[{}]({})", text.replace("  \n", " "), place(target)),
    }
}

/// `![alt](source)`
pub(super) fn image(alt: &str, source: &str) -> String {
    if source.is_empty() {
        return alt.to_owned();
    }
    format!("![{}]({})", alt.replace(['[', ']', '\n'], " ").trim(), place(source))
}

/// Where a link leads, as it stands between parentheses.
fn place(target: &str) -> String {
    let target = target.replace(['\n', '\r'], " ");
    if target.contains([' ', '(', ')', '<', '>']) {
        return format!("<{}>", target.replace('<', "%3C").replace('>', "%3E"));
    }
    target
}

/// Code in a line, between as many ticks as it needs.
pub(super) fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut ticks = "`".to_owned();
    while text.contains(&ticks) {
        ticks.push('`');
    }
    let gap = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{gap}{text}{gap}{ticks}")
}

/// Adds text with its white space as one space, what Markdown would read escaped.
pub(super) fn add_text(text: &str, line: &mut String) {
    let mut gap = false;
    let mut words = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if gap && !(words.is_empty() && (line.is_empty() || line.ends_with([' ', '\n']))) {
            words.push(' ');
        }
        gap = false;
        words.push(c);
    }
    if gap && !(words.is_empty() && (line.is_empty() || line.ends_with([' ', '\n']))) {
        words.push(' ');
    }
    line.push_str(&escaped(&words));
}

/// Text in which nothing is a mark of Markdown that was none before.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        if is_mark(c, before, after) {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

/// Would Markdown take this character, between these two, for a mark?
pub(super) fn is_mark(c: char, before: char, after: char) -> bool {
    let apart = before.is_whitespace() && after.is_whitespace();
    match c {
        '`' => true,
        '*' => !apart,
        '_' => !(apart || before.is_alphanumeric() && after.is_alphanumeric()),
        '<' => after.is_ascii_alphabetic() || matches!(after, '/' | '!'),
        '\\' => after.is_ascii_punctuation(),
        _ => false,
    }
}

/// A paragraph whose first characters would make something else of it.
pub(super) fn begun(text: &str) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    if (1..10).contains(&digits) && (rest.starts_with(". ") || rest.starts_with(") ")) {
        return format!("{}\\{rest}", &text[..digits]);
    }
    let heading = text.trim_start_matches('#');
    let heading = heading.len() < text.len() && (heading.is_empty() || heading.starts_with(' '));
    let list = ["- ", "+ ", "> "].iter().any(|mark| text.starts_with(mark));
    if heading || list { format!("\\{text}") } else { text.to_owned() }
}

fn emoticon(element: &Element) -> String {
    let fallback = element.attribute("ac:emoji-fallback").unwrap_or_default();
    if !fallback.is_empty() && !fallback.starts_with(':') {
        return fallback.to_owned();
    }
    let name = element.attribute("ac:name").unwrap_or_default();
    let known = match name {
        "smile" => "🙂",
        "sad" => "🙁",
        "cheeky" => "😛",
        "laugh" => "😀",
        "wink" => "😉",
        "thumbs-up" => "👍",
        "thumbs-down" => "👎",
        "information" => "ℹ️",
        "tick" => "✅",
        "cross" => "❌",
        "warning" => "⚠️",
        "plus" => "➕",
        "minus" => "➖",
        "question" => "❓",
        "light-on" => "💡",
        "heart" => "❤️",
        "broken-heart" => "💔",
        "yellow-star" | "red-star" | "green-star" | "blue-star" => "⭐",
        _ => "",
    };
    let short = element.attribute("ac:emoji-shortname").unwrap_or(fallback);
    match (known, short, name) {
        ("", "", "") => String::new(),
        ("", "", name) => format!(":{name}:"),
        ("", short, _) => short.to_owned(),
        (known, ..) => known.to_owned(),
    }
}
