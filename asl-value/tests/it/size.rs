//! Encoded length, depth and memory are exact after every kind of write.

use asl_value::{Array, Object, VALUE_BYTES, Value, json};

use crate::documents::Dice;

/// The depth, by walking the document; the remembered depth must equal it.
fn walked_depth(value: &Value) -> u32 {
    match value {
        Value::Array(array) => 1 + array.iter().map(walked_depth).max().unwrap_or(0),
        Value::Object(object) => 1 + object.values().map(walked_depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// The number of values, by walking the document.
fn walked_values(value: &Value) -> u64 {
    1 + match value {
        Value::Array(array) => array.iter().map(walked_values).sum(),
        Value::Object(object) => object.values().map(walked_values).sum(),
        _ => 0,
    }
}

#[track_caller]
fn check(value: &Value, seed: u64) {
    assert_eq!(value.encoded_len(), value.to_string().len(), "seed {seed}: {value}");
    assert_eq!(value.depth(), walked_depth(value), "seed {seed}: {value}");
    if value.depth() > 0 {
        let bytes = value.encoded_len() as u64 + VALUE_BYTES * walked_values(value);
        assert_eq!(value.memory_bytes(), bytes, "seed {seed}: {value}");
    }
}

#[test]
fn of_made_up_documents() {
    for seed in 0..3000 {
        let value = Dice::new(seed).value(5);
        check(&value, seed);
        check(&Value::parse(&value.to_string()).unwrap(), seed);
    }
}

#[test]
fn after_every_write_to_an_array() {
    for seed in 0..500 {
        let mut dice = Dice::new(seed);
        let mut array = Array::new();
        let mut model: Vec<Value> = Vec::new();
        for _ in 0..20 {
            // Half of the time, the array is shared.
            let other = dice.next().is_multiple_of(2).then(|| (array.clone(), array.to_string()));
            let (item, index) = (dice.value(3), dice.below(model.len() + 1));
            match dice.below(3) {
                0 => {
                    array.push(item.clone());
                    model.push(item);
                }
                1 => {
                    let old = array.set(index, item.clone());
                    match model.get_mut(index) {
                        Some(place) => assert_eq!(old, Ok(std::mem::replace(place, item))),
                        None => assert_eq!(old, Err(item)),
                    }
                }
                _ => assert_eq!(array.take(index), model.get_mut(index).map(std::mem::take)),
            }
            assert_eq!(array[..], model[..], "seed {seed}");
            check(&Value::Array(array.clone()), seed);
            if let Some((other, before)) = other {
                assert_eq!(other.to_string(), before, "seed {seed}");
                check(&Value::Array(other), seed);
            }
        }
        assert_eq!(array.into_vec(), model);
    }
}

#[test]
fn after_every_write_to_an_object() {
    for seed in 0..500 {
        let mut dice = Dice::new(seed);
        let mut object = Object::new();
        let mut model: Vec<(String, Value)> = Vec::new();
        // Up to twice the number of members that are searched without an index.
        for _ in 0..60 {
            let other = dice.next().is_multiple_of(2).then(|| (object.clone(), object.to_string()));
            let (value, name) = (dice.value(2), format!("k{}", dice.below(24)));
            let place = model.iter().position(|(known, _)| *known == name);
            match dice.below(6) {
                0 => assert_eq!(object.take(&name), place.map(|place| std::mem::take(&mut model[place].1))),
                1 => assert_eq!(object.remove(&name), place.map(|place| model.remove(place).1)),
                2 => {
                    object.extend([(name.clone(), value.clone())]);
                    put(&mut model, name, value);
                }
                _ => assert_eq!(object.insert(name.as_str(), value.clone()), put(&mut model, name, value)),
            }
            let members: Vec<_> =
                object.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
            assert_eq!(members, model, "seed {seed}");
            assert_eq!(object.len(), model.len());
            for (name, value) in &model {
                assert_eq!(object.get(name), Some(value));
            }
            assert!(object.get("absent").is_none() && !object.contains_key("absent"));
            check(&Value::Object(object.clone()), seed);
            if let Some((other, before)) = other {
                assert_eq!(other.to_string(), before, "seed {seed}");
                check(&Value::Object(other), seed);
            }
        }
    }
}

fn put(model: &mut Vec<(String, Value)>, name: String, value: Value) -> Option<Value> {
    match model.iter_mut().find(|(known, _)| *known == name) {
        Some((_, present)) => Some(std::mem::replace(present, value)),
        None => {
            model.push((name, value));
            None
        }
    }
}

#[test]
fn a_shared_document_may_be_longer_than_memory() {
    let mut value = json!("ab");
    for _ in 0..100 {
        value = json!({"l": value.clone(), "r": value});
    }
    assert_eq!(value.depth(), 100);
    assert_eq!(value.encoded_len(), usize::MAX);
    let mut value = json!("ab");
    for _ in 0..100 {
        value = json!([value.clone(), value]);
    }
    assert_eq!(value.encoded_len(), usize::MAX);
    assert_eq!(value, value.clone());
}

#[test]
fn counting_ends_where_numbers_do() {
    let mut shared = json!([[], []]);
    for _ in 0..40 {
        shared = Value::Array(vec![shared.clone(), shared].into());
    }
    assert!(shared.memory_bytes() > 1 << 38);
    let Value::Array(mut array) = shared else { unreachable!() };
    array.set(0, Value::Null).unwrap();
    array.set(1, Value::Null).unwrap();
    check(&Value::Array(array), 0);
}
