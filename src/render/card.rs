//! One ticket on one screen: its head, the end of its conversation, and the keys.

use super::style::Paint;
use super::{Output, gate, lines, show};
use crate::error::Result;
use crate::view::{Look, Messages, Ticket};

/// The keys that a small window shows.
const FEW: [(char, &str); 2] = [('?', "keys"), ('q', "quit")];

/// What a screen holds beside the ticket.
#[derive(Clone, Debug)]
pub struct Card<'a> {
    /// Which ticket of how many: `3/17`.
    pub place: String,
    /// Why it is here, in words.
    pub reason: Option<String>,
    /// Lines about other tickets, such as solved ones that are like it.
    pub others: &'a [String],
    /// What the last key did.
    pub said: &'a [String],
    /// The keys, each with its word.
    pub keys: &'a [(char, &'a str)],
    /// What is asked below it, where the keys are its answers and all needed; a line answers it
    /// when there are none.
    pub question: Option<&'a str>,
    /// Lines and columns.
    pub size: (usize, usize),
}

/// The ticket on a screen of this size; every line fits, and so do all of them together.
///
/// # Errors
/// When the ticket cannot be rendered.
pub fn card(ticket: &Ticket, card: &Card<'_>, output: &Output) -> Result<String> {
    let (height, width) = card.size;
    let width = width.max(1);
    let output = Output { width, terminal: true, ..output.clone() };
    let paint = output.paint();
    let mut foot: Vec<String> = Vec::new();
    foot.extend(card.others.iter().map(|line| paint.dim(&gate::fit(&gate::line(line), width))));
    foot.extend(card.said.iter().flat_map(|text| said(text, width, paint)));
    let all = keys(card.keys, width, paint);
    // In a small window the ticket counts for more than the keys, unless they answer a question.
    let few = card.question.is_none() && all.len() > (height / 5).max(1);
    foot.extend(if few { keys(&FEW, width, paint) } else { all });
    foot.extend(card.question.filter(|question| !question.is_empty()).map(ToOwned::to_owned));
    let mut head = vec![place(card, width, paint)];
    head.extend(text(ticket, true, &output)?.into_iter().take(height / 3));
    let room = height.saturating_sub(head.len() + foot.len() + 1);
    let conversation = text(ticket, false, &output)?;
    let mut body = Vec::new();
    if conversation.len() > room {
        let kept = room.saturating_sub(1);
        let earlier = conversation.len() - kept;
        if room > 0 {
            body.push(
                paint.dim(&gate::fit(&format!("… {earlier} earlier lines, v shows all"), width)),
            );
        }
        body.extend(conversation.into_iter().skip(earlier));
    } else {
        body.extend(conversation);
        body.resize(room, String::new());
    }
    let all = head.into_iter().chain(body).chain(foot);
    let all: Vec<String> = all.map(|line| lines::fit(&line, width)).collect();
    // What does not fit at all is cut above: the keys stay.
    let over = all.len().saturating_sub(height);
    Ok(all[over..].join("\r\n"))
}

/// The same for a terminal that can do nothing but print: all of it, line after line.
///
/// # Errors
/// When the ticket cannot be rendered.
pub fn plain(ticket: &Ticket, card: &Card<'_>, output: &Output) -> Result<String> {
    let width = card.size.1.max(1);
    let output = Output { width, terminal: true, color: false, ..output.clone() };
    let paint = output.paint();
    let mut all = vec![place(card, width, paint)];
    all.extend(text(ticket, true, &output)?);
    all.extend(text(ticket, false, &output)?);
    all.extend(card.others.iter().map(|line| gate::line(line).into_owned()));
    all.extend(card.said.iter().flat_map(|text| said(text, width, paint)));
    all.extend(keys(card.keys, width, paint));
    Ok(all.join("\n"))
}

/// The ticket's head, or its conversation, line by line.
fn text(ticket: &Ticket, head: bool, output: &Output) -> Result<Vec<String>> {
    let mut part = ticket.clone();
    if head {
        part.messages = Messages::Count(0);
    }
    let mut bytes = Vec::new();
    if head {
        show::tickets(&[part], Look { single: true, ..Look::default() }, output, &mut bytes)?;
    } else {
        show::conversation(&part, Look::default(), output, &mut bytes)?;
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(text.lines().map(ToOwned::to_owned).collect())
}

fn place(card: &Card<'_>, width: usize, paint: Paint) -> String {
    let reason = card.reason.as_ref().map_or(String::new(), |reason| format!(" {reason}"));
    let text = gate::fit(&format!("[{}]{reason}", card.place), width).into_owned();
    paint.dim(&text)
}

fn said(text: &str, width: usize, paint: Paint) -> Vec<String> {
    let block = gate::block(text);
    block.lines().map(|line| paint.yellow(&gate::fit(line, width))).collect()
}

/// `r reply  n note …` in as many lines as they take.
fn keys(keys: &[(char, &str)], width: usize, paint: Paint) -> Vec<String> {
    let name = |key: char| if key == '\n' { "Enter".to_owned() } else { key.to_string() };
    let parts: Vec<String> =
        keys.iter().map(|(key, word)| format!("{} {word}", paint.bold(&name(*key)))).collect();
    lines::joined(&parts, "  ", width)
}
