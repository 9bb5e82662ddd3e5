//! A frame of the table of AWS's services, any bytes.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| asl_aws::fuzzing::frame(bytes));
