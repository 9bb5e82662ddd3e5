//! One execution of an invocation: how it starts, [`Start`], and how it ended, [`Ended`].

use asl_engine::{Identity, Report};
use asl_value::{Array, Object, Text, Value};

use crate::envelope::Envelope;
use crate::trigger::Trigger;

/// What an execution of the main machine is started with.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) trigger: Trigger,
    pub(crate) part: Part,
    /// The execution's name; the request's id if there is none.
    pub(crate) name: Option<String>,
    /// The execution's trace header; that of the invocation if there is none.
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
}

impl Start {
    pub(crate) fn new(trigger: Trigger, part: Part) -> Start {
        Start { trigger, part, name: None, trace_header: None }
    }
}

impl Ended {
    /// The answer of StartSyncExecution, with or without input and output.
    pub(crate) fn envelope(&self, includes_data: bool) -> Object {
        Envelope { ended: self, trace_header: self.trace_header.as_ref(), includes_data }.to_object()
    }
}
