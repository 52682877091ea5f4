//! Pages to read and to print: complete in themselves, without scripts, and nothing is loaded.

use std::fmt::Write;

use super::{Options, is_note, messages, requester, status};
use crate::domain::event::size_in_words;
use crate::domain::ids::Timestamp;
use crate::domain::words::By;
use crate::view::{Message, Ticket};

mod body;

/// How it looks: light and dark, on narrow screens, on paper.
const STYLE: &str = include_str!("html/style.css");

/// What ends a page.
pub(super) const TAIL: &str = "</main>\n</body>\n</html>\n";

/// What a browser may do: nothing but apply the style that is in the page.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The names of the files that lie beside a page: of a message's ID and a file's place there.
pub(super) type Names<'n> = dyn Fn(&str, usize) -> Option<String> + 'n;

pub(super) fn head(options: &Options) -> String {
    begun("Tickets", options)
}

pub(super) fn article(ticket: &Ticket, options: &Options) -> String {
    told(ticket, options, &|_, _| None)
}

/// The page of a ticket, with links to the index and to its files.
#[must_use]
pub fn page(ticket: &Ticket, options: &Options, names: &Names<'_>) -> String {
    let title = format!("#{} {}", ticket.id, ticket.title);
    let mut page = begun(&title, options);
    page.push_str("<nav><a href=\"index.html\">All tickets</a></nav>\n");
    page.push_str(&told(ticket, options, names));
    page + TAIL
}

/// The page that lists all others.
pub struct Index<'o> {
    options: &'o Options,
}

impl<'o> Index<'o> {
    /// Its beginning.
    #[must_use]
    pub fn begin(options: &'o Options) -> (Self, String) {
        let mut text = begun("Tickets", options);
        text.push_str("<h1>Tickets</h1>\n");
        text.push_str(&warning(options));
        let now = options.clock.say(options.clock.now);
        let _ = writeln!(text, "<p class=\"as-of\">As of {now}</p>");
        text.push_str("<div class=\"wide\"><table>\n<thead><tr>");
        for name in ["ID", "Title", "Status", "Priority", "Requester", "Updated"] {
            let _ = write!(text, "<th scope=\"col\">{name}</th>");
        }
        text.push_str("</tr></thead>\n<tbody>\n");
        (Self { options }, text)
    }

    /// The row of a ticket.
    #[must_use]
    pub fn row(&self, ticket: &Ticket) -> String {
        let (id, line) = (&ticket.id, |text: &str| safe_line(text, self.options));
        let who = requester(ticket).map(|who| line(who.short())).unwrap_or_default();
        format!(
            "<tr><td><a href=\"{id}.html\">#{id}</a></td>\
             <td dir=\"auto\"><a href=\"{id}.html\">{}</a></td>\
             <td>{}</td><td>{}</td><td dir=\"auto\">{who}</td><td>{}</td></tr>\n",
            line(&ticket.title),
            status(ticket),
            ticket.priority.word(),
            time(ticket.updated_at.0, self.options),
        )
    }

    /// Its end.
    #[must_use]
    pub fn end(self) -> String {
        format!("</tbody>\n</table></div>\n{TAIL}")
    }
}

fn begun(title: &str, options: &Options) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n",
        safe_line(title, options)
    )
}

fn warning(options: &Options) -> String {
    let text = "<p class=\"warning\">Internal notes are in here: not for others.</p>\n";
    if options.notes { text.to_owned() } else { String::new() }
}

fn told(ticket: &Ticket, options: &Options, names: &Names<'_>) -> String {
    let line = |text: &str| safe_line(text, options);
    let mut text = format!("<article class=\"ticket\" id=\"t{}\">\n<header>\n", ticket.id);
    let _ = writeln!(text, "<p class=\"id\">Ticket #{}</p>", ticket.id);
    let _ = writeln!(text, "<h1 dir=\"auto\">{}</h1>", line(&ticket.title));
    text.push_str(&warning(options));
    text.push_str(&facts(ticket, options));
    text.push_str("</header>\n");
    for message in messages(ticket) {
        text.push_str(&self::message(message, options, names));
    }
    text + "</article>\n"
}

fn facts(ticket: &Ticket, options: &Options) -> String {
    let line = |text: &str| safe_line(text, options);
    let joined = |words: &std::collections::BTreeSet<String>| {
        words.iter().map(|word| line(word)).collect::<Vec<_>>().join(", ")
    };
    let facts = [
        ("Status", status(ticket)),
        ("Priority", ticket.priority.word().to_owned()),
        ("Requester", requester(ticket).map(|it| line(&it.to_string())).unwrap_or_default()),
        ("Assignee", ticket.assignee.as_ref().map(|it| line(&it.to_string())).unwrap_or_default()),
        ("Customer", ticket.customer.as_deref().map(line).unwrap_or_default()),
        ("Labels", joined(&ticket.labels)),
        ("References", joined(&ticket.refs)),
        ("Opened", time(ticket.created_at.0, options)),
        ("Updated", time(ticket.updated_at.0, options)),
        ("Closed", ticket.closed_at.map(|at| time(at.0, options)).unwrap_or_default()),
        ("Due", ticket.due_at.map(|at| time(at.0, options)).unwrap_or_default()),
    ];
    let mut text = "<dl>\n".to_owned();
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(text, "<div><dt>{name}</dt><dd dir=\"auto\">{value}</dd></div>");
    }
    text + "</dl>\n"
}

fn message(message: &Message, options: &Options, names: &Names<'_>) -> String {
    let (class, mark) = match message.by {
        _ if is_note(message) => ("note", "<strong class=\"mark\">Internal note</strong> "),
        By::Us => ("us", ""),
        By::Requester => ("requester", ""),
        By::Other => ("other", ""),
    };
    let id = message.id.replace('.', "-");
    let author = safe_line(&message.author.to_string(), options);
    let at = time(message.created_at.0, options);
    let mut text = format!(
        "<section class=\"message {class}\" id=\"m{id}\">\n\
         <h2>{mark}<span dir=\"auto\">{author}</span> <small>{at} · {}</small></h2>\n",
        message.id
    );
    let shown = (options.gate.block)(&message.body);
    let _ = writeln!(
        text,
        "<div class=\"body\" dir=\"auto\">\n{}</div>",
        body::html(&shown, options.gate.block)
    );
    if !message.attachments.is_empty() {
        text.push_str("<ul class=\"files\">\n");
        for (index, file) in message.attachments.iter().enumerate() {
            let (name, size) = (safe_line(&file.name, options), size_in_words(file.size));
            let there = names(&message.id, index).map(|name| body::address(&name));
            let _ = match there {
                Some(href) => writeln!(
                    text,
                    "<li><a href=\"{href}\" download>{name}</a> <small>{size}</small></li>"
                ),
                None => writeln!(text, "<li>{name} <small>{size}</small></li>"),
            };
        }
        text.push_str("</ul>\n");
    }
    text + "</section>\n"
}

fn time(at: Timestamp, options: &Options) -> String {
    format!("<time datetime=\"{}\">{}</time>", at.rfc3339(), options.clock.say(at))
}

/// A text as one line that is nothing but text.
fn safe_line(text: &str, options: &Options) -> String {
    body::escaped(&(options.gate.line)(text))
}
