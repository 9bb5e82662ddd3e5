//! The variables that the states of a program read.

use std::collections::{BTreeMap, BTreeSet};

use asl_value::Text;

use crate::Program;
use crate::program::{
    ChoiceStep, FailStep, Items, Machine, MapStep, Quick, Step, StepKind, TaskStep, WaitStep, Waiting,
};
use crate::setting::Setting;

type Visit<'t> = &'t mut dyn FnMut(&Text);

impl Program {
    /// The variables that each state reads, sorted, by the name of the state. States that read none are left out; a
    /// variable that a state only assigns does not count. States of branches and item processors have entries of their
    /// own.
    ///
    /// Source: <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html>
    pub fn variable_references(&self) -> BTreeMap<Text, BTreeSet<Text>> {
        let mut references = BTreeMap::new();
        of_machine(&self.root, &mut references);
        references
    }
}

/// The recursion is bounded: machines nest no deeper than validation lets them.
fn of_machine(machine: &Machine, references: &mut BTreeMap<Text, BTreeSet<Text>>) {
    for step in &machine.states {
        let names = of_state(step);
        if !names.is_empty() {
            references.insert(step.name.clone(), names);
        }
        step.kind.machines().iter().for_each(|machine| of_machine(machine, references));
    }
}

/// The variables that a state itself reads.
pub(crate) fn of_state(step: &Step) -> BTreeSet<Text> {
    let mut names = BTreeSet::new();
    state(step, &mut |name| {
        names.insert(name.clone());
    });
    names
}

fn state(step: &Step, visit: Visit<'_>) {
    step.flow.variables(visit);
    step.assign.iter().for_each(|assign| assign.variables(visit));
    for catcher in &step.recovery.catchers {
        catcher.flow.variables(visit);
        catcher.assign.iter().for_each(|assign| assign.variables(visit));
    }
    match &step.kind {
        StepKind::Waiting(Waiting::Task(task)) => of_task(task, visit),
        StepKind::Quick(Quick::Choice(choice)) => of_choice(choice, visit),
        StepKind::Waiting(Waiting::Wait(WaitStep::Seconds(seconds))) => setting(Some(seconds), visit),
        StepKind::Waiting(Waiting::Wait(WaitStep::Timestamp(at))) => setting(Some(at), visit),
        StepKind::Quick(Quick::Fail(FailStep { error, cause })) => {
            setting(error.as_ref(), visit);
            setting(cause.as_ref(), visit);
        }
        StepKind::Waiting(Waiting::Map(map)) => of_map(map, visit),
        StepKind::Quick(Quick::Pass(_) | Quick::Succeed) | StepKind::Waiting(Waiting::Parallel(_)) => {}
    }
}

fn of_task(task: &TaskStep, visit: Visit<'_>) {
    setting(task.timeout.as_ref(), visit);
    setting(task.heartbeat.as_ref(), visit);
    task.credentials.iter().for_each(|credentials| credentials.variables(visit));
}

fn of_choice(choice: &ChoiceStep, visit: Visit<'_>) {
    for rule in &choice.rules {
        rule.condition.variables(visit);
        rule.flow.variables(visit);
        rule.assign.iter().for_each(|assign| assign.variables(visit));
    }
}

fn of_map(map: &MapStep, visit: Visit<'_>) {
    match &map.items {
        Items::Expr(expr) => expr.variables(visit),
        Items::Template(template) => template.variables(visit),
    }
    map.item_selector.iter().for_each(|selector| selector.variables(visit));
    setting(map.max_concurrency.as_ref(), visit);
    let distributed = &map.distributed;
    setting(distributed.tolerated_count.as_ref(), visit);
    setting(distributed.tolerated_percentage.as_ref(), visit);
    if let Some(reader) = &distributed.reader {
        reader.arguments.iter().for_each(|arguments| arguments.variables(visit));
        setting(reader.max_items.as_ref(), visit);
    }
    let written = distributed.writer.iter().flat_map(|writer| &writer.arguments);
    written.for_each(|arguments| arguments.variables(visit));
    if let Some(batcher) = &distributed.batcher {
        setting(batcher.max_items.as_ref(), visit);
        setting(batcher.max_bytes.as_ref(), visit);
        batcher.batch_input.iter().for_each(|input| input.variables(visit));
    }
}

fn setting<T>(field: Option<&Setting<T>>, visit: Visit<'_>) {
    if let Some(Setting::Expr(expr)) = field {
        expr.variables(visit);
    }
}
