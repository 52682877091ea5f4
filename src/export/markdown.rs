//! One Markdown document: a section a ticket, a message below its own heading.
//!
//! What a message says stands in a quotation, so that nothing in it can be taken for the document's
//! own headings. A text stands in a fence that it cannot close when it would do more than say
//! something: HTML runs where the document is shown, an image tells its server who reads, a link
//! leads elsewhere than it says, and the address of a link that is named elsewhere holds for the whole
//! document.

use std::fmt::Write;

use pulldown_cmark::{Event, LinkType, Parser, Tag};

use super::{Options, is_note, messages, requester, status};
use crate::view::{Message, Ticket};

pub(super) fn head(options: &Options) -> String {
    let mut text = format!("# Tickets\n\nAs of {}.\n\n", options.clock.say(options.clock.now));
    if options.notes {
        text.push_str("**This document holds internal notes.**\n\n");
    }
    text
}

pub(super) fn section(ticket: &Ticket, options: &Options) -> String {
    let say = |at: crate::view::Time| options.clock.say(at.0);
    let joined = |words: &std::collections::BTreeSet<String>| {
        words.iter().map(|word| plain(word, options)).collect::<Vec<_>>().join(", ")
    };
    let person = |who: Option<&crate::domain::person::Person>| {
        who.map(|who| plain(&who.to_string(), options)).unwrap_or_default()
    };
    let mut text = format!("## \\#{} {}\n\n", ticket.id, plain(&ticket.title, options));
    let facts = [
        ("Status", status(ticket)),
        ("Priority", ticket.priority.word().to_owned()),
        ("Requester", person(requester(ticket).as_ref())),
        ("Assignee", person(ticket.assignee.as_ref())),
        ("Customer", plain(ticket.customer.as_deref().unwrap_or_default(), options)),
        ("Labels", joined(&ticket.labels)),
        ("References", joined(&ticket.refs)),
        ("Opened", say(ticket.created_at)),
        ("Updated", say(ticket.updated_at)),
        ("Closed", ticket.closed_at.map(say).unwrap_or_default()),
        ("Due", ticket.due_at.map(say).unwrap_or_default()),
    ];
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(text, "- {name}: {value}");
    }
    text.push('\n');
    for message in messages(ticket) {
        self::message(&mut text, message, options);
    }
    text
}

fn message(text: &mut String, message: &Message, options: &Options) {
    let note = if is_note(message) { "INTERNAL NOTE by " } else { "" };
    let author = plain(&message.author.to_string(), options);
    let at = options.clock.say(message.created_at.0);
    let _ = writeln!(text, "### {} {note}{author}, {at}\n", message.id);
    let body = (options.gate.block)(&message.body);
    if acts(&body, options) {
        fenced(text, &body);
    } else {
        quoted(text, &body);
    }
    for file in &message.attachments {
        let size = crate::domain::event::size_in_words(file.size);
        let _ = writeln!(text, "- File: {} ({size})", plain(&file.name, options));
    }
    if !message.attachments.is_empty() {
        text.push('\n');
    }
}

fn quoted(text: &mut String, body: &str) {
    if body.trim().is_empty() {
        return;
    }
    for line in body.lines() {
        text.push_str(if line.is_empty() { ">" } else { "> " });
        text.push_str(line);
        text.push('\n');
    }
    text.push('\n');
}

fn fenced(text: &mut String, body: &str) {
    let longest = body.split(|c| c != '~').map(str::len).max().unwrap_or(0);
    let fence = "~".repeat(longest.max(2) + 1);
    let _ = write!(text, "{fence}\n{body}\n{fence}\n\n");
}

/// Does it do more than say something?
fn acts(body: &str, options: &Options) -> bool {
    let gate = options.gate.block;
    if !body.contains(['<', '[', '&']) {
        return false;
    }
    let options =
        pulldown_cmark::Options::ENABLE_FOOTNOTES | pulldown_cmark::Options::ENABLE_TABLES;
    let mut parser = Parser::new_ext(body, options);
    parser.reference_definitions().iter().next().is_some()
        || parser.any(|event| match event {
            // An address in angle brackets says where it leads.
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                !matches!(link_type, LinkType::Autolink | LinkType::Email)
                    || !["http://", "https://"].iter().any(|start| dest_url.starts_with(start))
                        && link_type != LinkType::Email
            }
            Event::Start(Tag::Image { .. } | Tag::FootnoteDefinition(_) | Tag::HtmlBlock)
            | Event::Html(_)
            | Event::InlineHtml(_) => true,
            // A character that is spelled out, such as `&#27;`.
            Event::Text(text) | Event::Code(text) => gate(&text) != text.as_ref(),
            _ => false,
        })
}

/// A text as one line in which nothing is Markdown.
fn plain(text: &str, options: &Options) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in (options.gate.line)(text).chars() {
        if matches!(
            c,
            '\\' | '`'
                | '*'
                | '_'
                | '{'
                | '}'
                | '['
                | ']'
                | '<'
                | '>'
                | '#'
                | '|'
                | '&'
                | '~'
                | '!'
        ) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
