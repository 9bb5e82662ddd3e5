//! A machine of the suite, whose definition and input the bytes mutate: it runs, and its replay is the same.

#![no_main]

use std::sync::LazyLock;

use asl_tests::fuzz::{Machines, Random};

static MACHINES: LazyLock<Machines> = LazyLock::new(|| Machines::read().expect("the suite"));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some(case) = MACHINES.mutated(&mut Random::of(bytes)) {
        MACHINES.run(&case);
    }
});
