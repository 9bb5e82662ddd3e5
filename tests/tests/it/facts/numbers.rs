//! How numbers are printed that a machine has not computed.

use asl_value::{Value, json};

use super::{MARK, filled, machine, run, task};

/// A number as written, as JSONPath passes it on, and as JSONata prints it after reading it.
const NUMBERS: [(&str, &str, &str); 16] = [
    ("0", "0", "0"),
    ("0.0", "0.0", "0"),
    ("-0.0", "-0.0", "0"),
    ("1.0", "1.0", "1"),
    ("1.50", "1.5", "1.5"),
    ("1e3", "1000.0", "1000"),
    ("0.001", "0.001", "0.001"),
    ("0.00099", "9.9E-4", "9.9E-4"),
    ("9999999.0", "9999999.0", "9999999"),
    ("10000000.0", "1.0E7", "10000000"),
    ("1789180622.0", "1.789180622E9", "1789180622"),
    ("1789180622.5", "1.7891806225E9", "1.7891806225E9"),
    ("1e21", "1.0E21", "1.0E21"),
    ("9007199254740993", "9007199254740993", "9007199254740993"),
    ("9223372036854775808", "9223372036854775808", "9.223372036854776E18"),
    ("123456789012345678901234567890", "123456789012345678901234567890", "1.2345678901234568E29"),
];

#[tokio::test(start_paused = true)]
async fn handed_on_by_jsonpath() {
    let one = |state: Value| machine("JSONPath", "S", json!({"S": state}));
    let inner = json!({"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}});
    // Each machine returns the number, from its input or from the mark.
    let machines = [
        one(json!({"Type": "Pass", "InputPath": "$.n", "End": true})),
        one(json!({"Type": "Pass", "OutputPath": "$.n", "End": true})),
        one(json!({"Type": "Pass", "Result": MARK, "End": true})),
        one(json!({"Type": "Pass", "Parameters": {"a": [MARK]}, "OutputPath": "$.a[0]", "End": true})),
        one(json!({"Type": "Pass", "Parameters": {"a.$": "$.n"}, "OutputPath": "$.a", "End": true})),
        one(
            json!({"Type": "Pass", "InputPath": "$.n", "ResultPath": "$.r", "OutputPath": "$.r", "End": true}),
        ),
        one(json!({"Type": "Task", "Resource": task("f"), "InputPath": "$.n", "End": true})),
        one(
            json!({"Type": "Task", "Resource": task("f"), "ResultSelector": {"a.$": "$.n"}, "OutputPath": "$.a", "End": true}),
        ),
        one(json!({"Type": "Wait", "Seconds": 0, "OutputPath": "$.n", "End": true})),
        one(json!({"Type": "Parallel", "Branches": [inner.clone()], "OutputPath": "$[0].n", "End": true})),
        one(
            json!({"Type": "Map", "ItemsPath": "$.list", "ItemProcessor": inner, "OutputPath": "$[0]", "End": true}),
        ),
        machine(
            "JSONPath",
            "S",
            json!({
            "S": {"Type": "Pass", "Assign": {"v.$": "$.n"}, "Next": "T"},
            "T": {"Type": "Pass", "InputPath": "$v", "End": true}}),
        ),
        machine(
            "JSONPath",
            "S",
            json!({
            "S": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericEqualsPath": "$.list[0]", "Next": "T"}]},
            "T": {"Type": "Succeed", "OutputPath": "$.n"}}),
        ),
    ];
    for definition in &machines {
        for (written, shown, _) in NUMBERS {
            let input = format!(r#"{{"n": {written}, "list": [{written}]}}"#);
            let ended = run(filled(definition, written), &input).await;
            assert_eq!(ended.as_deref(), Ok(shown), "{written} in {definition}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn handed_on_by_jsonata() {
    let one = |state: Value| machine("JSONata", "S", json!({"S": state}));
    // A number that no expression has read stays unchanged. One that was read is a double.
    let untouched = [
        one(json!({"Type": "Pass", "End": true})),
        one(json!({"Type": "Task", "Resource": task("f"), "End": true})),
    ];
    for (written, shown, read) in NUMBERS {
        let input = format!(r#"{{"n":{written}}}"#);
        for definition in &untouched {
            let ended = run(definition.to_json(), &input).await;
            assert_eq!(ended, Ok(format!(r#"{{"n":{shown}}}"#)), "{written} in {definition}");
        }
        let literal = one(json!({"Type": "Pass", "Output": {"n": [MARK]}, "End": true}));
        let ended = run(filled(&literal, written), "{}").await;
        assert_eq!(ended, Ok(format!(r#"{{"n":[{shown}]}}"#)));
        for (output, expect) in [
            ("{% $states.input.n %}", read.to_owned()),
            ("{% $states.input %}", format!(r#"{{"n":{read}}}"#)),
            ("{% [$states.input] %}", format!(r#"[{{"n":{read}}}]"#)),
        ] {
            let ended =
                run(one(json!({"Type": "Pass", "Output": output, "End": true})).to_json(), &input).await;
            assert_eq!(ended, Ok(expect), "{written} by {output}");
        }
    }
}
