//! Goes along each machine's chain, and tells where it breaks and how.

use std::collections::{BTreeMap, BTreeSet};

use super::machines::Noted;
use super::{Check, Head, Raw, Text};
use crate::view::Fault;

/// So many hashes are reckoned for entries that are not where they were.
const PLACES: usize = 2_000_000;

/// Once so many hashes were reckoned to tell what of the entries was changed, no more are: what comes
/// then is named all the same, as changed in whatever way.
const HEADS: usize = 1_000_000;

/// So many moments before and after each of three are tried for an entry whose time was changed.
const MOMENTS: u16 = 33_333;

/// What may still be tried: a desk of which nothing holds is told of as fast as a sound one.
struct Tries {
    places: usize,
    heads: usize,
}

/// The rows of each machine by count.
type Places = BTreeMap<i64, BTreeMap<u64, usize>>;

/// Goes along every chain.
pub(super) fn walk(check: &mut Check, machines: &[Noted]) {
    let mut places = Places::new();
    for (row, raw) in check.rows.iter().enumerate() {
        if let (Some(replica), Some(seq)) = (raw.replica, raw.seq)
            && let Ok(seq) = u64::try_from(seq)
        {
            places.entry(replica).or_default().insert(seq, row);
        }
    }
    let mut tries = Tries { places: PLACES, heads: HEADS };
    let ids: BTreeSet<i64> =
        places.keys().copied().chain(machines.iter().map(|it| it.id)).collect();
    let mut taken = BTreeSet::new();
    for replica in ids {
        let noted = machines.iter().find(|it| it.id == replica);
        let none = BTreeMap::new();
        let own = places.get(&replica).unwrap_or(&none);
        along(check, (replica, noted), own, (&mut taken, &mut tries));
    }
    leftover(check, &taken);
}

/// Goes along one machine's chain.
fn along(
    check: &mut Check,
    (replica, noted): (i64, Option<&Noted>),
    own: &BTreeMap<u64, usize>,
    (taken, tries): (&mut BTreeSet<usize>, &mut Tries),
) {
    let mut before = [0; 32];
    let end = end(check, noted, own, replica);
    let mut seq = 0;
    while seq < end {
        seq += 1;
        let next = own.get(&(seq + 1)).copied();
        let head = noted.filter(|it| it.seq == Some(seq)).and_then(|it| it.chain);
        let row = own.get(&seq).copied();
        if let Some(row) = row.filter(|row| check.rows[*row].follows(&before, (replica, seq))) {
            taken.insert(row);
            check.sound.insert(row);
            before = check.rows[row].chain.unwrap_or_default();
            continue;
        }
        // It may stand elsewhere.
        if let Some(moved) = moved(check, &before, (replica, seq), (taken, &mut tries.places)) {
            taken.insert(moved);
            let kind = if row.is_some() { Fault::Reordered } else { Fault::Head };
            check.name(moved, kind, format!("it was recorded as entry {seq}, not here"));
            before = check.rows[moved].chain.unwrap_or_default();
            continue;
        }
        let Some(row) = row else {
            check.say(Fault::Missing, (Some(replica), Some(seq)), "it is not there");
            // What comes next can only be taken as it is.
            if let Some(next) = next {
                taken.insert(next);
                before = check.rows[next].chain.unwrap_or_default();
                seq += 1;
                after_gap(check, next, (replica, seq), own);
            }
            continue;
        };
        taken.insert(row);
        before = broken(check, row, (&before, replica, seq), (next, head), &mut tries.heads);
    }
}

/// How far a machine's entries go: as far as it is noted, or as they follow one another.
fn end(check: &Check, noted: Option<&Noted>, own: &BTreeMap<u64, usize>, replica: i64) -> u64 {
    let most = own.len() as u64;
    let last = (1..=most).take_while(|seq| own.contains_key(seq)).last().unwrap_or(0);
    let Some(noted) = noted else { return last };
    let wanted = noted.seq.unwrap_or(last);
    // The count may be wrong, and what it ends in right.
    let ends = |seq: &u64| {
        let raw = own.get(seq).map(|row| &check.rows[*row]);
        raw.is_some_and(|raw| raw.chain.is_some() && raw.chain == noted.chain)
    };
    let by_chain = Some(wanted).filter(ends);
    let by_chain = by_chain.or_else(|| own.keys().rev().find(|seq| ends(seq)).copied());
    let chained = (wanted + 1..=last).all(|seq| {
        let (row, prior) = (own.get(&seq), own.get(&(seq - 1)));
        let before = prior.and_then(|row| check.rows[*row].chain).unwrap_or_default();
        row.is_some_and(|row| check.rows[*row].follows(&before, (replica, seq)))
    });
    match by_chain {
        Some(seq) => seq,
        None if wanted < last && chained => last,
        None => {
            wanted.min(last.max(own.keys().last().copied().unwrap_or(0)).saturating_add(100_000))
        }
    }
}

/// The entry that was recorded at this place and stands at another.
fn moved(
    check: &Check,
    before: &[u8; 32],
    place: (i64, u64),
    (taken, tries): (&BTreeSet<usize>, &mut usize),
) -> Option<usize> {
    let all = 0..check.rows.len();
    let mut free = all.filter(|row| !taken.contains(row));
    free.find(|row| {
        *tries = tries.saturating_sub(1);
        *tries > 0 && check.rows[*row].follows(before, place)
    })
}

/// An entry after one that is not there: whether it is what was recorded, its successor knows.
fn after_gap(
    check: &mut Check,
    row: usize,
    (replica, seq): (i64, u64),
    own: &BTreeMap<u64, usize>,
) {
    let chain = check.rows[row].chain.unwrap_or_default();
    let next = own.get(&(seq + 1)).map(|next| &check.rows[*next]);
    if next.is_some_and(|next| !next.follows(&chain, (replica, seq + 1))) {
        let what = "it cannot be checked, as the one before it is not there";
        check.name(row, Fault::Content, what);
    }
}

/// Names an entry that does not follow the one before it; returns its true chain as far as that can
/// be told.
fn broken(
    check: &mut Check,
    row: usize,
    (before, replica, seq): (&[u8; 32], i64, u64),
    (next, head): (Option<usize>, Option<[u8; 32]>),
    tries: &mut usize,
) -> [u8; 32] {
    let raw = &check.rows[row];
    let (stored, made) = (raw.chain, raw.chained(before, (replica, seq)));
    let goes_on = |chain: Option<[u8; 32]>| {
        let Some(chain) = chain else { return false };
        match next {
            Some(next) => check.rows[next].follows(&chain, (replica, seq + 1)),
            None => head == Some(chain),
        }
    };
    if goes_on(made) {
        check.sound.insert(row);
        check.name(row, Fault::Chain, "its hash is not the one that was recorded");
        return made.unwrap_or_default();
    }
    let (kind, what) = told(check, row, (before, replica, seq), next, tries);
    check.name(row, kind, what);
    stored.or(made).unwrap_or_default()
}

/// What of an entry was changed, as far as that can be told.
fn told(
    check: &Check,
    row: usize,
    (before, replica, seq): (&[u8; 32], i64, u64),
    next: Option<usize>,
    tries: &mut usize,
) -> (Fault, String) {
    let raw = &check.rows[row];
    let fits = |head: Head| raw.chained_as(head, before, (replica, seq)) == raw.chain;
    if raw.ticket.is_none() {
        return (Fault::Head, "the identity of its ticket is gone".to_owned());
    }
    if raw.change.is_none() {
        return (Fault::Head, "the name of its change is gone".to_owned());
    }
    if matches!(raw.text, Text::Torn) {
        return (Fault::Content, "its text, salt or hash is not what was recorded".to_owned());
    }
    let whatever =
        "what it says, or the identity of its ticket or change, is not what was recorded"
            .to_owned();
    if *tries == 0 {
        return (Fault::Content, whatever);
    }
    let looked_through = 2 * check.rows.len() + check.uids.len() + check.changes.len();
    *tries = tries.saturating_sub(looked_through + 6 * usize::from(MOMENTS));
    if raw.at.is_some() {
        let mut tickets = check.uids.iter();
        if tickets.any(|uid| fits(Head { ticket: Some(*uid), ..raw.head() })) {
            return (Fault::Head, "it was recorded of another ticket".to_owned());
        }
        let mut changes = check.changes.iter();
        if changes.any(|change| fits(Head { change: Some(*change), ..raw.head() })) {
            return (Fault::Head, "it was recorded as part of another change".to_owned());
        }
        if let Some(at) = moment(check, row, (before, replica, seq), next) {
            let when = crate::domain::ids::Timestamp(at).rfc3339();
            return (Fault::Head, format!("it was recorded at another time, {when}"));
        }
    }
    let others = |same: &dyn Fn(&Raw) -> bool| {
        check
            .rows
            .iter()
            .enumerate()
            .any(|(other, it)| other != row && same(it) && check.sound.contains(&other))
    };
    let known = others(&|it| it.ticket == raw.ticket) && others(&|it| it.change == raw.change);
    let what = if known { "what it says is not what was recorded".to_owned() } else { whatever };
    (Fault::Content, what)
}

/// The moment at which the entry was recorded, if it is near those of its neighbours.
fn moment(
    check: &Check,
    row: usize,
    (before, replica, seq): (&[u8; 32], i64, u64),
    next: Option<usize>,
) -> Option<i64> {
    let raw = &check.rows[row];
    let of = |other: Option<usize>| other.and_then(|row| check.rows[row].at);
    let prior = row.checked_sub(1).filter(|prior| check.sound.contains(prior));
    let (low, high) = (of(prior), of(next));
    let own = raw.at?;
    let near = [low, high, Some(own)].into_iter().flatten();
    let mut tried = BTreeSet::new();
    for middle in near {
        let half = i64::from(MOMENTS);
        for at in middle.saturating_sub(half)..middle.saturating_add(half) {
            let head = Head { at: Some(at), ..raw.head() };
            if tried.insert(at) && raw.chained_as(head, before, (replica, seq)) == raw.chain {
                return Some(at);
            }
        }
    }
    None
}

/// Names the entries that are in no chain.
fn leftover(check: &mut Check, taken: &BTreeSet<usize>) {
    for row in 0..check.rows.len() {
        if !taken.contains(&row) {
            check.name(row, Fault::Added, "it was never recorded at this place");
        }
    }
}
