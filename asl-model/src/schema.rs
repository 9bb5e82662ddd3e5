//! [`json_schema`]: a JSON Schema of the language, for editors.

use asl_value::{Array, Object, Value, json};

use crate::QueryLanguage;
use crate::limits::{self, Bounds};
use crate::operator::{OPERATORS, Operand};
use crate::vocabulary::{Belongs, belongs};

mod choice;
mod common;
mod machine;
mod map;
mod recovery;
mod shape;
mod states;

use machine::{BRANCH, DEFINITION};
use shape::{FieldShape, Kind, Shape};
use states::STATES;

/// A string of JSONata: `{% … %}`.
const QUERY: &str = r"^\{%[\s\S]*%\}$";

/// A JSON Schema of definitions, draft 7: fields, their types and bounds, and which of them exclude each other, by type
/// of state and query language. Transitions, expressions and ARNs cannot be expressed in a schema;
/// [`parse`](crate::parse) checks them.
///
/// ```
/// let schema = asl_model::json_schema();
/// assert_eq!(schema["title"].as_str(), Some("Amazon States Language"));
/// assert!(schema["definitions"]["JSONata.Task"]["properties"]["Arguments"].as_object().is_some());
/// ```
pub fn json_schema() -> Value {
    let mut definitions = Definitions::default();
    let languages = [QueryLanguage::JsonPath, QueryLanguage::JsonAta];
    for language in languages {
        definitions.states(language);
    }
    let root = object(&DEFINITION, Languages { machine: None, state: None }, &mut definitions);
    let mut schema: Object = [
        ("$schema", "http://json-schema.org/draft-07/schema#".into()),
        ("title", "Amazon States Language".into()),
        ("description", "A state machine of AWS Step Functions.".into()),
    ]
    .into_iter()
    .collect();
    if let Value::Object(root) = root {
        for (name, value) in &root {
            schema.insert(name.clone(), value.clone());
        }
    }
    let [path, query] =
        languages.map(|language| json!({"properties": {"States": (reference(&states(language)))}}));
    schema.insert("if", is("QueryLanguage", "JSONata"));
    schema.insert("then", query);
    schema.insert("else", path);
    schema.insert("definitions", Value::Object(definitions.0));
    // Bounds are doubles here; in a schema `1` reads better than `1.0`.
    Value::Object(schema).normalised()
}

/// The query languages of the definition and of the state that contain an object; `None` if they do not matter.
#[derive(Clone, Copy)]
struct Languages {
    machine: Option<QueryLanguage>,
    state: Option<QueryLanguage>,
}

/// The named parts of the schema.
#[derive(Default)]
struct Definitions(Object);

impl Definitions {
    /// The states of a definition in a query language.
    fn states(&mut self, machine: QueryLanguage) {
        let any = json!({
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"minLength": 1, "maxLength": (limits::STATE_NAME_CHARS)},
            "additionalProperties": (reference(&format!("{machine}.State")))
        });
        self.0.insert(states(machine), any);
        let types: Value = STATES.iter().map(|shape| Value::from(shape.name)).collect();
        let cases: Array = STATES.iter().map(|shape| self.case(machine, shape)).collect();
        let state = json!({
            "type": "object",
            "required": ["Type"],
            "properties": {"Type": {"description": "What the state does.", "enum": types}},
            "allOf": (Value::Array(cases))
        });
        self.0.insert(format!("{machine}.State"), state);
    }

    /// The rules for states of one type.
    fn case(&mut self, machine: QueryLanguage, shape: &Shape) -> Value {
        let mut of = |language: QueryLanguage| {
            let name = match (machine, language) {
                (QueryLanguage::JsonPath, QueryLanguage::JsonAta) => {
                    format!("JSONPath.JSONata.{}", shape.name)
                }
                _ => format!("{machine}.{}", shape.name),
            };
            let dialect = Languages { machine: Some(machine), state: Some(language) };
            let state = self::state(shape, dialect, self);
            self.0.insert(name.clone(), state);
            reference(&name)
        };
        let then = match machine {
            QueryLanguage::JsonAta => of(QueryLanguage::JsonAta),
            QueryLanguage::JsonPath => json!({
                "if": (is("QueryLanguage", "JSONata")),
                "then": (of(QueryLanguage::JsonAta)),
                "else": (of(QueryLanguage::JsonPath))
            }),
        };
        json!({"if": (is("Type", shape.name)), "then": then})
    }

    /// A reference to the schema of an object inside a state.
    fn inner(&mut self, shape: &Shape, dialect: Languages) -> Value {
        let languages = [dialect.machine, dialect.state].into_iter().flatten().map(QueryLanguage::name);
        let name = languages.chain([shape.name]).collect::<Vec<_>>().join(".");
        if !self.0.contains_key(&name) {
            // The object may contain itself.
            self.0.insert(name.clone(), Value::Null);
            let object = object(shape, dialect, self);
            self.0.insert(name.clone(), object);
        }
        reference(&name)
    }
}

fn states(language: QueryLanguage) -> String {
    format!("{language}.States")
}

fn reference(name: &str) -> Value {
    json!({"$ref": (format!("#/definitions/{name}"))})
}

/// The condition that a field has this value.
fn is(field: &str, value: &str) -> Value {
    let properties: Object = [(field, json!({"const": value}))].into_iter().collect();
    json!({"required": [field], "properties": (Value::Object(properties))})
}

/// An object of the language that has no other fields.
fn object(shape: &Shape, dialect: Languages, definitions: &mut Definitions) -> Value {
    let mut properties = Object::new();
    let mut required = Vec::new();
    for field in shape.fields.iter().copied().flatten().filter(|field| is_of(field.name, dialect)) {
        properties.insert(field.name, described(value(field, dialect, definitions), field.about));
        if matches!(field.kind, Kind::Variable) {
            for operator in &OPERATORS {
                properties.insert(operator.name, operand(operator.operand));
            }
        }
        if field.required {
            required.push(Value::from(field.name));
        }
    }
    let mut all = Vec::new();
    for names in shape.exactly_one {
        let names = names.iter().filter(|name| properties.contains_key(name));
        match names.collect::<Vec<_>>().as_slice() {
            [one] => required.push(Value::from(**one)),
            several => {
                all.push(json!({"oneOf": (several.iter().map(|name| requires(&[name])).collect::<Value>())}))
            }
        }
    }
    for names in shape.at_most_one {
        if names.iter().all(|name| properties.contains_key(name)) {
            all.push(json!({"not": (requires(names))}));
        }
    }
    let mut object: Object =
        [("type", "object".into()), ("required", Value::Array(required.into()))].into_iter().collect();
    if properties.contains_key("Variable") {
        let comparisons: Value = OPERATORS.iter().map(|operator| requires(&[operator.name])).collect();
        object.insert("dependencies", json!({"Variable": {"oneOf": comparisons}}));
    }
    object.insert("properties", Value::Object(properties));
    object.insert("additionalProperties", false.into());
    if !all.is_empty() {
        object.insert("allOf", Value::Array(all.into()));
    }
    Value::Object(object)
}

/// A state: an object with `Type` and `QueryLanguage`.
fn state(shape: &Shape, dialect: Languages, definitions: &mut Definitions) -> Value {
    let mut state = object(shape, dialect, definitions);
    let words: &[&str] = match dialect.machine {
        Some(QueryLanguage::JsonAta) => &["JSONata"],
        _ => &["JSONPath", "JSONata"],
    };
    if let Value::Object(state) = &mut state
        && let Some(Value::Object(properties)) = state.get("properties").cloned()
    {
        let mut properties = properties;
        properties.insert("Type", json!({"const": (shape.name)}));
        let language = json!({"enum": (words.iter().map(|word| Value::from(*word)).collect::<Value>())});
        properties.insert("QueryLanguage", described(language, "The language of expressions in this state."));
        state.insert("properties", Value::Object(properties));
    }
    state
}

fn requires(names: &[&str]) -> Value {
    json!({"required": (names.iter().map(|name| Value::from(*name)).collect::<Value>())})
}

/// Whether an object in this dialect may have the field.
fn is_of(name: &str, dialect: Languages) -> bool {
    // A key that ends in `.$` is a path.
    let path_only = name.ends_with(".$") && dialect.state == Some(QueryLanguage::JsonAta);
    !path_only
        && match (belongs(name), dialect.state) {
            (Belongs::To(language), Some(state)) => language == state,
            (Belongs::To(_) | Belongs::Both, _) => true,
        }
}

fn described(value: Value, about: &str) -> Value {
    // In draft 7, everything next to a reference is ignored.
    if value.get("$ref").is_some() {
        return json!({"description": about, "allOf": [value]});
    }
    match value {
        Value::Object(members) => {
            let mut described: Object = [("description", about.into())].into_iter().collect();
            for (name, value) in &members {
                described.insert(name.clone(), value.clone());
            }
            Value::Object(described)
        }
        other => other,
    }
}

fn value(field: &FieldShape, dialect: Languages, definitions: &mut Definitions) -> Value {
    let query = || json!({"type": "string", "pattern": QUERY});
    let or_query = |value: Value| match dialect.state {
        Some(QueryLanguage::JsonAta) => json!({"anyOf": [value, (query())]}),
        _ => value,
    };
    match &field.kind {
        Kind::Any => json!({}),
        Kind::Text => json!({"type": "string"}),
        Kind::Path => json!({"type": ["string", "null"]}),
        Kind::Boolean => json!({"type": "boolean"}),
        Kind::Integer(bounds) => integer(bounds),
        Kind::Whole(bounds) => or_query(integer(bounds)),
        Kind::Number(min, max) => or_query(json!({"type": "number", "minimum": (*min), "maximum": (*max)})),
        Kind::AtLeast(min) => json!({"type": "number", "minimum": (*min)}),
        Kind::Words(words) => {
            json!({"enum": (words.iter().map(|word| Value::from(*word)).collect::<Value>())})
        }
        Kind::Condition => json!({"anyOf": [{"type": "boolean"}, (query())]}),
        Kind::Items => json!({"anyOf": [{"type": ["array", "object"]}, (query())]}),
        Kind::Texts => json!({"type": "array", "minItems": 1, "items": {"type": "string"}}),
        Kind::Object(shape) => definitions.inner(shape, dialect),
        Kind::List(shape) => {
            let filled = matches!(field.name, "Choices" | "And" | "Or");
            json!({"type": "array", "minItems": (u64::from(filled)), "items": (definitions.inner(shape, dialect))})
        }
        Kind::States => match dialect.machine {
            Some(language) => reference(&states(language)),
            None => json!({"type": "object"}),
        },
        Kind::Branches => {
            // A branch has no query language, so the language of the state does not matter.
            let branch = definitions.inner(&BRANCH, Languages { state: None, ..dialect });
            json!({"type": "array", "minItems": 1, "items": branch})
        }
        Kind::Variable => json!({"type": "string"}),
    }
}

fn integer(bounds: &Bounds) -> Value {
    match bounds.max {
        u64::MAX => json!({"type": "integer", "minimum": (bounds.min)}),
        max => json!({"type": "integer", "minimum": (bounds.min), "maximum": max}),
    }
}

fn operand(operand: Operand) -> Value {
    let (kind, about) = match operand {
        Operand::String => ("string", "The text to compare with."),
        Operand::Number => ("number", "The number to compare with."),
        Operand::Boolean => ("boolean", "The expected boolean."),
        Operand::Timestamp => ("string", "The instant to compare with, as an RFC 3339 timestamp."),
        Operand::Path => ("string", "The path of the value to compare with."),
    };
    json!({"description": about, "type": kind})
}
