//! [`Description`]: an execution as AWS describes it.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html>

mod map_result;

use asl_model::{Arn, Pattern, error_name};
use asl_value::{Object, Text, Timestamp, Value, json};

use crate::{Failure, Identity, Outcome};

/// A running or ended execution, in one of the forms in which AWS describes executions.
///
/// It is for hosts that keep executions and are asked for them. The forms differ in the names of members, in the format
/// of dates, and in what an execution that failed shows.
///
/// ```
/// use asl_engine::{Description, Identity, Outcome};
/// use asl_model::MachineArn;
/// use asl_value::{json, Timestamp};
///
/// let machine = MachineArn::new("eu-west-1", "123456789012", "orders");
/// let identity = Identity::new(machine.execution("run-1"));
/// let (input, outcome) = (json!({"n": 1}), Outcome::Succeeded(json!(2)));
/// let started = Timestamp::from_epoch_millis(1_457_956_800_500);
/// let description = Description::of(&identity, started, &input).ended(started, &outcome);
/// assert_eq!(
///     description.start_sync_execution(),
///     *json!({
///         "executionArn": "arn:aws:states:eu-west-1:123456789012:execution:orders:run-1",
///         "stateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:orders",
///         "name": "run-1", "status": "SUCCEEDED", "startDate": 1457956800.5, "stopDate": 1457956800.5,
///         "input": "{\"n\":1}", "inputDetails": {"included": true},
///         "output": "2", "outputDetails": {"included": true}
///     }).as_object().unwrap()
/// );
/// ```
#[derive(Debug, Clone)]
pub struct Description<'a> {
    execution_arn: &'a str,
    state_machine_arn: &'a str,
    name: &'a str,
    started: Timestamp,
    ended: Option<(Timestamp, &'a Outcome)>,
    input: &'a Value,
    input_text: Option<&'a str>,
    version_arn: Option<&'a str>,
    alias_arn: Option<&'a str>,
    map_run_arn: Option<&'a str>,
    trace_header: Option<&'a str>,
    redrive: Option<Redrive<'a>>,
    includes_data: bool,
    hides_timeout: bool,
    is_pending: bool,
}

#[derive(Debug, Clone, Copy)]
struct Redrive<'a> {
    count: u32,
    date: Option<Timestamp>,
    status: RedriveStatus<'a>,
}

/// Whether an execution can be redriven: `redriveStatus` and `redriveStatusReason`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedriveStatus<'a> {
    /// `REDRIVABLE`
    Redrivable,
    /// `REDRIVABLE_BY_MAP_RUN`: a child execution, which is redriven together with its parent.
    RedrivableByMapRun,
    /// `NOT_REDRIVABLE`, and why.
    NotRedrivable(&'a str),
}

impl RedriveStatus<'static> {
    /// The status of an execution that succeeded (recorded).
    pub const SUCCEEDED: RedriveStatus<'static> =
        RedriveStatus::NotRedrivable("Execution is SUCCEEDED and cannot be redriven");

    /// The status of an execution whose history has no room for another run (documented).
    pub const HISTORY_FULL: RedriveStatus<'static> =
        RedriveStatus::NotRedrivable("Execution history event limit exceeded");
}

impl<'a> RedriveStatus<'a> {
    /// The status and its reason.
    fn texts(self) -> (&'static str, Option<&'a str>) {
        match self {
            RedriveStatus::Redrivable => ("REDRIVABLE", None),
            RedriveStatus::RedrivableByMapRun => ("REDRIVABLE_BY_MAP_RUN", None),
            RedriveStatus::NotRedrivable(reason) => ("NOT_REDRIVABLE", Some(reason)),
        }
    }
}

/// How dates are written.
type WriteDate = fn(Timestamp) -> Value;

const IN_SECONDS: WriteDate = |date| date.epoch_seconds().into();
const IN_MILLIS: WriteDate = |date| date.epoch_millis().into();

/// Members with the names of the API, each once.
type Members = Vec<(&'static str, Value)>;

impl<'a> Description<'a> {
    /// A running execution, which shows its input and output.
    pub fn new(
        execution_arn: &'a str,
        state_machine_arn: &'a str,
        name: &'a str,
        started: Timestamp,
        input: &'a Value,
    ) -> Description<'a> {
        Description {
            execution_arn,
            state_machine_arn,
            name,
            started,
            ended: None,
            input,
            input_text: None,
            version_arn: None,
            alias_arn: None,
            map_run_arn: None,
            trace_header: None,
            redrive: None,
            includes_data: true,
            hides_timeout: false,
            is_pending: false,
        }
    }

    /// A running execution of this identity.
    pub fn of(identity: &'a Identity, started: Timestamp, input: &'a Value) -> Description<'a> {
        let Identity { execution_arn, state_machine_arn, execution_name, .. } = identity;
        Description::new(execution_arn, state_machine_arn, execution_name, started, input)
    }

    /// The execution has ended, with this outcome.
    #[must_use]
    pub fn ended(self, stopped: Timestamp, outcome: &'a Outcome) -> Description<'a> {
        Description { ended: Some((stopped, outcome)), ..self }
    }

    /// Shows the input as it was sent. An output that is the unchanged input is shown in the same way (recorded).
    #[must_use]
    pub fn with_input_text(self, text: &'a str) -> Description<'a> {
        Description { input_text: Some(text), ..self }
    }

    /// The execution was started as this version of its machine, through this alias.
    #[must_use]
    pub fn started_as(self, version_arn: Option<&'a str>, alias_arn: Option<&'a str>) -> Description<'a> {
        Description { version_arn, alias_arn, ..self }
    }

    /// The execution is a child of this Map Run.
    #[must_use]
    pub fn with_map_run(self, arn: Option<&'a str>) -> Description<'a> {
        Description { map_run_arn: arn, ..self }
    }

    /// The execution is part of this trace.
    #[must_use]
    pub fn with_trace_header(self, header: Option<&'a str>) -> Description<'a> {
        Description { trace_header: header, ..self }
    }

    /// The execution was redriven `count` times, the last time at `date`.
    #[must_use]
    pub fn with_redrive(
        self,
        count: u32,
        date: Option<Timestamp>,
        status: RedriveStatus<'a>,
    ) -> Description<'a> {
        Description { redrive: Some(Redrive { count, date, status }), ..self }
    }

    /// The execution is the child of a Map Run and waits to be redriven: `PENDING_REDRIVE`.
    #[must_use]
    pub fn pending_redrive(self) -> Description<'a> {
        Description { is_pending: true, ..self }
    }

    /// Shows or hides input and output, as `includedData` asks for them.
    #[must_use]
    pub fn with_execution_data(self, included: bool) -> Description<'a> {
        Description { includes_data: included, ..self }
    }

    /// Leaves out the error and the cause of an EXPRESS execution that timed out, too, as those of a STANDARD one.
    #[must_use]
    pub fn without_timeout(self) -> Description<'a> {
        Description { hides_timeout: true, ..self }
    }

    /// The response of `DescribeExecution`: dates in seconds, input and output as JSON texts.
    pub fn describe_execution(&self) -> Object {
        self.described(IN_SECONDS).into_iter().collect()
    }

    /// The response of `StartSyncExecution`, except for `billingDetails`.
    ///
    /// UNRECORDED: whether an EXPRESS execution that timed out shows its error; here it does.
    pub fn start_sync_execution(&self) -> Object {
        let mut members = self.members(IN_SECONDS);
        // Recorded: also of an execution that failed and has none.
        members.push(("outputDetails", self.included()));
        members.extend(self.failure(self.hides_timeout));
        members.into_iter().collect()
    }

    /// The `detail` of an event about a changed status: dates in milliseconds, `null` for what the execution does not
    /// have (recorded), and no payload that is too large.
    ///
    /// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html>
    pub fn event_bridge(&self) -> Object {
        const MEMBERS: [&str; 18] = [
            "executionArn",
            "stateMachineArn",
            "name",
            "status",
            "startDate",
            "stopDate",
            "input",
            "output",
            "stateMachineVersionArn",
            "stateMachineAliasArn",
            "redriveCount",
            "redriveDate",
            "redriveStatus",
            "redriveStatusReason",
            "inputDetails",
            "outputDetails",
            "error",
            "cause",
        ];
        let mut known: Object = self.described(IN_MILLIS).into_iter().collect();
        leave_out_too_large(&mut known);
        MEMBERS.iter().map(|name| (*name, known.get(name).cloned().unwrap_or_default())).collect()
    }

    /// The result of a `states:startExecution` task that waited for the execution: members in PascalCase, sorted, dates
    /// in milliseconds; with `.sync:2` input and output are values instead of texts.
    ///
    /// # Errors
    /// `States.TaskFailed` if the execution has no output; the cause is the description.
    pub fn task_result(&self, pattern: Pattern) -> Result<Value, Failure> {
        let mut members = self.described(IN_MILLIS);
        let Some(output) = self.output() else {
            members
                .retain(|(name, _)| !["redriveCount", "redriveStatus", "redriveStatusReason"].contains(name));
            return Err(Failure::new(error_name::TASK_FAILED, in_pascal_case(members).to_json()));
        };
        if pattern == Pattern::Sync2 {
            for (name, value) in &mut members {
                match *name {
                    "input" => *value = self.input.clone(),
                    "output" => *value = output.clone(),
                    _ => {}
                }
            }
        }
        Ok(in_pascal_case(members))
    }

    fn output(&self) -> Option<&'a Value> {
        self.ended.and_then(|(_, outcome)| outcome.output())
    }

    /// The members of `DescribeExecution`.
    fn described(&self, date: WriteDate) -> Members {
        let mut members = self.members_with_output(date);
        // Recorded: a STANDARD execution that timed out has neither error nor cause.
        members.extend(self.failure(self.hides_timeout || !self.is_express()));
        members
    }

    /// The members of `DescribeExecution` without error and cause.
    fn members_with_output(&self, date: WriteDate) -> Members {
        let mut members = self.members(date);
        if self.output().is_some() {
            members.push(("outputDetails", self.included()));
        }
        members
    }

    fn is_express(&self) -> bool {
        Arn::parse(self.execution_arn).is_some_and(|arn| arn.kind().0 == "express")
    }

    /// The members that all forms have in common.
    fn members(&self, date: WriteDate) -> Members {
        let status = match self.ended {
            _ if self.is_pending => "PENDING_REDRIVE",
            Some((_, outcome)) => outcome.status(),
            None => "RUNNING",
        };
        let mut members = vec![
            ("executionArn", self.execution_arn.into()),
            ("stateMachineArn", self.state_machine_arn.into()),
            ("name", self.name.into()),
            ("status", status.into()),
            ("startDate", date(self.started)),
        ];
        members.extend(self.ended.map(|(stopped, _)| ("stopDate", date(stopped))));
        let data = |value| self.includes_data.then(|| self.text(value).into());
        members.extend(data(self.input).map(|input| ("input", input)));
        members.push(("inputDetails", self.included()));
        let links = [
            ("stateMachineVersionArn", self.version_arn),
            ("stateMachineAliasArn", self.alias_arn),
            ("traceHeader", self.trace_header),
            ("mapRunArn", self.map_run_arn),
        ];
        members.extend(links.into_iter().filter_map(|(name, link)| Some((name, link?.into()))));
        members.extend(self.redrive.iter().flat_map(|redrive| redrive.members(date)));
        members.extend(self.output().and_then(data).map(|output| ("output", output)));
        members
    }

    fn text(&self, value: &Value) -> Text {
        self.input_text.filter(|_| value.same(self.input)).map_or_else(|| value.to_json().into(), Text::from)
    }

    fn included(&self) -> Value {
        json!({"included": self.includes_data})
    }

    fn failure(&self, hides_timeout: bool) -> Members {
        let outcome = self.ended.map(|(_, outcome)| outcome);
        let outcome = outcome.filter(|outcome| !(hides_timeout && matches!(outcome, Outcome::TimedOut(_))));
        let failure = outcome.and_then(Outcome::failure);
        let parts = failure.map(|failure| [("error", &failure.error), ("cause", &failure.cause)]);
        let parts = parts.into_iter().flatten();
        parts.filter_map(|(name, part)| Some((name, part.as_ref()?.into()))).collect()
    }
}

impl Redrive<'_> {
    fn members(&self, date: WriteDate) -> Members {
        let (status, reason) = self.status.texts();
        let mut members = vec![("redriveCount", self.count.into())];
        members.extend(self.date.map(|redriven| ("redriveDate", date(redriven))));
        members.push(("redriveStatus", status.into()));
        members.extend(reason.map(|reason| ("redriveStatusReason", reason.into())));
        members
    }
}

/// Documented: the input is left out if it is too large together with the output; so is an output that is too large
/// alone.
fn leave_out_too_large(members: &mut Object) {
    /// Bytes of input and output together, as JSON strings.
    const MOST_BYTES: usize = 248 << 10;
    for last in ["input", "output"] {
        let bytes = |name| members.get(name).map_or(0, |text| text.to_json().len());
        if bytes("input") + bytes("output") > MOST_BYTES {
            members.insert(last, Value::Null);
            members.insert(format!("{last}Details"), json!({"included": false}));
        }
    }
}

/// Converts the names of members to PascalCase and sorts them, including those of inner objects.
fn in_pascal_case(members: impl IntoIterator<Item = (impl AsRef<str>, Value)>) -> Value {
    let mut members: Vec<(String, Value)> = members
        .into_iter()
        .map(|(name, value)| {
            let mut letters = name.as_ref().chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            (first.into_iter().chain(letters).collect(), value)
        })
        .collect();
    for (name, value) in &mut members {
        if let Value::Object(inner) = value
            && name.ends_with("Details")
        {
            *value = in_pascal_case(inner.clone());
        }
    }
    members.sort_by(|(one, _), (other, _)| one.cmp(other));
    Value::Object(members.into_iter().collect())
}

#[cfg(test)]
mod tests;
