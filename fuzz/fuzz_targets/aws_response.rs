//! The response of an AWS service, in each protocol.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| asl_aws::fuzzing::response(bytes));
