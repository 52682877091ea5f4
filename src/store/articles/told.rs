//! What a change did to the knowledge base, in words.

use crate::error::counted;
use crate::view::Line;

/// More than so many lines are not all there are.
const LINES_MAX: usize = 99;

/// In words, if it did nothing else.
pub(in crate::store) fn in_words(lines: &[Line]) -> Option<String> {
    let (mut new, mut changed, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    let (mut on, mut off) = (Vec::new(), Vec::new());
    for line in lines {
        let key = line.to.as_deref().or(line.from.as_deref()).filter(|_| line.what == "kept")?;
        let (kind, name) = key.split_once('/')?;
        match (kind, &line.from, &line.to) {
            (super::KIND, None, _) => new.push(name),
            (super::KIND, _, None) => gone.push(name),
            (super::KIND, ..) => changed.push(name),
            (super::LINK, _, Some(_)) => on.push(name.split('/').next().unwrap_or(name)),
            (super::LINK, _, None) => off.push(name.split('/').next().unwrap_or(name)),
            _ => return None,
        }
    }
    if lines.len() > LINES_MAX {
        return Some("changed many articles and their links".to_owned());
    }
    let parts = [("kept", &new), ("changed", &changed), ("took away", &gone)];
    let parts = parts.into_iter().filter(|(_, names)| !names.is_empty());
    let parts: Vec<String> =
        parts.map(|(verb, names)| format!("{verb} {}", articles(names))).collect();
    match (new.as_slice(), changed.as_slice(), gone.as_slice()) {
        ([to], [], [from]) => Some(format!("renamed article `{from}` to `{to}`")),
        ([], [], []) => {
            let many = |links: &[&str]| counted(links.len() as u64, "ticket");
            match (on.first(), off.first()) {
                (Some(name), _) => Some(format!("linked article `{name}` to {}", many(&on))),
                (_, Some(name)) => Some(format!("unlinked article `{name}` from {}", many(&off))),
                _ => None,
            }
        }
        _ => Some(parts.join(", ")),
    }
}

/// One by its name, more by their number.
fn articles(names: &[&str]) -> String {
    match names {
        [name] => format!("article `{name}`"),
        names => counted(names.len() as u64, "article"),
    }
}
