//! Integration tests, one module per area.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod choice;
mod differential;
mod filters;
mod flow;
mod intrinsics;
mod mutation;
mod numbers;
mod oracle;
mod reference;
mod scalar;
mod setting;
mod template;

/// A compiled machine is shared by all its executions.
const _: fn() = || {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<asl_paths::Path>();
    shared::<asl_paths::ReferencePath>();
    shared::<asl_paths::Intrinsic>();
    shared::<asl_paths::FieldFilters>();
    shared::<asl_paths::JsonPath>();
    shared::<asl_paths::Function>();
    shared::<asl_paths::ParseError>();
    shared::<asl_paths::PathError>();
};
