//! `tix key`: the one secret of whoever sits here.

use std::path::Path;

use clap::{Args, Subcommand};

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::view::{self, Keyed, View};
use crate::{env, prompt, seal};

/// Make and show your key, to which backups are sealed and with which you sign
///
/// One key a person, in a file that only you can read (`TIX_KEY`, else in the data folder). It is an
/// age identity: what tix seals to it, `age -d -i KEY FILE` opens. Without it, and without its 24
/// words on paper, nobody opens what was sealed to it.
#[derive(Args, Debug)]
pub(crate) struct Key {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Make a key, unless you have one
    New,
    /// Show whom others seal to (`age1…`) and the fingerprint to compare
    Show {
        /// Show the secret too, as 24 words to write down
        #[arg(long)]
        words: bool,
    },
    /// Print the secret as an age identity file
    Export,
    /// Make the key again from its 24 words, asked for or on standard input
    Recover,
}

impl Key {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let file = env::key_file()?;
        match self.what.unwrap_or(What::Show { words: false }) {
            What::New => {
                let view = keep(cx, &file, &seal::Key::new(env::random()?), Keyed::Made)?;
                cx.say("write its words down (`tix key show --words`): without it nothing opens");
                Ok(view)
            }
            What::Recover => {
                let text = words(cx)?;
                keep(cx, &file, &seal::Key::from_words(&text)?, Keyed::Recovered)
            }
            What::Show { words } => {
                let key = cx.key(None)?;
                let words = words.then(|| key.words());
                Ok(View::Key(view::Key { words, ..shown(&file, &key) }, Keyed::Shown))
            }
            What::Export => {
                let key = cx.key(None)?;
                cx.say("whoever has this opens everything that is sealed to you");
                let identity = Some(key.text(&format!("exported: {}", cx.clock.now.rfc3339())));
                Ok(View::Key(view::Key { identity, ..shown(&file, &key) }, Keyed::Shown))
            }
        }
    }
}

/// Keeps a key in a new file.
fn keep(cx: &Cx, file: &Path, key: &seal::Key, done: Keyed) -> Result<View<'static>> {
    seal::write_new(file, key, &format!("created: {}", cx.clock.now.rfc3339()))?;
    Ok(View::Key(shown(file, key), done))
}

fn shown(file: &Path, key: &seal::Key) -> view::Key {
    let public = key.public();
    view::Key {
        file: file.display().to_string(),
        recipient: public.recipient.to_string(),
        fingerprint: public.fingerprint(),
        words: None,
        identity: None,
    }
}

/// The 24 words, from a person or from standard input.
fn words(cx: &Cx) -> Result<String> {
    if cx.io.person {
        return prompt::line("the 24 words of your key", true);
    }
    if cx.io.stdin {
        return Err(Error::needs_input("the words of the key are missing")
            .hint("give them on standard input"));
    }
    cx.standard_input()
}
