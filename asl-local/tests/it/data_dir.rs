//! A server with a data folder: what survives its process.

mod folder;
mod held;
mod hostile;
mod resumption;
mod survival;
