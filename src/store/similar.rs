//! Tickets that are like a ticket or a text: by the telling words that both have, ranked by BM25.

use rusqlite::OptionalExtension;

use super::clocks::Watch;
use super::derive;
use super::links::Linked;
use super::read::{Reader, Wants, ticket_of};
use super::words::Among;
use crate::domain::ids::{Timestamp, Uid};
use crate::domain::likeness::{Sample, Telling};
use crate::domain::text::{self, BREAK, Word};
use crate::domain::ticket::{Post, Ticket};
use crate::domain::words::MessageKind;
use crate::error::Result;
use crate::view;

/// How many words tickets are looked for by.
const WORDS_MAX: usize = 24;

/// How many tickets a word may stand in for its tickets to be counted at once.
const FEW: u32 = 64;

/// What more tickets have than this tells little, and takes long to go through.
const MANY: u32 = 2000;

/// In how many tickets the words may stand in all: what is gone through at most.
const PLACES_MAX: u32 = 6000;

/// Where no word is rarer, so many that are common are taken.
const COMMON_MAX: usize = 3;

/// How much a word counts in the title and in a public message. Notes do not count.
const WEIGHTS: (f64, f64) = (10.0, 1.0);

/// BM25's constants, as the text index has them.
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// What the text index holds, in figures.
struct Figures {
    tickets: f64,
    /// How many words a ticket has on average.
    length: f64,
    /// The last of its rows.
    rows: i64,
}

/// A telling word, and in how many tickets it stands.
struct Term<'s> {
    word: &'s Telling,
    place: usize,
    /// So many, or about so many.
    tickets: u32,
    /// They were counted.
    counted: bool,
}

/// The tickets that are like a sample.
pub struct Likes {
    sample: Sample,
    words: Vec<String>,
    hits: Vec<(i64, f64)>,
}

impl Reader<'_> {
    /// The tickets that are like `sample`, the best first and of two that are equal the newer;
    /// without `own`, which it was taken from.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn like(&self, sample: Sample, own: Option<Uid>, among: Among) -> Result<Likes> {
        let own = own.map(|uid| derive::row_of(self.conn, uid)).transpose()?.flatten();
        let figures = self.figures()?;
        let (terms, newest, unseen) = self.terms(&sample, own.is_some(), &figures)?;
        let words: Vec<String> = terms.iter().map(|term| term.word.word.clone()).collect();
        let all = terms.iter().chain(&unseen);
        let whole: f64 = all.map(|term| figures.score(term, sample.length())).sum();
        let mut hits = self.hits(&words, newest, among)?;
        hits.retain(|(row, _)| Some(*row) != own);
        hits.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
        for (_, score) in &mut hits {
            *score = (*score / whole).min(1.0);
        }
        Ok(Likes { sample, words, hits })
    }

    /// The first record of the text index: how many rows it has, and how many words in each column.
    fn figures(self) -> Result<Figures> {
        let sql = "SELECT block FROM text_data WHERE id = 1";
        let block: Option<Vec<u8>> =
            self.conn.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
        let numbers = varints(&block.unwrap_or_default());
        let (tickets, words) = numbers.split_first().unwrap_or((&0.0, &[]));
        let length = (words.iter().sum::<f64>() / tickets).max(1.0);
        let sql = "SELECT ifnull(max(id), 0) FROM ticket";
        let rows = self.conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(Figures { tickets: *tickets, length, rows })
    }

    /// How common the telling words of a sample are: the number of tickets, and about how many of them
    /// have each word.
    pub(super) fn rarity(self, sample: &Sample) -> Result<(f64, Vec<u32>)> {
        let figures = self.figures()?;
        let words = sample.telling.iter().enumerate();
        let places = words.map(|(place, word)| Ok(self.term(word, place, &figures)?.tickets));
        Ok((figures.tickets, places.collect::<Result<_>>()?))
    }

    /// The words that tickets are looked for by, the most telling first; the row from which on they
    /// are, which is any unless all words are common; and the words of the title that no other
    /// ticket has.
    fn terms<'s>(
        self,
        sample: &'s Sample,
        own: bool,
        figures: &Figures,
    ) -> Result<(Vec<Term<'s>>, i64, Vec<Term<'s>>)> {
        let (mut open, mut common, mut unseen) = (Vec::new(), Vec::new(), Vec::new());
        for (place, word) in sample.telling.iter().enumerate() {
            let term = self.term(word, place, figures)?;
            match term.tickets {
                many if many > MANY => common.push(term),
                few if few > u32::from(own) => open.push(term),
                _ if word.title > 0 => unseen.push(term),
                _ => {}
            }
        }
        let (mut terms, mut left) = (Vec::new(), PLACES_MAX);
        while terms.len() < WORDS_MAX
            && let Some(best) = figures.best(&open)
        {
            let mut term = open.swap_remove(best);
            if !term.counted {
                (term.tickets, _) = self.tickets_with(&term.word.word, MANY)?;
                term.counted = true;
                if term.tickets > MANY { &mut common } else { &mut open }.push(term);
            } else if term.tickets <= left {
                left -= term.tickets;
                terms.push(term);
            }
        }
        if !terms.is_empty() {
            return Ok((terms, i64::MIN, unseen));
        }
        common.sort_by_key(|term| term.place);
        common.truncate(COMMON_MAX);
        let newest = self.newest(&common)?;
        Ok((common, newest, unseen))
    }

    /// A telling word, its tickets counted if they are few. Else the first few of them tell about how
    /// many there are, for to go through all would take long.
    fn term<'s>(self, word: &'s Telling, place: usize, figures: &Figures) -> Result<Term<'s>> {
        let (tickets, last) = self.tickets_with(&word.word, FEW)?;
        let counted = tickets <= FEW;
        let about = i64::from(tickets) * figures.rows / last.max(1);
        let about = u32::try_from(about).unwrap_or(u32::MAX).max(tickets);
        Ok(Term { word, place, tickets: if counted { tickets } else { about }, counted })
    }

    /// In how many tickets a word stands, notes not counted, or one more than `most`; and the row of
    /// the last that was counted.
    fn tickets_with(self, word: &str, most: u32) -> Result<(u32, i64)> {
        let sql = "SELECT count(*), ifnull(max(hit), 0)
             FROM (SELECT rowid AS hit FROM text WHERE text MATCH ?1 LIMIT ?2)";
        let mut statement = self.conn.prepare_cached(sql)?;
        Ok(statement.query_row((any_of([word]), most + 1), |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// The row from which on each of the words stands in at most [`MANY`] tickets.
    fn newest(self, terms: &[Term<'_>]) -> Result<i64> {
        let sql =
            "SELECT rowid FROM text WHERE text MATCH ?1 ORDER BY rowid DESC LIMIT 1 OFFSET ?2";
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut newest = i64::MIN;
        for term in terms {
            let any = any_of([term.word.word.as_str()]);
            let row = statement.query_row((any, MANY), |row| row.get(0)).optional()?;
            newest = newest.max(row.unwrap_or(i64::MIN));
        }
        Ok(newest)
    }

    /// The tickets that have one of the words, with BM25's score.
    fn hits(self, words: &[String], newest: i64, among: Among) -> Result<Vec<(i64, f64)>> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let (title, body) = WEIGHTS;
        let score = format!("-bm25(text, {title:.1}, {body:.1}, 0.0)");
        let sql = match among {
            Among::All => format!(
                "SELECT rowid, {score} FROM text WHERE text MATCH ?1 AND rowid >= ?2
                   AND rowid NOT IN (SELECT id FROM ticket WHERE merged IS NOT NULL)"
            ),
            some => format!(
                "SELECT text.rowid, {score} FROM text CROSS JOIN ticket t ON t.id = text.rowid
                 WHERE text.text MATCH ?1 AND text.rowid >= ?2 AND t.merged IS NULL AND {}",
                some.condition()
            ),
        };
        let mut statement = self.conn.prepare_cached(&sql)?;
        let any = any_of(words.iter().map(String::as_str));
        let hits = statement.query_map((any, newest), |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(hits.collect::<rusqlite::Result<_>>()?)
    }
}

impl Likes {
    /// How many tickets have one of the telling words.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.hits.len() as u64
    }

    /// Leaves out the tickets that are less alike.
    #[must_use]
    pub fn at_least(mut self, score: f64) -> Self {
        self.hits.retain(|hit| hit.1 >= score);
        self
    }

    /// Hands the tickets to `sink`, with what both have in common.
    ///
    /// # Errors
    /// When the desk cannot be read, or whatever `sink` returns.
    pub fn each(
        &self,
        (reader, now): (&Reader<'_>, Timestamp),
        wants: &Wants,
        sink: &mut view::Sink<'_>,
    ) -> Result<()> {
        let (body, join) = wants.described();
        let sql = format!(
            "SELECT {}, {body} FROM (SELECT * FROM ticket WHERE id = ?1) ticket {join}",
            wants.columns()
        );
        let mut statement = reader.conn.prepare_cached(&sql)?;
        let watch = Watch::new(reader.conn, now);
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let most = wants.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
        let linked = Linked::of(reader.conn, wants)?;
        for (row, score) in self.hits.iter().take(most) {
            let mut rows = statement.query([row])?;
            let Some(found) = rows.next()? else { continue };
            let mut ticket = ticket_of(found, &watch)?;
            linked.fill(&mut ticket);
            let fold = if wants.has("shared") { derive::load(reader.conn, *row)? } else { None };
            let shared = fold.map(|fold| self.sample.shared(&words, &public(&fold)));
            let (score, shared) = (view::rounded(*score), shared.unwrap_or_default());
            ticket.hit = Some(Box::new(view::Why::Alike(view::Alike { score, shared })));
            sink(ticket)?;
        }
        Ok(())
    }
}

impl Figures {
    /// The place of the word that is worth most.
    fn best(&self, terms: &[Term<'_>]) -> Option<usize> {
        let order = |a: &Term<'_>, b: &Term<'_>| {
            self.worth(a).total_cmp(&self.worth(b)).then(b.place.cmp(&a.place))
        };
        (0..terms.len()).max_by(|a, b| order(&terms[*a], &terms[*b]))
    }

    /// What a word is worth, at most: the fewer tickets have it, the more.
    fn worth(&self, term: &Term<'_>) -> f64 {
        let tickets = f64::from(term.tickets);
        f64::from(term.word.weight()) * ((self.tickets + 1.0) / (tickets + 0.5)).ln()
    }

    /// BM25's score of a word in the sample itself, of so many words, as the text index has it.
    fn score(&self, term: &Term<'_>, length: u32) -> f64 {
        let tickets = f64::from(term.tickets);
        let rarity = ((self.tickets - tickets + 0.5) / (tickets + 0.5)).ln().max(1e-6);
        let often = WEIGHTS.0 * f64::from(term.word.title) + WEIGHTS.1 * f64::from(term.word.body);
        let length = f64::from(length) / self.length;
        rarity * often * (K1 + 1.0) / (often + K1 * (1.0 - B + B * length))
    }
}

/// A question to the text index for any of these words, in titles and public messages. They are
/// letters and digits only, and quoted.
fn any_of<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("\"{word}\"")).collect();
    format!("{{title body}} : ({})", words.join(" OR "))
}

/// The words of a ticket's title and public messages.
fn public(ticket: &Ticket) -> Vec<Word> {
    let mut text = ticket.now.title.clone();
    let public = |post: &&&Post| post.message.kind == MessageKind::Reply;
    for post in ticket.conversation().iter().filter(public) {
        text.push_str(BREAK);
        text.push_str(&post.message.wording.body);
    }
    text::words(&text)
}

/// Numbers as SQLite packs them: seven bits a byte, the highest first, the last byte below 128.
fn varints(mut bytes: &[u8]) -> Vec<f64> {
    let mut numbers = Vec::new();
    while !bytes.is_empty() {
        let end =
            bytes.iter().take(8).position(|byte| *byte < 0x80).unwrap_or(8).min(bytes.len() - 1);
        let number =
            bytes[..=end].iter().fold(0.0, |number, byte| number * 128.0 + f64::from(byte & 0x7f));
        numbers.push(number);
        bytes = &bytes[end + 1..];
    }
    numbers
}
