//! Coverage as JSON, for programs and `asl graph --coverage`.

use asl_test::{Coverage, CoveredItem, DefinitionCoverage, ItemKind, Share};
use asl_value::{Number, Object, Text, Value, json};

/// The document:
///
/// ```json
/// {"percent": 97.5, "definitions": [{"path": "orders.asl.json", "machine": "orders", "percent": 97.5,
///   "kinds": {"states": {"reached": 6, "all": 6}},
///   "items": [{"kind": "rules", "state": "Size", "label": "rule 0 of Size matches", "line": 17, "hits": 3}]}]}
/// ```
pub(crate) fn document(coverage: &Coverage) -> Value {
    let definitions: Value = coverage.definitions.iter().map(definition).collect();
    json!({"percent": percent(coverage.total()), "definitions": definitions})
}

fn definition(definition: &DefinitionCoverage) -> Value {
    let kinds: Object = ItemKind::ALL
        .into_iter()
        .map(|kind| {
            let share = definition.share(kind);
            (Text::from(kind.name()), json!({"reached": share.reached, "all": share.all}))
        })
        .collect();
    let items: Value = definition.items.iter().map(item).collect();
    json!({
        "path": definition.path.display().to_string().as_str(),
        "machine": definition.machine.as_str(),
        "percent": percent(definition.total()),
        "kinds": Value::Object(kinds),
        "items": items
    })
}

fn item(item: &CoveredItem) -> Value {
    json!({
        "kind": item.kind.name(),
        "state": item.state.as_str(),
        "label": item.label.as_str(),
        "line": item.line,
        "hits": item.hits
    })
}

fn percent(share: Share) -> Value {
    Number::from_f64(share.percent()).map_or(Value::Null, Value::Number)
}
