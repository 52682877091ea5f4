//! Words → a checked tree: `NOT` binds tighter than AND (a space), AND tighter than `OR`.

use super::lex::{Token, marked, tokens};
use super::{
    Context, Counted, Filter, Has, Is, Length, Moment, Place, Query, Ranked, Role, Sort, Text,
    keys, no_name, rank_of, sort_of,
};
use crate::domain::dates::length;
use crate::domain::ids::{Name, Reference, Timestamp};
use crate::domain::person::Person;
use crate::domain::text::Phrase;
use crate::error::{Error, Result, listed, nearest};

/// How deep parentheses and NOTs may nest.
const DEPTH_MAX: usize = 100;

/// How many words, commas included, a query may have.
const WORDS_MAX: usize = 10_000;

pub(super) fn query(text: &str, context: &Context) -> Result<Query> {
    read(text, context, &mut Around::default())
}

/// What a query stands in: the views that it is part of, and how much of it was read before.
#[derive(Default)]
struct Around {
    views: Vec<String>,
    depth: usize,
    words: usize,
}

fn read(text: &str, context: &Context, around: &mut Around) -> Result<Query> {
    let tokens = tokens(text)?;
    around.words += tokens.len() + text.matches(',').count();
    if around.words > WORDS_MAX {
        return Err(Error::invalid(format!("the query has more than {WORDS_MAX} words"))
            .hint("give many IDs on standard input instead: `-`"));
    }
    let state = (Vec::new(), false);
    let mut parser = Parser { text, tokens, next: 0, context, state, around };
    let filter = parser.any()?;
    if let Some(token) = parser.peek().cloned() {
        return Err(parser.at(&token, "a parenthesis is closed that was not opened"));
    }
    let (sort, scoped) = parser.state;
    Ok(Query { filter, sort, scoped })
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token<'a>>,
    next: usize,
    context: &'a Context,
    /// The order asked for, and whether something was said about the status.
    state: (Vec<Sort>, bool),
    around: &'a mut Around,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&Token<'a>> {
        self.tokens.get(self.next)
    }

    fn at(&self, token: &Token<'_>, why: &str) -> Error {
        marked(self.text, token.start, token.text.len(), why).hint("`tix help query`")
    }

    fn any(&mut self) -> Result<Filter> {
        let nothing = Filter::All(Vec::new());
        let mut any = vec![self.all()?];
        while let Some(token) = self.peek().filter(|token| token.text == "OR").cloned() {
            self.next += 1;
            any.push(self.all()?);
            if any[any.len() - 2..].contains(&nothing) {
                return Err(self.at(&token, "OR needs a term on both sides"));
            }
        }
        Ok(if any.len() == 1 {
            any.remove(0)
        } else {
            Filter::Any(any.into_iter().map(alone).collect())
        })
    }

    fn ends(&self) -> bool {
        self.peek().is_none_or(|token| matches!(token.text, ")" | "OR"))
    }

    fn all(&mut self) -> Result<Filter> {
        let mut all = Vec::new();
        let start = self.next;
        while !self.ends() {
            let Some(token) = self.peek().filter(|token| token.text == "AND").cloned() else {
                all.extend(self.term()?);
                continue;
            };
            let first = self.next == start;
            self.next += 1;
            if first || self.ends() {
                return Err(self.at(&token, "AND needs a term on both sides"));
            }
        }
        Ok(Filter::All(all))
    }

    fn term(&mut self) -> Result<Option<Filter>> {
        let token = self.tokens[self.next].clone();
        self.next += 1;
        self.around.depth += 1;
        if self.around.depth > DEPTH_MAX {
            return Err(self.at(&token, "the query is nested too deeply"));
        }
        let filter = match token.text {
            "NOT" | "-" => {
                let and = self.peek().is_some_and(|token| token.text == "AND");
                let one = if and || self.ends() { None } else { self.term()? };
                Some(self.negated(&token, one)?)
            }
            "(" => Some(self.group(&token)?),
            word => match word.strip_prefix('-').filter(|rest| !rest.is_empty()) {
                Some(rest) => {
                    let one = self.word(&token, rest)?;
                    Some(self.negated(&token, one)?)
                }
                None => self.word(&token, word)?,
            },
        };
        self.around.depth -= 1;
        Ok(filter)
    }

    fn negated(&self, token: &Token<'_>, one: Option<Filter>) -> Result<Filter> {
        let one = one.ok_or_else(|| self.at(token, "NOT needs a term after it"))?;
        Ok(Filter::Not(Box::new(one)))
    }

    fn group(&mut self, token: &Token<'_>) -> Result<Filter> {
        let filter = self.any()?;
        let closed = self.peek().is_some_and(|token| token.text == ")");
        if !closed {
            return Err(self.at(token, "this parenthesis is not closed"));
        }
        if filter == Filter::All(Vec::new()) {
            return Err(self.at(token, "there is no term in these parentheses"));
        }
        self.next += 1;
        Ok(alone(filter))
    }

    /// A `key:value`, or text.
    fn word(&mut self, token: &Token<'_>, word: &str) -> Result<Option<Filter>> {
        let key = word.split_once(':').filter(|(key, _)| !key.is_empty() && !key.contains('"'));
        let Some((key, value)) = key else {
            return self
                .check(None, &unquoted(word))
                .map(Some)
                .map_err(|e| self.explained(token, &e));
        };
        let key = key.to_ascii_lowercase();
        if value.is_empty() {
            return Err(self.at(token, &format!("`{key}:` needs a value")));
        }
        if key == "sort" {
            self.state.0 = sort_of(&unquoted(value)).map_err(|e| self.explained(token, &e))?;
            return Ok(None);
        }
        self.state.1 |= matches!(key.as_str(), "is" | "status");
        let values = values(value);
        let mut any = Vec::with_capacity(values.len());
        for value in &values {
            let one = if key == "view" { self.view(value) } else { self.check(Some(&key), value) };
            any.push(one.map_err(|e| self.explained(token, &e))?);
        }
        Ok(Some(if any.len() == 1 { any.remove(0) } else { Filter::Any(any) }))
    }

    /// The query that is saved under this name. Its order counts unless the outer one has its own.
    fn view(&mut self, name: &str) -> Result<Filter> {
        let views = &self.context.views;
        let alike = || views.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let Some((name, text)) = views.get_key_value(name).or_else(alike) else {
            let error = Error::invalid(format!("no view `{name}`"));
            return Err(match nearest(name, views.keys().map(String::as_str)) {
                Some(near) => error.hint(format!("did you mean `view:{near}`?")),
                None => error.hint("`tix view list` lists the views"),
            });
        };
        if self.around.views.contains(name) {
            return Err(Error::invalid(format!("the view `{name}` is part of itself")).hint(
                format!("`tix view save {name} QUERY` saves another query under this name"),
            ));
        }
        self.around.views.push(name.clone());
        let query = read(text, self.context, self.around).map_err(|e| {
            let why = e.why.clone().unwrap_or_default();
            let error = Error::invalid(format!("the view `{name}` cannot be read: {why}"));
            Error { hint: e.hint.clone(), ..error }
        })?;
        self.around.views.pop();
        if self.state.0.is_empty() {
            self.state.0 = query.sort;
        }
        self.state.1 |= query.scoped;
        Ok(alone(query.filter))
    }

    fn explained(&self, token: &Token<'_>, error: &Error) -> Error {
        let mut marked = self.at(token, &error.to_string());
        marked.hint = error.hint.clone().or(marked.hint);
        marked
    }

    /// One value of a key, or text that may stand anywhere.
    fn check(&self, key: Option<&str>, value: &str) -> Result<Filter> {
        let place = key.and_then(Place::named);
        let Some(key) = key.filter(|_| place.is_none()) else {
            let phrase = Phrase::read(value).ok_or_else(|| {
                Error::invalid(format!("`{value}` holds no letter and no digit to look for"))
                    .hint("words are found without the signs around them")
            })?;
            return Ok(Filter::Words(place, phrase));
        };
        if let Some(role) = Role::named(key) {
            let me = value.eq_ignore_ascii_case("@me");
            let person = if me { self.context.me.clone() } else { value.parse::<Person>()? };
            return Ok(Filter::Person(role, person));
        }
        if let Some(text) = Text::named(key) {
            return Ok(Filter::Text(text, value.to_lowercase()));
        }
        if let Some(ranked) = Ranked::named(key) {
            let (low, high) =
                bounds(value, |word| Ok((rank_of(ranked, word)?, rank_of(ranked, word)?)))?;
            return Ok(Filter::Rank(ranked, low.unwrap_or(0), high.unwrap_or(i64::MAX)));
        }
        if let Some(counted) = Counted::named(key) {
            let number = |word: &str| {
                let n = word.parse::<i64>().ok().filter(|n| *n >= 0);
                let n = n.ok_or_else(|| Error::invalid(format!("`{word}` is not a number")))?;
                Ok((n, n))
            };
            let (low, high) = bounds(value, number)?;
            return Ok(Filter::Count(counted, low.unwrap_or(0), high.unwrap_or(i64::MAX)));
        }
        if let Some(stretch) = Length::named(key)
            && (stretch == Length::Sla || is_length(value))
        {
            let seconds = |word: &str| length(word).map(|length| (length, length));
            let (low, high) = bounds(value, seconds)?;
            return Ok(Filter::Length(stretch, low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX)));
        }
        match Moment::named(key) {
            Some(moment) => self.time(moment, value),
            None => plain(key, value),
        }
    }

    fn time(&self, moment: Moment, value: &str) -> Result<Filter> {
        let read = |word: &str| {
            let span = self.context.clock.read(word)?;
            // The last millisecond of the stretch; of a moment, its whole second.
            let last = if span.start == span.end { span.end.0 + 999 } else { span.end.0 - 1 };
            Ok((span.start.0, last))
        };
        let (low, high) = bounds(value, read)?;
        let after = high.map(|last| Timestamp(last.saturating_add(1)));
        Ok(Filter::Time(moment, low.map(Timestamp), after))
    }
}

fn plain(key: &str, value: &str) -> Result<Filter> {
    let (key_of, none) = (format!("{key}:"), format!("`{key}:` has no"));
    let lower = value.to_lowercase();
    match key {
        "is" => {
            Is::named(&lower).map(Filter::Is).ok_or_else(|| no_name(&none, value, &key_of, Is::ALL))
        }
        "has" | "no" => {
            let has = Has::named(&lower)
                .map(Filter::Has)
                .ok_or_else(|| no_name(&none, value, &key_of, Has::ALL))?;
            Ok(if key == "has" { has } else { Filter::Not(Box::new(has)) })
        }
        "id" => id(value),
        "label" => Ok(Filter::Label(value.to_owned())),
        "ref" => Ok(Filter::Ref(value.to_owned())),
        _ => {
            let error = Error::invalid(format!("no key `{key}`"));
            Err(match nearest(key, keys()) {
                Some(near) => {
                    error.hint(format!("did you mean `{near}`? Quote it to search for text"))
                }
                None => {
                    error.hint(format!("quote it to search for text; there are {}", listed(keys())))
                }
            })
        }
    }
}

/// A ticket by its number, the start of its uid or a reference; only the last has letters of a case.
fn id(value: &str) -> Result<Filter> {
    let reference: Reference = match value.parse() {
        Ok(source @ Reference { ticket: Name::Source(_), .. }) => source,
        _ => value.to_lowercase().parse()?,
    };
    match reference {
        Reference { ticket: Name::Source(name), .. } => Ok(Filter::Ref(name)),
        Reference { ticket, message: None } if ticket != Name::Last => Ok(Filter::Id(ticket)),
        _ => Err(Error::invalid(format!("`{value}` is not one ticket's name"))),
    }
}

/// `x`, `>=x`, `<x`, `x..y`, `x..`, `..y` → the first and last value included.
fn bounds(
    value: &str,
    read: impl Fn(&str) -> Result<(i64, i64)>,
) -> Result<(Option<i64>, Option<i64>)> {
    if let Some((from, to)) = value.split_once("..") {
        let low = if from.is_empty() { None } else { Some(read(from)?.0) };
        let high = if to.is_empty() { None } else { Some(read(to)?.1) };
        return Ok((low, high));
    }
    let compared = [">=", "<=", ">", "<"]
        .into_iter()
        .find_map(|sign| value.strip_prefix(sign).map(|rest| (sign, rest.trim())));
    let (first, last) = read(compared.map_or(value, |(_, rest)| rest))?;
    Ok(match compared.map(|(sign, _)| sign) {
        None => (Some(first), Some(last)),
        Some(">=") => (Some(first), None),
        Some(">") => (Some(last.saturating_add(1)), None),
        Some("<=") => (None, Some(last)),
        Some(_) => (None, Some(first - 1)),
    })
}

/// Cuts `a,"b, c"` at commas outside quotes, quotes removed.
fn values(value: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut quoted = false;
    for c in value.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => values.push(String::new()),
            c => values.last_mut().into_iter().for_each(|value| value.push(c)),
        }
    }
    values.retain(|value| !value.is_empty());
    if values.is_empty() { vec![String::new()] } else { values }
}

/// A list of one condition is that condition.
fn alone(filter: Filter) -> Filter {
    match filter {
        Filter::All(mut all) if all.len() == 1 => all.remove(0),
        other => other,
    }
}

/// Is it a length of time, `4h` or `1h..2d`, and no date?
fn is_length(value: &str) -> bool {
    let mut parts = value.split("..").filter(|part| !part.is_empty()).peekable();
    parts.peek().is_some()
        && parts.all(|part| length(part.trim_start_matches(['<', '>', '=']).trim()).is_ok())
}

fn unquoted(word: &str) -> String {
    word.chars().filter(|c| *c != '"').collect()
}

#[cfg(test)]
mod tests;
