//! What is noted of each machine, held against its entries; and the head, which tells later whether
//! the history goes on from here.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::Check;
use crate::domain::ids::Machine;
use crate::error::{Error, Result};
use crate::view::Fault;

/// What is noted of a machine.
#[derive(Clone, Debug)]
pub(super) struct Noted {
    pub(super) id: i64,
    mine: Option<i64>,
    number: Value,
    pub(super) seq: Option<u64>,
    at: Option<i64>,
    pub(super) chain: Option<[u8; 32]>,
}

/// So many hex digits of a chain stand in a head.
const DIGITS: usize = 32;

pub(super) fn read(conn: &Connection) -> Result<Vec<Noted>> {
    let mut statement =
        conn.prepare("SELECT id, mine, number, seq, at, chain FROM replica ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let number = |i: usize| -> rusqlite::Result<Option<i64>> {
            Ok(if let Value::Integer(number) = row.get(i)? { Some(number) } else { None })
        };
        let chain = if let Value::Blob(bytes) = row.get(5)? { bytes.try_into().ok() } else { None };
        all.push(Noted {
            id: row.get(0)?,
            mine: number(1)?,
            number: row.get(2)?,
            seq: number(3)?.and_then(|seq| seq.try_into().ok()),
            at: number(4)?,
            chain,
        });
    }
    Ok(all)
}

/// Holds what is noted of machines against their entries.
pub(super) fn check(check: &mut Check, machines: &[Noted]) {
    // A copy is no machine's any more until somebody records in it.
    let copied = machines.iter().any(|it| it.mine == Some(2));
    let ours = machines.iter().filter(|it| it.mine == Some(1)).count();
    if ours > 1
        || (ours == 0 && !copied)
        || machines.iter().any(|it| !matches!(it.mine, Some(0..=2)))
    {
        check.say(Fault::Machine, (None, None), "which machine this is, is not noted rightly");
    }
    for noted in machines {
        let last = check
            .rows
            .iter()
            .enumerate()
            .filter(|(_, raw)| raw.replica == Some(noted.id))
            .max_by_key(|(_, raw)| raw.seq)
            .map(|(row, raw)| (row, raw.seq, raw.at, raw.chain));
        let place = (Some(noted.id), noted.seq);
        let mut wrong = Vec::new();
        if let Some((row, seq, at, chain)) = last {
            let sound = check.sound.contains(&row);
            let count = noted.seq.map(u64::cast_signed);
            wrong.extend((count != seq).then_some("how many entries it has"));
            wrong.extend((sound && noted.at != at).then_some("when its last entry was made"));
            wrong.extend((sound && noted.chain != chain).then_some("what its entries end in"));
        } else {
            let none = noted.seq == Some(0) && noted.at == Some(0);
            let none = none && noted.chain == Some([0; 32]);
            wrong.extend((!none).then_some("that it has entries"));
        }
        let numbers = check.gives(noted.id);
        let right = match noted.number {
            Value::Null => noted.mine != Some(1),
            Value::Integer(number) => {
                let machine = u16::try_from(number).ok().map(Machine);
                let so = |machine| check.shared || numbers.is_empty() || numbers.contains(&machine);
                machine.is_some_and(so)
            }
            _ => false,
        };
        wrong.extend((!right).then_some("the letter of its numbers"));
        for what in wrong {
            let what = format!("what is noted of the machine is not so: {what}");
            check.say(Fault::Machine, place, what);
        }
    }
    let unknown: std::collections::BTreeSet<i64> = check
        .rows
        .iter()
        .filter_map(|raw| raw.replica)
        .filter(|id| machines.iter().all(|it| it.id != *id))
        .collect();
    for id in unknown {
        check.say(Fault::Machine, (Some(id), None), "nothing is noted of the machine");
    }
}

/// How far each machine's entries go, and what they end in: `3f0a….17.9c2e…`, with commas between.
pub(super) fn head(machines: &[Noted]) -> String {
    let known = machines.iter().filter(|it| it.seq.is_some_and(|seq| seq > 0));
    let parts = known.map(|it| {
        let chain = blake3::Hash::from(it.chain.unwrap_or_default()).to_hex();
        format!("{:016x}.{}.{}", it.id, it.seq.unwrap_or(0), &chain[..DIGITS])
    });
    parts.collect::<Vec<_>>().join(",")
}

/// Names the machines whose entries do not go on from what `against` says.
pub(super) fn against(check: &mut Check, against: &str) -> Result<()> {
    let wrong = || {
        Error::invalid(format!("`{against}` is no head"))
            .hint("give what an earlier `tix verify` printed after `head`")
    };
    for part in against.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let mut words = part.split('.');
        let (Some(id), Some(seq), Some(chain), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(wrong());
        };
        let id = i64::from_str_radix(id, 16).map_err(|_| wrong())?;
        let seq: u64 = seq.parse().map_err(|_| wrong())?;
        if chain.len() != DIGITS || !chain.bytes().all(|c| c.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let row = check
            .rows
            .iter()
            .find(|raw| raw.replica == Some(id) && raw.seq == Some(seq.cast_signed()));
        let now = row.and_then(|raw| raw.chain).map(|it| blake3::Hash::from(it).to_hex());
        let what = match now {
            Some(now) if now[..DIGITS] == chain.to_lowercase() => continue,
            Some(_) => format!("up to entry {seq} it is not the history that was seen before"),
            None => format!("it had {seq} entries when it was seen before, and has fewer now"),
        };
        check.say(Fault::History, (Some(id), Some(seq)), what);
    }
    Ok(())
}
