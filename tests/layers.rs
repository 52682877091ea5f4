//! The architecture, checked: which module may import which, and who may touch the world outside.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;

/// Modules of the same rank never import each other; all others import downwards only.
const RANKS: [(&str, usize); 23] = [
    ("error", 0),
    ("domain", 1),
    ("view", 2),
    ("config", 2),
    ("io", 1),
    ("seal", 2),
    ("keys", 2),
    ("env", 3),
    ("backups", 3),
    ("drafts", 3),
    ("store", 3),
    ("import", 3),
    ("export", 3),
    ("sync", 4),
    ("hook", 3),
    ("prompt", 3),
    ("render", 3),
    ("cx", 4),
    ("commands", 5),
    ("cli", 6),
    ("help", 6),
    ("lib", 7),
    ("main", 7),
];

const LINES_MAX: usize = 500;

/// What only these files may name, and why. A folder ends in a slash.
const ONLY: [(&[&str], &[&str], &str); 3] = [
    (&["rusqlite"], &["src/store/", "src/error.rs"], "only the store speaks SQL"),
    (
        &["env::var", "env::args", "SystemTime", "Utc::now", "Local::now", "getrandom"],
        &["src/env.rs"],
        "the environment, the clock and chance are read once, in env.rs",
    ),
    (
        &["println!", "print!", "stdout()"],
        &["src/render/", "src/render.rs", "src/io.rs"],
        "only render writes answers, through io",
    ),
];

/// The only place whose code the compiler does not check: a file system that fails on demand.
const UNCHECKED: &str = "tests/vfs";

fn rank(module: &str) -> Option<usize> {
    RANKS.iter().find(|(name, _)| *name == module).map(|(_, rank)| *rank)
}

/// `src/store/read.rs` stands in `store`, `src/cx.rs` in `cx`.
fn module_of(path: &str) -> &str {
    let inside = path.trim_start_matches("src/");
    inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs")
}

/// The text of each line that is code: no comments, and of test modules nothing.
fn code(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let tests = source.find("#[cfg(test)]\nmod ").unwrap_or(source.len());
    code_of(&source[..tests])
}

/// The same with the tests.
fn code_of(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = source.lines().enumerate();
    lines.filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(i, line)| (i + 1, line))
}

/// The top-level modules that `use crate::{a::X, b}` or `crate::a::X` name, with their lines.
fn imports(source: &str) -> Vec<(usize, String)> {
    let mut text = String::new();
    let mut starts = Vec::new();
    for (number, line) in code(source) {
        starts.push((text.len(), number));
        text += line;
        text.push('\n');
    }
    let mut found = Vec::new();
    for (place, path) in text.match_indices("crate::") {
        let within = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        if text[..place].ends_with(within) {
            continue;
        }
        let line = starts.iter().rev().find(|(start, _)| *start <= place).map_or(0, |(_, n)| *n);
        let rest = &text[place + path.len()..];
        let mut name = |text: &str| {
            let name: String = text.trim().chars().take_while(|c| within(*c)).collect();
            found.push((line, name));
        };
        match rest.strip_prefix('{') {
            Some(group) => branches(group).into_iter().for_each(|branch| name(&branch)),
            None => name(rest),
        }
    }
    found
}

/// The paths of a `{…}` group, cut at its own commas, inner groups left out.
fn branches(group: &str) -> Vec<String> {
    let (mut depth, mut branches) = (0, vec![String::new()]);
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => branches.push(String::new()),
            c if depth == 0 => branches.last_mut().unwrap().push(c),
            _ => {}
        }
    }
    branches.retain(|branch| !branch.trim().is_empty());
    branches
}

/// Everything that is wrong with a file, as `path:line: what`.
fn faults(path: &str, source: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fault = |line: usize, what: String| faults.push(format!("{path}:{line}: {what}"));
    let length = source.lines().count();
    if length > LINES_MAX {
        fault(length, format!("a file has at most {LINES_MAX} lines"));
    }
    // Put together, so that this file does not hold them.
    let unfinished = [["db", "g!"], ["to", "do!"], ["unimple", "mented!"], ["fix", "me"]];
    for (i, line) in source.lines().enumerate() {
        let lower = line.to_lowercase();
        for word in unfinished.iter().map(|parts| parts.concat()) {
            if words(&lower, &word) {
                fault(i + 1, format!("`{word}` is left over"));
            }
        }
    }
    let unchecked = ["un", "safe"].concat();
    for (number, line) in code_of(source).filter(|_| !path.starts_with(UNCHECKED)) {
        if whole_words(line, &unchecked) {
            fault(number, format!("`{unchecked}` stands only in {UNCHECKED}"));
        }
    }
    let tests = path.split('/').any(|part| part == "tests" || part == "tests.rs");
    if tests || !path.starts_with("src/") {
        return faults;
    }
    for (number, line) in code(source) {
        for (words_of, allowed, why) in ONLY {
            let here = allowed.iter().any(|place| path == *place || path.starts_with(place));
            for word in words_of.iter().filter(|word| !here && words(line, word)) {
                fault(number, format!("`{word}`: {why}"));
            }
        }
    }
    let own = module_of(path);
    let Some(ours) = rank(own) else {
        fault(1, format!("module `{own}` has no rank in tests/layers.rs"));
        return faults;
    };
    for (line, name) in imports(source) {
        // `crate::run` and such are lib.rs itself.
        let theirs = rank(&name).unwrap_or(7);
        if name != own && theirs >= ours && ours < 7 {
            fault(line, format!("`{own}` ({ours}) may not import `{name}` ({theirs})"));
        }
    }
    faults
}

/// Does `text` hold `word`, not as the end of a longer one?
fn words(text: &str, word: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(place, _)| !text[..place].ends_with(inside))
}

/// Does `text` hold `word`, and not as a part of another?
fn whole_words(text: &str, word: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(place, _)| {
        !text[..place].ends_with(inside)
            && !text[place + word.len()..].starts_with(|c| inside(c) || c == '-')
    })
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|name| name == "rs") {
            let inside = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
            let name = inside.to_str().unwrap().replace('\\', "/");
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn modules_import_downwards_and_only_the_edges_touch_the_world() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src", "tests", "benches", "fuzz"] {
        sources(&root.join(folder), &mut found);
    }
    assert!(found.len() > 10, "no sources below {}", root.display());
    let mut faults: Vec<String> =
        found.iter().flat_map(|(path, source)| faults(path, source)).collect();
    faults.sort();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_check_finds_what_it_is_for() {
    let (leftover, unfinished) = (concat!("// FIX", "ME: later"), concat!("    to", "do!()"));
    let unchecked = concat!("    un", "safe { x() }");
    let wrong = [
        ("src/domain/ids.rs", "use crate::store::Store;", 1),
        (
            "src/store/mod.rs",
            "use crate::{\n    domain::ids,\n    import::{Item, cx},\n    cx::Cx,\n};",
            1,
        ),
        ("src/view.rs", "\n\nfn f() -> crate::config::Config {}", 3),
        ("src/render/human.rs", "pub(crate) use crate::prompt;", 1),
        ("src/error.rs", "use crate::domain::ids::Uid;", 1),
        ("src/cx.rs", "use crate::run;", 1),
        ("src/magic.rs", "", 1),
        ("src/import/mod.rs", "\nuse rusqlite::Connection;", 2),
        ("src/cx.rs", "let home = std::env::var_os(\"HOME\");", 1),
        ("src/commands/new.rs", "let now = chrono::Utc::now();", 1),
        ("src/commands/new.rs", "println!();", 1),
        ("src/cli.rs", "std::io::stdout().flush()", 1),
        ("tests/it/main.rs", leftover, 1),
        ("src/cx.rs", unfinished, 1),
        ("src/io.rs", &"\n".repeat(501), 501),
        ("src/io.rs", unchecked, 1),
        ("tests/it/main.rs", unchecked, 1),
    ];
    for (path, source, line) in wrong {
        let found = faults(path, source);
        assert!(!found.is_empty(), "{path}: {source}");
        assert!(found[0].starts_with(&format!("{path}:{line}: ")), "{found:?}");
    }
    // Both of the wrong branches are named, the right one is not.
    assert_eq!(faults(wrong[1].0, wrong[1].1).len(), 2);
}

#[test]
fn the_check_lets_pass_what_is_right() {
    let right = [
        ("src/store/read.rs", "use crate::{domain::ids::Uid, view};\nuse crate::store::list;"),
        ("src/store/mod.rs", "use rusqlite::Connection;"),
        ("src/lib.rs", "pub use crate::cli::run;"),
        ("src/io.rs", "std::io::stdout()"),
        ("src/import/jsonl/tests/desk.rs", "use crate::store::Store;"),
        ("src/commands/new.rs", "eprintln!(); // not an answer"),
        (
            "src/view.rs",
            "/// See `crate::store`.\n#[cfg(test)]\nmod tests {\n    use crate::store;\n}",
        ),
        ("src/domain/words.rs", "$crate::store::X; subcrate::store::X"),
        ("tests/vfs/mod.rs", concat!("un", "safe { x() }")),
        ("src/lib.rs", concat!("#![forbid(un", "safe_code)]")),
    ];
    for (path, source) in right {
        assert_eq!(faults(path, source), [""; 0]);
    }
}
