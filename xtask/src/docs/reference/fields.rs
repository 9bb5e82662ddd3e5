//! The fields of a definition.

use asl_value::Value;

use super::table::{cell, heading};
use crate::Result;

const INTRODUCTION: &str = "The fields of a machine, of each type of state, and of their parts, with what they take in each query \
language. “or JSONata” means that a string `{% … %}` is evaluated. A dash means that the field is refused. [States](states.md) \
explains what they do. [asl.schema.json](../asl.schema.json) is the same for programs.";

/// The types of states.
const STATES: [&str; 8] = ["Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"];

/// What fields contain.
const PARTS: [(&str, &str); 12] = [
    ("Retrier", "An item of `Retry`."),
    ("Catcher", "An item of `Catch`."),
    ("Credentials", "Of a Task."),
    ("ChoiceRule", "An item of `Choices`."),
    ("Branch", "An item of `Branches`."),
    ("ItemProcessor", "Of a Map."),
    ("ProcessorConfig", "Of an ItemProcessor."),
    ("ItemReader", "Of a distributed Map."),
    ("ReaderConfig", "Of an ItemReader."),
    ("ItemBatcher", "Of a distributed Map."),
    ("ResultWriter", "Of a distributed Map."),
    ("WriterConfig", "Of a ResultWriter."),
];

pub(super) fn page() -> Result<String> {
    let schema = asl_model::json_schema();
    let mut page = heading("Fields", INTRODUCTION);
    page.push_str("## The machine\n\n");
    table(&mut page, Some(&schema), Some(&schema));
    for state in STATES {
        let shapes = [format!("JSONPath.{state}"), format!("JSONata.{state}")];
        section(&mut page, &schema, (state, ""), &shapes)?;
    }
    for part in PARTS {
        let shapes = match part.0 {
            "Branch" => ["JSONPath.Branch".to_owned(), "JSONata.Branch".to_owned()],
            name => [format!("JSONPath.JSONPath.{name}"), format!("JSONata.JSONata.{name}")],
        };
        section(&mut page, &schema, part, &shapes)?;
    }
    Ok(page)
}

fn section(page: &mut String, schema: &Value, (name, of): (&str, &str), shapes: &[String; 2]) -> Result<()> {
    let definitions = schema.get("definitions");
    let [path, query] = shapes.each_ref().map(|shape| definitions.and_then(|all| all.get(shape)));
    if path.or(query).is_none() {
        return Err(format!("the schema has no {name}").into());
    }
    page.push_str(&format!("\n## {name}\n\n"));
    if !of.is_empty() {
        page.push_str(&format!("{of}\n\n"));
    }
    table(page, path, query);
    Ok(())
}

/// A row for each field of a shape in the two languages.
fn table(page: &mut String, path: Option<&Value>, query: Option<&Value>) {
    page.push_str("| field | JSONPath | JSONata | what it is |\n|---|---|---|---|\n");
    let mut seen: Vec<&str> = Vec::new();
    for (name, field) in fields(path).chain(fields(query)) {
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let [path, query] = [path, query].map(|shape| cell(&takes(shape, name)));
        let about = field.get("description").and_then(Value::as_str).unwrap_or_default();
        page.push_str(&format!("| `{name}` | {path} | {query} | {} |\n", cell(about)));
    }
}

/// What a field of a shape takes.
fn takes(shape: Option<&Value>, name: &str) -> String {
    let required = shape.and_then(|shape| shape.get("required")).and_then(Value::as_array);
    let is_required = required.into_iter().flatten().any(|required| required.as_str() == Some(name));
    match fields(shape).find(|(other, _)| *other == name) {
        Some((_, field)) if is_required => format!("{}, required", kind(field)),
        Some((_, field)) => kind(field),
        None => "–".to_owned(),
    }
}

fn fields(shape: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    let properties = shape.and_then(|shape| shape.get("properties")).and_then(Value::as_object);
    properties.into_iter().flatten().map(|(name, field)| (name.as_str(), field))
}

/// What a field takes, in words.
fn kind(field: &Value) -> String {
    if field.get("pattern").is_some() {
        return "JSONata".to_owned();
    }
    if let Some(choices) = field.get("anyOf").and_then(Value::as_array) {
        return choices.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    if let Some(values) = field.get("enum").and_then(Value::as_array) {
        let names = values.iter().map(|value| format!("`{}`", value.as_str().unwrap_or_default()));
        return names.collect::<Vec<_>>().join(" or ");
    }
    if let Some(value) = field.get("const").and_then(Value::as_str) {
        return format!("`{value}`");
    }
    let name = match field.get("type") {
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        Some(name) => name.as_str().unwrap_or_default().to_owned(),
        None if field.get("allOf").is_some() || field.get("$ref").is_some() => "object".to_owned(),
        None => "any JSON".to_owned(),
    };
    match (field.get("minimum"), field.get("maximum")) {
        (Some(least), Some(most)) => format!("{name} from {least} to {most}"),
        (Some(least), None) => format!("{name} from {least}"),
        (None, Some(most)) => format!("{name} to {most}"),
        (None, None) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_in_words() {
        #[track_caller]
        fn check(field: &str, expect: &str) {
            assert_eq!(kind(&Value::parse(field).unwrap()), expect);
        }
        check(r#"{"type": "integer", "minimum": 1, "maximum": 9}"#, "integer from 1 to 9");
        check(
            r#"{"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "x"}]}"#,
            "integer or JSONata",
        );
        check(r#"{"type": ["string", "null"]}"#, "string or null");
        check(r#"{"enum": ["A", "B"]}"#, "`A` or `B`");
        check(r#"{"description": "x"}"#, "any JSON");
    }

    #[test]
    fn a_field_of_one_language_has_a_dash_in_the_other() {
        let page = page().unwrap();
        assert!(page.contains("| `Arguments` | – | any JSON | The arguments of the work"), "{page}");
        assert!(page.contains("| `Resource` | string, required | string, required |"), "{page}");
    }
}
