//! Messages into HTML: Markdown that strangers wrote, of which nothing acts.

use std::borrow::Cow;
use std::fmt::Write;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// How deep quotations and lists may stand in each other; what is deeper stands beside.
const DEPTH_MAX: usize = 40;

/// The HTML of a message; `gate` makes safe what its Markdown spells out, such as `&#27;`. HTML in it is text, an image is a link to it, and links lead only to the web
/// and to mail; a line that ends in the text ends on the page too.
pub(super) fn html(text: &str, gate: fn(&str) -> Cow<'_, str>) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut page =
        Page { gate, out: String::new(), open: Vec::new(), links: Vec::new(), first: false };
    for event in Parser::new_ext(text, options) {
        page.event(event);
    }
    page.out
}

/// A text in which no character is markup.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// The name of a file as the address of it.
pub(super) fn address(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A page while it is written.
struct Page {
    gate: fn(&str) -> Cow<'_, str>,
    out: String,
    /// What is open, of that which may stand in itself: whether it was written.
    open: Vec<bool>,
    /// Links around, and whether each leads anywhere.
    links: Vec<bool>,
    /// The row is a table's first.
    first: bool,
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => {
                let text = escaped(&(self.gate)(&text));
                self.out.push_str(&text);
            }
            Event::Code(text) => {
                let _ = write!(self.out, "<code>{}</code>", escaped(&(self.gate)(&text)));
            }
            Event::SoftBreak | Event::HardBreak => self.out.push_str("<br>\n"),
            Event::Rule => self.out.push_str("<hr>\n"),
            Event::TaskListMarker(_) => {}
        }
    }

    /// Opens what may stand in itself, unless that is too deep.
    fn deeper(&mut self, tag: &str) {
        let fits = self.open.len() < DEPTH_MAX;
        self.open.push(fits);
        self.out.push_str(if fits { tag } else { "" });
    }

    fn shallower(&mut self, tag: &str) {
        let written = self.open.pop().unwrap_or_default();
        self.out.push_str(if written { tag } else { "" });
    }

    /// Opens a link, if it leads where links may lead, and none is open.
    fn link(&mut self, to: &str, mark: &str) {
        let fits = leads(to) && !self.links.contains(&true);
        self.links.push(fits);
        if fits {
            let rel = "nofollow noopener noreferrer";
            let _ = write!(self.out, "<a href=\"{}\" rel=\"{rel}\">", escaped(&(self.gate)(to)));
        }
        self.out.push_str(mark);
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => self.out.push_str("<p>"),
            // The page's own headings are larger.
            Tag::Heading { .. } => self.out.push_str("<h3>"),
            Tag::BlockQuote(_) => self.deeper("<blockquote>\n"),
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                self.out.push_str("<pre><code>");
            }
            Tag::HtmlBlock => self.out.push_str("<pre>"),
            Tag::List(Some(from)) => self.deeper(&format!("<ol start=\"{from}\">\n")),
            Tag::List(None) => self.deeper("<ul>\n"),
            Tag::Item => self.deeper("<li>"),
            Tag::Table(_) => {
                self.first = true;
                self.out.push_str("<div class=\"wide\"><table>\n");
            }
            Tag::TableHead | Tag::TableRow => self.out.push_str("<tr>"),
            Tag::TableCell => self.out.push_str(if self.first { "<th>" } else { "<td>" }),
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Strikethrough => self.out.push_str("<del>"),
            Tag::Link { dest_url, .. } => self.link(&dest_url, ""),
            Tag::Image { dest_url, .. } => self.link(&dest_url, "Image: "),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.out.push_str("</p>\n"),
            TagEnd::Heading(_) => self.out.push_str("</h3>\n"),
            TagEnd::BlockQuote(_) => self.shallower("</blockquote>\n"),
            TagEnd::CodeBlock => self.out.push_str("</code></pre>\n"),
            TagEnd::HtmlBlock => self.out.push_str("</pre>\n"),
            TagEnd::List(true) => self.shallower("</ol>\n"),
            TagEnd::List(false) => self.shallower("</ul>\n"),
            TagEnd::Item => self.shallower("</li>\n"),
            TagEnd::Table => self.out.push_str("</table></div>\n"),
            TagEnd::TableHead => {
                self.first = false;
                self.out.push_str("</tr>\n");
            }
            TagEnd::TableRow => self.out.push_str("</tr>\n"),
            TagEnd::TableCell => self.out.push_str(if self.first { "</th>" } else { "</td>" }),
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Strikethrough => self.out.push_str("</del>"),
            TagEnd::Link | TagEnd::Image => {
                let led = self.links.pop().unwrap_or_default();
                self.out.push_str(if led { "</a>" } else { "" });
            }
            _ => {}
        }
    }
}

/// Does an address lead to the web or to mail?
fn leads(to: &str) -> bool {
    let scheme = to.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| matches!(scheme.as_str(), "http" | "https" | "mailto"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        super::html(text, |text| Cow::Borrowed(text))
    }

    #[test]
    fn nothing_that_strangers_write_acts() {
        for text in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](data:text/html,1)",
            "![x](https://a.example/p.png)",
            "<https://a.example/\"onclick=x>",
            "[x](https://a.example/\"onclick=\"x)",
            "<svg/onload=alert(1)>",
            "```\"><script>\n</code></pre><script>\n```",
            "<!--\n</main>",
            "| a |\n|--|\n| <b onclick=x> |",
            "[![a](https://i.example)](https://l.example)",
        ] {
            let html = html(text);
            for bad in ["<script", "<img", "<svg", "<b ", "javascript:alert(1)\"", "<!--", "</main"]
            {
                assert!(!html.to_lowercase().contains(bad), "{text}: {html}");
            }
            for part in html.split("<a ").skip(1) {
                let tag = part.split('>').next().unwrap();
                assert_eq!(tag.matches('"').count(), 4, "{html}");
                assert!(tag.starts_with("href=\"http"), "{html}");
            }
            assert!(!html.contains(
                "<a href=\"https://l.example\" rel=\"nofollow noopener noreferrer\">Image: <a"
            ));
        }
    }

    #[test]
    fn what_nests_without_end_does_not() {
        let deep = html(&"> ".repeat(100_000));
        assert_eq!(deep.matches("<blockquote>").count(), deep.matches("</blockquote>").count());
        assert!(deep.matches("<blockquote>").count() <= DEPTH_MAX);
    }

    #[test]
    fn markdown_is_read() {
        assert_eq!(
            html("# A\nb\nc **d** `e` [f](https://g.example)\n\n1. x\n2. y"),
            "<h3>A</h3>\n<p>b<br>\nc <strong>d</strong> <code>e</code> \
             <a href=\"https://g.example\" rel=\"nofollow noopener noreferrer\">f</a></p>\n\
             <ol start=\"1\">\n<li>x</li>\n<li>y</li>\n</ol>\n"
        );
        assert_eq!(address("a b/日.txt"), "a%20b%2F%E6%97%A5.txt");
    }
}
