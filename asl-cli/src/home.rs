//! The account and region that executions on this computer belong to.

/// The account of LocalStack, for emulators that do not report theirs.
#[cfg(feature = "aws")]
pub(crate) const EMULATED_ACCOUNT: &str = "000000000000";

/// The account of AWS's documentation, which moto and Step Functions Local have, too.
const ACCOUNT: &str = "123456789012";
const REGION: &str = "us-east-1";

/// The region and the account that a machine runs in.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    pub(crate) region: String,
    pub(crate) account: String,
}

impl Default for Home {
    fn default() -> Home {
        Home { region: REGION.to_owned(), account: ACCOUNT.to_owned() }
    }
}

/// Looks up an environment variable.
pub(crate) type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The given value, or the first of these variables that is set.
pub(crate) fn first(given: Option<&str>, names: &[&str], variable: Variable<'_>) -> Option<String> {
    let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
    given.map(str::to_owned).or_else(|| names.iter().find_map(set))
}

/// The account in ARNs, if it is configured.
pub(crate) fn account(given: Option<&str>, variable: Variable<'_>) -> Option<String> {
    first(given, &["AWS_ACCOUNT_ID"], variable)
}

/// The endpoint of all services, if there is one: an emulator.
#[cfg(feature = "aws")]
pub(crate) fn emulator(variable: Variable<'_>) -> Option<String> {
    first(None, &["AWS_ENDPOINT_URL"], variable)
}

/// The region in ARNs, if it is configured. Profiles count only when AWS itself is called.
pub(crate) fn region(given: Option<&str>, calls_aws: bool, variable: Variable<'_>) -> Option<String> {
    let region = first(given, &["AWS_DEFAULT_REGION", "AWS_REGION"], variable);
    region.or_else(|| if calls_aws { profile_region(variable) } else { None })
}

#[cfg(feature = "aws")]
fn profile_region(variable: Variable<'_>) -> Option<String> {
    asl_aws::profile_region(variable)
}

#[cfg(not(feature = "aws"))]
fn profile_region(_: Variable<'_>) -> Option<String> {
    None
}
