//! [`Fields`]: reads the members of an object, strictly.

use asl_value::{Object, Pointer, Text, Value};

use crate::problem::{Problems, hint};

/// The members of an object in a test file.
pub(crate) struct Fields<'a, 'p> {
    object: &'a Object,
    pub(crate) place: Pointer,
    pub(crate) problems: &'p mut Problems,
}

impl<'a, 'p> Fields<'a, 'p> {
    /// Opens an object that may have these members only.
    pub(crate) fn open(
        value: &'a Value,
        place: Pointer,
        known: &[&str],
        problems: &'p mut Problems,
    ) -> Option<Fields<'a, 'p>> {
        let Some(object) = value.as_object() else {
            problems.expected(&place, "an object", value);
            return None;
        };
        for name in object.keys().filter(|name| !known.contains(&name.as_str())) {
            let help = hint(name, known.iter().copied());
            let message = format!("unknown field `{}` at `{}`{help}", shortened(name), place.location());
            problems.at_key(&place.key(name), message);
        }
        Some(Fields { object, place, problems })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name)
    }

    pub(crate) fn place(&self, name: &str) -> Pointer {
        self.place.key(name)
    }

    pub(crate) fn missing(&mut self, name: &str) {
        let message = format!("expected a field `{name}` at `{}`", self.place.location());
        self.problems.at_key(&self.place, message);
    }

    pub(crate) fn text(&mut self, name: &str) -> Option<Text> {
        let value = self.object.get(name)?;
        if value.as_text().is_none() {
            self.problems.expected(&self.place.key(name), "a string", value);
        }
        value.as_text().cloned()
    }

    pub(crate) fn count(&mut self, name: &str) -> Option<u64> {
        let value = self.object.get(name)?;
        count(value, &self.place.key(name), self.problems)
    }

    /// The members of an object with free names.
    pub(crate) fn members(&mut self, name: &str) -> Vec<(&'a Text, &'a Value, Pointer)> {
        let Some(value) = self.object.get(name) else { return Vec::new() };
        let place = self.place.key(name);
        let Some(object) = value.as_object() else {
            self.problems.expected(&place, "an object", value);
            return Vec::new();
        };
        object.iter().map(|(name, value)| (name, value, place.key(name))).collect()
    }

    /// The items of a list.
    pub(crate) fn items(&mut self, name: &str) -> Option<Vec<(&'a Value, Pointer)>> {
        let value = self.object.get(name)?;
        let place = self.place.key(name);
        let Some(items) = value.as_array() else {
            self.problems.expected(&place, "an array", value);
            return None;
        };
        Some(items.iter().enumerate().map(|(index, item)| (item, place.index(index))).collect())
    }

    /// A list of strings.
    pub(crate) fn texts(&mut self, name: &str) -> Option<Vec<Text>> {
        let items = self.items(name)?;
        let text = |(item, place): (&Value, Pointer)| {
            if item.as_text().is_none() {
                self.problems.expected(&place, "a string", item);
            }
            item.as_text().cloned()
        };
        Some(items.into_iter().filter_map(text).collect())
    }
}

/// A whole number from 0.
pub(crate) fn count(value: &Value, place: &Pointer, problems: &mut Problems) -> Option<u64> {
    let count = value.as_number().and_then(asl_value::Number::as_u64);
    if count.is_none() {
        problems.expected(place, "a whole number from 0", value);
    }
    count
}

/// A time in seconds. Times are kept in whole milliseconds, as histories show them.
pub(crate) fn seconds(
    value: &Value,
    place: &Pointer,
    problems: &mut Problems,
) -> Option<std::time::Duration> {
    /// A hundred years.
    const MOST: f64 = 3_155_760_000.0;
    match value.as_f64().filter(|seconds| (0.0..=MOST).contains(seconds)) {
        Some(seconds) => Some(std::time::Duration::from_millis((seconds * 1000.0).round() as u64)),
        None => {
            problems.expected(place, "a number of seconds from 0", value);
            None
        }
    }
}

/// The beginning of a name, for a message.
pub(crate) fn shortened(name: &str) -> String {
    const MOST: usize = 60;
    match name.char_indices().nth(MOST) {
        None => name.to_owned(),
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
    }
}
