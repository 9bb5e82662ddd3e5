//! [`Piece`]: what is written in the style of the text around it, with members that are taken over as they are written.

use asl_value::Value;

use crate::document::{Definition, Document};
use crate::edit::{self, json, spaced, yaml_text, yaml_value};

/// A value with a part that is taken over.
pub(super) enum Piece {
    Value(Value),
    Object(Vec<(&'static str, Piece)>),
    /// An array of one item.
    Item(Box<Piece>),
    Members(TakenMembers),
}

/// Members of an object as they are written, from the first key on.
pub(super) struct TakenMembers {
    pub(super) text: String,
    /// The spaces before the first key.
    pub(super) indent: usize,
}

/// How objects are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// In brackets, in one line.
    Line,
    /// In brackets, a member to a line.
    Lines,
    /// Blocks of YAML.
    Block,
}

/// Where something is written: the spaces before its key, and those of a level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) style: Style,
    pub(super) indent: usize,
    pub(super) unit: usize,
}

impl Place {
    /// How the states of a machine are written, one of which begins at an offset.
    pub(super) fn of_state(document: &Document, definition: &Definition, machine: usize, at: usize) -> Place {
        let states = definition.outline.machines.get(machine).and_then(|machine| machine.states);
        let is_block = states.is_some_and(|states| !edit::is_bracketed(document, definition, states));
        let first = states.map_or(at, |states| definition.tree.span(states).start);
        let is_line = document.buffer.line_of(first) == document.buffer.line_of(at);
        let (style, indent) = match (is_block, is_line) {
            (true, _) => (Style::Block, edit::column(document, at)),
            (false, true) => (Style::Line, edit::indent(document, at)),
            (false, false) => (Style::Lines, edit::indent(document, at)),
        };
        Place { style, indent, unit: edit::unit(document) }
    }

    /// This many spaces further right.
    fn deeper(self, spaces: usize) -> Place {
        Place { indent: self.indent + spaces, ..self }
    }

    /// What separates the members of an object.
    pub(super) fn separator(self) -> String {
        match self.style {
            Style::Line => ", ".to_owned(),
            Style::Lines => format!(",{}", self.line()),
            Style::Block => self.line(),
        }
    }

    fn line(self) -> String {
        format!("\n{}", " ".repeat(self.indent))
    }
}

/// A member, from its key on.
pub(super) fn member(name: &str, piece: &Piece, place: Place) -> String {
    match place.style {
        Style::Block => format!("{}:{}", yaml_text(name), after_colon(piece, place)),
        _ => format!("{}: {}", Value::from(name).to_json(), bracketed(piece, place)),
    }
}

/// Members, from the first key on.
pub(super) fn members(fields: &[(&'static str, Piece)], place: Place) -> String {
    let members: Vec<String> = fields.iter().map(|(name, piece)| member(name, piece, place)).collect();
    members.join(&place.separator())
}

/// An object as a whole file.
pub(super) fn document(fields: &[(&'static str, Piece)], place: Place) -> String {
    match place.style {
        Style::Block => format!("{}\n", members(fields, place)),
        _ => {
            let inner = place.deeper(place.unit);
            format!("{{{}{}{}}}\n", inner.line(), members(fields, inner), place.line())
        }
    }
}

fn bracketed(piece: &Piece, place: Place) -> String {
    let inner = place.deeper(place.unit);
    let (open, content, close) = match piece {
        Piece::Value(value) if place.style == Style::Line => return spaced(value),
        Piece::Value(value) => return json(value, place.indent, place.unit),
        Piece::Object(fields) => ('{', members(fields, inner), '}'),
        Piece::Item(item) => ('[', bracketed(item, inner), ']'),
        Piece::Members(taken) => ('{', taken.at(inner.indent), '}'),
    };
    match place.style {
        Style::Line => format!("{open}{content}{close}"),
        _ => format!("{open}{}{content}{}{close}", inner.line(), place.line()),
    }
}

fn after_colon(piece: &Piece, place: Place) -> String {
    let inner = place.deeper(place.unit);
    match piece {
        Piece::Value(value) => yaml_value(value, place.indent, place.unit),
        Piece::Object(fields) => format!("{}{}", inner.line(), members(fields, inner)),
        Piece::Members(taken) => format!("{}{}", inner.line(), taken.at(inner.indent)),
        Piece::Item(item) => match item.as_ref() {
            // The keys of an object stand behind the dash.
            Piece::Object(fields) => format!("{}- {}", inner.line(), members(fields, inner.deeper(2))),
            other => format!("{}-{}", inner.line(), after_colon(other, inner)),
        },
    }
}

impl TakenMembers {
    /// The text with its first key in another column: its other lines move with it.
    fn at(&self, indent: usize) -> String {
        let moved = self.text.split('\n').enumerate().map(|(index, line)| {
            let spaces = line.len() - line.trim_start_matches([' ', '\t']).len();
            match index {
                0 => line.to_owned(),
                _ if line.trim().is_empty() => line.to_owned(),
                _ if indent >= self.indent => format!("{}{line}", " ".repeat(indent - self.indent)),
                _ => line.get(spaces.min(self.indent - indent)..).unwrap_or_default().to_owned(),
            }
        });
        moved.collect::<Vec<_>>().join("\n")
    }
}
