//! Nesting: the limit, the stack that it needs, and deeper documents.

use asl_value::{MAX_DEPTH, Object, TooDeep, Value, from_value, json, to_value};

/// Runs on half of the 2 MiB that Rust and tokio give a thread, so that the other half is left for callers.
fn on_half_a_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap();
}

const LIMIT: usize = MAX_DEPTH as usize;

fn arrays(levels: usize) -> String {
    "[".repeat(levels) + &"]".repeat(levels)
}

fn objects(levels: usize) -> String {
    r#"{"a":"#.repeat(levels) + "1" + &"}".repeat(levels)
}

#[test]
fn every_recursion_fits_at_the_limit() {
    for text in [arrays(LIMIT), objects(LIMIT)] {
        on_half_a_stack(move || {
            let value = Value::parse(&text).unwrap();
            assert_eq!(value.depth(), MAX_DEPTH);
            assert_eq!(value.check_depth(), Ok(()));
            assert_eq!(value.encoded_len(), text.len());
            assert_eq!((value.to_string(), format!("{value:?}")), (text.clone(), text.clone()));
            assert_eq!(serde_json::to_string(&value).unwrap(), text);
            assert_eq!(value, Value::parse_slice(text.as_bytes()).unwrap());
            let other: serde_json::Value = from_value(&value).unwrap();
            assert_eq!(to_value(&other), Ok(value.clone()));
            assert_eq!(to_value(&value), Ok(value.clone()));
            assert_eq!(from_value::<Value>(&value), Ok(value.clone()));
            assert_eq!(serde_json::Value::from(&value), other);
            assert_eq!(Value::from(other), value);
        });
    }
}

#[test]
fn parsing_refuses_one_level_more() {
    for text in
        [arrays(LIMIT + 1), objects(LIMIT + 1), arrays(100_000), objects(100_000), "[".repeat(100_000)]
    {
        on_half_a_stack(move || {
            let error = Value::parse(&text).unwrap_err().to_string();
            assert!(error.starts_with(&TooDeep.to_string()), "{error}");
        });
    }
}

fn nested(levels: usize, wrap: impl Fn(Value) -> Value) -> Value {
    (0..levels).fold(json!(1), |value, _| wrap(value))
}

#[test]
fn a_deeper_value_is_refused_everywhere() {
    on_half_a_stack(|| {
        for value in [nested(LIMIT + 1, |v| json!([v])), nested(100_000, |v| json!({"a": v}))] {
            assert_eq!(value.check_depth(), Err(TooDeep));
            assert_eq!(value.encoded_len(), usize::MAX);
            assert_eq!((value.to_string(), value.to_json()), ("…".to_owned(), "…".to_owned()));
            assert!(serde_json::to_string(&value).is_err());
            assert!(to_value(&value).is_err());
            assert!(from_value::<serde_json::Value>(&value).is_err());
            assert_eq!(serde_json::Value::from(&value), "…");
            // A value around it is too deep as well.
            let mut object = Object::new();
            object.insert("deep", value);
            assert_eq!(Value::from(object.clone()).check_depth(), Err(TooDeep));
            assert!(object.take("deep").is_some());
            assert_eq!(Value::from(object).depth(), 1);
        }
    });
}

#[test]
fn a_million_levels_drop_and_compare_without_recursion() {
    const LEVELS: usize = 1_000_000;
    on_half_a_stack(|| {
        let lists = nested(LEVELS, |v| json!([v]));
        assert_eq!(lists.depth(), 1_000_000);
        assert_eq!(lists, nested(LEVELS, |v| json!([v])));
        // Another owner of the middle keeps it alive.
        let middle = lists[0][0].clone();
        drop(lists);
        assert_eq!(middle.depth(), 999_998);
        drop(nested(LEVELS, |v| json!({"a": v})));
    });
}

#[test]
fn deep_values_differ_by_shape_depth_name_and_leaf() {
    const LEVELS: usize = 10_000;
    on_half_a_stack(|| {
        let all = [
            nested(LEVELS, |v| json!([v])),
            nested(LEVELS + 1, |v| json!([v])),
            nested(LEVELS, |v| json!([v, 0])),
            nested(LEVELS, |v| json!({"a": v})),
            nested(LEVELS, |v| json!({"b": v})),
            (0..LEVELS).fold(json!(2), |v, _| json!([v])),
            json!([1]),
        ];
        for (at, a) in all.iter().enumerate() {
            for (other, b) in all.iter().enumerate() {
                assert_eq!(a == b, at == other, "{at} {other}");
            }
        }
        assert_eq!(all[3], nested(LEVELS, |v| json!({"a": v})));
    });
}

#[test]
fn a_deep_value_with_one_shared_subtree_many_times_compares_once() {
    let shared = || {
        let mut value = nested(LIMIT + 1, |v| json!([v]));
        for _ in 0..60 {
            value = json!([value.clone(), value]);
        }
        value
    };
    let value = shared();
    assert_eq!(value, value.clone());
    assert_ne!(value, json!([value.clone()]));
}

#[test]
fn a_type_without_end_is_an_error() {
    #[derive(serde::Serialize)]
    struct Chain(Option<Box<(Chain,)>>);
    on_half_a_stack(|| {
        let chain = |levels: usize| (0..levels).fold(Chain(None), |chain, _| Chain(Some(Box::new((chain,)))));
        assert_eq!(to_value(&chain(LIMIT)).unwrap().depth(), MAX_DEPTH);
        assert!(to_value(&chain(LIMIT + 1)).is_err());
    });
}
