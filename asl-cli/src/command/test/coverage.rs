//! Reports the coverage of the cases that ran.

use std::path::Path;

use asl_test::{Coverage, FileResult};

use super::report::html;
use crate::Terminal;
use crate::args::{CoverageReports, TestReport};
use crate::refusal::Refusal;
use crate::render::coverage::{cobertura, human, json, lcov};

/// Writes what is asked for. Returns whether the cases reach enough.
pub(super) fn report(
    args: &CoverageReports,
    results: &[FileResult<'_>],
    format: TestReport,
    terminal: &Terminal,
) -> Result<bool, Refusal> {
    let is_asked = args.coverage || args.min.is_some();
    let files = [&args.lcov, &args.cobertura, &args.coverage_json, &args.report];
    if !is_asked && files.iter().all(|file| file.is_none()) {
        return Ok(true);
    }
    let coverage = Coverage::of(results);
    if is_asked {
        // Only text for people goes to standard output together with the results.
        let sink = if format == TestReport::Human { &terminal.stdout } else { &terminal.stderr };
        sink.line(human::table(&coverage));
    }
    write(args.lcov.as_deref(), || lcov::tracefile(&coverage))?;
    write(args.cobertura.as_deref(), || cobertura::document(&coverage))?;
    write(args.coverage_json.as_deref(), || json::document(&coverage).to_json_pretty())?;
    write(args.report.as_deref(), || html(&coverage, results).to_html())?;
    let found = coverage.total().percent();
    let least = args.min.unwrap_or_default();
    if found < least {
        let message = format!("the cases reach {:.1} %, less than {least} %", (found * 10.0).floor() / 10.0);
        terminal.stderr.line(format_args!("error: {message}"));
    }
    Ok(found >= least)
}

fn write(path: Option<&Path>, text: impl FnOnce() -> String) -> Result<(), Refusal> {
    let Some(path) = path else { return Ok(()) };
    let written = std::fs::write(path, text() + "\n");
    written.map_err(|error| Refusal::io(format!("cannot write `{}`: {error}", path.display())))
}
