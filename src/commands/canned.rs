//! `tix canned`: replies to use again and again.

use clap::{Args, Subcommand};

use crate::cx::{Body, Cx, Else, Page};
use crate::domain::canned;
use crate::domain::ids::Reference;
use crate::domain::purpose::Purpose;
use crate::drafts::{Below, line_unlike};
use crate::error::{Error, Result};
use crate::view::{CannedReply, Kept, Made, View};

use super::{bulk, kept};

/// Keep replies to use again: `tix reply 42 --canned NAME`
///
/// A text may hold places for what differs from ticket to ticket: {{id}}, {{title}}, {{requester}},
/// {{requester.name}}, {{requester.first}}, {{requester.email}}, {{customer}}, {{me}}, {{me.email}}
/// and {{today}}. A place that the ticket cannot fill is an error, never a blank, unless it says what
/// stands there instead: {{requester.first|there}}.
#[derive(Args, Debug)]
pub(crate) struct Canned {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Keep a reply under NAME
    New {
        /// Letters, digits, - and _
        #[arg(value_name = "NEWNAME")]
        name: String,
        #[command(flatten)]
        body: Body,
        /// Say what would be kept, and keep nothing
        #[arg(short = 'n', long)]
        dry_run: bool,
    },
    /// List the replies
    #[command(visible_alias = "ls")]
    List,
    /// Show one, as it is or as it would read on a ticket
    Show {
        /// The name
        #[arg(value_name = "CANNED")]
        name: String,
        /// Fill it in from this ticket
        #[arg(long = "for", value_name = "ID")]
        ticket: Option<String>,
    },
    /// Change one
    Edit {
        /// The name
        #[arg(value_name = "CANNED")]
        name: String,
        #[command(flatten)]
        body: Body,
        /// Say what would be kept, and keep nothing
        #[arg(short = 'n', long)]
        dry_run: bool,
    },
    /// Take some away; `tix undo` brings them back
    Rm {
        /// The names
        #[arg(value_name = "CANNED", required = true)]
        names: Vec<String>,
        /// Say what would be taken away, and do nothing
        #[arg(short = 'n', long)]
        dry_run: bool,
    },
}

impl Canned {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        match self.what.unwrap_or(What::List) {
            What::New { name, body, dry_run } => {
                let name = crate::config::name_of(&name, "a canned reply")?.to_owned();
                cx.may_begin()?;
                if find(cx, &name)?.is_some() {
                    return Err(Error::invalid(format!(
                        "there is a canned reply `{name}` already"
                    ))
                    .hint(format!("`tix canned edit {name}` changes it")));
                }
                save(cx, (name, None), &body, dry_run)
            }
            What::Edit { name, body, dry_run } => {
                let was = named(cx, &name)?;
                save(cx, (name, Some(was)), &body, dry_run)
            }
            What::List => {
                let all = kept::all(cx, KIND)?;
                let all = all.into_iter().map(|(name, text)| of(name, text));
                Ok(View::Canned(all.collect::<Result<_>>()?, Kept::All, Made::default()))
            }
            What::Show { name, ticket } => {
                let mut text = named(cx, &name)?;
                if let Some(id) = ticket {
                    let reference: Reference = id.parse()?;
                    let ticket = bulk::desk_for(cx, &reference)?.find(&reference)?;
                    let (me, clock) = (cx.user()?.0, cx.clock);
                    text = canned::filled(
                        &text,
                        canned::From { ticket: &ticket, me: &me, clock: &clock },
                    )?;
                    let one = CannedReply { name, text, places: Vec::new() };
                    return Ok(View::Canned(vec![one], Kept::One, Made::default()));
                }
                Ok(View::Canned(vec![of(name, text)?], Kept::One, Made::default()))
            }
            What::Rm { names, dry_run } => remove(cx, &names, dry_run),
        }
    }
}

/// The text kept under a name.
///
/// # Errors
/// Exit 3 when there is none, with the nearest name.
pub(super) fn named(cx: &mut Cx, name: &str) -> Result<String> {
    if let Some(text) = find(cx, name)? {
        return Ok(text);
    }
    let all = kept::all(cx, KIND)?;
    let names = all.iter().map(|(name, _)| name.as_str());
    Err(kept::missing(("canned reply", "tix canned list"), name, names))
}

/// The kind of what is kept.
const KIND: &str = "canned";

fn key(name: &str) -> String {
    kept::key(KIND, name)
}

fn find(cx: &mut Cx, name: &str) -> Result<Option<String>> {
    kept::find(cx, KIND, name)
}

fn of(name: String, text: String) -> Result<CannedReply> {
    let places = canned::places(&text)?;
    Ok(CannedReply { name, text, places })
}

/// Goes on with a reply that was begun in an editor.
pub(super) fn resume(
    cx: &mut Cx,
    name: String,
    was: Option<String>,
    dry_run: bool,
) -> Result<View<'_>> {
    save(cx, (name, was), &Body::in_editor(), dry_run)
}

/// Keeps the text that is given, or written in the editor over what there was.
fn save<'a>(
    cx: &'a mut Cx,
    (name, was): (String, Option<String>),
    body: &Body,
    dry_run: bool,
) -> Result<View<'a>> {
    let or = Else { stdin: true, editor: true };
    let written = cx.body(body, or, |_| Ok(page(&name, was)))?.ok_or_else(|| {
        Error::needs_input("the canned reply has no text")
            .hint("give it with -m TEXT, -F FILE, or on standard input")
    })?;
    let text = written.text;
    if text.trim().is_empty() {
        return Err(Error::invalid("the canned reply is empty"));
    }
    canned::check(&text)?;
    let made = kept::change(cx, dry_run, |desk| desk.put(&key(&name), Some(&text)))?;
    if made.change.is_none() {
        cx.say(&format!("the canned reply `{name}` reads so already"));
    }
    Ok(View::Canned(vec![of(name, text)?], Kept::Saved, made))
}

/// What the editor is opened on.
fn page(name: &str, was: Option<String>) -> Page {
    let text = was.clone().unwrap_or_default();
    let lines = canned::VARIABLES.iter().map(|(name, what)| {
        let place = format!("{{{{{name}}}}}");
        format!("{place:<20} {what}\n")
    });
    let explained = format!(
        "The canned reply {name}. Places for the ticket's words; {{{{name|text}}}} says what else \
         stands there:\n{}",
        lines.collect::<String>()
    );
    let below = Below { line: line_unlike(&text), text: explained.trim_end().to_owned() };
    let purpose = Purpose::Canned { name: name.to_owned(), was };
    Page { purpose, text, below: Some(below) }
}

fn remove<'a>(cx: &'a mut Cx, names: &[String], dry_run: bool) -> Result<View<'a>> {
    let mut gone = Vec::new();
    for name in names {
        gone.push(of(name.clone(), named(cx, name)?)?);
    }
    let made = kept::change(cx, dry_run, |desk| {
        names.iter().try_fold(false, |any, name| Ok(desk.put(&key(name), None)? || any))
    })?;
    Ok(View::Canned(gone, Kept::Forgotten, made))
}
