//! One execution of an invocation: how it starts, [`Start`], and how it ended, [`Ended`].

use asl_engine::{Description, Identity, Report};
use asl_value::{Array, Object, Text, Value};

use crate::trigger::Trigger;

/// What an execution of the main machine is started with.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) trigger: Trigger,
    pub(crate) part: Part,
    /// The name of the execution; `None` for the id of the request.
    pub(crate) name: Option<String>,
    /// The trace header of the execution; `None` for that of the invocation.
    pub(crate) trace_header: Option<Text>,
}

/// The part of an event that an execution gets its input from.
#[derive(Debug)]
pub(crate) enum Part {
    /// An event, or one of its records.
    Event(Value),
    /// All records of an event.
    Records(Array),
    /// An event whose records are read together with the state of their window.
    Window(Object),
}

/// An execution that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) identity: Identity,
    pub(crate) input: Value,
    pub(crate) report: Report,
    pub(crate) trace_header: Option<Text>,
    /// Where it is kept, if it has run out of time and another invocation may go on with it.
    pub(crate) kept: Option<Text>,
}

impl Start {
    pub(crate) fn new(trigger: Trigger, part: Part) -> Start {
        Start { trigger, part, name: None, trace_header: None }
    }
}

impl Ended {
    /// The answer of StartSyncExecution, with or without input and output.
    ///
    /// DEVIATION: no billingDetails, because Step Functions bills nothing for an execution in a function.
    pub(crate) fn envelope(&self, includes_data: bool) -> Object {
        let description = self.description().with_trace_header(self.trace_header.as_deref());
        description.with_execution_data(includes_data).start_sync_execution()
    }

    /// The execution as Step Functions describes it.
    pub(crate) fn description(&self) -> Description<'_> {
        let Ended { identity, input, report, .. } = self;
        Description::of(identity, report.started, input).ended(report.stopped, &report.outcome)
    }
}
