//! A Parquet file that a distributed Map reads its items from.

#![no_main]

// A panic of the decoder is caught, so the hook that ends the process is taken away. A failed check still ends it.
libfuzzer_sys::fuzz_target!(
    init: std::panic::set_hook(Box::new(|_| {})),
    |bytes: &[u8]| asl_tests::fuzz::parquet(bytes)
);
