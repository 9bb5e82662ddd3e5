//! [`Fields`]: the members of one event, read with messages that name it.

use asl_value::{Object, Text, Timestamp, Value};

use super::RecordError;
use crate::Failure;

/// The details of an event.
pub(super) struct Fields<'a> {
    /// ``event 5 (`TaskSucceeded`)``
    place: String,
    details: Option<&'a Object>,
}

impl<'a> Fields<'a> {
    /// The details of the event `event`, which is the `id`th and of the type `name`.
    ///
    /// AWS names the member after the type, but all types of states share theirs.
    pub(super) fn of(event: &'a Value, id: u64, name: &str) -> Result<Fields<'a>, RecordError> {
        let shared = ["StateEntered", "StateExited"].into_iter().find(|shared| name.ends_with(shared));
        let member = format!("{}EventDetails", lower_first(shared.unwrap_or(name)));
        let place = format!("event {id} (`{name}`)");
        let details = match event.get(&member) {
            None | Some(Value::Null) => None,
            Some(Value::Object(details)) => Some(details),
            Some(other) => return Err(wrong(&place, &member, "an object", other)),
        };
        Ok(Fields { place, details })
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.details?.get(name).filter(|value| !value.is_null())
    }

    fn missing(&self, name: &str) -> RecordError {
        RecordError::malformed(format!("{} has no `{name}`", self.place))
    }

    /// A text that may be absent.
    pub(super) fn optional(&self, name: &str) -> Result<Option<Text>, RecordError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match value.as_text() {
            Some(text) => Ok(Some(text.clone())),
            None => Err(wrong(&self.place, name, "a string", value)),
        }
    }

    pub(super) fn text(&self, name: &str) -> Result<Text, RecordError> {
        self.optional(name)?.ok_or_else(|| self.missing(name))
    }

    /// A number that is not negative and may be absent.
    pub(super) fn optional_number(&self, name: &str) -> Result<Option<u64>, RecordError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.as_i64().and_then(|number| u64::try_from(number).ok());
        number.map(Some).ok_or_else(|| wrong(&self.place, name, "a whole number", value))
    }

    pub(super) fn index(&self, name: &str) -> Result<usize, RecordError> {
        let number = self.optional_number(name)?.ok_or_else(|| self.missing(name))?;
        usize::try_from(number)
            .map_err(|_| RecordError::malformed(format!("{}: `{name}` is too large", self.place)))
    }

    /// `error` and `cause`.
    pub(super) fn failure(&self) -> Result<Failure, RecordError> {
        Ok(Failure::from_parts(self.optional("error")?, self.optional("cause")?))
    }

    /// An input or an output: JSON text, which must be there and complete.
    pub(super) fn payload(&self, name: &str) -> Result<Value, RecordError> {
        self.check_whole(&format!("{name}Details"), name)?;
        let Some(text) = self.optional(name)? else {
            return Err(RecordError::incomplete(format!(
                "{} has no `{name}`: export the history with `--include-execution-data`",
                self.place
            )));
        };
        self.parsed(name, &text)
    }

    /// The variables that a state assigned: an object of JSON texts.
    pub(super) fn variables(&self) -> Result<Option<Object>, RecordError> {
        const NAME: &str = "assignedVariables";
        self.check_whole("assignedVariablesDetails", NAME)?;
        let Some(value) = self.get(NAME) else { return Ok(None) };
        let Some(texts) = value.as_object() else { return Err(wrong(&self.place, NAME, "an object", value)) };
        let mut variables = Object::new();
        for (name, value) in texts {
            let Some(text) = value.as_text() else {
                return Err(wrong(&self.place, &format!("{NAME}.{name}"), "a string", value));
            };
            variables.insert(name.clone(), self.parsed(name, text)?);
        }
        Ok(Some(variables))
    }

    fn check_whole(&self, details: &str, name: &str) -> Result<(), RecordError> {
        let truncated = self.get(details).and_then(|details| details.get("truncated"));
        if truncated.and_then(Value::as_bool) != Some(true) {
            return Ok(());
        }
        Err(RecordError::incomplete(format!(
            "`{name}` of {} is truncated: records of logs are not complete, export the history with `aws stepfunctions \
             get-execution-history`",
            self.place
        )))
    }

    fn parsed(&self, name: &str, text: &Text) -> Result<Value, RecordError> {
        let parsed = Value::parse(text);
        parsed.map_err(|error| {
            RecordError::malformed(format!("`{name}` of {} is not JSON: {error}", self.place))
        })
    }
}

/// `timestamp`: seconds since 1970, or a date as `aws` version 2 prints it.
pub(super) fn timestamp(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => Timestamp::parse(text),
        value => {
            let millis = value.as_f64().map(|seconds| (seconds * 1000.0).round())?;
            // The range of `i64` is that of the saturating cast.
            millis.is_finite().then(|| Timestamp::from_epoch_millis(millis as i64))
        }
    }
}

fn wrong(place: &str, name: &str, expected: &str, found: &Value) -> RecordError {
    RecordError::malformed(format!("expected {expected} at `{name}` of {place}, found {}", found.type_name()))
}

fn lower_first(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(characters).collect()
}
