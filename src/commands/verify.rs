//! `tix verify`.

use clap::Args;

use crate::cx::Cx;
use crate::error::{Error, Result, counted};
use crate::view::{Verified, View};

/// Check that the journal is what was recorded
///
/// Every entry is held against its machine's hash chain, every text against its salted hash, every
/// file against its own, and each that is not what was recorded is named (exit 8). Texts that `tix
/// purge` erased are counted: their places in the chain stay.
///
/// Who can write the file and knows how tix works can make a history that holds together: cut off
/// the last entries, or write all of it anew. Nothing inside the file can show that. What can is the
/// head, which this prints: keep it elsewhere, and give it to --against later.
#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// What an earlier `tix verify` printed as head: the history must go on from there
    #[arg(long, value_name = "HEAD")]
    against: Option<String>,
}

impl Verify {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let verified = match cx.reader()? {
            Some(desk) => desk.verify(self.against.as_deref())?,
            None => Verified { sound: true, ..Verified::default() },
        };
        if !verified.sound {
            let many = counted(verified.findings.len() as u64, "thing");
            let are = if verified.findings.len() == 1 { "is" } else { "are" };
            cx.partial = Some(
                Error::no_desk(format!("{many} on the desk {are} not what was recorded")).hint(
                    "take the desk from a copy, or leave it as it is and find out who wrote it",
                ),
            );
        }
        Ok(View::Verified(verified))
    }
}
