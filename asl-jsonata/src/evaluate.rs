//! One evaluation: its options, its limits, its result.

use std::time::Duration;

use asl_query::Host;
use asl_value::Value;
use jlens_core::{Bindings, CancelToken, Expression, Options};

use crate::EvalFailure;
use crate::arena::{Arena, Origin, Root};
use crate::writer::Writer;

/// Documented by AWS.
const TIMEOUT: Duration = Duration::from_secs(1);
/// Nodes of an expression that are evaluated inside of one another: AWS ends it beyond 100 (recorded).
const MAX_DEPTH: usize = 100;
/// What the prelude of a state's expression adds.
const PRELUDE_DEPTH: usize = 2;
/// Of JSONata that is not in a state.
const MAX_QUERY_DEPTH: usize = 10_000;
/// AWS takes `[1..873782]` and refuses `[1..873783]` (recorded).
pub(crate) const MAX_ARRAY_ITEMS: usize = 873_782;
/// UNRECORDED: how AWS counts the memory of a JSONata evaluation; here eight bytes for an item of its longest array.
const MAX_BYTES: usize = MAX_ARRAY_ITEMS * 8;

/// What the values of an evaluation may take at one time: three of the longest arrays, or as many small values.
const MAX_MEMORY: usize = 64 << 20;

/// What of the host an expression needs for, found when it is compiled.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct HostNeeds {
    /// `$now`, `$millis`
    pub(crate) time: bool,
    /// `$shuffle`, and the `$random` of plain JSONata.
    pub(crate) seed: bool,
}

/// `None` for undefined and for a function.
pub(crate) fn evaluate(
    expression: &Expression,
    origin: Origin<'_>,
    bindings: &Bindings,
    needs: HostNeeds,
    host: &dyn Host,
) -> Result<Option<Value>, EvalFailure> {
    let is_wrapped = matches!(origin, Origin::Env(_));
    let max_depth = if is_wrapped { MAX_DEPTH + PRELUDE_DEPTH } else { MAX_QUERY_DEPTH };
    let mut options = Options::new()
        .timeout(host.time_left().map_or(TIMEOUT, |left| left.min(TIMEOUT)))
        .max_depth(max_depth)
        .max_string_length(MAX_BYTES)
        .max_array_length(MAX_ARRAY_ITEMS)
        .max_result_size(MAX_BYTES)
        .max_memory(MAX_MEMORY);
    if let Some(flag) = host.stop_flag() {
        options = options.cancel_token(CancelToken::from_flag(flag));
    }
    if needs.time {
        options = options.now(host.now().epoch_millis());
    }
    if needs.seed {
        options = options.seed(host.random_u64());
    }
    let arena = Arena::new(origin);
    let root = Root(arena.clone());
    let mut writer = Writer::new(&arena, is_wrapped);
    let written =
        expression.evaluate_source_to(&root, bindings, &options, |output| output.write(&mut writer))?;
    let (is_input, is_absent) = (writer.is_input, writer.is_absent);
    if writer.is_full {
        return Err(EvalFailure::memory());
    }
    let Some(value) = written.filter(|_| !is_absent) else { return Ok(None) };
    // The engine does not count what it takes from the input whole, however often.
    match is_input || (value.check_depth().is_ok() && value.encoded_len() <= MAX_BYTES) {
        true => Ok(Some(value)),
        false => Err(EvalFailure::memory()),
    }
}
