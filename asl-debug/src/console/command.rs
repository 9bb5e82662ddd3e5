//! [`Command`]: a line of the console.

/// A line of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    Run,
    Continue,
    Next,
    Step,
    Stage,
    Out,
    Back,
    BackStage,
    Reverse,
    From(String),
    Break(Option<Wanted>),
    Catch(String, String),
    Delete(Option<u64>),
    Print(String),
    Set(String, String),
    Show,
    Where,
    Threads,
    Thread(String),
    List(Option<String>),
    Time,
    Changes,
    Help,
    Quit,
}

/// A breakpoint that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// A line, or `STATE[@STAGE]`.
    pub(super) place: String,
    pub(super) condition: Option<String>,
    pub(super) hits: Option<String>,
    pub(super) log: Option<String>,
}

/// What `help` prints.
pub(super) const HELP: &str = "\
run                   starts the execution, or starts it again
continue, c           goes on until a breakpoint
next, n               goes to the next state of the strand
step, s               the same, into branches, iterations and machines
stage, i              goes to the next stage of the data of the state
out, o                goes to the end of the strand
back, b               goes back to the state before
unstage, u            goes back to the stage before
reverse, rc           goes back to a breakpoint
from STATE            goes back to the last entry of a state, to restart from it
break [PLACE] [hits N] [if CONDITION] [log TEXT]
                      stops at a line or at STATE[@STAGE], or lists the breakpoints
catch KIND [NAMES]    stops at errors: uncaught, caught or retried; of these names
delete [N]            removes a breakpoint, or all
print, p EXPRESSION   evaluates: input.a[0], result, $.path, $variable, {% JSONata %}
set NAME = VALUE      changes input, result, output, a stage or $variable, and parts of them
show                  shows the data of the state
where, w              shows the states around
threads               lists the strands
thread NAME           looks at another strand
list, l [STATE]       shows the definition
time, t               shows the time of the execution
changes               lists what was changed
quit, q               ends";

impl Command {
    /// Reads a line.
    pub(super) fn parse(line: &str) -> Result<Command, String> {
        let line = line.trim();
        let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        let given = || Some(rest.to_owned()).filter(|rest| !rest.is_empty());
        let needed = |what: &str| given().ok_or_else(|| format!("expected {what}: see `help`"));
        Ok(match name {
            "run" | "r" | "restart" => Command::Run,
            "continue" | "c" => Command::Continue,
            "next" | "n" => Command::Next,
            "step" | "s" => Command::Step,
            "stage" | "i" => Command::Stage,
            "out" | "o" => Command::Out,
            "back" | "b" => Command::Back,
            "unstage" | "u" => Command::BackStage,
            "reverse" | "rc" => Command::Reverse,
            "from" => Command::From(needed("the name of a state")?),
            "break" => Command::Break(given().map(|rest| Wanted::parse(&rest))),
            "catch" => {
                let rest = needed("uncaught, caught or retried")?;
                let (kind, names) = rest.split_once(char::is_whitespace).unwrap_or((&rest, ""));
                Command::Catch(kind.to_owned(), names.to_owned())
            }
            "delete" => {
                let number = given().map(|rest| rest.parse::<u64>()).transpose();
                Command::Delete(
                    number.map_err(|_| format!("expected the number of a breakpoint, found `{rest}`"))?,
                )
            }
            "print" | "p" => Command::Print(needed("an expression")?),
            "set" => {
                let (name, value) = rest.split_once('=').ok_or("expected NAME = VALUE: see `help`")?;
                Command::Set(name.trim().to_owned(), value.trim().to_owned())
            }
            "show" => Command::Show,
            "where" | "w" | "bt" => Command::Where,
            "threads" => Command::Threads,
            "thread" => Command::Thread(needed("the name of a strand")?),
            "list" | "l" => Command::List(given()),
            "time" | "t" => Command::Time,
            "changes" => Command::Changes,
            "help" | "h" | "?" => Command::Help,
            "quit" | "q" | "exit" => Command::Quit,
            "" => return Err("see `help` for the commands".to_owned()),
            _ => return Err(format!("there is no command `{name}`: see `help`")),
        })
    }
}

impl Wanted {
    /// `PLACE [hits N] [if CONDITION] [log TEXT]`: names of states may have spaces.
    fn parse(text: &str) -> Wanted {
        let (text, log) = split(text, " log ");
        let (text, condition) = split(text, " if ");
        let (place, hits) = split(text, " hits ");
        Wanted { place: place.to_owned(), condition, hits, log }
    }
}

fn split<'t>(text: &'t str, word: &str) -> (&'t str, Option<String>) {
    match text.split_once(word) {
        Some((before, after)) => (before.trim(), Some(after.trim().to_owned())),
        None => (text, None),
    }
}
