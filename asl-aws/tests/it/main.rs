//! The integration tests of asl-aws.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod configured;
mod connections;
mod http_task;
mod jobs;
mod kubernetes;
mod optimised;
mod policy;
#[cfg(feature = "profiles")]
mod profiles;
mod run;
mod sdk;
mod secrets;
mod server;
mod signature;
mod storage;
mod traced;
mod verify;

use asl_aws::Aws;

#[test]
fn handlers_are_shared() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    shared::<Aws>();
}
