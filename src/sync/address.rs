//! Where a remote is: what git may be given, and how it is shown.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::error::{Error, Result};

/// A remote's address that git may be given: nothing in it is an option, or runs anything here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(String);

/// The ways to a remote that git may take.
pub const WAYS: [&str; 4] = ["https", "http", "ssh", "file"];

impl Address {
    /// Reads an address; a path is taken from the folder `here`.
    ///
    /// # Errors
    /// Exit 4 when git cannot or must not be given it.
    pub fn read(text: &str, here: &Path) -> Result<Self> {
        let text = text.trim();
        let wrong = |why: &str| {
            Err(Error::invalid(format!("`{}` cannot be a remote", hidden(text)))
                .because(why)
                .hint("give it as ssh://git@host/path, git@host:path, https://host/path or a path"))
        };
        if text.is_empty() {
            return wrong("it is empty");
        }
        if text.starts_with('-') {
            return wrong("it begins with a hyphen, like an option");
        }
        if text.chars().any(char::is_control) {
            return wrong("there is a control character in it");
        }
        if let Some((way, rest)) = text.split_once("://") {
            if !WAYS.contains(&way) {
                return wrong("tix goes by ssh, https, http and file only");
            }
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let host = host.rsplit('@').next().unwrap_or_default();
            if rest.starts_with('-') || host.starts_with('-') {
                return wrong("its host begins with a hyphen, like an option");
            }
            if way != "file" && host.is_empty() {
                return wrong("it names no host");
            }
            if way == "file" && !rest.starts_with('/') {
                return wrong("a file:// address holds a whole path");
            }
            return Ok(Self(text.to_owned()));
        }
        if text.contains("::") {
            return wrong("git would run a program for it");
        }
        // As git tells them apart: a colon before the first slash names a host.
        let colon = text.find(':');
        let drive = colon == Some(1) && cfg!(windows);
        if let Some(colon) = colon.filter(|colon| !drive && !text[..*colon].contains(['/', '\\'])) {
            let host = text[..colon].rsplit('@').next().unwrap_or_default();
            if host.is_empty() || host.starts_with('-') || text[colon + 1..].starts_with('-') {
                return wrong("its host or path begins with a hyphen, like an option");
            }
            return Ok(Self(text.to_owned()));
        }
        let path = if Path::new(text).is_absolute() { text.into() } else { here.join(text) };
        let path = path.to_str().map(ToOwned::to_owned);
        path.map_or_else(|| wrong("its path is not UTF-8"), |path| Ok(Self(path)))
    }

    /// What git is given.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0
    }

    /// Is it a repository on this machine?
    #[must_use]
    pub fn is_local(&self) -> bool {
        !self.is_ssh() && !self.0.starts_with("http")
    }

    /// Is it reached by ssh?
    #[must_use]
    pub fn is_ssh(&self) -> bool {
        self.0.starts_with("ssh://")
            || (!self.0.contains("://") && !Path::new(&self.0).is_absolute())
    }
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::read(text, Path::new("/"))
    }
}

/// As it is shown: without a password or token.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hidden(&self.0))
    }
}

/// `url` without the secret that may stand in it: a password, or, but for ssh, a token as the user.
fn hidden(url: &str) -> String {
    let Some((way, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let Some((user, host)) = rest[..end].rsplit_once('@') else { return url.to_owned() };
    let user = match user.split_once(':') {
        _ if way != "ssh" => "…".to_owned(),
        Some((name, _)) => format!("{name}:…"),
        None => user.to_owned(),
    };
    format!("{way}://{user}@{host}{}", &rest[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_run_something_is_no_address() {
        let here = Path::new("/home/ada");
        for text in [
            "",
            " ",
            "-",
            "--upload-pack=touch /tmp/x",
            "-oProxyCommand=touch x",
            "ext::sh -c id",
            "ssh://-oProxyCommand=id/x",
            "ssh://git@-oProxyCommand=id/x",
            "git@-oProxy:x",
            "-x:y",
            "fd::17",
            "ext::https://x",
            "git://host/x",
            "ftp://host/x",
            "https://",
            "ssh:///x",
            "host:-x",
            "a\nb",
            "https://h/\u{1b}[0m",
            "file://host/x",
            "file:x::y",
            "h::x",
            "::",
            "transport::address",
            "javascript://x",
        ] {
            assert!(Address::read(text, here).is_err(), "{text}");
        }
    }

    #[test]
    fn what_git_takes_is_taken_and_a_path_is_made_whole() {
        let here = Path::new("/home/ada");
        for (text, url) in [
            ("https://host/x.git", "https://host/x.git"),
            ("ssh://git@host:22/x", "ssh://git@host:22/x"),
            ("git@host:x/y.git", "git@host:x/y.git"),
            ("file:///srv/x", "file:///srv/x"),
            ("/srv/x", "/srv/x"),
            ("x.git", "/home/ada/x.git"),
            ("./a:b", "/home/ada/./a:b"),
        ] {
            assert_eq!(Address::read(text, here).unwrap().url(), url);
        }
        assert!(Address::read("git@h:x", here).unwrap().is_ssh());
        assert!(!Address::read("x", here).unwrap().is_ssh());
        for (text, local) in [("x", true), ("file:///x", true), ("h:x", false), ("http://h", false)]
        {
            assert_eq!(Address::read(text, here).unwrap().is_local(), local, "{text}");
        }
    }

    #[test]
    fn a_secret_in_an_address_is_not_shown() {
        for (text, shown) in [
            ("https://bot:s3cret@host/x", "https://…@host/x"),
            ("https://ghp_s3cret@host/x", "https://…@host/x"),
            ("http://ghp_s3cret:x-oauth-basic@host?x", "http://…@host?x"),
            ("https://host/x@y", "https://host/x@y"),
            ("ssh://git@host/x", "ssh://git@host/x"),
            ("ssh://git:s3cret@host/x", "ssh://git:…@host/x"),
            ("git@host:x", "git@host:x"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), shown);
        }
        let error = Address::read("HTTPS://ghp_s3cret@host/x", Path::new("/")).unwrap_err();
        assert!(!error.what.contains("s3cret"), "{}", error.what);
    }
}
