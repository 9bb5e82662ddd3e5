//! [`Headers`]: the headers of a response. Their names are case-insensitive.

use asl_value::{Array, Object, Text, Value};

/// The headers of a response. Each name occurs once, in the spelling that was used first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Headers(Vec<(Text, Values)>);

/// The values of a header. A gateway that supports both single values and lists gets the form that the output had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Values {
    One(Text),
    Many(Vec<Text>),
}

impl Values {
    pub(crate) fn as_slice(&self) -> &[Text] {
        match self {
            Values::One(value) => std::slice::from_ref(value),
            Values::Many(values) => values,
        }
    }

    fn into_vec(self) -> Vec<Text> {
        match self {
            Values::One(value) => vec![value],
            Values::Many(values) => values,
        }
    }

    /// `a, b`, which is equivalent to a list for every header except `Set-Cookie`.
    ///
    /// Source: <https://www.rfc-editor.org/rfc/rfc9110#section-5.3>
    fn joined(&self) -> Text {
        match self {
            Values::One(value) => value.clone(),
            Values::Many(values) => values.iter().map(Text::as_str).collect::<Vec<_>>().join(", ").into(),
        }
    }

    pub(crate) fn to_array(&self) -> Value {
        texts(self.as_slice())
    }
}

/// An array of strings.
pub(crate) fn texts(texts: &[Text]) -> Value {
    Value::Array(Array::from(texts.iter().map(Value::from).collect::<Vec<_>>()))
}

impl Headers {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Text, &Values)> {
        self.0.iter().map(|(name, values)| (name, values))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Values> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, values)| values)
    }

    fn get_mut(&mut self, name: &str) -> Option<&mut Values> {
        self.0.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, values)| values)
    }

    /// Sets a header, replacing the existing one.
    pub(crate) fn put(&mut self, name: &str, values: Values) {
        match self.get_mut(name) {
            Some(known) => *known = values,
            None => self.0.push((name.into(), values)),
        }
    }

    /// Adds values to a header, without duplicates. API Gateway merges `headers` and `multiValueHeaders` in the same
    /// way.
    ///
    /// Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>
    pub(crate) fn add(&mut self, name: &Text, values: Values) {
        let Some(known) = self.get_mut(name) else { return self.0.push((name.clone(), values)) };
        let mut new = values.into_vec();
        new.retain(|value| !known.as_slice().contains(value));
        if !new.is_empty() {
            let all = known.as_slice().iter().cloned().chain(new).collect();
            *known = Values::Many(all);
        }
    }

    /// Removes a header and returns its values.
    pub(crate) fn remove(&mut self, name: &str) -> Vec<Text> {
        let place = self.0.iter().position(|(known, _)| known.eq_ignore_ascii_case(name));
        place.map(|place| self.0.remove(place).1.into_vec()).unwrap_or_default()
    }

    /// Adds a request header to `Vary`: the headers that the response depends on.
    ///
    /// Source: <https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5>
    pub(crate) fn vary(&mut self, by: &str) {
        let Some(known) = self.get_mut("vary") else { return self.put("vary", Values::One(by.into())) };
        let mut names = known.as_slice().iter().flat_map(|value| value.split(',')).map(str::trim);
        if names.any(|name| name == "*" || name.eq_ignore_ascii_case(by)) {
            return;
        }
        match known {
            Values::One(value) if value.is_empty() => *value = by.into(),
            Values::One(value) => *value = format!("{value}, {by}").into(),
            Values::Many(values) => values.push(by.into()),
        }
    }

    /// One string for each header, for gateways that do not support lists.
    pub(crate) fn joined(&self) -> Object {
        self.iter().map(|(name, values)| (name.clone(), Value::from(values.joined()))).collect()
    }
}
