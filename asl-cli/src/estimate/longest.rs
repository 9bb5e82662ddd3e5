//! [`longest`]: what the longest way through a machine uses.

use asl_model::{
    Field, Map, Parallel, Pattern, ProcessorMode, ResourceKind, State, StateKind, StateMachine, Task,
    WaitUntil,
};

use super::components::{Component, components};
use super::{Bounds, Counted, Used};

/// Intervals between two looks at a job, in seconds: from 5 s, each a quarter longer, up to 5 minutes; an hour after a
/// hundred of them.
const FIRST_POLL: f64 = 5.0;
const POLL_GROWTH: f64 = 1.25;
const LONGEST_POLL: f64 = 300.0;
const QUICK_POLLS: f64 = 100.0;
const SLOW_POLL: f64 = 3_600.0;

/// The files that a `ResultWriter` writes: a manifest, what has succeeded and what has failed.
const WRITTEN_FILES: f64 = 3.0;

/// The longest WAIT of a durable execution, in seconds.
const LONGEST_WAIT: f64 = 31_622_400.0;

/// Counts the way through a machine with the most operations. A task takes `seconds` unless the bounds say otherwise.
pub(crate) fn longest(machine: &StateMachine, bounds: &Bounds, seconds: f64) -> Counted {
    let mut walk = Walk { bounds, seconds, found: Counted::default() };
    let used = walk.machine(machine);
    let mut found = walk.found;
    found.assumptions.insert(0, "the way with the most operations is taken, with every catcher".to_owned());
    Counted { used, ..found }
}

struct Walk<'w> {
    bounds: &'w Bounds,
    seconds: f64,
    found: Counted,
}

impl Walk<'_> {
    fn machine(&mut self, machine: &StateMachine) -> Used {
        let found = components(machine);
        let mut best: Vec<Used> = Vec::new();
        // Later components first, so that what follows is known.
        for component in found.iter().rev() {
            let own = self.component(machine, component);
            let last = found.len() - 1;
            let after = component.next.iter().filter_map(|index| best.get(last - index)).copied();
            let after = after.max_by(|one, other| {
                one.weight().partial_cmp(&other.weight()).unwrap_or(std::cmp::Ordering::Equal)
            });
            best.push(own + after.unwrap_or_default());
        }
        best.pop().unwrap_or_default()
    }

    fn component(&mut self, machine: &StateMachine, component: &Component<'_>) -> Used {
        let known = component.states.iter().filter_map(|state| self.bounds.visits(state)).reduce(f64::max);
        if component.is_loop && known.is_none() {
            let names = component.states.join("`, `");
            self.found.unbounded.push(component.states.iter().map(ToString::to_string).collect());
            self.found
                .assumptions
                .push(format!("the loop through `{names}` is passed once: `visits` of --bounds"));
        }
        let states = component.states.iter().filter_map(|name| machine.states.get(name));
        let visited: Vec<(&State, f64)> =
            states.map(|state| (state, self.bounds.visits(&state.name).or(known).unwrap_or(1.0))).collect();
        visited
            .into_iter()
            .map(|(state, visits)| self.state(state) * visits)
            .fold(Used::default(), |sum, used| sum + used)
    }

    fn state(&mut self, state: &State) -> Used {
        let entered = Used { transitions: 1.0, ..Used::default() };
        let name = state.name.as_str();
        let retries = self.bounds.retries(name);
        match &state.kind {
            StateKind::Task(task) => {
                let once = self.task(name, task);
                let again = Used { transitions: 1.0, operations: 1.0, pauses: 1.0, ..once };
                entered + once + again * retries
            }
            StateKind::Wait(wait) => entered + self.wait(name, &wait.until),
            StateKind::Parallel(parallel) => entered + self.parallel(parallel) * (1.0 + retries),
            StateKind::Map(map) => entered + self.map(name, map) * (1.0 + retries),
            _ => entered,
        }
    }

    fn task(&mut self, name: &str, task: &Task) -> Used {
        let seconds = self.bounds.seconds(name);
        let working = seconds.unwrap_or(self.seconds);
        let plain = Used { tasks: 1.0, operations: 1.0, working_seconds: working, ..Used::default() };
        let kind = task.resource.kind();
        let is_function = matches!(
            kind,
            ResourceKind::Lambda { .. } | ResourceKind::Service { service: "lambda", action: "invoke", .. }
        );
        let plain =
            if is_function { Used { functions: 1.0, function_seconds: working, ..plain } } else { plain };
        let waits = |found: &mut Counted, what: &str| {
            found.not_express.get_or_insert_with(|| format!("`{name}` {what}"));
            if seconds.is_none() {
                found.assumptions.push(format!("`{name}` is answered at once: `seconds` of --bounds"));
            }
            Used {
                waiting_seconds: seconds.unwrap_or_default(),
                working_seconds: self.seconds,
                pauses: 1.0,
                ..plain
            }
        };
        match kind {
            ResourceKind::Activity { .. } => {
                self.found
                    .not_durable
                    .push((name.to_owned(), "it is an activity, and a durable function has no workers"));
                waits(&mut self.found, "is an activity")
            }
            ResourceKind::Service { pattern: Pattern::WaitForTaskToken, .. } => {
                Used { operations: 2.0, ..waits(&mut self.found, "waits for a task token") }
            }
            ResourceKind::Service {
                service: "states",
                action: "startExecution",
                pattern: Pattern::Sync | Pattern::Sync2,
            } => {
                let polls = polls(seconds.unwrap_or_default());
                self.found.assumptions.push(format!(
                    "Step Functions runs what `{name}` starts, and it is looked at; a function of ASL_DURABLE_FUNCTIONS \
                     takes two operations"
                ));
                let waits = waits(&mut self.found, "waits for an execution");
                Used { operations: 2.0 + polls, pauses: polls, ..waits }
            }
            ResourceKind::Service { pattern: Pattern::Sync | Pattern::Sync2, .. } => {
                let polls = polls(seconds.unwrap_or_default());
                Used { operations: 2.0 + polls, pauses: polls, ..waits(&mut self.found, "waits for a job") }
            }
            _ => plain,
        }
    }

    fn wait(&mut self, name: &str, until: &WaitUntil) -> Used {
        let literal = match until {
            WaitUntil::Seconds(Field::Literal(seconds)) => Some(*seconds as f64),
            _ => None,
        };
        let Some(seconds) = self.bounds.seconds(name).or(literal) else {
            self.found.assumptions.push(format!("`{name}` waits one second: `seconds` of --bounds"));
            return Used { operations: 1.0, pauses: 1.0, waiting_seconds: 1.0, ..Used::default() };
        };
        if seconds <= 0.0 {
            return Used::default();
        }
        Used {
            operations: (seconds / LONGEST_WAIT).ceil(),
            pauses: 1.0,
            waiting_seconds: seconds,
            ..Used::default()
        }
    }

    fn parallel(&mut self, parallel: &Parallel) -> Used {
        let branches: Vec<Used> = parallel.branches.iter().map(|branch| self.machine(branch)).collect();
        branches.into_iter().fold(Used::default(), Used::beside)
    }

    fn map(&mut self, name: &str, map: &Map) -> Used {
        let items = self.bounds.items(name).unwrap_or_else(|| {
            self.found.unbounded.push(vec![name.to_owned()]);
            self.found.assumptions.push(format!("`{name}` has one item: `items` of --bounds"));
            1.0
        });
        let at_once = match &map.max_concurrency {
            Some(Field::Literal(most)) if *most > 0 => *most as f64,
            // Recorded: an inline Map runs up to 40 iterations at a time.
            _ => 40.0,
        };
        if map.processor.mode == ProcessorMode::Distributed {
            return self.distributed(name, map, items);
        }
        self.machine(&map.processor.machine).iterations(items, at_once)
    }

    /// Each child execution of a distributed Map is an execution with operations of its own.
    fn distributed(&mut self, name: &str, map: &Map, items: f64) -> Used {
        self.found.not_express.get_or_insert_with(|| format!("`{name}` is a distributed Map"));
        let batch = match map.item_batcher.as_ref().map(|batcher| &batcher.max_items_per_batch) {
            Some(Some(Field::Literal(most))) => (*most as f64).max(1.0),
            Some(_) => {
                self.found.assumptions.push(format!("`{name}` has batches of one item"));
                1.0
            }
            None => 1.0,
        };
        let children = (items / batch).ceil();
        let at_once = match &map.max_concurrency {
            Some(Field::Literal(most)) if *most > 0 => *most as f64,
            _ => children,
        };
        let inside = self.machine(&map.processor.machine);
        if inside.operations + 1.0 > super::durable::OPERATIONS {
            self.found
                .not_durable
                .push((name.to_owned(), "one of its child executions needs too many operations"));
        }
        let inside = inside.iterations(children, at_once);
        let reads = if map.item_reader.is_some() { 1.0 } else { 0.0 };
        let writes = if map.result_writer.is_some() { WRITTEN_FILES } else { 0.0 };
        if reads > 0.0 {
            self.found.assumptions.push(format!("`{name}` reads one file, or one page of objects"));
        }
        Used {
            // Each is an operation, and its end is written in another one unless several end together.
            operations: 2.0 * children + reads + writes,
            elsewhere: inside.operations + inside.elsewhere + children,
            pauses: inside.pauses + children,
            ..inside
        }
    }
}

/// How often a job that takes this many seconds is polled.
fn polls(seconds: f64) -> f64 {
    let (mut passed, mut interval, mut count) = (FIRST_POLL, FIRST_POLL, 1.0);
    while passed < seconds && count < QUICK_POLLS {
        interval = (interval * POLL_GROWTH).min(LONGEST_POLL);
        passed += interval;
        count += 1.0;
    }
    count + ((seconds - passed).max(0.0) / SLOW_POLL).ceil()
}

#[cfg(test)]
mod tests {
    use asl_model::{Source, parse};
    use asl_value::Value;

    use super::*;

    /// `expect`: transitions, operations, pauses, seconds, loops and Maps without a bound.
    #[track_caller]
    fn check(states: &str, bounds: &str, expect: (f64, f64, f64, f64, usize)) {
        let text = format!(r#"{{"StartAt": "A", "States": {{{states}}}}}"#);
        let machine = parse(&Source::json(text)).machine.unwrap();
        let found = longest(&machine, &Bounds::parse(&Value::parse(bounds).unwrap()).unwrap(), 0.5);
        let used = found.used;
        let counts = (used.transitions, used.operations, used.pauses, used.seconds(), found.unbounded.len());
        assert_eq!(counts, expect, "{found:?}");
    }

    const TASK: &str = r#""Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f""#;
    const WAIT: &str = r#""Type": "Wait", "Seconds": 60"#;

    #[test]
    fn ways_through_a_machine() {
        let two = format!(r#""A": {{{TASK}, "Next": "B"}}, "B": {{{WAIT}, "End": true}}"#);
        check(&two, "{}", (2.0, 2.0, 1.0, 60.5, 0));
        check(&two, r#"{"retries": {"A": 2}, "seconds": {"B": 31622401}}"#, (4.0, 5.0, 3.0, 31_622_402.5, 0));
        let choice = format!(
            r#""A": {{"Type": "Choice", "Choices": [{{"Variable": "$.x", "IsPresent": true, "Next": "B"}}], "Default": "C"}},
               "B": {{"Type": "Succeed"}}, "C": {{{TASK}, "Next": "D"}}, "D": {{{TASK}, "Next": "B"}}"#
        );
        check(&choice, "{}", (4.0, 2.0, 0.0, 1.0, 0));
    }

    #[test]
    fn loops_have_bounds_or_are_named() {
        let looped = format!(
            r#""A": {{{TASK}, "Next": "B"}}, "B": {{{WAIT}, "Next": "C"}},
               "C": {{"Type": "Choice", "Choices": [{{"Variable": "$.x", "IsPresent": true, "Next": "D"}}], "Default": "A"}},
               "D": {{"Type": "Succeed"}}"#
        );
        check(&looped, "{}", (4.0, 2.0, 1.0, 60.5, 1));
        check(&looped, r#"{"visits": {"A": 10}}"#, (31.0, 20.0, 10.0, 605.0, 0));
    }

    #[test]
    fn branches_run_together_and_iterations_in_rounds() {
        let branch = format!(r#"{{"StartAt": "X", "States": {{"X": {{{WAIT}, "End": true}}}}}}"#);
        let parallel = format!(
            r#""A": {{"Type": "Parallel", "End": true, "Branches": [{branch}, {}]}}"#,
            branch.replace("\"X\"", "\"Y\"")
        );
        check(&parallel, "{}", (3.0, 2.0, 1.0, 60.0, 0));
        let map =
            format!(r#""A": {{"Type": "Map", "End": true, "MaxConcurrency": 2, "ItemProcessor": {branch}}}"#);
        check(&map, r#"{"items": {"A": 5}}"#, (6.0, 5.0, 3.0, 180.0, 0));
        check(&map, "{}", (2.0, 1.0, 1.0, 60.0, 1));
    }

    #[test]
    fn children_are_executions_of_their_own() {
        let inside = format!(r#""StartAt": "X", "States": {{"X": {{{TASK}, "End": true}}}}"#);
        let map = |fields: &str| {
            format!(
                r#""A": {{"Type": "Map", "End": true, {fields} "ItemProcessor": {{"ProcessorConfig": {{"Mode": "DISTRIBUTED",
                    "ExecutionType": "STANDARD"}}, {inside}}}}}"#
            )
        };
        check(&map(""), r#"{"items": {"A": 500}}"#, (501.0, 1_000.0, 500.0, 0.5, 0));
        let batched = map(r#""ItemBatcher": {"MaxItemsPerBatch": 100},"#);
        check(&batched, r#"{"items": {"A": 500}}"#, (6.0, 10.0, 5.0, 0.5, 0));
    }

    #[test]
    fn an_execution_that_is_waited_for_is_a_job() {
        let start = r#""A": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "End": true,
            "Parameters": {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:m"}}"#;
        check(start, r#"{"seconds": {"A": 6}}"#, (1.0, 4.0, 2.0, 6.5, 0));
    }

    #[test]
    fn jobs_are_polled_less_and_less_often() {
        for (seconds, expect) in [(0.0, 1.0), (4.0, 1.0), (6.0, 2.0), (3_600.0, 27.0), (1e6, 371.0)] {
            assert_eq!(polls(seconds), expect, "{seconds}");
        }
    }
}
