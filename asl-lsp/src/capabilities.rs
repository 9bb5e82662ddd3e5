//! What the server offers.

use serde_json::{Value, json};

/// The requests about a document that the server answers.
pub(crate) const METHODS: &[&str] = &[
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/documentLink",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/documentHighlight",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/selectionRange",
    "textDocument/prepareRename",
    "textDocument/rename",
    "textDocument/codeAction",
    "textDocument/formatting",
    // Not of the protocol: the drawing of the definition, and the edit that converts the state at a position.
    "asl/graph",
    "asl/convertToJsonata",
];

/// The server's capabilities.
pub(crate) fn capabilities(encoding: &str) -> Value {
    json!({
        "positionEncoding": encoding,
        // Incremental changes.
        "textDocumentSync": {"openClose": true, "change": 2, "save": true},
        "completionProvider": {"triggerCharacters": ["\"", "$", ".", ":", "{", "%", " "]},
        "hoverProvider": true,
        "documentLinkProvider": {"resolveProvider": false},
        "definitionProvider": true,
        "referencesProvider": true,
        "documentHighlightProvider": true,
        "documentSymbolProvider": true,
        "renameProvider": {"prepareProvider": true},
        "codeActionProvider": {"codeActionKinds": ["quickfix", "refactor.extract", "refactor.rewrite"]},
        "documentFormattingProvider": true,
        "foldingRangeProvider": true,
        "selectionRangeProvider": true,
    })
}
