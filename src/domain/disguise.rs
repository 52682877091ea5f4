//! Names and addresses that pass for others: letters of several scripts where people use one, and
//! letters of one script that look like those of another.
//!
//! The rules are those of Unicode UTS #39. A part of an address is one script, or what Chinese,
//! Japanese and Korean are written in beside Latin ("highly restrictive"); a word of a name may add
//! any script that has no letters like Latin ones ("moderately restrictive"). Words of a name are
//! looked at one by one: there is nothing odd about `Владимир Smith`.

use std::collections::BTreeSet;

use unicode_script::{Script, UnicodeScript};
use unicode_security::skeleton;

use super::person::Person;

/// Scripts that are written beside each other, and beside Latin.
const TOGETHER: [&[Script]; 3] = [
    &[Script::Latin, Script::Han, Script::Hiragana, Script::Katakana],
    &[Script::Latin, Script::Han, Script::Bopomofo],
    &[Script::Latin, Script::Han, Script::Hangul],
];

/// Scripts with letters that look like Latin ones.
const LIKE_LATIN: [Script; 5] =
    [Script::Cyrillic, Script::Greek, Script::Cherokee, Script::Coptic, Script::Armenian];

/// What is odd about how somebody is called, in words: `mixed scripts`, `looks like apple.com`.
#[must_use]
pub fn disguise(name: Option<&str>, email: Option<&str>) -> Option<String> {
    let email = email.filter(|email| !email.is_ascii());
    let name = name.filter(|name| !name.is_ascii() && is_mixed(name));
    email.and_then(address).or_else(|| name.map(|_| mixed()))
}

/// A person as they are called, with what is odd about that: `Pаypal <a@b.example> ⚠ mixed scripts`.
#[must_use]
pub fn marked(shown: &str, person: &Person) -> String {
    let odd = disguise(person.name.as_deref(), person.email.as_deref());
    odd.map_or_else(|| shown.to_owned(), |odd| format!("{shown} {MARK} {odd}"))
}

/// Stands before what is odd.
pub const MARK: &str = "⚠";

fn mixed() -> String {
    "mixed scripts".to_owned()
}

fn address(email: &str) -> Option<String> {
    let parts = |text: &str| text.split(['@', '.', '-', '+', '_']).any(|part| !fits(part, false));
    if parts(email) {
        return Some(mixed());
    }
    let (_, domain) = email.rsplit_once('@')?;
    // A domain that is in another script throughout, its end included, does not pass for Latin.
    let end = domain.rsplit('.').next()?;
    if domain.is_ascii() || !end.is_ascii() {
        return None;
    }
    // Letter by letter: in a skeleton `m` is `rn`.
    let mut like = String::new();
    for c in domain.chars() {
        if c.is_ascii() {
            like.push(c);
        } else {
            like.extend(skeleton(c.encode_utf8(&mut [0; 4])));
        }
    }
    like.is_ascii().then(|| format!("looks like {like}"))
}

fn is_mixed(name: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c.script() == Script::Inherited;
    name.split(|c| !inside(c)).any(|word| !fits(word, true))
}

/// Is a word in scripts that people write together?
fn fits(word: &str, relaxed: bool) -> bool {
    if word.is_ascii() {
        return true;
    }
    let plain = [Script::Common, Script::Inherited, Script::Unknown];
    let scripts: BTreeSet<&str> = word
        .chars()
        .filter(|c| c.is_alphabetic())
        .map(|c| c.script())
        .filter(|script| !plain.contains(script))
        .map(Script::short_name)
        .collect();
    let are_among =
        |set: &[Script]| scripts.iter().all(|it| set.iter().any(|one| one.short_name() == *it));
    let two = || {
        let alike = LIKE_LATIN.iter().any(|one| scripts.contains(one.short_name()));
        relaxed && scripts.len() == 2 && scripts.contains("Latn") && !alike
    };
    scripts.len() < 2 || TOGETHER.iter().any(|set| are_among(set)) || two()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn odd(text: &str) -> Option<String> {
        let person: Person = text.parse().unwrap();
        disguise(person.name.as_deref(), person.email.as_deref())
    }

    #[test]
    fn what_passes_for_something_else_is_odd() {
        for (text, says) in [
            ("ada@p\u{430}ypal.com", "mixed scripts"),
            ("p\u{430}ypal support", "mixed scripts"),
            ("Micr\u{3bf}soft <x@y.example>", "mixed scripts"),
            ("\u{430}da@acme.example", "mixed scripts"),
            ("x@\u{430}\u{440}\u{440}\u{4cf}\u{435}.com", "looks like apple.com"),
            ("Ada <ada@\u{430}\u{441}\u{43c}\u{435}.example>", ""),
            ("x@exam\u{4e00}ple\u{430}.com", "mixed scripts"),
        ] {
            let expected = Some(says.to_owned()).filter(|says| !says.is_empty());
            assert_eq!(odd(text), expected, "{text}");
        }
    }

    #[test]
    fn how_people_are_called_is_not_odd() {
        for text in [
            "Ada Lovelace <ada@acme.example>",
            "Владимир Smith <v@smith.example>",
            "Владимир Иванов <почта@пример.рф>",
            "Σωκράτης <s@ελλάδα.gr>",
            "山田太郎 (やまだ タロウ) <yamada@例え.jp>",
            "ヤマダ電機 <info@ヤマダ電機.jp>",
            "李明 Ming Li <li@中文.com>",
            "김철수 金 <kim@한국.kr>",
            "José Müller-Łukasiewicz <jose@müller.example>",
            "Nguyễn Văn A <a@b.vn>",
            "O’Brien 🔥 <o@b.example>",
            "עברית <x@דוגמה.co.il>",
            "أحمد محمد <a@مثال.example>",
            "สมชาย <s@ไทย.example>",
            "A股 T恤 <x@卡拉OK.example>",
            "µ-Team <µ@x.example>",
            "Ⅳ <x@y.example>",
        ] {
            assert_eq!(odd(text), None, "{text}");
        }
    }
}
