//! The features of the server: each answers one kind of request about a document.

pub(crate) mod completion;
pub(crate) mod folding;
pub(crate) mod graph;
pub(crate) mod hover;
pub(crate) mod links;
pub(crate) mod navigation;
pub(crate) mod symbols;
