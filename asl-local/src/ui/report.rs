//! [`HtmlReport`]: executions as one file that any browser shows.

use std::fmt::Write;

use asl_value::{Object, Value, json};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::assets::{SCRIPT, STYLE};
use super::layouts::draw;

/// A document in HTML that shows executions: graph, timeline, events and data, as the page of the server does.
///
/// Script and style are in the document, and its content security policy allows nothing else: it loads nothing and sends
/// nothing. Data of executions cannot become markup.
///
/// ```
/// use asl_local::{HtmlReport, ReportedExecution};
/// use asl_value::json;
/// let mut report = HtmlReport::new();
/// report.add(ReportedExecution {
///     description: json!({"executionArn": "arn:…", "name": "run-1", "stateMachineArn": "arn:…", "status": "SUCCEEDED",
///                         "startDate": 1767225600.5}).as_object().unwrap().clone(),
///     machine: "orders".into(),
///     kind: "STANDARD".into(),
///     definition: None,
///     events: json!([]),
///     stages: None,
///     children: None,
/// });
/// assert!(report.to_html().starts_with("<!doctype html>"));
/// ```
#[derive(Debug, Default)]
pub struct HtmlReport {
    /// JSON text, each.
    executions: Vec<String>,
    /// The same of definitions.
    coverage: Vec<String>,
}

/// What tests have reached of a definition, for an [`HtmlReport`].
#[derive(Debug, Clone)]
pub struct ReportedCoverage {
    /// The file of the definition.
    pub path: String,
    /// What was reached: [`MachineCoverage::to_json`](asl_coverage::MachineCoverage::to_json).
    pub coverage: Object,
    /// The definition as JSON, from which the graph is drawn.
    pub definition: String,
}

/// An execution of an [`HtmlReport`].
#[derive(Debug, Clone)]
pub struct ReportedExecution {
    /// The execution as DescribeExecution returns it.
    pub description: Object,
    /// The name of the machine.
    pub machine: String,
    /// `STANDARD` or `EXPRESS`.
    pub kind: String,
    /// The definition, from which the graph is drawn.
    pub definition: Option<String>,
    /// The events as GetExecutionHistory returns them: `[{"id": 1, "type": "ExecutionStarted", …}, …]`.
    pub events: Value,
    /// What each visit of a state made of its data, as [`StageRecorder::to_json`](asl_engine::StageRecorder::to_json)
    /// returns it.
    pub stages: Option<Value>,
    /// The children of distributed Maps: `[{"executionArn": "…", "name": "…", "status": "FAILED", "mapRunArn": "…"}]`.
    pub children: Option<Value>,
}

impl HtmlReport {
    /// A report without executions.
    pub fn new() -> HtmlReport {
        HtmlReport::default()
    }

    /// Adds an execution. The report shows the first one, and lets the reader choose if there are more.
    pub fn add(&mut self, execution: ReportedExecution) {
        let ReportedExecution { description, machine, kind, definition, events, stages, children } =
            execution;
        let layout = definition.as_deref().map_or_else(|| "null".into(), draw);
        let machine = json!({
            "name": machine,
            "arn": description.get("stateMachineArn").cloned(),
            "type": kind,
            "definition": definition.unwrap_or_default()
        });
        let description = Value::Object(description);
        let count = events.as_array().map_or(0, |events| events.len());
        let has_stages = stages.is_some();
        let mut text = format!(
            r#"{{"version":1,"head":{{"execution":{description},"machine":{machine},"layout":{layout},"stages":{has_stages},"eventCount":{count}}},"events":{events}"#
        );
        for (name, member) in [("stages", stages), ("children", children)] {
            if let Some(member) = member {
                let _ = write!(text, r#","{name}":{member}"#);
            }
        }
        self.executions.push(text);
    }

    /// Adds the coverage of a definition. A report with coverage begins with it: the graph shows what was reached, and a list
    /// what was not. Its executions are those of failed cases.
    pub fn add_coverage(&mut self, coverage: ReportedCoverage) {
        let ReportedCoverage { path, mut coverage, definition } = coverage;
        coverage.insert("path", path.as_str().into());
        let members = Value::Object(coverage).to_json();
        let members = members.strip_suffix('}').unwrap_or_default();
        self.coverage.push(format!(r#"{members},"layout":{}}}"#, draw(&definition)));
    }

    /// The document.
    pub fn to_html(&self) -> String {
        let (first, others) = self
            .executions
            .split_first()
            .map_or(("{\"version\":1", &[][..]), |(first, others)| (first.as_str(), others));
        let mut data = first.to_owned();
        if !others.is_empty() {
            let others: Vec<String> = others.iter().map(|other| format!("{other}}}")).collect();
            let _ = write!(data, r#","more":[{}]"#, others.join(","));
        }
        if !self.coverage.is_empty() {
            let _ = write!(data, r#","coverage":[{}]"#, self.coverage.join(","));
        }
        data.push('}');
        let policy = format!(
            "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action \
             'none'",
            hash(SCRIPT),
            hash(STYLE)
        );
        format!(
            r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>asl</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body>
<noscript>This report needs JavaScript. It loads nothing from elsewhere.</noscript>
<script type="application/json" id="asl-report">{}</script>
<script>{SCRIPT}</script>
</body>
</html>
"#,
            escaped(&data)
        )
    }
}

fn hash(text: &str) -> String {
    BASE64_STANDARD.encode(Sha256::digest(text))
}

/// The same JSON, without the characters that HTML or an old script engine could take for something else. In JSON text they
/// occur in strings only.
fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for char in json.chars() {
        match char {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(escaped, "\\u{:04x}", u32::from(char));
            }
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(name: &str) -> ReportedExecution {
        let description = json!({"name": name, "stateMachineArn": "arn"});
        ReportedExecution {
            description: description.as_object().expect("an object").clone(),
            machine: "m".into(),
            kind: "STANDARD".into(),
            definition: None,
            events: json!([{"id": 1}]),
            stages: Some(json!({"2": []})),
            children: None,
        }
    }

    /// The data of a report.
    fn data(html: &str) -> Value {
        let (_, data) = html.split_once(r#"<script type="application/json" id="asl-report">"#).expect("data");
        Value::parse(data.split_once("</script>").expect("an end").0).expect("JSON")
    }

    #[test]
    fn data_stays_data() {
        let hostile = "</script><script>alert(1)</script><!-- &lt; \u{2028}\u{202e}";
        let mut report = HtmlReport::new();
        report.add(reported(hostile));
        let html = report.to_html();
        assert!(!html.contains("alert(1)</"), "it is escaped");
        assert!(!html.contains('\u{2028}'));
        assert_eq!(data(&html)["head"]["execution"]["name"], json!(hostile));
    }

    #[test]
    fn executions_follow_the_first() {
        let mut report = HtmlReport::new();
        assert_eq!(data(&report.to_html()), json!({"version": 1}));
        for name in ["a", "b", "c"] {
            report.add(reported(name));
        }
        let data = data(&report.to_html());
        assert_eq!(data["head"]["stages"], json!(true));
        assert_eq!((&data["head"]["eventCount"], &data["stages"]), (&json!(1), &json!({"2": []})));
        let more = data["more"].as_array().expect("more").iter();
        let names: Vec<&str> = more.filter_map(|more| more["head"]["execution"]["name"].as_str()).collect();
        assert_eq!(names, ["b", "c"]);
    }

    #[test]
    fn coverage_comes_with_its_drawing() {
        let mut report = HtmlReport::new();
        for path in ["</script>a", "b"] {
            report.add_coverage(ReportedCoverage {
                path: path.to_owned(),
                coverage: Object::from_iter([("percent", Value::from(50))]),
                definition: r#"{"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}"#.to_owned(),
            });
        }
        report.add(reported("failed"));
        let data = data(&report.to_html());
        let coverage = data["coverage"].as_array().expect("coverage");
        assert_eq!((&coverage[0]["path"], &coverage[1]["percent"]), (&json!("</script>a"), &json!(50)));
        assert_eq!(coverage[1]["layout"]["nodes"][1]["name"], json!("S"));
        assert_eq!(data["head"]["execution"]["name"], json!("failed"));
    }

    #[test]
    fn the_bundle_can_be_part_of_a_document() {
        for ending in ["</script", "<!--", "\r"] {
            assert!(!SCRIPT.to_lowercase().contains(ending), "{ending:?}");
        }
        assert!(!STYLE.to_lowercase().contains("</style") && !STYLE.contains('\r'));
    }
}
