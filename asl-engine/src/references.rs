//! Which variables the states of a program read.

use std::collections::{BTreeMap, BTreeSet};

use asl_value::Text;

use crate::Program;
use crate::program::{
    ChoiceStep, FailStep, Items, Machine, MapStep, Quick, Step, StepKind, TaskStep, WaitStep, Waiting,
};
use crate::setting::Setting;

type Tell<'t> = &'t mut dyn FnMut(&Text);

impl Program {
    /// The variables that each state reads, by the states' names, sorted; states that read none are left out, and what a
    /// state only assigns does not count. States of branches and item processors stand for themselves.
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

fn state(step: &Step, tell: Tell<'_>) {
    step.flow.variables(tell);
    step.assign.iter().for_each(|assign| assign.variables(tell));
    for catcher in &step.recovery.catchers {
        catcher.flow.variables(tell);
        catcher.assign.iter().for_each(|assign| assign.variables(tell));
    }
    match &step.kind {
        StepKind::Waiting(Waiting::Task(task)) => of_task(task, tell),
        StepKind::Quick(Quick::Choice(choice)) => of_choice(choice, tell),
        StepKind::Waiting(Waiting::Wait(WaitStep::Seconds(seconds))) => setting(Some(seconds), tell),
        StepKind::Waiting(Waiting::Wait(WaitStep::Timestamp(at))) => setting(Some(at), tell),
        StepKind::Quick(Quick::Fail(FailStep { error, cause })) => {
            setting(error.as_ref(), tell);
            setting(cause.as_ref(), tell);
        }
        StepKind::Waiting(Waiting::Map(map)) => of_map(map, tell),
        StepKind::Quick(Quick::Pass(_) | Quick::Succeed) | StepKind::Waiting(Waiting::Parallel(_)) => {}
    }
}

fn of_task(task: &TaskStep, tell: Tell<'_>) {
    setting(task.timeout.as_ref(), tell);
    setting(task.heartbeat.as_ref(), tell);
    task.credentials.iter().for_each(|credentials| credentials.variables(tell));
}

fn of_choice(choice: &ChoiceStep, tell: Tell<'_>) {
    for rule in &choice.rules {
        rule.condition.variables(tell);
        rule.flow.variables(tell);
        rule.assign.iter().for_each(|assign| assign.variables(tell));
    }
}

fn of_map(map: &MapStep, tell: Tell<'_>) {
    match &map.items {
        Items::Expr(expr) => expr.variables(tell),
        Items::Template(template) => template.variables(tell),
    }
    map.item_selector.iter().for_each(|selector| selector.variables(tell));
    setting(map.max_concurrency.as_ref(), tell);
    let distributed = &map.distributed;
    setting(distributed.tolerated_count.as_ref(), tell);
    setting(distributed.tolerated_percentage.as_ref(), tell);
    if let Some(reader) = &distributed.reader {
        reader.arguments.iter().for_each(|arguments| arguments.variables(tell));
        setting(reader.max_items.as_ref(), tell);
    }
    let written = distributed.writer.iter().flat_map(|writer| &writer.arguments);
    written.for_each(|arguments| arguments.variables(tell));
    if let Some(batcher) = &distributed.batcher {
        setting(batcher.max_items.as_ref(), tell);
        setting(batcher.max_bytes.as_ref(), tell);
        batcher.batch_input.iter().for_each(|input| input.variables(tell));
    }
}

fn setting<T>(field: Option<&Setting<T>>, tell: Tell<'_>) {
    if let Some(Setting::Expr(expr)) = field {
        expr.variables(tell);
    }
}
