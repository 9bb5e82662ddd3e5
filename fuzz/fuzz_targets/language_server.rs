//! A document that an editor changes, and every question about a place in it.

#![no_main]

use asl_lsp::Session;
use serde_json::json;

/// What an editor asks about a place.
const ABOUT_PLACES: &[&str] = &[
    "completion",
    "hover",
    "definition",
    "references",
    "rename",
    "codeAction",
    "prepareRename",
    "foldingRange",
    "documentSymbol",
    "formatting",
    "codeLens",
];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let [kind, line, character, method, cut, bytes @ ..] = bytes else { return };
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (language, name) = if kind % 2 == 0 { ("asl", "m.asl.json") } else { ("asl-yaml", "m.asl.yaml") };
    let uri = format!("file:///{name}");
    let mut session = Session::new();
    let document = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
    session.notify("textDocument/didOpen", &json!({"textDocument": document}));
    session.diagnostics(&uri);
    let place = json!({"line": line, "character": character});
    let range = json!({"start": place, "end": {"line": line, "character": character.saturating_add(*cut)}});
    let method = ABOUT_PLACES.get(usize::from(*method) % ABOUT_PLACES.len()).copied().unwrap_or_default();
    let request = json!({
        "textDocument": {"uri": uri}, "position": place, "range": range, "newName": "New",
        "context": {"diagnostics": [], "includeDeclaration": true},
        "options": {"tabSize": 2, "insertSpaces": true}
    });
    let _ = session.request(&format!("textDocument/{method}"), &request);
    let change = json!({"range": range, "text": text.get(..usize::from(*cut)).unwrap_or_default()});
    let changed = json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [change]});
    session.notify("textDocument/didChange", &changed);
    session.diagnostics(&uri);
    let _ = session.request(&format!("textDocument/{method}"), &request);
});
