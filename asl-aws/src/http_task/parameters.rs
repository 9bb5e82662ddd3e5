//! [`Parameters`]: what connections add to requests.

use asl_value::Value;

use super::encoding::plain;
use crate::path::text;

/// Parameters of a request, by name. Later ones take precedence.
#[derive(Default)]
pub(super) struct Parameters {
    pub(super) headers: Vec<(String, String)>,
    pub(super) query: Vec<(String, Value)>,
    pub(super) body: Vec<(String, Value)>,
}

impl Parameters {
    /// Parameters as EventBridge describes them. Those without a value are secret:
    /// `{"HeaderParameters": [{"Key", "Value", "IsValueSecret"}], "QueryStringParameters": […], "BodyParameters": […]}`
    pub(super) fn described(parameters: Option<&Value>) -> Parameters {
        let mut known = Parameters::default();
        let lists = ["HeaderParameters", "QueryStringParameters", "BodyParameters"];
        known.add(parameters, lists, ["Key", "Value"]);
        known
    }

    /// Adds the parameters in the connection's secret.
    pub(super) fn secret(&mut self, parameters: Option<&Value>) {
        let lists = ["header_parameters", "query_string_parameters", "body_parameters"];
        self.add(parameters, lists, ["key", "value"]);
    }

    fn add(&mut self, parameters: Option<&Value>, lists: [&str; 3], [key, value]: [&str; 2]) {
        let pairs = |name: &str| {
            let list = parameters.and_then(|parameters| parameters.get(name)).and_then(Value::as_array);
            let pair = |item: &Value| Some((text(item, key).to_owned(), item.get(value)?.clone()));
            list.map(|list| list.iter().filter_map(pair).collect::<Vec<_>>()).unwrap_or_default()
        };
        let [headers, query, body] = lists.map(pairs);
        self.headers.extend(headers.into_iter().map(|(name, value)| (name, plain(&value))));
        for (known, more) in [(&mut self.query, query), (&mut self.body, body)] {
            for (name, value) in more {
                known.retain(|(known, _)| *known != name);
                known.push((name, value));
            }
        }
    }
}
