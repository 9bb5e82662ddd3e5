//! Results of tests as JUnit XML.

use super::{Results, headline, name, reasons, xml};

/// The document, as CI systems read it:
///
/// ```xml
/// <testsuites tests="2" failures="1" time="0.012">
///   <testsuite name="orders.test.yaml" tests="2" failures="1" errors="0">
///     <testcase name="it ships" classname="orders" file="orders.test.yaml" line="3" time="3600.000"/>
/// ```
///
/// The time of a case is virtual.
pub(crate) fn document(results: &Results<'_>) -> String {
    let mut lines = vec![
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>".to_owned(),
        format!(
            "<testsuites tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.3}\">",
            results.count(),
            results.failures(),
            results.bad.len(),
            results.took.as_secs_f64()
        ),
    ];
    for file in &results.files {
        let failures = file.cases.iter().filter(|case| !case.has_passed()).count();
        let path = xml(&name(file));
        let (tests, machine) = (file.cases.len(), xml(file.file.machine().name()));
        lines.push(format!(
            "  <testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">"
        ));
        for case in &file.cases {
            let (title, line, time) = (xml(&case.name), case.place.line, case.duration.as_secs_f64());
            let head = format!(
                "    <testcase name=\"{title}\" classname=\"{machine}\" file=\"{path}\" line=\"{line}\" time=\"{time:.3}\""
            );
            if case.has_passed() {
                lines.push(format!("{head}/>"));
                continue;
            }
            lines.push(format!("{head}>"));
            let text = xml(&reasons(case).join("\n"));
            lines.push(format!("      <failure message=\"{}\">{text}</failure>", xml(&headline(case))));
            lines.push("    </testcase>".to_owned());
        }
        lines.push("  </testsuite>".to_owned());
    }
    for problems in results.bad {
        let path = xml(&problems.path().display().to_string());
        lines.push(format!("  <testsuite name=\"{path}\" tests=\"1\" failures=\"0\" errors=\"1\">"));
        lines.push(format!("    <testcase name=\"{path}\" classname=\"test file\">"));
        lines.push(format!("      <error message=\"bad test file\">{}</error>", xml(&problems.to_string())));
        lines.push("    </testcase>".to_owned());
        lines.push("  </testsuite>".to_owned());
    }
    lines.push("</testsuites>".to_owned());
    lines.join("\n")
}
