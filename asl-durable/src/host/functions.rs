//! [`Functions`]: which durable function runs which state machine.

use asl_model::MachineArn;
use asl_value::Text;

/// Which durable function runs which state machine: for tasks that start executions, and for the children of
/// distributed Maps.
///
/// ```
/// use asl_durable::Functions;
/// let functions = Functions::default()
///     .with_own("arn:aws:lambda:eu-west-1:123456789012:function:orders:7")
///     .with_machine("billing", "arn:aws:lambda:eu-west-1:123456789012:function:billing:live");
/// let billing = functions.of_machine("arn:aws:states:eu-west-1:123456789012:stateMachine:billing");
/// assert_eq!(billing.unwrap(), "arn:aws:lambda:eu-west-1:123456789012:function:billing:live");
/// assert!(functions.of_machine("arn:aws:states:eu-west-1:123456789012:stateMachine:other").is_none());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Functions {
    own: Option<Text>,
    machines: Vec<(Text, Text)>,
}

impl Functions {
    /// The function that is invoked now, with its version or alias. It runs the children of distributed Maps; without it,
    /// they run in the execution of their parent.
    #[must_use]
    pub fn with_own(self, function: impl Into<Text>) -> Functions {
        Functions { own: Some(function.into()), ..self }
    }

    /// The function that runs a machine, which is given by its ARN or its name. Step Functions starts the executions of
    /// all other machines.
    #[must_use]
    pub fn with_machine(mut self, machine: impl Into<Text>, function: impl Into<Text>) -> Functions {
        let machine = machine.into();
        self.machines.retain(|(known, _)| *known != machine);
        self.machines.push((machine, function.into()));
        self
    }

    /// The function that runs the children of distributed Maps.
    pub fn own(&self) -> Option<&Text> {
        self.own.as_ref()
    }

    /// The function that runs the machine with this ARN: by its ARN as it is written, else by its name.
    pub fn of_machine(&self, arn: &str) -> Option<&Text> {
        let of = |name: &str| {
            let found = self.machines.iter().find(|(machine, _)| *machine == *name);
            found.map(|(_, function)| function)
        };
        of(arn).or_else(|| of(MachineArn::parse(arn)?.name))
    }
}
