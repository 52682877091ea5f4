//! Sharing, for people.

use std::io::Write;

use super::grid::grid;
use super::{Output, gate, human};
use crate::domain::ids::Timestamp;
use crate::error::{Result, counted};
use crate::view::{Disputed, Member, Shared, Sharing, Synced};

pub(super) fn shared(shared: &Shared, output: &Output, out: &mut dyn Write) -> Result<()> {
    match shared {
        Shared::Synced(synced) => self::synced(synced, output, out),
        Shared::Sharing(sharing) => self::sharing(sharing, output, out),
        Shared::Members(_, Some(done)) => human::done(done, false, output, out),
        Shared::Members(all, None) => members(all, output, out),
        Shared::Conflicts(all, false) => conflicts(all, output, out),
        Shared::Conflicts(all, true) => all.iter().try_for_each(|one| conflict(one, output, out)),
        Shared::Bundle(bundle) => {
            let line = if bundle.written {
                let machines = counted(bundle.machines, "machine");
                format!("written to {}: the desk with the entries of {machines}", bundle.file)
            } else {
                format!("{} came with {}", counted(bundle.received, "entry"), bundle.file)
            };
            human::done(&line, false, output, out)
        }
    }
}

/// `✓ synced: 3 entries came, 2 went`
fn synced(synced: &Synced, output: &Output, out: &mut dyn Write) -> Result<()> {
    if synced.waiting {
        human::done("asked to be let in; your fingerprint:", false, output, out)?;
        return Ok(writeln!(out, "  {}", synced.fingerprint)?);
    }
    let line = match (synced.received, synced.sent) {
        (0, 0) => "in sync: nothing new here or there".to_owned(),
        (came, 0) => format!("synced: {} came", counted(came, "entry")),
        (0, went) => format!("synced: {} sent", counted(went, "entry")),
        (came, went) => format!("synced: {} came, {went} sent", counted(came, "entry")),
    };
    human::done(&line, false, output, out)?;
    if let [first, .., last] = synced.renumbered.as_slice() {
        let range = format!(
            "  your tickets have this machine's letter: {} is {} now, … {} is {}",
            first.from, first.to, last.from, last.to
        );
        writeln!(out, "{}", gate::line(&range))?;
    } else if let [only] = synced.renumbered.as_slice() {
        writeln!(out, "  your ticket has this machine's letter: {} is {} now", only.from, only.to)?;
    } else if let Some(letter) = synced.letter.as_ref().filter(|letter| *letter != "a") {
        writeln!(out, "  tickets opened here are numbered {letter}1, {letter}2, … from now on")?;
    }
    for one in &synced.conflicts {
        let line = format!(
            "  {} {}: `{}` stands, `{}` was set at the same time",
            one.name(),
            one.field,
            value_of(one, &one.kept, output),
            value_of(one, &one.lost, output)
        );
        writeln!(out, "{}", gate::fit(&gate::line(&line), room(output)))?;
    }
    Ok(())
}

fn room(output: &Output) -> usize {
    if output.terminal { output.width } else { usize::MAX }
}

fn sharing(sharing: &Sharing, output: &Output, out: &mut dyn Write) -> Result<()> {
    let Some(remote) = &sharing.remote else {
        writeln!(out, "this desk is not shared")?;
        let hint =
            "`tix sync init REMOTE` begins to share it, `tix sync join REMOTE` joins another";
        return Ok(writeln!(out, "{}", output.paint().dim(hint))?);
    };
    let mut line = |name: &str, value: &str| -> Result<()> {
        Ok(writeln!(out, "{name:<13}{}", gate::line(value))?)
    };
    line("remote", remote)?;
    line("fingerprint", sharing.fingerprint.as_deref().unwrap_or_default())?;
    match sharing.letter.as_deref() {
        Some("a") => line("numbers here", "1, 2, 3, …")?,
        Some(letter) => line("numbers here", &format!("{letter}1, {letter}2, {letter}3, …"))?,
        None => {}
    }
    let last = sharing.synced_at.map_or_else(|| "never".to_owned(), |at| output.ago(at.0));
    line("last sync", &last)?;
    line("to send", &counted(sharing.unsent, "entry"))?;
    if sharing.waiting {
        line("", "nobody has let you in yet")?;
    }
    if sharing.conflicts > 0 {
        let conflicts = counted(sharing.conflicts, "value");
        line("conflicts", &format!("{conflicts} lost (`tix sync conflicts`)"))?;
    }
    Ok(())
}

fn members(all: &[Member], output: &Output, out: &mut dyn Write) -> Result<()> {
    let heads = [("MEMBER", 0), ("STANDING", 0), ("MACHINES", 1), ("FINGERPRINT", 0)];
    let row = |one: &Member| {
        let you = if one.you { " (you)" } else { "" };
        vec![
            gate::line(&format!("{}{you}", one.name)).into_owned(),
            one.standing.clone(),
            one.machines.join(", "),
            one.fingerprint.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    if output.columns() >= NARROW {
        return grid(&heads, &rows, 0, output, out);
    }
    for row in rows {
        let [name, standing, machines, fingerprint] = row.as_slice() else { continue };
        let room = output.width.saturating_sub(standing.len() + 2);
        let name = gate::fit(name, room);
        writeln!(out, "{}  {standing}", output.paint().bold(&name))?;
        if !machines.is_empty() {
            writeln!(out, "  {}", gate::fit(&format!("machines {machines}"), output.width - 2))?;
        }
        writeln!(out, "  {fingerprint}")?;
    }
    Ok(())
}

/// Under so many columns a member's fingerprint stands under their name.
const NARROW: usize = 80;

fn conflicts(all: &[Disputed], output: &Output, out: &mut dyn Write) -> Result<()> {
    if all.is_empty() {
        return Ok(writeln!(out, "no conflicts")?);
    }
    let heads = [("ID", 0), ("FIELD", 0), ("STANDS", 0), ("LOST", 0), ("TITLE", 1)];
    let wide = (output.columns().saturating_sub(24) / 2).clamp(8, 24);
    let short = |one: &Disputed, text: &str| {
        gate::fit(&gate::line(&value_of(one, text, output)), wide).into_owned()
    };
    let row = |one: &Disputed| {
        let kept = one.is_kept();
        let id = if kept { gate::line(&one.id).into_owned() } else { one.name() };
        let id = output.paint().bold(&id);
        let title = gate::line(if kept { "" } else { &one.title }).into_owned();
        let field = gate::line(&one.field).into_owned();
        vec![id, field, short(one, &one.kept), short(one, &one.lost), title]
    };
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    grid(&heads, &rows, 4, output, out)
}

/// A value as people read it: moments by their own clock.
fn value_of(one: &Disputed, value: &str, output: &Output) -> String {
    let moment = matches!(one.field.as_str(), "due" | "snoozed")
        .then(|| chrono::DateTime::parse_from_rfc3339(value).ok())
        .flatten();
    moment.map_or_else(|| value.to_owned(), |at| output.time(Timestamp(at.timestamp_millis())))
}

fn conflict(one: &Disputed, output: &Output, out: &mut dyn Write) -> Result<()> {
    let title = if one.is_kept() { String::new() } else { format!(" {}", one.title) };
    let head = format!("{}{title}: {}", one.name(), one.field);
    writeln!(out, "{}", output.paint().bold(&gate::line(&head)))?;
    for (name, value) in [("stands", &one.kept), ("lost", &one.lost)] {
        let mut lines = gate::block(&value_of(one, value, output)).into_owned();
        lines = lines.replace('\n', "\n         ");
        writeln!(out, "{name:<9}{lines}")?;
    }
    Ok(())
}
