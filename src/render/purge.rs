//! What was purged, and whether the journal is sound, for people.

use std::io::Write;

use super::style::count;
use super::{Output, gate, human, show};
use crate::error::Result;
use crate::view::{Finding, Purged, Verified};

/// What was purged: in a line; what would be, one by one. Then where the same still stands.
pub(super) fn purged(purged: &Purged, output: &Output, out: &mut dyn Write) -> Result<()> {
    if purged.dry_run {
        for line in &purged.lines {
            human::done(&format!("purge {line}"), true, output, out)?;
        }
        if purged.lines.is_empty() {
            writeln!(out, "nothing of it is left to purge")?;
        }
    } else {
        human::done(&summary(purged), false, output, out)?;
    }
    for still in &purged.still {
        let sign = if still.ticket { "#" } else { "" };
        let line = format!("still on {sign}{}: {}", still.on, still.what);
        let line = show::wrapped(&gate::line(&line), output, 2);
        writeln!(out, "{}", output.paint().yellow(&line))?;
    }
    Ok(())
}

/// `purged #42, 43.2 (12 entries, 1 file, 1 draft)`
fn summary(purged: &Purged) -> String {
    let tickets = purged.tickets.iter().map(|id| format!("#{id}"));
    let customers = purged.customers.iter().map(|name| format!("customer {name}"));
    let names = customers.chain(tickets).chain(purged.messages.iter().cloned());
    let names: Vec<String> = names.collect();
    let done = purged.backups.iter().filter(|it| it.removed || it.cleaned);
    let copies = done.count() as u64;
    if names.is_empty() {
        return match copies {
            0 => "nothing of it is left".to_owned(),
            copies => format!("gone from {} that held it", count(copies, "copy")),
        };
    }
    let mut counts = vec![count(purged.entries, "entry")];
    counts.extend((purged.files > 0).then(|| count(purged.files, "file")));
    let drafts = purged.drafts.len() as u64;
    counts.extend((drafts > 0).then(|| count(drafts, "draft")));
    counts.extend((copies > 0).then(|| count(copies, "copy")));
    format!("purged {} ({})", names.join(", "), counts.join(", "))
}

/// `✓ 1,204 entries of 2 machines, 3 purged, are what was recorded`, or what is not.
pub(super) fn verified(verified: &Verified, output: &Output, out: &mut dyn Write) -> Result<()> {
    let mut parts = vec![format!(
        "{} of {}",
        count(verified.entries, "entry"),
        count(verified.machines, "machine")
    )];
    parts.extend((verified.purged > 0).then(|| format!("{} purged", verified.purged)));
    parts.extend((verified.files > 0).then(|| count(verified.files, "file")));
    if verified.sound {
        human::done(
            &format!("{}: all is what was recorded", parts.join(", ")),
            false,
            output,
            out,
        )?;
    } else {
        for finding in &verified.findings {
            self::finding(finding, output, out)?;
        }
    }
    for file in &verified.absent {
        let line = format!("not here: {file}");
        writeln!(out, "{}", show::wrapped(&gate::line(&line), output, 2))?;
    }
    let head = output.paint().dim("head");
    Ok(writeln!(out, "{head} {}", verified.head)?)
}

/// `✗ #42, entry 17 of machine 9c3f…: what it says is not what was recorded`
fn finding(finding: &Finding, output: &Output, out: &mut dyn Write) -> Result<()> {
    let mut place = Vec::new();
    place.extend(finding.ticket.as_ref().map(|id| format!("#{id}")));
    place.extend(finding.seq.map(|seq| format!("entry {seq}")));
    place.extend(finding.machine.as_ref().map(|id| format!("machine {}", &id[..id.len().min(8)])));
    place.extend(finding.change.map(|change| format!("change {}", change.short())));
    place.extend(finding.at.map(|at| output.short_time(at.0)));
    let line = format!("{}: {}", place.join(", "), finding.what);
    let line = show::wrapped(&gate::line(&line), output, 2);
    Ok(writeln!(out, "{} {}", output.paint().red("✗"), line.trim_start())?)
}
