//! A client of the adapter: commands of one line, and what they lead to in one line.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use asl_debug::{Beginning, Launch, Launched, Launcher, Listing, Mocked};
use asl_engine::{DefinitionHash, Registry, load};
use asl_model::{Excerpt, ExecutionType, Source};
use asl_test::mocks::MockConfig;
use asl_value::{Value, json};
use serde_json::{Value as Json, json as message};

/// How long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A machine with the mocked answers of its tasks.
#[derive(Clone)]
pub(crate) struct Example {
    pub(crate) definition: &'static str,
    /// `{"State": {"0": {"Return": …}}}`
    pub(crate) mocks: &'static str,
}

impl Launcher for Example {
    fn launch(&mut self, launch: &Launch) -> Result<Launched, String> {
        let source = Source::json(self.definition);
        let loaded = load(&source).map_err(|error| error.to_string())?;
        let case = case(self.mocks);
        let path = launch.program.clone();
        let listing = Listing::new("main", &loaded.machine, &Excerpt::of(source), path);
        let debuggee = Mocked {
            execution: Beginning {
                machine: "main".into(),
                program: loaded.program,
                definition: DefinitionHash::of(&loaded.machine),
                kind: ExecutionType::Standard,
                input: launch.input.clone().unwrap_or_else(|| json!({})),
                seed: launch.seed,
                start: None,
            },
            tasks: Box::new(move || Registry::new().fallback(case.handler())),
        };
        Ok(Launched { debuggee: Arc::new(debuggee), listings: vec![listing], notes: Vec::new() })
    }
}

/// Mocks by state.
pub(crate) fn case(mocks: &str) -> asl_test::mocks::MockCase {
    let responses = Value::parse(mocks).unwrap();
    let states: Vec<_> = responses.as_object().unwrap().keys().cloned().collect();
    let names = Value::Object(states.iter().map(|name| (name.clone(), Value::from(name))).collect());
    let config = json!({
        "StateMachines": {"main": {"TestCases": {"case": names}}},
        "MockedResponses": responses
    });
    MockConfig::parse(&config).unwrap().case(None, None).unwrap().clone()
}

/// A client with a running adapter.
pub(crate) struct Client {
    to: Sender<Vec<u8>>,
    from: Receiver<Vec<u8>>,
    unread: Vec<u8>,
    messages: VecDeque<Json>,
    seq: i64,
    thread: u64,
    frame: u64,
    console: Vec<String>,
    is_over: bool,
}

struct Pipe(Receiver<Vec<u8>>, VecDeque<u8>);

impl Read for Pipe {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.1.is_empty() {
            let Ok(more) = self.0.recv() else { return Ok(0) };
            self.1.extend(more);
        }
        self.1.read(bytes)
    }
}

struct Sent(Sender<Vec<u8>>);

impl Write for Sent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.send(bytes.to_vec());
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Client {
    /// A client that has initialized an adapter.
    pub(crate) fn new(launcher: impl Launcher + 'static) -> Client {
        let (to, input) = mpsc::channel();
        let (output, from) = mpsc::channel();
        std::thread::spawn(move || {
            asl_debug::dap::serve(Pipe(input, VecDeque::new()), Sent(output), launcher)
        });
        let mut client = Client {
            to,
            from,
            unread: Vec::new(),
            messages: VecDeque::new(),
            seq: 0,
            thread: 1,
            frame: 1,
            console: Vec::new(),
            is_over: false,
        };
        client.request("initialize", message!({"adapterID": "asl", "linesStartAt1": true})).unwrap();
        client
    }

    /// A client that has launched an example.
    pub(crate) fn launched(launcher: impl Launcher + 'static, input: &str, options: Json) -> Client {
        let mut client = Client::new(launcher);
        let mut arguments = message!({"program": "/main.asl.json", "input": input});
        arguments.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
        client.request("launch", arguments).unwrap();
        client.event("initialized");
        client
    }

    fn receive(&mut self) -> Json {
        loop {
            if let Some(end) = self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.unread[..end]).into_owned();
                let length: usize = head.rsplit(' ').next().unwrap().parse().unwrap();
                if self.unread.len() >= end + 4 + length {
                    let message: Vec<u8> = self.unread.drain(..end + 4 + length).skip(end + 4).collect();
                    return serde_json::from_slice(&message).unwrap();
                }
            }
            let more = self.from.recv_timeout(PATIENCE).expect("the adapter says nothing");
            self.unread.extend(more);
        }
    }

    /// The body of the answer, or the message of the refusal.
    pub(crate) fn request(&mut self, command: &str, arguments: Json) -> Result<Json, String> {
        self.seq += 1;
        let seq = self.seq;
        let request = message!({"seq": seq, "type": "request", "command": command, "arguments": arguments});
        self.send(&request.to_string());
        loop {
            let found = self.receive();
            if found["type"] == "response" && found["request_seq"] == seq {
                return match found["success"].as_bool() {
                    Some(true) => Ok(found["body"].clone()),
                    _ => Err(found["message"].as_str().unwrap().to_owned()),
                };
            }
            self.messages.push_back(found);
        }
    }

    pub(crate) fn send(&self, text: &str) {
        self.to.send(format!("Content-Length: {}\r\n\r\n{text}", text.len()).into_bytes()).unwrap();
    }

    /// Waits for an event. The texts of `output` events are kept.
    pub(crate) fn event(&mut self, name: &str) -> Json {
        loop {
            let body = self.any_event();
            if body.0 == name {
                return body.1;
            }
        }
    }

    fn any_event(&mut self) -> (String, Json) {
        let found = match self.messages.pop_front() {
            Some(found) => found,
            None => self.receive(),
        };
        let name = found["event"].as_str().unwrap_or_default().to_owned();
        if name == "output" {
            let line = found["body"]["output"].as_str().unwrap().trim_end();
            let at = found["body"]["line"].as_u64().map_or(String::new(), |line| format!(" @{line}"));
            self.console.push(format!("{line}{at}"));
        }
        (name, found["body"].clone())
    }

    /// Waits until the execution stops or ends: `step main Price:entry@5`.
    fn stop(&mut self) -> String {
        loop {
            let (name, body) = self.any_event();
            match name.as_str() {
                "stopped" => {
                    self.thread = body["threadId"].as_u64().unwrap();
                    self.frame = self.thread;
                    let threads = self.threads();
                    let thread = threads.iter().find(|(id, _)| *id == self.thread).unwrap().1.clone();
                    let stack = self.stack();
                    return format!("{} {thread} {}", body["reason"].as_str().unwrap(), stack[0]);
                }
                "exited" => {
                    self.event("terminated");
                    self.is_over = true;
                    return format!("exited {}", body["exitCode"]);
                }
                "terminated" => return "terminated".to_owned(),
                _ => {}
            }
        }
    }

    fn threads(&mut self) -> Vec<(u64, String)> {
        let body = self.request("threads", message!({})).unwrap();
        let threads = body["threads"].as_array().unwrap().iter();
        threads.map(|one| (one["id"].as_u64().unwrap(), one["name"].as_str().unwrap().to_owned())).collect()
    }

    fn stack(&mut self) -> Vec<String> {
        let body = self.request("stackTrace", message!({"threadId": self.thread})).unwrap();
        let frames = body["stackFrames"].as_array().unwrap().iter();
        frames.map(|one| format!("{}@{}", one["name"].as_str().unwrap(), one["line"])).collect()
    }

    fn scope(&mut self, name: &str) -> Option<Vec<Json>> {
        let body = self.request("scopes", message!({"frameId": self.frame})).unwrap();
        let scope = body["scopes"].as_array().unwrap().iter().find(|scope| scope["name"] == name)?.clone();
        let reference = &scope["variablesReference"];
        let body = self.request("variables", message!({"variablesReference": reference})).unwrap();
        Some(body["variables"].as_array().unwrap().clone())
    }

    /// Carries out a command of one line.
    pub(crate) fn drive(&mut self, line: &str) -> String {
        let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
        let thread = message!({"threadId": self.thread});
        let breakpoints = |body: Json| {
            let shown = body["breakpoints"].as_array().unwrap().iter().map(|one| {
                let line = one["line"].as_u64().map_or(String::new(), |line| format!("{line} "));
                let is_verified = if one["verified"] == true { "" } else { "not verified: " };
                format!("{line}{is_verified}{}", one["message"].as_str().unwrap_or("verified"))
            });
            shown.collect::<Vec<_>>().join("; ")
        };
        let go =
            |client: &mut Client, command: &str, arguments: Json| match client.request(command, arguments) {
                Ok(_) => client.stop(),
                Err(message) => format!("refused: {message}"),
            };
        match command {
            "lines" => {
                let wanted: Json = serde_json::from_str(rest).unwrap();
                let arguments = message!({"source": {"path": "/main.asl.json"}, "breakpoints": wanted});
                self.request("setBreakpoints", arguments).map_or_else(|error| error, breakpoints)
            }
            "states" => {
                let wanted: Json = serde_json::from_str(rest).unwrap();
                breakpoints(
                    self.request("setFunctionBreakpoints", message!({"breakpoints": wanted})).unwrap(),
                )
            }
            "errors" => {
                let arguments: Json = serde_json::from_str(rest).unwrap();
                breakpoints(self.request("setExceptionBreakpoints", arguments).unwrap())
            }
            "start" => go(self, "configurationDone", message!({})),
            "restart" => go(self, "restart", message!({})),
            "next" | "stepIn" | "stepOut" | "stepBack" | "continue" | "reverseContinue" => {
                let mut arguments = thread;
                if !rest.is_empty() {
                    arguments["granularity"] = rest.into();
                }
                go(self, command, arguments)
            }
            "restartFrame" => go(self, command, message!({"frameId": self.frame})),
            "goto" => {
                let arguments =
                    message!({"source": {"path": "/main.asl.json"}, "line": rest.parse::<u64>().unwrap()});
                let body = self.request("gotoTargets", arguments).unwrap();
                match body["targets"].get(0) {
                    Some(target) => {
                        go(self, "goto", message!({"threadId": self.thread, "targetId": target["id"]}))
                    }
                    None => "no target".to_owned(),
                }
            }
            "thread" => {
                let threads = self.threads();
                let found = threads.iter().find(|(_, name)| name == rest).expect("such a thread");
                self.thread = found.0;
                self.frame = found.0;
                self.stack()[0].clone()
            }
            "frame" => {
                let body = self.request("stackTrace", thread).unwrap();
                let frame = &body["stackFrames"][rest.parse::<usize>().unwrap()];
                self.frame = frame["id"].as_u64().unwrap();
                frame["name"].as_str().unwrap().to_owned()
            }
            "threads" => self.threads().into_iter().map(|(_, name)| name).collect::<Vec<_>>().join(", "),
            "stack" => self.stack().join(" < "),
            "scope" => match self.scope(rest) {
                Some(variables) => {
                    let shown = variables.iter().map(|one| {
                        format!("{}={}", one["name"].as_str().unwrap(), one["value"].as_str().unwrap())
                    });
                    shown.collect::<Vec<_>>().join(", ")
                }
                None => "none".to_owned(),
            },
            "print" => {
                let arguments = message!({"expression": rest, "frameId": self.frame, "context": "repl"});
                match self.request("evaluate", arguments) {
                    Ok(body) => body["result"].as_str().unwrap().to_owned(),
                    Err(message) => format!("refused: {message}"),
                }
            }
            "set" => {
                let (expression, value) = rest.split_once(" = ").unwrap();
                let arguments = message!({"expression": expression, "value": value, "frameId": self.frame});
                match self.request("setExpression", arguments) {
                    Ok(body) => body["value"].as_str().unwrap().to_owned(),
                    Err(message) => format!("refused: {message}"),
                }
            }
            "info" => match self.request("exceptionInfo", thread) {
                Ok(body) => format!("{} {}: {}", body["breakMode"], body["exceptionId"], body["description"]),
                Err(message) => format!("refused: {message}"),
            },
            "complete" => {
                let arguments =
                    message!({"text": rest, "column": rest.chars().count() + 1, "frameId": self.frame});
                let body = self.request("completions", arguments).unwrap();
                let labels = body["targets"].as_array().unwrap().iter();
                labels.map(|one| one["label"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
            }
            "console" => std::mem::take(&mut self.console).join(" | "),
            _ => panic!("no such command: {line}"),
        }
    }
}

/// Drives a session: each command must lead to the expectation in the same row.
#[track_caller]
pub(crate) fn check(example: &Example, input: &str, script: &[(&str, &str)]) {
    check_with(example, input, message!({}), script);
}

#[track_caller]
pub(crate) fn check_with(example: &Example, input: &str, options: Json, script: &[(&str, &str)]) {
    check_all(&mut Client::launched(example.clone(), input, options), script);
}

#[track_caller]
pub(crate) fn check_all(client: &mut Client, script: &[(&str, &str)]) {
    let found: Vec<String> =
        script.iter().map(|(command, _)| format!("{command} => {}", client.drive(command))).collect();
    let expected: Vec<String> = script.iter().map(|(command, then)| format!("{command} => {then}")).collect();
    pretty(&found, &expected);
}

#[track_caller]
fn pretty(found: &[String], expected: &[String]) {
    assert_eq!(found.join("\n"), expected.join("\n"), "\nfound:\n{}\n", found.join("\n"));
}
