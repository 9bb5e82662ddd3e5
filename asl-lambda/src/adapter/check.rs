//! What a function can never do: checked when it starts.

use asl_engine::Engine;
use asl_model::{ExpressPatterns, Pattern, Resource, ResourceKind};

use crate::init_error::InitError;
use crate::machine::{Machine, is_start};

/// Whether a task continues after its service has answered.
fn waits(resource: &Resource) -> bool {
    matches!(resource.kind(), ResourceKind::Service { pattern, .. } if pattern != Pattern::RequestResponse)
}

/// Reports every task and Map that would fail in any execution.
pub(super) fn check(
    machines: &[&Machine],
    is_one: bool,
    engine: &Engine,
    patterns: ExpressPatterns,
) -> Result<(), InitError> {
    let programs = || machines.iter().map(|machine| &machine.program);
    // The function starts its own machines.
    let is_ours = |resource: &Resource| !is_one && is_start(resource.kind());
    let mut missing: Vec<_> = programs().flat_map(|program| engine.tasks().missing(program)).collect();
    missing.retain(|resource| !is_ours(resource));
    missing.sort_by_key(|resource| resource.as_str());
    missing.dedup();
    let mut refused: Vec<_> = programs().flat_map(|program| engine.tasks().refused(program)).collect();
    refused.retain(|(resource, _)| !is_ours(resource));
    refused.sort_by_key(|(resource, _)| resource.as_str());
    refused.dedup();
    let maps: Vec<_> = programs().flat_map(|program| program.distributed_maps()).collect();
    let stored: &[_] = if engine.storage().is_none() { &maps } else { &[] };
    let (mut waiting, mut distributed): (Vec<_>, &[_]) = (Vec::new(), &[]);
    if patterns == ExpressPatterns::Aws {
        waiting = programs().flat_map(|program| program.resources()).filter(|it| waits(it)).collect();
        waiting.retain(|resource| !is_ours(resource));
        waiting.sort_by_key(|resource| resource.as_str());
        waiting.dedup();
        distributed = &maps;
    }
    let errors = [
        InitError::missing(&missing),
        InitError::refused(&refused),
        InitError::without_storage(stored),
        InitError::waiting(&waiting, distributed),
    ];
    InitError::all(errors.into_iter().flatten()).map_or(Ok(()), Err)
}
