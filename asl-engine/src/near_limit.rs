//! [`NearLimit`]: a limit that an execution came close to.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use asl_value::Text;

/// A limit of which an execution has used 80 % or more, with the state that used the most. The execution may also have
/// exceeded it and failed.
///
/// ```
/// use asl_engine::{Limit, NearLimit};
/// let near = NearLimit { limit: Limit::Payload, state: Some("Load".into()), used: 251_904, allowed: 262_144 };
/// assert_eq!(near.to_string(), "state `Load`: 251904 of 262144 bytes of a payload (96 %)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearLimit {
    /// The limit.
    pub limit: Limit,
    /// The state that used the most; for limits of the whole execution, the state in which it ended. `None` before the
    /// first state.
    pub state: Option<Text>,
    /// How much was used, in the unit of the limit.
    pub used: u64,
    /// How much is allowed, in the unit of the limit.
    pub allowed: u64,
}

/// A limit that an execution can come close to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// [`payload_bytes`](crate::Limits::payload_bytes), in bytes.
    Payload,
    /// [`assign_bytes`](crate::Limits::assign_bytes), in bytes.
    Assign,
    /// [`variables_bytes`](crate::Limits::variables_bytes), in bytes.
    Variables,
    /// [`events`](crate::Limits::events) of the history.
    Events,
    /// [`duration`](crate::Limits::duration), in whole seconds.
    Duration,
}

impl Limit {
    /// `PAYLOAD`, `ASSIGN`, `VARIABLES`, `EVENTS`, `DURATION`
    pub fn name(self) -> &'static str {
        match self {
            Limit::Payload => "PAYLOAD",
            Limit::Assign => "ASSIGN",
            Limit::Variables => "VARIABLES",
            Limit::Events => "EVENTS",
            Limit::Duration => "DURATION",
        }
    }

    /// The field of [`Limits`](crate::Limits): `payload_bytes`, `events`.
    pub fn field(self) -> &'static str {
        match self {
            Limit::Payload => "payload_bytes",
            Limit::Assign => "assign_bytes",
            Limit::Variables => "variables_bytes",
            Limit::Events => "events",
            Limit::Duration => "duration",
        }
    }
}

impl NearLimit {
    /// The share that was used, in percent: 96. More than 100 exceeds the limit.
    pub fn percent(&self) -> u64 {
        self.used.saturating_mul(100).checked_div(self.allowed).unwrap_or(100)
    }
}

impl NearLimit {
    /// The share that was used, comparable with that of `other`.
    fn share(&self, other: &NearLimit) -> u128 {
        u128::from(self.used) * u128::from(other.allowed)
    }
}

impl fmt::Display for NearLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NearLimit { limit, state, used, allowed } = self;
        if let Some(state) = state {
            write!(f, "state `{state}`: ")?;
        }
        match limit {
            Limit::Payload => write!(f, "{used} of {allowed} bytes of a payload")?,
            Limit::Assign => write!(f, "{used} of {allowed} bytes that one `Assign` may set")?,
            Limit::Variables => write!(f, "{used} of {allowed} bytes of variables")?,
            Limit::Events => write!(f, "{used} of {allowed} events of a history")?,
            Limit::Duration => {
                write!(f, "{} of the {} that an execution may take", time(*used), time(*allowed))?;
            }
        }
        write!(f, " ({} %)", self.percent())
    }
}

/// `4m10s`, `365 days`, `5 minutes`
fn time(seconds: u64) -> String {
    match (seconds / 86_400, seconds / 60, seconds % 60) {
        (0, 0, _) => format!("{seconds}s"),
        (0, minutes, 0) => format!("{minutes} minutes"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (days, ..) => format!("{days} days"),
    }
}

/// The limits that an execution came close to.
#[derive(Debug, Default)]
pub(crate) struct Nearness(Mutex<Vec<NearLimit>>);

impl Nearness {
    fn lock(&self) -> MutexGuard<'_, Vec<NearLimit>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a size in bytes if it is close to the limit. It rarely is: then the cost is a comparison.
    #[inline]
    pub(crate) fn bytes(&self, limit: Limit, allowed: Option<usize>, used: usize, state: Option<&Text>) {
        if let Some(allowed) = allowed.filter(|allowed| used >= allowed / 5 * 4) {
            self.note(limit, allowed as u64, used as u64, state);
        }
    }

    /// Records a time if it is close to the limit.
    pub(crate) fn time(&self, allowed: Option<Duration>, used: Duration, state: Option<&Text>) {
        if let Some(allowed) = allowed {
            self.note(Limit::Duration, allowed.as_secs(), used.as_secs(), state);
        }
    }

    /// Records a figure if it is close to the limit.
    #[cold]
    pub(crate) fn note(&self, limit: Limit, allowed: u64, used: u64, state: Option<&Text>) {
        if allowed > 0 && used >= allowed / 5 * 4 {
            self.add(NearLimit { limit, state: state.cloned(), used, allowed });
        }
    }

    /// Keeps the worst figure of each limit.
    fn add(&self, near: NearLimit) {
        let mut known = self.lock();
        match known.iter_mut().find(|known| known.limit == near.limit) {
            Some(known) if known.share(&near) >= near.share(known) => {}
            Some(known) => *known = near,
            None => known.push(near),
        }
    }

    /// Adds the records of a child execution.
    pub(crate) fn merge(&self, child: &Nearness) {
        let child = std::mem::take(&mut *child.lock());
        child.into_iter().for_each(|near| self.add(near));
    }

    pub(crate) fn take(&self) -> Vec<NearLimit> {
        std::mem::take(&mut self.lock())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (seconds, expected) in [(4, "4s"), (250, "4m10s"), (300, "5 minutes"), (31_536_000, "365 days")] {
            assert_eq!(time(seconds), expected);
        }
    }
}
