//! A file that a distributed Map reads its items from: CSV, JSON, lines of JSON, manifests.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| asl_tests::fuzz::items(bytes));
