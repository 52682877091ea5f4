//! Other tools' files through the whole program.

use std::path::{Path, PathBuf};

use crate::desk::Desk;

mod mail;

/// A real file, where those are at hand.
pub(crate) fn specimen(name: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).join(name);
    path.exists().then_some(path)
}

/// Imports a place, which `auto` takes for `format`, and again, which changes nothing; takes it back,
/// which leaves everything as it was before. What the first import said is given back.
pub(crate) fn settles(format: &str, path: &Path) -> String {
    let desk = Desk::new();
    desk.ok("new Something");
    let (before, path) = (desk.ok("export jsonl"), path.display().to_string());
    let import = |how: &str, n: u8| desk.run(&format!("import {how} {path} --rejects rejects-{n}"));
    let first = import("auto", 1);
    assert!(matches!(first.code, 0 | 7), "{path}: {}", first.stderr);
    assert!(first.stderr.contains(&format!(" is taken for {format}\n")), "{}", first.stderr);
    let after = desk.ok("export jsonl");
    assert_ne!(before, after, "{path}");
    let again = import(format, 2);
    assert!(again.stdout.starts_with("✓ 0 tickets added, 0 messages"), "{}", again.stdout);
    assert_eq!(desk.ok("export jsonl"), after, "{path}");
    desk.ok("undo");
    assert_eq!(desk.ok("export jsonl"), before, "{path}");
    first.stdout
}
