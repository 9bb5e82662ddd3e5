//! The scenarios of durable executions on the emulator. `cargo xtask durable-e2e` runs them on AWS's local runner.

use asl_tests::durable::{SCENARIOS, emulate};

#[tokio::test(start_paused = true)]
async fn scenarios() {
    for scenario in SCENARIOS {
        assert_eq!(emulate(scenario).await, scenario.ends, "{}", scenario.name);
    }
}
