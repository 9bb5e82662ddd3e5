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
    /// The variables that the state can read, an object
    #[arg(long, value_name = "JSON|FILE")]
    pub(crate) variables: Option<String>,
    /// The whole context object: the state sees nothing else
    #[arg(long, value_name = "JSON|FILE")]
    pub(crate) context: Option<String>,
    /// The mocked result of the task, which is not called
    #[arg(long, value_name = "JSON|FILE", conflicts_with = "mock_error", allow_negative_numbers = true)]
    pub(crate) mock_result: Option<String>,
    /// The mocked error of the task: a name, or {"error": "…", "cause": "…"}
    #[arg(long, value_name = "NAME|JSON")]
    pub(crate) mock_error: Option<String>,
    /// How the result is checked against the service's API: STRICT demands all required fields, PRESENT does not
    #[arg(long, value_enum, ignore_case = true, default_value_t = FieldValidationMode::Strict)]
    pub(crate) field_validation_mode: FieldValidationMode,
    /// How often the retrier that matches the error has already retried
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) retrier_retry_count: u64,
    /// The state inside a Map or Parallel that caused the mocked error
    #[arg(long, value_name = "NAME")]
    pub(crate) error_caused_by_state: Option<String>,
    /// How many iterations of a Map have failed
    #[arg(long, value_name = "N")]
    pub(crate) map_iteration_failure_count: Option<u64>,
    /// The data that the ItemReader of a Map reads
    #[arg(long, value_name = "JSON|FILE")]
    pub(crate) map_item_reader_data: Option<String>,
    /// How much to show: INFO leaves out the data between the filters
    #[arg(long, alias = "inspection-level", value_enum, ignore_case = true, default_value_t = Level::Debug)]
    pub(crate) level: Level,
    /// Waits in real time, instead of skipping the wait
    #[arg(long)]
    pub(crate) real_time: bool,
    /// Text for people, or AWS's answer on standard output
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

/// AWS's inspection levels; TRACE adds the request and response of an HTTP task, which mocks do not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub(crate) enum Level {
    Info,
    Debug,
    Trace,
}
