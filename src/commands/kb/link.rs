//! Which articles help with which tickets.

use clap::Args;

use super::named;
use crate::commands::{bulk, kept};
use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::view::{Articles, Kept, View};

/// The tickets and the article.
#[derive(Args, Debug)]
pub(crate) struct Link {
    /// The tickets: 42, b7, a uid, github:owner/repo#1; `-` reads them from standard input
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// The article's name
    #[arg(value_name = "ARTICLE", required = true)]
    article: String,
    /// Say what would be done, and do nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

impl Link {
    /// Links the article, or takes its links away.
    pub(crate) fn run(self, cx: &mut Cx, on: bool) -> Result<View<'_>> {
        let article = named(cx, &self.article)?;
        let mut uids = Vec::new();
        for id in bulk::names(&self.ids)? {
            let uid = bulk::find(cx, &id)?;
            if !uids.contains(&uid) {
                uids.push(uid);
            }
        }
        let (name, mut all, mut lines, mut notes) =
            (article.name, Vec::new(), Vec::new(), Vec::new());
        let made = kept::change(cx, self.dry_run, |desk| {
            for uid in uids {
                let ticket = desk.ticket(uid)?;
                let (number, title) = (ticket.number(), ticket.now.title.clone());
                let news = if on {
                    desk.link_article(&name, uid)?
                } else {
                    desk.unlink_article(&name, uid)?
                };
                match (news, on) {
                    (true, true) => lines.push(format!("{name} helps with #{number} {title}")),
                    (true, false) => lines.push(format!("{name} is off #{number} {title}")),
                    (false, true) => notes.push(format!("{name} is linked to #{number} already")),
                    (false, false) => notes.push(format!("{name} is not linked to #{number}")),
                }
            }
            let gone = || Error::not_found(format!("no article `{name}`"));
            all.push(desk.article(&name)?.ok_or_else(gone)?);
            Ok(!lines.is_empty())
        })?;
        for note in &notes {
            cx.say(note);
        }
        let done = Kept::Saved;
        Ok(View::Articles(Articles::Changed { all, lines, done, announce: false, made }))
    }
}
