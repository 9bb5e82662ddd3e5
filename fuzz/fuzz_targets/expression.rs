//! A path, a call of a function, a JSONata expression: any bytes, in fields of all kinds.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| asl_tests::fuzz::expression(bytes));
