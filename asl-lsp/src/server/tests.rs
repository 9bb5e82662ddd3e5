//! A whole session over channels: cancelled requests, unknown methods, diagnostics of the last of several changes.

use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value, json};

use super::converse;

const URI: &str = "file:///nowhere/a.asl.json";

fn notify(client: &Connection, method: &str, parameters: Value) {
    client.sender.send(Notification::new(method.to_owned(), parameters).into()).unwrap();
}

fn ask(client: &Connection, id: i32, method: &str, parameters: Value) {
    client.sender.send(Request::new(RequestId::from(id), method.to_owned(), parameters).into()).unwrap();
}

/// Sends everything at once, and returns what the server has sent, each message in one line.
fn session(send: impl FnOnce(&Connection)) -> Vec<String> {
    let (server, client) = Connection::memory();
    ask(&client, 1, "initialize", json!({"capabilities": {}}));
    notify(&client, "initialized", json!({}));
    send(&client);
    ask(&client, 99, "shutdown", Value::Null);
    notify(&client, "exit", Value::Null);
    converse(&server).unwrap();
    drop(server);
    let shown = client.receiver.iter().map(|message| match message {
        Message::Response(response) => match response.response_result {
            Ok(result) => format!(
                "{} {}",
                response.id,
                result.as_array().map_or("ok".to_owned(), |list| list.len().to_string())
            ),
            Err(error) => format!("{} {} {}", response.id, error.code, error.message),
        },
        Message::Notification(found) => {
            format!("version {} {}", found.params["version"], found.params["diagnostics"])
        }
        Message::Request(request) => request.method,
    });
    shown.collect()
}

#[test]
fn requests_are_answered_or_cancelled() {
    let document = || json!({"textDocument": {"uri": URI}});
    let found = session(|client| {
        let file = json!({"uri": URI, "languageId": "json", "version": 1, "text": "{"});
        notify(client, "textDocument/didOpen", json!({"textDocument": file}));
        ask(client, 2, "textDocument/documentSymbol", document());
        ask(client, 3, "textDocument/documentSymbol", document());
        notify(client, "$/cancelRequest", json!({"id": 3}));
        ask(client, 4, "textDocument/nothing", document());
        ask(client, 5, "textDocument/hover", document());
    });
    let answers: Vec<&str> =
        found.iter().map(String::as_str).filter(|found| !found.starts_with("version")).collect();
    assert_eq!(
        answers,
        [
            "1 ok",
            "3 -32800 the client cancelled the request",
            "2 0",
            "4 -32601 unknown method `textDocument/nothing`",
            "5 -32602 expected a position",
            "99 ok",
        ]
    );
}

#[test]
fn diagnostics_are_those_of_the_last_change() {
    let valid = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
    let found = session(|client| {
        let file = json!({"uri": URI, "languageId": "json", "version": 1, "text": "{"});
        notify(client, "textDocument/didOpen", json!({"textDocument": file}));
        for (version, text) in [(2, "{}"), (3, valid)] {
            let change =
                json!({"textDocument": {"uri": URI, "version": version}, "contentChanges": [{"text": text}]});
            notify(client, "textDocument/didChange", change);
        }
    });
    let published: Vec<&str> =
        found.iter().map(String::as_str).filter(|found| found.starts_with("version")).collect();
    assert_eq!(published, ["version 3 []"]);
}
