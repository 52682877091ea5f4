//! The settings: a commented TOML file that says what each one means.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::domain::dates::length;
use crate::domain::event::FILE_MAX;
use crate::domain::person::person_of;
use crate::domain::us::Us;
use crate::error::{Error, Kind, Result, listed, nearest};

/// The file that `tix config edit` starts with.
pub const TEMPLATE: &str = include_str!("config.toml");

/// What the config file sets. Every setting may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Who acts: `Name <mail>`.
    pub user: Option<String>,
    /// The zone that times are read and shown in: an IANA name.
    pub timezone: Option<String>,
    /// The editor's command.
    pub editor: Option<String>,
    /// The pager's command.
    pub pager: Option<String>,
    /// `auto`, `always` or `never`.
    pub color: Option<String>,
    /// A query that every list is narrowed by, unless `--all` says otherwise.
    pub scope: Option<String>,
    /// How long after its closing a requester's message opens a ticket again, such as `14d`.
    pub reopen: Option<String>,
    /// The largest file that can be attached, in MiB.
    pub attachment_max: Option<u64>,
    /// Who else counts as us in what is imported: addresses, whole domains such as `*@acme.example`,
    /// names.
    pub us: Option<Vec<String>>,
    /// Which automatic copies of the desk are kept: `7d 8w`.
    pub backups: Option<String>,
    /// Saved queries by name.
    #[serde(default)]
    pub views: BTreeMap<String, String>,
}

impl Config {
    /// The keys there are.
    pub const KEYS: [&'static str; 10] = [
        "user",
        "timezone",
        "editor",
        "pager",
        "color",
        "scope",
        "reopen",
        "attachment_max",
        "us",
        "backups",
    ];

    /// Reads the file; one that does not exist sets nothing.
    ///
    /// # Errors
    /// Exit 4 when it is not TOML or sets something that there is not; exit 1 when it cannot be
    /// read.
    pub fn load(path: &Path) -> Result<Self> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map_err(|e| at(path, &e)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(e) => {
                Err(Error::failed(format!("the config {} cannot be read", path.display()))
                    .because(e))
            }
        }
    }

    fn parse(text: &str) -> Result<Self> {
        let table: toml::Table =
            text.parse().map_err(|e: toml::de::Error| Error::invalid(e.message()))?;
        if let Some(key) =
            table.keys().find(|key| *key != "views" && !Self::KEYS.contains(&key.as_str()))
        {
            return Err(unknown(key));
        }
        let config: Self =
            table.try_into().map_err(|e: toml::de::Error| Error::invalid(e.message()))?;
        if let Some(user) = config.user.as_deref() {
            person_of(user).map_err(|e| Error::invalid("`user` is nobody").because(e))?;
        }
        if let Some(color) = config.color.as_deref() {
            color_of(color)?;
        }
        if let Some(reopen) = config.reopen.as_deref() {
            length(reopen).map_err(|e| Error::invalid("`reopen` cannot be read").because(e))?;
        }
        config.us()?;
        config.backups()?;
        if config.attachment_max.is_some_and(|most| !(1..=FILE_MAX >> 20).contains(&most)) {
            return Err(Error::invalid("`attachment_max` is out of its range")
                .because(format!("it is a number of MiB from 1 to {}", FILE_MAX >> 20)));
        }
        Ok(config)
    }

    /// How long after its closing a requester's message opens a ticket again, in seconds, if it is
    /// set.
    #[must_use]
    pub fn reopen(&self) -> Option<i64> {
        self.reopen.as_deref().and_then(|text| length(text).ok())
    }

    /// Who else counts as us in what is imported.
    ///
    /// # Errors
    /// Exit 4, naming what is nobody.
    pub fn us(&self) -> Result<Us> {
        let entries = self.us.as_deref().unwrap_or_default();
        Us::of(entries).map_err(|e| Error::invalid("`us` cannot be read").because(e))
    }

    /// Which automatic copies are kept.
    ///
    /// # Errors
    /// Exit 4 when it cannot be read.
    pub fn backups(&self) -> Result<Keep> {
        let keep = self.backups.as_deref().map(Keep::read).transpose();
        Ok(keep
            .map_err(|e| Error::invalid("`backups` cannot be read").because(e))?
            .unwrap_or_default())
    }

    /// The value of a setting.
    ///
    /// # Errors
    /// Exit 3 when there is no such setting.
    pub fn get(&self, key: &str) -> Result<Option<String>> {
        Ok(match key {
            "user" => self.user.clone(),
            "timezone" => self.timezone.clone(),
            "editor" => self.editor.clone(),
            "pager" => self.pager.clone(),
            "color" => self.color.clone(),
            "scope" => self.scope.clone(),
            "reopen" => self.reopen.clone(),
            "attachment_max" => self.attachment_max.map(|most| most.to_string()),
            "us" => self.us.as_ref().map(|us| us.join(", ")),
            "backups" => self.backups.clone(),
            _ => return Err(Error { kind: Kind::NotFound, ..unknown(key) }),
        })
    }
}

fn at(path: &Path, error: &Error) -> Error {
    let hint = error.hint.clone().unwrap_or_else(|| "`tix config edit` opens it".to_owned());
    Error::invalid(format!("the config {} cannot be used", path.display()))
        .because(error)
        .hint(hint)
}

fn unknown(key: &str) -> Error {
    let error = Error::invalid(format!("no setting `{key}`"));
    match nearest(key, Config::KEYS) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint(format!("there are {}", listed(Config::KEYS))),
    }
}

/// How large a file may be that is attached, in MiB, where the config does not say.
pub const ATTACHMENT_MAX: u64 = 25;

/// Which automatic copies of a desk are kept: all of the last days, then one a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// All that are at most so many days old.
    pub days: u32,
    /// Then the newest of each week, so many weeks.
    pub weeks: u32,
}

impl Default for Keep {
    fn default() -> Self {
        Self { days: 7, weeks: 8 }
    }
}

impl Keep {
    /// Reads `7d 8w`.
    fn read(text: &str) -> Result<Self> {
        let wrong = || {
            Error::invalid(format!("`{text}` does not say which copies are kept"))
                .hint("`7d 8w`: all of seven days, then one a week for eight weeks")
        };
        let mut words = text.split_whitespace();
        let mut next = |unit: char| -> Result<u32> {
            let number = words.next().and_then(|word| word.strip_suffix(unit));
            let number = number.ok_or_else(wrong)?.parse().map_err(|_| wrong())?;
            if number > 1000 { Err(wrong()) } else { Ok(number) }
        };
        let keep = Self { days: next('d')?, weeks: next('w')? };
        if words.next().is_some() { Err(wrong()) } else { Ok(keep) }
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Reads `auto`, `always` or `never`.
///
/// # Errors
/// Exit 4 when it is none of them.
pub fn color_of(text: &str) -> Result<Color> {
    match text {
        "auto" => Ok(Color::Auto),
        "always" => Ok(Color::Always),
        "never" => Ok(Color::Never),
        _ => Err(Error::invalid(format!("no colour mode `{text}`"))
            .hint("there are `auto`, `always` and `never`")),
    }
}

/// A config file that keeps its comments.
fn document(text: &str) -> Result<toml_edit::DocumentMut> {
    text.parse().map_err(|e: toml_edit::TomlError| Error::invalid(e.message()))
}

/// The text of a config file with the view `name` saved, or taken out, its comments kept.
///
/// # Errors
/// Exit 3 when there is no view to take out, exit 4 when the text is not valid.
pub fn with_view(text: &str, name: &str, query: Option<&str>) -> Result<String> {
    let mut document = document(text)?;
    if let Some(query) = query.filter(|_| !document.contains_key("views")) {
        // At the end: a setting that is uncommented later must not land in the table.
        return Ok(format!(
            "{}\n\n[views]\n{name} = {}\n",
            text.trim_end(),
            toml_edit::value(query)
        ));
    }
    let views = document.entry("views").or_insert_with(toml_edit::table);
    let views = views
        .as_table_like_mut()
        .ok_or_else(|| Error::invalid("`views` in the config is no table of names and queries"))?;
    match query {
        Some(query) => drop(views.insert(name, toml_edit::value(query))),
        None => drop(views.remove(name).ok_or_else(|| no_view(name, []))?),
    }
    Ok(document.to_string())
}

/// Checks the name of something that people name, such as `a view`: letters, digits, `-` and `_`.
///
/// # Errors
/// Exit 4 when it cannot be one.
pub fn name_of<'a>(name: &'a str, what: &str) -> Result<&'a str> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || name.len() > 40 || name.starts_with('-') || !name.chars().all(fits) {
        return Err(Error::invalid(format!("`{name}` cannot be the name of {what}"))
            .hint("names are letters, digits, - and _, at most 40"));
    }
    Ok(name)
}

/// There is no view of this name.
#[must_use]
pub fn no_view<'a>(name: &str, views: impl IntoIterator<Item = &'a str>) -> Error {
    let error = Error::not_found(format!("no view `{name}`"));
    match nearest(name, views) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("`tix view list` lists the views"),
    }
}

/// The text of a config file with `key` set to `value`, or taken out, its comments kept.
///
/// # Errors
/// Exit 3 when there is no such setting, exit 4 when the text or the value is not valid.
pub fn with(text: &str, key: &str, value: Option<&str>) -> Result<String> {
    let mut document = document(text)?;
    match value {
        Some(value) => {
            Config::default().get(key)?;
            // What is a number in the file is written as one.
            let value = match value.trim().parse::<i64>() {
                Ok(number) if key == "attachment_max" => toml_edit::value(number),
                _ if key == "us" => {
                    let entries = value.split(',').map(str::trim).filter(|it| !it.is_empty());
                    toml_edit::value(entries.collect::<toml_edit::Array>())
                }
                _ => toml_edit::value(value),
            };
            document[key] = value.clone();
            // Only what is set now must be right: what else is wrong with the file was so before.
            let mut alone = toml_edit::DocumentMut::new();
            alone[key] = value;
            Config::parse(&alone.to_string())?;
        }
        None if document.remove(key).is_none() => drop(Config::default().get(key)?),
        None => {}
    }
    Ok(document.to_string())
}

/// Checks the text of a config file.
///
/// # Errors
/// Exit 4, saying what cannot be used.
pub fn check(text: &str) -> Result<()> {
    Config::parse(text).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_sets_nothing() {
        assert_eq!(Config::parse(TEMPLATE).unwrap(), Config::default());
    }

    #[test]
    fn an_unknown_setting_offers_the_nearest() {
        let error = Config::parse("timezon = \"UTC\"").unwrap_err();
        assert_eq!(error.hint.as_deref(), Some("did you mean `timezone`?"));
        assert!(Config::parse("color = \"sometimes\"").is_err());
        assert!(Config::parse("user = 3").is_err());
        assert_eq!(Config::parse("attachment_max = 60").unwrap().attachment_max, Some(60));
        for text in ["0", "61", "-1", "\"25\"", "2.5"] {
            assert!(Config::parse(&format!("attachment_max = {text}")).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_kept_is_said_in_days_and_weeks() {
        let read = |text: &str| Config::parse(&format!("backups = \"{text}\""))?.backups();
        assert_eq!(read("7d 8w").unwrap(), Keep::default());
        assert_eq!(read("0d 0w").unwrap(), Keep { days: 0, weeks: 0 });
        for text in ["", "7d", "8w 7d", "7d 8w 1m", "-1d 8w", "7 8", "9999d 1w"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn setting_keeps_comments() {
        let text = with("# mine\nuser = \"a\"\n", "user", Some("b")).unwrap();
        assert_eq!(text, "# mine\nuser = \"b\"\n");
        assert!(!with(&text, "user", None).unwrap().contains("user"));
        assert!(with("", "colour", Some("x")).is_err());
        assert_eq!(with("", "attachment_max", Some("40")).unwrap(), "attachment_max = 40\n");
        assert!(with("", "attachment_max", Some("many")).is_err());
        let text = with("", "us", Some("mira@a.example, *@b.example,")).unwrap();
        assert_eq!(text, "us = [\"mira@a.example\", \"*@b.example\"]\n");
        assert_eq!(
            Config::parse(&text).unwrap().get("us").unwrap().unwrap(),
            "mira@a.example, *@b.example"
        );
        assert!(with("", "us", Some("a*@b")).is_err());
    }
}
