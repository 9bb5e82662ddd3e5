//! `asl debug`: a debugger in the terminal.

use std::io::IsTerminal;

use asl_debug::{ConsoleOptions, Launch, console};
use asl_engine::Outcome;
use asl_model::Format;
use asl_value::Value;

use crate::args::Debug;
use crate::debug_target::launched;
use crate::refusal::Refusal;
use crate::{Exit, Terminal, runtime};

pub(super) fn debug(args: &Debug, terminal: &mut Terminal) -> Result<Exit, Refusal> {
    let (input, input_file) = match &args.input {
        Some(text) if Format::is_json_text(text) => {
            let parsed = Value::parse(text);
            (Some(parsed.map_err(|error| Refusal::usage(format!("the input is not JSON: {error}")))?), None)
        }
        file => (None, file.clone()),
    };
    let launch = Launch {
        program: args.program.clone(),
        input,
        input_file,
        mocks: args.mocks.clone(),
        test: args.test.clone(),
        record: args.record.clone(),
        kind: Some(args.kind.machine_type.name().to_owned()),
        seed: args.seed,
        services: args.services(),
    };
    let first = launched(&launch)?;
    let mut again = || launched(&launch).map_err(|refusal| refusal.message);
    let commands = std::mem::replace(&mut terminal.stdin, Box::new(std::io::empty()));
    // A reader of a script's output also wants to see its commands.
    let options = ConsoleOptions { is_script: !std::io::stdin().is_terminal() };
    let ended = console(first, &mut again, commands, &mut terminal.stdout.clone(), options, interrupt);
    let outcome = ended.map_err(|error| Refusal::io(format!("cannot write to standard output: {error}")))?;
    Ok(match outcome {
        Some(Outcome::Succeeded(_)) | None => Exit::Success,
        Some(_) => Exit::Failure,
    })
}

/// Calls `stop` for each Ctrl-C.
fn interrupt(stop: Box<dyn Fn() + Send>) {
    std::thread::spawn(move || {
        let Ok(runtime) = runtime::single_threaded() else { return };
        while runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            stop();
        }
    });
}
