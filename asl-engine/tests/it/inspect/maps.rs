//! Maps and Parallels, tested as single states.

use asl_engine::Failure;
use asl_value::{Value, json};

use super::{answer, check, distributed, items, map, mock, with};

#[test]
fn maps_and_parallels_with_mocks() {
    let input = r#"{"items":[1,2,3]}"#;
    let output = r#"["a","b","c"]"#;
    check(
        map(json!({"ItemsPath": "$.items", "MaxConcurrency": 2,
            "ItemSelector": {"v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index"}})),
        items,
        json!({"output": output, "status": "SUCCEEDED"}),
        json!({"input": input, "afterInputPath": input, "afterItemsPath": "[1,2,3]",
            "afterItemSelector": r#"[{"v":1,"i":0},{"v":2,"i":1},{"v":3,"i":2}]"#,
            "afterResultSelector": output, "afterResultPath": output, "maxConcurrency": 2}),
    );
    check(
        distributed(json!({"ItemsPath": "$.items", "ToleratedFailurePercentage": 40,
            "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"k": 1}}})),
        |test| {
            items(test);
            test.failed_iterations = Some(1);
        },
        json!({"error": "States.ExceedToleratedFailureThreshold",
            "cause": "The specified tolerated failure threshold was exceeded", "status": "FAILED"}),
        json!({"input": input, "afterInputPath": input, "afterItemsPath": "[1,2,3]",
            "afterItemBatcher": r#"[{"BatchInput":{"k":1},"Items":[1,2]},{"BatchInput":{"k":1},"Items":[3]}]"#,
            "maxConcurrency": 0, "toleratedFailurePercentage": 40.0}),
    );
    check(
        json!({"Type": "Parallel", "ResultSelector": {"first.$": "$[0]"}, "Next": "B",
            "Branches": [{"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}]}),
        mock(json!([7])),
        json!({"output": r#"{"first":7}"#, "nextState": "B", "status": "SUCCEEDED"}),
        json!({"input": r#"{"n":1}"#, "afterResultSelector": r#"{"first":7}"#, "afterResultPath": r#"{"first":7}"#}),
    );
}

/// Recorded: without a tolerance any number of iterations may fail, and a mocked error is what the Map ends with.
#[test]
fn a_map_fails_beyond_its_tolerance() {
    let exceeded = "States.ExceedToleratedFailureThreshold";
    for (tolerance, failed, error) in [
        (json!({}), 0, None),
        (json!({}), 2, None),
        (json!({}), 3, None),
        (json!({"ToleratedFailureCount": 0}), 0, None),
        (json!({"ToleratedFailureCount": 0}), 1, Some(exceeded)),
        (json!({"ToleratedFailureCount": 1}), 1, None),
        (json!({"ToleratedFailureCount": 1}), 2, Some(exceeded)),
        (json!({"ToleratedFailureCountPath": "$.most"}), 1, None),
        (json!({"ToleratedFailureCountPath": "$.most"}), 2, Some(exceeded)),
        (json!({"ToleratedFailurePercentage": 34}), 1, None),
        (json!({"ToleratedFailurePercentage": 33}), 1, Some(exceeded)),
        (json!({"ToleratedFailurePercentagePath": "$.most"}), 1, Some(exceeded)),
        (json!({"ToleratedFailureCount": 3, "ToleratedFailurePercentage": 1}), 1, Some(exceeded)),
    ] {
        let fields = with(&tolerance, json!({"ItemsPath": "$.items"}));
        for state in [map(fields.clone()), distributed(fields.clone())] {
            for mocked in [None, Some("Mine")] {
                let found = answer(state.clone(), |test| {
                    items(test);
                    test.input = json!({"items": [1, 2, 3], "most": 1});
                    test.failed_iterations = Some(failed);
                    if let Some(error) = mocked {
                        test.mock = Some(Err(Failure::new(error, "why")));
                        test.error_caused_by = Some("I".into());
                    }
                });
                let found = found.unwrap();
                let expected = mocked.or(error);
                assert_eq!(found.get("error").and_then(Value::as_str), expected, "{tolerance} {failed}");
                assert_eq!(found["status"], expected.map_or("SUCCEEDED", |_| "FAILED").into());
                assert_eq!(found["inspectionData"]["maxConcurrency"], 0.into());
            }
        }
    }
}

#[test]
fn what_an_item_reader_reads_is_given() {
    let check = |config: Value, data: &str, stage: &str, expected: &str| {
        let reader = json!({"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": config,
            "Parameters": {"Bucket": "b", "Key": "k"}}, "ItemSelector": {"v.$": "$$.Map.Item.Value"}});
        let found = answer(distributed(reader), |test| {
            test.mock = Some(Ok(json!([])));
            test.item_reader_data = Some(data.into());
        });
        let found = found.unwrap();
        let shown = found["inspectionData"].get(stage).unwrap_or(&found["cause"]);
        assert_eq!(shown.as_str(), Some(expected), "{data}: {found}");
    };
    check(json!({"InputType": "JSON"}), "[1]", "afterItemSelector", r#"[{"v":1}]"#);
    check(
        json!({"InputType": "JSON", "ItemsPointer": "/a/b"}),
        r#"{"a": {"b": [2]}}"#,
        "afterItemsPointer",
        "[2]",
    );
    check(json!({"InputType": "JSONL"}), "{\"a\":1}\n2\n", "afterItemSelector", r#"[{"v":{"a":1}},{"v":2}]"#);
    check(
        json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}),
        "a,b\n\"1,\"\"x\",2,3\r\n4",
        "afterItemSelector",
        r#"[{"v":{"a":"1,\"x","b":"2"}},{"v":{"a":"4","b":""}}]"#,
    );
    let not_iterable = "Attempting to map over non-iterable node.";
    check(json!({"InputType": "JSON"}), "7", "afterItemSelector", not_iterable);
}
