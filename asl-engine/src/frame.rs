//! [`Frame`]: what a strand carries from state to state.

use std::sync::Arc;

use asl_query::Scope;
use asl_value::Value;

use crate::Failure;
use crate::budget::{Exceeded, Held, STRAND_BYTES};
use crate::ids::StateId;
use crate::map_item::MapItem;
use crate::position::Position;
use crate::slot::Slot;
use crate::trace::Cursor;

/// What a strand carries from state to state.
pub(crate) struct Frame {
    pub(crate) input: Value,
    pub(crate) scope: Scope,
    pub(crate) cursor: Cursor,
    /// The item of the iteration that the strand is in.
    pub(crate) map_item: Option<MapItem>,
    /// Where the strand shows which state it is in.
    pub(crate) slot: Arc<Slot>,
    /// The number of the strand in its parent.
    pub(crate) number: usize,
    /// The memory of the strand. The root of an execution has none, unless it is a child execution.
    held: Option<Held>,
    /// Whether it is the frame of the machine itself.
    pub(crate) is_root: bool,
}

/// How a strand ended. A failure needs the cursor too: the events that report it follow the event that failed.
pub(crate) struct Ended {
    pub(crate) number: usize,
    pub(crate) result: Result<Value, Failure>,
    pub(crate) cursor: Cursor,
    /// Whether a task that had begun failed uncaught: the parent of the strand marks it as aborted.
    pub(crate) in_task: bool,
}

impl Frame {
    pub(crate) fn root(input: Value) -> Frame {
        Frame::child(0, input, Scope::default(), Cursor::START, None).at_root()
    }

    /// The frame of the machine itself.
    pub(crate) fn at_root(self) -> Frame {
        Frame { is_root: true, ..self }
    }

    /// The frame of a branch or an iteration.
    pub(crate) fn child(
        number: usize,
        input: Value,
        scope: Scope,
        cursor: Cursor,
        map_item: Option<MapItem>,
    ) -> Frame {
        Frame { input, scope, cursor, map_item, slot: Arc::default(), number, held: None, is_root: false }
    }

    /// The frame of a strand that continues from where it stopped.
    pub(crate) fn resumed(number: usize, position: Position) -> Frame {
        let stay = position.stay.as_ref().map(|stay| stay.cursor);
        let cursor = stay.or(position.entered).unwrap_or(position.before);
        let Position { input, scope, map_item, .. } = &position;
        let child = Frame::child(number, input.clone(), scope.clone(), cursor, map_item.clone());
        Frame { slot: Arc::new(Slot::resumed(position)), ..child }
    }

    /// Counts the memory of the strand from now on.
    pub(crate) fn holding(mut self, held: Held) -> Result<Frame, Exceeded> {
        self.held = Some(held);
        self.hold()?;
        Ok(self)
    }

    /// Counts the memory that the strand takes now.
    pub(crate) fn hold(&mut self) -> Result<(), Exceeded> {
        let Some(held) = &mut self.held else { return Ok(()) };
        let payloads = std::iter::once(&self.input).chain(self.scope.own().values());
        held.set(payloads.map(Value::memory_bytes).fold(STRAND_BYTES, u64::saturating_add))
    }

    /// Notes for a checkpoint that the strand is about to enter a state.
    pub(crate) fn note_position(&self, state: StateId) {
        self.slot.set_position(Position::before(
            state,
            self.input.clone(),
            self.scope.clone(),
            self.map_item.clone(),
            self.cursor,
        ));
    }

    /// The strand ended with its input as output.
    pub(crate) fn ended(self) -> Ended {
        Ended { number: self.number, result: Ok(self.input), cursor: self.cursor, in_task: false }
    }
}
