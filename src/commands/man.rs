//! `tix man`.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cx::Cx;
use crate::error::{Error, Result, counted};
use crate::render;
use crate::view::View;

/// Print the manual page, or write the pages of every command
#[derive(Args, Debug)]
pub(crate) struct Man {
    /// Write all pages into FOLDER
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

impl Man {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let cli = (cx.grammar)().disable_help_subcommand(true);
        let Some(folder) = self.dir else {
            return Ok(View::text(page(&cli, "tix")?));
        };
        std::fs::create_dir_all(&folder).map_err(|e| cannot(&folder, &e))?;
        write(&folder, "tix", &page(&cli, "tix")?)?;
        let commands = cli.get_subcommands().filter(|command| !command.is_hide_set());
        let mut count = 1;
        for command in commands {
            let name = format!("tix-{}", command.get_name());
            write(&folder, &name, &page(command, &name)?)?;
            count += 1;
        }
        let folder = folder.display().to_string();
        let text = format!("{} in {}\n", counted(count, "page"), render::line(&folder));
        Ok(View::text(text))
    }
}

fn page(command: &clap::Command, name: &str) -> Result<String> {
    let command = command.clone().display_name(name.to_owned()).bin_name(name.replace('-', " "));
    let mut page = Vec::new();
    // No date: the page says the same whenever it is made.
    clap_mangen::Man::new(command).title(name).date("").render(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

fn write(folder: &Path, name: &str, page: &str) -> Result<()> {
    let file = folder.join(format!("{name}.1"));
    std::fs::write(&file, page).map_err(|e| cannot(&file, &e))
}

fn cannot(path: &Path, error: &std::io::Error) -> Error {
    Error::failed(format!("{} cannot be written", path.display())).because(error)
}
