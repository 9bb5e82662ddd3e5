//! `asl bench`: measures executions in this process.
//!
//! The definition is compiled before the clock starts. The measured time is that of one request: parsing the input, the
//! execution, and writing the output.

mod gauge;

use std::sync::Arc;

use asl_engine::{
    Clock, Engine, Execution, Failure, HistoryRecorder, Limits, Outcome, Program, Registry, Report, task_fn,
};
use asl_value::{Object, Text, Value, json};
use tokio::runtime::Runtime;

use self::gauge::{Gauge, peak_rss_mb};
use crate::args::{Bench, Format, Kind};
use crate::home::Home;
use crate::input::InputText;
use crate::machine_files::selected;
use crate::refusal::Refusal;
use crate::render::checked::refuse;
use crate::render::outcome;
use crate::{Exit, Terminal, runtime};

/// How many outputs are kept before the clock is stopped to compare them.
const BATCH: u64 = 64;

/// How many bytes of outputs are kept before the clock is stopped.
const BATCH_BYTES: usize = 1 << 20;

pub(super) fn bench(args: &Bench, terminal: &mut Terminal) -> Result<Exit, Refusal> {
    args.definition.check_stdin(&args.input)?;
    let checked = selected(&args.definition, Kind::STANDARD, &Home::default(), terminal)?;
    let format = if args.json { Format::Json } else { Format::Human };
    let Some((_, program)) = &checked.valid else { return Ok(refuse(&checked, format, terminal)) };
    let input = InputText::of(&args.input, terminal)?;
    input.parse()?;
    let expected = args.expect.as_deref().map(|path| InputText::file(path)?.parse()).transpose()?;
    let tasks = if args.mock_tasks.is_some() { mock_tasks() } else { Registry::new() };
    let engine = Engine::builder().tasks(tasks).clock(Clock::virtual_time()).build();
    let bench = Measured {
        engine,
        program,
        input: &input.bytes,
        history: args.history,
        runtime: runtime::single_threaded()?,
    };
    match bench.measure(args.repeat, expected.as_ref()) {
        Ok(figures) => {
            terminal.stdout.line(figures.show(args));
            Ok(Exit::Success)
        }
        Err(message) => {
            if args.json {
                terminal.stdout.line(json!({"ok": false, "error": message}));
            } else {
                terminal.stderr.line(format_args!("error: {message}"));
            }
            Ok(Exit::Failure)
        }
    }
}

fn mock_tasks() -> Registry {
    let echo = task_fn(|input: Value| async move { Ok::<_, Failure>(input) });
    let fail = task_fn(|input: Value| async move {
        let text = |name| input.get(name).and_then(Value::as_text).cloned();
        Err::<Value, _>(Failure::from_parts(text("error"), text("cause")))
    });
    Registry::new().function("echo", echo).function("fail", fail)
}

struct Measured<'a> {
    engine: Engine,
    program: &'a Program,
    input: &'a [u8],
    history: bool,
    runtime: Runtime,
}

struct Figures {
    gauge: Gauge,
    executions: u64,
    transitions: u64,
}

impl Measured<'_> {
    fn measure(&self, repeat: u64, expected: Option<&Value>) -> Result<Figures, String> {
        let mut figures = Figures { gauge: Gauge::default(), executions: 0, transitions: 0 };
        // The text of an output that was compared as a value. The other outputs most likely have the same bytes.
        let mut known = String::new();
        while figures.executions < repeat {
            let mut outputs = Vec::new();
            let mut bytes = 0;
            let running = figures.gauge.start();
            while figures.executions < repeat && (outputs.len() as u64) < BATCH && bytes < BATCH_BYTES {
                let (output, transitions) = self.runtime.block_on(self.execution())?;
                bytes += output.len();
                outputs.push(output);
                figures.executions += 1;
                figures.transitions = transitions;
            }
            figures.gauge.stop(running);
            for output in outputs {
                compare(&output, expected, &mut known)?;
            }
        }
        Ok(figures)
    }

    async fn execution(&self) -> Result<(String, u64), String> {
        let input =
            Value::parse_slice(self.input).map_err(|error| format!("the input is not JSON: {error}"))?;
        let mut execution = Execution::new(input).with_limits(Limits::express());
        if self.history {
            execution = execution.with_observer(Arc::new(HistoryRecorder::new()));
        }
        let report: Report = self.engine.run(self.program, execution).await;
        match &report.outcome {
            Outcome::Succeeded(output) => Ok((output.to_json(), report.transitions)),
            _ => Err(outcome::json(&report, Object::new())),
        }
    }
}

fn compare(output: &str, expected: Option<&Value>, known: &mut String) -> Result<(), String> {
    let Some(expected) = expected else { return Ok(()) };
    if output == known {
        return Ok(());
    }
    let value = Value::parse(output).map_err(|error| format!("an output is not JSON: {error}"))?;
    if value != *expected {
        return Err(format!("expected another output, found {}", beginning(output)));
    }
    *known = output.to_owned();
    Ok(())
}

fn beginning(text: &str) -> Text {
    const LONGEST: usize = 200;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}

impl Figures {
    fn show(&self, args: &Bench) -> String {
        let wall = self.gauge.wall.as_secs_f64();
        let cpu = self.gauge.cpu.map(|cpu| cpu.as_secs_f64());
        if args.json {
            let figures = json!({
                "ok": true,
                "wall_s": wall,
                "cpu_s": cpu,
                "executions": self.executions,
                "transitions": self.transitions,
                "rss_mb": peak_rss_mb()
            });
            return figures.to_json();
        }
        let each = 1e6 * cpu.unwrap_or(wall) / (self.executions.max(1) * self.transitions.max(1)) as f64;
        format!(
            "{} executions of {} transitions in {wall:.3} s: {each:.3} µs each",
            self.executions, self.transitions
        )
    }
}
