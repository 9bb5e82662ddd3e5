//! [`Spans`]: makes spans of the events of an execution.

mod open;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_engine::{
    ChildExecution, Event, EventKind, Failure, Handled, Identity, Interest, Observer, Outline, TaskKind,
    TraceHeaders, Traced, VisitStage,
};
use asl_value::{Text, Timestamp};
use opentelemetry::trace::{SpanContext, SpanKind, TraceFlags, TraceState};

use crate::draft::End;
use crate::queue::Queue;
use crate::remote::headers;
use crate::{Origin, Remote, ids, names};
use open::Open;

/// Makes spans of the events of an execution. A span is sent when it ends, unless that was in an earlier process: the
/// events of that one only tell what is open.
pub(crate) struct Spans {
    queue: Arc<Queue>,
    identity: Identity,
    origin: Origin,
    state: Mutex<State>,
}

struct State {
    outline: Outline,
    open: Option<Open>,
    /// The time of the last event.
    now: Timestamp,
    /// The place of the expression that has just failed. Its event does not follow those of its state.
    expression: Option<Text>,
}

impl Spans {
    pub(crate) fn new(queue: &Arc<Queue>, identity: Identity, origin: Origin) -> Spans {
        let state =
            State { outline: Outline::default(), open: None, now: Timestamp::EPOCH, expression: None };
        Spans { queue: Arc::clone(queue), identity, origin, state: Mutex::new(state) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, event: &Event, is_live: bool) {
        let mut state = self.lock();
        let State { outline, open, now, expression } = &mut *state;
        (*now, *expression) = (event.timestamp, None);
        let step = outline.follow(event);
        let open = open.get_or_insert_with(|| self.begin(event.timestamp));
        let row = step.row.unwrap_or_default();
        open.is_live = is_live;
        let (id, at) = (event.id, event.timestamp);
        match &event.kind {
            EventKind::ExecutionRedriven { redrive_count } => {
                open.attribute(0, names::number(names::REDRIVE_COUNT, (*redrive_count).into()));
            }
            EventKind::StateEntered { state, name, .. } => {
                let attributes = vec![names::text(names::STATE_TYPE, state.name())];
                open.row(id, step.inside, name.to_string(), at, attributes);
            }
            EventKind::StateExited { .. } | EventKind::MapIterationSucceeded { .. } => {
                // Of an iteration of an earlier run, nothing is open.
                step.row.into_iter().for_each(|row| open.close(row, at, &End::Done));
            }
            EventKind::MapIterationStarted { name, index } => {
                let attributes = vec![names::number(names::ITEM_INDEX, *index as u64)];
                open.row(id, step.inside, format!("{name} iteration"), at, attributes);
            }
            EventKind::MapIterationFailed { .. } => {
                step.row.into_iter().for_each(|row| open.fail_iteration(row, at));
            }
            EventKind::MapIterationAborted { .. } => {
                step.row.into_iter().for_each(|row| open.close(row, at, &End::Aborted));
            }
            EventKind::TaskScheduled(scheduled) => {
                let (name, mut attributes) = names::of_task(&scheduled.task, &scheduled.region);
                attributes.push(names::number(names::ATTEMPT, step.attempt));
                open.attempt(row, id, name, at, attributes);
            }
            EventKind::TaskStarted { task, worker } if matches!(**task, TaskKind::Activity { .. }) => {
                let worker = worker.iter().map(|worker| names::text(names::WORKER, worker));
                open.note_attempt(row, "started", at, worker.collect());
            }
            EventKind::TaskSubmitted { .. } => open.note_attempt(row, "submitted", at, Vec::new()),
            EventKind::TaskSucceeded { .. } => open.close_attempt(row, at, &End::Done, Vec::new()),
            EventKind::TaskFailed { failure, .. } => {
                open.close_attempt(row, at, &failed(failure), Vec::new());
            }
            EventKind::TaskTimedOut { failure, clock, .. } => {
                let clock = vec![names::text(names::CLOCK, &format!("{clock:?}"))];
                open.close_attempt(row, at, &failed(failure), clock);
            }
            EventKind::MapStateStarted { length } => {
                step.row.into_iter().for_each(|row| open.close_inner(row, at));
                open.attribute(row, names::number(names::ITEM_COUNT, *length as u64));
            }
            EventKind::ParallelStateStarted | EventKind::ParallelStateFailed | EventKind::MapStateFailed => {
                step.row.into_iter().for_each(|row| open.close_inner(row, at));
            }
            EventKind::MapRunStarted { map_run_arn } | EventKind::MapRunRedriven { map_run_arn, .. } => {
                open.attribute(row, names::text(names::MAP_RUN_ARN, map_run_arn));
                open.map_runs.push((map_run_arn.clone(), row));
            }
            EventKind::EvaluationFailed(failure) => expression.clone_from(&failure.location),
            kind => {
                if let Some(outcome) = kind.outcome() {
                    open.attribute(0, names::text(names::EXECUTION_STATUS, outcome.status()));
                    open.close(0, at, &outcome.failure().map_or(End::Done, failed));
                }
            }
        }
        for span in open.take_ended() {
            self.queue.push(span);
        }
    }

    /// What is open when the execution begins: its own span.
    fn begin(&self, at: Timestamp) -> Open {
        let Origin { parent, links, kind, attributes, first_started } = &self.origin;
        let own = || ids::trace(&self.identity, first_started.unwrap_or(at));
        let trace_id = parent.as_ref().map_or_else(own, |parent| parent.trace_id);
        let state = parent.as_ref().map(|parent| parent.state.clone()).unwrap_or_default();
        let mut own = vec![
            names::text(names::STATE_MACHINE_ARN, &self.identity.state_machine_arn),
            names::text(names::EXECUTION_ARN, &self.identity.execution_arn),
        ];
        own.extend(attributes.iter().cloned());
        let context = |span| SpanContext::new(trace_id, span, TraceFlags::SAMPLED, false, state.clone());
        let first = first_started.map(|started| context(ids::of_first_run(&self.identity, started)));
        let context = context(ids::span(&self.identity, at, 0));
        let name = self.identity.state_machine_name.to_string();
        let links = first.into_iter().chain(links.iter().filter_map(Remote::context)).collect();
        let open = Open::new(&self.identity, at, context);
        open.beginning(name, parent.as_ref().and_then(|parent| parent.span_id), kind.clone(), own, links)
    }
}

fn failed(failure: &Failure) -> End {
    // What the conventions say of an error without a name.
    End::Failed(failure.error.clone().unwrap_or_else(|| "_OTHER".into()))
}

impl Observer for Spans {
    fn interest(&self) -> Interest {
        Interest::Stages
    }

    fn on_event(&self, event: Event) {
        self.note(&event, true);
    }

    fn on_replayed(&self, event: Event) {
        self.note(&event, false);
    }

    fn on_stage(&self, entered: u64, stage: VisitStage<'_>) {
        let mut state = self.lock();
        let State { open, now, expression, outline } = &mut *state;
        let (Some(open), now) = (open, *now) else { return };
        match stage {
            // An earlier run has entered it.
            VisitStage::Begun { state, state_type, .. } if !open.is_open(entered) => {
                let attributes = vec![names::text(names::STATE_TYPE, state_type.name())];
                outline.goes_on(entered, state_type, state);
                open.row(entered, None, state.to_string(), now, attributes);
            }
            VisitStage::Failed { failure, handled, .. } => {
                let End::Failed(error) = failed(failure) else { return };
                let place = expression.take().map(|place| names::text(names::EXPRESSION, &place));
                let name = match handled {
                    Handled::Retried(_) => "retry",
                    Handled::Caught(_) => "catch",
                    Handled::Not => {
                        place.into_iter().for_each(|place| open.attribute(entered, place));
                        return open.fail(entered, now, error);
                    }
                };
                let attributes = [names::text(names::ERROR_TYPE, &error)].into_iter().chain(place);
                open.note(entered, name, now, attributes.collect());
            }
            VisitStage::Chosen { rule, .. } => {
                let rule = rule.map_or_else(|| "Default".to_owned(), |rule| rule.to_string());
                open.attribute(entered, names::text(names::RULE, &rule));
            }
            _ => {}
        }
    }

    fn trace_headers(&self, of: Traced<'_>) -> Option<TraceHeaders> {
        let state = self.lock();
        let open = state.open.as_ref()?;
        let event = match of {
            Traced::Task(scheduled) => scheduled,
            Traced::Children(map_run) => open.map_run(map_run)?,
            _ => return None,
        };
        Some(headers(&open.context(event)))
    }

    fn on_child(&self, child: &ChildExecution<'_>) -> Option<Arc<dyn Observer>> {
        let state = self.lock();
        let open = state.open.as_ref()?;
        let map = open.context(open.map_run(child.map_run.arn()).unwrap_or_default());
        let parent = Remote {
            trace_id: map.trace_id(),
            span_id: Some(map.span_id()),
            sampled: Some(true),
            state: TraceState::clone(map.trace_state()),
        };
        // An EXPRESS child begins again, and does not count its redrives.
        let is_redrive = child.identity.redrive_count.is_some_and(|count| count > 0);
        let first_started = is_redrive.then_some(child.started);
        let kind = SpanKind::Internal;
        let origin = Origin { parent: Some(parent), kind, first_started, ..Origin::default() };
        Some(Arc::new(Spans::new(&self.queue, child.identity.clone(), origin)))
    }
}
