//! Laws of likeness: what is like a ticket is what shares its telling words, in the order that BM25
//! computed by hand gives.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tix::domain::draft::Draft;
use tix::domain::event::Opening;
use tix::domain::ids::Timestamp;
use tix::domain::likeness::Sample;
use tix::domain::text::{self, Phrase};
use tix::domain::ticket::Ticket;
use tix::domain::words::{MessageKind, Status};
use tix::store::{Among, Wants};
use tix::view::{self, Messages};

use crate::desk::{Desk, START, cases, draft, posting};

const WORDS: [&str; 14] = [
    "printer",
    "Printer,",
    "fire",
    "ICE-4211",
    "登录失败",
    "登录",
    "is",
    "the",
    "quokka",
    "übel",
    "🔥",
    "v1.8.2",
    "Größe",
    "on",
];

/// A few words.
fn texts(most: usize) -> impl Strategy<Value = String> {
    vec(select(WORDS.to_vec()), 0..most).prop_map(|words| words.join(" "))
}

fn tickets() -> impl Strategy<Value = Draft> {
    let messages = vec((select(MessageKind::ALL), texts(12)), 0..4);
    (texts(6), messages).prop_map(|(title, messages)| {
        let title = if title.is_empty() { "nothing".to_owned() } else { title };
        let posted = |(kind, body): (MessageKind, String)| tix::domain::draft::Posting {
            kind,
            ..posting(&body, None)
        };
        Draft {
            opening: Opening::new(&title).unwrap(),
            messages: messages.into_iter().map(posted).collect(),
            ..draft("x")
        }
    })
}

fn desk(drafts: Vec<Draft>) -> Desk {
    let mut desk = Desk::new(0);
    for (second, draft) in (0..).zip(drafts) {
        desk.change(START + second * 1000, |writer| writer.open(draft)).unwrap();
    }
    desk
}

fn like(desk: &Desk, sample: Sample, own: Option<&Ticket>, among: Among) -> Vec<view::Ticket> {
    let (reader, mut found) = (desk.store.read(), Vec::new());
    let likes = reader.like(sample, own.map(|ticket| ticket.uid), among).unwrap();
    let sink = &mut |ticket| {
        found.push(ticket);
        Ok(())
    };
    likes.each((&reader, Timestamp(START)), &Wants::default(), sink).unwrap();
    assert_eq!(likes.count(), found.len() as u64);
    found
}

fn alike(ticket: &view::Ticket) -> &view::Alike {
    match ticket.hit.as_deref() {
        Some(view::Why::Alike(alike)) => alike,
        other => panic!("{other:?}"),
    }
}

/// What the text index knows of a ticket: how often each word stands in its title and its public
/// messages, and how many words it has, notes and what stands between messages included.
struct Indexed {
    id: String,
    title: BTreeMap<String, f64>,
    body: BTreeMap<String, f64>,
    length: f64,
}

fn counts<'t>(texts: impl Iterator<Item = &'t str>) -> (BTreeMap<String, f64>, f64) {
    let (mut counts, mut length, mut begun) = (BTreeMap::new(), 0.0, false);
    for text in texts {
        length += if begun { 1.0 } else { 0.0 };
        begun |= !text.is_empty();
        for word in text::words(text) {
            *counts.entry(word.text).or_default() += 1.0;
            length += 1.0;
        }
    }
    (counts, length)
}

fn indexed(ticket: &view::Ticket) -> Indexed {
    let Messages::All(messages) = &ticket.messages else { panic!("no messages") };
    let of = |kind: MessageKind| {
        counts(messages.iter().filter(|it| it.kind == kind).map(|it| it.body.as_str()))
    };
    let (title, in_title) = counts(std::iter::once(ticket.title.as_str()));
    let ((body, in_body), (_, in_notes)) = (of(MessageKind::Reply), of(MessageKind::Note));
    Indexed { id: ticket.id.clone(), title, body, length: in_title + in_body + in_notes }
}

/// BM25 with a title that counts ten times, as SQLite has it.
fn bm25(words: &BTreeSet<String>, ticket: &Indexed, all: &[Indexed]) -> f64 {
    let count = |n: usize| f64::from(u32::try_from(n).unwrap());
    let mean = all.iter().map(|it| it.length).sum::<f64>() / count(all.len());
    let of = |word: &String| {
        let has = |it: &&Indexed| it.title.contains_key(word) || it.body.contains_key(word);
        let (n, with) = (count(all.len()), count(all.iter().filter(has).count()));
        let rarity = ((n - with + 0.5) / (with + 0.5)).ln().max(1e-6);
        let in_title = ticket.title.get(word).copied().unwrap_or_default();
        let often = 10.0 * in_title + ticket.body.get(word).copied().unwrap_or_default();
        rarity * often * 2.2 / (often + 1.2 * (0.25 + 0.75 * ticket.length / mean))
    };
    words.iter().map(of).sum()
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn what_is_like_a_ticket_shares_its_telling_words_ranked_by_bm25(
        drafts in vec(tickets(), 2..14),
        which in any::<Index>(),
    ) {
        let desk = desk(drafts);
        let mut all = desk.tickets();
        all.sort_by_key(|ticket| ticket.id.parse::<u32>().unwrap());
        let own = desk.ticket(which.get(&all).uid);
        let first = own.first().is_some_and(|post| post.message.kind == MessageKind::Reply);
        let sample = Sample::of(&own.now.title, if first { own.description() } else { "" });
        let wanted: BTreeSet<String> = sample.telling.iter().map(|it| it.word.clone()).collect();

        let index: Vec<Indexed> = all.iter().map(indexed).collect();
        let has = |it: &Indexed, word: &String| it.title.contains_key(word) || it.body.contains_key(word);
        let id = own.number().to_string();
        let others: Vec<&Indexed> = index.iter().filter(|it| it.id != id).collect();
        let words: BTreeSet<String> =
            wanted.into_iter().filter(|word| others.iter().any(|it| has(it, word))).collect();
        let mut expected: Vec<(f64, &Indexed)> = others
            .into_iter()
            .filter(|it| words.iter().any(|word| has(it, word)))
            .map(|it| (bm25(&words, it, &index), it))
            .collect();
        // The newer first.
        expected.reverse();
        expected.sort_by(|a, b| b.0.total_cmp(&a.0));

        let found = like(&desk, sample, Some(&own), Among::All);
        prop_assert_eq!(found.len(), expected.len());
        let mut scores = Vec::new();
        for (ticket, (score, _)) in found.iter().zip(&expected) {
            let it = index.iter().find(|it| it.id == ticket.id).unwrap();
            // Sums in another order differ in their last digits.
            prop_assert!((bm25(&words, it, &index) - score).abs() < 1e-9);
            scores.push(alike(ticket).score);
            for word in &alike(ticket).shared {
                let parts = Phrase::read(word).unwrap().words;
                prop_assert!(parts.iter().all(|part| has(it, part)), "{word}");
            }
            prop_assert!(!alike(ticket).shared.is_empty());
        }
        prop_assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)));
        prop_assert!(scores.is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn what_is_told_of_a_ticket_does_not_depend_on_how_it_came_there(drafts in vec(tickets(), 2..10)) {
        let mut desk = desk(drafts);
        let sample = || Sample::of("printer on fire", "登录失败 quokka");
        let before = like(&desk, sample(), None, Among::All);
        desk.store.rebuild().unwrap();
        prop_assert_eq!(&like(&desk, sample(), None, Among::All), &before);
        let open = |ticket: &&view::Ticket| ticket.status != Status::Closed;
        let some: Vec<_> = before.iter().filter(open).cloned().collect();
        prop_assert_eq!(like(&desk, sample(), None, Among::Open), some);
    }
}

#[test]
fn a_text_is_wholly_like_itself() {
    let mut drafts: Vec<Draft> = (0..20).map(|n| draft(&format!("Other {n}"))).collect();
    drafts.push(Draft {
        messages: vec![posting("It burns, 登录失败.", None)],
        ..draft("Printer on fire")
    });
    let desk = desk(drafts);
    let found = like(&desk, Sample::of("Printer on fire", "It burns, 登录失败."), None, Among::All);
    assert_eq!(found[0].title, "Printer on fire");
    assert!(alike(&found[0]).score > 0.999, "{}", alike(&found[0]).score);
    assert_eq!(alike(&found[0]).shared, ["Printer", "fire", "登录失败", "burns"]);
    assert!(found.len() == 21 && alike(&found[1]).score < 0.1);
}
