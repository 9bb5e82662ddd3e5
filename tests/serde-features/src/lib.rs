//! `asl-value` must behave the same when some crate of the program turns on `serde_json`'s `arbitrary_precision`,
//! `preserve_order` and `raw_value`. The tests are in `tests/it.rs`.
