//! Definitions drawn at random: wherever an action is offered, no execution changes.

use serde_json::{Value, json};

use super::{J, PARALLEL, VARIABLE, Y, comparable, executions, extracted};
use crate::support::yaml;

/// Numbers that repeat (xorshift).
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const INPUTS: &[&str] = &[
    r#"{"a": 1, "b": [], "c": {"d": [[7]]}, "n": null, "items": [1, 2]}"#,
    r#"{"a": "x", "b": [[]], "c": {"d": 0.10}, "items": []}"#,
];

const NAMES: [&str; 7] = ["A", "B", "T", "C", "U", "D", "E"];

/// A definition of up to seven states, whose transitions lead forward.
fn definition(draw: &mut Draw, is_jsonata: bool) -> Value {
    let mut states = serde_json::Map::new();
    for (index, name) in NAMES.iter().enumerate() {
        let next = |draw: &mut Draw| {
            NAMES[(index + 1 + usize::from(draw.below(5) == 0)).min(NAMES.len() - 1)].to_owned()
        };
        let is_last = index + 1 == NAMES.len();
        let [to, one, other] = [next(draw), next(draw), next(draw)];
        let mut state = match (*name, draw.below(6)) {
            ("T" | "U", _) => task(draw, is_jsonata, &one),
            (_, 0) if !is_last => choice(draw, is_jsonata, &one, &other),
            (_, 1) => json!({"Type": "Wait", "Seconds": 3}),
            (_, 2) => map(draw, is_jsonata, name),
            _ => pass(draw, is_jsonata),
        };
        let end = if draw.below(16) == 0 || is_last { json!({"End": true}) } else { json!({"Next": to}) };
        if state["Type"] != "Choice" {
            state.as_object_mut().unwrap().extend(end.as_object().unwrap().clone());
        }
        if draw.below(12) == 0 && !is_last {
            state = json!({"Type": "Fail", "Error": "Bad", "Cause": "why"});
        }
        if is_jsonata && draw.below(4) == 0 && !matches!(state["Type"].as_str(), Some("Fail")) {
            state["Assign"] = json!({(draw.one(&["v", "w"])): expression(draw)});
        }
        states.insert((*name).to_owned(), state);
    }
    let language = if is_jsonata { "JSONata" } else { "JSONPath" };
    let start = draw.one(&["A", "B"]);
    let mut reached = vec![start.to_owned()];
    let mut at = 0;
    while let Some(name) = reached.get(at) {
        let state = &states[name];
        let inner =
            ["Choices", "Catch"].into_iter().flat_map(|list| state[list].as_array().into_iter().flatten());
        let targets = inner.map(|item| &item["Next"]).chain([&state["Next"], &state["Default"]]);
        reached.extend(targets.filter_map(|name| name.as_str().map(str::to_owned)).collect::<Vec<_>>());
        at += 1;
    }
    states.retain(|name, _| reached.contains(name));
    json!({"QueryLanguage": language, "StartAt": start, "States": states})
}

fn expression(draw: &mut Draw) -> &'static str {
    draw.one(&[
        "{% $states.input %}",
        "{% [$states.input] %}",
        "{% $states.input.c.d %}",
        "{% $states.input.b %}",
        "{% $exists($v) ? $v : [] %}",
        "{% {'s': $states.context.State.Name, 'i': $states.input.items} %}",
        "{% $string($states.input.b) %}",
        "{% $states.input.items[0] %}",
    ])
}

fn path(draw: &mut Draw) -> &'static str {
    draw.one(&[
        "$",
        "$.b",
        "$.c.d",
        "$$.State.Name",
        "States.Array($.b)",
        "$.items",
        "$..d",
        "States.JsonToString($.b)",
    ])
}

fn pass(draw: &mut Draw, is_jsonata: bool) -> Value {
    if is_jsonata {
        return json!({"Type": "Pass", "Output": {"b": expression(draw), "c": {"d": expression(draw)}, "items": [[]]}});
    }
    let parameters = json!({"b.$": path(draw), "c": {"d.$": path(draw)}, "items": [3, {"x.$": path(draw)}]});
    match draw.below(3) {
        0 => json!({"Type": "Pass", "Result": [[]], "ResultPath": "$.b"}),
        1 => json!({"Type": "Pass", "Parameters": parameters, "ResultPath": "$.c.d"}),
        _ => json!({"Type": "Pass", "Parameters": parameters}),
    }
}

fn task(draw: &mut Draw, is_jsonata: bool, handler: &str) -> Value {
    let mut task = json!({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"});
    let mut catcher = json!({"ErrorEquals": [draw.one(&["Broken", "States.ALL"])], "Next": handler});
    if is_jsonata {
        task["Arguments"] = json!({"x": expression(draw), "y": expression(draw)});
        task["Output"] = json!({"b": expression(draw), "c": {"d": "{% $states.result.list %}"}, "items": []});
        catcher["Output"] = json!("{% $states.input %}");
    } else {
        task["Parameters"] = json!({"x.$": path(draw), "y": {"z.$": path(draw)}});
        task["ResultPath"] = json!("$.b");
        catcher["ResultPath"] = json!("$.error");
    }
    if draw.below(3) == 0 {
        task["Retry"] = json!([{"ErrorEquals": [draw.one(&["Broken", "States.ALL"])], "MaxAttempts": 1}]);
    }
    if draw.below(2) == 0 {
        task["Catch"] = json!([catcher]);
    }
    task
}

fn choice(draw: &mut Draw, is_jsonata: bool, one: &str, other: &str) -> Value {
    let rule = match is_jsonata {
        true => {
            json!({"Condition": draw.one(&["{% $exists($states.input.b) %}", "{% $states.input.a = 1 %}"]), "Next": one})
        }
        false => json!({"Variable": draw.one(&["$.b", "$.a"]), "IsPresent": true, "Next": one}),
    };
    json!({"Type": "Choice", "Choices": [rule], "Default": other})
}

fn map(draw: &mut Draw, is_jsonata: bool, name: &str) -> Value {
    let (inner, last) = (format!("{name} I"), format!("{name} K"));
    let states = json!({(&inner): {"Type": "Pass", "Next": last}, (&last): {"Type": "Pass", "End": true}});
    let processor = json!({"StartAt": inner, "States": states});
    match is_jsonata {
        true => json!({
            "Type": "Map",
            "Items": draw.one(&["{% [1, $states.input] %}", "{% $states.input.items %}"]),
            "ItemProcessor": processor,
            "Output": {"b": "{% $states.result %}", "c": {"d": []}, "items": [1, 2]},
        }),
        false => json!({
            "Type": "Map",
            "ItemsPath": "$.items",
            "Parameters": {"i.$": "$$.Map.Item.Index", "v.$": "$"},
            "ItemProcessor": processor,
            "ResultPath": "$.items",
        }),
    }
}

/// The texts with some consecutive states selected.
fn states(text: &str, is_json: bool, names: &[&String]) -> Vec<String> {
    let key =
        |name: &&String| if is_json { format!("\n    \"{name}\": {{") } else { format!("\n  {name}:\n") };
    let mut starts: Vec<usize> = names.iter().map(|name| text.find(&key(name)).unwrap()).collect();
    starts.push(if is_json { text.rfind("\n  }").unwrap() } else { text.len() });
    let pairs = (0..names.len()).flat_map(|from| (from + 1..=names.len()).map(move |to| (from, to)));
    let marked = pairs.map(|(from, to)| {
        format!("{}«{}»{}", &text[..starts[from]], &text[starts[from]..starts[to]], &text[starts[to]..])
    });
    marked.collect()
}

/// The texts with one expression selected each.
fn values(text: &str) -> Vec<String> {
    let starts = text.match_indices(".input").chain(text.match_indices("States.")).map(|(start, _)| start);
    starts
        .map(|start| format!("{}«{}»{}", &text[..start], &text[start..start + 4], &text[start + 4..]))
        .collect()
}

#[test]
fn no_execution_changes() {
    let mut draw = Draw(0x5eed_0007);
    let mut offered = [0, 0];
    let mut succeeded = 0;
    for number in 0..16 {
        let definition = definition(&mut draw, number % 2 == 0);
        let is_json = number % 4 < 2;
        let (file, text) = match is_json {
            true => (J, serde_json::to_string_pretty(&definition).unwrap()),
            false => (Y, yaml(&asl_value::Value::parse(&definition.to_string()).unwrap())),
        };
        let names: Vec<&String> = definition["States"].as_object().unwrap().keys().collect();
        let regions = states(&text, is_json, &names).into_iter().map(|marked| (PARALLEL, 0, marked));
        let marked: Vec<_> =
            regions.chain(values(&text).into_iter().map(|marked| (VARIABLE, 1, marked))).collect();
        let runs = |text: &str| executions(file, text, INPUTS);
        let before = runs(&text);
        succeeded += before.iter().filter(|run| run.starts_with("Succeeded")).count();
        for (into, kind, marked) in marked {
            let Ok(after) = extracted(file, &marked, into) else { continue };
            offered[kind] += 1;
            for (before, ran) in before.iter().zip(runs(&after.text)) {
                assert_eq!(comparable(&ran, into), comparable(before, into), "{marked}\n{}", after.text);
            }
        }
    }
    assert!(offered[0] > 150 && offered[1] > 40 && succeeded > 20, "{offered:?} {succeeded}");
}
