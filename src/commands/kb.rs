//! `tix kb`: the knowledge base.

use clap::{Args, Subcommand};

mod link;
mod texts;

pub(super) use texts::resume;
use texts::{Edit, New};

use super::{asked, kept};
use crate::cx::Cx;
use crate::domain::article::{Article, name_of};
use crate::domain::text::{self, Phrase};
use crate::error::{Error, Result, counted};
use crate::view::{self, Articles, Kept, View};

/// Keep articles that answer what is asked again and again
///
/// An article is Markdown under a name. `tix kb link 42 NAME` says that it helps with a ticket, `tix
/// reply 42 --kb NAME` answers with it. Replies name the articles that are like their ticket, and
/// `tix search` those that hold its words. `tix import confluence` and `tix import markdown` bring
/// the articles of a wiki or a folder.
#[derive(Args, Debug)]
pub(crate) struct Kb {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Keep an article; its name is made of the title
    New(New),
    /// List the articles
    #[command(visible_alias = "ls")]
    List {
        /// Only those whose name, title or labels hold these words
        #[arg(value_name = "TEXT")]
        words: Vec<String>,
    },
    /// Show articles, each with the tickets that it is linked to
    #[command(visible_alias = "view")]
    Show {
        /// The names
        #[arg(value_name = "ARTICLE", required = true)]
        names: Vec<String>,
    },
    /// Change an article: its text, or what is given; without either it opens in your editor
    Edit(Edit),
    /// Take articles away, and their links; `tix undo` brings them back
    Rm {
        /// The names
        #[arg(value_name = "ARTICLE", required = true)]
        names: Vec<String>,
        /// Say what would be taken away, and do nothing
        #[arg(short = 'n', long)]
        dry_run: bool,
    },
    /// Search the articles, the best matches first
    ///
    /// Words must all stand in an article, `\"some words\"` side by side; `cra*` is any word that
    /// begins so.
    Search {
        /// What to look for
        #[arg(value_name = "TEXT", required = true)]
        words: Vec<String>,
        /// Show at most N articles; 0 for all
        #[arg(short = 'L', long, value_name = "N")]
        limit: Option<u64>,
        /// Exit with 3 when nothing matches
        #[arg(long)]
        fail_empty: bool,
    },
    /// Say that an article helps with tickets
    Link(link::Link),
    /// Take that away again
    Unlink(link::Link),
}

impl Kb {
    /// Is its answer what a search found?
    pub(crate) fn searches(&self) -> bool {
        matches!(self.what, Some(What::Search { .. }))
    }

    /// Is its answer long enough to want a pager?
    pub(crate) fn pages(&self) -> bool {
        let long = |what: &What| {
            matches!(what, What::List { .. } | What::Show { .. } | What::Search { .. })
        };
        self.what.as_ref().is_none_or(long)
    }

    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        match self.what.unwrap_or(What::List { words: Vec::new() }) {
            What::New(new) => new.run(cx),
            What::List { words } => {
                let mut all = cx.reader()?.map_or(Ok(Vec::new()), |desk| desk.articles())?;
                all.retain(|article| holds(article, &words));
                Ok(View::Articles(Articles::Listed(all)))
            }
            What::Show { names } => {
                let single = names.len() == 1;
                let names: Result<Vec<String>> =
                    names.iter().map(|name| named(cx, name).map(|it| it.name)).collect();
                let mut shown = Vec::new();
                for name in names? {
                    shown.extend(cx.reader()?.map_or(Ok(None), |desk| desk.article(&name))?);
                }
                Ok(View::Articles(Articles::Shown(shown, single)))
            }
            What::Edit(edit) => edit.run(cx),
            What::Rm { names, dry_run } => remove(cx, &names, dry_run),
            What::Search { words, limit, fail_empty } => search(cx, &words, limit, fail_empty),
            What::Link(link) => link.run(cx, true),
            What::Unlink(link) => link.run(cx, false),
        }
    }
}

/// Do all of these words begin a word of its name, its title or its labels?
fn holds(article: &view::Article, words: &[String]) -> bool {
    let labels: Vec<&str> = article.labels.iter().map(String::as_str).collect();
    let text = format!("{}\n{}\n{}", article.name, article.title, labels.join("\n"));
    let there = text::words(&text);
    let phrase = |word: &String| Phrase::read(&format!("{word}*"));
    words.iter().filter_map(phrase).all(|phrase| !phrase.places(&there).is_empty())
}

/// The article of this name.
///
/// # Errors
/// Exit 3 when there is none, with the nearest name.
pub(super) fn named(cx: &mut Cx, name: &str) -> Result<Article> {
    let wanted = name_of(name).unwrap_or_else(|_| name.to_owned());
    if let Some(text) = kept::find(cx, KIND, &wanted)? {
        return Article::read(&wanted, &text);
    }
    let all = kept::all(cx, KIND)?;
    let names = all.iter().map(|(name, _)| name.as_str());
    Err(kept::missing(("article", "tix kb list"), name, names))
}

/// The kind of what is kept.
const KIND: &str = "kb";

fn search<'a>(
    cx: &'a mut Cx,
    words: &[String],
    limit: Option<u64>,
    fail_empty: bool,
) -> Result<View<'a>> {
    let phrases = phrases(&words.join(" "));
    if phrases.is_empty() {
        return Err(Error::invalid("nothing to search for").because("no word has a letter in it"));
    }
    // Each takes two lines.
    let limit = match limit {
        Some(limit) => Some(limit).filter(|limit| *limit > 0),
        None => asked::fits(cx).map(|lines| lines / 2),
    };
    let none = || Ok((Vec::new(), 0));
    let (found, count) =
        cx.reader()?.map_or_else(none, |desk| desk.find_articles(&phrases, limit))?;
    if fail_empty && count == 0 {
        return Err(Error::not_found("no articles match"));
    }
    Ok(View::Articles(Articles::Found(found, count)))
}

/// What is looked for: words, and what stands between quotation marks side by side.
fn phrases(text: &str) -> Vec<Phrase> {
    let parts = text.split('"').enumerate();
    let one = |(i, part): (usize, &str)| -> Vec<Phrase> {
        if i % 2 == 1 {
            return Phrase::read(part).into_iter().collect();
        }
        part.split_whitespace().filter_map(Phrase::read).collect()
    };
    parts.flat_map(one).collect()
}

fn remove<'a>(cx: &'a mut Cx, names: &[String], dry_run: bool) -> Result<View<'a>> {
    let mut gone = Vec::new();
    for name in names {
        let name = named(cx, name)?.name;
        if !gone.contains(&name) {
            gone.push(name);
        }
    }
    let (mut all, mut lines) = (Vec::new(), Vec::new());
    let made = kept::change(cx, dry_run, |desk| {
        for name in &gone {
            all.extend(desk.article(name)?);
            let count = desk.remove_article(name)? as u64;
            let from = format!(", and its {} to tickets", counted(count, "link"));
            let from = if count > 0 { from } else { String::new() };
            lines.push(format!("took away the article {name}{from}"));
        }
        Ok(true)
    })?;
    let done = Kept::Forgotten;
    Ok(View::Articles(Articles::Changed { all, lines, done, announce: false, made }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_quotation_marks_is_one_phrase() {
        let words = |text: &str| -> Vec<String> {
            phrases(text).into_iter().map(|phrase| phrase.words.join(" ")).collect()
        };
        assert_eq!(words("reset \"my password\" now"), ["reset", "my password", "now"]);
        assert_eq!(words("\"open end"), ["open end"]);
        assert_eq!(words("label:bug (x OR y)"), ["label bug", "x", "or", "y"]);
        assert!(words("-- ** \"\"").is_empty());
    }
}
