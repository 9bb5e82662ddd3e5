//! The engine from outside: what the suite of workflow cases cannot say in a file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod children_elsewhere;
mod clock;
mod compile;
mod functions;
mod inspect;
mod journal;
mod limits;
mod log;
mod map_export_again;
#[cfg(feature = "parquet")]
mod map_parquet;
mod map_run_redrive;
mod map_stream;
mod map_stream_again;
mod memory;
mod near_limits;
mod outline;
mod recorder;
mod redrive;
mod registry;
mod replay;
mod stages;
mod stop;
mod tasks;
mod unassigned;

use std::sync::Arc;

use asl_engine::{Clock, Engine, EngineBuilder, Execution, Program, Registry, Report, SeededEntropy, load};
use asl_model::Source;
use asl_value::Value;

/// The program of a definition that must be valid.
#[track_caller]
fn program(definition: &str) -> Arc<Program> {
    load(&Source::json(definition)).unwrap().program
}

fn engine(tasks: Registry) -> EngineBuilder {
    Engine::builder().tasks(tasks).clock(Clock::virtual_time()).entropy(SeededEntropy::new(1))
}

async fn run(definition: &str, input: Value, tasks: Registry) -> Report {
    engine(tasks).build().run(&program(definition), Execution::new(input)).await
}

#[test]
fn public_types_are_send_and_sync() {
    fn send_sync<T: Send + Sync + 'static>() {}
    fn send<T: Send>(_: &T) {}
    send_sync::<Program>();
    send_sync::<Engine>();
    send_sync::<Execution>();
    send_sync::<Report>();
    send_sync::<asl_engine::Event>();
    send_sync::<asl_engine::HistoryRecorder>();
    send_sync::<asl_engine::LogObserver>();
    send_sync::<asl_engine::CancelToken>();
    send_sync::<asl_engine::Checkpoint>();
    let (engine, program) =
        (engine(Registry::new()).build(), program(r#"{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}"#));
    send(&engine.run(&program, Execution::new(Value::Null)));
}
