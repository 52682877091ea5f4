//! Dates as programs print them for people: months by name in the language of whoever exported, and
//! days and months in either order, which is decided once for a file.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;

use super::times::{local, moment, seconds};
use crate::domain::ids::Timestamp;

/// How a file writes its dates.
#[derive(Clone, Debug)]
pub(super) struct Dates {
    zone: Tz,
    month_first: bool,
    /// A date that could be read either way, and one that can be read in one way only.
    examples: (Option<String>, Option<String>),
}

/// What speaks for either order.
#[derive(Default)]
struct Votes {
    /// Dates that can only be read with the month first, and only with the day first.
    sure: (usize, usize),
    /// Rows whose moments would not follow each other with the month first, and with the day first.
    wrong: (usize, usize),
    /// How ambiguous ones look: as Americans write them, and otherwise.
    looks: (usize, usize),
    examples: (Option<String>, Option<String>),
}

impl Dates {
    /// Decides by what is in a file: each row has the moments of one record, in the order in which
    /// they must have happened.
    pub(super) fn of<'t>(zone: Tz, rows: impl Iterator<Item = Vec<&'t str>>) -> Self {
        let mut votes = Votes::default();
        for row in rows {
            votes.count(zone, &row);
        }
        let (month, day) = match (votes.sure, votes.wrong) {
            ((0, 0), (a, b)) if a != b => (b, a),
            ((0, 0), _) => votes.looks,
            (sure, _) => sure,
        };
        Self { zone, month_first: month > day, examples: votes.examples }
    }

    /// The moment that a text names, if it names one.
    pub(super) fn read(&self, text: &str) -> Option<Timestamp> {
        at(text, self.zone, self.month_first)
    }

    /// The same, where a day without a time lasts until its end.
    pub(super) fn due(&self, text: &str) -> Option<Timestamp> {
        let time = self.read(text)?;
        let whole = text.contains(':') || text.trim().bytes().all(|c| c.is_ascii_digit());
        let last = if whole { 0 } else { 24 * 60 * 60 - 1 };
        Some(Timestamp(time.0 + last * 1000))
    }

    /// The zone of times that name none.
    pub(super) fn zone(&self) -> Tz {
        self.zone
    }

    /// The same in UTC, for columns that say so.
    pub(super) fn in_utc(&self) -> Self {
        Self { zone: Tz::UTC, ..self.clone() }
    }

    /// The parts of a cell that holds a comment as `date;author;text`; the text may hold anything.
    pub(super) fn said<'c>(&self, cell: &'c str) -> Option<(Timestamp, &'c str, &'c str)> {
        let mut parts = cell.splitn(3, ';');
        let (date, who, text) = (parts.next()?, parts.next()?, parts.next()?);
        let fits = !who.contains('\n') && who.len() <= 200;
        Some((self.read(date)?, who.trim(), text)).filter(|_| fits)
    }

    /// What to tell of the order, where some date could be read either way.
    pub(super) fn note(&self) -> Option<String> {
        let either = self.examples.0.as_ref()?;
        let order = if self.month_first { "month first" } else { "day first" };
        let why = match &self.examples.1 {
            Some(sure) => format!("as `{sure}` can only be"),
            None => "which is a guess".to_owned(),
        };
        Some(format!("dates such as `{either}` are read {order}, {why}"))
    }
}

impl Votes {
    fn count(&mut self, zone: Tz, row: &[&str]) {
        let mut open = false;
        for text in row.iter().filter(|text| moment(text, zone).is_none()) {
            let Some(read) = Read::of(text) else { continue };
            let Day::Either(first, second, _) = read.day else { continue };
            let example = || Some(text.trim().to_owned());
            match (first > 12, second > 12) {
                (false, true) => self.sure.0 += 1,
                (true, false) => self.sure.1 += 1,
                (false, false) if first != second => {
                    open = true;
                    let short = text.trim_start().as_bytes().get(1) == Some(&b'/');
                    let votes =
                        if read.halves || short { &mut self.looks.0 } else { &mut self.looks.1 };
                    *votes += 1;
                    self.examples.0 = self.examples.0.take().or_else(example);
                    continue;
                }
                _ => continue,
            }
            self.examples.1 = self.examples.1.take().or_else(example);
        }
        if open {
            self.wrong.0 += usize::from(!follow(row, zone, true));
            self.wrong.1 += usize::from(!follow(row, zone, false));
        }
    }
}

/// Do these moments follow each other, read in this order?
fn follow(row: &[&str], zone: Tz, month_first: bool) -> bool {
    let times = row.iter().filter_map(|text| at(text, zone, month_first));
    times.collect::<Vec<_>>().is_sorted()
}

fn at(text: &str, zone: Tz, month_first: bool) -> Option<Timestamp> {
    if let Some(time) = moment(text, zone) {
        return Some(time);
    }
    let read = Read::of(text)?;
    let day = match read.day {
        Day::Sure(day) => day,
        Day::Either(first, second, year) => {
            let month_first = if second > 12 { true } else { month_first && first <= 12 };
            let (month, day) = if month_first { (first, second) } else { (second, first) };
            NaiveDate::from_ymd_opt(year, month, day)?
        }
    };
    let time = NaiveDateTime::new(day, read.time);
    match read.offset {
        Some(offset) => {
            let offset = FixedOffset::east_opt(offset)?;
            seconds(offset.from_local_datetime(&time).single()?.timestamp())
        }
        None => local(time, zone),
    }
}

/// A date in pieces.
#[derive(Debug)]
struct Read {
    day: Day,
    time: NaiveTime,
    /// Seconds east, where a zone is named.
    offset: Option<i32>,
    /// The time is one of the two halves of a day.
    halves: bool,
}

#[derive(Debug)]
enum Day {
    Sure(NaiveDate),
    /// Two numbers of which one is the day and one the month, and the year.
    Either(u32, u32, i32),
}

/// A piece of a date.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(String),
    Word(String),
    Sign(char),
}

/// The longest text that is taken for a date, in bytes.
const LONGEST: usize = 96;

/// The halves of the day as they are written.
const HALVES: &[(&str, &str)] = &[
    ("a. m.", " am "),
    ("p. m.", " pm "),
    ("a.m.", " am "),
    ("p.m.", " pm "),
    ("午前", " am "),
    ("午後", " pm "),
    ("上午", " am "),
    ("下午", " pm "),
    ("오전", " am "),
    ("오후", " pm "),
];

/// What is read so far.
#[derive(Default)]
struct Reading {
    numbers: Vec<(String, Option<char>)>,
    month: Option<u32>,
    clock: Option<(u32, u32, u32)>,
    offset: Option<i32>,
    later: Option<bool>,
    words: usize,
}

impl Read {
    fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > LONGEST || !text.bytes().any(|c| c.is_ascii_digit()) {
            return None;
        }
        let text = text.split('(').next().unwrap_or(text);
        let mut text = text.to_lowercase().replace(['\u{a0}', '\u{202f}'], " ");
        for (written, read) in HALVES {
            text = text.replace(written, read);
        }
        let mut reading = Reading::default();
        let tokens = tokens(&text);
        let mut rest = tokens.as_slice();
        while !rest.is_empty() {
            rest = reading.step(rest)?;
        }
        if reading.words > 6 {
            return None;
        }
        let (hour, minute, second) = reading.clock.unwrap_or_default();
        let hour = match reading.later {
            Some(later) if (1..=12).contains(&hour) => hour % 12 + if later { 12 } else { 0 },
            _ => hour,
        };
        let time = NaiveTime::from_hms_opt(hour, minute, second.min(59))?;
        let halves = reading.later.is_some();
        Some(Self { day: reading.day()?, time, offset: reading.offset, halves })
    }
}

impl Reading {
    /// Takes what the tokens begin with, and gives the rest.
    fn step<'t>(&mut self, tokens: &'t [Token]) -> Option<&'t [Token]> {
        use Token::{Number, Sign, Word};
        match tokens {
            [Number(hour), Sign(':'), Number(minute), rest @ ..] if self.clock.is_none() => {
                let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
                let (second, rest) = match rest {
                    [Sign(':'), Number(second), Sign('.' | ','), Number(_), rest @ ..]
                    | [Sign(':'), Number(second), rest @ ..] => (second.parse().ok()?, rest),
                    rest => (0, rest),
                };
                self.clock = Some((hour, minute, second));
                Some(rest)
            }
            [Sign(sign @ ('+' | '-')), Number(hours), Sign(':'), Number(minutes), rest @ ..]
                if self.clock.is_some() =>
            {
                self.offset = Some(offset(*sign, hours, minutes)?);
                Some(rest)
            }
            [Sign(sign @ ('+' | '-')), Number(digits), rest @ ..]
                if self.clock.is_some() && (digits.len() == 4 || self.offset == Some(0)) =>
            {
                let (hours, minutes) =
                    if digits.len() == 4 { digits.split_at(2) } else { (digits.as_str(), "0") };
                self.offset = Some(offset(*sign, hours, minutes)?);
                Some(rest)
            }
            [Number(month), Word(word), rest @ ..] if word == "月" || word == "월" => {
                self.month = Some(month.parse().ok()?);
                Some(rest)
            }
            [Number(number), rest @ ..] => {
                let sign = if let [Sign(sign), ..] = rest { Some(*sign) } else { None };
                self.numbers.push((number.clone(), sign));
                Some(rest)
            }
            [Word(word), rest @ ..] => {
                self.word(word);
                Some(rest)
            }
            [Sign(_), rest @ ..] => Some(rest),
            [] => None,
        }
    }

    fn word(&mut self, word: &str) {
        self.words += 1;
        match word {
            "am" => self.later = Some(false),
            "pm" => self.later = Some(true),
            "utc" | "gmt" | "z" if self.clock.is_some() => self.offset = Some(0),
            word => self.month = month(word).or(self.month),
        }
    }

    fn day(&self) -> Option<Day> {
        let number = |place: usize| self.numbers.get(place)?.0.parse::<u32>().ok();
        let long = |place: usize| self.numbers.get(place).is_some_and(|(text, _)| text.len() == 4);
        let (first, second) = (number(0)?, number(1)?);
        if let Some(month) = self.month {
            let turned = long(0) || first > 31;
            let (day, year) = if turned { (second, first) } else { (first, second) };
            let sure = self.numbers.len() == 2;
            return sure
                .then(|| NaiveDate::from_ymd_opt(whole(year)?, month, day).map(Day::Sure))?;
        }
        let third = number(2)?;
        if self.numbers.len() != 3 {
            return None;
        }
        if long(0) {
            return NaiveDate::from_ymd_opt(whole(first)?, second, third).map(Day::Sure);
        }
        if self.numbers[0].1 == Some('.') {
            return NaiveDate::from_ymd_opt(whole(third)?, second, first).map(Day::Sure);
        }
        let apart = matches!(self.numbers[0].1, Some('/' | '-'));
        let fit = apart && (1..=31).contains(&first) && (1..=31).contains(&second);
        let either = fit && (first <= 12 || second <= 12);
        Some(Day::Either(first, second, whole(third)?)).filter(|_| either)
    }
}

fn offset(sign: char, hours: &str, minutes: &str) -> Option<i32> {
    let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
    (seconds <= 18 * 3600).then_some(if sign == '-' { -seconds } else { seconds })
}

/// A year of two digits or four.
fn whole(year: u32) -> Option<i32> {
    let year = match year {
        0..=68 => year + 2000,
        69..=99 => year + 1900,
        1000..=9999 => year,
        _ => return None,
    };
    i32::try_from(year).ok()
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let mut run = |is: fn(char) -> bool| {
            let mut run = String::from(c);
            while let Some(next) = chars.next_if(|next| is(*next)) {
                run.push(next);
            }
            run
        };
        if c.is_ascii_digit() {
            tokens.push(Token::Number(run(|c| c.is_ascii_digit())));
        } else if c.is_alphabetic() {
            tokens.push(Token::Word(run(|c| c.is_alphabetic() || c == '\u{307}')));
        } else if !c.is_whitespace() {
            tokens.push(Token::Sign(c));
        }
    }
    tokens
}

/// What the names of the months begin with.
const MONTHS: [&str; 12] = [
    "jan|ene|gen|sty|янв|oca|led|січ|tammi|ian|janv|يناير|一月|thg1",
    "feb|fév|fev|lut|фев|şub|úno|лют|helmi|二月",
    "mar|mär|mrz|mrt|märz|мар|бер|bře|maalis|márc|三月",
    "apr|avr|abr|kwi|апр|nis|dub|кві|huhti|ápr|四月",
    "may|mai|maj|mag|mei|maio|май|мая|тра|kvě|touko|máj|五月",
    "jun|juin|giu|cze|июн|haz|čvn|červn|чер|kesä|jún|iun|六月",
    "jul|juil|lug|lip|июл|tem|čvc|červenc|лип|heinä|júl|iul|七月",
    "aug|ago|aoû|aou|sie|авг|ağu|srp|сер|elo|八月",
    "sep|set|wrz|сен|eyl|zář|вер|syys|szept|九月",
    "oct|okt|out|ott|paź|окт|eki|říj|жов|loka|十月",
    "nov|lis|ноя|kas|лис|marras|十一月",
    "dec|dic|dez|déc|gru|дек|ara|pro|гру|joulu|十二月",
];

/// The month that a word names, whole or cut.
fn month(word: &str) -> Option<u32> {
    let word = word.replace('\u{307}', "");
    let names = |month: &&str| month.split('|').any(|name| word.starts_with(name));
    let place = MONTHS.iter().position(names)?;
    u32::try_from(place + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        Dates::of(Tz::UTC, std::iter::once(vec![text])).read(text).map(Timestamp::rfc3339)
    }

    #[test]
    fn dates_are_read_in_the_languages_of_their_exporters() {
        for (text, utc) in [
            ("22/Mar/14 07:59", "2014-03-22T07:59:00Z"),
            ("22/Sep/25 9:26 AM", "2025-09-22T09:26:00Z"),
            ("22/Sep/25 12:26 AM", "2025-09-22T00:26:00Z"),
            ("Oct/22/24 5:33 PM", "2024-10-22T17:33:00Z"),
            ("18/jul/26", "2026-07-18T00:00:00Z"),
            ("19/févr./26 14:05", "2026-02-19T14:05:00Z"),
            ("19/août/26 2:05 PM", "2026-08-19T14:05:00Z"),
            ("19/lip/23 9:01 AM", "2023-07-19T09:01:00Z"),
            ("26/abr/26 5:03 p. m.", "2026-04-26T17:03:00Z"),
            ("01/März/26 10:00 AM", "2026-03-01T10:00:00Z"),
            ("03/Мая/26 10:00", "2026-05-03T10:00:00Z"),
            ("03/мая/26 10:00", "2026-05-03T10:00:00Z"),
            ("25/9月/25 9:26 午後", "2025-09-25T21:26:00Z"),
            ("2025年5月3日 14:22", "2025-05-03T14:22:00Z"),
            ("25/十二月/25 9:26 上午", "2025-12-25T09:26:00Z"),
            ("5/13/2025 18:57", "2025-05-13T18:57:00Z"),
            ("13-05-2025 18:57:12", "2025-05-13T18:57:12Z"),
            ("3.5.2025", "2025-05-03T00:00:00Z"),
            ("Sun Apr 05 2026 04:00:00 GMT+0000 (GMT+00:00)", "2026-04-05T04:00:00Z"),
            ("Sun Apr 05 2026 04:00:00 GMT+0200 (CEST)", "2026-04-05T02:00:00Z"),
            ("9/16/2025, 3:43:17 PM GMT+10", "2025-09-16T05:43:17Z"),
            ("May 3, 2025", "2025-05-03T00:00:00Z"),
            ("3 de mayo de 2025, 10:11", "2025-05-03T10:11:00Z"),
            ("2026-01-02", "2026-01-02T00:00:00Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(utc), "{text}");
        }
        for text in [
            "",
            "x",
            "22:54:06Z+0000",
            "32/13/2025",
            "1/2",
            "5 of 6 in 7 and 8",
            "30/Feb/25",
            "2025",
            "99/99/9999",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_order_is_decided_for_a_file_and_said() {
        let of = |rows: &[&[&'static str]]| Dates::of(Tz::UTC, rows.iter().map(|row| row.to_vec()));
        let day = |dates: &Dates, text: &str| dates.read(text).unwrap().rfc3339()[..10].to_owned();
        let american = of(&[&["5/9/2025 18:57"], &["4/13/2025 7:10"]]);
        assert_eq!(day(&american, "5/9/2025"), "2025-05-09");
        let note =
            "dates such as `5/9/2025 18:57` are read month first, as `4/13/2025 7:10` can only be";
        assert_eq!(american.note().unwrap(), note);
        assert_eq!(day(&of(&[&["05/09/2025"], &["13/04/2025"]]), "05/09/2025"), "2025-09-05");
        // It was changed before it was there, if the day came first.
        let follows = of(&[&["02/03/2025", "01/04/2025"]]);
        assert_eq!(day(&follows, "02/03/2025"), "2025-03-02");
        let follows = of(&[&["03/02/2025", "04/01/2025"]]);
        assert_eq!(day(&follows, "03/02/2025"), "2025-03-02");
        assert!(of(&[&["2/3/22"]]).note().unwrap().ends_with("month first, which is a guess"));
        assert!(of(&[&["02/03/2022"]]).note().unwrap().contains("day first"));
        assert_eq!(of(&[&["22/Mar/14", "2026-01-02", "3.4.2025"]]).note(), None);
    }

    #[test]
    fn a_day_is_due_at_its_end() {
        let dates = Dates::of(Tz::UTC, std::iter::empty());
        let due = |text: &str| dates.due(text).unwrap().rfc3339();
        assert_eq!(due("2026-01-02"), "2026-01-02T23:59:59Z");
        assert_eq!(due("02/Jan/26 10:00"), "2026-01-02T10:00:00Z");
    }
}
