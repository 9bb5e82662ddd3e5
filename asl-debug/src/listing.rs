//! [`Listing`]: the lines of a definition, for breakpoints and positions.

use std::collections::HashMap;

use asl_model::{Code, Diagnostic, Excerpt, State, StateMachine};
use asl_value::{Pointer, Text, Value};

use crate::spot::Spot;

/// A definition in its file: on which lines its states and their fields are.
#[derive(Debug, Clone)]
pub struct Listing {
    machine: Text,
    path: Option<String>,
    text: String,
    /// Where the states and their fields begin, sorted by line.
    marks: Vec<Mark>,
    states: HashMap<Text, Line>,
    types: HashMap<Text, &'static str>,
}

/// A line and a column, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

#[derive(Debug, Clone)]
struct Mark {
    at: Line,
    state: Text,
    /// `None` for the state itself, and for fields that are not a stage of its data.
    spot: Option<Spot>,
}

impl Listing {
    /// The lines of a machine. `excerpt` is its text, `path` the file, if it is in one.
    pub fn new(
        name: impl Into<Text>,
        machine: &StateMachine,
        excerpt: &Excerpt,
        path: Option<String>,
    ) -> Listing {
        let document = excerpt.source().document().0.unwrap_or_default();
        let mut wanted: Vec<(Text, Option<Text>, Pointer)> = Vec::new();
        let mut types = HashMap::new();
        each_state(machine, &document, &Pointer::root(), &mut |state, place| {
            types.insert(state.name.clone(), state.kind.type_name());
            wanted.push((state.name.clone(), None, place.clone()));
            if let Some(Value::Object(fields)) = document.pointer(place) {
                wanted.extend(
                    fields.keys().map(|field| (state.name.clone(), Some(field.clone()), place.clone())),
                );
            }
        });
        // A diagnostic of a field is at its key.
        let at = |(_, field, place): &(Text, Option<Text>, Pointer)| {
            let found = Diagnostic::warning(Code::LIMIT, "", place.clone());
            field.iter().fold(found, |found, field| found.field(field.clone()))
        };
        let places = excerpt.places(&wanted.iter().map(at).collect::<Vec<_>>());
        let (mut marks, mut states) = (Vec::new(), HashMap::new());
        for ((state, field, _), place) in wanted.into_iter().zip(places) {
            let Some(place) = place else { continue };
            let at = Line { line: place.start.line, column: place.start.column };
            if field.is_none() {
                states.insert(state.clone(), at);
            }
            let spot = field.as_ref().and_then(|field| Spot::of_field(field));
            marks.push(Mark { at, state, spot });
        }
        marks.sort_by_key(|mark| mark.at);
        Listing { machine: name.into(), path, text: excerpt.file().to_owned(), marks, states, types }
    }

    /// The name of the machine.
    pub fn machine(&self) -> &Text {
        &self.machine
    }

    /// The path of its file.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// The text of its file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a state begins.
    pub fn line_of(&self, state: &str) -> Option<Line> {
        self.states.get(state).copied()
    }

    /// Where a place in a state is: the field that belongs to it, or the state.
    pub(crate) fn line_of_spot(&self, state: &str, spot: Spot) -> Option<Line> {
        let mark = self.marks.iter().find(|mark| mark.spot == Some(spot) && mark.state == state);
        mark.map(|mark| mark.at).or_else(|| self.line_of(state))
    }

    /// The type of a state: `Task`.
    pub fn type_of(&self, state: &str) -> Option<&'static str> {
        self.types.get(state).copied()
    }

    /// The names of all states, those of branches and iterations included, in the order of the text.
    pub fn states(&self) -> Vec<&Text> {
        let mut names: Vec<&Text> = self.states.keys().collect();
        names.sort_by_key(|name| self.states.get(*name));
        names
    }

    /// The lines of states, and of fields that are stages of their data.
    pub(crate) fn lines(&self) -> Vec<usize> {
        let marks = self.marks.iter().filter(|mark| mark.spot.is_some()).map(|mark| mark.at.line);
        marks.chain(self.states.values().map(|at| at.line)).collect()
    }

    /// What a breakpoint on a line stops at: a state, or a stage of its data if the line is in such a field; and the line
    /// where that begins.
    pub(crate) fn at(&self, line: usize) -> Option<(&Text, Spot, usize)> {
        let before = self.marks.iter().rev().skip_while(|mark| mark.at.line > line);
        // Several fields may be on one line: then it is that of the first of them, or of the state.
        let nearest = before.clone().next()?.at.line;
        let mark = before.take_while(|mark| mark.at.line == nearest).last()?;
        match mark.spot {
            Some(spot) => Some((&mark.state, spot, nearest)),
            None => Some((&mark.state, Spot::Entry, self.line_of(&mark.state)?.line)),
        }
    }
}

/// Calls `found` with each state and its place in the definition.
fn each_state(
    machine: &StateMachine,
    document: &Value,
    place: &Pointer,
    found: &mut dyn FnMut(&State, &Pointer),
) {
    for state in &machine.states {
        let place = place.key("States").key(state.name.clone());
        found(state, &place);
        for (index, child) in StateMachine::children(state).iter().enumerate() {
            // The older name of `ItemProcessor` is `Iterator`.
            let inside =
                [place.key("Branches").index(index), place.key("ItemProcessor"), place.key("Iterator")];
            if let Some(inside) = inside.iter().find(|inside| document.pointer(inside).is_some()) {
                each_state(child, document, inside, found);
            }
        }
    }
}
