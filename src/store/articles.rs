//! Articles of the knowledge base and the tickets that they are linked to.
//!
//! Each is kept under `kb/NAME`, each of its links under `kb-link/NAME/UID`: two machines that link
//! the same article do not contradict each other.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

use super::write::Writer;
use super::{Met, Reader, kept, named};
use crate::domain::article::{Article, Heard, slug};
use crate::domain::ids::{Machine, Number, Uid};
use crate::domain::text::indexed;
use crate::domain::words::Status;
use crate::error::{Error, Result};
use crate::view::{self, Time};

mod finding;
mod told;

pub(super) use told::in_words;

/// The kind of what articles are kept as.
const KIND: &str = "kb";
/// The kind of what their links are kept as.
const LINK: &str = "kb-link";

/// What became of an article that an import brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// It was new, or other than before.
    pub met: Met,
    /// The name that it is kept under.
    pub name: String,
    /// What was changed both here and there, and stays as it is here.
    pub kept: Vec<&'static str>,
}

impl Writer<'_> {
    /// Keeps an article under its name, or takes away the one that is kept there; says whether that
    /// changed anything.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn keep_article(&mut self, name: &str, article: Option<&Article>) -> Result<bool> {
        let text = article.map(Article::write).transpose()?;
        self.put(&key(name), text.as_deref())
    }

    /// The article that is kept under a name, if there is one.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn kept_article(&self, name: &str) -> Result<Option<Article>> {
        let text = kept::get(self.connection(), &key(name))?;
        text.map(|text| Article::read(name, &text)).transpose()
    }

    /// A name for an article with this title that no other has.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn free_name(&self, title: &str) -> Result<String> {
        let base = slug(title);
        let mut name = base.clone();
        for number in 2u32.. {
            if kept::get(self.connection(), &key(&name))?.is_none() {
                break;
            }
            name = format!("{base}-{number}");
        }
        Ok(name)
    }

    /// Meets an article that comes from another place with what stands here.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn meet_article(&mut self, mut new: Article) -> Result<Told> {
        let there = new.reference.as_deref().map(|name| called(self.connection(), name));
        let Some(name) = there.transpose()?.flatten() else {
            let name = self.free_name(&new.title)?;
            new = new.from_source();
            self.keep_article(&name, Some(&new))?;
            return Ok(Told { met: Met::Added, name, kept: Vec::new() });
        };
        let was = kept::get(self.connection(), &key(&name))?.unwrap_or_default();
        let was = Article::read(&name, &was)?;
        let Heard { article, kept } = was.after(new);
        let same = (&was.title, &was.body, &was.labels, &was.url)
            == (&article.title, &article.body, &article.labels, &article.url);
        let met = if same { Met::Known } else { Met::Updated };
        self.keep_article(&name, Some(&article))?;
        Ok(Told { met, name, kept })
    }

    /// Says that an article helps with a ticket; returns whether that is news.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn link_article(&mut self, name: &str, uid: Uid) -> Result<bool> {
        if self.linked(name, uid)?.is_empty() {
            self.put(&link(name, uid), Some("linked"))
        } else {
            Ok(false)
        }
    }

    /// Takes that away again, from the ticket and all that is part of it; returns whether it was so.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn unlink_article(&mut self, name: &str, uid: Uid) -> Result<bool> {
        let linked = self.linked(name, uid)?;
        for uid in &linked {
            self.put(&link(name, *uid), None)?;
        }
        Ok(!linked.is_empty())
    }

    /// The ticket, and what is part of it, as far as the article is linked to it.
    fn linked(&mut self, name: &str, uid: Uid) -> Result<Vec<Uid>> {
        self.settle()?;
        let mut all = named::parts(self.connection(), uid)?;
        all.push(uid);
        let there = links_of(self.connection(), name)?;
        all.retain(|uid| there.contains(uid));
        Ok(all)
    }

    /// Takes an article away with its links; returns the tickets that it was linked to.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn remove_article(&mut self, name: &str) -> Result<usize> {
        let links = links_of(self.connection(), name)?;
        for uid in &links {
            self.put(&link(name, *uid), None)?;
        }
        self.keep_article(name, None)?;
        Ok(links.len())
    }

    /// Keeps an article under another name, its links with it.
    ///
    /// # Errors
    /// Exit 4 when the name is taken.
    pub fn rename_article(&mut self, name: &str, article: &Article, to: &str) -> Result<()> {
        if kept::get(self.connection(), &key(to))?.is_some() {
            return Err(Error::invalid(format!("there is an article `{to}` already")));
        }
        self.keep_article(name, None)?;
        self.keep_article(to, Some(article))?;
        for uid in links_of(self.connection(), name)? {
            self.put(&link(name, uid), None)?;
            self.put(&link(to, uid), Some("linked"))?;
        }
        Ok(())
    }

    /// The article of this name as it is shown now.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn article(&mut self, name: &str) -> Result<Option<view::Article>> {
        self.settle()?;
        Reader::new(self.connection()).article(name)
    }
}

impl Reader<'_> {
    /// Every article with the tickets that it is linked to, by name.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn articles(&self) -> Result<Vec<view::Article>> {
        let mut tickets = self.helped(None)?;
        let all = self.kept_of(KIND)?.into_iter();
        let shown = all.map(|(name, text)| {
            let tickets = tickets.remove(&name).unwrap_or_default();
            Ok(view::Article::of(Article::read(&name, &text)?, tickets))
        });
        shown.collect()
    }

    /// The article of this name with the tickets that it is linked to, if there is one.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn article(&self, name: &str) -> Result<Option<view::Article>> {
        let Some(text) = self.kept(&key(name))? else { return Ok(None) };
        let tickets = self.helped(Some(name))?.remove(name).unwrap_or_default();
        Ok(Some(view::Article::of(Article::read(name, &text)?, tickets)))
    }

    /// The articles that are linked to a ticket or to what is part of it.
    pub(super) fn articles_of(self, uid: Uid) -> Result<Vec<view::ArticleName>> {
        let mut any = self.conn.prepare_cached("SELECT 1 FROM helps LIMIT 1")?;
        if !any.exists([])? {
            return Ok(Vec::new());
        }
        let sql = "SELECT article FROM helps WHERE uid = ?1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut names = Vec::new();
        for uid in [vec![uid], named::parts(self.conn, uid)?].concat() {
            let found = statement.query_map([uid.0], |row| row.get(0))?;
            names.extend(found.collect::<rusqlite::Result<Vec<String>>>()?);
        }
        names.sort_unstable();
        names.dedup();
        let mut articles = Vec::new();
        for name in names {
            // What another machine took away meanwhile is no article.
            if let Some(text) = self.kept(&key(&name))? {
                let title = Article::read(&name, &text)?.title;
                articles.push(view::ArticleName { name, title });
            }
        }
        Ok(articles)
    }

    /// The tickets that articles are linked to, by the article's name: each as what it is part of now.
    fn helped(self, name: Option<&str>) -> Result<HashMap<String, Vec<view::Helped>>> {
        let sql = "SELECT article, uid FROM helps WHERE ?1 IS NULL OR article = ?1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let links = statement.query_map([name], |row| Ok((row.get(0)?, Uid(row.get(1)?))))?;
        let links: Vec<(String, Uid)> = links.collect::<rusqlite::Result<_>>()?;
        let mut all: HashMap<String, Vec<(Number, view::Helped)>> = HashMap::new();
        for (article, uid) in links {
            let uid = named::part_of(self.conn, uid)?;
            let Some(ticket) = self.helps(uid)? else { continue };
            let tickets = all.entry(article).or_default();
            if tickets.iter().all(|(_, known)| known.uid != uid) {
                tickets.push(ticket);
            }
        }
        let sorted = all.into_iter().map(|(name, mut tickets)| {
            tickets.sort_by_key(|(number, _)| *number);
            (name, tickets.into_iter().map(|(_, ticket)| ticket).collect())
        });
        Ok(sorted.collect())
    }

    /// A ticket as an article names it; none where it was taken back, or is not known here yet.
    fn helps(self, uid: Uid) -> Result<Option<(Number, view::Helped)>> {
        let sql = "SELECT t.machine, t.n, t.title, t.status
             FROM subject s JOIN ticket t ON t.id = s.id WHERE s.uid = ?1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let found = statement.query_row([uid.0], |row| {
            let number = Number { machine: Machine(row.get(0)?), n: row.get(1)? };
            let status = Status::from_rank(row.get(3)?).unwrap_or(Status::New);
            let helped = view::Helped { id: number.to_string(), uid, title: row.get(2)?, status };
            Ok((number, helped))
        });
        Ok(found.optional()?)
    }
}

impl view::Article {
    fn of(article: Article, tickets: Vec<view::Helped>) -> Self {
        let Article { name, title, body, labels, reference, url, author, .. } = article;
        let (created_at, updated_at) = (article.created_at.map(Time), article.updated_at.map(Time));
        Self { name, title, labels, body, reference, url, author, created_at, updated_at, tickets }
    }
}

fn key(name: &str) -> String {
    format!("{KIND}/{name}")
}

fn link(name: &str, uid: Uid) -> String {
    format!("{LINK}/{name}/{uid}")
}

/// The name of the article that is called so where it comes from.
fn called(conn: &Connection, reference: &str) -> Result<Option<String>> {
    let sql = "SELECT name FROM article WHERE ref = ?1 ORDER BY name LIMIT 1";
    Ok(conn.prepare_cached(sql)?.query_row([reference], |row| row.get(0)).optional()?)
}

/// The tickets that an article was linked to, as they were then.
fn links_of(conn: &Connection, name: &str) -> Result<Vec<Uid>> {
    let mut statement =
        conn.prepare_cached("SELECT uid FROM helps WHERE article = ?1 ORDER BY uid")?;
    let uids = statement.query_map([name], |row| Ok(Uid(row.get(0)?)))?;
    Ok(uids.collect::<rusqlite::Result<_>>()?)
}

/// Writes what is kept under `key` where articles and their links are looked up, if it is one.
pub(super) fn write(conn: &Connection, key: &str, value: Option<&str>) -> Result<()> {
    let Some((kind, name)) = key.split_once('/') else { return Ok(()) };
    match (kind, name.rsplit_once('/')) {
        (KIND, _) => article(conn, name, value),
        (LINK, Some((name, uid))) => {
            // A link that names no ticket links none.
            let Ok(uid) = uid.parse::<Uid>() else { return Ok(()) };
            let sql = match value {
                Some(_) => "INSERT OR IGNORE INTO helps (uid, article) VALUES (?1, ?2)",
                None => "DELETE FROM helps WHERE uid = ?1 AND article = ?2",
            };
            conn.prepare_cached(sql)?.execute((uid.0, name))?;
            Ok(())
        }
        _ => Ok(()),
    }
}

fn article(conn: &Connection, name: &str, value: Option<&str>) -> Result<()> {
    let sql = "SELECT id FROM article WHERE name = ?1";
    let id: Option<i64> =
        conn.prepare_cached(sql)?.query_row([name], |row| row.get(0)).optional()?;
    if let Some(id) = id {
        conn.prepare_cached("DELETE FROM article_text WHERE rowid = ?1")?.execute([id])?;
        conn.prepare_cached("DELETE FROM article WHERE id = ?1")?.execute([id])?;
    }
    // One that cannot be read is in no list.
    let read = value.and_then(|text| Article::read(name, text).ok());
    let Some(Article { title, body, labels, reference, .. }) = read else { return Ok(()) };
    let sql = "INSERT INTO article (id, name, ref) VALUES (?1, ?2, ?3)";
    conn.prepare_cached(sql)?.execute((id, name, reference))?;
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let head = format!("{title}{}{}", crate::domain::text::BREAK, labels.join(" "));
    let sql = "INSERT INTO article_text (rowid, title, body) VALUES (?1, ?2, ?3)";
    let id = id.unwrap_or_else(|| conn.last_insert_rowid());
    conn.prepare_cached(sql)?.execute((id, indexed(&head), indexed(&body)))?;
    Ok(())
}

/// The tables that are written with what is kept.
pub(super) const TABLES: [&str; 3] = ["article", "helps", "article_text"];
