//! [`Invocation`]: what is known of an invocation besides its event.

use std::sync::Arc;

use asl_engine::{Identity, NoObserver, Observer};
use asl_value::Timestamp;

/// What is known of an invocation besides its event.
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
#[non_exhaustive]
pub struct Invocation {
    /// Lambda's id of the request: the name of the execution.
    pub request_id: String,
    /// The ARN that was invoked; its function, account and region are those of the machine.
    pub function_arn: String,
    /// When the execution must have ended, the margin for answering not subtracted.
    pub deadline: Option<Timestamp>,
    /// Who listens to the events of the execution.
    pub observer: Arc<dyn Observer>,
}

impl Invocation {
    /// An invocation of a function called `local`, without a deadline, nobody listening.
    pub fn new(request_id: impl Into<String>) -> Invocation {
        Invocation {
            request_id: request_id.into(),
            function_arn: "arn:aws:lambda:us-east-1:123456789012:function:local".to_owned(),
            deadline: None,
            observer: Arc::new(NoObserver),
        }
    }

    /// Of this function.
    #[must_use]
    pub fn with_function_arn(self, function_arn: impl Into<String>) -> Invocation {
        Invocation { function_arn: function_arn.into(), ..self }
    }

    /// With this deadline.
    #[must_use]
    pub fn with_deadline(self, deadline: Timestamp) -> Invocation {
        Invocation { deadline: Some(deadline), ..self }
    }

    /// With this observer.
    #[must_use]
    pub fn with_observer(self, observer: Arc<dyn Observer>) -> Invocation {
        Invocation { observer, ..self }
    }

    /// Name and ARNs of the execution, made from those of the function.
    ///
    /// `Execution.RoleArn` is a stand-in, `arn:aws:iam::<account>:role/<function>`: a function does not know its role.
    pub fn identity(&self) -> Identity {
        let arn: Vec<&str> = self.function_arn.split(':').collect();
        let ["arn", partition, "lambda", region, account, "function", function, ..] = arn.as_slice() else {
            // The emulator sends `function-arn`.
            return Identity::express(
                "us-east-1",
                "123456789012",
                "local",
                &self.request_id,
                &self.request_id,
            );
        };
        let mut identity = Identity::express(region, account, function, &self.request_id, &self.request_id);
        if *partition != "aws" {
            let arns = [&mut identity.execution_arn, &mut identity.state_machine_arn, &mut identity.role_arn];
            for arn in arns {
                *arn = arn.replacen("arn:aws:", &format!("arn:{partition}:"), 1).into();
            }
        }
        identity
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
        for other in ["function-arn", "", "arn:aws:lambda:x", "a:b:c:d:e:f:g:h"] {
            check(
                other,
                "arn:aws:states:us-east-1:123456789012:stateMachine:local",
                "arn:aws:states:us-east-1:123456789012:express:local:r-1:r-1",
                "arn:aws:iam::123456789012:role/local",
            );
        }
    }
}
