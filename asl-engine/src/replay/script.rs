//! [`Script`]: what a replayed execution learns next, from its record.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use asl_value::{Text, Timestamp};

use super::comparison::Comparison;
use crate::event::{Event, EventKind, StateType};
use crate::journal::map_run_end::{MapRunEnd, MapRunEnds};
use crate::journal::turn::{Learned, News, Stopped, Turn};
use crate::record::steps::Steps;
use crate::record::strands::{Place, Strands, Work};
use crate::{EffectId, EffectKind, OpenEffect, Outcome, TaskClock};

/// Chooses the news of a replayed execution: of all that it waits for, what ended first in the record.
///
/// What it waits for is found in the record by the state and the strand. If the record has no such strand or visit, as
/// after a change of the definition, the calls of a state are taken in order.
pub(super) struct Script<'r> {
    steps: &'r Steps<'r>,
    /// How much later everything is learned than it was recorded.
    shift: Duration,
    turn: u64,
    now: Timestamp,
    /// The recorded events that were granted.
    granted: HashSet<u64>,
    /// The recorded calls that were found by the state alone.
    claims: HashMap<EffectId, Place>,
    claimed: HashSet<Place>,
    map_runs: MapRunEnds,
}

/// Recorded: tasks that began together time out together, each with its event, before the first one stops the others.
/// Their events are a few milliseconds apart.
const TOGETHER: Duration = Duration::from_millis(100);

/// Something that may be learned next.
struct Candidate {
    of: EffectId,
    /// The recorded event; `None` for a timer that was not recorded.
    event: Option<u64>,
    at: Timestamp,
    learned: Learned,
}

impl<'r> Script<'r> {
    pub(super) fn new(steps: &'r Steps<'r>, shift: Duration, map_runs: MapRunEnds) -> Script<'r> {
        let now = steps.record().started().plus(shift);
        Script {
            steps,
            shift,
            turn: 0,
            now,
            granted: HashSet::new(),
            claims: HashMap::new(),
            claimed: HashSet::new(),
            map_runs,
        }
    }

    /// The next turn. `None` if the execution waits only for what was not recorded.
    pub(super) fn next(&mut self, open: &[OpenEffect], replay: &Comparison<'_>) -> Option<Turn> {
        let mut candidates: Vec<Candidate> =
            open.iter().filter_map(|effect| self.candidate(effect, replay)).collect();
        candidates.sort_by_key(|candidate| (candidate.event.is_none(), candidate.event, candidate.at));
        // A timer that was not recorded rings before whatever was recorded later.
        let recorded = candidates.iter().find(|candidate| candidate.event.is_some()).map(|first| first.at);
        let recorded = recorded.or_else(|| self.stop(open).map(|stop| stop.at));
        let timer = candidates.iter().position(|candidate| {
            candidate.event.is_none() && recorded.is_none_or(|recorded| candidate.at < recorded)
        });
        let first = match timer {
            Some(timer) => candidates.drain(timer..=timer).next(),
            None => match candidates.first().is_some_and(|first| first.event.is_some()) {
                true => candidates.drain(..1).next(),
                false => self.stop(open),
            },
        }?;
        // What was recorded at the same time was learned together with it, and what came soon, but before its first
        // consequence.
        let until = first.event.map_or(0, |event| self.steps.follower(event).unwrap_or(event));
        let (at, latest) = (first.at, first.at.plus(TOGETHER));
        let is_together = |other: &Candidate| {
            other.event.is_some_and(|event| other.at == at || (event < until && other.at <= latest))
        };
        let together = candidates.into_iter().filter(is_together);
        self.now = self.now.max(first.at);
        self.turn += 1;
        let news: Vec<Candidate> = std::iter::once(first).chain(together).collect();
        self.granted.extend(news.iter().filter_map(|candidate| candidate.event));
        let news = news.into_iter().map(|candidate| News { of: candidate.of, learned: candidate.learned });
        Some(Turn { number: self.turn, at: self.now.to_millis(), news: news.collect() })
    }

    fn candidate(&mut self, open: &OpenEffect, replay: &Comparison<'_>) -> Option<Candidate> {
        let strands = &replay.strands;
        let until = match open.kind {
            EffectKind::Task { .. } => None,
            EffectKind::Timer { until } => Some(until),
            _ => return None,
        };
        let strand = strands.find(open.of.strand_numbers())?;
        let place = strands.current_place(strand, Work::Began).filter(|place| place.state == open.state)?;
        let recorded = match until {
            None => {
                let recorded = self.end_of_task(open, &place);
                let expired =
                    recorded.as_ref().and_then(|(event, _)| self.expired(open, &place, event, replay));
                if expired.is_some() {
                    return expired;
                }
                recorded
            }
            Some(until) if until == MapRunEnds::until() => Some(self.end_of_map_run(open, &place)?),
            Some(_) => self.end_of_timer(&place, strands),
        };
        if let Some((event, learned)) = recorded {
            let at = event.timestamp.plus(self.shift);
            return Some(Candidate { of: open.of.clone(), event: Some(event.id), at, learned });
        }
        let is_known = self.steps.of_work(&Place { attempt: 0, ..place }, Work::Entered).is_some();
        // A recorded Wait without an end was aborted. A recorded failure may be retried now.
        let is_aborted = is_known && strands.state(strand).is_some_and(|(kind, _)| kind == StateType::Wait);
        let learned = Learned::Rang;
        (!is_aborted).then_some(Candidate { of: open.of.clone(), event: None, at: until?, learned })
    }

    /// What is learned next of a task.
    fn end_of_task(&mut self, open: &OpenEffect, place: &Place) -> Option<(&'r Event, Learned)> {
        let place = match self.steps.at(place) {
            Some(_) => place.clone(),
            None => self.claim(open, &place.state)?,
        };
        [Work::Started, Work::Submitted, Work::Ended].into_iter().find_map(|work| {
            let event = self.steps.of_work(&place, work)?;
            let learned = self.learned(event)?;
            Some((event, learned))
        })
    }

    /// The end of a task whose `TimeoutSeconds` are others than the recorded ones, and fewer than it took.
    fn expired(
        &self,
        open: &OpenEffect,
        place: &Place,
        recorded: &Event,
        replay: &Comparison<'_>,
    ) -> Option<Candidate> {
        let began = replay.events.get(place)?;
        let (EventKind::TaskScheduled(now), Some(EventKind::TaskScheduled(before))) =
            (&began.kind, self.steps.at(place).map(|event| &event.kind))
        else {
            return None;
        };
        let timeout = now.timeout.filter(|_| now.timeout != before.timeout)?;
        let at = began.timestamp.plus(timeout);
        let (of, learned) = (open.of.clone(), Learned::Expired(TaskClock::Timeout));
        (at < recorded.timestamp.plus(self.shift)).then_some(Candidate { of, event: None, at, learned })
    }

    /// A recorded call of the state that nothing else has claimed.
    fn claim(&mut self, open: &OpenEffect, state: &Text) -> Option<Place> {
        if let Some(claimed) = self.claims.get(&open.of) {
            return Some(claimed.clone());
        }
        let is_free = |call: &&Place| {
            let ended = self.steps.of_work(call, Work::Ended);
            !self.claimed.contains(*call) && ended.is_some_and(|event| !self.granted.contains(&event.id))
        };
        let call = self.steps.calls(state).iter().find(is_free)?.clone();
        self.claimed.insert(call.clone());
        self.claims.insert(open.of.clone(), call.clone());
        Some(call)
    }

    /// The end of a Wait, or of the delay before a retry.
    fn end_of_timer(&self, place: &Place, strands: &Strands) -> Option<(&'r Event, Learned)> {
        let retry = Place { attempt: strands.attempts(place.strand), ..place.clone() };
        let is_wait = strands.state(place.strand).is_some_and(|(kind, _)| kind == StateType::Wait);
        let ends = match is_wait {
            true => [
                self.steps.at(&Place { attempt: 0, work: Work::Exited, ..place.clone() }),
                self.steps.of_work(place, Work::Evaluated),
            ],
            false => [self.steps.at(&retry), None],
        };
        let event = ends.into_iter().flatten().find(|event| !self.granted.contains(&event.id))?;
        Some((event, Learned::Rang))
    }

    /// The end of a Map Run. Leaves it for the state that waits for it.
    fn end_of_map_run(&self, open: &OpenEffect, place: &Place) -> Option<(&'r Event, Learned)> {
        let event = self.steps.of_work(place, Work::Ended)?;
        let exited = || match &self.steps.at(&Place { attempt: 0, work: Work::Exited, ..place.clone() })?.kind
        {
            EventKind::StateExited { output, assigned_variables, .. } => {
                Some(MapRunEnd::Left { output: output.clone(), assigned: assigned_variables.clone() })
            }
            _ => None,
        };
        let evaluated = || match &self.steps.of_work(place, Work::Evaluated)?.kind {
            EventKind::EvaluationFailed(failed) => Some(MapRunEnd::Failed(failed.failure.clone())),
            _ => None,
        };
        let end = match &event.kind {
            EventKind::MapRunFailed(failure) => MapRunEnd::Failed(failure.clone()),
            _ => exited().or_else(evaluated)?,
        };
        self.map_runs.put(open.of.clone(), end);
        Some((event, Learned::Rang))
    }

    /// What is learned by an event of a task, unless it was granted or is not learned.
    fn learned(&self, event: &Event) -> Option<Learned> {
        if self.granted.contains(&event.id) {
            return None;
        }
        match &event.kind {
            // Other tasks start when they are called.
            EventKind::TaskStarted { task, worker } if matches!(**task, crate::TaskKind::Activity { .. }) => {
                Some(Learned::Started { worker: worker.clone() })
            }
            EventKind::TaskSubmitted { output, .. } => Some(Learned::Submitted(output.clone())),
            EventKind::TaskSucceeded { output, .. } => Some(Learned::Returned(output.clone())),
            EventKind::TaskFailed { failure, .. } => Some(Learned::Failed(failure.clone())),
            EventKind::TaskTimedOut { clock, .. } => Some(Learned::Expired(*clock)),
            _ => None,
        }
    }

    /// The end of an execution that was aborted or timed out.
    fn stop(&self, open: &[OpenEffect]) -> Option<Candidate> {
        let last = self.steps.record().events.last()?;
        let outcome = last.kind.outcome()?;
        if !matches!(outcome, Outcome::Aborted(_) | Outcome::TimedOut(_)) {
            return None;
        }
        let of = open.iter().find(|effect| matches!(effect.kind, EffectKind::Stop { .. }))?.of.clone();
        let learned = Learned::Stopped(Stopped { outcome, after: None });
        Some(Candidate { of, event: Some(last.id), at: last.timestamp.plus(self.shift), learned })
    }
}
