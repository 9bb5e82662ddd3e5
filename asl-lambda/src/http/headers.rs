//! [`Headers`]: the headers of a response, by their names in any case.

use asl_value::{Array, Object, Text, Value};

/// The headers of a response, each name once. A name keeps the spelling in which it came first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Headers(Vec<(Text, Values)>);

/// The values of a header, and whether they were given as one or as a list: a gateway that knows both gets them as given.
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

    /// `a, b`, which means the same for every header but `Set-Cookie`.
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

/// Texts as an array.
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

    /// Sets a header, in place of one that is there.
    pub(crate) fn put(&mut self, name: &str, values: Values) {
        match self.get_mut(name) {
            Some(known) => *known = values,
            None => self.0.push((name.into(), values)),
        }
    }

    /// Adds values to those that are there. A value that is there already is not added: API Gateway merges `headers` and
    /// `multiValueHeaders` like that.
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

    /// Takes a header out.
    pub(crate) fn remove(&mut self, name: &str) -> Vec<Text> {
        let place = self.0.iter().position(|(known, _)| known.eq_ignore_ascii_case(name));
        place.map(|place| self.0.remove(place).1.into_vec()).unwrap_or_default()
    }

    /// Says that the response depends on a header of the request, besides those that `Vary` names already.
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

    /// One text a header, for a gateway that knows no more.
    pub(crate) fn joined(&self) -> Object {
        self.iter().map(|(name, values)| (name.clone(), Value::from(values.joined()))).collect()
    }
}
