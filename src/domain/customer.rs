//! Customers: people and organisations with whom something was agreed.

use serde::{Deserialize, Serialize};

use crate::domain::person::Person;
use crate::error::{Error, Result};

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
