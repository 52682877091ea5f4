//! `tix config`.

use std::io::Write;
use std::path::Path;

use clap::{Args, Subcommand};

use crate::config::{self, Config as Settings, TEMPLATE};
use crate::cx::{Cx, Page};
use crate::domain::purpose::Purpose;
use crate::env;
use crate::error::{Error, Result};
use crate::io;
use crate::view::{Setting, View};

/// Show or change the settings
#[derive(Args, Debug)]
pub(crate) struct Config {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Show every setting and where it comes from
    List,
    /// Show one setting
    Get {
        /// user, timezone, editor, pager, color, scope, reopen, `attachment_max` or us
        key: String,
    },
    /// Set one in the config file; the file's comments stay
    Set {
        /// user, timezone, editor, pager, color, scope, reopen, `attachment_max` or us
        key: String,
        /// Its value
        value: String,
    },
    /// Take one out of the config file
    Unset {
        /// user, timezone, editor, pager, color, scope, reopen, `attachment_max` or us
        key: String,
    },
    /// Open the config file in your editor
    Edit,
    /// Show where the config file is
    Path,
}

impl Config {
    /// Can it work on a config file that is broken?
    pub(crate) fn mends(&self) -> bool {
        matches!(self.what, Some(What::Set { .. } | What::Unset { .. } | What::Edit | What::Path))
    }

    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let file = env::config_file();
        match self.what.unwrap_or(What::List) {
            What::List => {
                let settings = Settings::KEYS.iter().map(|key| setting(cx, key, &file));
                Ok(View::Config(settings.collect::<Result<_>>()?))
            }
            What::Get { key } => Ok(View::Config(vec![setting(cx, &key, &file)?])),
            What::Set { key, value } => {
                if key == "timezone" {
                    env::zone_named(&value, "the value")?;
                }
                if key == "scope" {
                    cx.query(std::slice::from_ref(&value))?;
                }
                change(&file, |text| config::with(text, &key, Some(&value)))?;
                let from = file.display().to_string();
                Ok(View::Configured(Setting { key, value: Some(value), from }))
            }
            What::Unset { key } => {
                change(&file, |text| config::with(text, &key, None))?;
                let from = "not set".to_owned();
                Ok(View::Configured(Setting { key, value: None, from }))
            }
            What::Edit => edit(cx, &file),
            What::Path => Ok(View::Config(vec![path(&file)])),
        }
    }
}

fn setting(cx: &Cx, key: &str, file: &Path) -> Result<Setting> {
    let set = cx.config.get(key)?;
    let from = if set.is_some() { file.display().to_string() } else { "not set".to_owned() };
    Ok(Setting { key: key.to_owned(), value: set, from })
}

/// Where the file is, as if that were a setting too.
fn path(file: &Path) -> Setting {
    let from = if env::get("TIX_CONFIG").is_some() { "TIX_CONFIG" } else { "the default" };
    let value = Some(file.display().to_string());
    Setting { key: "path".to_owned(), value, from: from.to_owned() }
}

fn text_of(file: &Path) -> Result<String> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(text),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(TEMPLATE.to_owned()),
        Err(e) => {
            Err(Error::failed(format!("the config {} cannot be read", file.display())).because(e))
        }
    }
}

/// Changes the file's text.
pub(super) fn change(file: &Path, how: impl FnOnce(&str) -> Result<String>) -> Result<()> {
    save(file, &how(&text_of(file)?)?)
}

/// Replaces the file as a whole, so that no reader ever sees half of it.
fn save(file: &Path, text: &str) -> Result<()> {
    let cannot = |e: std::io::Error| {
        Error::failed(format!("the config {} cannot be written", file.display())).because(e)
    };
    // A link to the file in somebody's collection of settings stays a link.
    let file = &file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    io::private_folder(folder).map_err(cannot)?;
    let mut new = tempfile::NamedTempFile::new_in(folder).map_err(cannot)?;
    new.write_all(text.as_bytes()).map_err(cannot)?;
    new.as_file().sync_all().map_err(cannot)?;
    new.persist(file).map_err(|e| cannot(e.error))?;
    Ok(())
}

/// Opens the config file in the editor.
pub(super) fn edit<'a>(cx: &'a mut Cx, file: &Path) -> Result<View<'a>> {
    cx.needs_person("`tix config set KEY VALUE` changes one setting")?;
    let page = Page { purpose: Purpose::Config, text: text_of(file)?, below: None };
    let text = cx.write(page, false)?.text;
    // Refuse what could not be read the next time; the text is kept as a draft.
    config::check(&text)?;
    save(file, &format!("{text}\n"))?;
    cx.discard_draft();
    Ok(View::Configured(path(file)))
}
