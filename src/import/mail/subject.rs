//! Subjects: what a mail is about, without what programs and lists put before it.

/// What answers and forwarded mails begin with, in the languages of their programs.
const MARKS: [&str; 34] = [
    "re", "fw", "fwd", "aw", "wg", "sv", "vs", "vb", "antw", "antwort", "odp", "tr", "rv", "res",
    "enc", "rif", "ynt", "ilt", "r", "doorst", "vá", "pd", "bls", "trs", "回复", "回覆", "答复",
    "答覆", "转发", "轉寄", "轉發", "返信", "отв", "rép",
];

/// Tags in brackets that say what a mail is, not where it was sent.
const KINDS: [&str; 24] = [
    "patch",
    "rfc",
    "ann",
    "announce",
    "announcement",
    "bug",
    "solved",
    "urgent",
    "vote",
    "result",
    "draft",
    "spam",
    "fixed",
    "security",
    "external",
    "extern",
    "ext",
    "fwd",
    "wip",
    "closed",
    "new",
    "question",
    "help",
    "ot",
];

/// A subject without the marks of answers, and the tags that lists put before it.
pub(super) fn parts(subject: &str) -> (String, Vec<String>) {
    let (mut rest, mut tags) = (subject.trim(), Vec::new());
    loop {
        if let Some(after) = unmarked(rest) {
            rest = after;
        } else if let Some((tag, after)) = tagged(rest) {
            if !tags.iter().any(|known: &String| known.eq_ignore_ascii_case(tag)) {
                tags.push(tag.to_owned());
            }
            rest = after;
        } else {
            break;
        }
    }
    let end = rest.len().saturating_sub(5);
    let forwarded = rest.get(end..).is_some_and(|it| it.eq_ignore_ascii_case("(fwd)"));
    let rest = if forwarded { rest[..end].trim_end() } else { rest };
    (rest.split_whitespace().collect::<Vec<_>>().join(" "), tags)
}

/// A subject without all of that.
pub(super) fn bare(subject: &str) -> String {
    parts(subject).0
}

/// What stands behind `Re:`, `RE[2]:`, `AW :`, `回复：`.
fn unmarked(text: &str) -> Option<&str> {
    let end = text.char_indices().take(20).find(|(_, c)| matches!(c, ':' | '：'));
    let (place, colon) = end?;
    let word = text[..place].trim_end();
    let word = word.trim_end_matches([']', ')']).trim_end_matches(|c: char| c.is_ascii_digit());
    let word = word.trim_end_matches(['[', '(', '*', '^']).trim_end().to_lowercase();
    MARKS.contains(&word.as_str()).then(|| text[place + colon.len_utf8()..].trim_start())
}

/// `[list]`, where that is one word.
fn tagged(text: &str) -> Option<(&str, &str)> {
    let (tag, rest) = text.strip_prefix('[')?.split_once(']')?;
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '&');
    let kind = KINDS.contains(&tag.to_lowercase().as_str());
    let letters = tag.chars().filter(|c| c.is_alphabetic()).count();
    let one = (2..=40).contains(&tag.chars().count()) && tag.chars().all(fits) && letters > 1;
    (one && !kind && !rest.trim().is_empty()).then(|| (tag, rest.trim_start()))
}

/// The name of the list in a `List-Id`: `"R users" <r-help.r-project.org>` is `r-help`.
pub(super) fn list_name(id: &str) -> Option<String> {
    let inside = id.rsplit_once('<').map_or(id, |(_, rest)| rest.trim_end_matches('>'));
    let inside = inside.split_whitespace().last()?;
    let name = inside.split('.').next().unwrap_or_default();
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '+');
    let named = !name.is_empty() && name.chars().all(fits) && name.chars().count() <= 60;
    // What is only a number says nothing.
    (named && name.chars().any(char::is_alphabetic)).then(|| name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_lose_what_was_put_before_them() {
        for (subject, plain, tags) in [
            ("Re: [ILUG] Re: SUBJECT", "SUBJECT", vec!["ILUG"]),
            ("Fwd: AW: Antw : x", "x", vec![]),
            ("RE[2]: Re(3): x (fwd)", "x", vec![]),
            ("回复：转发: 你好", "你好", vec![]),
            ("[PATCH] Re: fix", "[PATCH] Re: fix", vec![]),
            ("[Bug 12] crash", "[Bug 12] crash", vec![]),
            ("[a-b] [a-b] x", "x", vec!["a-b"]),
            ("[list]", "[list]", vec![]),
            ("Re:", "", vec![]),
            ("Reply: this", "Reply: this", vec![]),
            ("R: x", "x", vec![]),
            ("  a \t b ", "a b", vec![]),
        ] {
            assert_eq!(
                parts(subject),
                (plain.to_owned(), tags.iter().map(|t| (*t).to_owned()).collect()),
                "{subject}"
            );
        }
    }

    #[test]
    fn lists_are_named_by_their_id() {
        for (id, name) in [
            ("\"R users\" <r-help.r-project.org>", Some("r-help")),
            ("Irish Linux Users' Group <ilug.linux.ie>", Some("ilug")),
            ("<notmuch.notmuchmail.org>", Some("notmuch")),
            ("dev.ponymail.apache.org", Some("dev")),
            ("<123.x>", None),
            ("", None),
        ] {
            assert_eq!(list_name(id).as_deref(), name, "{id}");
        }
    }
}
