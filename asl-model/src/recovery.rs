//! [`Retrier`] and [`Catcher`]: how a state handles errors.

use asl_value::{Text, Value};

use crate::limits::{ATTEMPTS, DELAY, INTERVAL};
use crate::reader::Fields;
use crate::writer::Members;
use crate::{Code, PathField};

/// An item of `Retry`: `{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 2, "MaxAttempts": 5}`.
///
/// Spec: <https://states-language.net/#retrying-after-error>
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Retrier {
    /// `Comment`
    pub comment: Option<String>,
    /// `ErrorEquals`: the errors that it handles; see [`error_name::matches`](crate::error_name::matches).
    pub error_equals: Vec<Text>,
    /// `IntervalSeconds`: seconds before the first retry; absent means 1.
    pub interval_seconds: Option<u64>,
    /// `MaxAttempts`: retries; absent means 3, 0 never retries.
    pub max_attempts: Option<u64>,
    /// `BackoffRate`: the factor by which the interval grows; absent means 2.0.
    pub backoff_rate: Option<f64>,
    /// `MaxDelaySeconds`: the longest interval, in seconds.
    pub max_delay_seconds: Option<u64>,
    /// `JitterStrategy`; absent means `NONE`.
    pub jitter_strategy: Option<JitterStrategy>,
}

impl Retrier {
    /// A retrier without optional fields.
    pub fn new<T: Into<Text>>(error_equals: impl IntoIterator<Item = T>) -> Retrier {
        Retrier {
            comment: None,
            error_equals: error_equals.into_iter().map(Into::into).collect(),
            interval_seconds: None,
            max_attempts: None,
            backoff_rate: None,
            max_delay_seconds: None,
            jitter_strategy: None,
        }
    }
}

/// `JitterStrategy`: how intervals are randomised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JitterStrategy {
    /// `FULL`: a random time between zero and the interval.
    Full,
    /// `NONE`: the interval itself.
    None,
}

/// An item of `Catch`: `{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Apologise"}`.
///
/// Spec: <https://states-language.net/#fallback-states>
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Catcher {
    /// `Comment`
    pub comment: Option<String>,
    /// `ErrorEquals`: the errors that it handles; see [`error_name::matches`](crate::error_name::matches).
    pub error_equals: Vec<Text>,
    /// `ResultPath` (JSONPath): the place in the state's input where the error output is inserted.
    pub result_path: Option<PathField>,
    /// `Output` (JSONata)
    pub output: Option<Value>,
    /// `Assign`: replaces the `Assign` of the state.
    pub assign: Option<Value>,
    /// `Next`
    pub next: Text,
}

impl Catcher {
    /// A catcher without optional fields.
    pub fn new<T: Into<Text>>(error_equals: impl IntoIterator<Item = T>, next: impl Into<Text>) -> Catcher {
        Catcher {
            comment: None,
            error_equals: error_equals.into_iter().map(Into::into).collect(),
            result_path: None,
            output: None,
            assign: None,
            next: next.into(),
        }
    }
}

const STRATEGIES: [(&str, JitterStrategy); 2] =
    [("NONE", JitterStrategy::None), ("FULL", JitterStrategy::Full)];

impl Retrier {
    pub(crate) fn read_list(fields: &mut Fields<'_, '_>) -> Vec<Retrier> {
        let Some(items) = fields.list("Retry") else { return Vec::new() };
        let retriers = fields.each("Retry", items, |fields| {
            Some(Retrier {
                comment: fields.string("Comment"),
                error_equals: read_error_equals(fields),
                interval_seconds: fields.whole("IntervalSeconds", &INTERVAL),
                max_attempts: fields.whole("MaxAttempts", &ATTEMPTS),
                backoff_rate: fields.number("BackoffRate"),
                max_delay_seconds: fields.whole("MaxDelaySeconds", &DELAY),
                jitter_strategy: fields.word("JitterStrategy", &STRATEGIES),
            })
        });
        // A retrier that could not be read keeps its place, so that the later ones keep theirs.
        retriers.into_iter().map(|retrier| retrier.unwrap_or_else(|| Retrier::new([""; 0]))).collect()
    }

    pub(crate) fn write_list(retriers: &[Retrier], members: &mut Members) {
        members.list("Retry", retriers.iter().map(Retrier::to_value));
    }

    fn to_value(&self) -> Value {
        let mut members = Members::default();
        members.maybe("Comment", self.comment.as_ref());
        members.put("ErrorEquals", self.error_equals.iter().collect::<Value>());
        members.maybe("IntervalSeconds", self.interval_seconds);
        members.maybe("MaxAttempts", self.max_attempts);
        members.maybe("BackoffRate", self.backoff_rate);
        members.maybe("MaxDelaySeconds", self.max_delay_seconds);
        let strategy = STRATEGIES.iter().find(|(_, strategy)| Some(*strategy) == self.jitter_strategy);
        members.maybe("JitterStrategy", strategy.map(|(word, _)| *word));
        members.into_value()
    }
}

impl Catcher {
    pub(crate) fn read_list(fields: &mut Fields<'_, '_>) -> Vec<Catcher> {
        let Some(items) = fields.list("Catch") else {
            if fields.has("Catch") {
                fields.lose_transition();
            }
            return Vec::new();
        };
        let catchers = fields.each("Catch", items, |fields| {
            fields.require(&["Next"]);
            let next = fields.text("Next");
            let error_equals = read_error_equals(fields);
            let comment = fields.string("Comment");
            let result_path = fields.path("ResultPath");
            let output = fields.any("Output");
            let assign = fields.assign();
            if next.is_none() {
                fields.lose_transition();
            }
            Some(Catcher {
                comment,
                error_equals,
                result_path,
                output,
                assign,
                next: next.unwrap_or_default(),
            })
        });
        catchers.into_iter().map(|catcher| catcher.unwrap_or_else(|| Catcher::new([""; 0], ""))).collect()
    }

    pub(crate) fn write_list(catchers: &[Catcher], members: &mut Members) {
        members.list("Catch", catchers.iter().map(Catcher::to_value));
    }

    fn to_value(&self) -> Value {
        let mut members = Members::default();
        members.maybe("Comment", self.comment.as_ref());
        members.put("ErrorEquals", self.error_equals.iter().collect::<Value>());
        members.path("ResultPath", &self.result_path);
        members.maybe("Output", self.output.as_ref());
        members.maybe("Assign", self.assign.as_ref());
        members.put("Next", &self.next);
        members.into_value()
    }
}

fn read_error_equals(fields: &mut Fields<'_, '_>) -> Vec<Text> {
    if !fields.require(&["ErrorEquals"]) {
        fields.lose();
    }
    if let Some(items) = fields.get("ErrorEquals").and_then(Value::as_array)
        && items.is_empty()
    {
        fields.error_at("ErrorEquals", Code::EMPTY, "Value cannot be empty");
    }
    fields.texts("ErrorEquals").unwrap_or_default()
}
