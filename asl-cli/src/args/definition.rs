//! Which definition, and the values of its placeholders.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::refusal::Refusal;

#[derive(Debug, clap::Args)]
pub(crate) struct Definition {
    /// The definition: .json, .yaml or .yml, or `-` for standard input. Or a SAM, CloudFormation or CDK template, or a
    /// folder with one (`.`, `cdk.out`): `template.yaml#Orders` is the machine with this logical id
    #[arg(value_name = "DEFINITION")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) substitutions: Substitutions,
}

impl Definition {
    /// Refuses `-` for both the definition and the input.
    pub(crate) fn check_stdin(&self, input: &str) -> Result<(), Refusal> {
        if self.is_stdin() && input == "-" {
            return Err(Refusal::usage("the definition and the input cannot both be standard input"));
        }
        Ok(())
    }

    /// Whether the definition is read from standard input.
    pub(crate) fn is_stdin(&self) -> bool {
        self.path == Path::new("-")
    }
}

#[derive(Debug, Default, clap::Args)]
pub(crate) struct Substitutions {
    /// Replaces ${NAME} in the definition with VALUE, as SAM's DefinitionSubstitutions do. Takes precedence over
    /// ASL_SUBSTITUTE_NAME, ASL_SUBSTITUTIONS (a JSON object), and the file NAME-OF-DEFINITION.substitutions.json next to it
    #[arg(long = "substitute", value_name = "NAME=VALUE", value_parser = substitution)]
    list: Vec<(String, String)>,
}

impl Substitutions {
    /// The values of the arguments. Names without one take theirs from the environment.
    pub(crate) fn values(&self) -> Result<asl_model::Substitutions, Refusal> {
        let text =
            |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        // If a name is given twice, the last value wins.
        let given: asl_model::Substitutions = self.list.iter().rev().cloned().collect();
        let environment = asl_model::Substitutions::from_variables(std::env::vars_os().filter_map(text));
        Ok(given.or(environment.map_err(|problem| Refusal::usage(problem.message))?))
    }
}

fn substitution(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}
