//! A definition in YAML: any bytes.

#![no_main]

use asl_model::Source;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    asl_tests::fuzz::loaded(Source::yaml(text));
});
