//! Compiles Amazon States Language machines and runs them in process.
//!
//! ```
//! use asl_engine::{load, task_fn, Clock, Engine, Execution, Failure, Registry};
//! use asl_model::Source;
//! use asl_value::{json, Value};
//!
//! let definition = Source::json(r#"{
//!   "StartAt": "Price",
//!   "States": {
//!     "Price": {
//!       "Type": "Task",
//!       "Resource": "arn:aws:lambda:us-east-1:123456789012:function:price",
//!       "ResultPath": "$.total",
//!       "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 60}],
//!       "Next": "Ship"
//!     },
//!     "Ship": {
//!       "Type": "Task",
//!       "Resource": "arn:aws:lambda:us-east-1:123456789012:function:ship",
//!       "End": true
//!     }
//!   }
//! }"#);
//! let program = load(&definition)?.program;
//!
//! let tasks = Registry::new()
//!     .function("price", task_fn(|order: Value| async move {
//!         order["amount"].as_i64().map(|amount| amount * 2).ok_or(Failure::new("NoAmount", "nothing to price"))
//!     }))
//!     .function("ship", task_fn(|order: Value| async move {
//!         Ok::<_, Failure>(json!({"shipped": true, "total": order["total"].clone()}))
//!     }));
//! assert!(tasks.missing(&program).is_empty());
//!
//! let engine = Engine::builder().tasks(tasks).clock(Clock::virtual_time()).build();
//! let report = futures_util::FutureExt::now_or_never(engine.run(&program, Execution::new(json!({"amount": 21}))));
//! let outcome = report.expect("nothing here waits").outcome;
//! assert_eq!(outcome.output(), Some(&json!({"shipped": true, "total": 42})));
//! # Ok::<(), asl_model::InvalidDefinition>(())
//! ```
//!
//! # How it is built
//! [`load`] turns names into indices and texts into expressions, once. [`Engine::run`] interprets the program in one
//! future: branches and iterations are futures owned by their parent, nothing is spawned, and dropping the future stops
//! everything. A failed execution is an [`Outcome`], never a Rust error. An [`Observer`] receives the events:
//! [`HistoryRecorder`] keeps them as AWS's `GetExecutionHistory` shows them, [`LogObserver`] writes them as Step
//! Functions logs them. Without an observer they are only counted.
//!
//! # What it does not do
//! It knows no AWS service: tasks are [`TaskHandler`]s. It does not store executions, read files or log. It reads the
//! time in one place, its [`Clock`].
//!
//! # Features
//! - `jsonata` (default): the query language of `{% … %}` strings.

mod budget;
mod cancel;
mod checkpoint;
mod child_end;
mod child_runner;
mod clock;
mod compile;
mod context;
mod debugger;
mod description;
mod drive;
mod engine;
mod entropy;
mod event;
mod execution;
mod execution_error;
mod frame;
mod history;
mod identity;
mod ids;
mod inspect;
mod interpret;
mod journal;
mod languages;
mod limits;
mod log;
mod map;
mod map_item;
mod map_run;
mod near_limit;
mod observer;
mod outcome;
mod outline;
mod position;
mod program;
mod record;
mod recovery;
mod references;
mod refusal;
mod registry;
mod replay;
mod report;
mod run;
mod scene;
mod sdk_response;
mod setting;
mod slot;
mod snapshot;
mod stage;
mod stage_recorder;
mod start_execution;
mod storage;
mod strand;
mod task;
mod task_clock;
mod task_fn;
mod token;
mod trace;
mod trace_headers;
mod turn;
mod visit;
mod wait;
mod watch;
mod witness;
mod woken;
mod work;

pub use cancel::CancelToken;
pub use checkpoint::Checkpoint;
pub use child_end::ChildEnd;
pub use child_runner::{Child, ChildRunner};
pub use clock::Clock;
pub use compile::{Compiled, Loaded, compile, load};
pub use debugger::{Begun, Debugger, Halt, HaltStage};
pub use description::{Description, RedriveStatus};
pub use engine::{Engine, EngineBuilder};
pub use entropy::{Entropy, SeededEntropy, SystemEntropy};
pub use event::{EvaluationFailed, Event, EventKind, Scheduled, StateType, TaskKind};
pub use execution::Execution;
pub use execution_error::ExecutionError;
pub use history::{EventView, HistoryRecorder};
pub use identity::Identity;
pub use inspect::{
    ErrorDetails, FieldValidation, Inspection, InspectionData, InspectionLevel, ResultSchema, StateTest,
    TestRefusal, TestRefusalKind, TestStatus, TestedState,
};
pub use journal::definition_hash::DefinitionHash;
pub use journal::effect_id::EffectId;
pub use journal::error::{JournalError, JournalErrorKind};
pub use journal::header::JournalHeader;
pub use journal::open_effect::{EffectKind, OpenEffect};
pub use journal::record::{JournalEnd, JournalRecord};
pub use journal::recorded::RecordedExecution;
pub use journal::replayed::Replayed;
pub use journal::seed::Seed;
pub use journal::turn::{Learned, MidTurn, News, Stopped, Turn};
pub use journal::{Journal, MemoryJournal, Parked};
pub use limits::Limits;
pub use log::{LogLevel, LogObserver};
pub use map_run::{ChildExecution, MapRun, MapRunCounts, MapRunSettings, MapRunStatus};
pub use near_limit::{Limit, NearLimit};
pub use observer::{Interest, NoObserver, Observer};
pub use outcome::{Failure, Outcome};
pub use outline::{Outline, OutlineStep};
pub use program::{DistributedMap, Program};
pub use record::{Record, RecordError, RecordErrorKind, RecordedCall, RecordedEnd};
pub use refusal::TaskRefusal;
pub use registry::Registry;
pub use replay::RecordReplay;
pub use replay::difference::{Difference, DifferenceKind};
pub use report::Report;
pub use scene::Scene;
pub use sdk_response::SdkResponse;
pub use snapshot::Snapshot;
pub use stage::{Handled, VisitStage};
pub use stage_recorder::StageRecorder;
pub use start_execution::StartExecution;
pub use storage::{ObjectPage, ObjectPart, ObjectStore, UploadPart};
pub use task::{Resumed, Task, TaskHandler};
pub use task_clock::TaskClock;
pub use task_fn::{ErrorName, TaskFn, task_fn};
pub use token::TaskToken;
pub use trace_headers::{TraceContext, TraceHeaders, Traced};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
