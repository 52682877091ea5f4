//! What stands before a Markdown text and says of it: YAML between `---`, TOML between `+++`.
//!
//! Both are read as far as titles and labels need it: `name: value`, lists in brackets or below.

/// What is said of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Front {
    pub(super) title: Option<String>,
    pub(super) labels: Vec<String>,
    pub(super) url: Option<String>,
    pub(super) author: Option<String>,
    pub(super) created: Option<String>,
    pub(super) updated: Option<String>,
}

/// It has so many lines at most.
const LINES_MAX: usize = 500;

impl Front {
    /// Parts what is said of a text from the text.
    pub(super) fn split(text: &str) -> (Self, &str) {
        let none = (Self::default(), text);
        let text = text.trim_start_matches('\u{feff}');
        let (fence, sign) = match text.lines().next().map(str::trim_end) {
            Some("---") => ("---", ':'),
            Some("+++") => ("+++", '='),
            _ => return none,
        };
        let mut at = text.find('\n').map_or(text.len(), |at| at + 1);
        let mut lines = Vec::new();
        for line in text[at..].split_inclusive('\n').take(LINES_MAX) {
            at += line.len();
            let bare = line.trim_end();
            if bare == fence || (fence == "---" && bare == "...") {
                return (Self::read(&lines, sign), &text[at..]);
            }
            lines.push(bare);
        }
        // A line between two paragraphs, and no front at all.
        none
    }

    fn read(lines: &[&str], sign: char) -> Self {
        let mut front = Self::default();
        let mut list = false;
        for line in lines {
            let begins = line.trim();
            if list && begins.starts_with("- ") {
                front.labels.extend(value(&begins[2..]));
                continue;
            }
            if line.starts_with([' ', '\t']) || begins.starts_with(['#', '[']) {
                continue;
            }
            let Some((name, said)) = begins.split_once(sign) else { continue };
            let name = name.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
            list = matches!(name.as_str(), "tags" | "labels" | "keywords" | "categories");
            if list {
                front.labels.extend(values(said));
                continue;
            }
            let field = match name.as_str() {
                "title" => &mut front.title,
                "url" | "permalink" | "canonical_url" => &mut front.url,
                "author" => &mut front.author,
                "date" | "created" | "created_at" => &mut front.created,
                "updated" | "updated_at" | "lastmod" | "last_modified_at" | "modified" => {
                    &mut front.updated
                }
                _ => continue,
            };
            *field = value(said).or(field.take());
        }
        front.url = front.url.filter(|url| url.starts_with("http"));
        front
    }
}

/// One value, without its quotation marks and what is remarked behind it.
fn value(text: &str) -> Option<String> {
    let text = text.trim();
    let quoted = ['"', '\''].into_iter().find(|mark| text.starts_with(*mark));
    let text = match quoted {
        Some(mark) => {
            let inside = &text[1..];
            let inside = inside.rfind(mark).map_or(inside, |end| &inside[..end]);
            if mark == '"' { inside.replace("\\\"", "\"") } else { inside.replace("''", "'") }
        }
        None => text.split(" #").next().unwrap_or_default().trim().to_owned(),
    };
    let empty = text.is_empty() || matches!(text.as_str(), "null" | "~" | "|" | ">" | "[]");
    (!empty).then_some(text)
}

/// `[a, "b c"]`, `a, b` or `a`
fn values(text: &str) -> Vec<String> {
    let text = text.trim();
    let text = text.strip_prefix('[').map_or(text, |rest| rest.trim_end_matches(']'));
    text.split(',').filter_map(value).collect()
}
