//! Starts executions again whose start was acknowledged, perhaps by an earlier process: a name has one execution.

use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::client::Client;
use super::load::{AllStarted, INPUT, Started};
use super::names::arn;
use super::problems::Problems;
use super::random::Random;
use crate::Result;

/// Starts some of the executions again until the load ends.
pub(super) fn run(
    client: &Client,
    started: &AllStarted,
    stop: &AtomicBool,
    mut random: Random,
    problems: &Problems,
) {
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(100));
        let earlier = {
            let started = started.lock().unwrap_or_else(PoisonError::into_inner);
            // Half of them are recent ones, which are likely to run.
            let all = started.len() as u64;
            let among = if random.below(2) == 0 { all } else { all.min(50) };
            let place = all.saturating_sub(1 + random.below(among));
            usize::try_from(place).ok().and_then(|place| started.get(place)).cloned()
        };
        let Some(earlier) = earlier.filter(|earlier| !earlier.kind.is_express) else { continue };
        if let Err(error) = start_again(client, &earlier) {
            problems.add("name", "an execution was started again", || error.to_string());
        }
    }
}

fn start_again(client: &Client, earlier: &Started) -> Result<()> {
    for (input, is_same) in [(INPUT, true), (r#"{"items": []}"#, false)] {
        let request =
            json!({"stateMachineArn": arn(earlier.kind.name), "name": earlier.name, "input": input});
        let (answer, _) = client.until_answered("StartExecution", &request)?;
        let is_right = match &answer {
            // It is running.
            Ok(answer) => {
                let is_dated = [&answer["startDate"], &Value::Null].contains(&&earlier.date);
                is_same && answer["executionArn"] == *earlier.execution && is_dated
            }
            Err(error) => error.name == "ExecutionAlreadyExists",
        };
        if !is_right {
            let date = &earlier.date;
            return Err(format!("{request}: {answer:?}, though it was started on {date}").into());
        }
    }
    Ok(())
}
