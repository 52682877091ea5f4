//! Text that flows (RFC 3676): lines that end in a space go on in the next.

/// The paragraphs of a text whose lines flow. With `delsp` the space is no part of it.
pub(super) fn unfolded(text: &str, delsp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // How deep the paragraph is quoted that goes on, if one does.
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|c| *c == b'>').count();
        let rest = &line[depth..];
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        let signature = rest == "-- ";
        if open != Some(depth) || signature {
            if open.is_some() {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
            }
            out.extend(std::iter::repeat_n('>', depth));
            if depth > 0 && !rest.is_empty() {
                out.push(' ');
            }
        }
        let flows = rest.ends_with(' ') && !signature;
        let kept = if flows && delsp { &rest[..rest.len() - 1] } else { rest };
        out.push_str(kept);
        if !flows {
            out.push('\n');
        }
        open = flows.then_some(depth);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::unfolded;

    #[test]
    fn lines_that_end_in_a_space_go_on() {
        for (text, delsp, plain) in [
            ("one \ntwo\nthree\n", false, "one two\nthree\n"),
            ("> one \n> two\n>> three \nfour\n", false, "> one two\n>> three\nfour\n"),
            ("a \n\nb\n", false, "a \nb\n"),
            ("Zei \nchen\n", true, "Zeichen\n"),
            ("Yours \n-- \nAda \nB\n", false, "Yours\n-- \nAda B\n"),
            (" >not quoted\n", false, ">not quoted\n"),
            ("ends \n", false, "ends "),
        ] {
            assert_eq!(unfolded(text, delsp), plain, "{text:?}");
        }
    }
}
