//! `tix purge`.

use std::collections::BTreeSet;

use clap::Args;

use super::backup::folder;
use super::promised;
use super::watch::Watch;
use crate::backups::{self, Backup};
use crate::cx::Cx;
use crate::domain::ids::{Number, Reference, Uid};
use crate::domain::purpose::Purpose;
use crate::drafts::Draft;
use crate::error::{Error, Kind, Result, counted};
use crate::prompt;
use crate::store::{self, Doomed, Part, Scope};
use crate::view::{self, Purged, View};

/// Erase tickets, messages or a customer for good
///
/// Nothing brings it back, no undo and no copy. The text goes from the journal, the search index, the
/// write-ahead log, your drafts and the automatic copies of the desk; the numbers stay spoken for, and
/// the hash chain stays whole. Everything else is copied first. Every machine that syncs with this desk
/// erases the same; the automatic copies there are cleaned by the same command.
///
/// A ticket goes with those that were merged into it, and with its messages wherever a merge or a
/// split has moved them. Of a message go its text, its former wordings and its files; the ticket
/// says that it was purged. Of a customer go the record and all of their tickets, closed ones and
/// those taken back included, or with --keep-tickets the record only.
///
/// What other people wrote stays, even where it names the same person or quotes the text: it is
/// listed, so that you can purge it too. Files that you exported or saved, copies that you made
/// elsewhere, and what a disk keeps of deleted files are out of reach.
#[derive(Args, Debug)]
pub(crate) struct Purge {
    /// Tickets (42), messages (42.3) or customers (acme, or customer:acme)
    #[arg(value_name = "ID|CUSTOMER", required = true)]
    names: Vec<String>,
    /// Instead of typing the name when asked: the same name again; once for each
    #[arg(long, value_name = "TYPED")]
    confirm: Vec<String>,
    /// Of a customer erase the record only, and keep the tickets
    #[arg(long)]
    keep_tickets: bool,
    /// Take the automatic copies of the desk that hold something of it away as a whole
    #[arg(long)]
    backups: bool,
    /// Say what would be erased, and do nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

/// What is to go: its name, as it has to be typed, and what that means.
struct Named {
    name: String,
    doomed: Doomed,
}

impl Purge {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        cx.will_change();
        let mut all: Vec<Named> = Vec::new();
        for name in &self.names {
            let named = self.find(cx, name)?;
            if all.iter().all(|it| it.doomed != named.doomed) {
                all.push(named);
            }
        }
        let doomed: Vec<Doomed> = all.iter().map(|it| it.doomed.clone()).collect();
        let scope = there(cx)?.scope(&doomed)?;
        let drafts = drafts(&scope, &doomed)?;
        let copies = copies(cx, &scope)?;
        let mut lines = preview(&scope, &drafts);
        let files = copies.iter().map(|it| it.path.display());
        lines.extend(files.map(|file| {
            if self.backups {
                format!("the copy {file}, all of it")
            } else {
                format!("what the copy {file} has of it")
            }
        }));
        let nothing = scope.is_empty() && drafts.is_empty() && copies.is_empty();
        if !nothing && !self.dry_run {
            let names: Vec<&str> = all.iter().map(|it| it.name.as_str()).collect();
            self.confirm(cx, &names, &lines)?;
        }
        let watch = Watch::begin(cx);
        let before = if self.dry_run { None } else { copy_without(cx, &scope, &watch)? };
        let ((entries, files, still), change) = cx.change(self.dry_run, |desk| {
            let done = desk.purge(&doomed, &scope)?;
            Ok((done, (desk.recorded() > 0).then(|| desk.change().to_string())))
        })?;
        let (tickets, messages) = names(&scope);
        let mut purged = Purged {
            tickets,
            messages,
            customers: scope.customers.clone(),
            entries,
            files,
            drafts: drafts.iter().map(|draft| draft.name.clone()).collect(),
            still: still
                .into_iter()
                .map(|it| view::Still { on: it.on, what: it.what, ticket: it.ticket })
                .collect(),
            before,
            change,
            dry_run: self.dry_run,
            lines,
            ..Purged::default()
        };
        if !self.dry_run {
            purged.left = clean(cx, &drafts);
        }
        self.clear(cx, copies, &scope, (&mut purged, &watch))?;
        drop(watch);
        if !self.dry_run {
            tell(cx, &scope, &purged);
        }
        Ok(View::Purged(purged))
    }

    /// Takes the text out of the automatic copies that hold it, or takes them away as a whole if that
    /// was asked for.
    fn clear(
        &self,
        cx: &mut Cx,
        copies: Vec<Backup>,
        scope: &Scope,
        (purged, watch): (&mut Purged, &Watch),
    ) -> Result<()> {
        let (author, safety) = (cx.author()?, cx.safety()?);
        for copy in copies {
            let file = copy.path.display().to_string();
            let done = match (self.dry_run, self.backups) {
                (true, _) => None,
                (false, true) => Some(safety.backups().remove(&copy)),
                (false, false) => {
                    watch.step(&format!("taking it out of the copy {file}"));
                    Some(safety.erase(&copy, &author, scope))
                }
            };
            let went = matches!(done, Some(Ok(())));
            if let Some(Err(e)) = done {
                purged.left.push(format!("the copy {file} may still hold it: {e}"));
            }
            let (removed, cleaned) = (went && self.backups, went && !self.backups);
            purged.backups.push(view::HeldBy { file, removed, cleaned });
        }
        Ok(())
    }

    /// What a name means: a ticket or a message, else a customer.
    fn find(&self, cx: &mut Cx, name: &str) -> Result<Named> {
        let customer = |cx: &mut Cx, name: &str| -> Result<Option<Named>> {
            let lower = name.trim().to_lowercase();
            let name = match promised::named(cx, "customer", name) {
                // What was left of it may have to be cleaned up.
                Err(_) if there(cx)?.was_purged(&format!("customer/{lower}"))? => Some(lower),
                named => named?,
            };
            Ok(name.map(|name| Named {
                doomed: Doomed::Customer(name.clone(), self.keep_tickets),
                name,
            }))
        };
        if let Some(name) = name.strip_prefix("customer:") {
            let none = || Error::not_found(format!("no customer `{name}`"));
            return customer(cx, name)?.ok_or_else(none);
        }
        let reference = name.parse::<Reference>();
        let found = match &reference {
            Ok(reference) => ticket(cx, reference),
            Err(e) => Err(e.clone()),
        };
        match found {
            Ok(named) => Ok(named),
            Err(e) => match customer(cx, name) {
                Ok(Some(named)) => Ok(named),
                _ if reference.is_err() => {
                    Err(Error::not_found(format!("no ticket, message or customer `{name}`"))
                        .hint("`tix list --all` and `tix customer list` say what there is"))
                }
                _ => Err(e),
            },
        }
    }

    /// Nothing but the name itself confirms it.
    fn confirm(&self, cx: &mut Cx, names: &[&str], lines: &[String]) -> Result<()> {
        let wanted: BTreeSet<String> = names.iter().map(|name| plain(name)).collect();
        if !self.confirm.is_empty() {
            let words = self.confirm.iter().flat_map(|text| text.split_whitespace());
            let given: BTreeSet<String> = words.map(plain).collect();
            return if given == wanted {
                Ok(())
            } else {
                let said = self.confirm.join(" ");
                Err(Error::invalid(format!("--confirm says `{said}`, not `{}`", names.join(" ")))
                    .because("only the name of what goes confirms that it goes"))
            };
        }
        if !cx.io.person {
            let what = format!("purging {} has to be confirmed", names.join(" "));
            return Err(Error::needs_input(what).because("nobody is there to type the name").hint(
                "give the name once more with --confirm, or --dry-run to see what would go",
            ));
        }
        cx.tell("This erases for good, here and on every machine that syncs with this desk:");
        for line in lines {
            cx.tell_fitted(&format!("  {line}"));
        }
        cx.tell("Nothing brings it back. Everything else is copied first.");
        let typed = prompt::line(&format!("Type {} to erase it: ", names.join(" ")), false)?;
        let given: BTreeSet<String> = typed.split_whitespace().map(plain).collect();
        if given == wanted {
            return Ok(());
        }
        Err(Error::cancelled().because("the name was not typed; nothing was erased"))
    }
}

/// A name as it is compared.
fn plain(name: &str) -> String {
    name.trim_start_matches('#').to_lowercase()
}

fn there(cx: &mut Cx) -> Result<crate::store::Reader<'_>> {
    cx.reader()?.ok_or_else(|| Error::not_found("there is no desk yet, so nothing to purge"))
}

/// The ticket that bears this name itself, or the message on it, one that was taken away or purged
/// included.
fn ticket(cx: &mut Cx, reference: &Reference) -> Result<Named> {
    let ticket = there(cx)?.any(reference)?;
    let own = ticket.number();
    let Some(part) = &reference.message else {
        return Ok(Named { name: own.to_string(), doomed: Doomed::Ticket(ticket.uid) });
    };
    let number = Number::parse_within(part, own);
    let post = number.and_then(|number| ticket.post(number));
    let post = post.ok_or_else(|| {
        Error::not_found(format!("no message {own}.{part}"))
            .hint(format!("`tix show {own}` shows the messages there are"))
    })?;
    let number = post.message.number;
    let name = format!("{own}.{}", number.within(own));
    Ok(Named { name, doomed: Doomed::Message(ticket.uid, number) })
}

/// The automatic copies of the desk that hold something of what goes; one that cannot be looked into
/// may.
fn copies(cx: &mut Cx, scope: &Scope) -> Result<Vec<Backup>> {
    let mut all = cx.safety()?.backups().all();
    all.retain(|copy| store::holds(&copy.path, scope).unwrap_or(true));
    Ok(all)
}

/// Copies the desk without what is to go, if anything is; says where the copy is.
fn copy_without(cx: &mut Cx, scope: &Scope, watch: &Watch) -> Result<Option<String>> {
    if scope.is_empty() {
        return Ok(None);
    }
    watch.step("copying the rest of the desk");
    let author = cx.author()?;
    let file = cx.safety()?.copy_without(&author, scope)?.path.display().to_string();
    cx.say(&format!("the desk without it, as it was before the purge, is kept in {file}"));
    Ok(Some(file))
}

/// The drafts that are about tickets that go, that hold lines of messages that go, or that are for
/// those whose data goes.
fn drafts(scope: &Scope, doomed: &[Doomed]) -> Result<Vec<Draft>> {
    let mut whole: BTreeSet<Uid> =
        scope.parts.iter().filter(|(_, part)| part.whole).map(|(uid, _)| *uid).collect();
    whole.extend(doomed.iter().filter_map(|it| match it {
        Doomed::Ticket(uid) => Some(*uid),
        _ => None,
    }));
    let (lines, people) = (scope.lines(), scope.people());
    let all = Cx::drafts().all()?.into_iter();
    Ok(all.filter(|draft| concerns(draft, (&whole, &lines, &people))).collect())
}

fn concerns(draft: &Draft, (whole, lines, people): (&BTreeSet<Uid>, &[&str], &[&str])) -> bool {
    let text = String::from_utf8_lossy(&draft.bytes);
    let slip = draft.slip.as_ref();
    let below = slip.and_then(|slip| slip.below.as_ref()).map_or("", |below| below.text.as_str());
    let begun = slip.map_or("", |slip| slip.begun.as_str());
    let on = slip.map(|slip| slip.purpose.on()).unwrap_or_default();
    if on.iter().any(|spot| whole.contains(&spot.uid)) {
        return true;
    }
    if [&text, below, begun].iter().any(|text| lines.iter().any(|line| text.contains(line))) {
        return true;
    }
    let Some(Purpose::New { opening, .. }) = slip.map(|slip| &slip.purpose) else { return false };
    let asks = opening.requester.as_ref();
    let names = asks.into_iter().flat_map(|it| it.email.iter().chain(&it.name));
    names.map(|name| name.to_lowercase()).any(|name| people.contains(&name.as_str()))
}

/// The tickets that go as a whole, and the messages of those that stay.
fn names(scope: &Scope) -> (Vec<String>, Vec<String>) {
    let mut parts: Vec<&Part> = scope.parts.values().collect();
    parts.sort_by_key(|part| part.number);
    let whole = parts.iter().filter(|part| part.whole).map(|part| part.number.to_string());
    let some = parts.iter().filter(|part| !part.whole);
    let messages = some.flat_map(|part| {
        let own = part.number;
        part.messages.iter().map(move |number| format!("{own}.{}", number.within(own)))
    });
    (whole.collect(), messages.collect())
}

/// What goes, one by one.
fn preview(scope: &Scope, drafts: &[Draft]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for name in &scope.customers {
        lines.push(format!("customer {name}: the record and what it said before"));
    }
    let mut parts: Vec<&Part> = scope.parts.values().collect();
    parts.sort_by_key(|part| (!part.whole, part.number));
    for part in parts {
        let (own, title) = (part.number, &part.title);
        let files = match part.files {
            0 => String::new(),
            files => format!(", {}", counted(files, "file")),
        };
        lines.push(if part.whole {
            let messages = counted(part.messages.len() as u64, "message");
            format!("#{own} {title}: all of it, {messages}{files}")
        } else {
            let ids = part.messages.iter().map(|it| format!("{own}.{}", it.within(own)));
            let ids = ids.collect::<Vec<_>>().join(", ");
            format!("{ids} on #{own} {title}{files}")
        });
    }
    for draft in drafts {
        let purpose = draft.slip.as_ref().map(|slip| slip.purpose.to_string());
        let purpose = purpose.unwrap_or_else(|| "not known for what".to_owned());
        lines.push(format!("draft {} ({purpose})", draft.name));
    }
    lines
}

/// Takes away the drafts, and what is left in the desk's files; says what could not be.
fn clean(cx: &mut Cx, drafts: &[Draft]) -> Vec<String> {
    let mut left = Vec::new();
    for draft in drafts {
        if let Err(e) = Cx::drafts().erase(draft) {
            left.push(e.to_string());
        }
    }
    if let Ok(desk) = cx.desk() {
        // What a restore was killed over holds what the desk held.
        backups::sweep(folder(&desk.path));
    }
    match cx.clean() {
        Ok(true) => {}
        Ok(false) => {
            left.push("another process still reads the desk as it was before".to_owned());
        }
        Err(e) => left.push(format!("the desk's file could not be written anew: {e}")),
    }
    left
}

/// Says on standard error what is to be known besides.
fn tell(cx: &mut Cx, scope: &Scope, purged: &Purged) {
    if let (true, Some(gone)) = (purged.change.is_none(), scope.before.first()) {
        let (when, who) = (cx.clock.say(gone.at), gone.by.short());
        cx.say(&format!("it was purged before, by {who} at {when}; what was left is cleaned up"));
    }
    if !purged.left.is_empty() {
        let done =
            if purged.change.is_some() { "purged, but not all is clean" } else { "not clean" };
        cx.partial =
            Some(Error::new(Kind::Partial, done).because(purged.left.join("; ")).hint(
                "run the same command again when that has ended; --backups takes copies away",
            ));
    }
}
