//! The JSON Schema has the fields that the readers have, and accepts what they accept.

use asl_model::{Code, OPERATORS, Source, Value, json_schema, parse};
use asl_value::json;

use crate::corpus::{CORPUS, asl_fields};

/// The smallest valid state of each type.
const LEAST: &[&str] = &[
    r#""Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true"#,
    r#""Type": "Pass", "End": true"#,
    r#""Type": "Choice", "Choices": [], "Default": "X""#,
    r#""Type": "Wait", "Seconds": 1, "End": true"#,
    r#""Type": "Succeed""#,
    r#""Type": "Fail""#,
    r#""Type": "Parallel", "Branches": [], "End": true"#,
    r#""Type": "Map", "ItemProcessor": {}, "End": true"#,
];

/// The tables of the schema agree with the readers.
#[test]
fn every_type_has_its_fields() {
    let schema = json_schema();
    for (machine, state) in [("JSONPath", "JSONPath"), ("JSONPath", "JSONata"), ("JSONata", "JSONata")] {
        for least in LEAST {
            let kind = least.split('"').nth(3).unwrap();
            let name = if machine == state {
                format!("{machine}.{kind}")
            } else {
                format!("{machine}.{state}.{kind}")
            };
            let properties = schema["definitions"][name.as_str()]["properties"].as_object().unwrap();
            for field in asl_fields().filter(|field| !least.contains(&format!("\"{field}\":"))) {
                let text = format!(
                    r#"{{"QueryLanguage": "{machine}", "StartAt": "X", "States": {{"X": {{"QueryLanguage": "{state}", {least}, "{field}": null}}}}}}"#
                );
                let text = if field == "QueryLanguage" {
                    text.replace(r#", "QueryLanguage": null"#, "")
                } else {
                    text
                };
                let misplaced = [Code::FIELD_NOT_SUPPORTED, Code::WRONG_QUERY_LANGUAGE];
                let refused = parse(&Source::json(text))
                    .diagnostics
                    .into_iter()
                    .any(|found| misplaced.contains(&found.code) && found.field.as_deref() == Some(field));
                assert_eq!(properties.contains_key(field), !refused, "{field} of {name}");
            }
        }
    }
}

/// Whether a value matches a schema. Keywords that this schema does not use panic.
fn matches(value: &Value, schema: &Value, root: &Value) -> bool {
    let Value::Object(keywords) = schema else { return schema.as_bool().unwrap() };
    let all = |schemas: &Value| {
        schemas.as_array().unwrap().iter().filter(|schema| matches(value, schema, root)).count()
    };
    keywords.iter().all(|(keyword, argument)| match keyword.as_str() {
        "$schema" | "title" | "description" | "definitions" | "then" | "else" => true,
        "$ref" => {
            let name = argument.as_str().unwrap().strip_prefix("#/definitions/").unwrap();
            matches(value, &root["definitions"][name], root)
        }
        "type" => match argument {
            Value::Array(names) => names.iter().any(|name| is_type(value, name.as_str().unwrap())),
            name => is_type(value, name.as_str().unwrap()),
        },
        "enum" => argument.as_array().unwrap().iter().any(|word| word == value),
        "const" => argument == value,
        "pattern" => value.as_str().is_none_or(|text| text.starts_with("{%") && text.ends_with("%}")),
        "minimum" => value.as_f64().is_none_or(|number| number >= argument.as_f64().unwrap()),
        "maximum" => value.as_f64().is_none_or(|number| number <= argument.as_f64().unwrap()),
        "minItems" => value.as_array().is_none_or(|items| items.len() as f64 >= argument.as_f64().unwrap()),
        "minProperties" => {
            value.as_object().is_none_or(|object| object.len() as f64 >= argument.as_f64().unwrap())
        }
        "items" => {
            value.as_array().is_none_or(|items| items.iter().all(|item| matches(item, argument, root)))
        }
        "required" => value.as_object().is_none_or(|object| {
            argument.as_array().unwrap().iter().all(|name| object.contains_key(name.as_str().unwrap()))
        }),
        "properties" => value.as_object().is_none_or(|object| {
            object
                .iter()
                .all(|(name, value)| argument.get(name).is_none_or(|schema| matches(value, schema, root)))
        }),
        "additionalProperties" => value.as_object().is_none_or(|object| {
            let known =
                |name: &str| keywords.get("properties").is_some_and(|known| known.get(name).is_some());
            object.iter().filter(|(name, _)| !known(name)).all(|(_, value)| matches(value, argument, root))
        }),
        "propertyNames" => value.as_object().is_none_or(|object| {
            let most = argument["maxLength"].as_f64().unwrap();
            object.keys().all(|name| !name.is_empty() && name.chars().count() as f64 <= most)
        }),
        "dependencies" => value.as_object().is_none_or(|object| {
            let needed = argument.as_object().unwrap().iter().filter(|(name, _)| object.contains_key(name));
            needed.into_iter().all(|(_, schema)| matches(value, schema, root))
        }),
        "allOf" => all(argument) == argument.as_array().unwrap().len(),
        "anyOf" => all(argument) > 0,
        "oneOf" => all(argument) == 1,
        "not" => !matches(value, argument, root),
        "if" => {
            let branch = if matches(value, argument, root) { "then" } else { "else" };
            keywords.get(branch).is_none_or(|schema| matches(value, schema, root))
        }
        other => panic!("the keyword {other}"),
    })
}

fn is_type(value: &Value, name: &str) -> bool {
    match name {
        "null" => *value == Value::Null,
        "boolean" => value.as_bool().is_some(),
        "string" => value.as_str().is_some(),
        "array" => value.as_array().is_some(),
        "object" => value.as_object().is_some(),
        "number" => value.as_f64().is_some(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        other => panic!("the type {other}"),
    }
}

#[track_caller]
fn check(text: &str, expected: bool) {
    let schema = json_schema();
    assert_eq!(matches(&Value::parse(text).unwrap(), &schema, &schema), expected, "{text}");
}

#[test]
fn the_corpus_matches() {
    for (_, text) in CORPUS {
        check(text, true);
    }
    for operator in &OPERATORS {
        let schema = json_schema();
        let comparisons = &schema["definitions"]["JSONPath.JSONPath.ChoiceRule"]["properties"];
        assert!(comparisons.get(operator.name).is_some(), "{}", operator.name);
    }
}

/// The pages about problems that a schema can detect.
#[test]
fn wrong_shapes_do_not_match() {
    let seen = [
        Code::MISSING_FIELD,
        Code::WRONG_TYPE,
        Code::NOT_ALLOWED_VALUE,
        Code::OUT_OF_RANGE,
        Code::FIELD_NOT_SUPPORTED,
        Code::WRONG_QUERY_LANGUAGE,
        Code::LANGUAGE_DOWNGRADE,
        Code::EXCLUSIVE_FIELDS,
        Code::UNKNOWN_FIELD,
        Code::EMPTY,
        Code::INVALID_STATE_NAME,
        Code::CHOICE_RULE,
    ];
    for code in Code::ALL {
        for (kind, valid) in [("valid", true), ("invalid", !seen.contains(code))] {
            let fence = format!("\n```json {kind}");
            let Some((_, block)) = code.page().split_once(&fence) else { continue };
            let text = block.split_once('\n').unwrap().1.split("\n```").next().unwrap();
            // Some are not JSON, or not an object.
            if Value::parse(text).is_ok_and(|value| value.as_object().is_some()) {
                check(text, valid);
            }
        }
    }
    check(r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}, "Owner": "me"}"#, false);
    let branch = |inner: &str| {
        format!(
            r#"{{"StartAt": "P", "States": {{"P": {{"Type": "Parallel", "End": true, "Branches": [{inner}]}}}}}}"#
        )
    };
    check(&branch(r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#), true);
    check(&branch(r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed", "Next": "B"}}}"#), false);
    check(
        &branch(r#"{"StartAt": "A", "QueryLanguage": "JSONata", "States": {"A": {"Type": "Succeed"}}}"#),
        false,
    );
}

#[test]
fn fields_are_described() {
    let schema = json_schema();
    let definitions = schema["definitions"].as_object().unwrap();
    let all = definitions.values().filter_map(|definition| definition.get("properties")?.as_object());
    for (name, property) in
        all.flat_map(|properties| properties.iter()).filter(|(name, _)| name.as_str() != "Type")
    {
        assert!(property.get("description").is_some(), "{name}");
    }
    assert_ne!(schema["properties"]["StartAt"]["description"], json!(null));
}
