//! The arguments of `asl graph`.

use std::path::PathBuf;

use clap::ValueEnum;

use super::definition::Definition;

#[derive(Debug, clap::Args)]
pub(crate) struct Graph {
    #[command(flatten)]
    pub(crate) definition: Definition,
    /// How to draw it
    #[arg(long, value_enum, default_value_t = Drawing::Svg)]
    pub(crate) format: Drawing,
    /// The history of an execution, as `asl run --history` and `aws stepfunctions get-execution-history` write it: colours
    /// the states by how they ended, with counts and times
    #[arg(long, value_name = "FILE")]
    pub(crate) history: Option<PathBuf>,
    /// The coverage of tests, as `asl test --coverage-json` writes it: green states were reached with all of their parts,
    /// yellow ones with some, red ones not at all
    #[arg(long, value_name = "FILE", conflicts_with = "history")]
    pub(crate) coverage: Option<PathBuf>,
}

/// How to draw a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Drawing {
    /// A picture for browsers and documents
    Svg,
    /// A flowchart for Markdown
    Mermaid,
    /// A graph for Graphviz
    Dot,
}
