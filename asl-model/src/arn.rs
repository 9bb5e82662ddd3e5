//! [`Arn`], and the two ARNs of Step Functions that this workspace forms: [`MachineArn`] and [`ExecutionArn`].

use std::fmt;

/// An Amazon Resource Name, `arn:partition:service:region:account:resource`, as its six parts.
///
/// It borrows from the text. The parts are not validated; region and account are often empty.
///
/// ```
/// use asl_model::Arn;
/// let arn = Arn::parse("arn:aws:lambda:eu-west-1:123456789012:function:orders:live").unwrap();
/// assert_eq!((arn.service, arn.region, arn.kind()), ("lambda", "eu-west-1", ("function", "orders:live")));
/// assert_eq!(arn.sibling("function:refunds"), "arn:aws:lambda:eu-west-1:123456789012:function:refunds");
/// ```
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: &'a str,
    /// `states`, `lambda`.
    pub service: &'a str,
    /// `eu-west-1`
    pub region: &'a str,
    /// `123456789012`
    pub account: &'a str,
    /// Everything after the account, colons included: `stateMachine:orders:7`.
    pub resource: &'a str,
}

/// The ARN of a state machine, of a version or an alias of one, or of the child executions of a distributed Map.
///
/// ```
/// use asl_model::MachineArn;
/// let machine = MachineArn::parse("arn:aws:states:eu-west-1:123456789012:stateMachine:orders:live").unwrap();
/// assert_eq!((machine.name, machine.qualifier), ("orders", Some("live")));
/// assert_eq!(
///     machine.execution("run-1").to_string(),
///     "arn:aws:states:eu-west-1:123456789012:execution:orders:run-1"
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MachineArn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: &'a str,
    /// `eu-west-1`
    pub region: &'a str,
    /// `123456789012`
    pub account: &'a str,
    /// `orders`; `orders/label` for the child executions of a distributed Map.
    pub name: &'a str,
    /// A version's number or the name of an alias.
    pub qualifier: Option<&'a str>,
}

/// The ARN of an execution, which contains that of its machine.
///
/// ```
/// use asl_model::{ExecutionArn, MachineArn};
/// let arn = "arn:aws:states:eu-west-1:123456789012:express:orders:run-1:7b1c0d2e-5f64-4a0b-9c3d-2e1f00a9b8c7";
/// let execution = ExecutionArn::parse(arn).unwrap();
/// assert_eq!((execution.machine.name, execution.name), ("orders", "run-1"));
/// assert_eq!(execution.machine, MachineArn::new("eu-west-1", "123456789012", "orders"));
/// assert_eq!(execution.to_string(), arn);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExecutionArn<'a> {
    /// The machine, without a qualifier.
    pub machine: MachineArn<'a>,
    /// The execution's name.
    pub name: &'a str,
    /// What follows the name.
    pub run: ExecutionRun<'a>,
}

/// How the ARN of an execution begins and ends, which depends on what it is an execution of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExecutionRun<'a> {
    /// `execution:machine:name`: of a STANDARD machine.
    Standard,
    /// `express:machine:name:id`: of an EXPRESS machine, where several executions may have one name.
    Express {
        /// A UUID.
        id: &'a str,
    },
    /// `express:machine:name`: recorded for the test of one state.
    Tested,
}

impl<'a> Arn<'a> {
    /// Splits a text that begins with `arn:` and has all six parts; `None` for any other.
    pub fn parse(text: &'a str) -> Option<Arn<'a>> {
        let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
        Some(Arn {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        })
    }

    /// The resource up to its first colon, and the rest: `("stateMachine", "orders:7")`. Without a colon the rest is
    /// empty.
    pub fn kind(&self) -> (&'a str, &'a str) {
        self.resource.split_once(':').unwrap_or((self.resource, ""))
    }

    /// The ARN of another resource of the same service, region and account.
    pub fn sibling(&self, resource: impl fmt::Display) -> String {
        let Arn { partition, service, region, account, .. } = self;
        format!("arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Arn { partition, service, region, account, resource } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

impl<'a> MachineArn<'a> {
    /// A machine in the partition `aws`, unqualified.
    pub const fn new(region: &'a str, account: &'a str, name: &'a str) -> MachineArn<'a> {
        MachineArn { partition: "aws", region, account, name, qualifier: None }
    }

    /// Takes the ARN of a machine apart; `None` for any other text.
    pub fn parse(text: &'a str) -> Option<MachineArn<'a>> {
        let arn = Arn::parse(text)?;
        match (arn.service, arn.kind()) {
            ("states", ("stateMachine", rest)) if !rest.is_empty() => {
                let (name, qualifier) = match rest.split_once(':') {
                    Some((name, qualifier)) => (name, Some(qualifier)),
                    None => (rest, None),
                };
                Some(MachineArn { name, qualifier, ..MachineArn::of(arn) })
            }
            _ => None,
        }
    }

    /// Another resource of Step Functions in the region and account of this machine.
    pub fn sibling(&self, resource: impl fmt::Display) -> String {
        let MachineArn { partition, region, account, .. } = *self;
        Arn { partition, service: "states", region, account, resource: "" }.sibling(resource)
    }

    /// Its execution of this name, if it is a STANDARD machine.
    pub const fn execution(self, name: &'a str) -> ExecutionArn<'a> {
        ExecutionArn { machine: self.unqualified(), name, run: ExecutionRun::Standard }
    }

    /// One of its executions of this name, if it is an EXPRESS machine.
    pub const fn express(self, name: &'a str, id: &'a str) -> ExecutionArn<'a> {
        ExecutionArn { machine: self.unqualified(), name, run: ExecutionRun::Express { id } }
    }

    /// A test of one of its states.
    pub const fn tested(self, name: &'a str) -> ExecutionArn<'a> {
        ExecutionArn { machine: self.unqualified(), name, run: ExecutionRun::Tested }
    }

    /// The stand-in for an unknown role of the machine: `arn:aws:iam::123456789012:role/orders`.
    pub fn role(&self) -> String {
        let MachineArn { partition, account, name, .. } = self;
        Arn { partition, service: "iam", region: "", account, resource: "" }
            .sibling(format_args!("role/{name}"))
    }

    const fn unqualified(self) -> MachineArn<'a> {
        MachineArn { qualifier: None, ..self }
    }

    fn of(arn: Arn<'a>) -> MachineArn<'a> {
        MachineArn { partition: arn.partition, ..MachineArn::new(arn.region, arn.account, "") }
    }
}

impl fmt::Display for MachineArn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MachineArn { partition, region, account, name, qualifier } = self;
        write!(f, "arn:{partition}:states:{region}:{account}:stateMachine:{name}")?;
        qualifier.map_or(Ok(()), |qualifier| write!(f, ":{qualifier}"))
    }
}

impl<'a> ExecutionArn<'a> {
    /// Takes the ARN of an execution apart; `None` for any other text.
    pub fn parse(text: &'a str) -> Option<ExecutionArn<'a>> {
        let arn = Arn::parse(text)?;
        let (kind, rest) = arn.kind();
        let (machine, name) = rest.split_once(':')?;
        let machine = MachineArn { name: machine, ..MachineArn::of(arn) };
        match (arn.service, kind) {
            ("states", "execution") => Some(machine.execution(name)),
            ("states", "express") => Some(match name.split_once(':') {
                Some((name, id)) => machine.express(name, id),
                None => machine.tested(name),
            }),
            _ => None,
        }
    }
}

impl fmt::Display for ExecutionArn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ExecutionArn { machine: MachineArn { partition, region, account, name: machine, .. }, name, run } =
            self;
        let kind = if *run == ExecutionRun::Standard { "execution" } else { "express" };
        write!(f, "arn:{partition}:states:{region}:{account}:{kind}:{machine}:{name}")?;
        match run {
            ExecutionRun::Express { id } => write!(f, ":{id}"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_arns_are_parsed() {
        for text in
            ["", "arn:", "arn:aws:states:eu-west-1:123456789012", "urn:aws:states:::x", "function-arn"]
        {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
        for text in
            ["arn:aws:s3:::bucket/a:b", "arn:::::", "arn:aws:states:::sqs:sendMessage.waitForTaskToken"]
        {
            assert_eq!(Arn::parse(text).map(|arn| arn.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn machines_and_executions_print_as_they_are_written() {
        let states = "arn:aws-cn:states:cn-north-1:123456789012";
        for rest in ["stateMachine:orders", "stateMachine:orders:7", "stateMachine:orders/label"] {
            let text = format!("{states}:{rest}");
            assert_eq!(MachineArn::parse(&text).map(|arn| arn.to_string()), Some(text.clone()));
            assert_eq!(ExecutionArn::parse(&text), None);
        }
        for rest in
            ["execution:orders:r", "express:orders:r:id", "express:orders:r", "execution:orders/label:r"]
        {
            let text = format!("{states}:{rest}");
            assert_eq!(ExecutionArn::parse(&text).map(|arn| arn.to_string()), Some(text.clone()));
            assert_eq!(MachineArn::parse(&text), None);
        }
        let machine =
            MachineArn { partition: "aws-cn", ..MachineArn::new("cn-north-1", "123456789012", "orders") };
        assert_eq!(machine.role(), "arn:aws-cn:iam::123456789012:role/orders");
        assert_eq!(machine.sibling("activity:a"), format!("{states}:activity:a"));
    }
}
