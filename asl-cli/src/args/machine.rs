//! The type of a machine and the limits of its executions.

use asl_model::{ExecutionType, ExpressPatterns};
use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// The type of a machine, and what it may use.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Kind {
    /// The type of the machines, unless a template sets it. It decides which features they may use, and their limits
    #[arg(long = "type", value_name = "MACHINE_TYPE", value_parser = machine_types(), ignore_case = true, default_value = "STANDARD")]
    pub(crate) machine_type: ExecutionType,
    /// The integration patterns that EXPRESS machines may use: those that AWS allows, or .sync and .waitForTaskToken as well
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = Patterns::Aws)]
    pub(crate) express_patterns: Patterns,
}

impl Kind {
    pub(crate) const STANDARD: Kind =
        Kind { machine_type: ExecutionType::Standard, express_patterns: Patterns::Aws };

    /// The type of this name.
    pub(crate) fn named(name: &str) -> Option<Kind> {
        let types = [ExecutionType::Standard, ExecutionType::Express];
        let machine_type = types.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name))?;
        Some(Kind { machine_type, ..Kind::STANDARD })
    }
}

fn machine_types() -> impl TypedValueParser<Value = ExecutionType> {
    let types = [ExecutionType::Standard, ExecutionType::Express];
    PossibleValuesParser::new(types.map(ExecutionType::name)).map(move |name| {
        let is_named = |found: &ExecutionType| found.name().eq_ignore_ascii_case(&name);
        types.into_iter().find(is_named).unwrap_or(ExecutionType::Standard)
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Patterns {
    Aws,
    All,
}

impl From<Patterns> for ExpressPatterns {
    fn from(patterns: Patterns) -> ExpressPatterns {
        match patterns {
            Patterns::Aws => ExpressPatterns::Aws,
            Patterns::All => ExpressPatterns::All,
        }
    }
}

/// The memory of an execution.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Memory {
    /// Estimated memory that an execution may hold, in MiB: items of files, results, variables, branches and iterations
    #[arg(long = "memory", value_name = "MIB", default_value_t = 128)]
    mebibytes: u32,
}

impl Memory {
    pub(crate) fn bytes(self) -> u64 {
        u64::from(self.mebibytes) << 20
    }
}
