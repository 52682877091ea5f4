//! todo.txt: a line a ticket.

use super::{Options, word};
use crate::domain::ids::Timestamp;
use crate::domain::words::{Priority, Status};
use crate::view::{Ticket, Time};

/// What readers take for keys, wherever it stands.
const KEYS: [&str; 8] = ["due:", "t:", "threshold:", "pri:", "rec:", "h:", "id:", "p:"];

pub(super) fn line(ticket: &Ticket, options: &Options) -> String {
    let day =
        |at: Timestamp| at.utc().with_timezone(&options.clock.zone).format("%Y-%m-%d").to_string();
    let letter = match ticket.priority {
        Priority::Urgent => "A",
        Priority::High => "B",
        Priority::Normal => "C",
        Priority::Low => "D",
    };
    let mut words: Vec<String> = Vec::new();
    let done = ticket.status == Status::Closed;
    if done {
        let closed = ticket.closed_at.unwrap_or(ticket.updated_at);
        words.extend(["x".to_owned(), day(closed.0)]);
    } else {
        words.push(format!("({letter})"));
    }
    words.push(day(ticket.created_at.0));
    words.extend(ticket.title.split_whitespace().map(harmless));
    words.extend(ticket.customer.iter().map(|name| format!("+{}", word(name))));
    words.extend(ticket.labels.iter().map(|label| format!("@{}", word(label))));
    let key = |name: &str, at: Option<Time>| at.map(|at| format!("{name}:{}", day(at.0)));
    words.extend(key("due", ticket.due_at));
    words.extend(key("t", ticket.snoozed_until));
    words.extend(done.then(|| format!("pri:{letter}")));
    words.push(format!("id:{}", ticket.id));
    (options.gate.line)(&words.join(" ")).into_owned() + "\n"
}

/// A word of a title that says nothing about the task.
fn harmless(word: &str) -> String {
    let lower = word.to_lowercase();
    if KEYS.iter().any(|key| lower.starts_with(key)) {
        return word.replacen(':', "：", 1);
    }
    if word.len() > 1 && word.starts_with(['@', '+']) {
        return format!("\u{2019}{word}");
    }
    word.to_owned()
}
