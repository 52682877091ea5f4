//! The markup of messages into Markdown: what stands in angle brackets, and entities.

use super::names::Names;

/// A message's text as Markdown. Everything else that Slack marks reads well as it is.
pub(super) fn markdown(text: &str, names: &Names) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&plain(&rest[..at]));
        rest = &rest[at + 1..];
        // What Slack marks ends on its line; a bracket of its own would be an entity.
        let end = rest.find(['>', '<', '\n']).filter(|end| rest.as_bytes()[*end] == b'>');
        let Some(end) = end else {
            out.push('<');
            continue;
        };
        out.push_str(&marked(&rest[..end], names));
        rest = &rest[end + 1..];
    }
    out.push_str(&plain(rest));
    out
}

/// What stands between two angle brackets.
fn marked(inside: &str, names: &Names) -> String {
    let (what, label) = match inside.split_once('|') {
        Some((what, label)) => (what, Some(plain(label)).filter(|label| !label.is_empty())),
        None => (inside, None),
    };
    if let Some(user) = what.strip_prefix('@') {
        let called = label.unwrap_or_else(|| names.called(user).to_owned());
        return format!("@{}", called.trim_start_matches('@'));
    }
    if let Some(channel) = what.strip_prefix('#') {
        let name = names.channel_name(channel).map(ToOwned::to_owned);
        return format!("#{}", label.or(name).unwrap_or_else(|| channel.to_owned()));
    }
    if let Some(special) = what.strip_prefix('!') {
        let word = special.split('^').next().unwrap_or_default();
        return label.unwrap_or_else(|| format!("@{word}"));
    }
    let address = plain(what);
    if !address.contains(':') {
        return format!("<{}>", plain(inside));
    }
    let bare = address.strip_prefix("mailto:").unwrap_or(&address);
    match label {
        Some(label)
            if label != address && label != bare && !bare.ends_with(&format!("://{label}")) =>
        {
            format!("[{label}]({address})")
        }
        _ => bare.to_owned(),
    }
}

/// Text with the three entities that Slack writes.
pub(super) fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_reads_as_markdown() {
        let names = Names::default();
        for (text, expected) in [
            ("<@U1>: hi <@U2|ada>", "@U1: hi @ada"),
            ("<#C1|dev> <#C2>", "#dev #C2"),
            ("<!here> <!subteam^S1|@ops> <!date^1^{x}|today>", "@here @ops today"),
            (
                "<http://x.example|y> <http://x.example> <http://x.example|x.example>",
                "[y](http://x.example) http://x.example http://x.example",
            ),
            ("<mailto:a@b.example|a@b.example>", "a@b.example"),
            ("a &lt;b&gt; &amp;amp; x", "a <b> &amp; x"),
            ("1 < 2 <", "1 < 2 <"),
            ("<\nhttp://x>", "<\nhttp://x>"),
            ("<b>", "<b>"),
        ] {
            assert_eq!(markdown(text, &names), expected);
        }
    }
}
