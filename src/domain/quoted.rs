//! What of a message was said before: the history that mail programs copy below an answer, and the
//! signature. Both are kept; this only says where they are.

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'t> {
    /// What it is.
    pub kind: Kind,
    /// Its lines with their ends. All pieces together are the text.
    pub text: &'t str,
}

/// What a part of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words of this message.
    Said,
    /// Who writes, as their program adds it to everything.
    Signature,
    /// A copy of earlier messages.
    Quoted,
}

/// How much of a line is looked at, in bytes.
const LINE_MAX: usize = 400;
/// How many lines the words before a quote take at most: `On Monday, Ada`, `wrote:`.
const INTRODUCTION_MAX: usize = 4;
/// How many lines a signature has at most that is not set off by a blank.
const SIGNATURE_MAX: usize = 12;

/// What stands right before a quote, in the languages of mail programs.
const WROTE: [&str; 30] = [
    "wrote",
    "writes",
    "schrieb",
    "a écrit",
    "a ecrit",
    "escribió",
    "escribio",
    "ha scritto",
    "escreveu",
    "schreef",
    "napisał",
    "napisal",
    "pisze",
    "skrev",
    "kirjoitti",
    "написал",
    "пишет",
    "писал",
    "yazdı",
    "napsal",
    "írta",
    "a scris",
    "さんは書きました",
    "さんが書きました",
    "のメール",
    "より",
    "写道",
    "寫道",
    "작성",
    "wrote on",
];

/// What a copied header begins with: from whom, and the fields after it.
const FROM: [&str; 15] = [
    "from",
    "von",
    "de",
    "da",
    "van",
    "od",
    "från",
    "fra",
    "lähettäjä",
    "от",
    "差出人",
    "发件人",
    "寄件者",
    "보낸 사람",
    "kimden",
];
const REST: [&str; 60] = [
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
    "envoye",
    "à",
    "a",
    "objet",
    "enviado",
    "enviada em",
    "para",
    "asunto",
    "assunto",
    "fecha",
    "data",
    "inviato",
    "oggetto",
    "verzonden",
    "aan",
    "onderwerp",
    "wysłano",
    "do",
    "temat",
    "skickat",
    "till",
    "ämne",
    "sendt",
    "til",
    "emne",
    "lähetetty",
    "vastaanottaja",
    "aihe",
    "отправлено",
    "дата",
    "кому",
    "тема",
    "送信日時",
    "日時",
    "宛先",
    "件名",
    "发送时间",
    "日期",
    "收件人",
    "主题",
    "寄件日期",
    "主旨",
    "보낸 날짜",
    "받는 사람",
    "제목",
    "gönderilme",
    "kime",
    "konu",
    "reply-to",
    "priority",
];

/// What the line says that separates an answer from its history.
const WORDS: [&str; 16] = [
    "original message",
    "ursprüngliche nachricht",
    "message d'origine",
    "message original",
    "mensaje original",
    "mensagem original",
    "messaggio originale",
    "oorspronkelijk bericht",
    "wiadomość oryginalna",
    "ursprungligt meddelande",
    "oprindelig meddelelse",
    "原始邮件",
    "原始郵件",
    "元のメッセージ",
    "исходное сообщение",
    "reply message",
];

/// The parts of a text. Where nothing would be left to read, all of it is said.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let said = |text| vec![Piece { kind: Kind::Said, text }];
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let end = quote(&lines).unwrap_or(lines.len());
    let sign = signature(&lines[..end]).unwrap_or(end);
    // A signature may stand below the quote too, or what a list writes there.
    if lines[..sign].iter().all(|line| line.trim().is_empty()) {
        return said(text);
    }
    let mut pieces = Vec::with_capacity(3);
    let mut start = 0;
    for (kind, lines) in [
        (Kind::Said, &lines[..sign]),
        (Kind::Signature, &lines[sign..end]),
        (Kind::Quoted, &lines[end..]),
    ] {
        let length: usize = lines.iter().map(|line| line.len()).sum();
        // One line less to read is not worth a line that says so.
        let few = lines.iter().filter(|line| !line.trim().is_empty()).count() < 2;
        let kind = if few { Kind::Said } else { kind };
        if length > 0 {
            pieces.push(Piece { kind, text: &text[start..start + length] });
        }
        start += length;
    }
    pieces
}

/// The line where the copy of earlier messages begins that the text ends in.
fn quote(lines: &[&str]) -> Option<usize> {
    let tail = marked(lines);
    let limit = tail.unwrap_or(lines.len());
    let mut some = false;
    for (place, line) in lines[..limit].iter().enumerate() {
        let begins =
            some && (separates(line) || is_header(&lines[place..]) || introduces(&lines[place..]));
        if begins {
            return Some(place);
        }
        some |= !line.trim().is_empty();
    }
    // What introduces the marked lines belongs to them.
    tail.map(|tail| tail - introduction(&lines[..tail]))
}

/// The first of the lines at the end that begin with `>`; empty lines between them do not count, nor
/// does what a list or a signature adds below.
fn marked(lines: &[&str]) -> Option<usize> {
    let mut end = lines.len();
    if let Some(place) =
        signature(lines).filter(|place| lines[..*place].iter().rev().any(|it| is_marked(it)))
    {
        end = place;
    }
    let blank = |line: &&&str| line.trim().is_empty();
    end -= lines[..end].iter().rev().take_while(blank).count();
    let inside = |line: &&&str| line.trim().is_empty() || is_marked(line);
    let count = lines[..end].iter().rev().take_while(inside).count();
    let start = end - count;
    let first = lines[start..end].iter().position(|line| is_marked(line))?;
    Some(start + first)
}

fn is_marked(line: &str) -> bool {
    line.trim_start_matches(' ').starts_with('>')
}

/// How many of the last of these lines say who wrote what follows, blank ones included.
fn introduction(lines: &[&str]) -> usize {
    let blank = lines.iter().rev().take_while(|line| line.trim().is_empty()).count();
    let above = &lines[..lines.len() - blank];
    let open = |line: &&&str| !line.trim().is_empty();
    let most = above.iter().rev().take(INTRODUCTION_MAX).take_while(open).count();
    let part = |count: &usize| &above[above.len() - count..];
    let whole = (1..=most).rev().find(|count| dated(part(count)[0]) && tells_who(part(count)));
    let alone = || (most > 0 && tells_who(part(&1))).then_some(1);
    whole.or_else(alone).map_or(0, |count| count + blank)
}

/// Do these lines, at their beginning, say who wrote when what follows, unmarked?
fn introduces(lines: &[&str]) -> bool {
    if is_marked(lines[0]) || !dated(lines[0]) {
        return false;
    }
    let open = |line: &&&str| !line.trim().is_empty();
    let count = lines.iter().take(INTRODUCTION_MAX).take_while(open).count();
    let Some(ends) = (1..=count).find(|count| tells_who(&lines[..*count])) else { return false };
    // Marked lines may have an answer below them: those are looked at from the end.
    let next = lines[ends..].iter().find(|line| !line.trim().is_empty());
    next.is_some_and(|line| !is_marked(line))
}

/// Does it begin as programs do: with a weekday, a date, or the word for `on`?
fn dated(line: &str) -> bool {
    const ON: [&str; 16] = [
        "on ", "am ", "le ", "el ", "il ", "em ", "op ", "den ", "w dniu ", "dnia ", "pe ", "ke ",
        "в ", "vào ", "dne ", "på ",
    ];
    let line = cut(line.trim_start());
    if !line.bytes().any(|c| c.is_ascii_digit()) {
        return false;
    }
    let line = line.to_lowercase();
    ON.iter().any(|word| line.starts_with(word)) || line.starts_with(|c: char| c.is_ascii_digit())
}

/// Do these lines end by saying that somebody wrote?
fn tells_who(lines: &[&str]) -> bool {
    let Some(last) = lines.last().map(|line| line.trim_end()) else { return false };
    if !last.ends_with([':', '：']) || last.len() > LINE_MAX {
        return false;
    }
    let last = last.to_lowercase();
    if lines.len() == 1 && last.contains('@') && dated(lines[0]) {
        return true;
    }
    let own = WROTE.iter().any(|word| last.contains(word));
    let before = || {
        lines.iter().any(|line| {
            let line = cut(line).to_lowercase();
            WROTE.iter().any(|word| line.contains(word))
        })
    };
    own || (lines.len() > 1 && before())
}

/// `-----Original Message-----`, in whatever language, or the rule that Outlook draws.
fn separates(line: &str) -> bool {
    let line = cut(line).trim();
    if !line.starts_with("--") {
        return false;
    }
    let inner = line.trim_matches(|c| matches!(c, '-' | '_' | '*' | ' '));
    let dashes = line.chars().take_while(|c| *c == '-').count();
    let inner = inner.to_lowercase();
    dashes >= 2 && dashes < line.len() && WORDS.iter().any(|word| inner.starts_with(word))
}

/// Do these lines begin with a copied header: who wrote, and two more fields in the lines after it?
/// A rule before them belongs to it.
fn is_header(lines: &[&str]) -> bool {
    let rule = |line: &&str| {
        let line = line.trim();
        line.len() >= 10 && line.bytes().all(|c| matches!(c, b'_' | b'-'))
    };
    let skipped = lines.iter().take(2).take_while(|line| rule(line)).count();
    let lines = &lines[skipped..];
    let from = |name: &String| FROM.contains(&name.as_str());
    let fits = |name: &String| from(name) || REST.contains(&name.as_str());
    if !lines.first().is_some_and(|line| field(line).as_ref().is_some_and(fits)) {
        return false;
    }
    let near = lines.iter().take(9).filter(|line| !line.trim().is_empty()).take(6);
    let names: Vec<String> = near.filter_map(|line| field(line)).filter(fits).collect();
    names.len() > 2 && names.iter().take(2).any(from)
}

/// The name of a field that a line may be, `**From:** Ada` included.
fn field(line: &str) -> Option<String> {
    let line = cut(line).trim_start_matches(['*', ' ', '\t', '\u{a0}']);
    let (name, _) = line.split_once([':', '：'])?;
    let name = name.trim_end_matches(['*', ' ', '\u{a0}']);
    (name.len() <= 40).then(|| name.to_lowercase())
}

/// The line where a signature begins that the lines end in: `-- `, or what a list adds.
fn signature(lines: &[&str]) -> Option<usize> {
    let mut last =
        lines.len() - lines.iter().rev().take_while(|line| line.trim().is_empty()).count();
    let low = last.saturating_sub(40);
    let mut found = None;
    for place in (low..last).rev() {
        let line = lines[place].trim_end_matches(['\r', '\n']);
        let count = last - place - 1;
        let rule = line.len() >= 40 && line.bytes().all(|c| c == b'_');
        let set_off = line == "-- " || (line == "--" && count <= SIGNATURE_MAX);
        if (set_off || (rule && count <= SIGNATURE_MAX)) && count > 0 {
            found = Some(place);
            last = place;
        }
    }
    found
}

/// The beginning of a line.
fn cut(line: &str) -> &str {
    let mut end = line.len().min(LINE_MAX);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    &line[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces by the first letter of their kind, with how many lines they have.
    fn cut(text: &str) -> String {
        let pieces = pieces(text);
        assert_eq!(pieces.iter().map(|piece| piece.text).collect::<String>(), text);
        let one = |piece: &Piece<'_>| {
            let kind = format!("{:?}", piece.kind);
            format!("{}{}", &kind[..1], piece.text.lines().count())
        };
        pieces.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn history_is_told_from_what_is_said() {
        for (text, parts) in [
            ("Hello\n\nOn Apr 3, 2012, at 4:19 PM, bob wrote:\n\n> Hi\n", "S2 Q3"),
            (
                "Hello\nOn Mon, Apr 2, 2012 at 6:26 PM,\nMegan <x@gmail.com>\nwrote:\n> Hi\n> there\n",
                "S1 Q5",
            ),
            ("Ja.\n\nAm 03.04.2012 um 16:19 schrieb Ada:\n> Hi\n> du\n", "S2 Q3"),
            ("Oui\n\nLe 3 avril 2012 à 16:19, Ada <a@x> a écrit :\n\n> a\n> b\n", "S2 Q4"),
            ("Sí\n\nEl 3 de abril de 2012 16:19, Ada escribió:\n\n> a\n> b\n", "S2 Q4"),
            ("Tak\n\nW dniu 3 kwietnia 2012 16:19 użytkownik Ada napisał:\n\n> a\n> b\n", "S2 Q4"),
            ("はい\n\n2012年4月3日 16:19 Ada <a@x>:\n> a\n> b\n", "S2 Q3"),
            ("はい\n\n2012年4月3日 Adaさんは書きました:\n> a\n> b\n", "S2 Q3"),
            ("Hello\n02.04.2012 14:20 пользователь \"bob\" <\nbob@x> написал:\n\n> Hi\n", "S1 Q4"),
            (
                "Hello\n\n-----Original Message-----\nFrom: bob\nSent: Monday\nSubject: Test\n\nHi\n",
                "S2 Q6",
            ),
            ("Hello\n\n----- Original Message -----\nFrom: bob\n\nHi\n", "S2 Q4"),
            (
                "Hi\n\n________________________________\nVon: Ada\nGesendet: Montag\nAn: Bo\nBetreff: x\n\nalt\n",
                "S2 Q7",
            ),
            ("Hi\n\n**From:** Ada\n **Sent:** Monday\n **To:** Bo\n\nold\n", "S2 Q5"),
            ("Hi\n\n差出人: Ada\n送信日時: 月曜日\n宛先: Bo\n\nold\n", "S2 Q5"),
            ("Hello\n\n-- \nAda\nAcme\n", "S2 S3"),
            ("Hello\n\n-- \nAda\nAcme\n\nOn 3 Apr 2012 bob wrote:\n> a\n> b\n", "S2 S4 Q3"),
            ("Hello\n\n> a\n> b\n\n-- \nAda\nAcme\n", "S2 Q6"),
            (
                "Hi\n_______________________________________________\nlist mailing list\nlist@x\n",
                "S1 S3",
            ),
        ] {
            assert_eq!(cut(text), parts, "{text}");
        }
    }

    #[test]
    fn what_is_answered_inline_or_is_all_there_is_stays() {
        for text in [
            "On Apr 3, 2012, bob wrote:\n> one?\n\nYes.\n\n> two?\n\nNo.\n",
            "> all\n> quoted\n",
            "-- \nAda\nAcme\n",
            "From: here on\nit is: text\nto: you\n",
            "Please see below.\n\nFrom: me\nall the best\nand more\n",
            "He wrote:\nI am here.\nAnd more.\n",
            "1. On 5 May we wrote: nothing\n2. more\n",
            "One\n> two\n",
            "",
            "\n\n",
        ] {
            assert!(
                pieces(text).iter().all(|piece| piece.kind == Kind::Said),
                "{text}\n{}",
                cut(text)
            );
        }
    }

    #[test]
    fn long_texts_take_no_time() {
        let start = std::time::Instant::now();
        for line in
            ["> a\n", "On 1 Jan\n", "From: a\n", "-- \n", "\n", "a", "On 1 wrote:\n", "____\n"]
        {
            assert!(!pieces(&format!("x\n{}", line.repeat(100_000))).is_empty());
        }
        assert!(start.elapsed().as_secs() < 20);
    }
}
