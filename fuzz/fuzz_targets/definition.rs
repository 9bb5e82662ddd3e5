//! A definition: any bytes.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| asl_tests::fuzz::definition(bytes));
