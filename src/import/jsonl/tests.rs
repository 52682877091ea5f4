use super::*;
use crate::domain::draft::{Draft, Posting};
use crate::domain::event::{Event, Field, Opening, Swap, Wording};
use crate::domain::ids::{Hash, Machine, Number, Timestamp, Uid};
use crate::domain::person::Person;
use crate::domain::words::{By, Channel, MessageKind, Priority, Resolution, State, Status};
use crate::store::{Author, Met, Store};
use crate::view;

mod desk;
mod lines;

fn items(bytes: &[u8]) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    let place = Place::bytes("f.jsonl", bytes.to_vec().leak());
    read(&place, &Options::default(), &mut |item| {
        items.push(item);
        Ok(())
    })?;
    Ok(items)
}

fn drafts(text: &str) -> Vec<Draft> {
    let draft = |item| match item {
        Item::Draft(draft) => *draft,
        other => panic!("{other:?}"),
    };
    items(text.as_bytes()).unwrap().into_iter().map(draft).collect()
}

fn draft(line: &str) -> Draft {
    let mut drafts = drafts(line);
    assert_eq!(drafts.len(), 1, "{line}");
    drafts.remove(0)
}

fn at(text: &str) -> Timestamp {
    Timestamp::from_rfc3339(text).unwrap()
}

fn person(name: &str) -> Person {
    name.parse().unwrap()
}
