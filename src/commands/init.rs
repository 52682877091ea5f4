//! `tix init`.

use clap::Args;

use crate::cx::Cx;
use crate::env;
use crate::error::Result;
use crate::view::{Initialised, View};

/// Make a desk in this folder: .tix/tix.db
///
/// It is used here and in every folder below. The folder .tix ignores itself in git.
#[derive(Args, Debug)]
pub(crate) struct Init {}

impl Init {
    #[expect(clippy::unused_self, reason = "every command is run so")]
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let folder = env::here()?.join(".tix");
        let path = match &cx.global.db {
            Some(path) => path.clone(),
            None => folder.join("tix.db"),
        };
        let desk = path.display().to_string();
        if path.exists() {
            // What is there may be something else.
            cx.use_desk(path, "it was there already");
            cx.reader()?;
            cx.say(&format!("there is a desk already: {desk}"));
            return Ok(View::Initialised(Initialised { desk, made: false }));
        }
        cx.use_desk(path.clone(), "init made it");
        cx.change(false, |_| Ok(()))?;
        if path.starts_with(&folder) {
            // Tickets are nobody's business but ours: they do not go into the project by accident.
            std::fs::write(folder.join(".gitignore"), "*\n")?;
        }
        if cx.global.db.is_none() && env::get("TIX_DB").is_some() {
            cx.say("TIX_DB names another desk, which goes before this one");
        }
        Ok(View::Initialised(Initialised { desk, made: true }))
    }
}
