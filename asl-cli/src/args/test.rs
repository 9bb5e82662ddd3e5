//! The arguments of `asl test`.

use std::path::PathBuf;

use clap::ValueEnum;

#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    /// Test files (*.test.yaml, *.test.yml, *.test.json), or folders of them. FILE:LINE is the case at a line
    #[arg(value_name = "FILE|DIR", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Runs only cases whose file or name contains this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Option<String>,
    /// Lists the cases instead of running them, as text or with `--format json`
    #[arg(long, conflicts_with_all = ["update", "watch"])]
    pub(crate) list: bool,
    /// Writes the histories that cases name, instead of comparing them
    #[arg(long)]
    pub(crate) update: bool,
    /// Waits for changes, and runs the cases of files for which something has changed
    #[arg(long)]
    pub(crate) watch: bool,
    /// Text for people, JUnit XML, annotations for GitHub Actions, the Test Anything Protocol, or one JSON object
    #[arg(long, value_enum, default_value_t = TestReport::Human)]
    pub(crate) format: TestReport,
    #[command(flatten)]
    pub(crate) coverage: CoverageReports,
    /// How many cases run at once [default: the number of processors]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
}

/// What is reported of the coverage.
#[derive(Debug, clap::Args)]
pub(crate) struct CoverageReports {
    /// Shows which states, transitions, rules, retriers, catchers and branches the cases reach
    #[arg(long)]
    pub(crate) coverage: bool,
    /// Fails if the cases reach less than this percentage of all of them
    #[arg(long, value_name = "PERCENT", value_parser = percentage)]
    pub(crate) min: Option<f64>,
    /// Writes the coverage as an lcov tracefile
    #[arg(long, value_name = "FILE")]
    pub(crate) lcov: Option<PathBuf>,
    /// Writes the coverage as Cobertura XML
    #[arg(long, value_name = "FILE")]
    pub(crate) cobertura: Option<PathBuf>,
    /// Writes the coverage as JSON, for `asl graph --coverage` and programs
    #[arg(long, value_name = "FILE")]
    pub(crate) coverage_json: Option<PathBuf>,
    /// Writes the coverage as an HTML file with graphs, and the executions of failed cases with all of their data
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
}

fn percentage(text: &str) -> Result<f64, String> {
    let percent = text.parse().ok().filter(|percent| (0.0..=100.0).contains(percent));
    percent.ok_or_else(|| "expected a number from 0 to 100".to_owned())
}

/// How results are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestReport {
    Human,
    Junit,
    Github,
    Tap,
    Json,
}
