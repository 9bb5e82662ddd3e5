//! [`Invocation`]: what an invocation has besides its event.

use std::sync::Arc;

use asl_engine::{Identity, NoObserver, Observer};
use asl_model::{Arn, MachineArn};
use asl_value::{Text, Timestamp, Value};

/// Takes the lines of a log, each a JSON document.
pub type LineSink = Arc<dyn Fn(&Value) + Send + Sync>;

/// What an invocation has besides its event: the id of the request, the ARN of the function, its deadline, and where
/// log and events go.
///
/// [`serve`](fn@crate::serve) makes one for each invocation; make one yourself for [`handle`](fn@crate::handle) and
/// [`local::run_once`](crate::local::run_once). Without a deadline, only the limits of the execution end it.
///
/// ```
/// use asl_lambda::Invocation;
/// let invocation = Invocation::new("8476a536-e9f4-11e8-9739-2dfe598c3fcd")
///     .with_function_arn("arn:aws:lambda:eu-west-1:123456789012:function:orders:live");
/// let identity = invocation.identity();
/// assert_eq!(identity.state_machine_arn, "arn:aws:states:eu-west-1:123456789012:stateMachine:orders");
/// assert_eq!(identity.execution_name, "8476a536-e9f4-11e8-9739-2dfe598c3fcd");
/// ```
#[derive(Clone)]
pub struct Invocation {
    /// The id of the request, which is also the name of the execution.
    pub(crate) request_id: String,
    /// The ARN that was invoked. The names of the machine are made of its function, account and region.
    pub(crate) function_arn: String,
    /// The deadline of the invocation. Executions end earlier, by the margin for answering.
    pub(crate) deadline: Option<Timestamp>,
    /// The `X-Amzn-Trace-Id` header of the trace that it belongs to.
    pub(crate) trace_header: Option<Text>,
    /// Receives the events of the executions that the event starts.
    pub(crate) observer: Arc<dyn Observer>,
    /// Receives the lines of the log; `None` to write no log.
    pub(crate) log: Option<LineSink>,
    /// The number of concurrent executions; `None` for the concurrency of an inline Map.
    pub(crate) at_a_time: Option<usize>,
}

impl Invocation {
    /// An invocation of a function called `local`, without deadline, trace, observer and log.
    pub fn new(request_id: impl Into<String>) -> Invocation {
        Invocation {
            request_id: request_id.into(),
            function_arn: "arn:aws:lambda:us-east-1:123456789012:function:local".to_owned(),
            deadline: None,
            trace_header: None,
            observer: Arc::new(NoObserver),
            log: None,
            at_a_time: None,
        }
    }

    /// Sets the ARN that was invoked, or the name of the function if nobody knows its ARN.
    #[must_use]
    pub fn with_function_arn(self, function_arn: impl Into<String>) -> Invocation {
        Invocation { function_arn: function_arn.into(), ..self }
    }

    /// Sets the deadline of the invocation. Executions end earlier, by [`Config::margin`](crate::Config::margin).
    #[must_use]
    pub fn with_deadline(self, deadline: Timestamp) -> Invocation {
        Invocation { deadline: Some(deadline), ..self }
    }

    /// Sets the observer, which receives the events of the executions that the event starts.
    #[must_use]
    pub fn with_observer(self, observer: Arc<dyn Observer>) -> Invocation {
        Invocation { observer, ..self }
    }

    /// Sets the trace, an `X-Amzn-Trace-Id` header.
    #[must_use]
    pub fn with_trace_header(self, header: impl Into<Text>) -> Invocation {
        Invocation { trace_header: Some(header.into()), ..self }
    }

    /// Sets the log.
    #[must_use]
    pub fn with_log(self, log: LineSink) -> Invocation {
        Invocation { log: Some(log), ..self }
    }

    /// Runs executions one after another, so that the observer receives the events of each without interleaving.
    pub(crate) fn one_after_the_other(self) -> Invocation {
        Invocation { at_a_time: Some(1), ..self }
    }

    /// Name and ARNs of the execution, made from those of the function.
    ///
    /// `Execution.RoleArn` is a stand-in, `arn:aws:iam::<account>:role/<function>`: a function does not know its role.
    pub fn identity(&self) -> Identity {
        self.identity_of(None, &self.request_id, &self.request_id)
    }

    /// The identity of another execution of the same machine; the two share most of their texts.
    pub(crate) fn identity_named(&self, identity: &Identity, name: &str) -> Identity {
        identity.clone().with_execution(identity.machine().express(name, &self.request_id))
    }

    /// The identity of an execution of this name: of the function's main machine, or of another one that is named.
    pub(crate) fn identity_of(&self, machine: Option<&str>, name: &str, id: &str) -> Identity {
        let main = self.machine();
        let named = MachineArn { name: machine.unwrap_or(main.name), ..main };
        let identity = Identity::new(named.express(name, id));
        if machine.is_some() { identity.with_role(main.role()) } else { identity }
    }

    /// The main machine, which has the name of the function.
    pub(crate) fn machine(&self) -> MachineArn<'_> {
        let arn = Arn::parse(&self.function_arn).filter(|arn| arn.service == "lambda");
        match arn.map(|arn| (arn, arn.kind())) {
            Some((arn, ("function", name))) if !name.is_empty() => MachineArn {
                partition: arn.partition,
                ..MachineArn::new(arn.region, arn.account, name.split(':').next().unwrap_or(name))
            },
            // An emulator does not know the ARN.
            _ => MachineArn::new("us-east-1", "123456789012", "local"),
        }
    }
}

impl std::fmt::Debug for Invocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invocation")
            .field("request_id", &self.request_id)
            .field("function_arn", &self.function_arn)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(function_arn: &str, machine: &str, execution: &str, role: &str) {
        let identity = Invocation::new("r-1").with_function_arn(function_arn).identity();
        assert_eq!(identity.state_machine_arn, machine);
        assert_eq!(identity.execution_arn, execution);
        assert_eq!(identity.role_arn, role);
        assert_eq!((identity.execution_name.as_str(), identity.redrive_count), ("r-1", None));
    }

    #[test]
    fn names_come_from_the_function() {
        check(
            "arn:aws:lambda:eu-west-1:111122223333:function:orders:live",
            "arn:aws:states:eu-west-1:111122223333:stateMachine:orders",
            "arn:aws:states:eu-west-1:111122223333:express:orders:r-1:r-1",
            "arn:aws:iam::111122223333:role/orders",
        );
        check(
            "arn:aws-cn:lambda:cn-north-1:111122223333:function:orders",
            "arn:aws-cn:states:cn-north-1:111122223333:stateMachine:orders",
            "arn:aws-cn:states:cn-north-1:111122223333:express:orders:r-1:r-1",
            "arn:aws-cn:iam::111122223333:role/orders",
        );
        for other in ["function-arn", "orders", "", "arn:aws:lambda:x", "a:b:c:d:e:f:g:h"] {
            check(
                other,
                "arn:aws:states:us-east-1:123456789012:stateMachine:local",
                "arn:aws:states:us-east-1:123456789012:express:local:r-1:r-1",
                "arn:aws:iam::123456789012:role/local",
            );
        }
    }
}
