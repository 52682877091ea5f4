//! `tix sync bundle`: the desk in a file, where there is no network.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::carry::Carrier;
use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::view::{self, Shared, View};

/// Carry the desk in a file, where there is no network
///
/// The file is sealed like everything that is sent: it opens for those whose desk it is. It is a git
/// bundle of what the machines sent, and comes in as if it had come over the network.
#[derive(Args, Debug)]
pub(super) struct Bundle {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Write everything that is known here into a file
    Export {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Write over a file that is there
        #[arg(long)]
        force: bool,
    },
    /// Take in what a file carries
    Import {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

impl Bundle {
    pub(super) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let mut carrier = Carrier::of_desk(cx)?;
        match self.what {
            What::Export { file, force } => {
                let path = std::path::absolute(&file)?;
                if path.exists() && !force {
                    return Err(Error::invalid(format!("{} is there already", file.display()))
                        .hint("take another name, or add --force"));
                }
                let branches = carrier.exchange().pack()?;
                let machines = branches.len() as u64 - 1;
                carrier.git.bundle(&path, &branches)?;
                let file = file.display().to_string();
                let bundle = view::Bundle { file, received: 0, machines, written: true };
                Ok(View::Shared(Shared::Bundle(bundle)))
            }
            What::Import { file } => {
                let path = std::path::absolute(&file)?;
                if !path.is_file() {
                    return Err(Error::failed(format!("there is no file {}", file.display())));
                }
                let branches = carrier.git.unbundle(&path)?;
                let report = carrier.exchange().unpack(&branches)?;
                super::told(cx, &report);
                let machines = branches.len().saturating_sub(1) as u64;
                let (file, received) = (file.display().to_string(), report.received);
                let bundle = view::Bundle { file, received, machines, written: false };
                Ok(View::Shared(Shared::Bundle(bundle)))
            }
        }
    }
}
