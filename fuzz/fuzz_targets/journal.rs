//! A journal of a case of the suite, which the bytes damage: it is refused, or an execution is done again from it.

#![no_main]

use std::sync::LazyLock;

use asl_tests::fuzz::{Machines, Random};

static MACHINES: LazyLock<Machines> = LazyLock::new(|| Machines::read().expect("the suite"));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    MACHINES.replay_damaged(&mut Random::of(bytes));
});
