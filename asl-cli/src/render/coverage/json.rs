//! Coverage as JSON, for programs and `asl graph --coverage`.

use asl_test::{Coverage, DefinitionCoverage};
use asl_value::{Object, Value, json};

/// The document:
///
/// ```json
/// {"percent": 97.5, "definitions": [{"path": "orders.asl.json", "machine": "orders", "percent": 97.5,
///   "kinds": {"states": {"reached": 6, "all": 6}},
///   "items": [{"kind": "rules", "state": "Size", "label": "rule 0 of Size matches", "line": 17, "hits": 3}]}]}
/// ```
pub(crate) fn document(coverage: &Coverage) -> Value {
    let definitions: Value = coverage.definitions.iter().map(definition).collect();
    json!({"percent": coverage.total().to_json(), "definitions": definitions})
}

/// A definition of the document.
pub(crate) fn definition(definition: &DefinitionCoverage) -> Value {
    let mut members = Object::new();
    members.insert("path", definition.path.display().to_string().as_str().into());
    for (name, value) in definition.coverage.to_json() {
        members.insert(name, value);
    }
    Value::Object(members)
}
