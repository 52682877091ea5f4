//! Trello: the JSON of a board or of a card.
//!
//! A ticket's reference is `trello:SHORTLINK`. An export holds at most the latest 1,000 actions of a
//! board, and comments and who made a card are actions: what is missing is said.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::auto::Sample;
use super::fields::{Object, items};
use super::record::Record;
use super::{Item, Options, Place, Sink, Source, each, give, json};
use crate::domain::ids::Timestamp;
use crate::error::{Error, Result};
use crate::view::Rejected;

mod card;
mod lists;
#[cfg(test)]
mod tests;

pub(super) use lists::standing;

/// How many actions an export holds at most.
const ACTIONS_MAX: usize = 1000;

/// Reads the boards and cards of a place.
///
/// # Errors
/// Whatever `sink` returns; exit 4 when a file is no JSON, exit 3 when there are no cards, exit 1 when
/// it cannot be read.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let place = place.only(|source| !place.many || source.ends_in(&["json", "jsonl"]));
    if place.sources.is_empty() {
        return Err(Error::not_found(format!("no .json file in {}", place.name)));
    }
    each(&place, sink, |source, sink| file(source, options, sink))
}

/// Does a sample look like Trello's?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    sample.objects_have(&["idBoard", "idList", "name"])
        || sample.objects_have(&["cards", "lists", "name"])
            && (sample.head.contains("\"idBoard\"") || sample.head.contains("\"idList\""))
        || sample.has(&["cards[].idList", "cards[].name"])
        || sample.objects_have(&["labelNames", "prefs", "shortLink"])
        || sample.has(&["actions[].memberCreator", "actions[].data"])
        || sample.objects_have(&["idList", "idShort"])
}

fn file(source: &Source, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let (mut any, mut index) = (false, 0u64);
    let name = source.name();
    json::each(source, &mut |value| {
        index += 1;
        let Value::Object(object) = value else {
            let reason = "it is neither a board nor a card".to_owned();
            let place = format!("{name}, record {index}");
            return sink(Item::Rejected(Rejected { place, reason }));
        };
        if object.get("cards").is_some_and(Value::is_array) {
            any = true;
            return board(&object, name, options, sink);
        }
        if object.contains_key("idList") || object.contains_key("idBoard") {
            any = true;
            let board = Board::of(&object, options);
            return board.give(&object, index, name, sink);
        }
        Ok(())
    })?;
    if any {
        return Ok(());
    }
    let error = Error::not_found(format!("{name} holds no Trello cards"));
    Err(error.hint("a board's menu has `Print, export, and share`, and there `Export as JSON`"))
}

fn board(object: &Object, name: &str, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let board = Board::of(object, options);
    let cards = items(object, "cards");
    for (index, card) in cards.iter().enumerate() {
        let index = index as u64 + 1;
        let Some(card) = card.as_object() else {
            let place = format!("{name}, card {index}");
            sink(Item::Rejected(Rejected { place, reason: "it is no card".to_owned() }))?;
            continue;
        };
        board.give(card, index, name, sink)?;
    }
    let ids = cards.iter().filter_map(|card| card.get("id")?.as_str());
    let ids: HashSet<&str> = ids.collect();
    for (card, acts) in &board.acts {
        let lost = acts.iter().filter(|act| is_comment(act)).count();
        for _ in 0..if ids.contains(card) { 0 } else { lost } {
            sink(Item::Skipped("comments on cards that are gone".to_owned()))?;
        }
    }
    match board.cut(&cards) {
        Some(note) => sink(Item::Note(format!("{name} {note}"))),
        None => Ok(()),
    }
}

/// What stands around cards.
struct Board<'b> {
    object: &'b Object,
    options: &'b Options,
    lists: HashMap<&'b str, &'b Value>,
    members: HashMap<&'b str, &'b Value>,
    labels: HashMap<&'b str, &'b Value>,
    /// Checklists by the card that they stand on.
    checklists: HashMap<&'b str, Vec<&'b Value>>,
    /// Fields that the board adds to cards.
    custom: HashMap<&'b str, &'b Value>,
    /// What happened, by card, the latest first.
    acts: HashMap<&'b str, Vec<&'b Value>>,
    /// What happened to lists.
    turns: HashMap<&'b str, Vec<&'b Value>>,
    actions: usize,
}

impl<'b> Board<'b> {
    /// The board that an object is, or what stands around a card in its own export.
    fn of(object: &'b Object, options: &'b Options) -> Self {
        let by_id = |field: &str| -> HashMap<&'b str, &'b Value> {
            let all = items(object, field).into_iter();
            all.filter_map(|value| Some((value.get("id")?.as_str()?, value))).collect()
        };
        let mut lists = by_id("lists");
        if let Some((id, list)) =
            object.get("list").and_then(|it| Some((it.get("id")?.as_str()?, it)))
        {
            lists.insert(id, list);
        }
        let own =
            object.get("id").and_then(Value::as_str).filter(|_| !object.contains_key("cards"));
        let (mut acts, mut turns) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
        let actions = items(object, "actions");
        for act in &actions {
            let data = act.get("data");
            let named = |what: &str| data.and_then(|data| data.get(what)?.get("id")?.as_str());
            if let Some(card) = named("card").or(own) {
                acts.entry(card).or_default().push(*act);
            } else if let Some(list) = named("list") {
                turns.entry(list).or_default().push(*act);
            }
        }
        let mut checklists = HashMap::<_, Vec<_>>::new();
        for list in items(object, "checklists") {
            let card = list.get("idCard").and_then(Value::as_str).or(own).unwrap_or_default();
            checklists.entry(card).or_default().push(list);
        }
        Self {
            object,
            options,
            lists,
            members: by_id("members"),
            labels: by_id("labels"),
            checklists,
            custom: by_id("customFields"),
            actions: actions.len(),
            acts,
            turns,
        }
    }

    fn give(&self, card: &Object, index: u64, name: &str, sink: &mut Sink<'_>) -> Result<()> {
        if card.get("cardRole").and_then(Value::as_str) == Some("separator") {
            return sink(Item::Skipped("separators".to_owned()));
        }
        give(self.card(card).and_then(Record::draft), || format!("{name}, card {index}"), sink)
    }

    /// The acts on a card, the latest first.
    fn acts(&self, card: &Object) -> &[&'b Value] {
        let id = card.get("id").and_then(Value::as_str).unwrap_or_default();
        self.acts.get(id).map_or(&[], Vec::as_slice)
    }

    /// What an export that was cut does not hold.
    fn cut(&self, cards: &[&Value]) -> Option<String> {
        let (mut there, mut counted, mut orphans) = (0, 0, 0);
        for card in cards.iter().filter_map(|card| card.as_object()) {
            let acts = self.acts(card);
            let comments = acts.iter().filter(|act| is_comment(act)).count() as u64;
            let badge = card.get("badges").and_then(|badges| badges.get("comments")?.as_u64());
            there += comments;
            counted += badge.unwrap_or_default().max(comments);
            orphans += usize::from(!acts.iter().any(|act| is_birth(act)));
        }
        if self.actions < ACTIONS_MAX && there >= counted {
            return None;
        }
        let what = if self.actions >= ACTIONS_MAX {
            "holds only the latest 1,000 actions of its board"
        } else {
            "does not hold all actions of its board"
        };
        let made = match orphans {
            0 => String::new(),
            1 => " and who made 1 of the cards".to_owned(),
            orphans => format!(" and who made {orphans} of the cards"),
        };
        let missing = counted - there;
        let missing = (missing > 0 || orphans > 0).then(|| match missing {
            0 => format!(", so it does not say{}", made.trim_start_matches(" and")),
            _ => format!(", so {missing} of its {counted} comments{made} are missing"),
        });
        Some(format!("{what}{}", missing.unwrap_or_default()))
    }

    /// The moment in a field.
    fn time(&self, object: &Value, name: &str) -> Option<Timestamp> {
        super::times::value(object.get(name)?, self.options.zone)
    }
}

fn kind(act: &Value) -> &str {
    act.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn is_comment(act: &Value) -> bool {
    matches!(kind(act), "commentCard" | "copyCommentCard")
}

/// Did a card come to be by this?
fn is_birth(act: &Value) -> bool {
    matches!(kind(act), "createCard" | "copyCard" | "emailCard" | "convertToCardFromCheckItem")
}
