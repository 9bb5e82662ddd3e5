//! A server with a data folder: what survives its process.

mod folder;
mod held;
mod hostile;
mod redriven;
mod repeated;
mod resumption;
mod survival;
