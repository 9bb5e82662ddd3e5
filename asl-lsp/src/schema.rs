//! What the JSON Schema of the language says about a place.

use std::collections::HashMap;
use std::sync::LazyLock;

use asl_value::{Object, Segment, Value};

use crate::document::FileKind;
use crate::syntax::{Content, NodeId, Tree};

static DEFINITION: LazyLock<Schema> = LazyLock::new(|| Schema::of(asl_model::json_schema()));
static TESTS: LazyLock<Schema> = LazyLock::new(|| Schema::of(asl_test::json_schema()));

/// A JSON Schema.
pub(crate) struct Schema {
    root: Value,
    named: HashMap<String, Value>,
}

/// A field that an object may have.
#[derive(Debug, Clone)]
pub(crate) struct SchemaField {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) is_required: bool,
    pub(crate) schema: Value,
}

/// What the value of a field may be.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Allowed {
    /// The only values.
    pub(crate) words: Vec<Value>,
    /// `string`, `object`, …
    pub(crate) types: Vec<String>,
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
}

impl Schema {
    /// The schema of definitions, or of test files.
    pub(crate) fn of_kind(kind: FileKind) -> &'static Schema {
        if kind == FileKind::Tests { &TESTS } else { &DEFINITION }
    }

    fn of(root: Value) -> Schema {
        // Draft 7 and draft 2020-12 differ in this name.
        let definitions = root.get("definitions").or_else(|| root.get("$defs"));
        let definitions = definitions.and_then(Value::as_object).cloned().unwrap_or_else(Object::new);
        let named = definitions.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
        Schema { root, named }
    }

    /// The schemas that hold for the value at a place. Several hold together.
    pub(crate) fn at(&self, tree: &Tree, root: NodeId, path: &[Segment]) -> Vec<Value> {
        let mut here = vec![self.root.clone()];
        let mut node = Some(root);
        for segment in path {
            let active = self.active(&here, tree, node);
            here = active.iter().filter_map(|schema| child(schema, segment)).cloned().collect();
            node = node.and_then(|node| tree.at(node, std::slice::from_ref(segment)));
        }
        self.active(&here, tree, node)
    }

    /// Follows references, and conditions on what is written.
    fn active(&self, schemas: &[Value], tree: &Tree, node: Option<NodeId>) -> Vec<Value> {
        let mut open: Vec<Value> = schemas.to_vec();
        let mut found = Vec::new();
        // A schema of the language is a few levels deep; the limit is for one that refers to itself.
        let mut steps = 0;
        while let Some(schema) = open.pop()
            && steps < 1000
        {
            steps += 1;
            if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
                let name = name.rsplit('/').next().unwrap_or_default();
                open.extend(self.named.get(name).cloned());
                continue;
            }
            for list in ["allOf", "anyOf", "oneOf"] {
                open.extend(
                    schema
                        .get(list)
                        .and_then(Value::as_array)
                        .into_iter()
                        .flat_map(|all| all.iter().cloned()),
                );
            }
            if let Some(condition) = schema.get("if") {
                let branch = if holds(condition, tree, node) { "then" } else { "else" };
                open.extend(schema.get(branch).cloned());
            }
            found.push(schema);
        }
        found.reverse();
        found
    }

    /// The fields of an object, by name.
    pub(crate) fn fields(&self, tree: &Tree, root: NodeId, path: &[Segment]) -> Vec<SchemaField> {
        let schemas = self.at(tree, root, path);
        let mut fields: Vec<SchemaField> = Vec::new();
        for schema in &schemas {
            let required = schema.get("required").and_then(Value::as_array);
            let is_required = |name: &str| {
                required.is_some_and(|names| names.iter().any(|item| item.as_str() == Some(name)))
            };
            let properties = schema.get("properties").and_then(Value::as_object);
            for (name, schema) in properties.into_iter().flat_map(Object::iter) {
                let about = schema.get("description").and_then(Value::as_str).unwrap_or_default();
                match fields.iter_mut().find(|field| field.name == name.as_str()) {
                    Some(known) => {
                        known.is_required |= is_required(name);
                        if known.about.is_empty() {
                            known.about = about.to_owned();
                            known.schema = schema.clone();
                        }
                    }
                    None => fields.push(SchemaField {
                        name: name.to_string(),
                        about: about.to_owned(),
                        is_required: is_required(name),
                        schema: schema.clone(),
                    }),
                }
            }
        }
        fields
    }

    /// What a value may be.
    pub(crate) fn allowed(&self, schemas: &[Value]) -> Allowed {
        let nothing = Tree::default();
        let mut allowed = Allowed::default();
        for schema in self.active(schemas, &nothing, None) {
            let words =
                schema.get("enum").and_then(Value::as_array).into_iter().flat_map(|words| words.iter());
            for word in words.chain(schema.get("const")) {
                if !allowed.words.contains(word) {
                    allowed.words.push(word.clone());
                }
            }
            let types: Vec<&str> = match schema.get("type") {
                Some(Value::String(one)) => vec![one.as_str()],
                Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            };
            for name in types {
                if !allowed.types.iter().any(|known| known == name) {
                    allowed.types.push(name.to_owned());
                }
            }
            allowed.min = allowed.min.or_else(|| schema.get("minimum").and_then(Value::as_f64));
            allowed.max = allowed.max.or_else(|| schema.get("maximum").and_then(Value::as_f64));
        }
        allowed
    }
}

fn child<'s>(schema: &'s Value, segment: &Segment) -> Option<&'s Value> {
    match segment {
        Segment::Key(name) => {
            let named = schema.get("properties").and_then(|properties| properties.get(name));
            named.or_else(|| schema.get("additionalProperties").filter(|value| value.as_object().is_some()))
        }
        Segment::Index(_) => schema.get("items"),
    }
}

/// Whether a condition of the schema holds: `{"required": ["Type"], "properties": {"Type": {"const": "Task"}}}`.
fn holds(condition: &Value, tree: &Tree, node: Option<NodeId>) -> bool {
    let Some(node) = node.filter(|node| tree.is_object(*node)) else { return false };
    let required =
        condition.get("required").and_then(Value::as_array).into_iter().flat_map(|names| names.iter());
    let has_all = required.filter_map(Value::as_str).all(|name| tree.member(node, name).is_some());
    let properties =
        condition.get("properties").and_then(Value::as_object).into_iter().flat_map(Object::iter);
    has_all
        && properties.filter_map(|(name, schema)| Some((name, schema.get("const")?))).all(
            |(name, expected)| {
                let value = tree.get(node, name).and_then(|value| match tree.content(value)? {
                    Content::Text(scalar) => Some(Value::from(scalar.value.as_str())),
                    Content::Literal(value) => Some(value.clone()),
                    _ => None,
                });
                value.as_ref() == Some(expected)
            },
        )
}
