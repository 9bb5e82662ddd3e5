//! A region as the only branch of a Parallel state.
//!
//! The same outcome, tasks and times for every input. The output of a Parallel state is an array of the outputs of its branches,
//! whose first item is the output of the new state. An error in a branch is the error of the state. The branch sees the variables
//! around it, but keeps its own, so these must mean nothing outside. An output of 256 KiB less a byte is too large in an array.

use asl_model::QueryLanguage;
use asl_value::{Value, json as asl};

use super::extraction::{Extraction, Refused};
use super::layout::{Piece, member};
use super::members::{members, place, written};
use super::region::{Exit, Region};
use super::scope;
use crate::edit::{DocumentEdit, state_name};

pub(super) fn extracted(region: &Region<'_>) -> Result<Extraction, Refused> {
    scope::check_inner(region)?;
    let branch = Piece::Object(vec![
        ("StartAt", Piece::Value(Value::from(region.entry))),
        ("States", Piece::Members(members(region)?)),
    ]);
    let first = match region.language() {
        QueryLanguage::JsonPath => ("OutputPath", "$[0]"),
        QueryLanguage::JsonAta => ("Output", "{% $states.result[0] %}"),
    };
    let state = vec![
        ("Type", Piece::Value(Value::from("Parallel"))),
        ("Branches", Piece::Item(Box::new(branch))),
        (first.0, Piece::Value(Value::from(first.1))),
        next(region),
    ];
    Ok(replaced(region, &region.new_name("group"), state))
}

/// Where the state that replaces a region leads.
pub(super) fn next(region: &Region<'_>) -> (&'static str, Piece) {
    match region.exit {
        Exit::Next(exit) => ("Next", Piece::Value(Value::from(exit))),
        Exit::End => ("End", Piece::Value(asl!(true))),
    }
}

/// A state in place of a region.
pub(super) fn replaced(region: &Region<'_>, name: &str, state: Vec<(&'static str, Piece)>) -> Extraction {
    let place = place(region);
    let mut edits = vec![DocumentEdit {
        range: written(region, place),
        text: member(name, &Piece::Object(state), place),
    }];
    let outside = region.transitions().filter(|edge| !region.is_from(edge) && edge.target == region.entry);
    edits.extend(outside.filter_map(|edge| {
        let scalar = region.definition.tree.scalar(edge.node)?;
        Some(state_name(region.document, &scalar.inner, name))
    }));
    Extraction { edits, created: None }
}
