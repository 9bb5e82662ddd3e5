//! `cargo xtask lsp-figures`: how fast a release build of `asl lsp` responds to keys in a definition of 5,000 lines.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::running::Running;
use crate::{Result, command};

/// How many keys are typed.
const KEYS: usize = 200;
/// How many keys go before, which are not counted.
const WARM: usize = 10;
/// What a key may take until its diagnostics are there, and until its completion is there (99th percentile).
const DIAGNOSTICS: Duration = Duration::from_millis(100);
const COMPLETION: Duration = Duration::from_millis(30);

const URI: &str = "file:///nowhere/large.asl.";

/// Measures a program, or a release build that it makes.
pub(crate) fn run(program: Option<&str>) -> Result<()> {
    let build = ["build", "--release", "--package", "asl-cli", "--message-format", "json-render-diagnostics"];
    let program = match program {
        Some(program) => PathBuf::from(program),
        None => command::built_program(command::cargo(&build)?, "asl")?,
    };
    for format in ["json", "yaml"] {
        let text = if format == "json" { json_definition() } else { yaml_definition() };
        let mut client = Client::start(Command::new(&program))?;
        client.request("initialize", json!({"capabilities": {}}))?;
        client.notify("initialized", json!({}))?;
        measure(&mut client, format, &text)?;
    }
    Ok(())
}

fn measure(client: &mut Client, format: &str, text: &str) -> Result<()> {
    let uri = format!("{URI}{format}");
    let lines = text.lines().count();
    let document = json!({"uri": uri, "languageId": format, "version": 0, "text": text});
    client.notify("textDocument/didOpen", json!({"textDocument": document}))?;
    client.published(0)?;
    // The keys are typed in the middle, into the name of a target.
    let line = text.lines().enumerate().skip(lines / 2).find(|(_, line)| line.contains("Next"));
    let (line, written) = line.ok_or("no transition in the definition")?;
    let column = written.rfind("State").ok_or("no target in the transition")?;
    let (mut diagnostics, mut completions) = (Vec::new(), Vec::new());
    for version in 1..=KEYS + WARM {
        let here = json!({"line": line, "character": column});
        let change = json!({"range": {"start": here, "end": here}, "text": "x"});
        let begun = Instant::now();
        client.notify(
            "textDocument/didChange",
            json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]}),
        )?;
        let position = json!({"line": line, "character": column + 1});
        let found = client.request(
            "textDocument/completion",
            json!({"textDocument": {"uri": uri}, "position": position}),
        )?;
        let completed = begun.elapsed();
        let count = found.get("items").and_then(Value::as_array).map_or(0, Vec::len);
        if count < 100 {
            return Err(format!("completion proposes {count} states").into());
        }
        client.published(version)?;
        if version > WARM {
            completions.push(completed);
            diagnostics.push(begun.elapsed());
        }
    }
    report(&format!("{format}, {lines} lines: diagnostics after a key"), diagnostics, DIAGNOSTICS)?;
    report(&format!("{format}, {lines} lines: completion after a key"), completions, COMPLETION)
}

fn report(what: &str, mut times: Vec<Duration>, most: Duration) -> Result<()> {
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    println!("{what}: median {:.1?}, p99 {:.1?}, at most {most:.0?} allowed", at(50), at(99));
    if at(99) > most { Err(format!("{what}: {:.1?}", at(99)).into()) } else { Ok(()) }
}

/// A definition of 5,000 lines with tasks, choices and a few levels.
fn json_definition() -> String {
    let mut text =
        "{\n  \"QueryLanguage\": \"JSONata\",\n  \"StartAt\": \"State 0\",\n  \"States\": {\n".to_owned();
    let states = 454;
    for number in 0..states {
        let next = number + 1;
        text.push_str(&format!(
            "    \"State {number}\": {{\n      \"Type\": \"Task\",\n      \"Resource\": \"arn:aws:states:::sqs:sendMessage\",\n      \"Arguments\": {{\n        \"QueueUrl\": \"{{% $states.input.queue %}}\",\n        \"MessageBody\": \"{{% $string($states.input.lines[price > {number}]) %}}\"\n      }},\n      \"Retry\": [{{\"ErrorEquals\": [\"States.TaskFailed\"], \"MaxAttempts\": 2}}],\n      \"Assign\": {{\"last\": \"{{% $states.result.MessageId %}}\"}},\n      \"Next\": \"State {next}\"\n    }},\n"
        ));
    }
    text.push_str(&format!("    \"State {states}\": {{\n      \"Type\": \"Succeed\"\n    }}\n  }}\n}}\n"));
    text
}

fn yaml_definition() -> String {
    let mut text = "StartAt: State 0\nStates:\n".to_owned();
    let states = 454;
    for number in 0..states {
        let next = number + 1;
        text.push_str(&format!(
            "  State {number}:\n    Type: Task\n    Resource: arn:aws:states:::sqs:sendMessage\n    Parameters:\n      QueueUrl.$: $.queue\n      MessageBody.$: States.Format('{{}}', $.line)\n    Retry:\n      - ErrorEquals: [States.TaskFailed]\n        MaxAttempts: 2\n    ResultPath: $.sent\n    Next: State {next}\n"
        ));
    }
    text.push_str(&format!("  State {states}:\n    Type: Succeed\n"));
    text
}

/// A client that waits for each answer.
struct Client {
    _process: Running,
    input: std::process::ChildStdin,
    output: BufReader<std::process::ChildStdout>,
    next: u64,
    /// The version of the last published diagnostics.
    version: Option<usize>,
}

impl Client {
    fn start(mut server: Command) -> Result<Client> {
        server.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Running::start(server)?;
        let input = process.take_stdin().ok_or("no input of asl lsp")?;
        let output = BufReader::new(process.take_stdout().ok_or("no output of asl lsp")?);
        Ok(Client { _process: process, input, output, next: 0, version: None })
    }

    fn send(&mut self, message: &Value) -> Result<()> {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len())?;
        Ok(self.input.flush()?)
    }

    fn notify(&mut self, method: &str, parameters: Value) -> Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": parameters}))
    }

    fn request(&mut self, method: &str, parameters: Value) -> Result<Value> {
        self.next += 1;
        let id = self.next;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": parameters}))?;
        loop {
            let message = self.receive()?;
            if message.get("id").and_then(Value::as_u64) == Some(id) {
                return Ok(message.get("result").cloned().unwrap_or_default());
            }
        }
    }

    /// Waits for the diagnostics of a version.
    fn published(&mut self, version: usize) -> Result<()> {
        while self.version != Some(version) {
            self.receive()?;
        }
        Ok(())
    }

    fn receive(&mut self) -> Result<Value> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line)? == 0 {
                return Err("asl lsp has ended".into());
            }
            match line.trim_end().strip_prefix("Content-Length: ") {
                Some(bytes) => length = bytes.parse()?,
                None if line.trim_end().is_empty() => break,
                None => {}
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body)?;
        let message: Value = serde_json::from_slice(&body)?;
        if message.get("method").and_then(Value::as_str) == Some("textDocument/publishDiagnostics") {
            self.version = message
                .pointer("/params/version")
                .and_then(Value::as_u64)
                .and_then(|version| usize::try_from(version).ok());
        }
        Ok(message)
    }
}
