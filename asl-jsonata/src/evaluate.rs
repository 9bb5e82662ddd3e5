//! One evaluation: its options, limits and result.

use std::time::Duration;

use asl_query::Host;
use asl_value::Value;
use jlens_core::{Bindings, CancelToken, Expression, Options};

use crate::EvalFailure;
use crate::arena::{Arena, Origin, Root, SCOPE};
use crate::writer::Writer;

/// The time of an evaluation. Documented by AWS.
const TIMEOUT: Duration = Duration::from_secs(1);
/// The time of one that is repeated. It is finite, since one that never ends is repeated, too.
const REPEATED: Duration = Duration::from_secs(10);
/// How deep nodes of an expression may be evaluated inside one another: AWS fails beyond 100 (recorded).
const MAX_DEPTH: usize = 100;
/// The same limit for JSONata outside states.
const MAX_QUERY_DEPTH: usize = 10_000;
/// The items of an array: AWS accepts `[1..873782]` and refuses `[1..873783]` (recorded).
pub(crate) const MAX_ARRAY_ITEMS: usize = 873_782;
/// The bytes of a string and of a result. UNRECORDED: how AWS measures the memory of an evaluation; this is eight bytes for
/// each item of the longest array.
pub(crate) const MAX_BYTES: usize = MAX_ARRAY_ITEMS * 8;

/// The memory that the values of an evaluation may take at one time: that of three of the longest arrays.
const MAX_MEMORY: usize = 64 << 20;

/// What an expression needs from its host, found when it is compiled.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct HostNeeds {
    /// `$now`, `$millis`
    pub(crate) time: bool,
    /// `$shuffle`, and the `$random` of plain JSONata.
    pub(crate) seed: bool,
}

/// Evaluates an expression that reads these names from its environment; `None` if the value is undefined or a function.
pub(crate) fn evaluate(
    expression: &Expression,
    origin: Origin<'_>,
    names: &mut dyn Iterator<Item = &str>,
    bindings: &Bindings,
    needs: HostNeeds,
    host: &dyn Host,
) -> Result<Option<Value>, EvalFailure> {
    let max_depth = if matches!(origin, Origin::Env(_)) { MAX_DEPTH } else { MAX_QUERY_DEPTH };
    let mut options = Options::new()
        .timeout(time_limit(host))
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
    let mut writer = Writer::new(&arena);
    let written =
        expression.evaluate_scope_to(&root, (&*arena, SCOPE), names, bindings, &options, |output| {
            output.write(&mut writer)
        })?;
    if writer.is_full {
        return Err(EvalFailure::memory());
    }
    let Some(value) = written else { return Ok(None) };
    // The engine's limit does not include the pieces of input in the result, however often they occur.
    match writer.is_input || (value.check_depth().is_ok() && value.encoded_len() <= MAX_BYTES) {
        true => Ok(Some(value)),
        false => Err(EvalFailure::memory()),
    }
}

fn time_limit(host: &dyn Host) -> Duration {
    let most = if host.is_repeating() { REPEATED } else { TIMEOUT };
    host.time_left().map_or(most, |left| left.min(most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use asl_value::Timestamp;

    struct Repeating(bool, Option<u64>);

    impl Host for Repeating {
        fn now(&self) -> Timestamp {
            Timestamp::EPOCH
        }
        fn random_u64(&self) -> u64 {
            0
        }
        fn time_left(&self) -> Option<Duration> {
            self.1.map(Duration::from_millis)
        }
        fn is_repeating(&self) -> bool {
            self.0
        }
    }

    #[test]
    fn an_evaluation_that_is_repeated_may_take_longer() {
        let table = [
            (false, None, 1_000),
            (false, Some(300), 300),
            (false, Some(5_000), 1_000),
            (true, None, 10_000),
            (true, Some(5_000), 5_000),
        ];
        for (is_repeating, left, expected) in table {
            let limit = time_limit(&Repeating(is_repeating, left));
            assert_eq!(limit.as_millis(), expected, "{is_repeating} {left:?}");
        }
    }
}
