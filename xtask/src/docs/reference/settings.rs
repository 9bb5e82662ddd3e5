//! Environment variables.

use std::collections::BTreeSet;

use super::table::{heading, source};
use crate::Result;
use crate::source::Source;

const INTRODUCTION: &str =
    "Environment variables. Options of `asl` are on [the page of the command line](command-line.md).";

/// Which code reads the variables of the command and of the client of AWS.
const READERS: [&str; 2] = ["asl-aws/src/", "asl-cli/src/"];

/// The beginnings of their names.
const PREFIXES: [&str; 5] = ["AWS_", "SFN_", "ASL_", "LAMBDA_", "WAIT_"];

/// Those variables with their meanings. A name that ends in `_` is the beginning of many.
const VARIABLES: &[(&str, &str)] = &[
    ("AWS_REGION", "the region of calls and ARNs; before `AWS_DEFAULT_REGION`"),
    ("AWS_DEFAULT_REGION", "the same; `us-east-1` in the ARNs of `asl serve` if nothing is set"),
    ("AWS_ACCOUNT_ID", "the account in the ARNs of `asl serve`; otherwise that which an emulator reports"),
    ("AWS_ACCESS_KEY_ID", "keys for calls of AWS, with the two that follow"),
    ("AWS_SECRET_ACCESS_KEY", "the secret of the key"),
    ("AWS_SESSION_TOKEN", "the session of temporary keys"),
    ("AWS_PROFILE", "the profile of `~/.aws/config`; before `AWS_DEFAULT_PROFILE`"),
    ("AWS_DEFAULT_PROFILE", "the same"),
    ("AWS_CONFIG_FILE", "in place of `~/.aws/config`"),
    ("AWS_SHARED_CREDENTIALS_FILE", "in place of `~/.aws/credentials`"),
    ("AWS_ROLE_ARN", "the role of a web identity, with `AWS_WEB_IDENTITY_TOKEN_FILE`"),
    ("AWS_ROLE_SESSION_NAME", "the name of its session"),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", "the file with its token, as EKS sets it"),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "where ECS has keys"),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "where EKS and SnapStart have keys"),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "the token for it"),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "the file with that token"),
    ("AWS_ENDPOINT_URL", "where all services are called, such as an emulator"),
    ("AWS_ENDPOINT_URL_", "where one service is called: `AWS_ENDPOINT_URL_SQS`; before `AWS_ENDPOINT_URL`"),
    ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "`true`: profiles and the two variables above set no endpoints"),
    ("AWS_USE_FIPS_ENDPOINT", "`true`: the endpoints of FIPS"),
    ("AWS_USE_DUALSTACK_ENDPOINT", "`true`: the endpoints with IPv6"),
    (
        "LAMBDA_ENDPOINT",
        "where functions are invoked, as for Step Functions Local; also `SQS_ENDPOINT`, `SNS_ENDPOINT`, `DYNAMODB_ENDPOINT`, \
         `BATCH_ENDPOINT`, `ECS_ENDPOINT`, `GLUE_ENDPOINT`, `SAGE_MAKER_ENDPOINT`, `STEP_FUNCTIONS_ENDPOINT`",
    ),
    ("ASL_SERVE_KEY", "the key that clients of `asl serve` must know, if `--key-file` is not given"),
    ("SFN_MOCK_CONFIG", "the file of mocks of `asl serve`, if `--mocks` is not given"),
    ("WAIT_TIME_SCALE", "how long Wait states wait in `asl serve`, if `--wait-time-scale` is not given"),
];

pub(super) fn page(sources: &[Source]) -> Result<String> {
    check(sources)?;
    let mut page = heading("Settings", INTRODUCTION);
    page.push_str("## The command and its calls of AWS\n\n| variable | meaning |\n|---|---|\n");
    for (name, meaning) in VARIABLES {
        let name = if name.ends_with('_') { format!("{name}<SERVICE>") } else { (*name).to_owned() };
        page.push_str(&format!("| `{name}` | {meaning} |\n"));
    }
    page.push_str(
        "| `ASL_SUBSTITUTE_<Name>`, `ASL_SUBSTITUTIONS` | values of `${Name}`, as for the function |\n",
    );
    page.push_str("\n## The Lambda function\n\n");
    let readme = source(sources, "asl-lambda/README.md")?;
    let section = readme.split_once("\n## Settings\n").and_then(|(_, rest)| rest.split_once("\n## "));
    let (table, _) = section.ok_or("asl-lambda/README.md has no section `Settings`")?;
    page.push_str(table.trim());
    page.push_str("\n\n[asl-lambda](../../asl-lambda/README.md) explains them.\n");
    Ok(page.replace("; see below |", " |"))
}

/// Each variable that the code names is listed, and no other.
fn check(sources: &[Source]) -> Result<()> {
    const PLACE: &str = "xtask/src/docs/reference/settings.rs";
    let is_reader = |source: &&Source| {
        source.is_rust() && !source.is_test() && READERS.iter().any(|folder| source.path.starts_with(folder))
    };
    let read: BTreeSet<&str> =
        sources.iter().filter(is_reader).flat_map(|source| names(&source.text)).collect();
    let is_listed = |name: &str| {
        VARIABLES.iter().any(|(known, _)| *known == name || known.ends_with('_') && name.starts_with(known))
    };
    if let Some(name) = read.iter().find(|name| !name.starts_with("ASL_SUBSTITUT") && !is_listed(name)) {
        return Err(format!("the variable {name} is not in {PLACE}").into());
    }
    match VARIABLES.iter().find(|(name, _)| !read.iter().any(|read| read.starts_with(name))) {
        Some((name, _)) => Err(format!("nothing reads {name}, which {PLACE} lists").into()),
        None => Ok(()),
    }
}

/// The strings in a source that are names of variables.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let is_name = |text: &&str| {
        PREFIXES.iter().any(|prefix| text.starts_with(prefix) && text != prefix)
            && text.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_')
    };
    text.split('"').filter(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_strings_of_capitals() {
        let found: Vec<_> = names(r#"var("AWS_REGION"); "AWS_"; "AWS region"; "OTHER_NAME""#).collect();
        assert_eq!(found, ["AWS_REGION"]);
    }

    #[test]
    fn a_variable_that_is_not_listed_is_an_error() {
        let listed = VARIABLES.iter().map(|(name, _)| format!("\"{name}\" ")).collect::<String>();
        let source = |text: String| [Source { path: "asl-aws/src/a.rs".to_owned(), text }];
        assert!(check(&source(listed.clone())).is_ok());
        assert!(check(&source(format!("{listed} \"AWS_NEW\""))).is_err());
        assert!(check(&source(listed.replace("SFN_MOCK_CONFIG", ""))).is_err());
    }
}
