//! Messages of a debugger's client: any bytes.

#![no_main]

use std::io::Cursor;

use asl_debug::{Launch, Launched, Launcher, dap};

/// Nothing can be launched, so that no thread outlives a run.
struct Nothing;

impl Launcher for Nothing {
    fn launch(&mut self, launch: &Launch) -> Result<Launched, String> {
        Err(format!("{launch:?}"))
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (raw, body) = (bytes.to_vec(), std::str::from_utf8(bytes).unwrap_or_default());
    // As they are, and a message a line with a valid header.
    let framed: String =
        body.lines().map(|line| format!("Content-Length: {}\r\n\r\n{line}", line.len())).collect();
    for input in [raw, framed.into_bytes()] {
        let mut output = Vec::new();
        let served = dap::serve(Cursor::new(input), &mut output, Nothing);
        assert!(served.is_ok(), "{served:?}");
    }
});
