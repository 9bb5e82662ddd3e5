//! [`Identity`]: the names and ARNs of an execution.

use std::sync::LazyLock;

use asl_model::{ExecutionArn, ExecutionRun, MachineArn};
use asl_value::{Object, Text, Timestamp, Value};

/// The names and ARNs of an execution, as `$$.Execution` and `$$.StateMachine` show them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// `$$.Execution.Id`
    pub execution_arn: Text,
    /// `$$.Execution.Name`
    pub execution_name: Text,
    /// `$$.Execution.RoleArn`; empty for none.
    pub role_arn: Text,
    /// `$$.StateMachine.Id`
    pub state_machine_arn: Text,
    /// `$$.StateMachine.Name`
    pub state_machine_name: Text,
    /// The `region` of `TaskScheduled` events.
    pub region: Text,
    /// `$$.Execution.RedriveCount`; recorded: absent in a synchronous Express execution.
    pub redrive_count: Option<u32>,
}

impl Identity {
    /// The identity of the execution that an ARN names, with a stand-in for the role, which no ARN contains.
    ///
    /// The redrive count is 0 for an execution of a STANDARD machine and absent for any other.
    ///
    /// ```
    /// use asl_engine::Identity;
    /// use asl_model::MachineArn;
    /// let machine = MachineArn::new("eu-west-1", "123456789012", "orders");
    /// let identity = Identity::new(machine.execution("run-1")).with_role("arn:aws:iam::123456789012:role/cashier");
    /// assert_eq!(identity.execution_arn, "arn:aws:states:eu-west-1:123456789012:execution:orders:run-1");
    /// ```
    pub fn new(execution: ExecutionArn<'_>) -> Identity {
        let machine = execution.machine;
        Identity {
            execution_arn: execution.to_string().into(),
            execution_name: execution.name.into(),
            role_arn: machine.role().into(),
            state_machine_arn: machine.to_string().into(),
            state_machine_name: machine.name.into(),
            region: machine.region.into(),
            redrive_count: (execution.run == ExecutionRun::Standard).then_some(0),
        }
    }

    /// Sets the role; an empty one means none.
    #[must_use]
    pub fn with_role(self, role_arn: impl Into<Text>) -> Identity {
        Identity { role_arn: role_arn.into(), ..self }
    }

    /// Sets the redrive count.
    #[must_use]
    pub fn with_redrive_count(self, redrive_count: Option<u32>) -> Identity {
        Identity { redrive_count, ..self }
    }

    /// The identity of another execution of the same machine, with the same role.
    #[must_use]
    pub fn with_execution(self, execution: ExecutionArn<'_>) -> Identity {
        Identity {
            execution_arn: execution.to_string().into(),
            execution_name: execution.name.into(),
            ..self
        }
    }

    /// The parts of the ARN of the machine.
    pub fn machine(&self) -> MachineArn<'_> {
        let named = || MachineArn::new(&self.region, "", &self.state_machine_name);
        MachineArn::parse(&self.state_machine_arn).unwrap_or_else(named)
    }

    /// Whether a state machine, an execution or an activity can have this name.
    ///
    /// ```
    /// use asl_engine::Identity;
    /// assert!(Identity::is_name("order-7") && !Identity::is_name("order:7"));
    /// ```
    ///
    /// Source: <https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html>
    pub fn is_name(name: &str) -> bool {
        let forbidden = |c: char| {
            c.is_whitespace()
                || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(c)
                || matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' | '\u{10ffff}')
        };
        (1..=80).contains(&name.chars().count()) && !name.contains(forbidden)
    }

    /// `Execution` and `StateMachine` of the context object.
    pub(crate) fn context(&self, input: &Value, start: Timestamp, redriven: Option<Timestamp>) -> Object {
        // Recorded: null in a test of a single state without a role.
        let role_arn = if self.role_arn.is_empty() { Value::Null } else { Value::from(&self.role_arn) };
        let mut execution = vec![
            ("Id".into(), Value::from(&self.execution_arn)),
            ("Input".into(), input.clone()),
            ("Name".into(), Value::from(&self.execution_name)),
            ("RoleArn".into(), role_arn),
            ("StartTime".into(), Value::from(start.to_millis().to_string())),
        ];
        execution.extend(self.redrive_count.map(|count| ("RedriveCount".into(), Value::from(count))));
        execution
            .extend(redriven.map(|time| ("RedriveTime".into(), Value::from(time.to_millis().to_string()))));
        let machine = vec![
            ("Id".into(), Value::from(&self.state_machine_arn)),
            ("Name".into(), Value::from(&self.state_machine_name)),
        ];
        Object::from_distinct(vec![
            ("Execution".into(), Value::Object(Object::from_distinct(execution))),
            ("StateMachine".into(), Value::Object(Object::from_distinct(machine))),
        ])
    }
}

/// A local execution: region `us-east-1`, account `123456789012`, machine `machine`, name `execution`.
impl Default for Identity {
    fn default() -> Self {
        // Every execution begins with it, although most get another.
        static DEFAULT: LazyLock<Identity> = LazyLock::new(|| {
            Identity::new(MachineArn::new("us-east-1", "123456789012", "machine").execution("execution"))
        });
        DEFAULT.clone()
    }
}
