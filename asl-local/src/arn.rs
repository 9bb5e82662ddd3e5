//! ARNs: what they name, and the making of them.

use asl_engine::Identity;

use crate::error::ApiError;

/// The account and region that this server stands for.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    pub(crate) account: String,
    pub(crate) region: String,
}

impl Home {
    pub(crate) fn machine(&self, name: &str) -> String {
        self.arn("stateMachine", name)
    }

    pub(crate) fn execution(&self, machine: &str, name: &str) -> String {
        self.arn("execution", &format!("{machine}:{name}"))
    }

    pub(crate) fn express(&self, machine: &str, name: &str, id: &str) -> String {
        self.arn("express", &format!("{machine}:{name}:{id}"))
    }

    pub(crate) fn activity(&self, name: &str) -> String {
        self.arn("activity", name)
    }

    fn arn(&self, kind: &str, rest: &str) -> String {
        format!("arn:aws:states:{}:{}:{kind}:{rest}", self.region, self.account)
    }
}

/// An ARN of Step Functions, taken apart: `arn:aws:states:REGION:ACCOUNT:KIND:NAME`.
pub(crate) struct Arn<'a> {
    /// Everything behind the kind.
    pub(crate) name: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes an ARN apart that must name one of `kinds`.
    ///
    /// UNRECORDED: the text about an ARN with too few parts, or of another service.
    pub(crate) fn parse(arn: &'a str, kinds: &[&str]) -> Result<Arn<'a>, ApiError> {
        if !arn.starts_with("arn:") {
            return Err(ApiError::invalid_arn(format_args!("Invalid ARN prefix: {arn}")));
        }
        let parts: Vec<&str> = arn.splitn(7, ':').collect();
        let [_, _, "states", _, _, kind, name] = parts.as_slice() else {
            return Err(ApiError::invalid_arn(format_args!("Invalid ARN: {arn}")));
        };
        if !kinds.contains(kind) {
            return Err(ApiError::invalid_arn(format_args!(
                "Resource type not valid in this context: {kind}"
            )));
        }
        Ok(Arn { name })
    }
}

/// The ARN of a state machine: unqualified, of a version, or of an alias.
pub(crate) struct MachineArn<'a> {
    /// Of the machine itself.
    pub(crate) machine: &'a str,
    pub(crate) qualifier: Option<&'a str>,
}

impl<'a> MachineArn<'a> {
    pub(crate) fn parse(arn: &'a str) -> Result<MachineArn<'a>, ApiError> {
        let Arn { name, .. } = Arn::parse(arn, &["stateMachine"])?;
        if name.contains('/') {
            let message = "This operation does not support labeled state machine ARNs";
            return Err(ApiError::validation(message).with("reason", "API_DOES_NOT_SUPPORT_LABELED_ARNS"));
        }
        let Some((_, qualifier)) = name.split_once(':') else {
            return Ok(MachineArn { machine: arn, qualifier: None });
        };
        let machine = arn.strip_suffix(qualifier).and_then(|rest| rest.strip_suffix(':')).unwrap_or(arn);
        Ok(MachineArn { machine, qualifier: Some(qualifier) })
    }

    /// The number of a version.
    pub(crate) fn version(&self) -> Option<u64> {
        self.qualifier?.parse().ok()
    }
}

/// Refuses a name that no state machine, execution or activity can have.
pub(crate) fn check_name(name: &str) -> Result<(), ApiError> {
    if Identity::is_name(name) {
        return Ok(());
    }
    Err(ApiError::new("InvalidName", format!("Invalid Name: '{name}'")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(arn: &str, expected: Result<(&str, Option<&str>), &str>) {
        let parsed = MachineArn::parse(arn);
        let parsed = parsed.map(|parsed| (parsed.machine, parsed.qualifier));
        assert_eq!(parsed.as_ref().map_err(ApiError::message), expected.as_ref().map_err(|text| *text));
    }

    #[test]
    fn arns_of_machines() {
        let machine = "arn:aws:states:us-east-1:123456789012:stateMachine:orders";
        check(machine, Ok((machine, None)));
        check(&format!("{machine}:7"), Ok((machine, Some("7"))));
        check(&format!("{machine}:live"), Ok((machine, Some("live"))));
        check("orders", Err("Invalid Arn: 'Invalid ARN prefix: orders'"));
        check(
            "arn:aws:states:us-east-1:123456789012:express:a:b:c",
            Err("Invalid Arn: 'Resource type not valid in this context: express'"),
        );
        check(&format!("{machine}/label"), Err("This operation does not support labeled state machine ARNs"));
    }

    #[test]
    fn names() {
        for good in ["orders", "a.b-c_d", "ünïcode", "x=y", "it's"] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        let long = "x".repeat(81);
        for bad in ["", "a b", "a:b", "a/b", "a#", "a\u{7f}", "{}", "\u{85}", &long] {
            let error = check_name(bad).unwrap_err();
            assert_eq!((error.name(), error.message()), ("InvalidName", &*format!("Invalid Name: '{bad}'")));
        }
    }
}
