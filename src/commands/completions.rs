//! `tix completions`.

use clap::Args;
use clap_complete::Shell;

use crate::cx::Cx;
use crate::error::Result;
use crate::view::View;

/// Print the completion script for a shell
#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// bash, zsh, fish, elvish or powershell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    #[expect(clippy::unnecessary_wraps, reason = "every command is run so")]
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        // Those that ask tix itself are written by hand; the others know flags and commands only.
        let written = match self.shell {
            Shell::Bash => include_str!("../../completions/tix.bash"),
            Shell::Zsh => include_str!("../../completions/_tix"),
            Shell::Fish => include_str!("../../completions/tix.fish"),
            shell => {
                let mut script = Vec::new();
                clap_complete::generate(shell, &mut (cx.grammar)(), "tix", &mut script);
                return Ok(View::text(String::from_utf8_lossy(&script)));
            }
        };
        Ok(View::text(written))
    }
}
