//! [`Session`]: the open files of a client, and the answers to its requests.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::buffer::{Buffer, PositionEncoding};
use crate::diagnostics;
use crate::document::{Document, FileKind};
use crate::feature::actions::ActionSupport;
use crate::feature::completion::{CompletionSupport, complete};
use crate::feature::{actions, folding, formatting, graph, hover, links, navigation, rename, symbols};
use crate::request_error::RequestError;

/// The open files of a client, and the answers to its requests, without a transport.
///
/// [`serve`](crate::serve) drives it; a test or another host may, too. Parameters and results are those of the
/// [protocol](https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/).
///
/// ```
/// use serde_json::json;
/// let mut session = asl_lsp::Session::new();
/// session.request("initialize", &json!({"capabilities": {}})).unwrap();
/// let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Greet"}, "B": {"Type": "Succeed"}}}"#;
/// let file = json!({"uri": "file:///a.asl.json", "languageId": "asl", "version": 1, "text": text});
/// session.notify("textDocument/didOpen", &json!({"textDocument": file}));
/// assert_eq!(session.diagnostics("file:///a.asl.json")[0]["message"], "Missing 'Next' target: Greet");
/// ```
#[derive(Debug)]
pub struct Session {
    documents: HashMap<String, Document>,
    encoding: PositionEncoding,
    completion: CompletionSupport,
    actions: ActionSupport,
}

impl Default for Session {
    fn default() -> Session {
        Session::new()
    }
}

impl Session {
    /// A session without files.
    pub fn new() -> Session {
        Session {
            documents: HashMap::new(),
            encoding: PositionEncoding::default(),
            completion: CompletionSupport { snippets: false },
            actions: ActionSupport::default(),
        }
    }

    /// Takes a notification. Returns the URIs of the files whose diagnostics may have changed.
    pub fn notify(&mut self, method: &str, parameters: &Value) -> Vec<String> {
        let uri =
            parameters.pointer("/textDocument/uri").and_then(Value::as_str).unwrap_or_default().to_owned();
        match method {
            "textDocument/didOpen" => {
                let text = |name: &str| parameters.pointer(name).and_then(Value::as_str).unwrap_or_default();
                let version =
                    parameters.pointer("/textDocument/version").and_then(Value::as_i64).unwrap_or_default();
                let buffer = Buffer::new(text("/textDocument/text").to_owned(), self.encoding);
                let document = Document::open(&uri, text("/textDocument/languageId"), version, buffer);
                self.documents.insert(uri.clone(), document);
                vec![uri]
            }
            "textDocument/didChange" => {
                let Some(document) = self.documents.get_mut(&uri) else { return Vec::new() };
                let changes = parameters.get("contentChanges").and_then(Value::as_array);
                let version =
                    parameters.pointer("/textDocument/version").and_then(Value::as_i64).unwrap_or_default();
                document.change(version, changes.map_or(&[], Vec::as_slice));
                vec![uri]
            }
            "textDocument/didClose" => {
                self.documents.remove(&uri);
                vec![uri]
            }
            // The template of a definition may have changed, or the file with its values.
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {
                for document in self.documents.values_mut() {
                    document.diagnostics = Arc::default();
                }
                self.documents.keys().cloned().collect()
            }
            _ => Vec::new(),
        }
    }

    pub(crate) fn document(&self, uri: &str) -> Option<&Document> {
        self.documents.get(uri)
    }

    /// The diagnostics of an open file: an array of `Diagnostic`. It is empty for a file that is not open.
    pub fn diagnostics(&self, uri: &str) -> Value {
        self.document(uri).map_or_else(|| json!([]), published)
    }

    /// Answers a request.
    ///
    /// # Errors
    /// The method or the file is unknown, or what is asked for cannot be done; the message says why.
    pub fn request(&mut self, method: &str, parameters: &Value) -> Result<Value, RequestError> {
        if method == "initialize" {
            return Ok(self.initialize(parameters));
        }
        self.answer(method, parameters)
    }

    fn initialize(&mut self, parameters: &Value) -> Value {
        let capabilities = parameters.get("capabilities").unwrap_or(&Value::Null);
        let encodings = capabilities.pointer("/general/positionEncodings").and_then(Value::as_array);
        if encodings.is_some_and(|encodings| encodings.contains(&json!("utf-8"))) {
            self.encoding = PositionEncoding::Utf8;
        }
        let snippets = capabilities.pointer("/textDocument/completion/completionItem/snippetSupport");
        self.completion.snippets = snippets.and_then(Value::as_bool).unwrap_or_default();
        let disabled = capabilities.pointer("/textDocument/codeAction/disabledSupport");
        let changes = capabilities.pointer("/workspace/workspaceEdit/documentChanges");
        let operations = capabilities.pointer("/workspace/workspaceEdit/resourceOperations");
        self.actions = ActionSupport {
            disabled: disabled.and_then(Value::as_bool).unwrap_or_default(),
            creates: changes.and_then(Value::as_bool).unwrap_or_default()
                && operations.and_then(Value::as_array).is_some_and(|known| known.contains(&json!("create"))),
        };
        let encoding = match self.encoding {
            PositionEncoding::Utf8 => "utf-8",
            PositionEncoding::Utf16 => "utf-16",
        };
        json!({
            "serverInfo": {"name": "asl", "version": env!("CARGO_PKG_VERSION")},
            "capabilities": crate::capabilities::capabilities(encoding),
        })
    }

    fn answer(&self, method: &str, parameters: &Value) -> Result<Value, RequestError> {
        if method == "shutdown" {
            return Ok(Value::Null);
        }
        let uri =
            parameters.pointer("/textDocument/uri").or_else(|| parameters.get("uri")).and_then(Value::as_str);
        let Some(uri) = uri.filter(|_| crate::capabilities::METHODS.contains(&method)) else {
            return Err(RequestError { code: -32601, message: format!("unknown method `{method}`") });
        };
        let document =
            self.document(uri).ok_or_else(|| RequestError::parameters(format!("`{uri}` is not open")))?;
        let offset = || {
            let position = parameters.get("position").and_then(|position| document.buffer.offset(position));
            position.ok_or_else(|| RequestError::parameters("expected a position"))
        };
        Ok(match method {
            "textDocument/completion" => complete(document, offset()?, self.completion),
            "textDocument/hover" => hover::hover(document, offset()?),
            "textDocument/prepareRename" => rename::prepare(document, offset()?),
            "textDocument/rename" => {
                let name = parameters.get("newName").and_then(Value::as_str);
                let name = name.ok_or_else(|| RequestError::parameters("expected a new name"))?;
                let open: Vec<&Document> = self.documents.values().collect();
                rename::rename(document, offset()?, name, &open)?
            }
            "textDocument/codeAction" => {
                let range = parameters.get("range").and_then(|range| document.buffer.offsets(range));
                let range = range.ok_or_else(|| RequestError::parameters("expected a range"))?;
                let only = parameters.pointer("/context/only").and_then(Value::as_array).map(Vec::as_slice);
                actions::actions(document, &range, only, self.actions)
            }
            "textDocument/formatting" => {
                let spaces = parameters.pointer("/options/tabSize").and_then(Value::as_u64).unwrap_or(2);
                let edits = formatting::formatting(document, spaces.clamp(1, 8) as usize);
                actions::text_edits(document, &edits)
            }
            "asl/convertToJsonata" => {
                let (_, edit) = actions::converted(document, offset()?)?;
                actions::workspace_edit(document, &[edit])
            }
            "asl/graph" => graph::graph(document, offset().ok())?,
            "textDocument/documentLink" => links::links(document),
            "textDocument/definition" => navigation::definition(document, offset()?),
            "textDocument/references" => {
                let with = parameters
                    .pointer("/context/includeDeclaration")
                    .and_then(Value::as_bool)
                    .unwrap_or(true);
                navigation::references(document, offset()?, with)
            }
            "textDocument/documentHighlight" => navigation::highlights(document, offset()?),
            "textDocument/documentSymbol" => symbols::symbols(document),
            "textDocument/foldingRange" => folding::folding(document),
            "textDocument/selectionRange" => {
                let positions = parameters.get("positions").and_then(Value::as_array);
                let offsets =
                    positions.into_iter().flatten().filter_map(|position| document.buffer.offset(position));
                folding::selections(document, &offsets.collect::<Vec<_>>())
            }
            _ => Value::Null,
        })
    }
}

/// The diagnostics of a document, as they are published.
pub(crate) fn published(document: &Document) -> Value {
    let in_tests = document.kind() == FileKind::Tests;
    diagnostics::of(document).iter().map(|placed| diagnostics::to_json(placed, document, in_tests)).collect()
}
