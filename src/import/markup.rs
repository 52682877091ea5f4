//! HTML as Markdown, which reads well as plain text too.

use htmd::element_handler::Handlers;
use htmd::options::{BulletListMarker, HeadingStyle, Options};
use htmd::{Element, HtmlToMarkdown, HtmlToMarkdownBuilder};

/// How deep elements may lie in each other before only their text is taken: a parser takes time by
/// the square of the depth, and what people write is a tenth as deep.
const DEPTH_MAX: usize = 256;
/// The longest HTML that is parsed as such, in bytes; of a longer one only the text is taken.
const LENGTH_MAX: usize = 4 << 20;

/// What HTML says, as Markdown: headings, lists, links, code and tables stay; scripts and styles go.
pub(super) fn markdown(html: &str) -> String {
    converted(html, HtmlToMarkdown::builder())
}

/// What HTML of a mail says, as Markdown that is read as it is: of images only what they say of
/// themselves, and no escapes where nothing would be taken for markup.
pub(super) fn letter(html: &str) -> String {
    let images = |_: &dyn Handlers, element: Element<'_>| {
        let says = |name: &str| {
            let said = element.attrs.iter().find(|said| &*said.name.local == name);
            said.map(|said| said.value.split_whitespace().collect::<Vec<_>>().join(" "))
        };
        let alt = says("alt").filter(|alt| !alt.is_empty())?;
        let far = says("src").filter(|src| src.starts_with("http") && !src.contains(['(', ' ']));
        Some(far.map_or_else(|| alt.clone(), |src| format!("![{alt}]({src})")).into())
    };
    let text = converted(html, HtmlToMarkdown::builder().add_handler(vec!["img"], images));
    let mut fenced = false;
    let lines = text.lines().map(|line| {
        fenced ^= line.trim_start().starts_with("```");
        let bare = line.strip_prefix(' ').filter(|rest| !rest.starts_with(' '));
        if fenced { line.to_owned() } else { unescaped(bare.unwrap_or(line)) }
    });
    tidy(&lines.collect::<Vec<_>>().join("\n"))
}

/// A line without the escapes that it does not need to be read as the same.
fn unescaped(line: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(line.len()), line);
    while let Some(place) = rest.find('\\') {
        out.push_str(&rest[..place]);
        let mut after = rest[place + 1..].chars();
        let (special, next) = (after.next(), after.next());
        let before = out.chars().next_back();
        let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let free = match special {
            Some('_') => word(before) && word(next),
            Some('*') => before.is_some() && next.is_none_or(char::is_whitespace),
            Some('[') => true,
            Some(']') => !matches!(next, Some('(' | '[' | ':')),
            Some('<') => {
                let name = after.as_str().split(['>', ' ']).next().unwrap_or_default();
                name.contains('@')
            }
            _ => false,
        };
        if !free {
            out.push('\\');
        }
        rest = &rest[place + 1..];
        if let Some(special) = special {
            out.push(special);
            rest = &rest[special.len_utf8()..];
        }
    }
    out.push_str(rest);
    out
}

fn converted(html: &str, builder: HtmlToMarkdownBuilder) -> String {
    if html.len() > LENGTH_MAX || depth(html) > DEPTH_MAX {
        return plain(html);
    }
    let options = Options {
        heading_style: HeadingStyle::Atx,
        bullet_list_marker: BulletListMarker::Dash,
        ul_bullet_spacing: 1,
        ol_number_spacing: 1,
        ..Options::default()
    };
    let skipped =
        vec!["script", "style", "head", "title", "noscript", "template", "svg", "iframe", "object"];
    let converter = builder.options(options).skip_tags(skipped).build();
    converter.convert(html).map_or_else(|_| plain(html), |text| tidy(&text))
}

/// The text of HTML without its elements, for what is too deep or too long to be parsed.
pub(super) fn plain(html: &str) -> String {
    tidy(&mail_parser::decoders::html::html_to_text(html))
}

/// Without white space at line ends, and with at most one blank line between paragraphs.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut blank = 0;
    for line in text.lines() {
        let line = line.trim_end_matches([' ', '\t', '\u{a0}']);
        blank = if line.is_empty() { blank + 1 } else { 0 };
        if blank < 2 && !(line.is_empty() && tidied.is_empty()) {
            tidied.push_str(line);
            tidied.push('\n');
        }
    }
    tidied.truncate(tidied.trim_end().len());
    tidied
}

/// How deep elements lie in each other, at most; those that end by themselves do not count.
fn depth(html: &str) -> usize {
    const LIGHT: [&str; 24] = [
        "p", "li", "td", "tr", "th", "dt", "dd", "br", "hr", "img", "input", "meta", "link",
        "area", "base", "col", "embed", "source", "track", "wbr", "option", "tbody", "thead",
        "param",
    ];
    let (mut now, mut most) = (0usize, 0);
    for part in html.split('<').skip(1) {
        let ends = part.starts_with('/');
        let name: String = part
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .take(16)
            .collect::<String>()
            .to_ascii_lowercase();
        if name.is_empty() || LIGHT.contains(&name.as_str()) {
            continue;
        }
        now = if ends { now.saturating_sub(1) } else { now + 1 };
        most = most.max(now);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_reads_as_text() {
        let html = "<html><head><title>t</title><style>p{}</style></head><body><h2>Hi &amp; bye</h2>\
            <p>One <b>two</b> <a href=\"https://x.example/\">three</a><br>four</p>\
            <ul><li>a</li><li>b</li></ul><pre><code>x &lt; y\n  z</code></pre>\
            <table><tr><th>A</th></tr><tr><td>1</td></tr></table><script>evil()</script></body></html>";
        let text = markdown(html);
        for part in [
            "## Hi & bye",
            "**two**",
            "[three](https://x.example/)",
            "- a\n- b",
            "x < y\n  z",
            "| A |",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("evil") && !text.contains("p{}"), "{text}");
    }

    #[test]
    fn a_letter_reads_as_it_is() {
        for (html, text) in [
            ("<p>a_b * c [d] &lt;x@y.example&gt; e*</p>", "a_b * c [d] <x@y.example> e*"),
            ("<p>*a* [b](c)</p>", "\\*a* [b\\](c)"),
            ("<p>a<br> b<br/> <b>c</b></p>", "a\nb\n**c**"),
            ("<p><img src='cid:1'>x <img src='https://t.example/p.gif' alt=''></p>", "x"),
            ("<img src='cid:1' alt='a chart'>", "a chart"),
            (
                "<img src='https://t.example/p.png' alt='a chart'>",
                "![a chart](https://t.example/p.png)",
            ),
            (
                "<table><tr><td>a</td><td><table><tr><td>b</td></tr></table></td></tr></table>",
                "a\n\nb",
            ),
        ] {
            assert_eq!(letter(html).replace("  \n", "\n"), text, "{html}");
        }
    }

    #[test]
    fn what_is_too_deep_gives_its_text_at_once() {
        for tag in ["div", "b", "table", "a", "font", "ul><li", "x"] {
            let html = format!("{}deep", format!("<{tag}>").repeat(100_000));
            let start = std::time::Instant::now();
            assert!(markdown(&html).contains("deep"), "{tag}");
            assert!(start.elapsed().as_secs() < 5, "{tag}");
        }
    }
}
