//! Reads bytes as a file of the format that this target is named after. Whatever they are, the
//! answer is records, rejected ones perhaps, or an error: never a panic, and never much time.
#![no_main]

use clap::ValueEnum;
use tix::import::{Format, Options, Place, read, recognise};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let place = Place::bytes("fuzz", bytes);
    let format = Format::from_str(env!("CARGO_BIN_NAME"), false).expect("a format's name");
    drop(recognise(&place));
    drop(read(format, &place, &Options::default(), &mut |_| Ok(())));
});
