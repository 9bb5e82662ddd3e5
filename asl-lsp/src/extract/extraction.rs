//! [`Extraction`]: the edits that extract something.

use crate::edit::DocumentEdit;

/// The edits that extract something.
#[derive(Debug)]
pub(crate) struct Extraction {
    pub(crate) edits: Vec<DocumentEdit>,
    /// A file that is created in the folder of the document.
    pub(crate) created: Option<CreatedFile>,
}

/// A new file.
#[derive(Debug)]
pub(crate) struct CreatedFile {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// Why something cannot be extracted.
pub(crate) type Refused = String;
