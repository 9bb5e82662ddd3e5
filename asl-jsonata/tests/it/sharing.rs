//! What is passed on untouched is the same piece of memory.

use asl_jsonata::{Evaluated, Query, StateExpression};
use asl_query::{Env, FixedHost, Scope};
use asl_value::{Object, Value, json};

/// The value of `text` over `input`, and in it the place `find` looks at, is the place of the input that `origin` does.
#[track_caller]
fn check(text: &str, find: fn(&Value) -> &Value, origin: fn(&Value) -> &Value) {
    let input = json!({"orders": [{"id": 1, "lines": [1, 2]}, {"id": 2, "lines": [3]}], "meta": {"big": 9007199254740993i64}});
    let scope = Scope::from([("kept", input.clone())].into_iter().collect::<Object>());
    let env = Env::new(&input, &scope, &FixedHost);
    let Ok(Evaluated::Value(value)) = StateExpression::parse(text).unwrap().eval(&env) else {
        panic!("{text}: no value")
    };
    assert!(find(&value).same(origin(&input)), "{text}: {value}");
}

#[test]
fn untouched_pieces_are_shared() {
    check("$states.input", |v| v, |v| v);
    check("$states.input.meta", |v| v, |v| &v["meta"]);
    check("($states.input.meta)", |v| v, |v| &v["meta"]);
    check("{'a': {'b': $states.input}}", |v| &v["a"]["b"], |v| v);
    check("$states.input.orders[id = 2]", |v| v, |v| &v["orders"][1]);
    check("$states.input.orders[id > 0]", |v| &v[1], |v| &v["orders"][1]);
    check("$states.input.orders^(>id)", |v| &v[0], |v| &v["orders"][1]);
    check("$states.input.orders{$string(id): $}", |v| &v["2"], |v| &v["orders"][1]);
    check("$map($states.input.orders, function($o){ {'o': $o} })", |v| &v[1]["o"], |v| &v["orders"][1]);
    check("$kept.orders[0]", |v| v, |v| &v["orders"][0]);
    check("[$kept.meta, 1]", |v| &v[0], |v| &v["meta"]);
    check("$merge([$kept, {'x': 1}])", |v| &v["orders"], |v| &v["orders"]);
    check("$append($states.input.orders, 1)", |v| &v[0], |v| &v["orders"][0]);
}

#[test]
fn a_query_shares_too() {
    let document = json!({"a": [{"b": {"c": 1}}]});
    let query = Query::parse("a[0].b").unwrap();
    let value = query.eval(Some(&document), &Object::new(), &FixedHost).unwrap().unwrap();
    assert!(value.same(&document["a"][0]["b"]));
}

#[test]
fn programs_are_shared_between_threads() {
    fn check<T: Send + Sync>() {}
    check::<StateExpression>();
    check::<Query>();
    check::<asl_jsonata::ArgumentsOutput>();
    check::<asl_jsonata::EvalFailure>();
    check::<asl_jsonata::ParseError>();
}
