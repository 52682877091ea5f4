//! Articles of the knowledge base for people.

use std::io::Write;

use super::grid::grid;
use super::search::marked;
use super::show::wrapped;
use super::style::count;
use super::{Output, gate, human};
use crate::domain::words::Status;
use crate::error::Result;
use crate::view::{Article, Articles, FoundArticle, Helped, Mention};

/// What is found stands below its article, indented by this.
const INDENT: usize = 4;

pub(super) fn articles(articles: &Articles, output: &Output, out: &mut dyn Write) -> Result<()> {
    match articles {
        Articles::Listed(all) => list(all, output, out),
        Articles::Shown(all, _) => {
            for (i, article) in all.iter().enumerate() {
                if i > 0 {
                    writeln!(out)?;
                }
                show(article, output, out)?;
            }
            Ok(())
        }
        Articles::Found(found, count) => self::found(found, *count, output, out),
        Articles::Changed { all, announce: true, made, .. }
            if !output.terminal && !made.dry_run =>
        {
            let mut names = all.iter().map(|article| gate::line(&article.name));
            names.try_for_each(|name| Ok(writeln!(out, "{name}")?))
        }
        Articles::Changed { lines, made, .. } => {
            lines.iter().try_for_each(|line| human::done(line, made.dry_run, output, out))
        }
    }
}

fn list(all: &[Article], output: &Output, out: &mut dyn Write) -> Result<()> {
    if all.is_empty() {
        writeln!(out, "no articles")?;
        let hint = "`tix kb new TITLE` keeps one; `tix import markdown FOLDER` brings many";
        return Ok(writeln!(out, "{}", output.paint().dim(hint))?);
    }
    let heads = [("NAME", 0), ("TITLE", 0), ("LABELS", 2), ("TICKETS", 3), ("UPDATED", 1)];
    // The name is what commands take, so it is cut last of all.
    let most = (output.width / 2).max(20);
    let row = |article: &Article| {
        let labels: Vec<&str> = article.labels.iter().map(String::as_str).collect();
        let tickets = article.tickets.len();
        vec![
            output.paint().bold(&gate::fit(&gate::line(&article.name), most)),
            gate::line(&article.title).into_owned(),
            gate::fit(&gate::line(&labels.join(", ")), 20).into_owned(),
            if tickets > 0 { tickets.to_string() } else { String::new() },
            article.updated_at.map(|at| output.ago(at.0)).unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    grid(&heads, &rows, 1, output, out)
}

fn show(article: &Article, output: &Output, out: &mut dyn Write) -> Result<()> {
    let paint = output.paint();
    let title = wrapped(&gate::line(&article.title), output, 0);
    writeln!(out, "{}", title.lines().map(|line| paint.bold(line)).collect::<Vec<_>>().join("\n"))?;
    let labels: Vec<&str> = article.labels.iter().map(String::as_str).collect();
    let labels = (!labels.is_empty()).then(|| labels.join(", "));
    let author = article.author.as_ref().map(ToString::to_string);
    let written = article.created_at.map(|at| output.when(at.0));
    let written = match (written, author) {
        (Some(at), Some(author)) => Some(format!("{at} by {author}")),
        (at, author) => at.or(author),
    };
    let changed = article.updated_at.filter(|at| Some(*at) != article.created_at);
    let facts = [
        ("name", Some(article.name.clone())),
        ("labels", labels),
        ("written", written),
        ("updated", changed.map(|at| output.when(at.0))),
        ("ref", article.reference.clone()),
        ("url", article.url.clone()),
        ("tickets", tickets(&article.tickets, output)),
    ];
    for (name, value) in facts {
        let Some(value) = value else { continue };
        let lines = wrapped(&gate::line(&value), output, 12);
        writeln!(out, "{}  {}", paint.dim(&format!("{name:<10}")), lines.trim_start())?;
    }
    writeln!(out)?;
    text(&article.body, output, out)
}

/// `#4 Crash on start (open) · #7 It crashes (solved)`
fn tickets(tickets: &[Helped], output: &Output) -> Option<String> {
    let most = if output.terminal { 40 } else { usize::MAX };
    let one = |ticket: &Helped| {
        let title = gate::fit(&gate::line(&ticket.title), most).into_owned();
        format!("#{} {title} ({})", ticket.id, ticket.status)
    };
    let open = |ticket: &&Helped| ticket.status != Status::Closed;
    let (open, closed): (Vec<_>, Vec<_>) = tickets.iter().partition(open);
    let all: Vec<String> = open.into_iter().chain(closed).map(one).collect();
    (!all.is_empty()).then(|| all.join(" · "))
}

/// Markdown as it is; on a terminal its paragraphs are wrapped, its code and its tables are not.
fn text(body: &str, output: &Output, out: &mut dyn Write) -> Result<()> {
    let body = gate::block(body).replace('\t', "    ");
    let mut fence = None;
    for line in body.lines() {
        let begun = line.trim_start();
        let tick = ["```", "~~~"].into_iter().find(|tick| begun.starts_with(tick));
        let code = fence.is_some() || tick.is_some();
        fence = match (fence, tick) {
            (None, tick) => tick,
            (Some(open), Some(tick)) if open == tick => None,
            (open, _) => open,
        };
        if code || begun.starts_with('|') || line.starts_with("    ") || line.trim().is_empty() {
            writeln!(out, "{}", line.trim_end())?;
        } else {
            writeln!(out, "{}", wrapped(line, output, 0).trim_end())?;
        }
    }
    Ok(())
}

fn found(found: &[FoundArticle], all: u64, output: &Output, out: &mut dyn Write) -> Result<()> {
    if found.is_empty() {
        return Ok(writeln!(out, "no articles match")?);
    }
    for article in found {
        let name = gate::fit(&gate::line(&article.name), output.width / 2).into_owned();
        let room = output.width.saturating_sub(gate::width(&name) + 2);
        let title = marked(&article.marked.title, room, output);
        writeln!(out, "{}  {title}", output.paint().bold(&name))?;
        let part = marked(&article.marked.part, output.width.saturating_sub(INDENT), output);
        if !part.is_empty() {
            writeln!(out, "{:INDENT$}{part}", "")?;
        }
    }
    if all > found.len() as u64 {
        let line = format!("showing {} of {all} (-L 0 for all)", found.len());
        writeln!(out, "{}", output.paint().dim(&line))?;
    }
    Ok(())
}

/// The articles that fit too, below what was found.
pub(super) fn beside(
    articles: Option<&Vec<Mention>>,
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    let Some(articles) = articles.filter(|articles| !articles.is_empty()) else { return Ok(()) };
    let head = format!("{} of the knowledge base:", count(articles.len() as u64, "article"));
    writeln!(out, "\n{}", output.paint().dim(&head))?;
    for Mention { name, title, .. } in articles {
        let line = format!("  {}  {}", gate::line(name), gate::line(title));
        writeln!(out, "{}", gate::fit(&line, output.width))?;
    }
    Ok(())
}
