//! One state.

use std::sync::Arc;

use asl_model::{
    Choice, Code, Diagnostic, Fail, Field, Filters, Pass, Pattern, Resource, ResourceKind, State, StateKind,
    States, Task, Transition, Wait, WaitUntil,
};
use asl_query::{Expected, Identity, Site, Yields};
use asl_value::{Pointer, Timestamp, Value};

use super::field::Refused;
use super::{Compiler, Place, target};
use crate::event::TaskKind;
use crate::languages;
use crate::program::{
    ChoiceStep, FailStep, Machine, Next, Quantity, Rule, Step, StepKind, TaskStep, WaitStep,
};
use crate::recovery::Recovery;

impl Compiler {
    /// `None` if something is wrong with it, which has been reported then.
    pub(super) fn state(&mut self, state: &State, states: &States, pointer: &Pointer) -> Option<Step> {
        let query_language = languages::chosen(state.query_language, self.query_language);
        let language = languages::language(query_language, pointer);
        let language = language.map_err(|diagnostic| self.diagnostics.push(*diagnostic)).ok()?;
        let place = Place { pointer, states, query_language, language };
        let parts = match &state.kind {
            StateKind::Pass(pass) => self.pass(place, pass),
            StateKind::Task(task) => self.task(place, task),
            StateKind::Choice(choice) => self.choice(place, choice),
            StateKind::Wait(wait) => self.wait(place, wait),
            StateKind::Succeed(succeed) => {
                let kind = Ok(StepKind::Succeed);
                self.step(
                    place,
                    &succeed.filters,
                    None,
                    kind,
                    Ok(Next::End),
                    Ok(Recovery::default()),
                    Yields::Nothing,
                )
            }
            StateKind::Fail(fail) => self.fail(place, fail),
            StateKind::Parallel(parallel) => {
                let branches_at = pointer.key("Branches");
                let branches: Vec<Option<Machine>> = (parallel.branches.iter().enumerate())
                    .map(|(index, branch)| self.machine(branch, &branches_at.index(index)))
                    .collect();
                let kind = branches.into_iter().collect::<Option<_>>().map(StepKind::Parallel).ok_or(Refused);
                let recovery = self.recovery(place, &parallel.retry, &parallel.catch);
                let next = next(place, &parallel.transition);
                self.step(
                    place,
                    &parallel.filters,
                    parallel.assign.as_ref(),
                    kind,
                    next,
                    recovery,
                    Yields::Result,
                )
            }
            StateKind::Map(map) => {
                let kind = self.map(place, map).map(|step| StepKind::Map(Box::new(step)));
                let recovery = self.recovery(place, &map.retry, &map.catch);
                let next = next(place, &map.transition);
                self.step(place, &map.filters, map.assign.as_ref(), kind, next, recovery, Yields::Result)
            }
        };
        parts.ok().map(|step| Step { name: state.name.clone(), ..step })
    }

    /// Puts a state together. Takes parts that may have been refused, so that all of them are looked at.
    #[expect(clippy::too_many_arguments, reason = "the parts of a state")]
    fn step(
        &mut self,
        place: Place<'_>,
        filters: &Filters,
        assign: Option<&Value>,
        kind: Result<StepKind, Refused>,
        next: Result<Next, Refused>,
        recovery: Result<Recovery, Refused>,
        yields: Yields,
    ) -> Result<Step, Refused> {
        let flow = self.flow(place, filters, yields);
        let site = if yields == Yields::Result { Site::Assign } else { Site::AssignInput };
        let assign = self.template(place, "Assign", assign, site);
        let kind = kind?;
        Ok(Step {
            name: Default::default(),
            query_language: place.query_language,
            is_quick: place.language.is_quick() && !kind.waits(),
            kind,
            flow: flow.ok_or(Refused)?,
            assign: assign?,
            next: next?,
            recovery: recovery?,
        })
    }

    fn pass(&mut self, place: Place<'_>, pass: &Pass) -> Result<Step, Refused> {
        let kind = Ok(StepKind::Pass(pass.result.clone()));
        let next = next(place, &pass.transition);
        let yields = languages::pass_yields(place.query_language);
        self.step(place, &pass.filters, pass.assign.as_ref(), kind, next, Ok(Recovery::default()), yields)
    }

    fn task(&mut self, place: Place<'_>, task: &Task) -> Result<Step, Refused> {
        let kind = self.task_step(place, task).map(|step| StepKind::Task(Box::new(step)));
        let recovery = self.recovery(place, &task.retry, &task.catch);
        let next = next(place, &task.transition);
        self.step(place, &task.filters, task.assign.as_ref(), kind, next, recovery, Yields::Result)
    }

    fn task_step(&mut self, place: Place<'_>, task: &Task) -> Result<TaskStep, Refused> {
        if !self.resources.contains(&task.resource) {
            self.resources.push(task.resource.clone());
        }
        let positive = Expected::Integer { min: 1 };
        let timeout = self.quantity(place, "TimeoutSeconds", task.timeout_seconds.as_ref(), positive);
        let heartbeat = self.quantity(place, "HeartbeatSeconds", task.heartbeat_seconds.as_ref(), positive);
        let credentials = self.template(place, "Credentials", task.credentials.as_ref(), Site::Arguments);
        let (kind, has_token) = task_kind(&task.resource);
        let kind = Arc::new(kind);
        Ok(TaskStep {
            resource: task.resource.clone(),
            kind,
            has_token,
            timeout: timeout?,
            heartbeat: heartbeat?,
            credentials: credentials?,
        })
    }

    fn choice(&mut self, place: Place<'_>, choice: &Choice) -> Result<Step, Refused> {
        let rules_at = place.pointer.key("Choices");
        let mut rules = Vec::with_capacity(choice.choices.len());
        for (index, rule) in choice.choices.iter().enumerate() {
            let pointer = rules_at.index(index);
            let place = Place { pointer: &pointer, ..place };
            let condition = rule.condition.to_value();
            let field = asl_query::Field {
                pointer: &pointer,
                name: "Condition",
                site: Site::Condition,
                expected: Expected::Boolean,
            };
            let condition = self.accept(place, place.language.condition(&condition, &field));
            let assign = self.template(place, "Assign", rule.assign.as_ref(), Site::AssignInput);
            // A rule has its own `Output`; the filters by path are the state's for all of them.
            let filters = Filters { output: rule.output.clone(), ..choice.filters.clone() };
            let flow = self.flow(place, &filters, Yields::Nothing);
            rules.push((condition, assign, flow, target(place.states, &rule.next)));
        }
        let kind = rules.into_iter().map(|(condition, assign, flow, next)| {
            Ok(Rule {
                condition: condition.ok_or(Refused)?,
                flow: flow.ok_or(Refused)?,
                assign: assign?,
                next: next.ok_or(Refused)?,
            })
        });
        let rules: Result<_, Refused> = kind.collect();
        let default =
            choice.default.as_ref().map(|name| target(place.states, name).ok_or(Refused)).transpose();
        let kind = rules.and_then(|rules| Ok(StepKind::Choice(ChoiceStep { rules, default: default? })));
        let recovery = Ok(Recovery::default());
        // Where it goes is the rules' business.
        self.step(
            place,
            &choice.filters,
            choice.assign.as_ref(),
            kind,
            Ok(Next::End),
            recovery,
            Yields::Nothing,
        )
    }

    fn wait(&mut self, place: Place<'_>, wait: &Wait) -> Result<Step, Refused> {
        let kind = match &wait.until {
            WaitUntil::Seconds(seconds) => {
                let expected = Expected::Integer { min: 0 };
                self.quantity(place, "Seconds", Some(seconds), expected)
                    .map(|field| field.map(WaitStep::Seconds))
            }
            WaitUntil::Timestamp(Field::Literal(text)) => match Timestamp::parse(text) {
                Some(time) => Ok(Some(WaitStep::Timestamp(Quantity::Fixed(time)))),
                None => {
                    self.placeholder(place.pointer.key("Timestamp"));
                    Err(Refused)
                }
            },
            WaitUntil::Timestamp(Field::Query(text)) => {
                let name = languages::query_field(place.query_language, "Timestamp");
                let expr = self.scalar(place, &name, text, Site::Scalar, Expected::Timestamp).ok_or(Refused);
                expr.map(|expr| Some(WaitStep::Timestamp(Quantity::Expr(expr))))
            }
        };
        let kind = kind.and_then(|wait| wait.map(StepKind::Wait).ok_or(Refused));
        let next = next(place, &wait.transition);
        self.step(
            place,
            &wait.filters,
            wait.assign.as_ref(),
            kind,
            next,
            Ok(Recovery::default()),
            Yields::Nothing,
        )
    }

    /// Validation has reported a text that is no timestamp, but not a `${Name}` that is to become one.
    fn placeholder(&mut self, place: Pointer) {
        if self.diagnostics.iter().any(|known| known.location == place) {
            return;
        }
        let message = "String does not match RFC3339 timestamp";
        let help = "a `${Name}` must be substituted before the machine can run";
        self.diagnostics.push(Diagnostic::error(Code::INVALID_TIMESTAMP, message, place).help(help));
    }

    fn fail(&mut self, place: Place<'_>, fail: &Fail) -> Result<Step, Refused> {
        let error = self.quantity(place, "Error", fail.error.as_ref(), Expected::String);
        let cause = self.quantity(place, "Cause", fail.cause.as_ref(), Expected::String);
        Ok(Step {
            name: Default::default(),
            query_language: place.query_language,
            is_quick: false,
            kind: StepKind::Fail(FailStep { error: error?, cause: cause? }),
            flow: Arc::new(Identity),
            assign: None,
            next: Next::End,
            recovery: Recovery::default(),
        })
    }
}

fn next(place: Place<'_>, transition: &Transition) -> Result<Next, Refused> {
    match transition {
        Transition::End => Ok(Next::End),
        Transition::Next(name) => target(place.states, name).map(Next::State).ok_or(Refused),
    }
}

/// Which events a task's work has, and whether it has a token.
fn task_kind(resource: &Resource) -> (TaskKind, bool) {
    match resource.kind() {
        ResourceKind::Service { service, action, pattern } => {
            let resource = format!("{action}{}", pattern.suffix()).into();
            let kind = TaskKind::Service { resource_type: service.into(), resource };
            (kind, pattern != Pattern::RequestResponse)
        }
        ResourceKind::Activity { .. } => (TaskKind::Activity { resource: resource.text().clone() }, true),
        _ => (TaskKind::Lambda { resource: resource.text().clone() }, false),
    }
}
