//! Journals: their format, replay, and executions that are resumed.

mod damaged;
mod effects;
mod format;
mod machines;
mod property;
mod refusals;
mod resume;
mod stops;
mod world;
