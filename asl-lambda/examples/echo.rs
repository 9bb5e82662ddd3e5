//! The smallest possible function: the baseline of `cargo xtask lambda-load`.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::value::RawValue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let echo = |event: LambdaEvent<Box<RawValue>>| async { Ok::<_, Error>(event.payload) };
    lambda_runtime::run(service_fn(echo)).await
}
