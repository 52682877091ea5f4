//! The wiki markup that Confluence had before its storage format, as Markdown.

use super::inline::{begun, code, escaped, image, link};

/// The Markdown of a page in wiki markup.
pub(super) fn markdown(text: &str) -> String {
    let mut writer = Writer { out: Vec::new(), fence: None, quoted: false, table: false };
    for line in text.replace("\r\n", "\n").split('\n') {
        writer.line(line);
    }
    writer.end();
    writer.out.join("\n").trim().to_owned()
}

/// A page under way.
struct Writer {
    out: Vec<String>,
    /// What ends the code that it is in.
    fence: Option<&'static str>,
    quoted: bool,
    table: bool,
}

/// Macros whose text is code.
const CODE: [&str; 3] = ["code", "noformat", "preformatted"];
/// Macros whose text is set off.
const QUOTES: [&str; 7] = ["quote", "panel", "info", "note", "tip", "warning", "expand"];
/// Macros around text that say nothing of it in Markdown, and those that say nothing at all.
const SILENT: [&str; 20] = [
    "anchor",
    "attachments",
    "center",
    "children",
    "color",
    "column",
    "composition-setup",
    "div",
    "excerpt",
    "index",
    "pagetree",
    "recently-updated",
    "search",
    "section",
    "span",
    "table-plus",
    "td",
    "toc",
    "tr",
    "gallery",
];

impl Writer {
    fn line(&mut self, line: &str) {
        if let Some(end) = self.fence {
            return self.code_line(line, end);
        }
        if let Some((before, name, arguments, rest)) = opening(line, &CODE) {
            return self.open_code(before, name, arguments, rest);
        }
        if let Some((before, name, arguments, rest)) = opening(line, &QUOTES) {
            if !before.trim().is_empty() {
                self.line(before);
            }
            self.quoted = !self.quoted;
            self.gap();
            let title = arguments.split('|').find_map(|part| part.trim().strip_prefix("title="));
            let word = format!("{}{}", name[..1].to_ascii_uppercase(), &name[1..]);
            let told = matches!(name, "info" | "note" | "tip" | "warning").then_some(word);
            let title = title.map(ToOwned::to_owned).or(told).filter(|_| self.quoted);
            if let Some(title) = title {
                self.write(format!("**{}**", escaped(&title)));
                self.write(String::new());
            }
            if !rest.trim().is_empty() {
                self.line(rest);
            }
            return;
        }
        self.plain(line);
    }

    fn code_line(&mut self, line: &str, end: &'static str) {
        let Some((code, rest)) = line.split_once(end) else { return self.write(line.to_owned()) };
        if !code.trim().is_empty() {
            self.write(code.to_owned());
        }
        self.write("```".to_owned());
        self.fence = None;
        if !rest.trim().is_empty() {
            self.line(rest);
        }
    }

    fn open_code(&mut self, before: &str, name: &str, arguments: &str, rest: &str) {
        let end = if name == "code" { "{code}" } else { "{noformat}" };
        if let Some((inside, after)) = rest.split_once(end).filter(|_| !before.trim().is_empty()) {
            // In the middle of a line.
            return self.line(&format!("{before}{{{{{inside}}}}}{after}"));
        }
        if !before.trim().is_empty() {
            self.line(before);
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || "+-#".contains(c);
        let mut parts = arguments.split('|').map(str::trim);
        let language = parts.find_map(|part| match part.split_once('=') {
            Some(("language" | "lang", language)) => Some(language),
            None => Some(part),
            _ => None,
        });
        let language = language.filter(|it| name == "code" && it.chars().all(fits));
        self.gap();
        self.write(format!("```{}", language.unwrap_or_default().to_ascii_lowercase()));
        self.fence = Some(end);
        if !rest.trim().is_empty() {
            self.code_line(rest, end);
        }
    }

    fn plain(&mut self, line: &str) {
        let begins = line.trim();
        if begins.is_empty() {
            self.table = false;
            return self.write(String::new());
        }
        if let Some((level, text)) = heading(begins) {
            self.gap();
            self.write(format!("{} {}", "#".repeat(level), inline(text)));
            return self.write(String::new());
        }
        if let Some(text) = begins.strip_prefix("bq. ") {
            self.gap();
            return self.write(format!("> {}", inline(text)));
        }
        if begins.len() > 3 && begins.bytes().all(|c| c == b'-') {
            self.gap();
            return self.write("---".to_owned());
        }
        if begins.starts_with('|') {
            return self.row(begins);
        }
        self.table = false;
        if let Some((marks, text)) = item(begins) {
            let ordered = marks.ends_with('#');
            let indent: usize =
                marks[..marks.len() - 1].bytes().map(|c| if c == b'#' { 3 } else { 2 }).sum();
            let marker = if ordered { "1." } else { "-" };
            return self.write(format!("{:indent$}{marker} {}", "", inline(text)));
        }
        let text = inline(begins);
        if !text.is_empty() {
            self.write(begun(&text));
        }
    }

    fn row(&mut self, line: &str) {
        let head = line.starts_with("||");
        let cells: Vec<String> = if head {
            let line = line.trim_matches('|');
            line.split("||").map(|cell| cell.trim().to_owned()).collect()
        } else {
            cells(line)
        };
        let count = cells.len();
        let cells: Vec<String> = cells.iter().map(|it| inline(it).replace('|', "\\|")).collect();
        if !self.table {
            self.gap();
            let blank = format!("|{}", "  |".repeat(count));
            let first = if head { format!("| {} |", cells.join(" | ")) } else { blank };
            self.write(first);
            self.write(format!("|{}", " --- |".repeat(count)));
            self.table = true;
            if head {
                return;
            }
        }
        self.write(format!("| {} |", cells.join(" | ")));
    }

    /// An empty line before what follows, unless there is one.
    fn gap(&mut self) {
        if self.out.last().is_some_and(|last| !last.is_empty() && last != ">") {
            self.out.push(String::new());
        }
    }

    fn write(&mut self, line: String) {
        let line = line.trim_end();
        let line = match (self.quoted, line.is_empty()) {
            (true, true) => ">".to_owned(),
            (true, false) => format!("> {line}"),
            (false, _) => line.to_owned(),
        };
        let blank = |line: &str| line.is_empty() || line == ">";
        // In code, empty lines are part of it.
        if self.fence.is_some() || !blank(&line) || self.out.last().is_none_or(|last| !blank(last))
        {
            self.out.push(line);
        }
    }

    fn end(&mut self) {
        if self.fence.is_some() {
            self.write("```".to_owned());
        }
    }
}

/// The first macro of these in a line: what stands before it, its name, what it is told, what follows.
fn opening<'l>(
    line: &'l str,
    names: &'static [&'static str],
) -> Option<(&'l str, &'static str, &'l str, &'l str)> {
    for (at, _) in line.match_indices('{').take(100) {
        let inside = &line[at + 1..];
        let Some(name) = names.iter().find(|name| inside.starts_with(**name)) else { continue };
        let Some((told, rest)) = inside[name.len()..].split_once('}') else { continue };
        if told.is_empty() || told.starts_with(':') {
            return Some((&line[..at], name, told.trim_start_matches(':'), rest));
        }
    }
    None
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let (mark, text) = line.split_once('.')?;
    let level = mark.strip_prefix('h')?.parse().ok()?;
    (1..7).contains(&level).then(|| (level, text.trim())).filter(|(_, text)| !text.is_empty())
}

/// The marks and the text of an element of a list.
fn item(line: &str) -> Option<(&str, &str)> {
    let (marks, text) = line.split_once(' ')?;
    let list = marks.bytes().all(|c| c == b'*' || c == b'#') || marks == "-";
    (list && !marks.is_empty() && marks.len() < 7).then_some((marks, text))
}

/// The cells of a row; a bar in a link or a macro ends none.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut depth) = (Vec::new(), String::new(), 0usize);
    for c in line.trim_start_matches('|').chars() {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => {
                cells.push(std::mem::take(&mut cell).trim().to_owned());
                continue;
            }
            _ => {}
        }
        cell.push(c);
    }
    if !cell.trim().is_empty() {
        cells.push(cell.trim().to_owned());
    }
    cells
}

/// A line of text.
fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text.trim();
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '{' => braced(rest, &mut out),
            '[' => linked(rest, &mut out),
            '!' => pictured(rest, &mut out),
            '\\' => broken(rest, &mut out),
            '*' | '_' | '-' | '+' if !before.is_alphanumeric() => marked(c, rest, &mut out),
            _ => 0,
        };
        let taken = if taken > 0 {
            taken
        } else {
            out.push_str(&escaped(c.encode_utf8(&mut [0; 4])));
            c.len_utf8()
        };
        before = rest[..taken].chars().next_back().unwrap_or(' ');
        rest = &rest[taken..];
    }
    out
}

/// How far a mark may be from its end.
const REACH: usize = 2000;

fn until<'r>(rest: &'r str, end: &str) -> Option<&'r str> {
    let near = &rest[..rest.floor_char_boundary(REACH)];
    near.find(end).map(|at| &rest[..at])
}

/// `{{code}}`, or a macro.
fn braced(rest: &str, out: &mut String) -> usize {
    if let Some(text) = rest.strip_prefix("{{").and_then(|rest| until(rest, "}}")) {
        out.push_str(&code(text.trim()));
        return text.len() + 4;
    }
    let Some(inside) = until(&rest[1..], "}") else { return 0 };
    let name = inside.split(':').next().unwrap_or_default();
    if SILENT.contains(&name) {
        return inside.len() + 2;
    }
    if name == "status" {
        let title = inside.split(['|', ':']).find_map(|part| part.strip_prefix("title="));
        if let Some(title) = title {
            out.push_str(&format!("**[{}]**", escaped(title)));
        }
        return inside.len() + 2;
    }
    if name == "mailto" || name == "jira" {
        out.push_str(&escaped(inside.split_once(':').map_or("", |(_, text)| text)));
        return inside.len() + 2;
    }
    0
}

/// `[text|target]`, `[target]`, `[~user]`, `[^file]`
fn linked(rest: &str, out: &mut String) -> usize {
    let Some(inside) = until(&rest[1..], "]").filter(|inside| !inside.trim().is_empty()) else {
        return 0;
    };
    let (text, target) = inside.split_once('|').unwrap_or(("", inside));
    let target = target.split('|').next().unwrap_or_default().trim();
    if let Some(user) = target.strip_prefix('~') {
        out.push_str(&if text.is_empty() { format!("@{user}") } else { escaped(text) });
        return inside.len() + 2;
    }
    let target = target.strip_prefix('^').unwrap_or(target);
    // `SPACE:Page` is a page elsewhere, `https://…` is not.
    let page = match target.split_once(':') {
        Some((space, page)) if !page.starts_with("//") && space != "mailto" => page,
        _ => target,
    };
    let shown = if text.is_empty() { page.trim_start_matches('#') } else { text };
    out.push_str(&link(&escaped(shown.trim()), page));
    inside.len() + 2
}

/// `!picture.png|width=200!`
fn pictured(rest: &str, out: &mut String) -> usize {
    let Some(inside) = until(&rest[1..], "!") else { return 0 };
    let file = inside.split('|').next().unwrap_or_default().trim();
    let fits = file.contains('.') && !file.contains(char::is_whitespace) && !file.ends_with('.');
    if !fits {
        return 0;
    }
    let name = file.rsplit('/').next().unwrap_or(file);
    out.push_str(&image(name.trim_start_matches('^'), file.trim_start_matches('^')));
    inside.len() + 2
}

/// `\\` ends a line, `\*` is a star.
fn broken(rest: &str, out: &mut String) -> usize {
    if rest.starts_with("\\\\") {
        out.push_str("  \n");
        return 2;
    }
    match rest[1..].chars().next().filter(char::is_ascii_punctuation) {
        Some(c) => {
            out.push_str(&escaped(c.encode_utf8(&mut [0; 4])));
            2
        }
        None => 0,
    }
}

/// `*strong*`, `_emphasis_`, `-gone-`, `+inserted+`
fn marked(mark: char, rest: &str, out: &mut String) -> usize {
    let mut end = [0; 4];
    let end: &str = mark.encode_utf8(&mut end);
    let Some(inside) = until(&rest[1..], end) else { return 0 };
    let after = rest[1 + inside.len() + 1..].chars().next().unwrap_or(' ');
    let close = !inside.is_empty()
        && !inside.starts_with(char::is_whitespace)
        && !inside.ends_with(char::is_whitespace)
        && !inside.contains(['[', '{'])
        && !after.is_alphanumeric();
    if !close || (mark == '-' && inside.contains(' ') && inside.len() > 200) {
        return 0;
    }
    let marks = match mark {
        '*' => "**",
        '_' => "_",
        '-' => "~~",
        _ => "",
    };
    out.push_str(&format!("{marks}{}{marks}", escaped(inside)));
    inside.len() + 2
}
