//! Answers for people. On a pipe, lists are plain lines that scripts can cut.

use std::io::Write;

use super::style::count;
use super::{
    Format, Output, articles, care, customers, drafts, files, gate, json, keys, log, promises,
    purge, rows, search, show, sla, sync, table,
};
use crate::error::{Result, counted};
use crate::view::{
    Articles, CannedReply, Care, Counts, Customers, Handled, Imported, Info, Initialised, Kept,
    Made, Promises, Saved, Setting, Shared, TakenBack, View, Written,
};

pub(super) fn render(view: View<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    match view {
        View::Tickets(rows) if output.terminal => table::list(rows, output, out),
        View::Dashboard(dashboard, rows) if output.terminal => {
            table::dashboard(&dashboard, rows, output, out)
        }
        View::Found(rows) | View::Similar(rows) if output.terminal && output.columns.is_some() => {
            table::list(rows, output, out)
        }
        View::Found(rows) if output.terminal => search::found(rows, output, out),
        View::Similar(rows) if output.terminal => search::similar(rows, output, out),
        View::Exported(rows) => json::lines(rows, output, out),
        View::Streamed(stream) => (stream.0)(out),
        // Columns are of a table, and where none is drawn, of plain lines.
        view if output.columns.is_some() => plain(view, output, out),
        View::Tickets(rows)
        | View::Found(rows)
        | View::Similar(rows)
        | View::Dashboard(_, rows) => plain(View::Tickets(rows), output, out),
        View::Files(files) if files.saved => {
            files.files.iter().try_for_each(|file| done(&files::saved(file), false, output, out))
        }
        view if !output.terminal && is_list(&view) => plain(view, output, out),
        View::Files(files) => files::list(&files, output, out),
        View::Promises(promises) => sla::promises(&promises, output, out),
        View::Count(count) => Ok(writeln!(out, "{}", count.count)?),
        View::Tallies(tallies, groups) => search::tallies(&tallies, &groups, output, out),
        View::Saved(views, kept) => saved(&views, kept, output, out),
        View::Canned(replies, kept, made) => canned(&replies, (kept, made), output, out),
        View::Articles(all) => articles::articles(&all, output, out),
        View::Customers(all) => customers::customers(&all, output, out),
        view @ (View::Calendars(..) | View::Tiers(..) | View::Reckoned(_)) => {
            agreed(view, output, out)
        }
        View::Drafts(all, handled) => drafts::drafts(&all, handled, output, out),
        View::Explained(explained) => search::explained(&explained, output, out),
        View::Shown(tickets, look) => show::tickets(&tickets, look, output, out),
        View::Changed(changed) => {
            if changed.announce && !changed.dry_run && !output.terminal {
                return rows::ids(View::Changed(changed), out);
            }
            changed.lines.iter().try_for_each(|line| done(line, changed.dry_run, output, out))
        }
        View::Log(changes, some) => log::log(&changes, some, output, out),
        View::TakenBack(taken) => taken_back(&taken, output, out),
        View::Purged(purged) => purge::purged(&purged, output, out),
        View::Verified(verified) => purge::verified(&verified, output, out),
        View::Imported(imported) => self::imported(&imported, output, out),
        View::Info(info) => self::info(&info, output, out),
        View::Config(settings) => config(&settings, output, out),
        View::Configured(setting) => value(&setting, out),
        View::Initialised(desk) => initialised(&desk, output, out),
        View::Key(key, done) => keys::key(&key, done, output, out),
        View::Shared(shared) => sync::shared(&shared, output, out),
        View::Care(cared) => care::care(&cared, output, out),
        View::Written(written) => self::written(&written, output, out),
        View::Text(text) => Ok(out.write_all(text.text.as_bytes())?),
    }
}

/// `✓ 3 tickets written to out.md`
fn written(written: &Written, output: &Output, out: &mut dyn Write) -> Result<()> {
    let files = match written.files {
        1 => String::new(),
        files => format!(", {}", counted(files, "file")),
    };
    let tickets = counted(written.tickets, "ticket");
    done(&format!("{tickets} written to {}{files}", written.to), false, output, out)
}

fn initialised(desk: &Initialised, output: &Output, out: &mut dyn Write) -> Result<()> {
    if !desk.made {
        return Ok(());
    }
    done(&format!("made the desk {}", desk.desk), false, output, out)
}

/// Calendars, tiers, and what is reckoned.
fn agreed(view: View<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    match view {
        View::Calendars(_, Kept::All, _) | View::Tiers(_, Kept::All, _) if !output.terminal => {
            plain(view, output, out)
        }
        View::Calendars(all, kept, made) => promises::calendars(&all, (kept, made), output, out),
        View::Tiers(all, kept, made) => promises::tiers(&all, (kept, made), output, out),
        View::Reckoned(reckoned) => promises::reckoned(&reckoned, output, out),
        _ => Ok(()),
    }
}

/// Is it a list that is plain lines on a pipe?
fn is_list(view: &View<'_>) -> bool {
    matches!(
        view,
        View::Log(..)
            | View::Files(_)
            | View::Tallies(..)
            | View::Saved(_, Kept::All)
            | View::Canned(_, Kept::All, _)
            | View::Promises(Promises::Owed(..) | Promises::Report(..) | Promises::Remeasured(..))
            | View::Customers(Customers { done: Kept::All, .. })
            | View::Articles(Articles::Listed(_) | Articles::Found(..))
            | View::Drafts(_, Handled::Listed)
            | View::Shared(Shared::Members(_, None) | Shared::Conflicts(_, false))
            | View::Care(Care::Listed(_) | Care::Checked(_))
    )
}

/// Tab-separated lines without a header.
fn plain(view: View<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    let output = Output { format: Format::Tsv, header: false, ..output.clone() };
    rows::render(view, &output, out)
}

/// `✓ #42 closed (solved)`
pub(super) fn done(line: &str, dry_run: bool, output: &Output, out: &mut dyn Write) -> Result<()> {
    let line = gate::line(line);
    if dry_run {
        return Ok(writeln!(out, "would: {line}")?);
    }
    Ok(writeln!(out, "{} {line}", output.paint().green("✓"))?)
}

fn taken_back(taken: &TakenBack, output: &Output, out: &mut dyn Write) -> Result<()> {
    let verb = match (taken.redo, taken.dry_run) {
        (false, false) => "took back",
        (true, false) => "brought back",
        (false, true) => "take back",
        (true, true) => "bring back",
    };
    let line = format!("{verb} {}: {}", &taken.target[..8], taken.summary);
    done(&line, taken.dry_run, output, out)
}

fn imported(imported: &Imported, output: &Output, out: &mut dyn Write) -> Result<()> {
    let Imported { added, updated, known, .. } = *imported;
    let articles = brought(imported.articles, "article");
    let mut parts = Vec::new();
    if articles.is_empty() || added + updated + known > 0 {
        parts.push(format!("{} added", count(added, "ticket")));
        parts.push(count(imported.messages, "message"));
        parts.extend((imported.kept > 0).then(|| format!("{} kept besides", imported.kept)));
        parts.extend((updated > 0).then(|| format!("{updated} updated")));
        parts.extend((known > 0).then(|| format!("{known} known already")));
    }
    let purged = imported.purged;
    parts.extend((purged > 0).then(|| format!("{purged} purged here before passed over")));
    parts.extend(articles);
    for (reason, skipped) in &imported.skipped {
        parts.push(format!("{reason} left out: {skipped}"));
    }
    if !imported.rejected.is_empty() {
        parts.push(format!("{} rejected", count(imported.rejected.len() as u64, "record")));
    }
    done(&parts.join(", "), imported.dry_run, output, out)
}

/// `2 articles added, 1 updated`; nothing where there are none.
fn brought(counts: Counts, noun: &str) -> Vec<String> {
    let Counts { added, updated, known } = counts;
    let all = [(added, "added"), (updated, "updated"), (known, "known already")];
    let there = all.into_iter().filter(|(many, _)| *many > 0).enumerate();
    let parts = there.map(|(i, (many, what))| match i {
        0 => format!("{} {what}", count(many, noun)),
        _ => format!("{many} {what}"),
    });
    parts.collect()
}

fn info(info: &Info, output: &Output, out: &mut dyn Write) -> Result<()> {
    let tickets: u64 = info.tickets.values().sum();
    let statuses: Vec<String> = info
        .tickets
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(status, count)| format!("{count} {status}"))
        .collect();
    let mut facts = vec![
        ("desk", info.desk.clone()),
        ("why", info.why.clone()),
        ("user", format!("{} (from {})", info.user, info.user_from)),
        ("timezone", info.timezone.clone()),
        ("config", info.config.clone()),
        ("version", info.version.clone()),
    ];
    if info.exists {
        let detail =
            if statuses.is_empty() { String::new() } else { format!(": {}", statuses.join(", ")) };
        facts.insert(2, ("tickets", format!("{tickets}{detail}")));
        facts.insert(
            3,
            (
                "journal",
                format!("{}, {}", count(info.entries, "entry"), count(info.changes, "change")),
            ),
        );
        facts.insert(4, ("size", format!("{} KiB", info.size.div_ceil(1024))));
        facts.insert(5, ("schema", info.schema.unwrap_or(0).to_string()));
        let backup = info.backup_at.map(|at| output.when(at.0));
        let never = || "never; `tix backup` makes a copy".to_owned();
        facts.insert(6, ("backup", backup.unwrap_or_else(never)));
    } else {
        facts.insert(2, ("tickets", "none yet; the first change makes the desk".to_owned()));
    }
    for (name, value) in facts {
        let name = output.paint().dim(&format!("{name:<9}"));
        writeln!(out, "{name} {}", gate::line(&value))?;
    }
    Ok(())
}

fn saved(views: &[Saved], kept: Kept, output: &Output, out: &mut dyn Write) -> Result<()> {
    if views.is_empty() {
        writeln!(out, "no views yet")?;
        let hint = "`tix view save NAME QUERY` saves a query under a name";
        return Ok(writeln!(out, "{}", output.paint().dim(hint))?);
    }
    let widest = views.iter().map(|view| view.name.len()).max().unwrap_or(0);
    for Saved { name, query } in views {
        let query = gate::line(query);
        match kept {
            Kept::One => writeln!(out, "{query}")?,
            Kept::Saved => done(&format!("saved view {name}: {query}"), false, output, out)?,
            Kept::Forgotten => done(&format!("forgot view {name}"), false, output, out)?,
            Kept::All => {
                let name = gate::line(&format!("{name:<widest$}")).into_owned();
                writeln!(out, "{}  {query}", output.paint().bold(&name))?;
            }
        }
    }
    Ok(())
}

fn canned(
    replies: &[CannedReply],
    (kept, made): (Kept, Made),
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    if replies.is_empty() {
        writeln!(out, "no canned replies yet")?;
        let hint = "`tix canned new NAME` keeps a reply under a name";
        return Ok(writeln!(out, "{}", output.paint().dim(hint))?);
    }
    let widest = replies.iter().map(|reply| reply.name.len()).max().unwrap_or(0);
    let (dry_run, changed) = (made.dry_run, made.change.is_some());
    for CannedReply { name, text, .. } in replies {
        let name = gate::line(name);
        match kept {
            Kept::One => writeln!(out, "{}", gate::block(text))?,
            Kept::Saved if changed => {
                done(&format!("kept the canned reply {name}"), dry_run, output, out)?;
            }
            Kept::Saved => {}
            Kept::Forgotten => {
                done(&format!("took away the canned reply {name}"), dry_run, output, out)?;
            }
            Kept::All => {
                let line = format!("{name:<widest$}  {}", text.lines().next().unwrap_or_default());
                writeln!(out, "{}", gate::fit(&gate::line(&line), output.width))?;
            }
        }
    }
    Ok(())
}

/// The value of one setting.
fn value(setting: &Setting, out: &mut dyn Write) -> Result<()> {
    match &setting.value {
        Some(value) => Ok(writeln!(out, "{}", gate::line(value))?),
        None => Ok(()),
    }
}

fn config(settings: &[Setting], output: &Output, out: &mut dyn Write) -> Result<()> {
    if let [one] = settings {
        return value(one, out);
    }
    let widest = settings.iter().map(|setting| setting.key.len()).max().unwrap_or(0);
    for setting in settings {
        let from = output.paint().dim(&format!("({})", setting.from));
        let value = setting.value.as_ref().map_or(String::new(), |value| format!("{value}  "));
        writeln!(out, "{:<widest$} {}{from}", setting.key, gate::line(&value))?;
    }
    Ok(())
}
