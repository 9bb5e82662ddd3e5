//! `asl test --report`: coverage and failed cases as one HTML file.

use asl_engine::{Description, EventKind};
use asl_local::{HtmlReport, ReportedCoverage, ReportedExecution};
use asl_model::MachineArn;
use asl_test::{CaseResult, Coverage, FileResult, TestFile};

use crate::home::Home;

/// How many executions of failed cases are in a report.
const MOST_EXECUTIONS: usize = 100;

/// The report of these results.
pub(super) fn html(coverage: &Coverage, results: &[FileResult<'_>]) -> HtmlReport {
    let mut report = HtmlReport::new();
    for definition in &coverage.definitions {
        report.add_coverage(ReportedCoverage {
            path: definition.path.display().to_string(),
            coverage: definition.coverage.to_json(),
            definition: definition.definition.clone(),
        });
    }
    let cases = results.iter().flat_map(|result| result.cases.iter().map(|case| (result.file, case)));
    let failed = cases.filter_map(|(file, case)| execution(file, case));
    failed.take(MOST_EXECUTIONS).for_each(|execution| report.add(execution));
    report
}

/// The execution of a failed case; `None` if the case has passed, or its execution has not begun.
fn execution(file: &TestFile, case: &CaseResult) -> Option<ReportedExecution> {
    let (first, last) = (case.events.first()?, case.events.last()?);
    let EventKind::ExecutionStarted { input, .. } = &first.kind else { return None };
    let machine = file.machine();
    let Home { region, account } = &Home::default();
    let arn = MachineArn::new(region, account, machine.name());
    let (machine_arn, execution_arn) = (arn.to_string(), arn.execution(&case.name).to_string());
    let description = Description::new(&execution_arn, &machine_arn, &case.name, first.timestamp, input);
    let description = match last.kind.outcome() {
        Some(outcome) => description.ended(last.timestamp, &outcome).describe_execution(),
        None => description.describe_execution(),
    };
    Some(ReportedExecution {
        description,
        machine: machine.name().to_owned(),
        kind: machine.kind().name().to_owned(),
        definition: Some(machine.to_json()),
        events: case.history(),
        stages: None,
        children: None,
    })
}
