//! What tells a text from others: the words by which tickets like it are found.

use super::text::{Phrase, Word, words};

/// How many words of a text are weighed at most: those of the title, then the commonest in it.
const WORDS_MAX: usize = 96;

/// How much of a message is looked at, in bytes: what it is about stands at its beginning. A title
/// is shorter, but in a damaged desk.
const BODY_MAX: usize = 8 << 10;

/// A word of the title counts so often.
const TITLE: u32 = 3;

/// No word counts more often.
const OFTEN: u32 = 4;

/// A text that tickets are compared with.
#[derive(Clone, Debug)]
pub struct Sample {
    text: String,
    words: Vec<Word>,
    /// Those that may tell it from others, those that count most first.
    pub telling: Vec<Telling>,
}

/// A word that may tell a text from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// The word, folded.
    pub word: String,
    /// How often it stands in the title.
    pub title: u32,
    /// How often it stands in the message.
    pub body: u32,
}

impl Telling {
    /// How much it counts.
    #[must_use]
    pub fn weight(&self) -> u32 {
        (self.body + TITLE * self.title).min(OFTEN)
    }
}

impl Sample {
    /// The text of a ticket, or of what might become one.
    #[must_use]
    pub fn of(title: &str, body: &str) -> Self {
        let title = &title[..title.floor_char_boundary(BODY_MAX)];
        let text = format!("{title}\n{}", &body[..body.floor_char_boundary(BODY_MAX)]);
        let words = words(&text);
        let mut telling: Vec<Telling> = Vec::new();
        let mut places = std::collections::HashMap::new();
        let mut last = 0;
        for word in &words {
            // The end of a run of pairs is no word by itself.
            let part = word.end == last;
            last = word.end;
            if part || is_common(&word.text) {
                continue;
            }
            let place = *places.entry(word.text.as_str()).or_insert_with(|| {
                telling.push(Telling { word: word.text.clone(), title: 0, body: 0 });
                telling.len() - 1
            });
            let Telling { title: in_title, body, .. } = &mut telling[place];
            *(if word.start < title.len() { in_title } else { body }) += 1;
        }
        telling.sort_by_key(|word| std::cmp::Reverse((word.title > 0, word.weight())));
        telling.truncate(WORDS_MAX);
        Self { text, words, telling }
    }

    /// How many words it has.
    #[must_use]
    pub fn length(&self) -> u32 {
        u32::try_from(self.words.len()).unwrap_or(u32::MAX)
    }

    /// Those of `wanted`, the most telling first, that stand in `other` too, as they are written
    /// here: side by side in both, they are one.
    #[must_use]
    pub fn shared(&self, wanted: &[&str], other: &[Word]) -> Vec<String> {
        let there: std::collections::HashSet<&str> =
            other.iter().map(|word| word.text.as_str()).collect();
        let mut shared = Vec::new();
        let mut said: Vec<&str> = Vec::new();
        for word in wanted.iter().filter(|word| there.contains(*word)) {
            if said.contains(word) {
                continue;
            }
            let is = |place: &Word| wanted.contains(&place.text.as_str());
            let Some(place) = self.words.iter().position(|place| place.text == *word) else {
                continue;
            };
            let (mut first, mut last) = (place, place);
            while first > 0 && is(&self.words[first - 1]) && self.joined(first, other) {
                first -= 1;
            }
            while last + 1 < self.words.len()
                && is(&self.words[last + 1])
                && self.joined(last + 1, other)
            {
                last += 1;
            }
            let run = &self.words[first..=last];
            said.extend(run.iter().map(|word| word.text.as_str()));
            shared.push(self.text[run[0].start..run[run.len() - 1].end].to_owned());
        }
        shared
    }

    /// Does the word at `place` belong to the one before it, here and somewhere in `other`?
    fn joined(&self, place: usize, other: &[Word]) -> bool {
        let pair = &self.words[place - 1..=place];
        let between = self.text.get(pair[0].end..pair[1].start).unwrap_or_default();
        let words = pair.iter().map(|word| word.text.clone()).collect();
        (between.is_empty() || matches!(between, "-" | "_" | "." | "'" | "/" | ":" | "@" | "#"))
            && !Phrase { words, open: false }.places(other).is_empty()
    }
}

/// Is it a word that texts of any kind have: of English, German, French or Spanish, or of letters
/// in general? Others are known by how many tickets have them.
fn is_common(word: &str) -> bool {
    let mut letters = word.chars();
    // In scripts that are cut into pairs, one character can be a word.
    let single = letters.next().is_some_and(|c| c < '\u{e00}') && letters.next().is_none();
    single || COMMON.binary_search(&word).is_ok()
}

/// Folded, and in order.
#[rustfmt::skip]
const COMMON: [&str; 407] = [
    "aber", "about", "above", "after", "again", "al", "all", "already", "als", "also", "although",
    "always", "am", "an", "and", "any", "anybody", "anyone", "anything", "are", "aren", "as", "at",
    "au", "auch", "auf", "aus", "aux", "avec", "be", "because", "been", "before", "bei", "being",
    "below", "between", "bin", "bis", "bitte", "bonjour", "both", "but", "by", "can", "cannot",
    "ce", "cela", "ces", "cette", "cheers", "como", "con", "could", "couldn", "cuando", "da",
    "danke", "dann", "dans", "das", "dass", "de", "dear", "del", "dem", "den", "der", "des", "did",
    "didn", "die", "dies", "diese", "dieser", "dieses", "do", "doch", "does", "doesn", "doing",
    "don", "donde", "done", "du", "durch", "during", "each", "ein", "eine", "einem", "einen",
    "einer", "eines", "either", "el", "ella", "elle", "else", "en", "er", "es", "est", "esta",
    "este", "esto", "et", "etre", "etwas", "even", "ever", "every", "fait", "few", "for", "from",
    "fuer", "fur", "further", "get", "gets", "getting", "gibt", "got", "gracias", "gruss", "grusse",
    "ha", "habe", "haben", "had", "hadn", "hallo", "has", "hasn", "hat", "hatte", "have", "haven",
    "having", "hay", "he", "hello", "her", "here", "hers", "herself", "hey", "hi", "him", "himself",
    "his", "hola", "how", "however", "ich", "if", "ihr", "ihre", "il", "ils", "im", "immer", "in",
    "into", "is", "isn", "ist", "it", "its", "itself", "ja", "je", "jetzt", "just", "kann", "kein",
    "keine", "konnen", "la", "las", "le", "les", "let", "leur", "ll", "lo", "lors", "los", "lui",
    "ma", "mais", "man", "mas", "may", "maybe", "me", "mehr", "mein", "meine", "merci", "mes", "mi",
    "mich", "might", "mine", "mir", "mit", "mon", "more", "most", "much", "muss", "must", "muy",
    "my", "myself", "nach", "ne", "need", "neither", "never", "nicht", "no", "noch", "nor", "nos",
    "not", "nothing", "nous", "now", "nun", "nur", "ob", "oder", "of", "off", "ohne", "on", "once",
    "one", "only", "ont", "or", "other", "others", "ou", "our", "ours", "out", "over", "own", "par",
    "para", "pas", "per", "pero", "please", "pls", "plus", "por", "pour", "qu", "que", "qui",
    "quite", "rather", "re", "really", "regards", "sa", "same", "sans", "schon", "se", "sehr",
    "sein", "seine", "seit", "ses", "shall", "she", "should", "shouldn", "sich", "sie", "sin",
    "since", "sincerely", "sind", "so", "sobre", "some", "somebody", "someone", "something",
    "sometimes", "son", "sont", "still", "su", "such", "sur", "sus", "tambien", "than", "thank",
    "thanks", "that", "the", "their", "theirs", "them", "themselves", "then", "there", "these",
    "they", "thing", "things", "this", "those", "though", "through", "thus", "thx", "to",
    "together", "too", "tout", "tres", "tried", "try", "trying", "uber", "um", "un", "una", "und",
    "under", "une", "uno", "uns", "unser", "until", "up", "upon", "us", "use", "used", "uses",
    "using", "ve", "very", "via", "vom", "von", "vor", "vos", "votre", "vous", "want", "wants",
    "war", "was", "wasn", "way", "we", "well", "wenn", "wer", "werden", "were", "weren", "what",
    "when", "where", "whether", "which", "while", "who", "whole", "whom", "whose", "why", "wie",
    "wieder", "will", "wir", "wird", "with", "within", "without", "wo", "won", "would", "wouldn",
    "ya", "yes", "yet", "you", "your", "yours", "yourself", "zu", "zum", "zur",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn telling(title: &str, body: &str) -> Vec<(String, u32)> {
        let sample = Sample::of(title, body);
        sample.telling.iter().map(|word| (word.word.clone(), word.weight())).collect()
    }

    #[test]
    fn the_common_words_are_folded_and_in_order() {
        assert!(COMMON.is_sorted());
        for word in COMMON {
            assert_eq!(words(word)[0].text, word);
        }
    }

    #[test]
    fn words_of_the_title_count_three_times_and_common_ones_not_at_all() {
        let said =
            telling("The printer IS on fire", "Printer, paper; paper... and a fire. We? ÄÖ и");
        let expected = [("printer", 4), ("fire", 4), ("paper", 2), ("ao", 1)];
        assert_eq!(said, expected.map(|(word, weight)| (word.to_owned(), weight)));
        assert_eq!(telling("Wie ist das? The a I", "it's not... 7"), []);
        assert_eq!(telling("登录失败", ""), ["登录", "录失", "失败"].map(|it| (it.to_owned(), 3)));
        assert_eq!(telling("🔥", ""), [("🔥".to_owned(), 3)]);
    }

    #[test]
    fn a_long_text_is_known_by_its_beginning() {
        let body = format!("quokka {}", "été ".repeat(1 << 20));
        let sample = Sample::of("Title", &body);
        assert!(sample.words.len() < BODY_MAX && sample.telling.len() == 3);
        let many: Vec<String> = (0..1000).map(|n| format!("word{n}")).collect();
        let sample = Sample::of("last", &many.join(" "));
        assert_eq!((sample.telling.len(), &*sample.telling[0].word), (WORDS_MAX, "last"));
    }

    #[test]
    fn shared_words_are_as_written_and_one_where_they_are_side_by_side_in_both() {
        let sample = Sample::of("RefCell panics", "with ICE-4211 in a_b: 登录失败, ice cream");
        let wanted: Vec<&str> = sample.telling.iter().map(|word| word.word.as_str()).collect();
        let shared = |other: &str| sample.shared(&wanted, &words(other)).join(" | ");
        assert_eq!(shared("ice-4211 at refcell"), "RefCell | ICE-4211");
        assert_eq!(shared("4211, then ICE"), "ICE | 4211");
        assert_eq!(shared("登录 又 失败"), "登录 | 失败");
        assert_eq!(shared("还是登录失败了"), "登录失败");
        assert_eq!(shared("panic"), "");
    }
}
