//! The wiki markup that Confluence had before its storage format, as Markdown.

use std::borrow::Cow;
use std::fmt::Write;

use super::inline::{begun, code, escaped, image, is_mark, link};

/// The Markdown of a page in wiki markup.
pub(super) fn markdown(text: &str) -> String {
    let mut writer =
        Writer { out: Vec::new(), fence: None, quoted: false, table: false, budget: BUDGET };
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
    budget: usize,
}

/// A line is taken apart into so many pieces at most.
const PIECES_MAX: usize = 1000;

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
        let mut todo = vec![Cow::Borrowed(line)];
        for _ in 0..PIECES_MAX {
            let Some(piece) = todo.pop() else { return };
            for rest in self.piece(&piece).into_iter().rev() {
                todo.push(Cow::Owned(rest));
            }
        }
        todo.iter().rev().for_each(|piece| self.plain(piece));
    }

    /// Takes the first macro of a line that is more than text; what is left of the line is to follow.
    fn piece(&mut self, line: &str) -> Vec<String> {
        if let Some(end) = self.fence {
            return self.code_line(line, end);
        }
        if let Some(found) = opening(line, &CODE) {
            return self.open_code(found);
        }
        if let Some(found) = opening(line, &QUOTES) {
            return self.quote(found);
        }
        self.plain(line);
        Vec::new()
    }

    /// Begins or ends what is set off.
    fn quote(&mut self, (before, name, told, rest): Macro<'_>) -> Vec<String> {
        if !before.trim().is_empty() {
            self.plain(before);
        }
        self.gap();
        self.quoted = !self.quoted;
        self.table = false;
        let title = told.split('|').find_map(|part| part.trim().strip_prefix("title="));
        let word = format!("{}{}", name[..1].to_ascii_uppercase(), &name[1..]);
        let word = matches!(name, "info" | "note" | "tip" | "warning").then_some(word);
        if let Some(title) = title.map(ToOwned::to_owned).or(word).filter(|_| self.quoted) {
            self.write(&format!("**{}**", escaped(&title)));
            self.write("");
        }
        left(rest)
    }

    fn code_line(&mut self, line: &str, end: &'static str) -> Vec<String> {
        let Some((code, rest)) = line.split_once(end) else {
            self.write(line);
            return Vec::new();
        };
        if !code.trim().is_empty() {
            self.write(code);
        }
        self.write("```");
        self.fence = None;
        left(rest)
    }

    fn open_code(&mut self, (before, name, told, rest): Macro<'_>) -> Vec<String> {
        let end = if name == "code" { "{code}" } else { "{noformat}" };
        if !before.trim().is_empty() {
            if let Some((inside, after)) = rest.split_once(end) {
                // In the middle of a line.
                return vec![format!("{before}{{{{{inside}}}}}{after}")];
            }
            self.plain(before);
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || "+-#".contains(c);
        let mut parts = told.split('|').map(str::trim);
        let language = parts.find_map(|part| match part.split_once('=') {
            Some(("language" | "lang", language)) => Some(language),
            None => Some(part),
            _ => None,
        });
        let language = language.filter(|it| name == "code" && it.chars().all(fits));
        self.gap();
        self.write(&format!("```{}", language.unwrap_or_default().to_ascii_lowercase()));
        self.fence = Some(end);
        left(rest)
    }

    fn plain(&mut self, line: &str) {
        let begins = line.trim();
        if begins.is_empty() {
            self.table = false;
            return self.write("");
        }
        if let Some((level, text)) = heading(begins) {
            self.gap();
            let text = inline(text, &mut self.budget);
            self.write(&format!("{} {text}", "#".repeat(level)));
            return self.write("");
        }
        if let Some(text) = begins.strip_prefix("bq. ") {
            self.gap();
            let text = inline(text, &mut self.budget);
            return self.write(&format!("> {text}"));
        }
        if begins.len() > 3 && begins.bytes().all(|c| c == b'-') {
            self.gap();
            return self.write("---");
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
            let text = inline(text, &mut self.budget);
            return self.write(&format!("{:indent$}{marker} {text}", ""));
        }
        let text = inline(begins, &mut self.budget);
        if !text.is_empty() {
            self.write(&begun(&text));
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
        let cells: Vec<String> =
            cells.iter().map(|it| inline(it, &mut self.budget).replace('|', "\\|")).collect();
        if !self.table {
            self.gap();
            let blank = format!("|{}", "  |".repeat(count));
            let first = if head { format!("| {} |", cells.join(" | ")) } else { blank };
            self.write(&first);
            self.write(&format!("|{}", " --- |".repeat(count)));
            self.table = true;
            if head {
                return;
            }
        }
        self.write(&format!("| {} |", cells.join(" | ")));
    }

    /// An empty line before what follows, unless there is one.
    fn gap(&mut self) {
        if self.out.last().is_some_and(|last| !last.is_empty() && last != ">") {
            self.out.push(String::new());
        }
    }

    fn write(&mut self, line: &str) {
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
            self.write("```");
        }
    }
}

/// A macro in a line: what stands before it, its name, what it is told, what follows.
type Macro<'l> = (&'l str, &'static str, &'l str, &'l str);

/// What is left of a line, if that is anything.
fn left(rest: &str) -> Vec<String> {
    if rest.trim().is_empty() { Vec::new() } else { vec![rest.to_owned()] }
}

/// The first macro of these in a line.
fn opening<'l>(line: &'l str, names: &'static [&'static str]) -> Option<Macro<'l>> {
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

/// How far a mark may be from its end.
const REACH: usize = 2000;

/// So many bytes of a page are gone through at most to find the ends of marks.
const BUDGET: usize = 64 << 20;

/// A line of text under way.
struct Line<'b> {
    out: String,
    budget: &'b mut usize,
}

/// A line of text.
fn inline(text: &str, budget: &mut usize) -> String {
    let mut line = Line { out: String::with_capacity(text.len() + 8), budget };
    let mut rest = text.trim();
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '{' => line.braced(rest),
            '[' => line.linked(rest),
            '!' => line.pictured(rest),
            '\\' => line.broken(rest),
            '*' | '_' | '-' | '+' if !before.is_alphanumeric() => line.marked(c, rest),
            _ => 0,
        };
        let taken = if taken > 0 {
            taken
        } else {
            let after = rest[c.len_utf8()..].chars().next().unwrap_or(' ');
            line.out.extend(is_mark(c, before, after).then_some('\\'));
            line.out.push(c);
            c.len_utf8()
        };
        before = rest[..taken].chars().next_back().unwrap_or(' ');
        rest = &rest[taken..];
    }
    line.out
}

impl Line<'_> {
    /// What stands before `end`, if that is near.
    fn until<'r>(&mut self, rest: &'r str, end: &str) -> Option<&'r str> {
        let near = &rest[..rest.floor_char_boundary(REACH)];
        if *self.budget < near.len() {
            return None;
        }
        let found = near.find(end);
        *self.budget -= found.unwrap_or(near.len());
        found.map(|at| &rest[..at])
    }

    /// `{{code}}`, or a macro.
    fn braced(&mut self, rest: &str) -> usize {
        if let Some(inside) = rest.strip_prefix("{{")
            && let Some(text) = self.until(inside, "}}")
        {
            self.out.push_str(&code(text.trim()));
            return text.len() + 4;
        }
        let Some(inside) = self.until(&rest[1..], "}") else { return 0 };
        let name = inside.split(':').next().unwrap_or_default();
        if name == "status" {
            let title = inside.split(['|', ':']).find_map(|part| part.strip_prefix("title="));
            let title = title.map(|title| format!("**[{}]**", escaped(title)));
            self.out.push_str(&title.unwrap_or_default());
            return inside.len() + 2;
        }
        if name == "mailto" || name == "jira" {
            self.out.push_str(&escaped(inside.split_once(':').map_or("", |(_, text)| text)));
            return inside.len() + 2;
        }
        if SILENT.contains(&name) { inside.len() + 2 } else { 0 }
    }

    /// `[text|target]`, `[target]`, `[~user]`, `[^file]`
    fn linked(&mut self, rest: &str) -> usize {
        let Some(inside) = self.until(&rest[1..], "]").filter(|it| !it.trim().is_empty()) else {
            return 0;
        };
        let (text, target) = inside.split_once('|').unwrap_or(("", inside));
        let target = target.split('|').next().unwrap_or_default().trim();
        if let Some(user) = target.strip_prefix('~') {
            let name = if text.is_empty() { format!("@{user}") } else { escaped(text) };
            self.out.push_str(&name);
            return inside.len() + 2;
        }
        let target = target.strip_prefix('^').unwrap_or(target);
        // `SPACE:Page` is a page elsewhere, `https://…` is not.
        let page = match target.split_once(':') {
            Some((space, page)) if !page.starts_with("//") && space != "mailto" => page,
            _ => target,
        };
        let shown = if text.is_empty() { page.trim_start_matches('#') } else { text };
        self.out.push_str(&link(&escaped(shown.trim()), page));
        inside.len() + 2
    }

    /// `!picture.png|width=200!`
    fn pictured(&mut self, rest: &str) -> usize {
        let Some(inside) = self.until(&rest[1..], "!") else { return 0 };
        let file = inside.split('|').next().unwrap_or_default().trim();
        if !file.contains('.') || file.contains(char::is_whitespace) || file.ends_with('.') {
            return 0;
        }
        let name = file.rsplit('/').next().unwrap_or(file);
        self.out.push_str(&image(name.trim_start_matches('^'), file.trim_start_matches('^')));
        inside.len() + 2
    }

    /// `\\\\` ends a line, `\\*` is a star.
    fn broken(&mut self, rest: &str) -> usize {
        if rest.starts_with("\\\\") {
            self.out.push_str("  \n");
            return 2;
        }
        let Some(c) = rest[1..].chars().next().filter(char::is_ascii_punctuation) else { return 0 };
        self.out.extend(['\\', c]);
        2
    }

    /// `*strong*`, `_emphasis_`, `-gone-`, `+inserted+`
    fn marked(&mut self, mark: char, rest: &str) -> usize {
        let mut end = [0; 4];
        let end: &str = mark.encode_utf8(&mut end);
        let Some(inside) = self.until(&rest[1..], end) else { return 0 };
        let after = rest[inside.len() + 2..].chars().next().unwrap_or(' ');
        let close = !inside.is_empty()
            && !inside.starts_with(char::is_whitespace)
            && !inside.ends_with(char::is_whitespace)
            && !inside.contains(['[', '{'])
            && !after.is_alphanumeric();
        if !close {
            return 0;
        }
        let marks = match mark {
            '*' => "**",
            '_' => "_",
            '-' => "~~",
            _ => "",
        };
        let _ = write!(self.out, "{marks}{}{marks}", escaped(inside));
        inside.len() + 2
    }
}
