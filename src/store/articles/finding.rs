//! Articles found by their words, and articles that are like a ticket.

use std::collections::HashMap;

use super::KIND;
use crate::domain::article::Article;
use crate::domain::likeness::Sample;
use crate::domain::query::{Place, Query};
use crate::domain::snippet::Snippet;
use crate::domain::text::Phrase;
use crate::error::Result;
use crate::store::{Reader, list, search};
use crate::view::{self, Time};

/// How much a word counts in the title and in the text.
const WEIGHTS: (f64, f64) = (8.0, 1.0);

/// Articles are looked for by so many words of a ticket.
const WORDS_MAX: usize = 24;

/// A word that only stands in the text of an article counts so much of one in its title.
const IN_TEXT: f64 = 0.4;

/// An article that has fewer of what the words are worth is not like them.
const ALIKE: f64 = 0.18;

impl Reader<'_> {
    /// The articles in which these phrases stand, best first, and how many there are.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn find_articles(
        &self,
        phrases: &[Phrase],
        limit: Option<u64>,
    ) -> Result<(Vec<view::FoundArticle>, u64)> {
        let asked: Vec<String> = phrases.iter().map(|it| list::phrase_in(None, it)).collect();
        let wanted: Vec<_> = phrases.iter().map(|phrase| (None, phrase)).collect();
        let asked = asked.join(" AND ");
        let hits = self.hits_in_articles(&asked, limit)?;
        let mut found = Vec::new();
        for (name, score) in hits {
            found.extend(self.found(&name, score, &wanted)?);
        }
        let sql = "SELECT count(*) FROM article_text WHERE article_text MATCH ?1";
        let count: i64 = self.conn.prepare_cached(sql)?.query_row([asked], |row| row.get(0))?;
        Ok((found, count.cast_unsigned()))
    }

    /// The articles in which the words of a query for tickets stand, best first, if it asks for words
    /// and for nothing else.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn articles_for(&self, query: &Query, limit: u64) -> Result<Vec<view::Mention>> {
        let Some(asked) = search::words_alone(query) else { return Ok(Vec::new()) };
        let hits = self.hits_in_articles(&asked, Some(limit))?;
        self.mentioned(hits)
    }

    fn hits_in_articles(self, asked: &str, limit: Option<u64>) -> Result<Vec<(String, f64)>> {
        let (title, body) = WEIGHTS;
        let sql = format!(
            "SELECT a.name, -bm25(article_text, {title:.1}, {body:.1}) AS score
             FROM article_text CROSS JOIN article a ON a.id = article_text.rowid
             WHERE article_text MATCH ?1 ORDER BY score DESC, a.name LIMIT ?2"
        );
        let limit = limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(-1);
        let mut statement = self.conn.prepare_cached(&sql)?;
        let hits = statement.query_map((asked, limit), |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(hits.collect::<rusqlite::Result<_>>()?)
    }

    fn found(
        self,
        name: &str,
        score: f64,
        wanted: &[(Option<Place>, &Phrase)],
    ) -> Result<Option<view::FoundArticle>> {
        let Some(article) = self.article_as_kept(name)? else { return Ok(None) };
        let marked = Snippet::of_text(&article.title, &article.body, wanted);
        let Article { name, title, labels, reference, url, updated_at, .. } = article;
        let (score, updated_at) = (view::rounded(score), updated_at.map(Time));
        let snippet = marked.part.text.clone();
        Ok(Some(view::FoundArticle {
            name,
            title,
            labels,
            reference,
            url,
            updated_at,
            score,
            snippet,
            marked,
        }))
    }

    fn mentioned(self, hits: Vec<(String, f64)>) -> Result<Vec<view::Mention>> {
        let mut mentions = Vec::new();
        for (name, score) in hits {
            if let Some(Article { title, .. }) = self.article_as_kept(&name)? {
                mentions.push(view::Mention { name, title, score: view::rounded(score) });
            }
        }
        Ok(mentions)
    }

    fn article_as_kept(self, name: &str) -> Result<Option<Article>> {
        let text = self.kept(&format!("{KIND}/{name}"))?;
        text.map(|text| Article::read(name, &text)).transpose()
    }

    /// The articles that are like a ticket or a text, best first: those that have the most of what its
    /// telling words are worth. A word is worth the more, the fewer tickets and articles have it; so it
    /// is in a knowledge base of three articles too, of which no word could be told to be rare.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn like_articles(&self, sample: &Sample, limit: usize) -> Result<Vec<view::Mention>> {
        let sql = "SELECT count(id) FROM article";
        let articles: u32 = self.conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        if articles == 0 || sample.telling.is_empty() {
            return Ok(Vec::new());
        }
        let (tickets, places) = self.rarity(sample)?;
        let all = tickets + f64::from(articles);
        let mut words = Vec::new();
        for (word, tickets) in sample.telling.iter().zip(places) {
            let texts = self.articles_with(&word.word, None)?;
            let places =
                f64::from(tickets) + f64::from(u32::try_from(texts.len()).unwrap_or(u32::MAX));
            let rare = (1.0 + (all - places + 0.5).max(0.0) / (places + 0.5)).ln();
            words.push((f64::from(word.weight()) * rare, &word.word, texts));
        }
        words.sort_by(|a, b| b.0.total_cmp(&a.0));
        words.truncate(WORDS_MAX);
        let whole: f64 = words.iter().map(|(worth, ..)| worth).sum();
        let mut scores: HashMap<i64, f64> = HashMap::new();
        for (worth, word, texts) in words {
            for row in texts {
                *scores.entry(row).or_default() += worth * IN_TEXT;
            }
            for row in self.articles_with(word, Some(Place::Title))? {
                *scores.entry(row).or_default() += worth * (1.0 - IN_TEXT);
            }
        }
        let mut best: Vec<(i64, f64)> =
            scores.into_iter().map(|(row, score)| (row, score / whole)).collect();
        best.retain(|(_, score)| *score >= ALIKE);
        best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        best.truncate(limit);
        let mut name = self.conn.prepare_cached("SELECT name FROM article WHERE id = ?1")?;
        let named = best
            .into_iter()
            .map(|(row, score)| Ok((name.query_row([row], |row| row.get::<_, String>(0))?, score)));
        let named = named.collect::<rusqlite::Result<_>>()?;
        self.mentioned(named)
    }

    /// The rows of the articles that have a word, or have it in their title.
    fn articles_with(self, word: &str, place: Option<Place>) -> Result<Vec<i64>> {
        let phrase = Phrase { words: vec![word.to_owned()], open: false };
        let asked = list::phrase_in(place, &phrase);
        let sql = "SELECT rowid FROM article_text WHERE article_text MATCH ?1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([asked], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
