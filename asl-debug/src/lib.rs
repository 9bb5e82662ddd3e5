//! A step debugger for Amazon States Language workflows.
//!
//! A [`Session`] runs an execution in a thread of its own and stops it at breakpoints and after steps. While it is stopped,
//! all of its strands wait, and with mocked tasks time stands still. To go back, the execution is run again, in silence, up
//! to an earlier place: it is deterministic. [`dap`] is the Debug Adapter Protocol for editors, [`console`](console()) the same in a
//! terminal.

mod alone;
mod beginning;
mod breakpoint;
mod change;
mod console;
pub mod dap;
mod debuggee;
mod designator;
mod launch;
mod listing;
mod live;
mod live_run;
mod lock;
mod mocked;
mod notice;
mod pace;
mod place;
mod recorded;
mod run;
mod session;
mod settings;
mod shared;
mod shown;
mod spot;
mod step;
mod tap;
mod tested;
mod visit;
mod world;

pub use beginning::Beginning;
pub use breakpoint::{Breakpoint, BreakpointId, Hits, When};
pub use change::{Change, Slot};
pub use console::{Again, ConsoleOptions, console};
pub use debuggee::Debuggee;
pub use launch::{Launch, LaunchServices, Launched, Launcher};
pub use listing::{Line, Listing};
pub use live::{Calls, CallsRun};
pub use live_run::{Live, LiveStorage, OfCalls};
pub use mocked::Mocked;
pub use notice::{Ending, Notice, Reason, Stop};
pub use recorded::{RecordSource, Recorded};
pub use session::Session;
pub use shared::Running;
pub use spot::Spot;
pub use step::Step;
pub use tested::{Tested, started};
pub use visit::Visit;
pub use world::{Strand, StrandId};
