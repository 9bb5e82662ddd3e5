//! [`Visit`]: what is known of a strand's stay in a state.

use asl_engine::{Failure, HaltStage, Handled, Scene};
use asl_model::QueryLanguage;
use asl_value::{Object, Text, Timestamp, Value};

use crate::spot::Spot;

/// What is known of a strand's stay in a state.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The name of the state.
    pub state: Text,
    /// Its query language.
    pub language: QueryLanguage,
    /// 0, and one more for each retry.
    pub attempt: u64,
    /// The number of the halt with which the state began: the place to go back to.
    pub began: u64,
    /// When it began.
    pub since: Timestamp,
    /// Where in the state the strand is.
    pub spot: Spot,
    /// The input.
    pub input: Value,
    /// What the filters have yielded, in this order; the newest of each name.
    pub stages: Vec<(&'static str, Value)>,
    /// The variables that it can read.
    pub variables: Object,
    /// The variables that it sets: known when it is left.
    pub assigned: Object,
    /// The context object.
    pub context: Value,
    /// The last failure of an attempt, and what became of it.
    pub failure: Option<(Failure, Handled)>,
    /// The rule that a Choice has taken: known when it is left.
    pub rule: Option<usize>,
    /// The output: known when it is left.
    pub output: Option<Value>,
    /// The number of the event with which it was entered.
    pub(crate) entered: u64,
}

impl Visit {
    /// A visit that begins.
    pub(crate) fn begun(begun: &asl_engine::Begun<'_>, entered: u64, began: u64, since: Timestamp) -> Visit {
        Visit {
            state: begun.state.clone(),
            language: begun.language,
            attempt: begun.attempt,
            began,
            since,
            spot: if begun.attempt == 0 { Spot::Entry } else { Spot::Again },
            input: begun.input.clone(),
            stages: Vec::new(),
            variables: begun.variables(),
            assigned: Object::new(),
            context: begun.context.clone(),
            failure: None,
            rule: None,
            output: None,
            entered,
        }
    }

    /// Notes how far the state has come.
    pub(crate) fn note(&mut self, stage: &HaltStage<'_>) {
        self.spot = spot(stage);
        match stage {
            HaltStage::Data { name, value } => self.note_stage(name, value),
            HaltStage::Open { name, value, context } => {
                self.note_stage(name, value);
                self.context = context.unwrap_or(&self.context).clone();
            }
            HaltStage::Chosen { rule } => self.rule = *rule,
            HaltStage::Failed { failure, handled } => self.failure = Some(((*failure).clone(), *handled)),
            HaltStage::Left { output, assigned, .. } => {
                self.output = Some((**output).clone());
                self.assigned = (**assigned).clone().unwrap_or_default();
            }
            _ => {}
        }
    }

    fn note_stage(&mut self, name: &'static str, value: &Value) {
        match self.stages.iter_mut().find(|(known, _)| *known == name) {
            Some((_, kept)) => kept.clone_from(value),
            None => self.stages.push((name, value.clone())),
        }
    }

    /// A value by its name: `input`, `output`, or that of a stage.
    pub fn named(&self, name: &str) -> Option<&Value> {
        match name {
            "input" => Some(&self.input),
            "output" => self.output.as_ref(),
            _ => self.stages.iter().find(|(known, _)| *known == name).map(|(_, value)| value),
        }
    }

    /// The result of the state's work, once it is known.
    pub fn result(&self) -> Option<&Value> {
        self.named("result")
    }

    /// The variables as the next state will see them.
    pub fn variables_now(&self) -> Object {
        let mut variables = self.variables.clone();
        variables.extend(self.assigned.iter().map(|(name, value)| (name.clone(), value.clone())));
        variables
    }

    /// What expressions see here. `$` is what the next filter of a JSONPath state reads: the newest value.
    pub fn scene(&self) -> Scene {
        let input = match self.language {
            QueryLanguage::JsonPath => {
                let newest = self.stages.iter().rev().find(|(name, _)| !is_aside(name));
                self.output.as_ref().or(newest.map(|(_, value)| value)).unwrap_or(&self.input)
            }
            QueryLanguage::JsonAta => &self.input,
        };
        let error = self.failure.as_ref().filter(|_| self.spot.is_failure());
        let mut scene = Scene::new(self.language);
        scene.input = input.clone();
        scene.result = self.result().cloned();
        scene.error = error.map(|(failure, _)| failure.output());
        scene.variables = self.variables_now();
        scene.context = self.context.clone();
        scene
    }
}

/// Whether a stage is not on the way of the data from input to output.
fn is_aside(name: &str) -> bool {
    name.starts_with("afterItem")
}

/// The place of a halt.
pub(crate) fn spot(stage: &HaltStage<'_>) -> Spot {
    match stage {
        HaltStage::Begun(begun) if begun.attempt == 0 => Spot::Entry,
        HaltStage::Begun(_) => Spot::Again,
        HaltStage::Data { name, .. } | HaltStage::Open { name, .. } => Spot::Stage(name),
        HaltStage::Chosen { .. } => Spot::Choice,
        HaltStage::Failed { handled: Handled::Retried(_), .. } => Spot::Retry,
        HaltStage::Failed { handled: Handled::Caught(_), .. } => Spot::Catch,
        HaltStage::Failed { .. } => Spot::Fail,
        _ => Spot::Exit,
    }
}
