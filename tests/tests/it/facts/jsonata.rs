//! Results and errors of JSONata.

use asl_value::{Value, json};

use super::{MARK, Place, filled, machine, place, run, task};

/// Every place where an expression yields a value. The output of each machine is `{"r": [value]}`.
fn places() -> Vec<Place> {
    let wrap = |value: &str| json!({"r": [value]});
    let made = |first: &str, states: Value| machine("JSONata", first, states);
    let one = |state: Value| made("S", json!({"S": state}));
    let pass = |fields: &[(&str, Value)]| {
        let mut state = json!({"Type": "Pass", "End": true});
        if let Value::Object(object) = &mut state {
            object.extend(fields.iter().map(|(name, value)| (asl_value::Text::from(*name), value.clone())));
        }
        one(state)
    };
    let variable = json!({"Type": "Pass", "Output": {"r": ["{% $v.r[0] %}"]}, "End": true});
    let assigned = |first: Value| made("S", json!({"S": first, "T": variable.clone()}));
    let inner = json!({"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}});
    vec![
        place("Output/r[0]", pass(&[("Output", wrap(MARK))])),
        place("Assign/v/r[0]", assigned(json!({"Type": "Pass", "Assign": {"v": wrap(MARK)}, "Next": "T"}))),
        place(
            "Arguments/r[0]",
            one(json!({"Type": "Task", "Resource": task("f"), "Arguments": wrap(MARK), "End": true})),
        ),
        place(
            "Arguments/r[0]",
            one(json!({"Type": "Parallel", "Branches": [inner.clone()], "Arguments": wrap(MARK),
                       "Output": "{% $states.result[0] %}", "End": true})),
        ),
        place(
            "ItemSelector/r[0]",
            one(json!({"Type": "Map", "Items": [1], "ItemProcessor": inner, "ItemSelector": wrap(MARK),
                       "Output": "{% $states.result[0] %}", "End": true})),
        ),
        place(
            "Choices[0]/Output/r[0]",
            made(
                "S",
                json!({"S": {"Type": "Choice", "Choices": [{"Condition": true, "Output": wrap(MARK), "Next": "T"}]},
                             "T": {"Type": "Succeed"}}),
            ),
        ),
        place(
            "Choices[0]/Assign/v/r[0]",
            made(
                "S",
                json!({"S": {"Type": "Choice", "Choices": [{"Condition": true, "Assign": {"v": wrap(MARK)}, "Next": "T"}]},
                             "T": variable.clone()}),
            ),
        ),
        place(
            "Catch[0]/Output/r[0]",
            made(
                "S",
                json!({"S": {"Type": "Task", "Resource": task("fails"), "End": true,
                                   "Catch": [{"ErrorEquals": ["States.ALL"], "Output": wrap(MARK), "Next": "T"}]},
                             "T": {"Type": "Succeed"}}),
            ),
        ),
        place("Output/r[0]", one(json!({"Type": "Succeed", "Output": wrap(MARK)}))),
        place("Output/r[0]", one(json!({"Type": "Wait", "Seconds": 0, "Output": wrap(MARK), "End": true}))),
    ]
}

/// Checks at every place: alone, in an array and in an object of the expression.
async fn gives(expression: &str, input: &str, value: &str) {
    for place in places() {
        for (around, expect) in [
            (expression.to_owned(), value.to_owned()),
            (format!("{{'a': [1, {{'b': {expression}}}]}}"), format!("{{\"a\":[1,{{\"b\":{value}}}]}}")),
        ] {
            let text = Value::from(format!("{{% {around} %}}")).to_json();
            let ended = run(filled(&place.definition, &text), input).await;
            assert_eq!(ended, Ok(format!("{{\"r\":[{expect}]}}")), "{around} in {}", place.field);
        }
    }
    // A condition, which does not yield a value.
    let condition = format!("{{% $string({{'x': {expression}}}) = $string({{'x': {value}}}) %}}");
    let choice = json!({"S": {"Type": "Choice", "Choices": [{"Condition": MARK, "Next": "T"}], "Default": "F"},
                        "T": {"Type": "Succeed"}, "F": {"Type": "Fail"}});
    let definition = filled(&machine("JSONata", "S", choice), &Value::from(condition.clone()).to_json());
    assert!(run(definition, input).await.is_ok(), "{condition}");
}

/// Checks AWS's message about the field at every place.
async fn fails(expression: &str, problem: &str) {
    let text = Value::from(format!("{{% {expression} %}}")).to_json();
    for place in places() {
        let expect = format!(
            "The JSONata expression '{expression}' specified for the field '{}' {problem}",
            place.field
        );
        let ended = run(filled(&place.definition, &text), "{}").await.unwrap_err();
        assert!(ended.starts_with("States.QueryEvaluationError: "), "{ended}");
        assert!(ended.ends_with(&expect), "{ended}, not {expect}");
    }
    let choice = json!({"S": {"Type": "Choice", "Choices": [{"Condition": MARK, "Next": "T"}], "Default": "T"},
                        "T": {"Type": "Succeed"}});
    let ended = run(filled(&machine("JSONata", "S", choice), &text), "{}").await.unwrap_err();
    assert!(ended.ends_with(&format!("specified for the field 'Choices[0]/Condition' {problem}")), "{ended}");
}

const NOTHING: &str = "returned nothing (undefined).";
const MEMORY: &str = "threw an error during evaluation: Expression evaluation memory limit exceeded: Check for excessive memory usage";

#[tokio::test(start_paused = true)]
async fn numbers_that_are_not_finite_are_strings() {
    for (expression, value) in [
        ("1/0", "\"Infinity\""),
        ("-1/0", "\"-Infinity\""),
        ("1e308*10", "\"Infinity\""),
        ("0/0", "\"NaN\""),
        ("$sum([1e308, 1e308])", "\"Infinity\""),
        ("$parseInteger('abc', '0')", "\"NaN\""),
    ] {
        for place in places() {
            let text = Value::from(format!("{{% {expression} %}}")).to_json();
            let ended = run(filled(&place.definition, &text), "{}").await;
            assert_eq!(ended, Ok(format!("{{\"r\":[{value}]}}")), "{expression} in {}", place.field);
            let text = Value::from(format!("{{% {{'a': [[{expression}]]}} %}}")).to_json();
            let ended = run(filled(&place.definition, &text), "{}").await;
            assert_eq!(
                ended,
                Ok(format!("{{\"r\":[{{\"a\":[[{value}]]}}]}}")),
                "{expression} in {}",
                place.field
            );
        }
    }
    // As an operand it fails, as in JSONata 2.0.6. In a comparison it is still a number.
    fails("1/0 + 1", "threw an error during evaluation. D1001: Number out of range: null").await;
    gives("1/0 > 1", "{}", "true").await;
}

#[tokio::test(start_paused = true)]
async fn ranges() {
    gives("$range(-1.7, 1, 1)", "{}", "[-1,0,1]").await;
    gives("$range(3, 0, -1.5)", "{}", "[3,2,1,0]").await;
    gives("$range(3, 3, 1)", "{}", "3").await;
    for nothing in ["$range(3, 1, 1)", "$range(1, 3, 0)", "$range(1, 3)", "$range(1, 3, -0.5)"] {
        fails(nothing, NOTHING).await;
    }
    fails("$range(1, 360146, 1)", MEMORY).await;
}

#[tokio::test(start_paused = true)]
async fn partitions() {
    for nothing in ["$partition([], 2)", "$partition([1], 0)", "$partition([1], -0.5)"] {
        fails(nothing, NOTHING).await;
    }
    fails(
        "$partition([1], -1)",
        "threw an error during evaluation. D3137: Second argument must be zero or greater",
    )
    .await;
    fails(
        "$partition(null, 1)",
        "threw an error during evaluation. T0412: Argument 1 of function \"partition\" must be an array of \"values\"",
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn texts() {
    fails("$parse()", NOTHING).await;
    fails("$hash('a')", NOTHING).await;
    fails(
        "$parse('{\"a\":1,\"a\":2}')",
        "threw an error during evaluation. D3137: Invalid JSON: the key \"a\" is there twice at line 1 column 10",
    )
    .await;
    fails("$base64decode('!')", "threw an internal error during evaluation (<uuid>)").await;
}

#[tokio::test(start_paused = true)]
async fn numbers_that_are_read() {
    let input = r#"{"one":1.0,"big":9223372036854775808,"int":9223372036854775807,"list":[1.0,1e21]}"#;
    for (expression, value) in [
        ("$states.context.Execution.Input.one", "1"),
        ("$states.context.Execution.Input.big", "9.223372036854776E18"),
        ("$states.context.Execution.Input.list[1]", "1.0E21"),
    ] {
        gives(expression, input, value).await;
    }
    for place in places() {
        let text = "\"{% $states.context.Execution.Input %}\"";
        let ended = run(filled(&place.definition, text), input).await;
        let expect =
            r#"{"r":[{"one":1,"big":9.223372036854776E18,"int":9223372036854775807,"list":[1,1.0E21]}]}"#;
        assert_eq!(ended, Ok(expect.to_owned()), "{}", place.field);
    }
}
