//! Writing articles, and changing them.

use clap::Args;

use super::named;
use crate::commands::kept;
use crate::commands::label::Delta;
use crate::commands::new::labels;
use crate::cx::{Body, Cx, Else, Page, Seen};
use crate::domain::article::{Article, name_of, slug};
use crate::domain::event::title_of;
use crate::domain::purpose::Purpose;
use crate::drafts::{Below, line_unlike};
use crate::error::{Error, Result};
use crate::render;
use crate::view::{Articles, Kept, View};

/// A new article.
#[derive(Args, Debug)]
pub(crate) struct New {
    /// The title, one line of 1 to 200 characters
    #[arg(value_name = "TITLE", required = true)]
    title: Vec<String>,
    #[command(flatten)]
    body: Body,
    /// A label; may be given several times, or several separated by commas
    #[arg(short, long = "label", value_name = "LABELS")]
    labels: Vec<String>,
    /// The name, instead of one made of the title
    #[arg(long, value_name = "NEWNAME")]
    name: Option<String>,
    /// Say what would be kept, and keep nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

/// Changes to an article.
#[derive(Args, Debug)]
pub(crate) struct Edit {
    /// The name
    #[arg(value_name = "ARTICLE")]
    name: String,
    #[command(flatten)]
    body: Body,
    /// The title, one line of 1 to 200 characters
    #[arg(short, long, value_name = "TITLE", allow_hyphen_values = true)]
    title: Option<String>,
    /// Labels: +a,-b puts a on and takes b off; a,b are all there shall be
    #[arg(short, long = "label", value_name = "LABELS", allow_hyphen_values = true)]
    labels: Vec<String>,
    /// Another name; links follow it
    #[arg(long, value_name = "NEWNAME", conflicts_with = "edit")]
    rename: Option<String>,
    /// Say what would be kept, and keep nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

impl New {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        cx.may_begin()?;
        let mut article = Article {
            title: title_of(&self.title.join(" "))?,
            labels: labels(&self.labels)?,
            ..Article::default()
        };
        if let Some(name) = &self.name {
            article.name = name_of(name)?;
            if kept::find(cx, super::KIND, &article.name)?.is_some() {
                return Err(taken(&article.name));
            }
        }
        save(cx, Plan { article, was: None, body: self.body, dry_run: self.dry_run })
    }
}

fn taken(name: &str) -> Error {
    Error::invalid(format!("there is an article `{name}` already"))
        .hint(format!("`tix kb edit {name}` changes it"))
}

/// What an article is to be, but for its text.
struct Plan {
    article: Article,
    was: Option<Article>,
    body: Body,
    dry_run: bool,
}

/// Goes on with an article that was begun in an editor.
pub(in crate::commands) fn resume(
    cx: &mut Cx,
    (name, mut article): (String, Article),
    was: bool,
    dry_run: bool,
) -> Result<View<'_>> {
    // As it stands by now; what its writer saw is held against that.
    let was = if was { Some(named(cx, &name)?) } else { None };
    article.name = name;
    save(cx, Plan { article, was, body: Body::in_editor(), dry_run })
}

/// Keeps an article with the text that is given, or written in the editor over what there was.
fn save(cx: &mut Cx, plan: Plan) -> Result<View<'_>> {
    let Plan { mut article, was, body, dry_run } = plan;
    let or = Else { stdin: true, editor: true };
    let written = cx.body(&body, or, |_| Ok(page(&article, was.clone())))?.ok_or_else(|| {
        Error::needs_input("the article has no text")
            .hint("give it with -m TEXT, -F FILE, or on standard input")
    })?;
    if written.text.trim().is_empty() {
        return Err(Error::invalid("the article is empty"));
    }
    article.body = written.text;
    store(cx, article, (was, written.seen), dry_run)
}

/// Keeps an article over what was there, if that is what its writer saw.
fn store(
    cx: &mut Cx,
    mut article: Article,
    (was, seen): (Option<Article>, Option<Seen>),
    dry_run: bool,
) -> Result<View<'_>> {
    let (me, now) = (cx.user()?.0, cx.clock.now);
    let base = match seen.map(|seen| seen.purpose) {
        Some(Purpose::Article { name, was: Some(seen), .. }) => Some(Article { name, ..*seen }),
        _ => was,
    };
    let named = !article.name.is_empty();
    let (mut all, mut lines) = (Vec::new(), Vec::new());
    let made = kept::change(cx, dry_run, |desk| {
        if !named {
            article.name = desk.free_name(&article.title)?;
        }
        let there = desk.kept_article(&article.name)?;
        match (&base, &there) {
            (None, Some(_)) => return Err(taken(&article.name)),
            (base, there) if base != there => return Err(moved_on(&article.name)),
            _ => {}
        }
        let changed = there.as_ref() != Some(&article);
        if changed {
            article.updated_at = Some(now);
            if there.is_none() {
                (article.author, article.created_at) = (Some(me), Some(now));
            }
            desk.keep_article(&article.name, Some(&article))?;
            lines.push(format!("kept the article {}: {}", article.name, article.title));
        }
        all.extend(desk.article(&article.name)?);
        Ok(changed)
    })?;
    if made.change.is_none() {
        cx.say(&format!("the article {} is so already", article.name));
    } else if base.is_none() && !named && article.name != slug(&article.title) {
        let taken = slug(&article.title);
        cx.say(&format!("{taken} is another article, so it is kept as {}", article.name));
    }
    let (done, announce) = (Kept::Saved, base.is_none());
    Ok(View::Articles(Articles::Changed { all, lines, done, announce, made }))
}

fn moved_on(name: &str) -> Error {
    Error::invalid(format!("the article `{name}` has changed while you wrote"))
        .hint(format!("`tix kb show {name}` shows how it reads now"))
}

/// What the editor is opened on.
fn page(article: &Article, was: Option<Article>) -> Page {
    let name = article.name.clone();
    let text = was.as_ref().map(|was| was.body.clone()).unwrap_or_default();
    let title = render::fit(&render::line(&article.title), 100).into_owned();
    let head = if name.is_empty() { String::new() } else { format!(" {name}") };
    let below = Below {
        line: line_unlike(&text),
        text: format!(
            "The article{head}: {title}\nMarkdown. What you write here may be sent to those who ask; \
             nothing below the line is taken."
        ),
    };
    let purpose =
        Purpose::Article { name, article: Box::new(article.clone()), was: was.map(Box::new) };
    Page { purpose, text, below: Some(below) }
}

impl Edit {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        cx.will_change();
        let was = named(cx, &self.name)?;
        let delta = Delta::read(&self.labels)?;
        let mut article = was.clone();
        if let Some(title) = &self.title {
            article.title = title_of(title)?;
        }
        if !self.labels.is_empty() {
            if delta.on.is_empty() && delta.off.is_empty() {
                article.labels.clone_from(&delta.plain);
            }
            article.labels.extend(delta.on);
            article.labels.retain(|label| !delta.off.contains(label));
        }
        let fields = self.title.is_some() || !self.labels.is_empty();
        if let Some(to) = &self.rename {
            if self.body.is_given() || fields {
                return Err(Error::usage("an article is renamed by itself")
                    .hint("give --rename first, and what else changes after it"));
            }
            return rename(cx, &was, &name_of(to)?, self.dry_run);
        }
        if fields && !self.body.is_given() {
            return store(cx, article, (Some(was), None), self.dry_run);
        }
        save(cx, Plan { article, was: Some(was), body: self.body, dry_run: self.dry_run })
    }
}

fn rename<'a>(cx: &'a mut Cx, was: &Article, to: &str, dry_run: bool) -> Result<View<'a>> {
    let (mut all, mut lines) = (Vec::new(), Vec::new());
    let made = kept::change(cx, dry_run, |desk| {
        if was.name != to {
            desk.rename_article(&was.name, was, to)?;
            lines.push(format!("the article {} is {to} now", was.name));
        }
        all.extend(desk.article(to)?);
        Ok(was.name != to)
    })?;
    if made.change.is_none() {
        cx.say(&format!("the article is {to} already"));
    }
    let done = Kept::Saved;
    Ok(View::Articles(Articles::Changed { all, lines, done, announce: false, made }))
}
