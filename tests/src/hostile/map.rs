//! Nested Maps and Parallels, loops and waits: the number of strands multiplies, and so do their values.

use std::time::Duration;

use asl_value::{Value, json};

use super::Attack;
use crate::fuzz::Random;

pub(super) fn attack(random: &mut Random) -> Attack {
    let depth = 1 + random.below(5);
    let definition = nested(random, depth);
    let items: Value =
        (0..[3, 40, 400].get(random.below(3)).copied().unwrap_or(3)).map(Value::from).collect();
    let text = "x".repeat([10, 5000, 100_000].get(random.below(3)).copied().unwrap_or(10));
    // The work of such a machine is allowed, but may take longer than a test can wait.
    let deadline = Some(Duration::from_millis(200 + random.below(300) as u64));
    Attack {
        definition: definition.to_json(),
        input: json!({"items": items, "text": text}),
        deadline,
        ..Attack::default()
    }
}

/// A machine whose states have names of this depth.
fn nested(random: &mut Random, depth: usize) -> Value {
    let name = format!("S{depth}-{}", random.below(1_000_000));
    if depth == 0 {
        return leaf(random, &name);
    }
    let state = match random.below(4) {
        0 => {
            let branches: Vec<Value> = (0..1 + random.below(6)).map(|_| nested(random, depth - 1)).collect();
            json!({"Type": "Parallel", "Branches": branches, "ResultPath": null, "End": true})
        }
        _ => {
            let mode = ["INLINE", "DISTRIBUTED"].get(random.below(2)).copied().unwrap_or("INLINE");
            let config = match mode {
                "INLINE" => json!({"Mode": mode}),
                _ => json!({"Mode": mode, "ExecutionType": "STANDARD"}),
            };
            let mut processor = nested(random, depth - 1).as_object().cloned().unwrap_or_default();
            processor.insert("ProcessorConfig", config);
            json!({
                "Type": "Map", "ItemsPath": "$.items", "ResultPath": null, "End": true,
                "ItemSelector": {"items.$": "$.items", "text.$": "$.text", "id.$": "States.UUID()"},
                "ItemProcessor": processor
            })
        }
    };
    json!({"StartAt": name.as_str(), "States": {(name.as_str()): state}})
}

fn leaf(random: &mut Random, name: &str) -> Value {
    let state = match random.below(4) {
        0 => json!({"Type": "Wait", "Seconds": 1000, "End": true}),
        1 => {
            json!({"Type": "Pass", "Parameters": {"text.$": "States.Format('{}{}', $.text, $.text)"}, "End": true})
        }
        2 => {
            json!({"Type": "Pass", "Assign": {"v.$": "States.Format('{}!', $.text)"}, "Next": (format!("{name}-w"))})
        }
        _ => {
            let choice = json!({
                "Type": "Choice", "Choices": [{"Variable": "$.stop", "IsPresent": true, "Next": (format!("{name}-w"))}],
                "Default": name
            });
            return json!({"StartAt": name, "States": {(name): choice, (format!("{name}-w")): {"Type": "Succeed"}}});
        }
    };
    let wait = json!({"Type": "Wait", "Seconds": 1, "End": true});
    match state.get("Next") {
        Some(_) => json!({"StartAt": name, "States": {(name): state, (format!("{name}-w")): wait}}),
        None => json!({"StartAt": name, "States": {(name): state}}),
    }
}
