//! Carries out the commands of the console.

use asl_value::Value;

use super::Console;
use super::command::{Command, HELP, Wanted};
use crate::breakpoint::{Breakpoint, Hits, When};
use crate::designator::{Designator, replaced};
use crate::place;
use crate::shown::brief;
use crate::spot::Spot;
use crate::step::Step;
use crate::world::{Strand, StrandId};

impl Console<'_> {
    /// Carries out a command. Returns whether the execution then runs.
    pub(super) fn carry_out(&mut self, command: Command) -> Result<bool, String> {
        match command {
            Command::Run => {
                // The files may have been edited.
                if self.session.run_number() > 0 {
                    let launched = (self.again)()?;
                    launched.notes.iter().for_each(|note| self.say(note));
                    self.listings = launched.listings;
                    self.session.replace(launched.debuggee);
                }
                self.forget();
                self.session.start(false)?;
            }
            Command::Continue => self.forward(None)?,
            Command::Next => self.forward(Some(Step::Over))?,
            Command::Step => self.forward(Some(Step::In))?,
            Command::Stage => self.forward(Some(Step::StageIn))?,
            Command::Out => self.forward(Some(Step::Out))?,
            Command::Back | Command::BackStage => {
                self.stopped()?;
                self.session.back(self.strand, command == Command::BackStage)?;
                self.forget();
            }
            Command::Reverse => {
                self.stopped()?;
                self.session.back_to_breakpoint()?;
                self.forget();
            }
            Command::From(state) => {
                self.stopped()?;
                let (halt, _) = self
                    .session
                    .last_entry(&state)
                    .ok_or_else(|| format!("the execution has not been in a state `{state}`"))?;
                self.session.restart_from(halt)?;
                self.forget();
            }
            other => return self.look(other).map(|()| false),
        }
        Ok(true)
    }

    /// Commands after which the execution is where it was.
    fn look(&mut self, command: Command) -> Result<(), String> {
        match command {
            Command::Break(Some(wanted)) => self.add_breakpoint(&wanted)?,
            Command::Break(None) => self.list_breakpoints(),
            Command::Catch(kind, names) => self.catch(&kind, &names)?,
            Command::Delete(number) => {
                self.breakpoints.retain(|breakpoint| number.is_some_and(|number| breakpoint.id != number));
                self.session.set_breakpoints(self.breakpoints.clone());
            }
            Command::Print(expression) => {
                let value = self.strand()?.visit.evaluate(&expression)?;
                self.say(&value.to_json_pretty());
            }
            Command::Set(name, value) => {
                let at = self.stop.as_ref().filter(|_| self.ending.is_none()).map(|stop| stop.strand);
                if at != Some(self.strand) {
                    return Err("only values of the state that has stopped can be changed".to_owned());
                }
                self.set(&name, &value)?;
            }
            Command::Show => self.show()?,
            Command::Where => self.show_stack()?,
            Command::Threads => self.show_strands(),
            Command::Thread(name) => {
                let strands = self.session.strands();
                let found = strands.iter().find(|strand| strand.name == name);
                self.strand = found.ok_or_else(|| format!("there is no strand `{name}`"))?.id;
                self.show_place()?;
            }
            Command::List(state) => self.list(state.as_deref())?,
            Command::Time => self.show_time()?,
            Command::Changes => self.show_changes(),
            _ => self.say(HELP),
        }
        Ok(())
    }

    fn set(&mut self, name: &str, text: &str) -> Result<(), String> {
        let visit = self.strand()?.visit;
        let (slot, root, place) = Designator::slot_of(name, &visit)?;
        let value = Value::parse(text).or_else(|_| visit.evaluate(text))?;
        let root = replaced(&root, place.segments(), value.clone());
        self.session.change(slot, root.ok_or_else(|| format!("there is no place `{name}`"))?)?;
        self.say(&format!("{name} = {}", brief(&value)));
        Ok(())
    }

    fn forward(&mut self, step: Option<Step>) -> Result<(), String> {
        self.stopped()?;
        if self.ending.is_some() {
            return Err("the execution has ended: `back` goes back, `run` starts it again".to_owned());
        }
        match step {
            Some(step) => self.session.step(step, self.strand),
            None => self.session.resume(),
        }
        self.stop = None;
        Ok(())
    }

    fn forget(&mut self) {
        self.stop = None;
        self.ending = None;
    }

    fn stopped(&self) -> Result<(), String> {
        match (&self.stop, &self.ending) {
            (None, None) => Err("the execution has not been started: `run` starts it".to_owned()),
            _ => Ok(()),
        }
    }

    /// The strand that commands are about.
    pub(super) fn strand(&self) -> Result<Strand, String> {
        self.stopped()?;
        self.session.strand(self.strand).ok_or_else(|| "the strand has ended".to_owned())
    }

    fn add_breakpoint(&mut self, wanted: &Wanted) -> Result<(), String> {
        let place = match wanted.place.parse::<usize>() {
            // That of the first file.
            Ok(line) => place::on_line(self.listings.iter().take(1), line)?,
            Err(_) => place::named(&self.listings, &wanted.place)?,
        };
        let hits = wanted.hits.as_deref().map(Hits::parse).transpose()?;
        let when = When { condition: wanted.condition.clone(), errors: Vec::new(), hits };
        let breakpoint = Breakpoint {
            machine: Some(place.machine),
            when,
            log: wanted.log.clone(),
            ..Breakpoint::new(0, place.state, place.spot)
        };
        self.keep(breakpoint);
        Ok(())
    }

    fn catch(&mut self, kind: &str, names: &str) -> Result<(), String> {
        let spot = match kind {
            "uncaught" => Spot::Fail,
            "caught" => Spot::Catch,
            "retried" => Spot::Retry,
            _ => return Err(format!("expected uncaught, caught or retried, found `{kind}`")),
        };
        let names = names.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty());
        let when = When { errors: names.map(str::to_owned).collect(), ..When::default() };
        self.keep(Breakpoint { when, ..Breakpoint::new(0, None, spot) });
        Ok(())
    }

    fn keep(&mut self, breakpoint: Breakpoint) {
        self.last_breakpoint += 1;
        let breakpoint = Breakpoint { id: self.last_breakpoint, ..breakpoint };
        let line = self.describe(&breakpoint);
        self.say(&line);
        self.breakpoints.push(breakpoint);
        self.session.set_breakpoints(self.breakpoints.clone());
    }

    /// Notes where the execution has stopped.
    pub(super) fn at(&mut self, strand: StrandId) {
        self.strand = strand;
    }
}
