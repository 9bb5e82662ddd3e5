//! The workloads written by hand with `serde_json::Value`: the cost of their JSON work without an interpreter.

use std::cmp::Ordering::Equal;
use std::collections::HashSet;
use std::hint::black_box;

use serde_json::{Map, Value, json};

/// Runs a workload from the text of its input to the text of its output. `None` if there is no such workload, or the input is
/// not that of the workload.
pub fn run(name: &str, input: &str) -> Option<String> {
    let input: Value = serde_json::from_str(input).ok()?;
    let output = match name {
        "w0" => input,
        "w1" => chain(input)?,
        "w2" => count(input)?,
        "w3" => count_variables(input)?,
        "w4" => map(input)?,
        "w5" => parallel(input)?,
        "w6" => document(input)?,
        "w7" => order(input)?,
        "w8" => revenue(&input)?,
        _ => return None,
    };
    serde_json::to_string(&output).ok()
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Takes a member out and leaves null.
fn take(value: &mut Value, name: &str) -> Option<Value> {
    value.get_mut(name).map(Value::take)
}

fn put(value: &mut Value, name: &str, member: Value) -> Option<()> {
    value.as_object_mut()?.insert(name.to_owned(), member);
    Some(())
}

/// A thousand times `{"n": k, "prev": $.acc.n}` into `$.acc`.
fn chain(mut state: Value) -> Option<Value> {
    for n in 0..1000 {
        let previous = state.get("acc")?.get("n")?.clone();
        put(&mut state, "acc", object([("n", json!(n)), ("prev", previous)]))?;
    }
    Some(state)
}

/// Counts `i` up to `limit`.
fn count(mut state: Value) -> Option<Value> {
    while state.get("i")?.as_i64()? < state.get("limit")?.as_i64()? {
        let next = state.get("i")?.as_i64()? + 1;
        state = object([("i", json!(next)), ("limit", state.get("limit")?.clone())]);
    }
    Some(state)
}

/// The same in variables. They are opaque to the compiler, which would otherwise compute the sum without a loop.
fn count_variables(state: Value) -> Option<Value> {
    let (mut i, limit) = (state.get("i")?.clone(), state.get("limit")?.clone());
    while i.as_f64()? < limit.as_f64()? {
        i = black_box(json!(i.as_i64()? + 1));
    }
    Some(object([("i", i)]))
}

/// Two small objects and a comparison per item.
fn map(mut state: Value) -> Option<Value> {
    let Value::Array(items) = take(&mut state, "items")? else { return None };
    let step = |item: Value| {
        let first = object([("i", item.get("i")?.clone()), ("k", json!("v"))]);
        let size = if first.get("i")?.as_f64()? < 5000.0 { "lo" } else { "hi" };
        Some(object([("i", first.get("i")?.clone()), ("s", json!(size))]))
    };
    items.into_iter().map(step).collect::<Option<Vec<_>>>().map(Value::Array)
}

/// Fifty copies, each counted up twenty times.
fn parallel(mut state: Value) -> Option<Value> {
    let branch = |number: i64| {
        let mut state = state.clone();
        for _ in 0..20 {
            state = object([("b", json!(number)), ("s", json!(state.get("s")?.as_i64()? + 1))]);
        }
        Some(state)
    };
    let out = (0..50).map(branch).collect::<Option<Vec<_>>>()?;
    put(&mut state, "out", Value::Array(out))?;
    Some(state)
}

/// A large document through fifty states: small writes, and every fifth a wrap and a select.
fn document(mut state: Value) -> Option<Value> {
    for k in 0..50 {
        match k % 5 {
            3 => {
                let body = take(&mut state, "body")?;
                state = object([("body", body), ("step", json!(k))]);
            }
            4 => {
                let mut body = take(&mut state, "body")?;
                let (meta, rows) = (take(&mut body, "meta")?, take(&mut body, "rows")?);
                put(&mut state, "body", object([("meta", meta), ("rows", rows)]))?;
            }
            _ => {
                let version = state.get("body")?.get("meta")?.get("version")?.clone();
                put(&mut state, "mark", object([("k", json!(k)), ("v", version)]))?;
            }
        }
    }
    Some(state)
}

/// The order of w7: validate, price each item, check, charge.
fn order(mut state: Value) -> Option<Value> {
    let order = take(&mut state, "order")?;
    let (id, currency) = (order.get("id")?.as_str()?, order.get("currency")?.as_str()?);
    let items = order.get("items")?.as_array()?;
    let validation = json!({"valid": true, "count": items.len(), "id": id});
    let price = |(index, item): (usize, &Value)| {
        let selected =
            object([("item", item.clone()), ("index", json!(index)), ("currency", json!(currency))]);
        let item = selected.get("item")?;
        let (sku, cents) = (item.get("sku")?.as_str()?, item.get("cents")?.as_i64()? + 10);
        let mut priced = Map::new();
        priced.insert("sku".to_owned(), json!(sku));
        priced.insert("label".to_owned(), json!(format!("{sku}-{currency}")));
        priced.insert("cents".to_owned(), json!(cents));
        priced.insert("insured".to_owned(), json!(cents >= 1000));
        Some(Value::Object(priced))
    };
    let priced = items.iter().enumerate().map(price).collect::<Option<Vec<_>>>()?;
    // A Parallel hands a copy to each branch.
    let branches = [(&order, &validation, &priced), (&order, &validation, &priced)]
        .map(|(order, validation, priced)| (order.clone(), validation.clone(), priced.clone()));
    let reserved = branches.first()?.2.len();
    let error = json!({"Error": "FraudServiceDown", "Cause": "mock"});
    let fraud = json!({"score": 50, "why": error.get("Error")?});
    if fraud.get("score")?.as_i64()? > 90 {
        return None;
    }
    let payment = json!({"paid": true, "ref": format!("pay-{id}")});
    let checks = json!({"inventory": {"reserved": reserved}, "fraud": fraud});
    let members = [
        ("id", json!(id)),
        ("items", Value::Array(priced)),
        ("payment", payment.get("ref")?.clone()),
        ("checks", checks),
        ("status", json!("CONFIRMED")),
    ];
    Some(object(members))
}

/// The orders of w8: a row for each, totals by region, the ten largest, the sum and the customers.
fn revenue(state: &Value) -> Option<Value> {
    let orders = state.get("orders")?.as_array()?;
    let rows = orders.iter().map(row).collect::<Option<Vec<_>>>()?;
    let total = |row: &Value| row.get("total").and_then(Value::as_f64);
    let mut regions = Map::new();
    for row in &rows {
        let region = row.get("region")?.as_str()?.to_owned();
        let zero = || json!({"n": 0, "revenue": 0.0, "max": f64::MIN});
        let sums = regions.entry(region).or_insert_with(zero);
        let next = json!({
            "n": sums.get("n")?.as_u64()? + 1,
            "revenue": sums.get("revenue")?.as_f64()? + total(row)?,
            "max": sums.get("max")?.as_f64()?.max(total(row)?),
        });
        *sums = next;
    }
    let mut top: Vec<&Value> =
        rows.iter().filter(|row| total(row).is_some_and(|total| total >= 1500.0)).collect();
    let id = |row: &Value| row.get("id").and_then(Value::as_f64);
    top.sort_by(|a, b| {
        total(b).partial_cmp(&total(a)).unwrap_or(Equal).then(id(a).partial_cmp(&id(b)).unwrap_or(Equal))
    });
    let top = top.iter().take(10).map(|row| {
        let label =
            format!("{}/{}", row.get("customer")?.as_str()?.to_uppercase(), row.get("region")?.as_str()?);
        Some(object([
            ("id", row.get("id")?.clone()),
            ("label", json!(label)),
            ("total", row.get("total")?.clone()),
        ]))
    });
    let top = top.collect::<Option<Vec<_>>>()?;
    let grand: f64 = rows.iter().filter_map(total).sum();
    let customers: HashSet<&str> = rows.iter().filter_map(|row| row.get("customer")?.as_str()).collect();
    Some(object([
        ("regions", Value::Object(regions)),
        ("top", Value::Array(top)),
        ("grand", json!(grand)),
        ("custs", json!(customers.len())),
    ]))
}

fn row(order: &Value) -> Option<Value> {
    let lines = order.get("lines")?.as_array()?;
    let price = |line: &Value| Some(line.get("qty")?.as_f64()? * line.get("price")?.as_f64()?);
    let total = lines.iter().map(price).sum::<Option<f64>>()?;
    let skus = lines.iter().filter(|line| line.get("sku").is_some()).count();
    Some(object([
        ("id", order.get("id")?.clone()),
        ("region", order.get("region")?.clone()),
        ("customer", order.get("customer")?.clone()),
        ("total", json!(total)),
        ("skus", json!(skus)),
    ]))
}
