//! Instants of the protocol, which has three forms of them.

use asl_value::{Timestamp, Value};

/// Numbers from here on are milliseconds: as seconds they would be in the year 5138, as milliseconds they are in 1973.
const FIRST_MILLIS: f64 = 1e11;

/// Reads an instant. Measured: invocation events have whole milliseconds since 1970, and responses of the API have
/// seconds with a fraction. asl-aws turns the latter into text.
pub(crate) fn read(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => Timestamp::parse(text),
        value => {
            let number = value.as_f64()?;
            let millis = if number.abs() < FIRST_MILLIS { number * 1e3 } else { number };
            Some(Timestamp::from_epoch_millis(millis.round() as i64))
        }
    }
}

#[cfg(test)]
mod tests {
    use asl_value::json;

    use super::*;

    #[test]
    fn three_forms_are_one_instant() {
        let expect = Timestamp::parse("2026-11-30T10:12:12.961Z");
        for form in
            [json!(1_796_033_532_961_i64), json!(1_796_033_532.961), json!("2026-11-30T10:12:12.961Z")]
        {
            assert_eq!(read(&form), expect, "{form}");
        }
        assert_eq!(read(&json!(true)), None);
    }
}
