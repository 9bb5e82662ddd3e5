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
    let tasks = engine.tasks();
    // The function starts its own machines.
    let is_ours = |resource: &Resource| !is_one && is_start(resource.kind());
    let missing = distinct(programs().flat_map(|program| tasks.missing(program)), is_ours);
    let mut refused: Vec<_> = programs().flat_map(|program| tasks.refused(program)).collect();
    refused.retain(|(resource, _)| !is_ours(resource));
    refused.sort_by_key(|(resource, _)| resource.as_str());
    refused.dedup();
    let maps: Vec<_> = programs().flat_map(|program| program.distributed_maps()).collect();
    let stored: &[_] = if engine.storage().is_none() { &maps } else { &[] };
    let (waiting, distributed): (Vec<_>, &[_]) = match patterns {
        ExpressPatterns::Aws => {
            let resources = programs().flat_map(|program| program.resources());
            (distinct(resources.filter(|resource| waits(resource)), is_ours), &maps)
        }
        ExpressPatterns::All => (Vec::new(), &[]),
    };
    let errors = [
        InitError::missing(&missing),
        InitError::refused(&refused),
        InitError::without_storage(stored),
        InitError::waiting(&waiting, distributed),
    ];
    InitError::all(errors.into_iter().flatten()).map_or(Ok(()), Err)
}

/// The resources, each once and sorted, without those that the function handles itself.
fn distinct<'p>(
    resources: impl Iterator<Item = &'p Resource>,
    is_ours: impl Fn(&Resource) -> bool,
) -> Vec<&'p Resource> {
    let mut resources: Vec<_> = resources.filter(|resource| !is_ours(resource)).collect();
    resources.sort_by_key(|resource| resource.as_str());
    resources.dedup();
    resources
}
