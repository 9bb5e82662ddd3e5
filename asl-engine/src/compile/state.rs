//! One state.

use std::sync::Arc;

use asl_model::{
    Choice, Code, Diagnostic, Fail, Field, Filters, Parallel, Pattern, Resource, ResourceKind, State,
    StateKind, States, Task, Transition, Wait, WaitUntil,
};
use asl_query::{DataFlow, Expected, PassThrough, Site, Yields};
use asl_value::{Pointer, Text, Timestamp, Value};

use super::field::Refused;
use super::{Compiler, Place, target};
use crate::event::TaskKind;
use crate::languages;
use crate::program::{
    ChoiceStep, FailStep, Machine, Next, Quick, Rule, Step, StepKind, TaskStep, WaitStep, Waiting,
};
use crate::recovery::Recovery;
use crate::setting::Setting;

impl Compiler {
    /// `None` if something is wrong with it, which has then been reported.
    pub(super) fn state(&mut self, state: &State, states: &States, pointer: &Pointer) -> Option<Step> {
        let query_language = languages::chosen(state.query_language, self.query_language);
        let language = languages::language(query_language, pointer);
        let language = language.map_err(|diagnostic| self.diagnostics.push(*diagnostic)).ok()?;
        let place = Place { pointer, states, query_language, language };
        let parts = match &state.kind {
            StateKind::Pass(pass) => StepParts {
                filters: Some(&pass.filters),
                assign: pass.assign.as_ref(),
                yields: languages::pass_yields(query_language),
                ..StepParts::new(Ok(Quick::Pass(pass.result.clone()).into()), next(place, &pass.transition))
            },
            StateKind::Task(task) => self.task(place, task),
            StateKind::Choice(choice) => self.choice(place, choice),
            StateKind::Wait(wait) => self.wait(place, wait),
            StateKind::Succeed(succeed) => StepParts {
                filters: Some(&succeed.filters),
                ..StepParts::new(Ok(Quick::Succeed.into()), Ok(Next::End))
            },
            StateKind::Fail(fail) => StepParts::new(self.fail(place, fail), Ok(Next::End)),
            StateKind::Parallel(parallel) => self.parallel(place, parallel),
            StateKind::Map(map) => {
                let kind = self.map(place, map).map(|step| Waiting::Map(Box::new(step)).into());
                StepParts {
                    filters: Some(&map.filters),
                    assign: map.assign.as_ref(),
                    recovery: self.recovery(place, &map.retry, &map.catch),
                    yields: Yields::Result,
                    ..StepParts::new(kind, next(place, &map.transition))
                }
            }
        };
        self.finish(place, &state.name, parts).ok()
    }

    fn finish(&mut self, place: Place<'_>, name: &Text, parts: StepParts<'_>) -> Result<Step, Refused> {
        let flow = match parts.filters {
            Some(filters) => self.flow(place, filters, parts.yields),
            None => Some(Arc::new(PassThrough) as Arc<dyn DataFlow>),
        };
        let site = if parts.yields == Yields::Result { Site::Assign } else { Site::AssignInput };
        let assign = self.template(place, "Assign", parts.assign, site);
        let kind = parts.kind?;
        Ok(Step {
            name: name.clone(),
            query_language: place.query_language,
            is_quick: place.language.is_quick() && matches!(kind, StepKind::Quick(_)),
            kind,
            flow: flow.ok_or(Refused)?,
            assign: assign?,
            next: parts.next?,
            recovery: parts.recovery?,
        })
    }

    fn task<'s>(&mut self, place: Place<'_>, task: &'s Task) -> StepParts<'s> {
        let kind = self.task_step(place, task).map(|step| Waiting::Task(Box::new(step)).into());
        StepParts {
            filters: Some(&task.filters),
            assign: task.assign.as_ref(),
            recovery: self.recovery(place, &task.retry, &task.catch),
            yields: Yields::Result,
            ..StepParts::new(kind, next(place, &task.transition))
        }
    }

    fn parallel<'s>(&mut self, place: Place<'_>, parallel: &'s Parallel) -> StepParts<'s> {
        let branches_at = place.pointer.key("Branches");
        let branches: Vec<Option<Machine>> = (parallel.branches.iter().enumerate())
            .map(|(index, branch)| self.machine(branch, &branches_at.index(index)))
            .collect();
        let branches = branches.into_iter().collect::<Option<_>>().ok_or(Refused);
        StepParts {
            filters: Some(&parallel.filters),
            assign: parallel.assign.as_ref(),
            recovery: self.recovery(place, &parallel.retry, &parallel.catch),
            yields: Yields::Result,
            ..StepParts::new(
                branches.map(|branches| Waiting::Parallel(branches).into()),
                next(place, &parallel.transition),
            )
        }
    }

    fn task_step(&mut self, place: Place<'_>, task: &Task) -> Result<TaskStep, Refused> {
        if !self.resources.contains(&task.resource) {
            self.resources.push(task.resource.clone());
        }
        let positive = Expected::Integer { min: 1 };
        let timeout = self.setting(place, "TimeoutSeconds", task.timeout_seconds.as_ref(), positive);
        let heartbeat = self.setting(place, "HeartbeatSeconds", task.heartbeat_seconds.as_ref(), positive);
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

    fn choice<'s>(&mut self, place: Place<'_>, choice: &'s Choice) -> StepParts<'s> {
        let rules_at = place.pointer.key("Choices");
        let mut rules = Vec::with_capacity(choice.choices.len());
        for (index, rule) in choice.choices.iter().enumerate() {
            let pointer = rules_at.index(index);
            let place = Place { pointer: &pointer, ..place };
            let condition = rule.condition.to_value();
            let field = asl_query::QueryField::new(&pointer, "Condition", Site::Condition)
                .expecting(Expected::Boolean);
            let condition = self.accept(place, place.language.condition(&condition, &field));
            let assign = self.template(place, "Assign", rule.assign.as_ref(), Site::AssignInput);
            // A rule has its own `Output`, but shares the path filters of the state.
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
        let kind = rules.and_then(|rules| Ok(Quick::Choice(ChoiceStep { rules, default: default? }).into()));
        StepParts {
            filters: Some(&choice.filters),
            assign: choice.assign.as_ref(),
            // The rules say where it goes.
            ..StepParts::new(kind, Ok(Next::End))
        }
    }

    fn wait<'s>(&mut self, place: Place<'_>, wait: &'s Wait) -> StepParts<'s> {
        let kind = match &wait.until {
            WaitUntil::Seconds(seconds) => {
                let expected = Expected::Integer { min: 0 };
                self.setting(place, "Seconds", Some(seconds), expected)
                    .map(|field| field.map(WaitStep::Seconds))
            }
            WaitUntil::Timestamp(Field::Literal(text)) => match Timestamp::parse(text) {
                Some(time) => Ok(Some(WaitStep::Timestamp(Setting::Literal(time)))),
                None => {
                    self.placeholder(place.pointer.key("Timestamp"));
                    Err(Refused)
                }
            },
            WaitUntil::Timestamp(Field::Query(text)) => {
                let name = languages::query_field(place.query_language, "Timestamp");
                let expr = self.scalar(place, &name, text, Site::Scalar, Expected::Timestamp).ok_or(Refused);
                expr.map(|expr| Some(WaitStep::Timestamp(Setting::Expr(expr))))
            }
        };
        let kind = kind.and_then(|wait| Ok(Waiting::Wait(wait.ok_or(Refused)?).into()));
        StepParts {
            filters: Some(&wait.filters),
            assign: wait.assign.as_ref(),
            ..StepParts::new(kind, next(place, &wait.transition))
        }
    }

    /// Validation has reported a text that is not a timestamp, but not a `${Name}` that is to be replaced by one.
    fn placeholder(&mut self, place: Pointer) {
        if self.diagnostics.iter().any(|known| known.location == place) {
            return;
        }
        let message = "String does not match RFC3339 timestamp";
        let help = "a `${Name}` must be substituted before the machine can run";
        self.diagnostics.push(Diagnostic::error(Code::INVALID_TIMESTAMP, message, place).help(help));
    }

    fn fail(&mut self, place: Place<'_>, fail: &Fail) -> Result<StepKind, Refused> {
        let error = self.setting(place, "Error", fail.error.as_ref(), Expected::String);
        let cause = self.setting(place, "Cause", fail.cause.as_ref(), Expected::String);
        Ok(Quick::Fail(FailStep { error: error?, cause: cause? }).into())
    }
}

/// What a state is made of. Parts may have been refused: all of them are compiled before the first refusal counts, so
/// that every problem is reported.
struct StepParts<'s> {
    filters: Option<&'s Filters>,
    assign: Option<&'s Value>,
    kind: Result<StepKind, Refused>,
    next: Result<Next, Refused>,
    recovery: Result<Recovery, Refused>,
    yields: Yields,
}

impl StepParts<'_> {
    /// A state without filters, variables and recovery, whose input passes through.
    fn new(kind: Result<StepKind, Refused>, next: Result<Next, Refused>) -> Self {
        let recovery = Ok(Recovery::default());
        StepParts { filters: None, assign: None, kind, next, recovery, yields: Yields::Nothing }
    }
}

fn next(place: Place<'_>, transition: &Transition) -> Result<Next, Refused> {
    match transition {
        Transition::End => Ok(Next::End),
        Transition::Next(name) => target(place.states, name).map(Next::State).ok_or(Refused),
    }
}

/// Which events the work of a task has, and whether the task has a token.
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
