//! A server with a data folder: what survives its process.

mod folder;
mod held;
mod hostile;
mod map_run_redrive;
mod redriven;
mod repeated;
mod replayed;
mod resumption;
mod survival;
