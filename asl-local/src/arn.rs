//! Parsing and building the ARNs of Step Functions.

use asl_engine::Identity;
use asl_model::{Arn, MachineArn};

use crate::error::ApiError;

/// The account and region of this server.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    pub(crate) account: String,
    pub(crate) region: String,
}

impl Home {
    pub(crate) fn machine<'a>(&'a self, name: &'a str) -> MachineArn<'a> {
        MachineArn::new(&self.region, &self.account, name)
    }

    pub(crate) fn activity(&self, name: &str) -> String {
        self.machine("").sibling(format_args!("activity:{name}"))
    }
}

/// Checks that an ARN names something of Step Functions of one of these kinds, and returns what follows the kind.
///
/// UNRECORDED: the text about an ARN with too few parts, or of another service.
pub(crate) fn check<'a>(arn: &'a str, kinds: &[&str]) -> Result<&'a str, ApiError> {
    if !arn.starts_with("arn:") {
        return Err(ApiError::invalid_arn(format_args!("Invalid ARN prefix: {arn}")));
    }
    let resource = Arn::parse(arn).filter(|arn| arn.service == "states");
    let Some((kind, name)) = resource.and_then(|arn| arn.resource.split_once(':')) else {
        return Err(ApiError::invalid_arn(format_args!("Invalid ARN: {arn}")));
    };
    if !kinds.contains(&kind) {
        return Err(ApiError::invalid_arn(format_args!("Resource type not valid in this context: {kind}")));
    }
    Ok(name)
}

/// The ARN of a state machine: unqualified, of a version, or of an alias.
pub(crate) struct QualifiedArn<'a> {
    /// The ARN of the machine itself.
    pub(crate) machine: &'a str,
    pub(crate) qualifier: Option<&'a str>,
}

impl<'a> QualifiedArn<'a> {
    pub(crate) fn parse(arn: &'a str) -> Result<QualifiedArn<'a>, ApiError> {
        let name = check(arn, &["stateMachine"])?;
        if name.contains('/') {
            let message = "This operation does not support labeled state machine ARNs";
            return Err(ApiError::validation(message).with("reason", "API_DOES_NOT_SUPPORT_LABELED_ARNS"));
        }
        let Some((_, qualifier)) = name.split_once(':') else {
            return Ok(QualifiedArn { machine: arn, qualifier: None });
        };
        let machine = arn.strip_suffix(qualifier).and_then(|rest| rest.strip_suffix(':')).unwrap_or(arn);
        Ok(QualifiedArn { machine, qualifier: Some(qualifier) })
    }

    /// The version number, if the ARN names a version.
    pub(crate) fn version(&self) -> Option<u64> {
        self.qualifier?.parse().ok()
    }

    /// The alias, if the ARN names one.
    pub(crate) fn alias(&self) -> Option<&'a str> {
        self.qualifier.filter(|_| self.version().is_none())
    }
}

/// Rejects names that are not valid for a state machine, an execution or an activity.
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
    fn check_parsed(arn: &str, expected: Result<(&str, Option<&str>), &str>) {
        let parsed = QualifiedArn::parse(arn);
        let parsed = parsed.map(|parsed| (parsed.machine, parsed.qualifier));
        assert_eq!(parsed.as_ref().map_err(ApiError::message), expected.as_ref().map_err(|text| *text));
    }

    #[test]
    fn arns_of_machines() {
        let machine = "arn:aws:states:us-east-1:123456789012:stateMachine:orders";
        check_parsed(machine, Ok((machine, None)));
        check_parsed(&format!("{machine}:7"), Ok((machine, Some("7"))));
        check_parsed(&format!("{machine}:live"), Ok((machine, Some("live"))));
        check_parsed("orders", Err("Invalid Arn: 'Invalid ARN prefix: orders'"));
        check_parsed(
            "arn:aws:states:us-east-1:123456789012:express:a:b:c",
            Err("Invalid Arn: 'Resource type not valid in this context: express'"),
        );
        check_parsed(
            &format!("{machine}/label"),
            Err("This operation does not support labeled state machine ARNs"),
        );
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
