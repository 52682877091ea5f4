//! Copies of the desk, and how it is, for people.

use std::io::Write;

use super::style::count;
use super::{Output, gate, human};
use crate::domain::event::size_in_words;
use crate::error::Result;
use crate::view::{Backup, Care, Check, Gap, Proof, Restored, Salvaged, State};

pub(super) fn care(care: &Care, output: &Output, out: &mut dyn Write) -> Result<()> {
    match care {
        Care::Made(backup) => made(backup, output, out),
        Care::Listed(all) => listed(all, output, out),
        Care::Restored(restored) => self::restored(restored, output, out),
        Care::Checked(checks) => checks.iter().try_for_each(|it| checked(it, output, out)),
        Care::Salvaged(salvaged) => self::salvaged(salvaged, output, out),
    }
}

fn made(backup: &Backup, output: &Output, out: &mut dyn Write) -> Result<()> {
    let Backup { file, size, verified, recipients, .. } = backup;
    let how = match verified {
        Proof::Sound => "verified".to_owned(),
        Proof::Opened => format!("sealed to {}, opened again", recipients.len()),
        Proof::Written => format!("sealed to {}, not to you", recipients.len()),
    };
    let line = format!("copied the desk to {file} ({}, {how})", size_in_words(*size));
    human::done(&line, false, output, out)
}

/// `2026-09-01 11:15 · 3d ago · before import · 1.2 MiB`, and below it the file.
fn listed(all: &[Backup], output: &Output, out: &mut dyn Write) -> Result<()> {
    if all.is_empty() {
        writeln!(out, "no automatic copies yet")?;
        let hint = "`tix backup` makes one, `tix backup FILE` one where you want it";
        return Ok(writeln!(out, "{}", output.paint().dim(hint))?);
    }
    for Backup { file, at, reason, size, .. } in all {
        let reason = match reason.as_str() {
            "backup" => "asked for".to_owned(),
            reason => format!("before {reason}"),
        };
        let reason = gate::line(&reason).into_owned();
        let size = size_in_words(*size);
        let head = format!("{} · {reason} · {size}", output.ago(at.0));
        let head = gate::fit(&head, if output.terminal { output.width } else { usize::MAX });
        writeln!(out, "{}", output.paint().bold(&head))?;
        // A path that is cut leads nowhere.
        writeln!(out, "    {}", gate::line(file))?;
    }
    Ok(())
}

fn restored(restored: &Restored, output: &Output, out: &mut dyn Write) -> Result<()> {
    let Restored { desk, from, entries, before, dry_run } = restored;
    let entries = count(*entries, "entry");
    let kept = before
        .as_ref()
        .map_or_else(String::new, |file| format!("; what was there is kept in {file}"));
    let verb = if *dry_run { "restore" } else { "restored" };
    human::done(&format!("{verb} {desk} from {from} ({entries}){kept}"), *dry_run, output, out)
}

fn checked(check: &Check, output: &Output, out: &mut dyn Write) -> Result<()> {
    let paint = output.paint();
    let mark = match check.state {
        State::Ok => paint.green("✓"),
        State::Note => paint.yellow("note"),
        State::Bad => paint.red("✗"),
    };
    writeln!(out, "{mark} {}: {}", check.check, gate::line(&check.found))?;
    if let Some(hint) = &check.hint {
        writeln!(out, "  {} {}", paint.dim("try:"), gate::line(hint))?;
    }
    Ok(())
}

fn salvaged(salvaged: &Salvaged, output: &Output, out: &mut dyn Write) -> Result<()> {
    let Salvaged { from, to, proven, recovered, tickets, files, dry_run, .. } = salvaged;
    let mut parts = vec![count(*proven, "entry")];
    parts.extend((*recovered > 0).then(|| format!("{recovered} after a gap, recorded anew")));
    parts.push(count(*tickets, "ticket"));
    parts.extend((*files > 0).then(|| count(*files, "file")));
    human::done(&format!("{to} from {from}: {}", parts.join(", ")), *dry_run, output, out)?;
    let paint = output.paint();
    for Gap { machine, first, last } in &salvaged.missing {
        let which = match last {
            Some(last) if last == first => format!("entry {first}"),
            Some(last) => format!("entries {first} to {last}"),
            None => format!("whatever followed entry {}", first - 1),
        };
        writeln!(out, "{} {which} of machine {machine}", paint.yellow("missing:"))?;
    }
    for (reason, many) in &salvaged.left_out {
        let line = format!("{}: {reason}", count(*many, "entry"));
        writeln!(out, "{} {}", paint.yellow("not shown:"), gate::line(&line))?;
    }
    for name in &salvaged.files_lost {
        writeln!(out, "{} the file {}", paint.yellow("missing:"), gate::line(name))?;
    }
    if salvaged.missing.is_empty() && salvaged.left_out.is_empty() && salvaged.files_lost.is_empty()
    {
        writeln!(out, "nothing is missing")?;
    }
    Ok(())
}
