//! Clients of `asl dap`, `asl debug` and `asl lsp` that look at everything. They return what these wrote.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command};

use serde_json::{Value as Json, json};

use super::say;

/// One that sends messages in frames, and keeps what comes back.
struct Client {
    process: Child,
    pipe: Option<ChildStdin>,
    messages: BufReader<ChildStdout>,
    kept: String,
    next: u64,
}

impl Client {
    fn start(mut command: Command) -> Client {
        let mut process = command.spawn().unwrap();
        let (pipe, messages) = (process.stdin.take(), BufReader::new(process.stdout.take().unwrap()));
        Client { process, pipe, messages, kept: String::new(), next: 1 }
    }

    fn send(&mut self, message: &Json) {
        let message = message.to_string();
        say(self.pipe.as_mut().unwrap(), &format!("Content-Length: {}\r\n\r\n{message}", message.len()));
    }

    /// The next message; `None` at the end.
    fn read(&mut self) -> Option<Json> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.messages.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.parse().unwrap()
                }
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.messages.read_exact(&mut body).unwrap();
        let body = String::from_utf8(body).unwrap();
        self.kept.push_str(&body);
        self.kept.push('\n');
        Some(serde_json::from_str(&body).unwrap())
    }

    /// Reads until a message has this member.
    #[track_caller]
    fn until(&mut self, name: &str, value: &Json) -> Json {
        loop {
            let Some(message) = self.read() else { panic!("no {name} {value}: {}", self.kept) };
            if message.get(name) == Some(value) {
                return message;
            }
        }
    }

    /// A request of the Debug Adapter Protocol, and its answer.
    #[track_caller]
    fn ask(&mut self, command: &str, arguments: Json) -> Json {
        let number = self.next;
        self.next += 1;
        self.send(&json!({"seq": number, "type": "request", "command": command, "arguments": arguments}));
        self.until("request_seq", &json!(number))["body"].take()
    }

    /// All that it has written, also as errors.
    fn end(mut self) -> String {
        drop(self.pipe.take());
        while self.read().is_some() {}
        let mut errors = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        self.process.wait().unwrap();
        assert!(!errors.contains("panicked"), "{errors}");
        self.kept + &errors
    }
}

/// Stops where the call has failed, and looks at all variables there.
pub(crate) fn session(command: Command, folder: &Path) -> String {
    let mut client = Client::start(command);
    let program = folder.join("main.asl.json");
    let line = super::MACHINE.lines().position(|line| line.contains("\"Failed\": {")).unwrap() + 1;
    client.ask("initialize", json!({}));
    client.ask("launch", json!({"program": program, "input": {"n": 1}}));
    client.ask("setBreakpoints", json!({"source": {"path": program}, "breakpoints": [{"line": line}]}));
    client.ask("configurationDone", json!({}));
    let stopped = client.until("event", &json!("stopped"));
    let thread = stopped["body"]["threadId"].clone();
    let stack = client.ask("stackTrace", json!({"threadId": thread}));
    let frame = stack["stackFrames"][0]["id"].clone();
    let scopes = client.ask("scopes", json!({"frameId": frame}));
    let mut references: Vec<Json> = scopes["scopes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|scope| scope["variablesReference"].clone())
        .collect();
    let mut seen = 0;
    while let Some(reference) = references.pop().filter(|_| seen < 200) {
        seen += 1;
        let variables = client.ask("variables", json!({"variablesReference": reference}));
        let inner = variables["variables"].as_array().into_iter().flatten();
        references.extend(inner.map(|one| one["variablesReference"].clone()).filter(|one| *one != json!(0)));
    }
    assert!(seen > 2, "there are variables");
    for expression in ["$", "$.Cause", "$$"] {
        client.ask("evaluate", json!({"expression": expression, "frameId": frame, "context": "repl"}));
    }
    client.ask("continue", json!({"threadId": thread}));
    client.until("event", &json!("terminated"));
    client.end()
}

/// Opens a definition and asks about each of its first lines.
pub(crate) fn language_server(command: Command, text: &str) -> String {
    let mut client = Client::start(command);
    let request = |number: u64, method: &str, params: Json| json!({"jsonrpc": "2.0", "id": number, "method": method, "params": params});
    client.send(&request(1, "initialize", json!({"capabilities": {}, "processId": null, "rootUri": null})));
    client.until("id", &json!(1));
    let notice = |method: &str, params: Json| json!({"jsonrpc": "2.0", "method": method, "params": params});
    client.send(&notice("initialized", json!({})));
    let document = json!({"uri": "file:///m.asl.json", "languageId": "json", "version": 1, "text": text});
    client.send(&notice("textDocument/didOpen", json!({"textDocument": document})));
    let mut number = 2;
    for line in 0..10 {
        for method in ["textDocument/hover", "textDocument/completion"] {
            let at = json!({"textDocument": {"uri": "file:///m.asl.json"}, "position": {"line": line, "character": 12}});
            client.send(&request(number, method, at));
            client.until("id", &json!(number));
            number += 1;
        }
    }
    client.send(&request(number, "shutdown", Json::Null));
    client.until("id", &json!(number));
    client.send(&notice("exit", Json::Null));
    client.end()
}

/// What a command writes that reads this text.
pub(crate) fn written(mut command: Command, text: &str) -> String {
    let mut process = command.spawn().unwrap();
    say(&mut process.stdin.take().unwrap(), text);
    let output = process.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}
