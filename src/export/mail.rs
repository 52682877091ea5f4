//! Mails: a public message each, as RFC 5322 has them, or all of them in an mbox (mboxrd).
//!
//! All that comes out is ASCII: what is not is encoded (RFC 2047, RFC 2231, base64 or
//! quoted-printable), and a line end in a header is none. Notes are never in it, whatever the tickets
//! hold.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_builder::MessageBuilder;
use mail_builder::headers::HeaderType;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::MimePart;

use super::{is_note, messages, number, requester};
use crate::domain::ids::Hash;
use crate::domain::mail_id;
use crate::domain::person::Person;
use crate::domain::words::By;
use crate::error::{Error, Result};
use crate::view::{Attachment, Message, Ticket};

/// How many messages a mail names that it follows, at most; the first is always among them.
const CHAIN_MAX: usize = 20;

/// The columns of a line in base64.
const LINE: usize = 76;

/// The mails of a ticket, each after its line `From …`.
pub(super) fn mbox(ticket: &Ticket) -> Result<String> {
    let thread = Thread::of(ticket);
    let mut text = String::new();
    for index in 0..thread.public.len() {
        let message = thread.public[index];
        let sender = address(&message.author).unwrap_or("MAILER-DAEMON");
        let at = message.created_at.0.utc().format("%a %b %e %H:%M:%S %Y");
        let _ = writeln!(text, "From {sender} {at}");
        for line in mail(&thread, index)?.lines() {
            let quoted = line.trim_start_matches('>').starts_with("From ");
            text.push_str(if quoted { ">" } else { "" });
            text.push_str(line);
            text.push('\n');
        }
        text.push('\n');
    }
    Ok(text)
}

/// The mail of one message, ready to be sent; of the last public one of ours where none is named.
///
/// # Errors
/// Exit 3 when there is none, exit 4 when nobody can be written to.
pub fn single(ticket: &Ticket, id: Option<&str>) -> Result<String> {
    let thread = Thread::of(ticket);
    let ours = |message: &&Message| message.by == By::Us;
    let index = match id {
        Some(id) => thread.public.iter().position(|message| message.id == id),
        None => thread.public.iter().rposition(ours),
    };
    let Some(index) = index else {
        let none = match id {
            Some(id) => Error::not_found(format!("no message {id}")),
            None => Error::not_found(format!("no public message of ours is on #{}", ticket.id)),
        };
        return Err(none.hint(format!("`tix show {}` shows what is there", ticket.id)));
    };
    if thread.recipients(index).is_empty() {
        let id = &thread.public[index].id;
        return Err(Error::invalid(format!("nobody can be written to about {id}"))
            .because("of nobody whom it is for an address is known")
            .hint(format!("`tix edit {} --requester 'NAME <MAIL>'` says who asks", ticket.id)));
    }
    mail(&thread, index)
}

/// The public messages of a ticket, and what each is called as a mail.
struct Thread<'t> {
    ticket: &'t Ticket,
    public: Vec<&'t Message>,
    names: Vec<String>,
}

impl<'t> Thread<'t> {
    fn of(ticket: &'t Ticket) -> Self {
        let public: Vec<&Message> =
            messages(ticket).iter().filter(|message| !is_note(message)).collect();
        let names = public.iter().map(|message| name(ticket, message)).collect();
        Self { ticket, public, names }
    }

    /// The messages that one follows, the first of all at the head.
    fn followed(&self, index: usize) -> Vec<&str> {
        let (mut chain, mut at) = (Vec::new(), index);
        while let Some(before) = self.before(at) {
            chain.push(self.names[before].as_str());
            at = before;
        }
        chain.dedup();
        if chain.len() > CHAIN_MAX {
            chain.drain(CHAIN_MAX - 1..chain.len() - 1);
        }
        chain.reverse();
        chain
    }

    /// The message that one answers, else the one before it.
    fn before(&self, index: usize) -> Option<usize> {
        let answers = self.public[index].answers.as_deref();
        let told = answers.and_then(|id| self.public[..index].iter().position(|it| it.id == id));
        told.or(index.checked_sub(1))
    }

    /// Whom a message is for, as far as they have addresses.
    fn recipients(&self, index: usize) -> Vec<Address<'static>> {
        let message = self.public[index];
        if message.by != By::Us {
            return Vec::new();
        }
        match message.to.as_slice() {
            [] => requester(self.ticket).iter().filter_map(mailbox).collect(),
            told => told.iter().filter_map(mailbox).collect(),
        }
    }
}

/// The Message-ID of a message: that which it came with, or the one that is made of where it first
/// stood.
fn name(ticket: &Ticket, message: &Message) -> String {
    let came = message.reference.as_deref().and_then(|name| name.strip_prefix("mail:"));
    let is_name = |name: &&str| {
        name.contains('@')
            && name.len() <= 500
            && name.bytes().all(|c| c.is_ascii_graphic() && c != b'<' && c != b'>')
    };
    if let Some(name) = came.filter(is_name) {
        return name.to_owned();
    }
    match (&message.origin, number(ticket, message)) {
        (Some(origin), _) => mail_id::made(origin.ticket, origin.message),
        (None, Some(number)) => mail_id::made(ticket.uid, number),
        // A message always has a number; were it otherwise, a name of its text would do.
        (None, None) => format!("tix.{}@tix.invalid", Hash::of(message.body.as_bytes())),
    }
}

/// A message as a mail, its lines ending as they do here.
fn mail(thread: &Thread<'_>, index: usize) -> Result<String> {
    let (ticket, message) = (thread.ticket, thread.public[index]);
    let author = author(&message.author);
    let title = one_line(&ticket.title);
    let lower = title.to_lowercase();
    let subject =
        if index == 0 || lower.starts_with("re:") { title } else { format!("Re: {title}") };
    let mut mail = MessageBuilder::new().header("From", author);
    let to = thread.recipients(index);
    if !to.is_empty() {
        mail = mail.to(Address::new_list(to));
    }
    mail = mail
        .subject(subject)
        .date(message.created_at.0.0.div_euclid(1000))
        .message_id(thread.names[index].as_str());
    let followed = thread.followed(index);
    if let Some(last) = followed.last() {
        mail = mail.in_reply_to(*last);
        mail = mail.references(MessageId::new_list(followed.iter().copied()));
    }
    let bytes = mail.body(body(message)).write_to_vec()?;
    let text = String::from_utf8(bytes).map_err(std::io::Error::other)?;
    let text = text.replace("\r\n", "\n");
    Ok(text.trim_end_matches('\n').to_owned() + "\n")
}

/// The text, and the files beside it.
fn body(message: &Message) -> MimePart<'_> {
    let text = text(&message.body);
    let files: Vec<MimePart<'_>> = message.attachments.iter().filter_map(file).collect();
    if files.is_empty() {
        return text;
    }
    // No text holds its own hash, so that nobody can write what ends it.
    let hash = Hash::of(format!("{}\n{}", message.id, message.body).as_bytes()).to_string();
    let boundary = format!("tix_{}", &hash[..32.min(hash.len())]);
    let kind = ContentType::new("multipart/mixed").attribute("boundary", boundary);
    MimePart::new(kind, [vec![text], files].concat())
}

fn text(body: &str) -> MimePart<'_> {
    if body.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        let kind = ContentType::new("text/plain").attribute("charset", "utf-8");
        return MimePart::new(kind, wrapped(&STANDARD.encode(body)).into_bytes())
            .transfer_encoding("base64");
    }
    MimePart::new("text/plain", body)
}

/// A file; none where its bytes are not on the desk.
fn file(file: &Attachment) -> Option<MimePart<'_>> {
    let data = file.data.as_deref()?;
    let token = |part: &str| {
        !part.is_empty()
            && part.len() <= 100
            && part.bytes().all(|c| c.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&c))
    };
    // A mail in a mail would have to stand there as it is.
    let media = file.media.as_deref().filter(|media| match media.split_once('/') {
        Some((kind, sub)) => token(kind) && token(sub) && kind != "message" && kind != "multipart",
        None => false,
    });
    let media = media.unwrap_or("application/octet-stream");
    let part = MimePart::new(ContentType::new(media), wrapped(data).into_bytes());
    Some(part.attachment(one_line(&file.name)).transfer_encoding("base64"))
}

/// Base64 in lines.
fn wrapped(data: &str) -> String {
    let mut text = String::with_capacity(data.len() + data.len() / LINE * 2 + 2);
    let mut rest = data;
    while rest.len() > LINE {
        let (line, after) = rest.split_at(LINE);
        text.push_str(line);
        text.push_str("\r\n");
        rest = after;
    }
    text + rest
}

/// Who wrote it. Of whom no address is known the name stands alone, as RFC 6854 has it.
fn author(person: &Person) -> HeaderType<'static> {
    if let Some(mailbox) = mailbox(person) {
        return mailbox.into();
    }
    let name = one_line(person.short());
    let plain = |c: char| c.is_ascii_alphanumeric() || c == ' ' || c == '-' || c == '_';
    if name.chars().all(plain) && !name.is_empty() {
        return Raw::new(format!("\"{name}\":;")).into();
    }
    Address::new_group(Some(name), Vec::new()).into()
}

fn mailbox(person: &Person) -> Option<Address<'static>> {
    let address = address(person)?.to_owned();
    Some(Address::new_address(person.name.as_deref().map(one_line), address))
}

/// The address, if it is one that may stand in a mail.
fn address(person: &Person) -> Option<&str> {
    let address = person.email.as_deref()?;
    let fit = address.len() <= 254
        && address.bytes().all(|c| c.is_ascii_graphic() && !b"<>()[]\\,;:\"".contains(&c))
        && address.split('@').filter(|part| !part.is_empty()).count() == 2;
    fit.then_some(address)
}

/// A text with a blank for every control character: a line end would begin another header. What looks
/// like an encoded word is none.
fn one_line(text: &str) -> String {
    let plain = |c: char| {
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }
    };
    let text: String = text.chars().map(plain).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("=?", "= ?")
}
