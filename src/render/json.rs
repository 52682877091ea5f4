//! JSON: the envelope, streamed, and one object a line.

use std::io::Write;

use serde::Serialize;

use super::{Output, gate, schema};
use crate::error::{Error, Result};
use crate::view::{
    Articles, Beside, Care, Customers, Failure, Handled, Kept, Look, Made, Meta, Promises,
    Reckoned, Rows, Shared, Ticket, Unmade, View, total,
};

/// Writes a value through the gate.
pub(super) fn put<T: Serialize>(out: &mut dyn Write, value: &T) -> Result<()> {
    // Long enough for a ticket, so that it does not grow in many steps.
    let mut text = Vec::with_capacity(2048);
    serde_json::to_writer(&mut text, value).map_err(std::io::Error::from)?;
    let text = String::from_utf8(text).map_err(std::io::Error::other)?;
    out.write_all(gate::json(&text).as_bytes())?;
    Ok(())
}

/// The value, or only its wanted fields in the order wanted.
fn put_picked<T: Serialize>(out: &mut dyn Write, value: &T, output: &Output) -> Result<()> {
    let Some(wanted) = &output.columns else { return put(out, value) };
    let value = serde_json::to_value(value).map_err(std::io::Error::from)?;
    for (i, name) in wanted.iter().enumerate() {
        write!(out, "{}\"{name}\":", if i == 0 { '{' } else { ',' })?;
        put(out, &value[name])?;
    }
    Ok(out.write_all(b"}")?)
}

/// One document with its envelope.
#[expect(clippy::too_many_lines, reason = "a table, a line for each")]
pub(super) fn document(view: View<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    match view {
        View::Tickets(rows) | View::Found(rows) | View::Similar(rows) | View::Exported(rows) => {
            stream(rows, output, out)
        }
        View::Count(count) => single(&count, output, out),
        View::Tallies(tallies, _) => many(&tallies, Unmade {}, output, out),
        View::Saved(views, Kept::All) => many(&views, Unmade {}, output, out),
        View::Saved(views, _) => views.first().map_or(Ok(()), |view| single(view, output, out)),
        View::Canned(replies, kept, made) => kept_of(&replies, (kept, made), output, out),
        View::Articles(articles) => self::articles(articles, output, out),
        View::Customers(Customers { all, done, made, .. }) => {
            kept_of(&all, (done, made), output, out)
        }
        View::Calendars(all, kept, made) => kept_of(&all, (kept, made), output, out),
        View::Tiers(all, kept, made) => kept_of(&all, (kept, made), output, out),
        View::Reckoned(Reckoned::Due(due)) => single(&due, output, out),
        View::Reckoned(Reckoned::Elapsed(elapsed)) => single(&elapsed, output, out),
        View::Reckoned(Reckoned::Open(open)) => single(&open, output, out),
        View::Promises(Promises::Owed(owed, more)) => {
            let truncated = more > owed.len() as u64;
            let meta = Meta { truncated, total: more, ..whole(owed.len(), Unmade {}) };
            envelope(out, output, &meta, |out| all_picked(out, &owed, output))
        }
        View::Promises(Promises::Explained(one)) => single(&*one, output, out),
        View::Promises(Promises::Report(rows, _)) => many(&rows, Unmade {}, output, out),
        View::Promises(Promises::Remeasured(rows, made)) => many(&rows, lasting(made), output, out),
        View::Drafts(drafts, Handled::Shown) => {
            drafts.first().map_or(Ok(()), |draft| single(draft, output, out))
        }
        View::Drafts(drafts, _) => many(&drafts, Unmade {}, output, out),
        View::Explained(explained) => single(&*explained, output, out),
        View::Shown(tickets, Look { single: true, .. }) if tickets.len() == 1 => {
            single(&tickets[0], output, out)
        }
        View::Shown(tickets, _) => many(&tickets, Unmade {}, output, out),
        View::Files(files) => many(&files.files, Unmade {}, output, out),
        View::Changed(changed) => {
            let made = lasting(Made { change: changed.change, dry_run: changed.dry_run });
            if changed.announce && changed.tickets.len() == 1 {
                return envelope(out, output, &whole(1, made), |out| {
                    put_picked(out, &changed.tickets[0], output)
                });
            }
            many(&changed.tickets, made, output, out)
        }
        View::Log(changes, _) => many(&changes, Unmade {}, output, out),
        View::TakenBack(taken) => single(&taken, output, out),
        View::Purged(purged) => single(&purged, output, out),
        View::Verified(verified) => single(&verified, output, out),
        View::Imported(imported) => single(&imported, output, out),
        View::Info(info) => single(&*info, output, out),
        View::Dashboard(dashboard, _) => single(&dashboard, output, out),
        View::Config(settings) if settings.len() == 1 => single(&settings[0], output, out),
        View::Config(settings) => many(&settings, Unmade {}, output, out),
        View::Configured(setting) => single(&setting, output, out),
        View::Initialised(desk) => single(&desk, output, out),
        View::Key(key, _) => single(&key, output, out),
        View::Shared(Shared::Synced(one)) => single(&*one, output, out),
        View::Shared(Shared::Sharing(one)) => single(&one, output, out),
        View::Shared(Shared::Members(all, _)) => many(&all, Unmade {}, output, out),
        View::Shared(Shared::Conflicts(all, _)) => many(&all, Unmade {}, output, out),
        View::Shared(Shared::Bundle(one)) => single(&one, output, out),
        View::Care(care) => self::care(&care, output, out),
        View::Written(written) => single(&written, output, out),
        View::Streamed(stream) => (stream.0)(out),
        View::Text(text) => single(&text, output, out),
    }
}

/// What was only tried has no name: no undo would find it.
fn lasting(made: Made) -> Made {
    Made { change: made.change.filter(|_| !made.dry_run), ..made }
}

/// What is said of an answer that is here as a whole.
fn whole<M>(count: usize, made: M) -> Meta<M> {
    let count = count as u64;
    Meta { made, returned: count, total: count, truncated: false }
}

fn begin(output: &Output, out: &mut dyn Write) -> Result<()> {
    Ok(write!(out, "{{\"schema\":\"tix/{}/1\",\"data\":", schema::name(output.command))?)
}

fn end<M: Serialize>(meta: &Meta<M>, output: &Output, out: &mut dyn Write) -> Result<()> {
    out.write_all(b",\"meta\":")?;
    put(out, meta)?;
    out.write_all(b",\"warnings\":")?;
    put(out, &*output.warnings.borrow())?;
    Ok(out.write_all(b"}\n")?)
}

fn envelope<M: Serialize>(
    out: &mut dyn Write,
    output: &Output,
    meta: &Meta<M>,
    data: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    begin(output, out)?;
    data(out)?;
    end(meta, output, out)
}

fn single<T: Serialize>(value: &T, output: &Output, out: &mut dyn Write) -> Result<()> {
    envelope(out, output, &whole(1, Unmade {}), |out| put_picked(out, value, output))
}

/// What is kept by its name: the one that was asked for, or those that were listed or changed.
fn kept_of<T: Serialize>(
    values: &[T],
    (kept, made): (Kept, Made),
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    match values {
        [one] if kept == Kept::One => {
            envelope(out, output, &whole(1, made), |out| put_picked(out, one, output))
        }
        values => many(values, made, output, out),
    }
}

fn care(care: &Care, output: &Output, out: &mut dyn Write) -> Result<()> {
    match care {
        Care::Made(backup) => single(backup, output, out),
        Care::Listed(all) => many(all, Unmade {}, output, out),
        Care::Restored(restored) => single(restored, output, out),
        Care::Checked(checks) => many(checks, Unmade {}, output, out),
        Care::Salvaged(salvaged) => single(salvaged, output, out),
    }
}

fn articles(articles: Articles, output: &Output, out: &mut dyn Write) -> Result<()> {
    match articles {
        Articles::Listed(all) => kept_of(&all, (Kept::All, Made::default()), output, out),
        Articles::Shown(all, single) => {
            let one = if single { Kept::One } else { Kept::All };
            kept_of(&all, (one, Made::default()), output, out)
        }
        Articles::Found(found, total) => {
            let truncated = total > found.len() as u64;
            let meta = Meta { total, truncated, ..whole(found.len(), Unmade {}) };
            envelope(out, output, &meta, |out| all_picked(out, &found, output))
        }
        Articles::Changed { all, done, made, .. } => {
            kept_of(&all, (done, lasting(made)), output, out)
        }
    }
}

fn many<T: Serialize, M: Serialize>(
    values: &[T],
    made: M,
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    let meta = whole(values.len(), made);
    envelope(out, output, &meta, |out| all_picked(out, values, output))
}

fn all_picked<T: Serialize>(out: &mut dyn Write, values: &[T], output: &Output) -> Result<()> {
    out.write_all(b"[")?;
    for (i, value) in values.iter().enumerate() {
        out.write_all(if i == 0 { b"" } else { b"," })?;
        put_picked(out, value, output)?;
    }
    Ok(out.write_all(b"]")?)
}

/// A list, row by row; what it adds up to follows the rows.
fn stream(rows: Rows<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    let mut returned = 0u64;
    // Nothing is said before the desk has been read.
    let head = |out: &mut dyn Write| -> Result<()> {
        begin(output, out)?;
        Ok(out.write_all(b"[")?)
    };
    (rows.each)(&mut |ticket: Ticket| {
        if returned == 0 {
            head(out)?;
        } else {
            out.write_all(b",")?;
        }
        returned += 1;
        put_picked(out, &ticket, output)
    })?;
    if returned == 0 {
        head(out)?;
    }
    out.write_all(b"]")?;
    let total = total(returned, rows.limit, &rows.count)?;
    let meta = Meta { made: Unmade {}, returned, total, truncated: total > returned };
    match rows.articles {
        Some(articles) => end(&meta.with(Beside { articles }), output, out),
        None => end(&meta, output, out),
    }
}

/// Tickets, one a line.
pub(super) fn lines(rows: Rows<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    (rows.each)(&mut |ticket: Ticket| {
        put_picked(out, &ticket, output)?;
        Ok(out.write_all(b"\n")?)
    })
}

/// Any answer, one object a line.
pub(super) fn jsonl(view: View<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    match view {
        View::Tickets(rows) | View::Found(rows) | View::Similar(rows) | View::Exported(rows) => {
            lines(rows, output, out)
        }
        View::Dashboard(counts, _) => {
            put_picked(out, &counts, output)?;
            Ok(out.write_all(b"\n")?)
        }
        view => super::rows::each(view, &mut |row| {
            put_picked(out, &row.json()?, output)?;
            Ok(out.write_all(b"\n")?)
        }),
    }
}

/// An error as JSON.
pub(super) fn error(error: &Error, out: &mut dyn Write) -> std::io::Result<()> {
    let failure = Failure {
        code: error.kind,
        exit: error.kind.exit(),
        hint: error.hint.clone(),
        message: error.to_string(),
        schema: "tix/error/1".to_owned(),
    };
    writeln!(out, "{}", gate::json(&serde_json::to_string(&failure)?))
}
