//! `json!`.

/// Builds a [`Value`](crate::Value) from JSON-like text with Rust expressions in it.
///
/// Names are string literals or parenthesised expressions; values are JSON or anything `Into<Value>`.
///
/// ```
/// use asl_value::json;
/// let id = 7;
/// let order = json!({"id": id, "tags": ["a", null, true], ("x".to_owned() + "y"): {"deep": 1.5}});
/// assert_eq!(order.to_string(), r#"{"id":7,"tags":["a",null,true],"xy":{"deep":1.5}}"#);
/// ```
#[macro_export]
macro_rules! json {
    (null) => { $crate::Value::Null };
    ([ $($items:tt)* ]) => { $crate::Value::Array($crate::Array::from($crate::json!(@array [] $($items)*))) };
    ({ $($members:tt)* }) => {{
        #[allow(unused_mut)]
        let mut object = $crate::Object::new();
        $crate::json!(@object object $($members)*);
        $crate::Value::Object(object)
    }};

    // Items, one at a time; first the three forms that are not Rust expressions.
    (@array [$($done:expr,)*]) => { ::std::vec![$($done,)*] };
    (@array [$($done:expr,)*] null $(, $($rest:tt)*)?) => {
        $crate::json!(@array [$($done,)* $crate::Value::Null,] $($($rest)*)?)
    };
    (@array [$($done:expr,)*] [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        $crate::json!(@array [$($done,)* $crate::json!([$($inner)*]),] $($($rest)*)?)
    };
    (@array [$($done:expr,)*] {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        $crate::json!(@array [$($done,)* $crate::json!({$($inner)*}),] $($($rest)*)?)
    };
    (@array [$($done:expr,)*] $next:expr $(, $($rest:tt)*)?) => {
        $crate::json!(@array [$($done,)* $crate::Value::from($next),] $($($rest)*)?)
    };

    // Members, one at a time.
    (@object $object:ident) => {};
    (@object $object:ident $name:tt : null $(, $($rest:tt)*)?) => {
        $object.insert($name, $crate::Value::Null);
        $($crate::json!(@object $object $($rest)*);)?
    };
    (@object $object:ident $name:tt : [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        $object.insert($name, $crate::json!([$($inner)*]));
        $($crate::json!(@object $object $($rest)*);)?
    };
    (@object $object:ident $name:tt : {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        $object.insert($name, $crate::json!({$($inner)*}));
        $($crate::json!(@object $object $($rest)*);)?
    };
    (@object $object:ident $name:tt : $value:expr $(, $($rest:tt)*)?) => {
        $object.insert($name, $crate::Value::from($value));
        $($crate::json!(@object $object $($rest)*);)?
    };

    ($value:expr) => { $crate::Value::from($value) };
}
