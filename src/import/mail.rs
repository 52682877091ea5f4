//! Mail: mbox, MMDF, Maildir, .eml files, a single message on standard input.
//!
//! A place is read twice. The first time finds where each mail lies and what it answers, which is
//! little; then each conversation is read on its own and handed over as a ticket, so that memory is
//! bounded by the texts of one conversation.

use super::auto::Sample;
use super::{Item, Options, Place, Sink, Source};
use crate::error::{Error, Result};
use crate::view::Rejected;

mod body;
mod boxes;
mod charset;
mod dates;
mod flowed;
mod head;
mod machine;
mod params;
mod parts;
mod people;
mod reading;
mod subject;
mod threads;
mod ticket;
mod uuencode;
mod words;

#[cfg(test)]
mod tests;

use boxes::Kind;
use head::Head;
use reading::Files;
use threads::{Spot, Threads};

/// Reads the files of a place.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let threads = index(place, options, sink)?;
    let mut files = Files::new(place);
    for thread in threads.sorted() {
        conversation(&thread, &mut files, sink)?;
    }
    Ok(())
}

/// Does a sample look like it?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    let text = sample.head.trim_start_matches(['\u{feff}', '\n', '\r', ' ', '\t']);
    if in_maildir(sample.source) || text.starts_with("\u{1}\u{1}\u{1}\u{1}\n") {
        return true;
    }
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let boxed = first.starts_with("From ") && lines.clone().next().is_some_and(is_field);
    let fields =
        text.lines().skip(usize::from(boxed)).take(200).take_while(|line| !line.is_empty());
    let fields: Vec<String> = fields
        .filter(|line| is_field(line))
        .map(|line| line.split(':').next().unwrap_or_default().to_ascii_lowercase())
        .collect();
    let known = |names: &[&str]| {
        names.iter().filter(|name| fields.iter().any(|field| field == *name)).count()
    };
    let sent = ["from", "message-id", "received", "return-path", "delivered-to"];
    let all = known(&head::FIELDS);
    if boxed { all > 0 } else { all > 1 && known(&sent) > 0 }
}

fn is_field(line: &str) -> bool {
    head::is_field(line.as_bytes())
}

/// Where the mails of a place lie, and which belong together.
fn index(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<Threads> {
    let mut threads = Threads::new(options.by_subject);
    let (mut reports, mut boxes) = (Vec::new(), 0);
    for (number, source) in (0u32..).zip(&place.sources) {
        if let Some(reason) = left_out(source, place) {
            sink(Item::Skipped(reason.to_owned()))?;
            boxes += 1;
            continue;
        }
        let (before, sure) = (threads.count(), in_maildir(source) || source.ends_in(&["eml"]));
        let kind = boxes::mails(source, sure, &mut |found| {
            if machine::may_report(&Head::of_mail(found.head).0) {
                reports.push(threads.count());
            }
            threads.add(number, &found);
            Ok(())
        })?;
        boxes += usize::from(kind != Kind::Other);
        let name = source.name();
        match kind {
            Kind::Other if place.many => sink(Item::Skipped("files of other kinds".to_owned()))?,
            Kind::Box if threads.count() == before && place.many => {
                sink(Item::Skipped("empty files".to_owned()))?;
            }
            Kind::Box if threads.count() == before => {
                sink(Item::Note(format!("{name} holds no mail")))?;
            }
            Kind::Run => sink(Item::Note(format!(
                "{name} was taken for one mail, though more seem to stand in it: \
                 there is no line that begins with `From ` between them"
            )))?,
            _ => {}
        }
    }
    if boxes == 0 {
        let error = Error::not_found(format!("{} holds no mail", place.name));
        return Err(error.because("there is neither a mailbox in it nor the header of a mail"));
    }
    let mut files = Files::new(place);
    for report in reports {
        let Some(spot) = threads.spot(report) else { continue };
        if spot.length <= reading::MAIL_MAX {
            let bytes = files.bytes(&spot)?;
            threads.names(report, &machine::about(&parts::Part::of(&bytes)));
        }
    }
    Ok(threads)
}

/// Hands over a conversation as a ticket.
fn conversation(thread: &[Spot], files: &mut Files<'_>, sink: &mut Sink<'_>) -> Result<()> {
    let (fits, large): (Vec<&Spot>, Vec<&Spot>) =
        thread.iter().partition(|spot| spot.length <= reading::MAIL_MAX);
    for spot in large {
        let (place, most) = (files.called(spot), reading::MAIL_MAX >> 20);
        let reason = format!("it is larger than {most} MiB");
        sink(Item::Rejected(Rejected { place, reason }))?;
    }
    let (mut mails, mut kept) = (Vec::with_capacity(fits.len()), 0);
    for spot in fits {
        mails.push(reading::mail(&files.bytes(spot)?, spot.at, &mut kept, sink)?);
    }
    let (mails, repeats) = ticket::distinct(mails);
    for _ in 0..repeats {
        sink(Item::Skipped("repeats".to_owned()))?;
    }
    if mails.is_empty() {
        return Ok(());
    }
    match ticket::draft(mails) {
        Ok((draft, names)) => sink(Item::Joins(names, Box::new(draft))),
        Err(e) => {
            let place = thread.first().map(|spot| files.called(spot)).unwrap_or_default();
            sink(Item::Rejected(Rejected { place, reason: e.to_string() }))
        }
    }
}

/// Does it lie where a Maildir keeps its mails, of which each is a file?
fn in_maildir(source: &Source) -> bool {
    let folder = source.path().and_then(|path| path.parent()?.file_name());
    let folder = folder.and_then(|name| name.to_str());
    let inside = || source.inside().rsplit('/').nth(1);
    matches!(folder.or_else(inside), Some("cur" | "new"))
}

/// Why a file of a Maildir is no mail that was sent or received.
fn left_out(source: &Source, place: &Place) -> Option<&'static str> {
    let folder = source.inside().rsplit_once('/').map_or("", |(folder, _)| folder);
    if let Some(maildir) =
        folder.strip_suffix("tmp").filter(|it| it.is_empty() || it.ends_with('/'))
    {
        let beside = |name: &str| {
            let begins = format!("{maildir}{name}/");
            place.sources.iter().any(|other| other.inside().starts_with(&begins))
        };
        return (beside("cur") || beside("new")).then_some("mails that are still delivered");
    }
    if !in_maildir(source) {
        return None;
    }
    let name = source.file_name();
    let (_, flags) = name
        .rsplit_once(":2,")
        .or_else(|| name.rsplit_once(",2,"))
        .or_else(|| name.rsplit_once(";2,"))?;
    match flags {
        flags if flags.contains('D') => Some("drafts"),
        flags if flags.contains('T') => Some("deleted mails"),
        _ => None,
    }
}
