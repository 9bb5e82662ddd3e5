//! The arguments of `asl validate`.

use std::path::PathBuf;

use clap::ValueEnum;

use super::definition::Substitutions;
use super::machine::Kind;

#[derive(Debug, clap::Args)]
pub(crate) struct Validate {
    /// Definitions, CloudFormation and SAM templates (.json, .yaml, .yml), folders of them, or `-` for JSON or YAML on standard input
    #[arg(value_name = "FILE|DIR", required = true)]
    pub(crate) definitions: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) substitutions: Substitutions,
    #[command(flatten)]
    pub(crate) kind: Kind,
    /// Text for people, one JSON object, one SARIF log, or annotations for GitHub Actions
    #[arg(long, value_enum, default_value_t = Report::Human)]
    pub(crate) format: Report,
    /// Fails on warnings as well
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) deny: Option<Deny>,
    /// Reports what cannot run there as well
    #[arg(long, value_enum, value_name = "WHERE")]
    pub(crate) target: Option<Target>,
    /// How often loops turn and how many items Maps have, to count operations: {"visits": {"Poll": 12}, "items": {"Each": 200}}
    #[arg(long, value_name = "FILE", requires = "target")]
    pub(crate) bounds: Option<PathBuf>,
}

/// Where a machine is to run, besides Step Functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// A Lambda durable function
    Durable,
}

/// How diagnostics are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Report {
    Human,
    Json,
    Sarif,
    Github,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    Warnings,
}
