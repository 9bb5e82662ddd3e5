//! [`Starts`]: starts executions over many connections at once.
//!
//! One thread serves all connections: it reads the answers in turn, and follows each with the next request. So the client
//! takes little of a machine that it shares with the server.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::json;

use super::connection::{Connection, request};
use super::names::arn;
use crate::Result;

pub(super) const CONNECTIONS: u32 = 64;

/// How executions were started.
pub(super) struct Starts {
    count: u32,
    /// From the first request to the last answer.
    lasted: Duration,
    /// From each request to its answer, in ascending order.
    times: Vec<Duration>,
}

impl Starts {
    pub(super) fn per_second(&self) -> f64 {
        f64::from(self.count) / self.lasted.as_secs_f64()
    }

    /// The time within which this many in a thousand were answered.
    pub(super) fn within(&self, part: usize) -> Duration {
        self.times.get(self.times.len() * part / 1000).copied().unwrap_or_default()
    }
}

/// Starts executions of a machine, with names unless the server is to choose them.
pub(super) fn start(address: SocketAddr, machine: &str, prefix: Option<&str>, count: u32) -> Result<Starts> {
    let request = |number: u32| {
        let mut body = json!({"stateMachineArn": arn(machine), "input": r#"{"order": "a-1", "count": 3}"#});
        if let Some(prefix) = prefix {
            body["name"] = format!("{prefix}-{number}").into();
        }
        request(address, &body.to_string())
    };
    let unnamed = request(0);
    let connect = |_| Connection::open(address);
    let mut connections = (0..CONNECTIONS.min(count)).map(connect).collect::<Result<Vec<_>>>()?;
    let (mut sent, mut times) = (0, Vec::new());
    let begun = Instant::now();
    while times.len() < count as usize {
        for connection in &mut connections {
            if let Some(answer) = connection.answer()? {
                if !answer.is_success {
                    return Err(format!("an execution was not started: {}", answer.text).into());
                }
                times.push(answer.took);
            }
            if sent < count {
                let named = prefix.map(|_| request(sent));
                connection.send(named.as_ref().unwrap_or(&unnamed))?;
                sent += 1;
            }
        }
    }
    let lasted = begun.elapsed();
    times.sort_unstable();
    Ok(Starts { count, lasted, times })
}
