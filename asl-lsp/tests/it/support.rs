//! A session with one open file, whose text has a mark where the cursor is.

use asl_lsp::Session;
use serde_json::{Value, json};

/// The cursor in a text.
pub(crate) const MARK: char = '‸';

/// A session with one open file.
pub(crate) struct Opened {
    pub(crate) session: Session,
    pub(crate) uri: String,
    pub(crate) text: String,
    position: Value,
}

/// Opens a text under a name. The cursor is at its mark.
pub(crate) fn open(name: &str, marked: &str) -> Opened {
    open_at(
        &format!("file:///nowhere/{name}"),
        marked,
        &json!({"textDocument": {"completion": {"completionItem": {"snippetSupport": true}}}}),
    )
}

/// Opens a text under a URI, by a client with these capabilities.
pub(crate) fn open_at(uri: &str, marked: &str, capabilities: &Value) -> Opened {
    let offset = marked.find(MARK).unwrap_or(0);
    let text = marked.replacen(MARK, "", 1);
    let mut session = Session::new();
    session.request("initialize", &json!({"capabilities": capabilities})).unwrap();
    let file = json!({"uri": uri, "languageId": "", "version": 1, "text": text});
    session.notify("textDocument/didOpen", &json!({"textDocument": file}));
    let position = position(&text, offset);
    Opened { session, uri: uri.to_owned(), text, position }
}

/// The position of an offset, in UTF-16.
pub(crate) fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    json!({"line": before.matches('\n').count(), "character": before[start..].encode_utf16().count()})
}

/// The offset of a position.
pub(crate) fn offset(text: &str, position: &Value) -> usize {
    let line = position["line"].as_u64().unwrap() as usize;
    let start = text.split_inclusive('\n').take(line).map(str::len).sum::<usize>();
    let mut units = 0;
    let character = position["character"].as_u64().unwrap() as usize;
    let rest = &text[start..];
    let within = rest.char_indices().find(|(_, c)| {
        let reached = units >= character;
        units += c.len_utf16();
        reached
    });
    start + within.map_or(rest.len(), |(offset, _)| offset)
}

/// The text after edits.
pub(crate) fn edited(text: &str, edits: &[Value]) -> String {
    let mut edits: Vec<(usize, usize, &str)> = edits
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (offset(text, &range["start"]), offset(text, &range["end"]), edit["newText"].as_str().unwrap())
        })
        .collect();
    edits.sort_by_key(|edit| edit.0);
    let mut text = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        text.replace_range(start..end, new);
    }
    text
}

impl Opened {
    /// The result of a request at the cursor.
    #[track_caller]
    pub(crate) fn ask(&mut self, method: &str, more: Value) -> Value {
        self.try_ask(method, more).unwrap()
    }

    /// The result of a request at the cursor, or the message of its error.
    pub(crate) fn try_ask(&mut self, method: &str, more: Value) -> Result<Value, String> {
        let mut parameters = json!({"textDocument": {"uri": self.uri}, "position": self.position});
        for (name, value) in more.as_object().into_iter().flatten() {
            parameters[name] = value.clone();
        }
        self.session.request(method, &parameters).map_err(|error| error.message)
    }

    /// The empty range at the cursor.
    pub(crate) fn here(&self) -> Value {
        json!({"start": self.position, "end": self.position})
    }

    /// The parts of the text that a list of locations or ranges names, each as `line:text`.
    pub(crate) fn parts(&self, found: &Value) -> Vec<String> {
        found
            .as_array()
            .unwrap()
            .iter()
            .map(|item| {
                let range = &item["range"];
                let part = &self.text[offset(&self.text, &range["start"])..offset(&self.text, &range["end"])];
                format!("{}:{part}", range["start"]["line"].as_u64().unwrap() + 1)
            })
            .collect()
    }

    /// The diagnostics, each as `line:column CODE message`.
    pub(crate) fn diagnostics(&self) -> Vec<String> {
        let found = self.session.diagnostics(&self.uri);
        found
            .as_array()
            .unwrap()
            .iter()
            .map(|item| {
                let start = &item["range"]["start"];
                let (line, column) =
                    (start["line"].as_u64().unwrap() + 1, start["character"].as_u64().unwrap() + 1);
                format!(
                    "{line}:{column} {} {}",
                    item["code"].as_str().unwrap_or(""),
                    item["message"].as_str().unwrap()
                )
            })
            .collect()
    }

    /// The labels that completion proposes.
    pub(crate) fn labels(&mut self) -> Vec<String> {
        let list = self.ask("textDocument/completion", json!({}));
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["label"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The text after a proposal was accepted.
    #[track_caller]
    pub(crate) fn accepted(&mut self, label: &str) -> String {
        let list = self.ask("textDocument/completion", json!({}));
        let items = list["items"].as_array().unwrap();
        let item = items.iter().find(|item| item["label"] == label);
        let Some(item) = item else { panic!("`{label}` is not among {:?}", self.labels()) };
        let mut edits = vec![item["textEdit"].clone()];
        edits.extend(item["additionalTextEdits"].as_array().cloned().unwrap_or_default());
        edited(&self.text, &edits)
    }
}

/// A document in YAML, in blocks.
pub(crate) fn yaml(value: &asl_value::Value) -> String {
    let mut text = String::new();
    block(value, 0, &mut text);
    text
}

fn block(value: &asl_value::Value, indent: usize, text: &mut String) {
    let Some(members) = value.as_object() else {
        text.push_str(&format!("{}\n", value.to_json()));
        return;
    };
    for (index, (name, value)) in members.iter().enumerate() {
        if index > 0 {
            text.push_str(&" ".repeat(indent));
        }
        let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '.' | '$'));
        text.push_str(&if plain { format!("{name}:") } else { format!("{:?}:", name.as_str()) });
        match value.as_array().filter(|items| !items.is_empty()) {
            Some(items) => {
                text.push('\n');
                for item in items.iter() {
                    text.push_str(&format!("{}- ", " ".repeat(indent + 2)));
                    block(item, indent + 4, text);
                }
            }
            None if value.as_object().is_some_and(|members| !members.is_empty()) => {
                text.push_str(&format!("\n{}", " ".repeat(indent + 2)));
                block(value, indent + 2, text);
            }
            None => text.push_str(&format!(" {}\n", value.to_json())),
        }
    }
}
