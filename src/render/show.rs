//! One ticket with its conversation, for people.

use std::borrow::Cow;
use std::io::Write;

use super::style::Paint;
use super::{Output, files, gate, lines, sla};
use crate::domain::disguise::{MARK, marked};
use crate::domain::quoted::{Kind, pieces};
use crate::domain::words::{By, MessageKind, Priority, Status};
use crate::error::{Result, counted};
use crate::view::{ArticleName, Contact, Link, Look, Message, Messages, Ticket};

/// On a terminal, the title of a linked ticket takes at most so many columns.
const LINKED_MAX: usize = 40;

/// Text is wrapped to the terminal, but never wider than this.
const TEXT_MAX: usize = 100;

pub(super) fn tickets(
    tickets: &[Ticket],
    look: Look,
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    if let Some(at) = look.as_of {
        let line = format!("as of {}: more has happened since", output.time(at));
        writeln!(out, "{}", output.paint().yellow(&line))?;
    }
    for (i, ticket) in tickets.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        header(ticket, output, out)?;
        conversation(ticket, look, output, out)?;
    }
    Ok(())
}

/// The messages, each behind an empty line.
pub(super) fn conversation(
    ticket: &Ticket,
    look: Look,
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    let Messages::All(messages) = &ticket.messages else { return Ok(()) };
    for message in messages {
        writeln!(out)?;
        self::message(message, look, output, out)?;
    }
    Ok(())
}

fn header(ticket: &Ticket, output: &Output, out: &mut dyn Write) -> Result<()> {
    let paint = output.paint();
    let title = wrapped(&format!("#{} {}", ticket.id, gate::line(&ticket.title)), output, 0);
    writeln!(out, "{}", title.lines().map(|line| paint.bold(line)).collect::<Vec<_>>().join("\n"))?;
    for line in state(ticket, output) {
        writeln!(out, "{line}")?;
    }
    for (name, value) in facts(ticket, output) {
        let lines = wrapped(&gate::line(&value), output, 12);
        let odd = name == "requester" && value.contains(MARK);
        let lines = if odd { paint.yellow(lines.trim_start()) } else { lines };
        writeln!(out, "{}  {}", paint.dim(&format!("{name:<10}")), lines.trim_start())?;
    }
    for conflict in &ticket.conflicts {
        let line = format!(
            "conflict: {} is `{}`; at the same time it was set to `{}`",
            conflict.field, conflict.kept, conflict.lost
        );
        writeln!(out, "{}", paint.yellow(&gate::line(&line)))?;
    }
    Ok(())
}

/// `open · high · our turn · bug, ui`, in as many lines as that takes
fn state(ticket: &Ticket, output: &Output) -> Vec<String> {
    let mut parts = vec![output.standing(ticket)];
    let open = ticket.status != Status::Closed;
    let paint = output.paint();
    match ticket.priority {
        Priority::Urgent if open => parts.push(paint.red("urgent")),
        Priority::High if open => parts.push(paint.yellow("high")),
        Priority::Normal => {}
        priority => parts.push(priority.to_string()),
    }
    match ticket.turn {
        Some(By::Us) => parts.push("our turn".to_owned()),
        Some(By::Requester) => parts.push("the requester's turn".to_owned()),
        _ => {}
    }
    if !ticket.labels.is_empty() {
        let labels: Vec<&str> = ticket.labels.iter().map(String::as_str).collect();
        let labels = wrapped(&gate::line(&labels.join(", ")), output, 0);
        parts.extend(labels.lines().map(ToOwned::to_owned));
    }
    lines::joined(&parts, " · ", output.columns())
}

/// What is known of the ticket, name by name; what is not is left out.
fn facts(ticket: &Ticket, output: &Output) -> Vec<(String, String)> {
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: Option<String>| {
        facts.extend(value.map(|value| (name.to_owned(), value)));
    };
    let customer = ticket.customer.as_ref().map(|customer| match &ticket.tier {
        Some(tier) => format!("{customer} ({tier})"),
        None => customer.clone(),
    });
    let tier = ticket.tier.clone().filter(|_| ticket.customer.is_none());
    let list = |names: &std::collections::BTreeSet<String>| {
        (!names.is_empty()).then(|| names.iter().cloned().collect::<Vec<_>>().join(", "))
    };
    let requester = ticket.requester.as_ref();
    let odd = requester.and_then(Contact::disguise).map(|odd| format!(" {MARK} {odd}"));
    add("requester", requester.map(|who| format!("{who}{}", odd.unwrap_or_default())));
    add("customer", customer);
    add("tier", tier);
    add("assignee", ticket.assignee.as_ref().map(ToString::to_string));
    add("opened", Some(format!("{} by {}", output.when(ticket.created_at.0), ticket.channel)));
    add(
        "updated",
        Some(ticket.updated_at).filter(|at| *at != ticket.created_at).map(|at| output.when(at.0)),
    );
    add("closed", ticket.closed_at.map(|at| output.when(at.0)));
    add("due", ticket.due_at.map(|at| output.when(at.0)));
    let sleeps = ticket.snoozed_until.filter(|_| output.sleeps(ticket));
    add("clocks", ticket.sla.as_ref().map(|clocks| sla::line(clocks, output)));
    add("snoozed", sleeps.map(|at| output.when(at.0)));
    add("refs", list(&ticket.refs));
    add("links", links(ticket, output));
    add("articles", articles(ticket, output));
    for (name, value) in &ticket.fields {
        facts.push((gate::line(name).into_owned(), value.clone()));
    }
    facts
}

/// `blocks #7 Crash on start (open) · relates #9 Dark mode (closed)`
fn links(ticket: &Ticket, output: &Output) -> Option<String> {
    let most = if output.terminal { LINKED_MAX } else { usize::MAX };
    let one = |link: &Link| {
        let kind = link.kind.replace('-', " ");
        let title: String = gate::fit(&gate::line(&link.title), most).into_owned();
        let merged = link.kind.starts_with("merged");
        let stands = if merged { String::new() } else { format!(" ({})", link.stands) };
        format!("{kind} #{} {title}{stands}", link.id)
    };
    let links = ticket.links.as_ref().filter(|links| !links.is_empty())?;
    Some(links.iter().map(one).collect::<Vec<_>>().join(" · "))
}

/// `how-to-reset: How to reset a password · setup: Setting it up`
fn articles(ticket: &Ticket, output: &Output) -> Option<String> {
    let most = if output.terminal { LINKED_MAX } else { usize::MAX };
    let one = |article: &ArticleName| {
        let title = gate::fit(&gate::line(&article.title), most).into_owned();
        format!("{}: {title}", article.name)
    };
    let all: Vec<String> = ticket.articles.iter().map(one).collect();
    (!all.is_empty()).then(|| all.join(" · "))
}

/// A message under a line that says who may read it.
fn message(message: &Message, look: Look, output: &Output, out: &mut dyn Write) -> Result<()> {
    let paint = output.paint();
    let (badge, paint_badge): (_, fn(Paint, &str) -> String) = match message.kind {
        MessageKind::Reply if message.automatic => ("PUBLIC, automatic", Paint::green),
        MessageKind::Reply => ("PUBLIC", Paint::green),
        MessageKind::Note => ("NOTE, internal", Paint::yellow),
    };
    let side = match message.by {
        By::Us => " (us)",
        By::Requester => " (requester)",
        By::Other => "",
    };
    let machine = if message.automatic { ", automatic" } else { "" };
    let from = message.origin.as_ref().and_then(|origin| origin.id.as_ref());
    let at = message.created_at.0;
    let mut when = vec![output.short_time(at), output.ago(at)];
    when.extend(message.edited_at.map(|at| format!("edited {}", output.ago(at.0))));
    when.extend(from.map(|id| format!("from {id}")));
    // We know ourselves, and the requester stands above with their address.
    let author = match message.by {
        By::Us | By::Requester => message.author.short().to_owned(),
        By::Other => message.author.to_string(),
    };
    let id = paint.bold(&format!("── {}", message.id));
    let author = gate::line(&marked(&author, &message.author)).into_owned() + side;
    let parts = (format!("{id} {}{machine}", paint_badge(paint, badge)), author, when);
    for line in head(parts, output) {
        writeln!(out, "{line}")?;
    }
    if let Some(at) = message.purged_at {
        let line = format!("(purged {})", output.ago(at.0));
        return Ok(writeln!(out, "   {}", paint.dim(&line))?);
    }
    if message.body.is_empty() && message.attachments.is_empty() {
        return Ok(writeln!(out, "   {}", paint.dim("(no text)"))?);
    }
    let (body, left_out) = folded(&message.body, look, output);
    let body = gate::block(&body);
    for line in wrapped(&body.replace('\t', "    "), output, 3).lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    for line in left_out {
        writeln!(out, "   {}", paint.dim(&line))?;
    }
    for file in &message.attachments {
        let line = format!("file: {}", files::in_words(file));
        writeln!(out, "{}", wrapped(&gate::line(&line), output, 3))?;
    }
    Ok(())
}

/// What of a text is shown, and what is said of the rest: a terminal shows what a message says, not
/// what was said before and who signs it each time.
fn folded<'t>(text: &'t str, look: Look, output: &Output) -> (Cow<'t, str>, Vec<String>) {
    if look.quotes || !output.terminal {
        return (Cow::Borrowed(text), Vec::new());
    }
    let pieces = pieces(text);
    let count = |kind: Kind| {
        let lines = pieces.iter().filter(|piece| piece.kind == kind);
        lines.map(|piece| piece.text.trim().lines().count() as u64).sum::<u64>()
    };
    let said: String =
        pieces.iter().filter(|piece| piece.kind == Kind::Said).map(|piece| piece.text).collect();
    let parts: Vec<String> = [(Kind::Quoted, "quoted line"), (Kind::Signature, "signature line")]
        .into_iter()
        .map(|(kind, what)| (count(kind), what))
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| counted(count, what))
        .collect();
    if parts.is_empty() {
        return (Cow::Borrowed(text), Vec::new());
    }
    let line = format!("… {} (--quotes shows them)", parts.join(", "));
    (Cow::Owned(said.trim_end().to_owned()), vec![line])
}

/// `── 4.1 PUBLIC  Ada (requester)  1 Sep 11:00 · 6m ago`; where that does not fit, the moment stands
/// below.
fn head((id, author, when): (String, String, Vec<String>), output: &Output) -> Vec<String> {
    let (paint, columns) = (output.paint(), output.columns());
    let line = format!("{id}  {author}  {}", paint.dim(&when.join(" · ")));
    if lines::width(&line) <= columns {
        return vec![line];
    }
    let mut parts = vec![id];
    parts.extend(wrapped(&author, output, 3).lines().map(|line| line.trim_start().to_owned()));
    let when = lines::joined(&when, " · ", columns.saturating_sub(3));
    let mut head = lines::joined(&parts, "  ", columns);
    head.iter_mut().skip(1).for_each(|line| line.insert_str(0, "   "));
    head.extend(when.iter().map(|line| format!("   {}", paint.dim(line))));
    head
}

/// `text` wrapped to the terminal and indented; on a pipe only indented.
pub(super) fn wrapped(text: &str, output: &Output, indent: usize) -> String {
    let margin = " ".repeat(indent);
    let width = if output.terminal { output.width.min(TEXT_MAX) } else { usize::MAX };
    let mut lines = Vec::new();
    for line in text.lines() {
        // What a line is indented by, its continuations are too.
        let own: String = line.chars().take_while(|c| *c == ' ').take(width / 3).collect();
        let margin = format!("{margin}{own}");
        if width == usize::MAX {
            lines.push(format!("{margin}{}", &line[own.len()..]));
            continue;
        }
        let options =
            textwrap::Options::new(width).initial_indent(&margin).subsequent_indent(&margin);
        lines.extend(
            textwrap::wrap(&line[own.len()..], options)
                .into_iter()
                .map(std::borrow::Cow::into_owned),
        );
    }
    lines.join("\n")
}
