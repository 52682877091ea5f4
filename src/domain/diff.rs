//! What an edit changed in a text, line by line.

/// How many pairs of lines are compared at most; a larger change is all lines gone, all lines new.
const PAIRS_MAX: usize = 1 << 20;

/// A line of two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'t> {
    /// In both.
    Kept(&'t str),
    /// Only in the text before.
    Gone(&'t str),
    /// Only in the text after.
    New(&'t str),
}

/// The lines of `before` and `after` in order, as many as possible kept; of a change, what is gone
/// comes first.
#[must_use]
pub fn lines<'t>(before: &'t str, after: &'t str) -> Vec<Line<'t>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let head = old.iter().zip(&new).take_while(same).count();
    let (old, new) = (&old[head..], &new[head..]);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    let (old_middle, end) = old.split_at(old.len() - tail);
    let middle = changed(old_middle, &new[..new.len() - tail]);
    let start = before.lines().take(head).map(Line::Kept);
    start.chain(middle).chain(end.iter().copied().map(Line::Kept)).collect()
}

fn changed<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Line<'t>> {
    let gone = |lines: &[&'t str]| lines.iter().copied().map(Line::Gone).collect::<Vec<_>>();
    let fresh = |lines: &[&'t str]| lines.iter().copied().map(Line::New).collect::<Vec<_>>();
    if old.len().saturating_mul(new.len()) > PAIRS_MAX {
        return [gone(old), fresh(new)].concat();
    }
    let kept = kept(old, new);
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    for (at, to) in kept.into_iter().chain([(old.len(), new.len())]) {
        lines.extend(gone(&old[i..at]));
        lines.extend(fresh(&new[j..to]));
        lines.extend(old.get(at).copied().map(Line::Kept));
        (i, j) = (at + 1, to + 1);
    }
    lines
}

/// The places of the longest row of lines that both have, in both.
fn kept(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    // How long that row is from each pair of places on.
    let mut length = vec![0u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let (below, right) = (length[(i + 1) * width + j], length[i * width + j + 1]);
            let next = length[(i + 1) * width + j + 1] + 1;
            length[i * width + j] = if old[i] == new[j] { next } else { below.max(right) };
        }
    }
    let (mut i, mut j, mut kept) = (0, 0, Vec::new());
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            kept.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if length[(i + 1) * width + j] >= length[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: &str, after: &str) -> String {
        let sign = |line: Line<'_>| match line {
            Line::Kept(text) => format!(" {text}"),
            Line::Gone(text) => format!("-{text}"),
            Line::New(text) => format!("+{text}"),
        };
        lines(before, after).into_iter().map(sign).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_changed_line_is_gone_and_new() {
        assert_eq!(told("a\nb\nc", "a\nB\nc"), " a\n-b\n+B\n c");
        assert_eq!(told("a\nb\nc\nd", "a\nc\nd\ne"), " a\n-b\n c\n d\n+e");
        assert_eq!(told("", "a\n\nb"), "+a\n+\n+b");
        assert_eq!(told("a", ""), "-a");
        assert_eq!(told("a\na", "a\na\na"), " a\n a\n+a");
        assert_eq!(told("same", "same"), " same");
    }

    #[test]
    fn both_texts_are_read_back_from_their_lines() {
        let text = |n: u32, step: u32| -> String {
            let lines = (0..n).map(|i| ((i * step + i / 3) % 7).to_string());
            lines.collect::<Vec<_>>().join("\n")
        };
        for (n, m) in [(0, 5), (30, 31), (40, 12), (1100, 1200)] {
            let (before, after) = (text(n, 3), text(m, 5));
            let (mut old, mut new) = (Vec::new(), Vec::new());
            for line in lines(&before, &after) {
                match line {
                    Line::Kept(text) => {
                        old.push(text);
                        new.push(text);
                    }
                    Line::Gone(text) => old.push(text),
                    Line::New(text) => new.push(text),
                }
            }
            let (old, new) = (old.join("\n"), new.join("\n"));
            assert_eq!((old, new), (before, after), "{n} {m}");
        }
    }
}
