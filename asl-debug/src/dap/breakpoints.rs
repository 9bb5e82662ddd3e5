//! [`BreakpointSets`]: the breakpoints of the client, which it sets file by file and kind by kind.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::request::{Request, text};
use crate::breakpoint::{Breakpoint, Hits, When};
use crate::listing::Listing;
use crate::place::{self, Place};
use crate::spot::Spot;

/// The breakpoints of the client.
#[derive(Debug, Default)]
pub(super) struct BreakpointSets {
    /// What the client wants, by file.
    files: BTreeMap<String, Vec<Wanted>>,
    functions: Vec<Wanted>,
    errors: Vec<Breakpoint>,
    last: u64,
}

/// A breakpoint that the client wants.
#[derive(Debug, Clone)]
struct Wanted {
    id: u64,
    at: At,
    when: Result<When, String>,
    log: Option<String>,
}

#[derive(Debug, Clone)]
enum At {
    Line(usize),
    /// `Price`, `Price@result`.
    State(String),
}

/// The numbers of breakpoints on errors: above those of others.
const ERRORS: u64 = 1 << 40;

impl BreakpointSets {
    /// Replaces those of a file. Returns the answer.
    pub(super) fn set_file(&mut self, request: &Request<'_>, listings: &[Listing]) -> Result<Json, String> {
        let source = request.required("source", request.arguments.get("source"))?;
        let key = text(source, "path").or(text(source, "name")).unwrap_or_default().to_owned();
        let wanted = request.list("breakpoints").iter().map(|one| {
            let line = one.get("line").and_then(Json::as_u64).unwrap_or_default();
            let at = At::Line(usize::try_from(line).unwrap_or(usize::MAX));
            self.wanted(one, at)
        });
        let wanted: Vec<Wanted> = wanted.collect();
        let answer = wanted.iter().map(|wanted| shown(wanted, &key, listings)).collect::<Vec<_>>();
        self.files.insert(key, wanted);
        Ok(json!({"breakpoints": answer}))
    }

    /// Replaces those of states. Returns the answer.
    pub(super) fn set_functions(&mut self, request: &Request<'_>, listings: &[Listing]) -> Json {
        let wanted = request.list("breakpoints").iter().map(|one| {
            let name = text(one, "name").unwrap_or_default().to_owned();
            self.wanted(one, At::State(name))
        });
        let wanted: Vec<Wanted> = wanted.collect();
        let answer = wanted.iter().map(|wanted| shown(wanted, "", listings)).collect::<Vec<_>>();
        self.functions = wanted;
        json!({"breakpoints": answer})
    }

    /// Replaces those on errors. Returns the answer.
    pub(super) fn set_errors(&mut self, request: &Request<'_>) -> Json {
        let plain = request.list("filters").iter().filter_map(|filter| Some((filter.as_str()?, None)));
        let options = request.list("filterOptions").iter();
        let options = options.filter_map(|one| Some((text(one, "filterId")?, text(one, "condition"))));
        self.errors.clear();
        let mut answer = Vec::new();
        for (index, (filter, condition)) in plain.chain(options).enumerate() {
            let (spot, id) = match filter {
                "uncaught" => (Spot::Fail, ERRORS + index as u64),
                "caught" => (Spot::Catch, ERRORS + index as u64),
                "retried" => (Spot::Retry, ERRORS + index as u64),
                _ => {
                    answer.push(json!({"verified": false, "message": format!("unknown filter `{filter}`")}));
                    continue;
                }
            };
            let names = condition.unwrap_or_default().split(',').map(str::trim);
            let errors = names.filter(|name| !name.is_empty()).map(str::to_owned).collect();
            let when = When { errors, ..When::default() };
            self.errors.push(Breakpoint { when, ..Breakpoint::new(id, None, spot) });
            answer.push(json!({"verified": true, "id": id}));
        }
        json!({"breakpoints": answer})
    }

    fn wanted(&mut self, one: &Json, at: At) -> Wanted {
        self.last += 1;
        let given = |name| text(one, name).filter(|text| !text.trim().is_empty()).map(str::to_owned);
        let hits = given("hitCondition").map(|text| Hits::parse(&text)).transpose();
        let when = hits.map(|hits| When { condition: given("condition"), errors: Vec::new(), hits });
        Wanted { id: self.last, at, when, log: given("logMessage") }
    }

    /// All breakpoints, as far as they have a place.
    pub(super) fn all(&self, listings: &[Listing]) -> Vec<Breakpoint> {
        let files =
            self.files.iter().flat_map(|(file, wanted)| wanted.iter().map(move |one| (file.as_str(), one)));
        let wanted = files.chain(self.functions.iter().map(|one| ("", one)));
        let placed =
            wanted.filter_map(|(file, wanted)| placed(wanted, file, listings).ok().map(|(found, _)| found));
        placed.chain(self.errors.iter().cloned()).collect()
    }

    /// The breakpoints of files and states as the client should show them now.
    pub(super) fn shown(&self, listings: &[Listing]) -> Vec<Json> {
        let files = self.files.iter();
        let files = files.flat_map(|(file, wanted)| wanted.iter().map(move |one| shown(one, file, listings)));
        files.chain(self.functions.iter().map(|one| shown(one, "", listings))).collect()
    }

    /// What kinds of breakpoints these are, for the reason of a stop.
    pub(super) fn reason(&self, ids: &[u64]) -> &'static str {
        if ids.iter().any(|id| *id >= ERRORS) {
            return "exception";
        }
        match self.functions.iter().any(|wanted| ids.contains(&wanted.id)) {
            true => "function breakpoint",
            false => "breakpoint",
        }
    }
}

/// A breakpoint and the line that it is on.
fn placed(wanted: &Wanted, file: &str, listings: &[Listing]) -> Result<(Breakpoint, Option<usize>), String> {
    let when = wanted.when.clone()?;
    let Place { machine, state, spot, line } = match &wanted.at {
        At::Line(line) => place::on_line(listings.iter().filter(|listing| is_file(listing, file)), *line)?,
        At::State(name) => place::named(listings, name)?,
    };
    let breakpoint = Breakpoint::new(wanted.id, state, spot);
    Ok((Breakpoint { machine: Some(machine), when, log: wanted.log.clone(), ..breakpoint }, line))
}

/// Whether a listing is that of a file, as the client names it.
pub(super) fn is_file(listing: &Listing, file: &str) -> bool {
    let Some(path) = listing.path() else { return false };
    path == file
        || matches!((Path::new(file).canonicalize(), Path::new(path).canonicalize()), (Ok(one), Ok(other)) if one == other)
}

fn shown(wanted: &Wanted, file: &str, listings: &[Listing]) -> Json {
    match placed(wanted, file, listings) {
        Ok((breakpoint, line)) => {
            let mut shown = json!({"id": wanted.id, "verified": true});
            if let (Some(fields), Some(line)) = (shown.as_object_mut(), line) {
                fields.insert("line".to_owned(), line.into());
                let state = breakpoint.state.as_deref().unwrap_or_default();
                let place = match breakpoint.spot {
                    Spot::Entry => format!("state `{state}`"),
                    spot => format!("state `{state}`, {}", spot.name()),
                };
                fields.insert("message".to_owned(), place.into());
            }
            shown
        }
        Err(message) => json!({"id": wanted.id, "verified": false, "message": message}),
    }
}
