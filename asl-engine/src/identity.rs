//! [`Identity`]: the names and ARNs of an execution.

use std::sync::LazyLock;

use asl_model::ExecutionType;
use asl_value::{Object, Text, Timestamp, Value};

/// The names of an execution, as `$$.Execution` and `$$.StateMachine` show them.
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
    /// An execution of a STANDARD machine: `arn:aws:states:us-east-1:123456789012:execution:orders:run-1`.
    pub fn standard(region: &str, account: &str, machine: &str, name: &str) -> Identity {
        let states = format!("arn:aws:states:{region}:{account}");
        Identity {
            execution_arn: format!("{states}:execution:{machine}:{name}").into(),
            execution_name: name.into(),
            role_arn: format!("arn:aws:iam::{account}:role/{machine}").into(),
            state_machine_arn: format!("{states}:stateMachine:{machine}").into(),
            state_machine_name: machine.into(),
            region: region.into(),
            redrive_count: Some(0),
        }
    }

    /// A synchronous execution of an EXPRESS machine: `arn:aws:states:…:express:orders:run-1:<id>`.
    pub fn express(region: &str, account: &str, machine: &str, name: &str, id: &str) -> Identity {
        let arn = format!("arn:aws:states:{region}:{account}:express:{machine}:{name}:{id}");
        let standard = Identity::standard(region, account, machine, name);
        Identity { execution_arn: arn.into(), redrive_count: None, ..standard }
    }

    /// A test of one state: `arn:aws:states:us-east-1:123456789012:express:orders:run-1`. Recorded: unlike that of an
    /// EXPRESS execution, the ARN ends with the name.
    pub fn tested(region: &str, account: &str, machine: &str, name: &str) -> Identity {
        let arn = format!("arn:aws:states:{region}:{account}:express:{machine}:{name}");
        let standard = Identity::standard(region, account, machine, name);
        Identity { execution_arn: arn.into(), redrive_count: None, ..standard }
    }

    /// The identity of a child execution of a Map Run, whose machine and type are given. An EXPRESS one takes an `id`.
    pub(crate) fn of_child(
        &self,
        machine_arn: &Text,
        children: ExecutionType,
        name: String,
        id: impl FnOnce() -> String,
    ) -> Identity {
        let arn = match children {
            ExecutionType::Standard => {
                format!("{}:{name}", machine_arn.replacen(":stateMachine:", ":execution:", 1))
            }
            ExecutionType::Express => {
                format!("{}:{name}:{}", machine_arn.replacen(":stateMachine:", ":express:", 1), id())
            }
        };
        let machine_name = machine_arn.rsplit(':').next().unwrap_or_default();
        Identity {
            execution_arn: arn.into(),
            execution_name: name.into(),
            role_arn: self.role_arn.clone(),
            state_machine_arn: machine_arn.clone(),
            state_machine_name: machine_name.into(),
            region: self.region.clone(),
            redrive_count: Some(0),
        }
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
        // Recorded: null in a test of one state without a role.
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
        // Every execution begins with it, most are given another.
        static DEFAULT: LazyLock<Identity> =
            LazyLock::new(|| Identity::standard("us-east-1", "123456789012", "machine", "execution"));
        DEFAULT.clone()
    }
}
