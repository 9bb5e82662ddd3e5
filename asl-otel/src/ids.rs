//! The ids of spans and traces. They follow from the execution, so that each invocation of a durable execution, which does
//! again what the ones before did, gives a span the same id.

use asl_engine::Identity;
use asl_value::Timestamp;
use opentelemetry::trace::{SpanId, TraceId};
use sha2::{Digest, Sha256};

/// The id of the span that begins with event `event` of an execution; 0 is the execution itself.
pub(crate) fn span(identity: &Identity, began: Timestamp, event: u64) -> SpanId {
    span_of(identity, identity.redrive_count.unwrap_or_default(), began, event)
}

/// The id of the span of the first run of an execution that is redriven.
pub(crate) fn of_first_run(identity: &Identity, began: Timestamp) -> SpanId {
    span_of(identity, 0, began, 0)
}

fn span_of(identity: &Identity, run: u32, began: Timestamp, event: u64) -> SpanId {
    let parts = [began.epoch_millis().to_le_bytes(), event.to_le_bytes()];
    let [.., last] = digest(identity, run, &parts);
    // All zeros are not an id.
    SpanId::from(last.max(1))
}

/// The id of a trace that begins with an execution, which all of its runs belong to. As X-Ray wants it, it starts with the
/// second.
pub(crate) fn trace(identity: &Identity, began: Timestamp) -> TraceId {
    let seconds = u32::try_from(began.epoch_millis() / 1_000).unwrap_or_default();
    let [first, second] = digest(identity, 0, &[]);
    let random = u128::from(first & 0xffff_ffff) << 64 | u128::from(second.max(1));
    TraceId::from(u128::from(seconds) << 96 | random)
}

fn digest(identity: &Identity, run: u32, parts: &[[u8; 8]]) -> [u64; 2] {
    let mut hash = Sha256::new();
    hash.update(identity.execution_arn.as_bytes());
    hash.update([0]);
    hash.update(run.to_le_bytes());
    parts.iter().for_each(|part| hash.update(part));
    let mut words = hash
        .finalize()
        .as_slice()
        .chunks_exact(8)
        .map(|word| {
            let word: [u8; 8] = word.try_into().unwrap_or_default();
            u64::from_be_bytes(word)
        })
        .collect::<Vec<_>>()
        .into_iter();
    [words.next().unwrap_or_default(), words.next().unwrap_or_default()]
}
