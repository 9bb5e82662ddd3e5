//! [`Adapter`]: answers the requests of a client.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::breakpoints::BreakpointSets;
use super::handles::Handles;
use super::present;
use crate::launch::{Launch, Launched, Launcher};
use crate::listing::Listing;
use crate::notice::{Ending, Notice, Stop};
use crate::session::Session;
use crate::shown;
use crate::spot::Spot;
use crate::world::StrandId;

/// Answers the requests of a client, and sends it events.
pub(super) struct Adapter {
    pub(super) launcher: Box<dyn Launcher>,
    pub(super) notify: Arc<dyn Fn(u64, Notice) + Send + Sync>,
    pub(super) messages: Vec<Json>,
    last_seq: i64,
    /// What was launched at last.
    pub(super) launch: Launch,
    pub(super) launched: Option<Launched>,
    pub(super) options: Options,
    pub(super) session: Option<Session>,
    pub(super) breakpoints: BreakpointSets,
    pub(super) handles: Handles,
    /// Where the execution has stopped, while it is.
    pub(super) stop: Option<Stop>,
    /// How it has ended, while that can be looked at.
    pub(super) ending: Option<Ending>,
    pub(super) is_over: bool,
}

/// What a client wants of its session.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Options {
    /// Stop before the first state.
    pub(super) stops_on_entry: bool,
    /// Stop when the execution has ended, so that one can go back.
    pub(super) stops_at_end: bool,
    /// Run without breakpoints.
    pub(super) is_free: bool,
}

impl Adapter {
    pub(super) fn new(
        launcher: Box<dyn Launcher>,
        notify: impl Fn(u64, Notice) + Send + Sync + 'static,
    ) -> Adapter {
        Adapter {
            launcher,
            notify: Arc::new(notify),
            messages: Vec::new(),
            last_seq: 0,
            launch: Launch::default(),
            launched: None,
            options: Options::default(),
            session: None,
            breakpoints: BreakpointSets::default(),
            handles: Handles::default(),
            stop: None,
            ending: None,
            is_over: false,
        }
    }

    /// The messages for the client since the last call.
    pub(super) fn take_messages(&mut self) -> Vec<Json> {
        let mut messages = std::mem::take(&mut self.messages);
        for fields in messages.iter_mut().filter_map(Json::as_object_mut) {
            self.last_seq += 1;
            fields.insert("seq".to_owned(), self.last_seq.into());
        }
        messages
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    pub(super) fn set_breakpoints(
        &mut self,
        set: impl FnOnce(&mut BreakpointSets, &[Listing]) -> Result<Json, String>,
    ) -> Result<Json, String> {
        let listings = self.launched.as_ref().map_or(&[][..], |launched| &launched.listings);
        let answer = set(&mut self.breakpoints, listings)?;
        self.apply_breakpoints();
        Ok(answer)
    }

    /// Gives the breakpoints to the session.
    pub(super) fn apply_breakpoints(&self) {
        if let (Some(session), Some(launched), false) = (&self.session, &self.launched, self.options.is_free)
        {
            session.set_breakpoints(self.breakpoints.all(&launched.listings));
        }
    }

    /// Reports to the client what is wrong with its message.
    pub(super) fn complain(&mut self, problem: &str) {
        self.output("stderr", problem, None);
    }

    pub(super) fn event(&mut self, name: &str, body: Json) {
        self.messages.push(json!({"type": "event", "event": name, "body": body}));
    }

    /// Prints a line in the client's console. `place` has `source` and `line`.
    pub(super) fn output(&mut self, category: &str, line: &str, place: Option<Json>) {
        let mut body = json!({"category": category, "output": format!("{line}\n")});
        if let (Some(fields), Some(Json::Object(place))) = (body.as_object_mut(), place) {
            fields.extend(place);
        }
        self.event("output", body);
    }
}

/// What the requests have in common.
impl Adapter {
    /// The execution continues, so what was shown of it is no longer valid.
    pub(super) fn forget_stop(&mut self) {
        self.stop = None;
        self.ending = None;
        self.handles.clear();
    }

    pub(super) fn listings(&self) -> &[Listing] {
        self.launched.as_ref().map_or(&[], |launched| &launched.listings)
    }

    /// The definition of a machine.
    pub(super) fn listing(&self, machine: &str) -> Option<&Listing> {
        self.listings().iter().find(|listing| listing.machine() == machine)
    }

    /// The file and line of a strand.
    pub(super) fn place_of(&self, strand: StrandId) -> Option<Json> {
        let strand = self.session.as_ref()?.strand(strand)?;
        self.place(&strand.machine, &strand.visit.state, strand.visit.spot)
    }

    /// The file and line of a place in a state.
    pub(super) fn place(&self, machine: &str, state: &str, spot: Spot) -> Option<Json> {
        let listing = self.listing(machine)?;
        let line = listing.line_of_spot(state, spot)?;
        Some(json!({"source": present::source(listing), "line": line.line, "column": line.column}))
    }

    /// How long the execution has been running, in its own time: `+1m30s`.
    pub(super) fn elapsed(&self) -> String {
        let time = self.session.as_ref().and_then(Session::time);
        time.map_or_else(|| "+0s".to_owned(), |(now, begun)| shown::elapsed(now.since(begun)))
    }
}
