//! Text that was encoded twice: UTF-8 that a program took for Windows-1252 and encoded again, so that
//! `“` reads `â€œ`.

use encoding_rs::WINDOWS_1252;

/// Mends the texts of a file if it is unmistakable that they were encoded twice: whatever is not
/// ASCII reads as UTF-8 once it is taken for bytes, but for a few that lost a byte on the way. Says
/// whether it did.
pub(super) fn mend<'t>(texts: impl Iterator<Item = &'t mut String>) -> bool {
    let mut texts: Vec<&mut String> = texts.filter(|text| !text.is_ascii()).collect();
    let (mut mended, mut whole) = (0usize, 0usize);
    for run in texts.iter().flat_map(|text| runs(text)) {
        match once(run) {
            Some(_) => mended += 1,
            // What begins as such a text does and lost its end says neither.
            None if run.starts_with(['â', 'Ã', 'Â', 'ð']) => {}
            None => whole += 1,
        }
    }
    if mended < 2 || whole * 4 > mended {
        return false;
    }
    for text in &mut texts {
        let mut all = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = rest.find(|c: char| !c.is_ascii()) {
            let (plain, from) = rest.split_at(at);
            let end = from.find(|c: char| c.is_ascii()).unwrap_or(from.len());
            all.push_str(plain);
            all.push_str(once(&from[..end]).as_deref().unwrap_or(&from[..end]));
            rest = &from[end..];
        }
        all.push_str(rest);
        **text = all;
    }
    true
}

/// The parts of a text that are not ASCII.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_ascii()).filter(|run| !run.is_empty())
}

/// What a run was before it was encoded again, if that is what happened.
fn once(run: &str) -> Option<String> {
    let (bytes, _, lost) = WINDOWS_1252.encode(run);
    if lost {
        return None;
    }
    std::str::from_utf8(&bytes).ok().map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(texts: &[&str]) -> Option<Vec<String>> {
        let mut texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        mend(texts.iter_mut()).then_some(texts)
    }

    #[test]
    fn only_what_was_surely_encoded_twice_is_mended() {
        let texts = ["Form Fails â€” No Response", "Ã¼ber", "a â€œbâ€ c", "plain"];
        let expected = ["Form Fails — No Response", "über", "a “bâ€ c", "plain"];
        assert_eq!(mended(&texts).unwrap(), expected);
        for texts in [
            &["über", "naïve café", "Ã©"][..],
            &["Ã¼"],
            &["日本語", "“quoted”"],
            &["Ângela", "Âme"],
            &[],
        ] {
            assert_eq!(mended(texts), None, "{texts:?}");
        }
    }
}
