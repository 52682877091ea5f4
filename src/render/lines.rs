//! Lines that fit: painted text measured, cut, and parts joined into lines.
//!
//! The text has passed the gate, so the only escapes in it are the colours of [`Paint`].
//!
//! [`Paint`]: super::style::Paint

use super::gate;

/// `text` cut into what is shown and the colours between.
fn pieces(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let colour = rest.starts_with('\x1b');
        let end = if colour { rest.find('m').map(|at| at + 1) } else { rest.find('\x1b') };
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        (!piece.is_empty()).then_some((piece, colour))
    })
}

/// How many columns a painted text takes.
pub(super) fn width(text: &str) -> usize {
    pieces(text).filter(|(_, colour)| !colour).map(|(piece, _)| gate::width(piece)).sum()
}

/// A painted text cut to `columns`, with `…` where something is missing; its colours all end.
pub(super) fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut left = columns.saturating_sub(1);
    let (mut cut, mut over) = (String::with_capacity(text.len()), false);
    for (piece, colour) in pieces(text) {
        if colour {
            cut.push_str(piece);
        } else if !over {
            let part = gate::cut(piece, left);
            cut.push_str(part);
            left -= gate::width(part);
            over = part.len() < piece.len();
            cut.push_str(if over && columns > 0 { "…" } else { "" });
        }
    }
    cut
}

/// Parts side by side with `between` them, in as many lines of `columns` as they take. A part that
/// is too long even alone is cut.
pub(super) fn joined(parts: &[String], between: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        let room = |line: &String| width(line) + gate::width(between) + width(part) <= columns;
        match lines.last_mut().filter(|line| room(line)) {
            Some(line) => line.extend([between, part]),
            None => lines.push(fit(part, columns)),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::style::Paint;
    use super::*;

    #[test]
    fn painted_text_is_measured_and_cut_by_what_is_seen() {
        let red = Paint(true).red("日本語");
        assert_eq!((width(&red), width("日本語 x"), width("")), (6, 8, 0));
        assert_eq!(fit(&red, 6), red);
        assert_eq!(fit(&red, 5), Paint(true).red("日本…"));
        assert_eq!(fit(&format!("{red} and {red}"), 9), format!("{red} a…\x1b[1;31m\x1b[0m"));
        assert_eq!((fit("abc", 1), fit("abc", 0)), ("…".to_owned(), String::new()));
    }

    #[test]
    fn parts_stand_side_by_side_as_far_as_they_fit() {
        let parts =
            |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
        let three = parts(&["one", "two", "three"]);
        assert_eq!(joined(&three, " · ", 80), ["one · two · three"]);
        assert_eq!(joined(&three, " · ", 9), ["one · two", "three"]);
        assert_eq!(joined(&three, " · ", 4), ["one", "two", "thr…"]);
        assert_eq!(joined(&[], " · ", 4), [""; 0]);
    }
}
