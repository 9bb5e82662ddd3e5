//! Templates that build large values: many fields, each a call that makes a long value from its input, nested and joined.

use asl_value::{Object, Text, Value, json};

use super::Attack;
use crate::fuzz::Random;

/// The maximum size of a call, in bytes.
const MOST_TEXT: usize = 4000;

pub(super) fn attack(random: &mut Random) -> Attack {
    let fields = [1, 10, 100, 200].get(random.below(4)).copied().unwrap_or(1);
    let length = [10, 1000, 60_000, 200_000].get(random.below(4)).copied().unwrap_or(10);
    let depth = 1 + random.below(6);
    let call = call(random, depth);
    let members: Object =
        (0..fields).map(|number| (Text::from(format!("x{number}.$")), Value::from(call.as_str()))).collect();
    let place = ["Parameters", "Assign", "ItemSelector", "ResultSelector"].get(random.below(4)).copied();
    let definition = state(place.unwrap_or("Parameters"), members);
    let items: Value = (0..length / 100).map(Value::from).collect();
    let input = json!({"a": "x".repeat(length), "b": items, "c": "{\"k\":1}"});
    Attack { definition: definition.to_json(), input, ..Attack::default() }
}

fn state(place: &str, members: Object) -> Value {
    let state = match place {
        "ItemSelector" => json!({
            "Type": "Map", "ItemsPath": "$.b", "ItemSelector": members, "End": true,
            "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}
        }),
        "ResultSelector" => json!({
            "Type": "Parallel", "ResultSelector": members, "End": true,
            "Branches": [{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}]
        }),
        place => json!({"Type": "Pass", (place): members, "End": true}),
    };
    json!({"StartAt": "A", "States": {"A": state}})
}

/// A call of an intrinsic function, nested `depth` levels deep.
fn call(random: &mut Random, depth: usize) -> String {
    let argument = |random: &mut Random| match depth {
        0 | 1 => {
            ["$.a", "$.b", "$", "$.c", "'y'", "7"].get(random.below(6)).copied().unwrap_or("$").to_owned()
        }
        _ => call(random, depth - 1),
    };
    match random.below(9) {
        0 | 1 => {
            let arguments = repeated(random, &argument);
            format!("States.Format('{}', {})", "{}".repeat(arguments.len()), arguments.join(", "))
        }
        2 | 3 => format!("States.Array({})", repeated(random, &argument).join(", ")),
        4 => format!("States.JsonToString({})", argument(random)),
        5 => format!("States.ArrayUnique(States.Array({}, {}))", argument(random), argument(random)),
        6 => format!("States.ArrayPartition(States.Array({}), 1)", argument(random)),
        7 => "States.ArrayRange(1, 999, 1)".to_owned(),
        _ => format!("States.StringSplit({}, 'x')", argument(random)),
    }
}

/// Repeats an argument, within the size of a definition.
fn repeated(random: &mut Random, argument: &impl Fn(&mut Random) -> String) -> Vec<String> {
    let argument = argument(random);
    let most = (MOST_TEXT / argument.len().max(1)).max(1);
    vec![argument; (1 + random.below(40)).min(most)]
}
