//! [`NearLimit`]: what an execution nearly had too much of.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use asl_value::Text;

/// A limit of which an execution has used 80 % or more, where it used the most: `{limit: Payload, state: "Load", used:
/// 251904, allowed: 262144}`. It may have gone beyond, and have ended by that.
///
/// ```
/// use asl_engine::{Limit, NearLimit};
/// let near = NearLimit { limit: Limit::Payload, state: Some("Load".into()), used: 251_904, allowed: 262_144 };
/// assert_eq!(near.to_string(), "state `Load`: 251904 of 262144 bytes of a payload (96 %)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearLimit {
    /// Which one.
    pub limit: Limit,
    /// The state that used the most; of the whole execution, the one it ended in. `None` before the first.
    pub state: Option<Text>,
    /// In the limit's unit.
    pub used: u64,
    /// In the limit's unit.
    pub allowed: u64,
}

/// A limit that an execution can come near.
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
}

impl NearLimit {
    /// How much of it was used: 96. More than 100 is too much.
    pub fn percent(&self) -> u64 {
        self.used.saturating_mul(100).checked_div(self.allowed).unwrap_or(100)
    }
}

impl NearLimit {
    /// How much of the limit was used, for comparison with another's.
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

/// What of the limits an execution has used, as far as that is much.
#[derive(Debug, Default)]
pub(crate) struct Nearness(Mutex<Vec<NearLimit>>);

impl Nearness {
    fn lock(&self) -> MutexGuard<'_, Vec<NearLimit>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a size in bytes, if it is much. It nearly always is little, which costs a comparison.
    #[inline]
    pub(crate) fn bytes(&self, limit: Limit, allowed: Option<usize>, used: usize, state: Option<&Text>) {
        if let Some(allowed) = allowed.filter(|allowed| used >= allowed / 5 * 4) {
            self.note(limit, allowed as u64, used as u64, state);
        }
    }

    /// Notes a time.
    pub(crate) fn time(&self, allowed: Option<Duration>, used: Duration, state: Option<&Text>) {
        if let Some(allowed) = allowed {
            self.note(Limit::Duration, allowed.as_secs(), used.as_secs(), state);
        }
    }

    /// Notes a figure, if it is much.
    #[cold]
    pub(crate) fn note(&self, limit: Limit, allowed: u64, used: u64, state: Option<&Text>) {
        if allowed > 0 && used >= allowed / 5 * 4 {
            self.add(NearLimit { limit, state: state.cloned(), used, allowed });
        }
    }

    /// Keeps the worst of each limit.
    fn add(&self, near: NearLimit) {
        let mut known = self.lock();
        match known.iter_mut().find(|known| known.limit == near.limit) {
            Some(known) if known.share(&near) >= near.share(known) => {}
            Some(known) => *known = near,
            None => known.push(near),
        }
    }

    /// Adds what a child execution has used.
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
