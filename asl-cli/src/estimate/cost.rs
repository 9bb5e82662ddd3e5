//! [`costs`]: what a month of runs costs in each of four ways.

use super::{Counted, Prices};

/// The numbers that a definition does not have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    /// Runs a month.
    pub(crate) runs: f64,
    /// The memory of functions, in GB.
    pub(crate) gigabytes: f64,
    /// The bytes that an operation stores.
    pub(crate) payload_bytes: f64,
    /// How long an execution is kept after its end, in days.
    pub(crate) retention_days: f64,
}

/// What a month costs in one way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cost {
    /// `Standard`
    pub(crate) way: &'static str,
    /// Dollars a month by what is billed; why it cannot run there.
    pub(crate) dollars: Result<Vec<(&'static str, f64)>, String>,
}

impl Cost {
    pub(crate) fn total(&self) -> Option<f64> {
        self.dollars.as_ref().ok().map(|parts| parts.iter().map(|(_, dollars)| dollars).sum())
    }
}

/// What an invocation takes besides the tasks, in seconds.
pub(crate) const INVOCATION_SECONDS: f64 = 0.02;

/// The longest time of an Express execution and of an invocation, in seconds.
const EXPRESS_SECONDS: f64 = 300.0;
const LAMBDA_SECONDS: f64 = 900.0;

/// What a month of runs costs in each way.
pub(crate) fn costs(counted: &Counted, terms: &Terms, prices: &Prices) -> Vec<Cost> {
    let used = &counted.used;
    let runs = terms.runs;
    let seconds = used.seconds();
    let computed = |seconds: f64| runs * seconds * terms.gigabytes * prices.of("lambda", "gb_second");
    let functions = [
        ("invocations of functions", runs * used.functions * prices.of("lambda", "request")),
        ("time of functions", computed(used.function_seconds)),
    ];
    let standard = vec![("transitions", runs * used.transitions * prices.of("standard", "transition"))];
    let standard = [standard, functions.to_vec()].concat();

    let step = prices.of("express", "step_seconds");
    let billed = ((seconds / step).ceil() * step).max(step);
    let express = vec![
        ("requests", runs * prices.of("express", "request")),
        ("duration", runs * billed * prices.of("express", "gb") * prices.of("express", "gb_second")),
    ];
    let express = match (&counted.not_express, seconds > EXPRESS_SECONDS) {
        (Some(reason), _) => Err(reason.clone()),
        (None, true) => Err(format!("it takes {seconds:.0} s, at most {EXPRESS_SECONDS} are allowed")),
        (None, false) => Ok([express, functions.to_vec()].concat()),
    };

    let lambda = match seconds > LAMBDA_SECONDS {
        true => Err(format!("it takes {seconds:.0} s, at most {LAMBDA_SECONDS} are allowed")),
        false => Ok(vec![
            ("invocations", runs * prices.of("lambda", "request")),
            ("duration", computed(seconds + INVOCATION_SECONDS)),
        ]),
    };
    vec![
        Cost { way: "Standard", dollars: Ok(standard) },
        Cost { way: "Express", dollars: express },
        Cost { way: "in one Lambda function", dollars: lambda },
        Cost { way: "durable function", dollars: durable(counted, terms, prices) },
    ]
}

fn durable(counted: &Counted, terms: &Terms, prices: &Prices) -> Result<Vec<(&'static str, f64)>, String> {
    if let Some((state, reason)) = counted.not_durable.first() {
        return Err(format!("`{state}`: {reason}"));
    }
    let (used, runs) = (&counted.used, terms.runs);
    let operations = used.operations + 1.0;
    if operations > super::durable::OPERATIONS {
        return Err(format!(
            "it needs {operations:.0} operations, at most {} are allowed",
            super::durable::OPERATIONS
        ));
    }
    let invocations = used.pauses + 1.0;
    let operations = operations + used.elsewhere;
    let gigabytes = runs * operations * terms.payload_bytes / 1e9;
    let months = terms.retention_days / 30.0;
    let seconds = used.working_seconds + invocations * INVOCATION_SECONDS;
    Ok(vec![
        ("operations", runs * operations * prices.of("durable", "operation")),
        ("data written", gigabytes * prices.of("durable", "written_gb")),
        ("data retained", gigabytes * months * prices.of("durable", "retained_gb_month")),
        ("invocations", runs * invocations * prices.of("lambda", "request")),
        ("duration", runs * seconds * terms.gigabytes * prices.of("lambda", "gb_second")),
    ])
}

#[cfg(test)]
mod tests {
    use super::super::Used;
    use super::*;

    /// The example of the guide about migrating: ten million runs of five tasks of 20 ms.
    #[test]
    fn the_example_of_the_guide() {
        let used = Used {
            transitions: 5.0,
            tasks: 5.0,
            functions: 5.0,
            operations: 5.0,
            function_seconds: 0.1,
            working_seconds: 0.15,
            ..Used::default()
        };
        let counted = Counted { used, ..Counted::default() };
        let terms = Terms { runs: 1e7, gigabytes: 0.125, payload_bytes: 1_000.0, retention_days: 30.0 };
        let prices = Prices::listed();
        let found = costs(&counted, &terms, &prices);
        let totals: Vec<String> =
            found.iter().filter_map(|cost| Some(format!("{:.2}", cost.total()?))).collect();
        assert_eq!(totals, ["1261.67", "23.75", "4.83", "508.83"]);
    }

    #[test]
    fn every_price_is_in_the_table() {
        let prices = Prices::listed();
        let names = [
            ("standard", "transition"),
            ("express", "request"),
            ("express", "gb_second"),
            ("express", "step_seconds"),
            ("express", "gb"),
            ("lambda", "request"),
            ("lambda", "gb_second"),
            ("durable", "operation"),
            ("durable", "written_gb"),
            ("durable", "retained_gb_month"),
        ];
        assert!(names.iter().all(|(group, name)| prices.of(group, name) > 0.0));
        assert!(["date", "region", "note"].iter().all(|name| !prices.text(name).is_empty()));
    }
}
