//! Customers: people and organisations with whom something was agreed.

use serde::{Deserialize, Serialize};

use crate::domain::person::Person;
use crate::error::{Error, Result};

/// Where anybody can have an address.
const PUBLIC: [&str; 44] = [
    "126.com",
    "139.com",
    "163.com",
    "aol.com",
    "bluewin.ch",
    "btinternet.com",
    "comcast.net",
    "fastmail.com",
    "foxmail.com",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.com",
    "icloud.com",
    "laposte.net",
    "libero.it",
    "live.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "naver.com",
    "noreply.github.com",
    "orange.fr",
    "outlook.com",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "sina.com",
    "t-online.de",
    "tutanota.com",
    "web.de",
    "yandex.ru",
    "zoho.com",
];

/// Where anybody can have an address, whatever the country: `yahoo.co.jp`, `hotmail.fr`.
const ANYWHERE: [&str; 5] = ["hotmail", "live", "outlook", "yahoo", "ymail"];

/// Below these everybody has a domain of their own.
const SHARED: [&str; 16] = [
    "ac.uk",
    "co.in",
    "co.jp",
    "co.kr",
    "co.nz",
    "co.uk",
    "co.za",
    "com.au",
    "com.br",
    "com.cn",
    "com.mx",
    "com.tr",
    "com.tw",
    "github.io",
    "or.jp",
    "org.uk",
];

/// The most characters in one of what a customer is recognised by.
const KEY_MAX: usize = 254;

/// A customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// What they are called in full, where that is not the name they are kept under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The addresses of their people, lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mails: Vec<String>,
    /// The mail domains whose people are theirs, lower case; subdomains are meant too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
    /// What their people are called elsewhere, as `github:ada`, lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handles: Vec<String>,
    /// The support tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// What we want to remember of them; internal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

impl Customer {
    /// What they are recognised by: addresses, domains after an `@`, and handles.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let domains = self.domains.iter().map(|domain| format!("@{domain}"));
        let all = self.mails.iter().chain(&self.handles).cloned().chain(domains);
        all.map(|key| key.to_lowercase()).collect()
    }

    /// The customer as they are kept.
    ///
    /// # Errors
    /// None in practice: whatever writing JSON can fail with.
    pub fn write(&self) -> Result<String> {
        Ok(serde_json::to_string(self).map_err(std::io::Error::from)?)
    }

    /// Reads a customer that was kept.
    ///
    /// # Errors
    /// Exit 4 when it is none.
    pub fn read(text: &str) -> Result<Self> {
        serde_json::from_str(text)
            .map_err(|e| Error::invalid("a customer on this desk cannot be read").because(e))
    }
}

/// What somebody may be recognised by, the most telling first: their address, their name as a
/// handle, the domain of their address and those above it.
#[must_use]
pub fn keys_of(person: &Person) -> Vec<String> {
    let mut keys = Vec::new();
    keys.extend(person.email.as_deref().map(str::to_lowercase));
    keys.extend(person.name.as_deref().map(str::to_lowercase));
    let domain = person.email.as_deref().and_then(|email| email.rsplit_once('@'));
    let mut rest = domain.map(|(_, domain)| domain.to_lowercase());
    while let Some(domain) = rest.take() {
        rest = domain.split_once('.').map(|(_, above)| above.to_owned());
        keys.push(format!("@{domain}"));
    }
    keys
}

/// An address as a customer is recognised by it.
///
/// # Errors
/// Exit 4 when it is none.
pub fn mail_of(text: &str) -> Result<String> {
    let email = text.parse::<Person>().ok().and_then(|person| person.email);
    let email = email.filter(|email| is_key(email)).ok_or_else(|| {
        Error::invalid(format!("`{}` is no mail address", brief(text)))
            .hint("addresses look like ada@acme.example")
    })?;
    Ok(email.to_lowercase())
}

/// A mail domain as a customer is recognised by it.
///
/// # Errors
/// Exit 4 when it is none, or anybody's.
pub fn domain_of(text: &str) -> Result<String> {
    let domain = text.trim().trim_start_matches('@').trim_end_matches('.').to_lowercase();
    let wrong = || Error::invalid(format!("`{}` is no mail domain", brief(text)));
    if domain.contains('@') {
        return Err(wrong().hint("an address is given with --mail"));
    }
    let part = |part: &str| {
        let fits = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        !part.is_empty() && !part.starts_with('-') && part.chars().all(fits)
    };
    let parts: Vec<&str> = domain.split('.').collect();
    if parts.len() < 2 || !is_key(&domain) || !parts.iter().all(|it| part(it)) {
        return Err(wrong().hint("domains look like acme.example"));
    }
    let below = |public: &str| domain.strip_suffix(public).is_some_and(|it| it.ends_with('.'));
    let national = matches!(parts.as_slice(), [_, _] | [_, "co" | "com", _]);
    let public = PUBLIC.iter().any(|public| domain == *public || below(public))
        || (national && ANYWHERE.contains(&parts[0]));
    if public || SHARED.contains(&domain.as_str()) {
        let why = if public {
            "anybody can have an address there"
        } else {
            "what is below it belongs to many"
        };
        return Err(Error::invalid(format!("`{domain}` is nobody's domain"))
            .because(why)
            .hint("give the addresses of their people, each with --mail"));
    }
    Ok(domain)
}

/// What somebody is called elsewhere, as a customer is recognised by it: `github:ada`.
///
/// # Errors
/// Exit 4 when it is none.
pub fn handle_of(text: &str) -> Result<String> {
    let handle = text.trim();
    let (source, name) = handle.split_once(':').unwrap_or(("", handle));
    let name = name.trim_start_matches('@');
    let wrong = || Error::invalid(format!("`{}` is no handle", brief(text)));
    if name.contains('@') {
        return Err(wrong().hint("an address is given with --mail"));
    }
    if name.is_empty() || !is_key(handle) || (source.is_empty() && handle.starts_with(':')) {
        return Err(wrong().hint("handles look like github:ada"));
    }
    let colon = if source.is_empty() { "" } else { ":" };
    Ok(format!("{source}{colon}{name}").to_lowercase())
}

fn is_key(text: &str) -> bool {
    let fits = |c: char| !c.is_whitespace() && !c.is_control() && c != ',';
    text.chars().count() <= KEY_MAX && text.chars().all(fits)
}

/// As much of a text as a message says.
fn brief(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_customers_are_recognised_by_is_read_or_refused() {
        assert_eq!(mail_of(" Ada <ADA@Acme.example>").unwrap(), "ada@acme.example");
        assert_eq!(domain_of("@Acme.example.").unwrap(), "acme.example");
        assert_eq!(domain_of("größe.example").unwrap(), "größe.example");
        assert_eq!(handle_of("GitHub:@Ada").unwrap(), "github:ada");
        assert_eq!(handle_of("ada").unwrap(), "ada");
        for text in ["", "ada", "@", "a b@acme.example", &format!("a@{}", "x".repeat(300))] {
            assert!(mail_of(text).is_err(), "{text}");
        }
        for text in ["", "acme", ".acme.example", "a..b", "ada@acme.example", "a b.c", "-a.b"] {
            assert!(domain_of(text).is_err(), "{text}");
        }
        for text in ["", ":ada", "github:", "ada lovelace", "ada@acme.example", "a\u{1b}b"] {
            assert!(handle_of(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_anybodys_is_no_customers_domain() {
        for text in ["gmail.com", "vip.qq.com", "yahoo.co.jp", "hotmail.fr", "WEB.de", "co.uk"] {
            let error = domain_of(text).unwrap_err();
            assert!(error.why.is_some(), "{text}");
        }
        for text in ["acme.co.uk", "notgmail.com", "mail.acme.example", "live.acme.example"] {
            assert!(domain_of(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn the_most_telling_key_comes_first() {
        let person: Person = "Ada <ada@eu.acme.example>".parse().unwrap();
        let keys = ["ada@eu.acme.example", "ada", "@eu.acme.example", "@acme.example", "@example"];
        assert_eq!(keys_of(&person), keys);
    }
}
