//! Names of files that strangers gave, as they are safe on a disk of ours.

use crate::render;

/// The longest name, in bytes.
const LENGTH_MAX: usize = 100;

/// The longest ending that is kept when a name is cut, its dot included.
const ENDING_MAX: usize = 20;

/// What a file is called whose name leaves nothing.
const NAMELESS: &str = "attachment";

/// Names that mean a device on Windows, whatever follows their first dot.
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// `name` as the name of a file in whatever folder: one that leads nowhere else, hides nothing and is
/// no option of any program.
pub(in crate::commands) fn safe(name: &str) -> String {
    let last = name.split(['/', '\\']).rfind(|part| !part.trim().is_empty()).unwrap_or_default();
    let plain: String = last.chars().map(|c| if is_unfit(c) { '_' } else { c }).collect();
    let mut name = trimmed(&plain).to_owned();
    if name.starts_with(['.', '-', '~']) {
        name.replace_range(..1, "_");
    }
    if is_device(&name) {
        name.insert(0, '_');
    }
    let (stem, ending) = parts(&name);
    let room = LENGTH_MAX - ending.len();
    if stem.len() > room {
        name = format!("{}{ending}", trimmed(&stem[..stem.floor_char_boundary(room)]));
    }
    if name.is_empty() { NAMELESS.to_owned() } else { name }
}

/// The name of the file beside `count - 1` others of the same name: `trace (2).txt`.
pub(super) fn numbered(name: &str, count: u32) -> String {
    let (stem, ending) = parts(name);
    if count == 1 { name.to_owned() } else { format!("{stem} ({count}){ending}") }
}

/// Has it a meaning in a path, to a shell's eyes or on a terminal?
fn is_unfit(c: char) -> bool {
    c.is_control() || render::is_hidden(c) || r#":*?"<>|"#.contains(c)
}

/// Windows drops these at the end, so that two names would be one.
fn trimmed(name: &str) -> &str {
    name.trim_start().trim_end_matches(|c: char| c == '.' || c.is_whitespace())
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let numbered = |device: &str| {
        let rest = stem.strip_prefix(device);
        rest.is_some_and(|rest| rest.chars().count() == 1 && rest.contains(is_digit))
    };
    DEVICES.contains(&stem.as_str()) || numbered("COM") || numbered("LPT")
}

fn is_digit(c: char) -> bool {
    matches!(c, '0'..='9' | '¹' | '²' | '³')
}

/// A name before its ending, and that with its dot.
fn parts(name: &str) -> (&str, &str) {
    let dot = name.rfind('.').filter(|dot| *dot > 0 && name.len() - dot <= ENDING_MAX);
    name.split_at(dot.unwrap_or(name.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_strangers_name_leads_nowhere_else() {
        let long = "火".repeat(100);
        for (name, expected) in [
            ("trace.txt", "trace.txt"),
            ("日本語 メモ.txt", "日本語 メモ.txt"),
            ("../../etc/passwd", "passwd"),
            ("/etc/", "etc"),
            ("C:\\x", "x"),
            ("C:x", "C_x"),
            ("a\\..\\b.txt", "b.txt"),
            ("..", "attachment"),
            (".", "attachment"),
            ("", "attachment"),
            (" \t\n", "attachment"),
            ("///", "attachment"),
            (".bashrc", "_bashrc"),
            ("...x", "_..x"),
            ("-rf", "_rf"),
            ("~root", "_root"),
            (" -rf", "_rf"),
            ("a\nb\r.txt", "a_b_.txt"),
            ("\x1b]0;owned\x07.txt", "_]0;owned_.txt"),
            ("a\u{202e}txt.exe", "a_txt.exe"),
            ("a\u{200b}b\u{feff}", "a_b_"),
            ("a*b?\"<>|.txt", "a_b_____.txt"),
            ("stream:hidden", "stream_hidden"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("com1", "_com1"),
            ("LPT¹.log", "_LPT¹.log"),
            ("Aux .x", "_Aux .x"),
            ("comma", "comma"),
            ("COM12", "COM12"),
            ("ends. . ", "ends"),
            (long.as_str(), &"火".repeat(33)),
            (&format!("{long}.txt"), &format!("{}.txt", "火".repeat(32))),
        ] {
            assert_eq!(safe(name), expected, "{name:?}");
        }
    }

    #[test]
    fn a_second_file_of_a_name_is_numbered_before_its_ending() {
        for (name, second) in [
            ("trace.txt", "trace (2).txt"),
            ("trace", "trace (2)"),
            ("a.tar.gz", "a.tar (2).gz"),
            ("_x", "_x (2)"),
        ] {
            assert_eq!((numbered(name, 1).as_str(), numbered(name, 2).as_str()), (name, second));
        }
    }

    proptest! {
        #[test]
        fn every_name_becomes_a_safe_one(
            name in any::<String>(),
            sharp in r#"[./\\:*?"<>| ~\-a火\u{202e}\u{200b}\n\x1b]{0,150}(\.[a-z]{0,25})?"#,
        ) {
            for name in [&name, &sharp] {
                let safe = safe(name);
                prop_assert!(!safe.is_empty() && safe.len() <= LENGTH_MAX, "{safe:?}");
                prop_assert!(!safe.contains(|c| is_unfit(c) || c == '/' || c == '\\'), "{safe:?}");
                prop_assert!(!safe.starts_with(['.', '-', '~', ' ']), "{safe:?}");
                prop_assert!(!safe.ends_with(['.', ' ']) && !is_device(&safe), "{safe:?}");
                prop_assert_eq!(self::safe(&safe), safe.clone());
                prop_assert_eq!(render::line(&safe), safe.as_str());
            }
        }
    }
}
