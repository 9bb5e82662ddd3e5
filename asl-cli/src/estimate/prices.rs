//! [`Prices`]: list prices, with their date.

use asl_value::Value;

/// The table: `prices.json`.
pub(crate) struct Prices(Value);

impl Prices {
    /// The table of this version.
    pub(crate) fn listed() -> Prices {
        Prices(Value::parse(include_str!("../../prices.json")).unwrap_or_default())
    }

    /// A number of the table: `of("express", "request")`.
    pub(crate) fn of(&self, group: &str, name: &str) -> f64 {
        self.0.get(group).and_then(|group| group.get(name)).and_then(Value::as_f64).unwrap_or(f64::NAN)
    }

    /// A text of the table: `date`, `region`, `note`.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The whole table.
    pub(crate) fn table(&self) -> &Value {
        &self.0
    }
}
