//! Text as search sees it: words without case and accents, and pairs of characters where a script
//! puts no spaces between words.
//!
//! A text is cut into *words*. In most scripts that is a run of letters and digits. In Chinese,
//! Japanese, Korean, Thai and their like every two characters side by side are a word, and the last
//! one of a run is one alone, so that any two characters or more are found wherever they stand.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Stands between texts that no phrase may span; never part of a word.
pub const BREAK: &str = "\n¶\n";

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word, folded.
    pub text: String,
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// A letter or digit with the marks that belong to it.
struct Unit {
    folded: String,
    start: usize,
    end: usize,
}

/// A run of more units is taken for several: no word is so long, and it would fill the memory.
const RUN_MAX: usize = 1 << 16;

/// A run of units without anything between them.
#[derive(Default)]
struct Run {
    units: Vec<Unit>,
    /// Every two are a word.
    paired: bool,
}

/// The words of `text`, in order.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    each_run(text, &mut |run| run.words(&mut words));
    words
}

/// The runs of letters and digits of `text`, folded, whole in any script.
#[must_use]
pub fn runs(text: &str) -> Vec<String> {
    let mut runs = Vec::new();
    each_run(text, &mut |run| runs.push(run.units.into_iter().map(|unit| unit.folded).collect()));
    runs
}

/// `text` in the form that is indexed: its words with spaces between them.
///
/// Text that is all ASCII stays as it is: the index folds and cuts it just so.
#[must_use]
pub fn indexed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut words = Vec::new();
    each_run(text, &mut |run| {
        run.words(&mut words);
        for word in words.drain(..) {
            out.push_str(&word.text);
            out.push(' ');
        }
    });
    Cow::Owned(out)
}

fn each_run(text: &str, sink: &mut dyn FnMut(Run)) {
    let mut run = Run::default();
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        match kind(c) {
            Kind::Joined => {
                if let Some(last) = run.units.last_mut() {
                    last.end = end;
                    if !is_accent(c) && !is_ignored(c) {
                        fold(c, &mut last.folded);
                        last.folded = last.folded.nfc().collect();
                    }
                }
            }
            Kind::Letter(paired) => {
                let ends = run.paired != paired || run.units.len() >= RUN_MAX;
                if ends && !run.units.is_empty() {
                    sink(std::mem::take(&mut run));
                }
                run.paired = paired;
                let mut folded = String::new();
                fold(c, &mut folded);
                if !folded.is_ascii() {
                    folded = folded.nfc().collect();
                }
                run.units.push(Unit { folded, start, end });
            }
            Kind::Other if run.units.is_empty() => {}
            Kind::Other => sink(std::mem::take(&mut run)),
        }
    }
    if !run.units.is_empty() {
        sink(run);
    }
}

impl Run {
    fn words(&self, words: &mut Vec<Word>) {
        let units = &self.units;
        let word = |part: &[Unit]| Word {
            text: part.iter().map(|unit| unit.folded.as_str()).collect(),
            start: part.first().map_or(0, |unit| unit.start),
            end: part.last().map_or(0, |unit| unit.end),
        };
        if self.paired {
            words.extend((0..units.len()).map(|i| word(&units[i..units.len().min(i + 2)])));
        } else {
            words.push(word(units));
        }
    }
}

enum Kind {
    /// A letter, digit or pictograph; `true` in scripts without spaces.
    Letter(bool),
    /// It belongs to the letter before it.
    Joined,
    /// It ends a word.
    Other,
}

fn kind(c: char) -> Kind {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() { Kind::Letter(false) } else { Kind::Other };
    }
    if is_combining_mark(c) || is_ignored(c) || goes_on(c) {
        return Kind::Joined;
    }
    if is_unspaced(c) {
        return Kind::Letter(true);
    }
    let mut folded = String::new();
    fold(c, &mut folded);
    if c.is_alphanumeric() && !folded.is_empty() { Kind::Letter(false) } else { Kind::Other }
}

/// Adds `c` as it is compared: its compatible form (full-width is half-width), lower case, without
/// accents.
fn fold(c: char, to: &mut String) {
    if c.is_ascii() {
        return to.push(c.to_ascii_lowercase());
    }
    let mut one = |c: char| match c {
        c if is_accent(c) || is_ignored(c) => {}
        'ß' => to.push_str("ss"),
        'æ' => to.push_str("ae"),
        'œ' => to.push_str("oe"),
        'đ' | 'ð' => to.push('d'),
        'ł' => to.push('l'),
        'ø' => to.push('o'),
        'ħ' => to.push('h'),
        'ı' => to.push('i'),
        'ς' => to.push('σ'),
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => {}
        c if c.is_alphanumeric() || is_combining_mark(c) || is_unspaced(c) => to.push(c),
        _ => {}
    };
    decompose_compatible(c, |part| {
        for lower in part.to_lowercase() {
            // Lower case may bring an accent of its own: İ.
            decompose_compatible(lower, &mut one);
        }
    });
}

/// Marks that make no other letter where they are used: acute, umlaut, háček and so on.
fn is_accent(c: char) -> bool {
    matches!(u32::from(c), 0x300..=0x36f | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff
        | 0xfe20..=0xfe2f)
}

/// The half-width marks of kana, and the vowels and final consonants of Korean written letter by
/// letter: with the letter before they are one character.
fn goes_on(c: char) -> bool {
    matches!(u32::from(c), 0xff9e | 0xff9f | 0x1160..=0x11ff | 0xd7b0..=0xd7ff)
}

/// Invisible, and inside a word without a meaning for search: soft hyphen, joiners, variations.
fn is_ignored(c: char) -> bool {
    matches!(u32::from(c), 0xad | 0x200c | 0x200d | 0x2060 | 0xfe00..=0xfe0f)
}

/// Characters of scripts that put no spaces between words, Korean (whose words grow endings), and
/// pictographs.
fn is_unspaced(c: char) -> bool {
    let letters = matches!(u32::from(c), 0xe00..=0xeff | 0x1000..=0x109f | 0x1780..=0x17ff
        | 0x19e0..=0x19ff | 0x1a20..=0x1aaf | 0x1100..=0x11ff | 0x2e80..=0x2fdf | 0x3005..=0x3007
        | 0x3021..=0x3029 | 0x3031..=0x3035 | 0x3041..=0x3096 | 0x309d..=0x309f | 0x30a1..=0x30fa
        | 0x30fc..=0x30ff | 0x3105..=0x318e | 0x31a0..=0x31bf | 0x31f0..=0x31ff | 0x3400..=0x4dbf
        | 0x4e00..=0x9fff | 0xa960..=0xa97f | 0xac00..=0xd7ff | 0xf900..=0xfaff | 0xff66..=0xff9d
        | 0xffa1..=0xffdc | 0x1b000..=0x1b16f | 0x20000..=0x3ffff);
    let pictures = matches!(u32::from(c), 0x231a..=0x23ff | 0x2600..=0x27bf | 0x2b00..=0x2bff | 0x1f000..=0x1faff);
    (letters && c.is_alphanumeric()) || pictures
}

/// Letters of Thai, Lao, Khmer and their like.
fn takes_marks(c: char) -> bool {
    matches!(u32::from(c), 0xe00..=0xeff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x19e0..=0x1aaf)
}

/// Words that follow one another: what a word or a "phrase" of a query looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The words, folded; never empty.
    pub words: Vec<String>,
    /// The last word may go on: `crash*`.
    pub open: bool,
}

impl Phrase {
    /// What `text` looks for; none when it holds no letter, digit or pictograph.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut open = text.trim_end().ends_with('*');
        let mut found = Vec::new();
        let (mut paired, mut last, mut marked) = (false, 0, false);
        each_run(text, &mut |run| {
            (paired, last) = (run.paired, run.units.len());
            marked = run.units.last().is_some_and(|unit| unit.folded.starts_with(takes_marks));
            run.words(&mut found);
        });
        let mut words: Vec<String> = found.into_iter().map(|word| word.text).collect();
        if paired {
            // The text looked for may end where the run it is found in goes on, and so may its
            // last letter where vowels and tones are marks on it.
            open = last == 1 || marked;
            if last > 1 {
                words.pop();
            }
        }
        (!words.is_empty()).then_some(Self { words, open })
    }

    /// Where the phrase stands among `words`: the first and the last word of each place.
    #[must_use]
    pub fn places(&self, words: &[Word]) -> Vec<(usize, usize)> {
        let last = self.words.len() - 1;
        let fits = |start: usize| {
            self.words.iter().enumerate().all(|(i, wanted)| {
                let word = words[start + i].text.as_str();
                word == wanted || (i == last && self.open && word.starts_with(wanted.as_str()))
            })
        };
        let starts = (words.len() + 1).saturating_sub(self.words.len());
        (0..starts).filter(|start| fits(*start)).map(|start| (start, start + last)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    fn finds(query: &str, text: &str) -> bool {
        Phrase::read(query).is_some_and(|phrase| !phrase.places(&words(text)).is_empty())
    }

    #[test]
    fn case_accents_and_widths_are_folded() {
        assert_eq!(split("Größe, ÉCOLE Ｌｏｇｉｎ"), ["grosse", "ecole", "login"]);
        assert_eq!(split("Đăng nhập thất bại"), ["dang", "nhap", "that", "bai"]);
        assert_eq!(split("Не РАБОТАЕТ ёлка"), ["не", "работает", "елка"]);
        assert_eq!(split("İstanbul ΟΔΟΣ οδος"), ["istanbul", "οδοσ", "οδοσ"]);
        assert_eq!(split("e\u{301}cole so\u{ad}ft"), ["ecole", "soft"]);
        assert_eq!(split("v1.8.2 foo_bar a@b.c"), ["v1", "8", "2", "foo", "bar", "a", "b", "c"]);
        assert_eq!(split("हिन्दी"), ["हिन्दी"]);
    }

    #[test]
    fn scripts_without_spaces_are_cut_into_pairs() {
        assert_eq!(split("登录失败"), ["登录", "录失", "失败", "败"]);
        assert_eq!(split("tix東京で"), ["tix", "東京", "京で", "で"]);
        assert_eq!(split("ﾛｸﾞ"), split("ログ"));
        assert_eq!(split("か\u{3099}き"), split("がき"));
    }

    #[test]
    fn two_characters_side_by_side_are_found() {
        for wanted in
            ["登录", "录失", "失败", "登录失败", "败", "登", "录失败", "tix", "版tix", "2.0版tix"]
        {
            assert!(finds(wanted, "登录失败 2.0版tix"), "{wanted}");
        }
        for absent in ["登失", "录登", "失败了", "tix版", "版ti"] {
            assert!(!finds(absent, "登录失败 2.0版tix"), "{absent}");
        }
        assert!(finds("東京abc", "今日は東京abcへ"));
        assert!(finds("🔥", "it burns 🔥🔥") && finds("⭐", "five ⭐"));
        assert!(!finds("か", "がき") && finds("が", "がき"));
    }

    #[test]
    fn a_korean_character_is_one_however_it_is_written() {
        let apart: String = "로그인".nfd().collect();
        assert_eq!(split(&apart), split("로그인"));
        assert!(finds("그인", &apart) && finds(&apart, "로그인 실패") && !finds("이", &apart));
    }

    #[test]
    fn a_thai_letter_is_found_with_and_without_its_marks() {
        for wanted in ["ท", "ที", "ที่", "นท", "นที่ดี", "ดี", "ด"]
        {
            assert!(finds(wanted, "วันที่ดี"), "{wanted}");
        }
        assert!(!finds("ทด", "วันที่ดี") && !finds("ดี่", "วันที่ดี"));
    }

    #[test]
    fn a_star_lets_the_last_word_go_on() {
        assert!(finds("cra*", "it crashes") && !finds("cra", "it crashes"));
        assert!(finds("null poi*", "a null pointer") && !finds("nul pointer", "a null pointer"));
        assert!(finds("foo-bar", "foo bar") && !finds("foo-bar", "bar foo"));
        assert_eq!(Phrase::read("*** -> ++"), None);
    }

    #[test]
    fn words_stand_where_they_say() {
        let text = "A Größe\u{301} 登录失";
        let spans: Vec<&str> = words(text).iter().map(|word| &text[word.start..word.end]).collect();
        assert_eq!(spans, ["A", "Größe\u{301}", "登录", "录失", "失"]);
    }
}
