//! What the console prints.

use std::path::Path;

use asl_engine::{Handled, Outcome};

use super::Console;
use crate::breakpoint::{Breakpoint, Hits};
use crate::listing::Listing;
use crate::notice::{Ending, Notice, Reason, Stop};
use crate::shown::{brief, elapsed};
use crate::spot::Spot;
use crate::world::Strand;

/// How many lines of a definition `list` shows before and after.
const AROUND: usize = 5;

impl Console<'_> {
    /// Prints what the execution reports. Returns whether it has stopped or ended.
    pub(super) fn notice(&mut self, notice: Notice) -> bool {
        match notice {
            Notice::Logged { text, after, .. } => {
                let line = format!("[{}] {text}", elapsed(after));
                self.say(&line);
                false
            }
            Notice::Stopped(stop) => {
                self.at(stop.strand);
                let line = self.stopped_line(&stop);
                self.stop = Some(stop);
                self.say(&line);
                let _ = self.show_place();
                true
            }
            Notice::Ended(ending) => {
                let line = self.ended_line(&ending);
                self.say(&line);
                ending.notes.iter().for_each(|note| self.say(note));
                self.ending = Some(ending);
                self.at(self.session.strands().first().map_or(self.strand, |strand| strand.id));
                true
            }
        }
    }

    fn elapsed(&self) -> String {
        self.session.time().map_or_else(|| "+0s".to_owned(), |(now, begun)| elapsed(now.since(begun)))
    }

    fn stopped_line(&self, stop: &Stop) -> String {
        let Some(strand) = self.session.strand(stop.strand) else { return "stopped".to_owned() };
        let why = match &stop.reason {
            Reason::Breakpoints(ids) => {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                format!(", breakpoint {}", ids.join(", "))
            }
            Reason::Pause => ", interrupted".to_owned(),
            Reason::Entry | Reason::Step | Reason::Restart => String::new(),
        };
        let mut line = format!("stopped {} at {}{why}", self.place_of(&strand), self.elapsed());
        if strand.visit.spot.is_failure()
            && let Some((failure, handled)) = &strand.visit.failure
        {
            let what = match handled {
                Handled::Retried(index) => format!("Retry[{index}] retries it"),
                Handled::Caught(index) => format!("Catch[{index}] catches it"),
                Handled::Not => "nothing handles it in the state".to_owned(),
            };
            line.push_str(&format!("\n{failure}\n{what}"));
        }
        line
    }

    fn ended_line(&self, ending: &Ending) -> String {
        match &ending.outcome {
            Ok(Outcome::Succeeded(output)) => {
                format!("the execution succeeded at {}\n{}", self.elapsed(), output.to_json_pretty())
            }
            Ok(outcome) => {
                let failure = outcome.failure().map(ToString::to_string).unwrap_or_default();
                format!("the execution ended as {} at {}\n{failure}", outcome.status(), self.elapsed())
            }
            Err(problem) => problem.clone(),
        }
    }

    /// `before `Price` (Task) in Fan[0]`.
    fn place_of(&self, strand: &Strand) -> String {
        let visit = &strand.visit;
        let kind = self
            .listing(&strand.machine)
            .and_then(|listing| listing.type_of(&visit.state))
            .unwrap_or_default();
        let place = match visit.spot {
            Spot::Entry => "before".to_owned(),
            Spot::Again => format!("before retry {} of", visit.attempt),
            spot => format!("at {} of", spot.name()),
        };
        let within = if strand.parent.is_some() { format!(" in {}", strand.name) } else { String::new() };
        format!("{place} `{}` ({kind}){within}", visit.state)
    }

    fn listing(&self, machine: &str) -> Option<&Listing> {
        self.listings.iter().find(|listing| listing.machine() == machine)
    }

    /// The line of the definition where the strand is.
    pub(super) fn show_place(&mut self) -> Result<(), String> {
        let strand = self.strand()?;
        let shown = self.listing(&strand.machine).and_then(|listing| {
            let line = listing.line_of_spot(&strand.visit.state, strand.visit.spot)?.line;
            Some(format!("{line:>4} | {}", listing.text().lines().nth(line - 1)?))
        });
        shown.iter().for_each(|line| self.say(line));
        Ok(())
    }

    pub(super) fn show(&mut self) -> Result<(), String> {
        let visit = self.strand()?.visit;
        let mut lines = vec![("input".to_owned(), visit.input.clone())];
        lines.extend(visit.stages.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        lines.extend(visit.output.clone().map(|output| ("output".to_owned(), output)));
        lines.extend(visit.failure.as_ref().map(|(failure, _)| ("error".to_owned(), failure.output())));
        lines.extend(visit.variables_now().into_iter().map(|(name, value)| (format!("${name}"), value)));
        for (name, value) in lines {
            self.say(&format!("{name} = {}", brief(&value)));
        }
        Ok(())
    }

    pub(super) fn show_stack(&mut self) -> Result<(), String> {
        let strand = self.strand()?.id;
        for (depth, strand) in self.session.stack(strand).iter().enumerate() {
            let listing = self.listing(&strand.machine);
            let at = listing.and_then(|listing| {
                let file = listing.path().map(Path::new).and_then(Path::file_name);
                let file = file.map_or_else(
                    || listing.machine().to_string(),
                    |file| file.to_string_lossy().into_owned(),
                );
                Some(format!("{file}:{}", listing.line_of(&strand.visit.state)?.line))
            });
            let line = format!("#{depth} {}, {}", self.place_of(strand), at.unwrap_or_default());
            self.say(&line);
        }
        Ok(())
    }

    pub(super) fn show_strands(&mut self) {
        for strand in self.session.strands() {
            let mark = if strand.id == self.strand { '*' } else { ' ' };
            let line = format!("{mark} {}: {}", strand.name, self.place_of(&strand));
            self.say(&line);
        }
    }

    pub(super) fn list(&mut self, state: Option<&str>) -> Result<(), String> {
        let (listing, line) = match state {
            Some(name) => {
                let found = self.listings.iter().find_map(|listing| Some((listing, listing.line_of(name)?)));
                found.ok_or_else(|| format!("there is no state `{name}`"))?
            }
            None => {
                let strand = self.strand()?;
                let found = self.listing(&strand.machine);
                let found = found.and_then(|listing| Some((listing, listing.line_of(&strand.visit.state)?)));
                found.ok_or("there is no definition of the machine")?
            }
        };
        let first = line.line.saturating_sub(AROUND).max(1);
        let shown = listing.text().lines().enumerate().skip(first - 1).take(line.line + AROUND - first + 1);
        let lines: Vec<String> = shown
            .map(|(index, text)| {
                let mark = if index + 1 == line.line { '>' } else { ' ' };
                format!("{mark}{:>4} | {text}", index + 1)
            })
            .collect();
        lines.iter().for_each(|line| self.say(line));
        Ok(())
    }

    pub(super) fn show_time(&mut self) -> Result<(), String> {
        let strand = self.strand()?;
        let (now, begun) = self.session.time().ok_or("the execution has not begun")?;
        let line = format!(
            "{now}, {} since it began, {} in `{}`",
            elapsed(now.since(begun)),
            elapsed(now.since(strand.visit.since)),
            strand.visit.state
        );
        self.say(&line);
        Ok(())
    }

    pub(super) fn show_changes(&mut self) {
        for change in self.session.changes() {
            self.say(&format!("halt {}: {} = {}", change.at, change.slot, brief(&change.value)));
        }
    }

    pub(super) fn list_breakpoints(&mut self) {
        let lines: Vec<String> =
            self.breakpoints.iter().map(|breakpoint| self.describe(breakpoint)).collect();
        lines.iter().for_each(|line| self.say(line));
    }

    /// `breakpoint 1 at result of `Price`, line 4, if $.total`.
    pub(super) fn describe(&self, breakpoint: &Breakpoint) -> String {
        let Breakpoint { id, machine, state, spot, when, log } = breakpoint;
        let what = if log.is_some() { "logpoint" } else { "breakpoint" };
        let mut line = match state {
            Some(state) => {
                let at =
                    if *spot == Spot::Entry { "before".to_owned() } else { format!("at {} of", spot.name()) };
                let listing = machine.as_deref().and_then(|machine| self.listing(machine));
                let place = listing.and_then(|listing| listing.line_of_spot(state, *spot));
                let place = place.map_or_else(String::new, |place| format!(", line {}", place.line));
                format!("{what} {id} {at} `{state}`{place}")
            }
            None => format!("{what} {id} at every {}", spot.name()),
        };
        let hits = when.hits.map(|hits| match hits {
            Hits::From(from) => format!(", hits >= {from}"),
            Hits::Only(only) => format!(", hits == {only}"),
            Hits::Each(each) => format!(", hits % {each}"),
        });
        line.extend(hits);
        line.extend(when.condition.iter().map(|condition| format!(", if {condition}")));
        if !when.errors.is_empty() {
            line.push_str(&format!(", {}", when.errors.join(", ")));
        }
        line
    }
}
