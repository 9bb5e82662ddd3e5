//! Journals: their format, replay, and executions that are resumed.

mod format;
