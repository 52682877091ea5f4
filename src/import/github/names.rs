//! Repositories and issues as GitHub's addresses and objects name them.

use serde_json::Value;

use crate::import::fields::Object;

/// The longest name of a repository that is kept, in characters.
const NAME_MAX: usize = 200;

/// What the address of an issue or pull request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// `owner/name`.
    pub(super) repo: String,
    /// It leads to a pull request.
    pub(super) pull: bool,
    /// The number.
    pub(super) number: u64,
}

/// Reads an address such as `https://github.com/owner/name/issues/7#issuecomment-1`.
pub(super) fn address(url: &str) -> Option<Address> {
    let parts: Vec<&str> = url.split_once("://")?.1.split('/').collect();
    let kind = parts.iter().rposition(|part| matches!(*part, "issues" | "pull" | "pulls"))?;
    let digits = parts.get(kind + 1)?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let number = digits[..end].parse().ok()?;
    let [.., _, owner, name] = &parts[..kind] else { return None };
    if owner.is_empty() || name.is_empty() {
        return None;
    }
    Some(Address { repo: format!("{owner}/{name}"), pull: parts[kind] != "issues", number })
}

/// A repository's name as it may stand in a reference; of an address its last two parts.
pub(super) fn repo(text: &str) -> Option<String> {
    let name = match text.split_once("://") {
        Some((_, rest)) => {
            let rest = rest.trim_end_matches('/');
            let rest = rest.strip_suffix(".git").unwrap_or(rest);
            let mut parts = rest.rsplit('/');
            let (name, owner) = (parts.next()?, parts.next()?);
            parts.next()?;
            format!("{owner}/{name}")
        }
        None => text.to_owned(),
    };
    let clean = |c: char| if c.is_control() || c.is_whitespace() || c == '#' { '-' } else { c };
    let name: String = name.trim().chars().take(NAME_MAX).map(clean).collect();
    (!name.is_empty()).then_some(name)
}

/// The address among the fields of an issue, the one for people first.
pub(super) fn issue_address(object: &Object) -> Option<Address> {
    ["html_url", "url"].iter().find_map(|field| address(object.get(*field)?.as_str()?))
}

/// The page on which people read an issue.
pub(super) fn page(issue: &Object) -> Option<String> {
    let mut urls = ["html_url", "url"].iter().filter_map(|field| issue.get(*field)?.as_str());
    let url = urls.find(|url| address(url).is_some())?;
    let fit = !url.chars().any(|c| c.is_control() || c.is_whitespace()) && url.len() <= 1000;
    let page = match url.strip_prefix("https://api.github.com/repos/") {
        Some(path) => format!("https://github.com/{path}"),
        None => url.to_owned(),
    };
    (fit && !page.contains("/api/v")).then_some(page)
}

/// The repository that an issue's own fields name.
pub(super) fn of_issue(object: &Object) -> Option<String> {
    let of_url = || repo(object.get("repository_url")?.as_str()?);
    issue_address(object).map(|address| address.repo).or_else(of_url)
}

/// The name that `object` gives to the repository it is, or is about.
pub(super) fn of_object(object: &Object) -> Option<String> {
    let text =
        |name: &str| object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    if let Some(whole) = text("nameWithOwner").or_else(|| text("full_name")) {
        return repo(whole);
    }
    let owner = text("owner").or_else(|| object.get("owner")?.get("login")?.as_str())?;
    text("name").and_then(|name| repo(&format!("{owner}/{name}")))
}
