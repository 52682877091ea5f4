//! Articles of the knowledge base, as people and imports supply them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use unicode_normalization::char::is_combining_mark;

use crate::domain::ids::{Hash, Timestamp};
use crate::domain::person::Person;
use crate::domain::text;
use crate::error::{Error, Result};

/// The most characters in a name.
const NAME_MAX: usize = 60;

/// An article: Markdown under a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// What it is called: lower-case letters, digits and hyphens. It is kept under it.
    #[serde(skip)]
    pub name: String,
    /// One line.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Labels.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub labels: BTreeSet<String>,
    /// What it is called elsewhere, such as `confluence:131`.
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Where people read it elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Person>,
    /// When it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    /// What its source said last, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
}

/// What a source said of an article, by hash: what stands here otherwise was changed here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    title: String,
    body: String,
    labels: String,
    /// When it was changed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
}

/// What becomes of an article when its source speaks again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The article with what is new.
    pub article: Article,
    /// What was changed both here and there, and stays as it is here.
    pub kept: Vec<&'static str>,
}

impl Article {
    /// The article as it is kept.
    ///
    /// # Errors
    /// None in practice: whatever writing JSON can fail with.
    pub fn write(&self) -> Result<String> {
        Ok(serde_json::to_string(self).map_err(std::io::Error::from)?)
    }

    /// Reads an article that was kept under `name`.
    ///
    /// # Errors
    /// Exit 4 when it is none.
    pub fn read(name: &str, text: &str) -> Result<Self> {
        let article: Self = serde_json::from_str(text).map_err(|e| {
            Error::invalid(format!("the article `{name}` cannot be read")).because(e)
        })?;
        Ok(Self { name: name.to_owned(), ..article })
    }

    /// The article as it comes from its source for the first time.
    #[must_use]
    pub fn from_source(mut self) -> Self {
        self.said = Some(Said::of(&self));
        self
    }

    /// The article after its source said `new`: what is new there counts, unless it was changed here.
    /// What an older version says is passed over, and so is a text or labels that it does not say.
    #[must_use]
    pub fn after(&self, mut new: Article) -> Heard {
        let was = self.said.clone().unwrap_or_default();
        let older = was.at.zip(new.updated_at).is_some_and(|(was, new)| new < was);
        if older {
            return Heard { article: self.clone(), kept: Vec::new() };
        }
        if new.body.is_empty() {
            self.body.clone_into(&mut new.body);
        }
        if new.labels.is_empty() {
            new.labels.clone_from(&self.labels);
        }
        let (says, stands) = (Said::of(&new), Said::of(self));
        let mut article = self.clone();
        let mut kept = Vec::new();
        let mut part = |name, was: &str, stands: &str, says: &str| {
            let (changed, ours) = (was != says, was != stands);
            kept.extend((changed && ours && stands != says).then_some(name));
            changed && !ours
        };
        if part("title", &was.title, &stands.title, &says.title) {
            article.title.clone_from(&new.title);
        }
        if part("text", &was.body, &stands.body, &says.body) {
            article.body.clone_from(&new.body);
        }
        if part("labels", &was.labels, &stands.labels, &says.labels) {
            article.labels.clone_from(&new.labels);
        }
        if article.title != self.title || article.body != self.body || article.labels != self.labels
        {
            article.updated_at = new.updated_at.or(self.updated_at);
        }
        article.url = new.url.or(article.url);
        article.author = article.author.or(new.author);
        article.created_at = article.created_at.or(new.created_at);
        article.said = Some(Said { at: says.at.or(was.at), ..says });
        Heard { article, kept }
    }
}

impl Said {
    fn of(article: &Article) -> Self {
        let short = |text: &str| Hash::of(text.as_bytes()).to_string()[..16].to_owned();
        let labels: Vec<&str> = article.labels.iter().map(String::as_str).collect();
        Self {
            title: short(&article.title),
            body: short(&article.body),
            labels: short(&labels.join(",")),
            at: article.updated_at,
        }
    }
}

/// The name of an article with this title: its words in lower case with hyphens between them, Latin
/// letters without accents.
#[must_use]
pub fn slug(title: &str) -> String {
    let mut name = String::new();
    for part in text::runs(title) {
        let part: String = part.chars().filter(|c| is_in_name(*c)).collect();
        let gap = usize::from(!name.is_empty());
        let length = name.chars().count() + gap + part.chars().count();
        if part.is_empty() || (length > NAME_MAX && !name.is_empty()) {
            continue;
        }
        if gap > 0 {
            name.push('-');
        }
        name.extend(part.chars().take(NAME_MAX));
    }
    if name.is_empty() { "article".to_owned() } else { name }
}

/// A name as somebody gives it, in lower case.
///
/// # Errors
/// Exit 4 when it cannot be one.
pub fn name_of(text: &str) -> Result<String> {
    let name = text.trim().to_lowercase();
    let fits = name.chars().all(|c| is_in_name(c) || c == '-' || c == '_');
    if name.is_empty() || !fits || name.starts_with('-') || name.chars().count() > NAME_MAX {
        return Err(Error::invalid(format!("`{name}` cannot be the name of an article"))
            .hint(format!("names are letters, digits, - and _, at most {NAME_MAX}")));
    }
    Ok(name)
}

fn is_in_name(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(title: &str, body: &str) -> Article {
        Article { title: title.to_owned(), body: body.to_owned(), ..Article::default() }
    }

    #[test]
    fn a_name_is_made_of_the_title() {
        for (title, name) in [
            ("How to reset a Password?", "how-to-reset-a-password"),
            ("  Größe & École — v1.8.2 ", "grosse-ecole-v1-8-2"),
            ("登录失败 tix", "登录失败-tix"),
            ("Не работает ёлка", "не-работает-елка"),
            ("🔥", "article"),
            ("../../etc/passwd", "etc-passwd"),
            ("-rf", "rf"),
        ] {
            assert_eq!(slug(title), name);
            assert_eq!(name_of(name).unwrap(), name);
        }
        assert!(slug(&"word ".repeat(50)).chars().count() <= NAME_MAX);
        assert_eq!(slug(&"x".repeat(500)).len(), NAME_MAX);
        for name in ["", " ", "a/b", "-x", "a b", "a\u{1b}", &"x".repeat(61)] {
            assert!(name_of(name).is_err(), "{name}");
        }
    }

    #[test]
    fn it_is_kept_without_its_name_and_reads_back() {
        let mut one = article("One", "Text.").from_source();
        one.name = "one".to_owned();
        let text = one.write().unwrap();
        assert!(!text.contains("name"), "{text}");
        assert_eq!(Article::read("one", &text).unwrap(), one);
        assert!(Article::read("one", "{}").is_err());
    }

    #[test]
    fn a_source_changes_what_was_not_changed_here() {
        let first = article("One", "Text.").from_source();
        let again = first.after(article("One", "Text."));
        assert_eq!(again, Heard { article: first.clone(), kept: Vec::new() });
        let newer = first.after(article("Two", "More."));
        assert_eq!((&*newer.article.title, &*newer.article.body), ("Two", "More."));
        // The text was changed here: the source's title comes, its text does not.
        let ours = Article { body: "Ours.".to_owned(), ..first.clone() };
        let heard = ours.after(article("Two", "More."));
        assert_eq!((&*heard.article.title, &*heard.article.body), ("Two", "Ours."));
        assert_eq!(heard.kept, ["text"]);
        // Once it has been said it is not said again.
        let again = heard.article.after(article("Two", "More."));
        assert_eq!(again, Heard { article: heard.article, kept: Vec::new() });
        // Both changed it alike: nobody has lost anything.
        assert!(ours.after(article("One", "Ours.")).kept.is_empty());
    }

    #[test]
    fn what_an_older_version_says_is_passed_over_and_so_is_what_is_not_said() {
        let at =
            |at, body: &str| Article { updated_at: Some(Timestamp(at)), ..article("One", body) };
        let first = at(2, "New.").from_source();
        assert_eq!(first.after(at(1, "Old.")).article, first);
        assert_eq!(first.after(at(3, "")).article.body, "New.");
    }
}
