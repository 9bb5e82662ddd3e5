//! The account and region that executions on this computer belong to.

/// The account of LocalStack and most other emulators, so that ARNs created there and here match.
const EMULATED_ACCOUNT: &str = "000000000000";

/// Looks up an environment variable.
pub(crate) type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The given value, or the first of these variables that is set.
pub(crate) fn first(given: Option<&str>, names: &[&str], variable: Variable<'_>) -> Option<String> {
    let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
    given.map(str::to_owned).or_else(|| names.iter().find_map(set))
}

/// The account in ARNs, if it is configured.
pub(crate) fn account(given: Option<&str>, variable: Variable<'_>) -> Option<String> {
    let emulated = || variable("AWS_ENDPOINT_URL").filter(|url| !url.is_empty());
    first(given, &["AWS_ACCOUNT_ID"], variable).or_else(|| emulated().map(|_| EMULATED_ACCOUNT.to_owned()))
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
