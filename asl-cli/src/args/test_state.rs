//! The arguments of `asl test-state`.

use clap::ValueEnum;

use super::definition::Definition;
use super::format::Format;

#[derive(Debug, clap::Args)]
pub(crate) struct TestState {
    #[command(flatten)]
    pub(crate) definition: Definition,
    /// The state to test, if the definition is a whole machine and not one state
    #[arg(long, alias = "state-name", value_name = "NAME")]
    pub(crate) state: Option<String>,
    /// The state's input: JSON text, a file, or `-` for standard input
    #[arg(long, value_name = "JSON|FILE|-", default_value = "{}", allow_negative_numbers = true)]
    pub(crate) input: String,
    /// The variables that it can read, an object
    #[arg(long, value_name = "JSON|FILE")]
    pub(crate) variables: Option<String>,
    /// The context object, whole: the state sees nothing else of it
    #[arg(long, value_name = "JSON|FILE")]
    pub(crate) context: Option<String>,
    /// The result of its work, which is not done then
    #[arg(long, value_name = "JSON|FILE", conflicts_with = "mock_error", allow_negative_numbers = true)]
    pub(crate) mock_result: Option<String>,
    /// The error of its work: a name, or {"error": "…", "cause": "…"}
    #[arg(long, value_name = "NAME|JSON")]
    pub(crate) mock_error: Option<String>,
    /// How much of the result is checked against the service's API: STRICT wants all required fields, PRESENT does not
    #[arg(long, value_enum, ignore_case = true, default_value_t = FieldValidationMode::Strict)]
    pub(crate) field_validation_mode: FieldValidationMode,
    /// How often the retrier that decides about the error has retried already
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) retrier_retry_count: u64,
    /// The state inside a Map or Parallel that the mocked error is from
    #[arg(long, value_name = "NAME")]
    pub(crate) error_caused_by_state: Option<String>,
    /// Iterations of a Map that have failed
    #[arg(long, value_name = "N")]
    pub(crate) map_iteration_failure_count: Option<u64>,
    /// What the ItemReader of a Map reads
    #[arg(long, value_name = "JSON|FILE")]
    pub(crate) map_item_reader_data: Option<String>,
    /// How much is shown: INFO leaves out what the filters see
    #[arg(long, alias = "inspection-level", value_enum, ignore_case = true, default_value_t = Level::Debug)]
    pub(crate) level: Level,
    /// Waits as long as the state says, instead of jumping over it
    #[arg(long)]
    pub(crate) real_time: bool,
    /// For people, or AWS's answer on standard output
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub(crate) enum FieldValidationMode {
    Strict,
    Present,
    None,
}

/// AWS's inspection levels; TRACE adds the request and response of an HTTP task, which no mock has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub(crate) enum Level {
    Info,
    Debug,
    Trace,
}
