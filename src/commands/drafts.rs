//! `tix drafts`: texts that were written in an editor and are not stored yet.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::attach::Enclosed;
use super::bulk::Targets;
use super::comment::Comment;
use super::edit::Edit;
use super::reply::{Reply, Then};
use super::{canned, config, kb, new};
use crate::cx::{Body, Cx};
use crate::domain::ids::Number;
use crate::domain::purpose::{Purpose, Spot};
use crate::drafts::Draft;
use crate::env;
use crate::error::{Error, Kind, Result, counted};
use crate::prompt;
use crate::view::{self, Handled, View};

/// List the texts that you wrote and that are not stored yet
///
/// A text that you write in your editor is kept until the ticket has it: when something goes wrong
/// it stays, with what it was for. A draft of a note never becomes a public reply, nor the other way
/// round.
#[derive(Args, Debug)]
pub(crate) struct Drafts {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand, Debug)]
enum What {
    /// List them, newest first
    #[command(visible_alias = "ls")]
    List,
    /// Show the text of one
    Show {
        /// Its name, or the first letters of it
        #[arg(value_name = "DRAFT")]
        name: String,
    },
    /// Open one in your editor again, and then do what it was for
    Resume(Resume),
    /// Throw drafts away
    Rm {
        /// Their names, or the first letters of them
        #[arg(value_name = "DRAFT", required = true)]
        names: Vec<String>,
        /// Do not ask
        #[arg(short, long)]
        yes: bool,
    },
}

#[derive(Args, Debug)]
struct Resume {
    /// Its name, or the first letters of it
    #[arg(value_name = "DRAFT")]
    name: String,
    /// Take the text as it stands, without an editor
    #[arg(long)]
    as_is: bool,
    /// Say what would be done, and do nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Do not ask, however many tickets there are
    #[arg(short, long)]
    yes: bool,
}

impl Drafts {
    /// Does it do what a draft was for?
    pub(crate) fn resumes(&self) -> bool {
        matches!(self.what, Some(What::Resume(_)))
    }

    /// Can it work on a config file that is broken? A draft of the config file itself must.
    pub(crate) fn mends(&self) -> bool {
        let Some(What::Resume(Resume { name, .. })) = &self.what else { return true };
        let slip = Cx::drafts().find(name).ok().and_then(|draft| draft.slip);
        slip.is_some_and(|slip| slip.purpose == Purpose::Config)
    }

    /// Does it show a draft, or all of them?
    pub(crate) fn shows(&self) -> bool {
        matches!(self.what, None | Some(What::List | What::Show { .. }))
    }

    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        match self.what.unwrap_or(What::List) {
            What::List => {
                let all = Cx::drafts().all()?.into_iter().map(view::Draft::from);
                Ok(View::Drafts(all.collect(), Handled::Listed))
            }
            What::Show { name } => {
                let draft = Cx::drafts().find(&name)?;
                Ok(View::Drafts(vec![draft.into()], Handled::Shown))
            }
            What::Resume(resume) => resume.run(cx),
            What::Rm { names, yes } => remove(cx, &names, yes),
        }
    }
}

fn remove<'a>(cx: &Cx, names: &[String], yes: bool) -> Result<View<'a>> {
    let drafts = Cx::drafts();
    let mut found: Vec<Draft> = Vec::new();
    for name in names {
        let draft = drafts.find(name)?;
        if found.iter().all(|there| there.name != draft.name) {
            found.push(draft);
        }
    }
    if !yes {
        let question = match found.as_slice() {
            [one] => format!("throw the draft {} away?", one.name),
            all => format!("throw {} away?", counted(all.len() as u64, "draft")),
        };
        if !cx.io.person {
            return Err(Error::needs_input(question)
                .because("nobody is there to confirm, and no undo brings them back")
                .hint("add --yes"));
        }
        for draft in &found {
            let view::Draft { name, purpose, first, .. } = draft.clone().into();
            cx.tell_fitted(&format!("  {name}  {purpose}: {first}"));
        }
        if !prompt::confirm(&question, false)? {
            return Err(Error::cancelled());
        }
    }
    for draft in &found {
        drafts.remove(draft)?;
    }
    let removed = found.into_iter().map(view::Draft::from).collect();
    Ok(View::Drafts(removed, Handled::Removed))
}

impl Resume {
    fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let draft = Cx::drafts().find(&self.name)?;
        let name = draft.name.clone();
        // Whoever has it open, and what nobody knows, is told before anything is asked for.
        let slip = Cx::drafts().hold(&draft)?.slip;
        if !self.as_is {
            cx.needs_person("--as-is takes the text as it stands")?;
        }
        if let Some(desk) = slip.desk.map(PathBuf::from) {
            use_desk(cx, desk)?;
        }
        cx.resume(draft, self.as_is);
        let purpose = slip.purpose.to_string();
        self.again(cx, slip.purpose).map_err(|e| match e.kind {
            Kind::NotFound => {
                Error::not_found(format!("the {purpose} cannot be made any more")).because(&e).hint(
                    e.hint.unwrap_or_else(|| format!("`tix drafts show {name}` prints its text")),
                )
            }
            _ => e,
        })
    }

    /// Does what a text was for.
    fn again(self, cx: &mut Cx, purpose: Purpose) -> Result<View<'_>> {
        match purpose {
            Purpose::Reply { on, close, pending, keep_going, attach, kb } => {
                let then = Then { close, pending, kb };
                Reply::of(self.targets(&on, keep_going), then, attach).run(cx)
            }
            Purpose::Comment { on, keep_going, attach } => {
                Comment::of(self.targets(&on, keep_going), attach).run(cx)
            }
            Purpose::Edit { on, .. } => Edit::of(self.targets(&[on], false)).run(cx),
            Purpose::Reword { on, message, .. } => {
                Edit::of(self.named(vec![message_of(&on, message)], false)).run(cx)
            }
            Purpose::New { opening, attach } => {
                let body = (&Body::in_editor(), &Enclosed::of(attach));
                new::open(cx, *opening, body, self.dry_run)
            }
            Purpose::Article { name, article, was } => {
                kb::resume(cx, (name, *article), was.is_some(), self.dry_run)
            }
            Purpose::Canned { name, was } => canned::resume(cx, name, was, self.dry_run),
            Purpose::Config => config::edit(cx, &env::config_file()),
        }
    }

    /// The tickets, by what names them on every desk.
    fn targets(&self, on: &[Spot], keep_going: bool) -> Targets {
        self.named(on.iter().map(|spot| spot.uid.to_string()).collect(), keep_going)
    }

    fn named(&self, ids: Vec<String>, keep_going: bool) -> Targets {
        Targets::of(ids, self.dry_run, self.yes, keep_going)
    }
}

fn message_of(on: &Spot, message: Number) -> String {
    format!("{}.{}", on.uid, message.within(on.number))
}

/// The desk that a draft is for, unless another is named on the command line or it is gone.
fn use_desk(cx: &mut Cx, path: PathBuf) -> Result<()> {
    let now = std::path::absolute(&cx.desk()?.path)?;
    if cx.global.db.is_some() || path == now {
        return Ok(());
    }
    let desk = path.display();
    if !path.exists() {
        cx.say(&format!("the desk {desk}, for which this draft is, is not there"));
        return Ok(());
    }
    cx.say(&format!("this draft is for the desk {desk}"));
    cx.use_desk(path, "the draft is for it");
    Ok(())
}
