//! The debugger in a terminal: commands of one line, from a person or from a script.
//!
//! ```text
//! (asl) break Ship
//! breakpoint 1 before `Ship`, line 12
//! (asl) run
//! stopped before `Ship` (Task) at +1m, breakpoint 1
//! 12 |    "Ship": {
//! (asl) print $.total
//! 42
//! ```

mod command;
mod control;
mod show;

use std::io::{self, BufRead, BufReader, Read, Write};
use std::sync::mpsc::{self, Receiver};

use asl_engine::Outcome;

use crate::breakpoint::Breakpoint;
use crate::launch::Launched;
use crate::listing::Listing;
use crate::notice::{Ending, Notice, Stop};
use crate::session::Session;
use command::Command;

/// What the console reacts to.
enum Incoming {
    Line(String),
    /// The input has ended.
    Closed,
    Notice(u64, Notice),
    Interrupt,
}

/// Launches what is debugged again, for the command `restart`: reads its files again.
pub type Again<'a> = &'a mut dyn FnMut() -> Result<Launched, String>;

/// How a console is used.
#[derive(Debug, Clone, Copy, Default)]
pub struct ConsoleOptions {
    /// Whether the commands come from a script: they are then printed.
    pub is_script: bool,
}

/// A console.
struct Console<'o> {
    session: Session,
    again: Again<'o>,
    listings: Vec<Listing>,
    breakpoints: Vec<Breakpoint>,
    last_breakpoint: u64,
    /// Where the execution has stopped, while it is.
    stop: Option<Stop>,
    /// The strand that commands are about.
    strand: crate::StrandId,
    ending: Option<Ending>,
    output: &'o mut dyn Write,
    /// Why the output cannot be written.
    problem: Option<io::Error>,
}

/// Debugs an execution with the commands of `input`, until they end or one says `quit`. `again` launches it again, when it is
/// restarted. `on_start` gets a function that stops a
/// running execution, for Ctrl-C. Returns the outcome of the execution, if it has ended.
///
/// # Errors
/// The output cannot be written.
pub fn console<'o>(
    launched: Launched,
    again: Again<'o>,
    input: impl Read + Send + 'static,
    output: &'o mut dyn Write,
    options: ConsoleOptions,
    on_start: impl FnOnce(Box<dyn Fn() + Send>),
) -> io::Result<Option<Outcome>> {
    let (sender, incoming) = mpsc::channel();
    let (lines, notices) = (sender.clone(), sender.clone());
    on_start(Box::new(move || drop(sender.send(Incoming::Interrupt))));
    std::thread::Builder::new().name("asl-debug-input".to_owned()).spawn(move || {
        for line in BufReader::new(input).lines() {
            let Ok(line) = line else { break };
            if lines.send(Incoming::Line(line)).is_err() {
                return;
            }
        }
        let _ = lines.send(Incoming::Closed);
    })?;
    let Launched { debuggee, listings, notes } = launched;
    let session =
        Session::new(debuggee, move |run, notice| drop(notices.send(Incoming::Notice(run, notice))));
    let mut console = Console {
        session,
        again,
        listings,
        breakpoints: Vec::new(),
        last_breakpoint: 0,
        stop: None,
        strand: crate::StrandId(1),
        ending: None,
        output,
        problem: None,
    };
    notes.iter().for_each(|note| console.say(note));
    console.talk(&incoming, options);
    let Console { problem, ending, .. } = console;
    match problem {
        Some(problem) if problem.kind() != io::ErrorKind::BrokenPipe => Err(problem),
        _ => Ok(ending.and_then(|ending| ending.outcome.ok())),
    }
}

impl Console<'_> {
    /// Reads commands and carries them out. Lines that come while the execution runs wait until it stops.
    fn talk(&mut self, incoming: &Receiver<Incoming>, options: ConsoleOptions) {
        let mut waiting = std::collections::VecDeque::new();
        let mut last = String::new();
        while self.problem.is_none() {
            self.prompt();
            let line = match waiting.pop_front() {
                Some(line) => line,
                None => match incoming.recv() {
                    Ok(Incoming::Line(line)) => Some(line),
                    Ok(Incoming::Closed) | Err(_) => None,
                    Ok(Incoming::Interrupt | Incoming::Notice(..)) => continue,
                },
            };
            let Some(line) = line else { return self.say("") };
            if options.is_script {
                self.say(&line);
            }
            // An empty line repeats the last command.
            if !line.trim().is_empty() {
                last = line;
            }
            match Command::parse(&last) {
                Ok(Command::Quit) => return,
                Ok(command) => match self.carry_out(command) {
                    Ok(false) => {}
                    Ok(true) => {
                        self.wait(incoming, &mut waiting);
                    }
                    Err(message) => self.say(&message),
                },
                Err(message) => self.say(&message),
            }
        }
    }

    /// Waits until the execution has stopped or ended.
    fn wait(
        &mut self,
        incoming: &Receiver<Incoming>,
        waiting: &mut std::collections::VecDeque<Option<String>>,
    ) {
        while let Ok(found) = incoming.recv() {
            match found {
                Incoming::Line(line) => waiting.push_back(Some(line)),
                Incoming::Closed => waiting.push_back(None),
                Incoming::Interrupt => self.session.pause(),
                Incoming::Notice(run, notice) if run == self.session.run_number() => {
                    if self.notice(notice) {
                        return;
                    }
                }
                Incoming::Notice(..) => {}
            }
        }
    }

    fn prompt(&mut self) {
        let written = write!(self.output, "(asl) ").and_then(|()| self.output.flush());
        self.problem = written.err();
    }

    fn say(&mut self, text: &str) {
        if self.problem.is_none() {
            self.problem = writeln!(self.output, "{text}").err();
        }
    }
}
