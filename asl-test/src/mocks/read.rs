//! Reads a [`MockConfig`] from a JSON document.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use asl_engine::Failure;
use asl_value::{Object, Pointer, Text, Value};

use super::{Answer, MockCase, MockConfig, MockedResponse, Problem};

pub(super) fn config(document: &Value) -> Result<MockConfig, Vec<Problem>> {
    let mut reading = Reading::default();
    let root = Pointer::root();
    let cases = reading.object(document, &root).map(|fields| {
        let machines = reading.member(fields, "StateMachines", &root);
        let responses = reading.member(fields, "MockedResponses", &root);
        let responses = responses.map(|(responses, place)| reading.responses(responses, &place));
        match (machines, responses) {
            (Some((machines, place)), Some(responses)) => reading.machines(machines, &place, &responses),
            _ => Vec::new(),
        }
    });
    match (cases, reading.problems) {
        (Some(cases), problems) if problems.is_empty() => Ok(MockConfig { cases }),
        (_, problems) => Err(problems),
    }
}

#[derive(Default)]
struct Reading {
    problems: Vec<Problem>,
}

/// The mocked responses by name. `None` for an invalid one.
type Responses = HashMap<Text, Option<Arc<MockedResponse>>>;

impl Reading {
    fn problem(&mut self, place: &Pointer, message: String) {
        self.problems.push(Problem { place: place.clone(), message });
    }

    fn wrong_type(&mut self, place: &Pointer, expected: &str, found: &Value) {
        self.problem(
            place,
            format!("expected {expected} at `{}`, found {}", place.location(), found.type_name()),
        );
    }

    fn object<'v>(&mut self, value: &'v Value, place: &Pointer) -> Option<&'v Object> {
        if value.as_object().is_none() {
            self.wrong_type(place, "an object", value);
        }
        value.as_object()
    }

    /// A required member, which must be an object.
    fn member<'v>(&mut self, fields: &'v Object, name: &str, at: &Pointer) -> Option<(&'v Object, Pointer)> {
        let Some(value) = fields.get(name) else {
            self.problem(at, format!("expected a field `{name}` at `{}`", at.location()));
            return None;
        };
        let place = at.key(name);
        self.object(value, &place).map(|object| (object, place))
    }

    fn machines(&mut self, machines: &Object, at: &Pointer, responses: &Responses) -> Vec<MockCase> {
        let mut read = Vec::new();
        for (machine, value) in machines.iter() {
            let place = at.key(machine);
            let Some(fields) = self.object(value, &place) else { continue };
            let Some((cases, place)) = self.member(fields, "TestCases", &place) else { continue };
            for (name, value) in cases.iter() {
                let place = place.key(name);
                if let Some(states) = self.object(value, &place) {
                    let states = self.states(states, &place, responses);
                    read.push(MockCase { machine: machine.clone(), name: name.clone(), states });
                }
            }
        }
        read
    }

    fn states(
        &mut self,
        states: &Object,
        at: &Pointer,
        responses: &Responses,
    ) -> Vec<(Text, Arc<MockedResponse>)> {
        let mut read = Vec::new();
        for (state, value) in states.iter() {
            let place = at.key(state);
            match value.as_text().map(|name| (name, responses.get(name))) {
                Some((_, Some(Some(response)))) => read.push((state.clone(), Arc::clone(response))),
                // The invalid response has already been reported.
                Some((_, Some(None))) => {}
                Some((name, None)) => self.problem(
                    &place,
                    format!("the mocked response `{name}` at `{}` does not exist", place.location()),
                ),
                None => self.wrong_type(&place, "the name of a mocked response", value),
            }
        }
        read
    }

    fn responses(&mut self, responses: &Object, at: &Pointer) -> Responses {
        let mut read = Responses::new();
        for (name, value) in responses.iter() {
            let before = self.problems.len();
            let response =
                self.response(name, value, &at.key(name)).filter(|_| self.problems.len() == before);
            read.insert(name.clone(), response.map(Arc::new));
        }
        read
    }

    fn response(&mut self, name: &Text, value: &Value, place: &Pointer) -> Option<MockedResponse> {
        let mut answers: Vec<(RangeInclusive<u64>, Answer)> = Vec::new();
        for (calls, value) in self.object(value, place)?.iter() {
            let place = place.key(calls);
            let range = range(calls);
            if range.is_none() {
                let message = format!("expected a call as `0` or a range as `1-2` at `{}`", place.location());
                self.problem(&place, message);
            }
            let answer = self.answer(value, &place);
            if let (Some(range), Some(answer)) = (range, answer) {
                answers.push((range, answer));
            }
        }
        answers.sort_by_key(|(calls, _)| *calls.start());
        for pair in answers.windows(2) {
            if let [(before, _), (after, _)] = pair
                && before.end() >= after.start()
            {
                let [before, after] = [before, after].map(range_text);
                let message = format!("the calls `{before}` and `{after}` overlap at `{}`", place.location());
                self.problem(place, message);
            }
        }
        Some(MockedResponse { name: name.clone(), answers })
    }

    fn answer(&mut self, value: &Value, place: &Pointer) -> Option<Answer> {
        let fields = self.object(value, place)?;
        let mut members = fields.iter();
        match (members.next(), members.next()) {
            (Some((name, result)), None) if name.as_str() == "Return" => Some(Answer::Return(result.clone())),
            (Some((name, failure)), None) if name.as_str() == "Throw" => {
                self.failure(failure, &place.key("Throw")).map(Answer::Throw)
            }
            _ => {
                let names = fields.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                let found = if names.is_empty() { "nothing".to_owned() } else { names };
                let message =
                    format!("expected either `Return` or `Throw` at `{}`, found {found}", place.location());
                self.problem(place, message);
                None
            }
        }
    }

    fn failure(&mut self, value: &Value, place: &Pointer) -> Option<Failure> {
        let fields = self.object(value, place)?;
        let before = self.problems.len();
        let mut text = |name: &str| {
            let value = fields.get(name)?;
            if value.as_text().is_none() {
                self.wrong_type(&place.key(name), "a string", value);
            }
            value.as_text().cloned()
        };
        let (error, cause) = (text("Error"), text("Cause"));
        for (name, _) in fields.iter().filter(|(name, _)| !["Error", "Cause"].contains(&name.as_str())) {
            let place = place.key(name);
            self.problem(&place, format!("expected only `Error` and `Cause`, found `{}`", place.location()));
        }
        (self.problems.len() == before).then(|| Failure::from_parts(error, cause))
    }
}

/// `0` or `1-2`
fn range(text: &str) -> Option<RangeInclusive<u64>> {
    let number = |digits: &str| {
        digits.parse::<u64>().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let range = number(first)?..=number(last)?;
    (!range.is_empty()).then_some(range)
}

pub(super) fn range_text(calls: &RangeInclusive<u64>) -> String {
    match (calls.start(), calls.end()) {
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first}-{last}"),
    }
}
