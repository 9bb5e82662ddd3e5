//! JSONPath expressions that find nothing.

use asl_value::{Value, json};

use super::{MARK, Place, filled, machine, place, run, task};

/// Every payload template of a state, as `{"x.$": …}` in an array. The output is `[{"x": value}]`.
fn templates() -> Vec<Place> {
    let hole = json!([{"x.$": MARK}]);
    let one = |state: Value| machine("JSONPath", "S", json!({"S": state}));
    let inner = json!({"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}});
    let variable = json!({"Type": "Pass", "InputPath": "$v", "End": true});
    vec![
        place("Parameters", one(json!({"Type": "Pass", "Parameters": hole.clone(), "End": true}))),
        place(
            "Parameters",
            one(json!({"Type": "Task", "Resource": task("f"), "Parameters": hole.clone(), "End": true})),
        ),
        place(
            "Parameters",
            one(json!({"Type": "Parallel", "Branches": [inner.clone()], "Parameters": hole.clone(),
                       "OutputPath": "$[0]", "End": true})),
        ),
        place(
            "ResultSelector",
            one(json!({"Type": "Task", "Resource": task("f"), "ResultSelector": hole.clone(), "End": true})),
        ),
        place(
            "ItemSelector",
            one(
                json!({"Type": "Map", "ItemsPath": "$.one", "ItemProcessor": inner, "ItemSelector": hole.clone(),
                       "OutputPath": "$[0]", "End": true}),
            ),
        ),
        place(
            "Assign",
            machine(
                "JSONPath",
                "S",
                json!({"S": {"Type": "Pass", "Assign": {"v": hole.clone()}, "Next": "T"}, "T": variable.clone()}),
            ),
        ),
        place(
            "Choices",
            machine(
                "JSONPath",
                "S",
                json!({
                "S": {"Type": "Choice", "Choices": [{"Variable": "$.rows", "IsPresent": true, "Assign": {"v": hole}, "Next": "T"}]},
                "T": variable}),
            ),
        ),
    ]
}

const INPUT: &str = r#"{"rows":[1,2],"one":[0]}"#;

#[tokio::test(start_paused = true)]
async fn an_index_beyond_the_end_is_null_in_a_template() {
    for place in templates() {
        for path in ["$.rows[2]", "$.rows[77]", "$.rows[(@.length-3)]"] {
            let ended = run(filled(&place.definition, &format!("\"{path}\"")), INPUT).await;
            assert_eq!(ended, Ok("[{\"x\":null}]".to_owned()), "{path} in {}", place.field);
        }
        for path in ["$.rows[2].a", "$.nope", "$.nope[0]"] {
            let ended = run(filled(&place.definition, &format!("\"{path}\"")), INPUT).await.unwrap_err();
            let expect = format!(
                "The JSONPath '{path}' specified for the field 'x.$' could not be found in the input '{INPUT}'"
            );
            assert!(ended.starts_with("States.Runtime: ") && ended.ends_with(&expect), "{ended}");
        }
        for path in ["$.rows[2]", "$.nope"] {
            let call = format!("States.Array({path})");
            let ended = run(filled(&place.definition, &format!("\"{call}\"")), INPUT).await.unwrap_err();
            let expect = format!(
                "The function '{call}' had the following error: The JsonPath argument for the field '{path}' could not be \
                 found in the input '{INPUT}'"
            );
            assert!(ended.starts_with("States.Runtime: ") && ended.ends_with(&expect), "{ended}");
        }
        // A path into the context object is named like one into the input.
        let ended = run(filled(&place.definition, "\"States.Array($$.Nope.x)\""), INPUT).await.unwrap_err();
        let expect = format!("the field '$.Nope.x' could not be found in the input '{INPUT}'");
        assert!(ended.ends_with(&expect), "{ended}");
    }
}

/// Fields that are a single path are not templates.
#[tokio::test(start_paused = true)]
async fn an_index_beyond_the_end_is_an_error_elsewhere() {
    let one = |state: Value| machine("JSONPath", "S", json!({"S": state}));
    for (field, definition) in [
        ("InputPath", one(json!({"Type": "Pass", "InputPath": MARK, "End": true}))),
        ("OutputPath", one(json!({"Type": "Pass", "OutputPath": MARK, "End": true}))),
        ("SecondsPath", one(json!({"Type": "Wait", "SecondsPath": MARK, "End": true}))),
        ("CausePath", one(json!({"Type": "Fail", "CausePath": MARK}))),
        (
            "TimeoutSecondsPath",
            one(json!({"Type": "Task", "Resource": task("f"), "TimeoutSecondsPath": MARK, "End": true})),
        ),
    ] {
        let ended = run(filled(&definition, "\"$.rows[2]\""), INPUT).await.unwrap_err();
        assert!(ended.starts_with("States.Runtime: "), "{field}: {ended}");
    }
}
