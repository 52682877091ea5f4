//! A query as a tree, and the ways in which people may write it.

use super::dice::Dice;
use super::wall::Date;

/// A condition.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Term(Term),
}

/// A key with its values, of which any will do; without a key, words.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub(crate) key: &'static str,
    pub(crate) values: Vec<Value>,
}

#[derive(Clone, Debug)]
pub(crate) enum Value {
    One(Item),
    Compared(&'static str, Item),
    Between(Option<Item>, Option<Item>),
}

#[derive(Clone, Debug)]
pub(crate) enum Item {
    Word(String),
    Number(i64),
    /// So many of a unit, which has so many seconds.
    Length(i64, &'static str, i64),
    Date(Date),
}

/// A whole query.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) node: Node,
    /// Its own order: keys, and whether the largest comes first.
    pub(crate) sort: Vec<(&'static str, bool)>,
}

impl Asked {
    /// The query as somebody may write it.
    pub(crate) fn text(&self, dice: &mut Dice) -> String {
        let mut text = self.node.text(dice);
        if !self.sort.is_empty() {
            let key = |dice: &mut Dice, (key, down): &(&str, bool)| {
                format!("{}{}", if *down { "-" } else { "" }, cased(key, dice))
            };
            let keys: Vec<String> = self.sort.iter().map(|sort| key(dice, sort)).collect();
            let sort = format!("{}:{}", cased("sort", dice), keys.join(","));
            text = if dice.one_in(3) { format!("{sort} {text}") } else { format!("{text} {sort}") };
        }
        text
    }
}

impl Node {
    fn text(&self, dice: &mut Dice) -> String {
        match self {
            Node::All(all) => {
                let parts: Vec<String> = all.iter().map(|part| part.inside(dice, false)).collect();
                let mut text = String::new();
                for part in parts {
                    if !text.is_empty() {
                        text += dice.pick(&[" ", " ", " ", "  ", "\t", " AND ", "\u{3000}"]);
                    }
                    text += &part;
                }
                text
            }
            Node::Any(any) => {
                let parts: Vec<String> = any.iter().map(|part| part.inside(dice, true)).collect();
                parts.join(" OR ")
            }
            Node::Not(part) => {
                let text = part.inside(dice, false);
                let minus = matches!(**part, Node::Term(_)) || text.starts_with('(');
                if minus && dice.one_in(2) { format!("-{text}") } else { format!("NOT {text}") }
            }
            Node::Term(term) => term.text(dice),
        }
    }

    /// As a part of something, in parentheses where it must be: NOT binds tightest, then the
    /// space, then OR.
    fn inside(&self, dice: &mut Dice, alternative: bool) -> String {
        let must = match self {
            Node::All(_) => !alternative,
            Node::Any(_) => true,
            Node::Not(_) | Node::Term(_) => false,
        };
        let text = self.text(dice);
        match must || dice.one_in(12) {
            true if dice.one_in(3) => format!("( {text} )"),
            true => format!("({text})"),
            false => text,
        }
    }
}

impl Term {
    fn text(&self, dice: &mut Dice) -> String {
        let values: Vec<String> = self.values.iter().map(|value| self.value(value, dice)).collect();
        let values = values.join(",");
        if self.key.is_empty() {
            return values;
        }
        format!("{}:{values}", cased(self.key, dice))
    }

    fn value(&self, value: &Value, dice: &mut Dice) -> String {
        let mut item = |item: &Item| self.item(item, dice);
        match value {
            Value::One(one) => item(one),
            Value::Compared(sign, than) => format!("{sign}{}", item(than)),
            Value::Between(from, to) => {
                let from = from.as_ref().map(&mut item).unwrap_or_default();
                let to = to.as_ref().map(&mut item).unwrap_or_default();
                format!("{from}..{to}")
            }
        }
    }

    fn item(&self, item: &Item, dice: &mut Dice) -> String {
        match item {
            // Case and accents are the business of what is looked for there.
            Item::Word(word) if matches!(self.key, "" | "title" | "body" | "note" | "ref") => {
                quoted(word, self.key.is_empty(), dice)
            }
            // A reference may stand there, or an ID in any case.
            Item::Word(word) if self.key == "id" && word.contains(':') => quoted(word, false, dice),
            Item::Word(word) => {
                let word = cased(word, dice);
                quoted(&word, false, dice)
            }
            Item::Number(number) => number.to_string(),
            Item::Length(count, unit, _) => format!("{count}{}", cased(unit, dice)),
            Item::Date(date) => {
                let text = cased(&date.text(), dice);
                quoted(&text, false, dice)
            }
        }
    }
}

/// In quotes where it must be, and sometimes where it need not.
fn quoted(text: &str, bare: bool, dice: &mut Dice) -> String {
    let mut must = text.contains(|c: char| c.is_whitespace() || "(),".contains(c));
    if bare {
        must |= text.contains(':') || text.starts_with('-') || ["OR", "AND", "NOT"].contains(&text);
    }
    if must || dice.one_in(5) { format!("\"{text}\"") } else { text.to_owned() }
}

/// In some case that means the same.
fn cased(text: &str, dice: &mut Dice) -> String {
    let upper = text.to_uppercase();
    match dice.below(6) {
        0 if upper.to_lowercase() == text.to_lowercase() => upper,
        1 => text.to_lowercase(),
        2 => {
            let mut chars = text.chars();
            let first = chars.next().map(|c| c.to_ascii_uppercase());
            first.into_iter().chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}
