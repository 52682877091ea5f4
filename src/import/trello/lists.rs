//! What the name of a list says about the cards in it.

use crate::domain::words::Status;
use crate::import::words::{self, Standing};

/// Where the cards of a list of this name stand: `Done`, `Live on site`, `Sprint 12 - closed`.
pub(in crate::import) fn standing(name: &str) -> Option<Standing> {
    const NOT_YET: [&str; 16] = [
        "not",
        "to",
        "be",
        "almost",
        "nearly",
        "definition",
        "ready",
        "when",
        "until",
        "before",
        "should",
        "get",
        "getting",
        "nicht",
        "fast",
        "how",
    ];
    if let Some(standing) = words::standing(name) {
        return Some(standing);
    }
    let lower = name.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let parts: Vec<&str> = parts.collect();
    if parts.len() > 8 || parts.iter().any(|part| NOT_YET.contains(part)) {
        return None;
    }
    let ends = [parts.first(), parts.last()].into_iter().flatten();
    let mut ends = ends.filter_map(|part| words::standing(part));
    ends.find(|standing| standing.status == Status::Closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_say_where_their_cards_stand() {
        for name in
            ["Done", "Live on site (or similar)", "Sprint 12 - done", "Done 🎉 2013", "Archive"]
        {
            assert_eq!(standing(name).map(|it| it.status), Some(Status::Closed), "{name}");
        }
        for name in
            ["Definition of Done", "Not yet done", "To be released", "Ideas", "Milestones", ""]
        {
            assert_eq!(standing(name), None, "{name}");
        }
        assert_eq!(standing("Doing").unwrap().status, Status::Open);
        assert_eq!(standing("Blocked / On hold").unwrap().status, Status::Hold);
    }
}
