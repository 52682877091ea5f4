//! `tix view`: saved queries, and another name for `tix show`.

use clap::{Args, Subcommand};

use super::config;
use super::show::Show;
use crate::cx::Cx;
use crate::env;
use crate::error::Result;
use crate::view::{Kept, Saved, View as Answer};

/// Keep queries under a name: `tix list --view NAME`, `view:NAME` in a query
///
/// `tix view ID` is `tix show ID`.
#[derive(Args, Debug)]
#[command(subcommand_negates_reqs = true, subcommand_precedence_over_arg = true)]
pub(crate) struct View {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    show: Show,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Save a query under NAME; one of this name is replaced
    Save {
        /// Letters, digits, - and _
        name: String,
        /// The query; `tix help query` says what it can be
        #[arg(required = true)]
        query: Vec<String>,
    },
    /// List the saved queries
    #[command(visible_alias = "ls")]
    List,
    /// Show the query saved under NAME
    Show {
        /// The name
        name: String,
    },
    /// Forget the query saved under NAME
    Rm {
        /// The name
        name: String,
    },
}

impl View {
    /// Is it another name for `show`?
    pub(crate) fn shows(&self) -> bool {
        self.what.is_none()
    }

    pub(crate) fn run(self, cx: &mut Cx) -> Result<Answer<'_>> {
        match self.what {
            None => self.show.run(cx),
            Some(What::Save { name, query }) => save(cx, &name, &query.join(" ")),
            Some(What::List) => {
                let all = cx.config.views.iter();
                let saved = |(name, query): (&String, &String)| of(name, query);
                Ok(Answer::Saved(all.map(saved).collect(), Kept::All))
            }
            Some(What::Show { name }) => Ok(Answer::Saved(vec![named(cx, &name)?], Kept::One)),
            Some(What::Rm { name }) => {
                let saved = named(cx, &name)?;
                config::change(&env::config_file(), |text| {
                    crate::config::with_view(text, &name, None)
                })?;
                Ok(Answer::Saved(vec![saved], Kept::Forgotten))
            }
        }
    }
}

fn of(name: &str, query: &str) -> Saved {
    Saved { name: name.to_owned(), query: query.to_owned() }
}

fn named(cx: &Cx, name: &str) -> Result<Saved> {
    let views = &cx.config.views;
    let none = || crate::config::no_view(name, views.keys().map(String::as_str));
    views.get(name).map(|query| of(name, query)).ok_or_else(none)
}

fn save<'a>(cx: &'a mut Cx, name: &str, query: &str) -> Result<Answer<'a>> {
    crate::config::name_of(name, "a view")?;
    // With this one in place, so that one that is part of itself is seen.
    let before = cx.config.views.insert(name.to_owned(), query.to_owned());
    cx.query(&[format!("view:{name}")])?;
    config::change(&env::config_file(), |text| crate::config::with_view(text, name, Some(query)))?;
    if let Some(before) = before.filter(|before| before != query) {
        cx.say(&format!("the view {name} was: {before}"));
    }
    Ok(Answer::Saved(vec![of(name, query)], Kept::Saved))
}
