//! A folder of pages: an index, a page a ticket, the files of their messages beside them.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

use super::Job;
use super::files::Made;
use crate::commands::attach::safe_name;
use crate::error::Result;
use crate::export::{Index, page};
use crate::store::Reader;
use crate::view::{Messages, Ticket};

/// How files end that a browser would run.
const ACTIVE: [&str; 14] = [
    "html", "htm", "xhtml", "xht", "shtml", "svg", "svgz", "xml", "xsl", "xslt", "mht", "mhtml",
    "js", "mjs",
];

/// The names of the files of a ticket, by message and place there.
type Names = HashMap<(String, usize), String>;

/// Writes the pages; returns how many tickets there were.
pub(super) fn write(
    job: &Job,
    reader: Option<Reader<'_>>,
    folder: &Path,
    made: &mut Made,
) -> Result<u64> {
    made.folder(folder)?;
    let path = folder.join("index.html");
    let (index, head) = Index::begin(&job.options);
    let mut out = made.create(&path)?;
    out.write_all(head.as_bytes())?;
    let mut count = 0;
    job.each(reader, &mut |ticket| {
        count += 1;
        out.write_all(index.row(&ticket).as_bytes())?;
        let names = match reader.filter(|_| job.data) {
            Some(reader) => files(reader, &ticket, folder, made)?,
            None => Names::new(),
        };
        let there = |id: &str, place: usize| names.get(&(id.to_owned(), place)).cloned();
        let text = page(&ticket, &job.options, &there);
        made.write(&folder.join(format!("{}.html", ticket.id)), text.as_bytes())
    })?;
    out.write_all(index.end().as_bytes())?;
    made.finish(&path, out)?;
    Ok(count)
}

/// Writes the files of a ticket, as far as their bytes are here.
fn files(reader: Reader<'_>, ticket: &Ticket, folder: &Path, made: &mut Made) -> Result<Names> {
    let mut names = Names::new();
    let Messages::All(messages) = &ticket.messages else { return Ok(names) };
    for message in messages {
        for (place, file) in message.attachments.iter().enumerate() {
            let Some(bytes) = reader.blob(file.hash)? else { continue };
            let name = named(&message.id, place + 1, &file.name);
            made.write(&folder.join(&name), &bytes)?;
            names.insert((message.id.clone(), place), name);
        }
    }
    Ok(names)
}

/// `42-3-1-trace.txt`: nothing of a stranger's name leads elsewhere, and nothing acts when it is opened.
fn named(message: &str, place: usize, name: &str) -> String {
    let safe = safe_name(name);
    let end = safe.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let inert = if ACTIVE.contains(&end.as_str()) { ".txt" } else { "" };
    format!("{}-{place}-{safe}{inert}", message.replace('.', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_and_does_nothing() {
        assert_eq!(named("42.3", 1, "trace.txt"), "42-3-1-trace.txt");
        assert_eq!(named("b7.a2", 2, "../../x.HTML"), "b7-a2-2-x.HTML.txt");
        assert_eq!(named("1.1", 1, ""), "1-1-1-attachment");
    }
}
