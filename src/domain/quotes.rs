//! What of a mail was said before: quoted history at its end, and the signature above it.
//!
//! The forms are those that mail programs write: `On … wrote:` above lines that begin with `>`
//! (RFC 3676 §4.5), Outlook's `-----Original Message-----` and its block of headers, and `-- ` before
//! a signature (RFC 3676 §4.3). What is answered between the lines of a quote stays.

/// A part of a message's text. Together, in order, the parts are the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts<'t> {
    /// What the message itself says.
    pub said: &'t str,
    /// The signature, if any, from its `-- ` on.
    pub signature: &'t str,
    /// What was said before, with the line that says by whom.
    pub history: &'t str,
}

impl Parts<'_> {
    /// How many lines of history there are.
    #[must_use]
    pub fn quoted(&self) -> usize {
        self.history.lines().filter(|line| !line.trim().is_empty()).count()
    }
}

/// History of fewer lines than this is not worth a fold.
const HISTORY_MIN: usize = 3;
/// A signature has at most so many lines; what is longer is no signature.
const SIGNATURE_MAX: usize = 20;
/// How many lines the line that names the author of a quote may be broken into.
const ATTRIBUTION_MAX: usize = 3;
/// How many lines after the first a block of headers is looked for.
const HEADERS: usize = 6;

/// What mail programs write above a message that they forward or answer, between dashes.
const ORIGINAL: [&str; 18] = [
    "original message",
    "original appointment",
    "forwarded message",
    "ursprüngliche nachricht",
    "originalnachricht",
    "weitergeleitete nachricht",
    "message d'origine",
    "message original",
    "message transféré",
    "mensaje original",
    "mensagem original",
    "messaggio originale",
    "oorspronkelijk bericht",
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "исходное сообщение",
    "元のメッセージ",
    "原始邮件",
];

/// What ends the line that names the author of a quote, before its colon.
const WROTE: [&str; 20] = [
    "wrote",
    "writes",
    "schrieb",
    "geschrieben",
    "a écrit",
    "escribió",
    "escreveu",
    "ha scritto",
    "schreef",
    "pisze",
    "napisał",
    "napisał(a)",
    "napsal(a)",
    "написал",
    "пишет",
    "skrev",
    "kirjoitti",
    "yazdı",
    "書きました",
    "写道",
];

/// The headers that Outlook repeats: who, then when, to whom, about what.
const WHO: [&str; 9] = ["from", "von", "de", "da", "van", "od", "от", "差出人", "发件人"];
const REST: [&str; 28] = [
    "sent",
    "date",
    "to",
    "cc",
    "subject",
    "gesendet",
    "datum",
    "an",
    "betreff",
    "envoyé",
    "à",
    "objet",
    "enviado",
    "para",
    "asunto",
    "assunto",
    "inviato",
    "a",
    "oggetto",
    "verzonden",
    "aan",
    "onderwerp",
    "wysłano",
    "do",
    "temat",
    "送信日時",
    "宛先",
    "件名",
];

/// The parts of a text. Where nothing would be left of it, all of it was said.
#[must_use]
pub fn parts(text: &str) -> Parts<'_> {
    let whole = Parts { said: text, signature: "", history: "" };
    let lines = Lines::of(text);
    let end = lines.all.len();
    let history = lines.history();
    let history = if lines.filled(history, end) < HISTORY_MIN { end } else { history };
    let signature = lines.signature(history);
    if lines.filled(0, signature) == 0 {
        return whole;
    }
    let (signature, history) = (lines.place(signature), lines.place(history));
    Parts {
        said: &text[..signature],
        signature: &text[signature..history],
        history: &text[history..],
    }
}

/// A text's lines, each with where it begins.
struct Lines<'t> {
    text: &'t str,
    all: Vec<(usize, &'t str)>,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let mut begins = 0;
        let all = text.split_inclusive('\n').map(|line| {
            let place = begins;
            begins += line.len();
            (place, line.trim_end())
        });
        Self { text, all: all.collect() }
    }

    fn line(&self, number: usize) -> &'t str {
        self.all.get(number).map_or("", |(_, line)| line)
    }

    /// Where a line begins; that after the last begins at the end.
    fn place(&self, number: usize) -> usize {
        self.all.get(number).map_or(self.text.len(), |(place, _)| *place)
    }

    /// How many of these lines hold something.
    fn filled(&self, from: usize, to: usize) -> usize {
        (from..to).filter(|number| !self.line(*number).is_empty()).count()
    }

    /// The line on which history begins; the number of lines when there is none.
    fn history(&self) -> usize {
        let end = self.all.len();
        let marked = (0..end).find(|number| self.is_original(*number) || self.is_headers(*number));
        let mut marked = marked.unwrap_or(end);
        // A rule above the headers belongs to them.
        while marked > 0 && marked < end && is_rule(self.line(marked - 1)) {
            marked -= 1;
        }
        self.quote(marked)
    }

    /// The line on which the quote begins that ends at `end`, but for empty lines and a signature;
    /// `end` when there is none.
    fn quote(&self, end: usize) -> usize {
        let below = self.signature(end);
        let quoted = |number: &usize| self.line(*number).starts_with('>');
        let Some(last) = (0..below).rev().find(|number| !self.line(*number).is_empty()) else {
            return end;
        };
        if !quoted(&last) {
            return end;
        }
        let within = |number: &usize| quoted(number) || self.line(*number).is_empty();
        let first = (0..=last).rev().take_while(within).last().unwrap_or(last);
        let first = (first..=last).find(quoted).unwrap_or(last);
        self.attribution(first)
    }

    /// The line that names the author of the quote which begins on line `first`, or that itself.
    fn attribution(&self, first: usize) -> usize {
        let Some(last) = (0..first).rev().take(3).find(|number| !self.line(*number).is_empty())
        else {
            return first;
        };
        let mut joined = String::new();
        for number in (0..=last).rev().take(ATTRIBUTION_MAX) {
            if self.line(number).is_empty() {
                break;
            }
            joined = format!("{} {joined}", self.line(number));
            if is_attribution(joined.trim()) {
                let above = number.saturating_sub(1);
                let begun = begins_attribution(self.line(number));
                return if !begun && begins_attribution(self.line(above)) { above } else { number };
            }
        }
        first
    }

    fn is_original(&self, number: usize) -> bool {
        let line = self.line(number);
        if !line.starts_with("--") || line.len() > 200 {
            return false;
        }
        let words = line.trim_matches(['-', ' ']).to_lowercase();
        line.ends_with('-') && ORIGINAL.iter().any(|known| words == *known)
    }

    /// Does a block of headers begin here, as Outlook writes it?
    fn is_headers(&self, number: usize) -> bool {
        if !is_header(self.line(number), &WHO) {
            return false;
        }
        let below = (number + 1..number + 1 + HEADERS).map(|number| self.line(number));
        below.filter(|line| is_header(line, &REST)).count() >= 2
    }

    /// The line on which the signature begins that ends before line `end`; `end` when there is none.
    fn signature(&self, end: usize) -> usize {
        let from = end.saturating_sub(SIGNATURE_MAX + 1);
        let is = |number: &usize| {
            let (place, line) = self.all[*number];
            line == "--" && !self.text[place..].starts_with("---")
        };
        let found = (from..end).rev().find(is).unwrap_or(end);
        let quoted = (found..end).any(|number| self.line(number).starts_with('>'));
        if quoted { end } else { found }
    }
}

/// Does a line begin with one of these names and a colon, perhaps in bold?
fn is_header(line: &str, names: &[&str]) -> bool {
    let line = line.trim_start_matches(['*', ' ']);
    let Some((name, _)) = line.split_once([':', '：']) else { return false };
    if name.len() > 40 {
        return false;
    }
    let name = name.trim_matches(['*', ' ']).to_lowercase();
    names.contains(&name.as_str())
}

fn is_rule(line: &str) -> bool {
    line.len() >= 5 && line.bytes().all(|c| c == b'_')
}

/// Does a line begin as those do that name the author of a quote?
fn begins_attribution(line: &str) -> bool {
    let starts = ["On ", "Am ", "Le ", "El ", "Il ", "Em ", "Op ", "W dniu ", "Den ", "Dnia "];
    starts.iter().any(|start| line.starts_with(start))
}

/// Does a line name the author of what is quoted below it?
fn is_attribution(line: &str) -> bool {
    if line.len() > 400 {
        return false;
    }
    let lower = line.to_lowercase();
    let names = lower.trim_end_matches([':', '：', ' ', '*', '_']);
    let colon = names.len() < lower.trim_end().len();
    let wrote =
        WROTE.iter().any(|word| names.ends_with(word) || names.contains(&format!("{word} ")));
    let dated = line.contains('@') && line.starts_with(|c: char| c.is_ascii_digit());
    (colon && wrote) || dated
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The said part, the signature and the history of a text whose parts lie between `|`.
    fn holds(marked: &str) {
        let text = marked.replace('|', "");
        let wanted: Vec<&str> = marked.split('|').collect();
        let parts = parts(&text);
        assert_eq!([parts.said, parts.signature, parts.history].to_vec(), wanted, "{text}");
    }

    #[test]
    fn history_is_told_from_what_was_said() {
        for marked in [
            "It works.\n\n||On Mon, 1 Jun 2026 at 10:00, Ada <ada@acme.example> wrote:\n> one\n> two\n>\n> three\n",
            "Geht.\n||Am 01.06.2026 um 10:00 schrieb Ada Lovelace\n<ada@acme.example>:\n\n> eins\n> zwei",
            "Top.\n\n|-- \nAda\n+49 1\n\n|On Monday\nAda wrote:\n> one\n> two\n",
            "Yes\n\n||-----Original Message-----\nFrom: Ada\nSent: Monday\nSubject: x\n\nold\n",
            "Ja\n\n||________________________________\nVon: Ada\nGesendet: Montag\nAn: Mira\nBetreff: x\n\nalt\n",
            "Oui\n||**De :** Ada\n**Envoyé :** lundi\n**Objet :** x\n\nvieux",
            "Tak\n||W dniu 1.06.2026 Ada pisze:\n> a\n> b\n",
            "はい\n||2026年6月1日(月) 10:00 Ada <ada@acme.example>:\n> a\n> b\n",
            "Sí\n||El lun, 1 jun 2026, Ada escribió:\n> a\n> b\n",
            "Done.\n||> a\n> b\n> c\n",
            "Done.\n\n|--\nAda\nAcme|",
        ] {
            holds(marked);
        }
    }

    #[test]
    fn what_is_answered_between_the_lines_stays() {
        for text in [
            "> one\n\nyes\n\n> two\n> three\n> four\n\nno\n",
            "On Mon, Ada wrote:\n> one\n> two\nmy answer",
            "> only\n> a\n> quote\n",
            "a\n> b\n",
            "From: me\nTo: you, a letter",
            "a list\n---\nof things",
            "x -- y\n",
            "",
            "\n\n",
        ] {
            let parts = parts(text);
            assert_eq!((parts.said, parts.signature, parts.history), (text, "", ""), "{text}");
        }
    }
}
