//! The JSON Schema of test files, for editors.

use asl_value::{Value, json};

/// The JSON Schema (draft 2020-12) of test files. `docs/asl-test.schema.json` is this document.
///
/// ```
/// let schema = asl_test::json_schema();
/// assert_eq!(schema["required"].to_json(), r#"["cases"]"#);
/// ```
pub fn json_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tests of an Amazon States Language workflow",
        "description": "A test file of `asl test`: a machine and its cases",
        "type": "object",
        "required": ["cases"],
        "additionalProperties": false,
        "properties": {
            "$schema": {"type": "string"},
            "comment": {"type": "string"},
            "machine": described(json!({"type": "string"}), "The path of the definition, from the folder of this file. Left out: the definition beside this file, orders.asl.json for orders.test.yaml"),
            "type": reference("kind", "The type of the machine: its limits and what it may use"),
            "substitutions": reference("substitutions", "Values for ${Name} in the definition"),
            "mocks": reference("mocks", "The tasks of all cases. Those of a case come first"),
            "with": {
                "description": "Machines that the machine can start, each with the mocks of its tasks",
                "type": "array",
                "items": with()
            },
            "cases": {"type": "array", "items": reference("case", "A case: an input, mocked tasks, and what is expected")}
        },
        "$defs": {
            "kind": {"enum": ["STANDARD", "EXPRESS"]},
            "substitutions": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
            "mocks": mocks(),
            "answer": answer(),
            "case": case(),
            "expect": expect(),
            "seconds": {"type": "number", "minimum": 0},
            "count": {"type": "integer", "minimum": 0}
        }
    })
}

fn with() -> Value {
    json!({
        "type": "object",
        "required": ["machine"],
        "additionalProperties": false,
        "properties": {
            "machine": described(json!({"type": "string"}), "The path of its definition. It is named after its file"),
            "type": reference("kind", "Its type"),
            "substitutions": reference("substitutions", "Values for ${Name} in its definition"),
            "mocks": reference("mocks", "Its tasks")
        }
    })
}

fn mocks() -> Value {
    json!({
        "type": "object",
        "description": "Answers by the name of a Task state, or by a resource: its ARN, the name of a function, sqs:sendMessage",
        "additionalProperties": {
            "anyOf": [
                {"$ref": "#/$defs/answer"},
                {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/answer"}}
            ]
        }
    })
}

fn answer() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "return": {"description": "The result of the task"},
            "throw": {
                "description": "The error of the task, or its name alone",
                "anyOf": [
                    {"type": "string"},
                    {
                        "type": "object",
                        "additionalProperties": false,
                        "properties": {"error": {"type": "string"}, "cause": {"type": "string"}}
                    }
                ]
            },
            "delaySeconds": reference("seconds", "How long the task takes, in virtual time"),
            "when": {"description": "Only calls whose arguments include this get the answer"},
            "times": {
                "description": "How many calls get the answer: one in an array, any number alone",
                "anyOf": [{"$ref": "#/$defs/count"}, {"const": "always"}]
            }
        },
        "oneOf": [{"required": ["return"]}, {"required": ["throw"]}]
    })
}

fn case() -> Value {
    json!({
        "type": "object",
        "required": ["name"],
        "additionalProperties": false,
        "properties": {
            "name": described(json!({"type": "string"}), "A sentence that says what is so"),
            "comment": {"type": "string"},
            "input": {"description": "The input; {} if it is left out"},
            "inputFile": described(json!({"type": "string"}), "A JSON file with the input"),
            "seed": reference("count", "Seeds random numbers, and so UUIDs and jitter"),
            "time": described(json!({"type": "string", "format": "date-time"}), "When the execution begins: 2026-01-01T00:00:00Z if it is left out"),
            "mocks": reference("mocks", "The tasks of the case"),
            "mockFile": described(json!({"type": "string"}), "FILE#Machine/Case of a MockConfigFile of Step Functions Local, for the other tasks"),
            "record": described(json!({"type": "string"}), "A recorded history, whose results the other tasks have"),
            "expect": reference("expect", "What is expected. Left out: that the execution succeeds")
        }
    })
}

fn expect() -> Value {
    let text = || json!({"type": "string"});
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "status": {"enum": ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]},
            "output": {"description": "The whole output"},
            "outputIncludes": {"description": "A part of the output: objects may have further members"},
            "error": described(text(), "The name of the error"),
            "cause": described(text(), "The whole cause"),
            "causeIncludes": described(text(), "A part of the cause"),
            "path": described(json!({"type": "array", "items": {"type": "string"}}), "The states in order, without those of branches and iterations"),
            "visits": described(json!({"type": "object", "additionalProperties": {"$ref": "#/$defs/count"}}), "How often states are entered, those of branches and iterations included"),
            "calls": calls(),
            "variables": described(json!({"type": "object"}), "Variables at the end"),
            "durationSeconds": {
                "description": "How long the execution takes, in virtual time",
                "anyOf": [
                    {"$ref": "#/$defs/seconds"},
                    {
                        "type": "object",
                        "additionalProperties": false,
                        "properties": {"atLeast": {"$ref": "#/$defs/seconds"}, "atMost": {"$ref": "#/$defs/seconds"}}
                    }
                ]
            },
            "that": {
                "description": "JSONata expressions that are true, with $input, $status, $output, $error, $cause, $path, $visits, $variables and $seconds",
                "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
            },
            "history": described(text(), "A file with the history, in the folder of this file. `asl test --update` writes it")
        }
    })
}

fn calls() -> Value {
    json!({
        "type": "object",
        "description": "How often tasks are called, by state or resource, retries included",
        "additionalProperties": {
            "anyOf": [
                {"$ref": "#/$defs/count"},
                {"type": "array", "description": "The arguments of each call"},
                {
                    "type": "object",
                    "required": ["includes"],
                    "additionalProperties": false,
                    "properties": {
                        "times": {"$ref": "#/$defs/count"},
                        "includes": {"description": "A part of the arguments of each call"}
                    }
                }
            ]
        }
    })
}

fn reference(name: &str, description: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}").as_str(), "description": description})
}

fn described(schema: Value, description: &str) -> Value {
    let mut schema = schema.as_object().cloned().unwrap_or_default();
    schema.insert("description", description.into());
    schema.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::names;

    /// The schema has the fields that the reader knows.
    #[test]
    fn names_are_those_of_the_reader() {
        let schema = json_schema();
        let of = |place: &Value, names: &[&str]| {
            let mut known: Vec<&str> =
                place["properties"].as_object().unwrap().keys().map(|name| &**name).collect();
            let mut names = names.to_vec();
            known.sort_unstable();
            names.sort_unstable();
            assert_eq!(known, names);
        };
        let definitions = &schema["$defs"];
        of(&schema, names::FILE);
        of(&schema["properties"]["with"]["items"], names::WITH);
        of(&definitions["case"], names::CASE);
        of(&definitions["answer"], names::ANSWER);
        of(&definitions["answer"]["properties"]["throw"]["anyOf"][1], names::THROW);
        of(&definitions["expect"], names::EXPECT);
        of(&definitions["expect"]["properties"]["calls"]["additionalProperties"]["anyOf"][2], names::CALLS);
        of(&definitions["expect"]["properties"]["durationSeconds"]["anyOf"][1], names::DURATION);
    }
}
