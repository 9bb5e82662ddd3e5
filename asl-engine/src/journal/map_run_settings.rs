//! [`LiveSettings`]: the settings of a Map Run, which may be changed from outside while it runs.

use std::task::{Context, Poll};

use asl_value::Text;

use super::run_journal::RunJournal;
use super::strand_path::StrandPath;
use super::ticket::Ticket;
use super::turn::Learned;
use crate::{EffectKind, MapRun, MapRunSettings};

/// The settings of a Map Run, as its Map acts on them. In a journalled execution a change takes effect in a turn.
pub(crate) struct LiveSettings<'a> {
    map_run: &'a MapRun,
    journalled: Option<Journalled>,
}

struct Journalled {
    ticket: Ticket,
    granted: MapRunSettings,
    /// What has arrived at the turnstile.
    reported: MapRunSettings,
}

impl<'a> LiveSettings<'a> {
    /// The settings of a Map Run that begins with `settings` and has the given number in its strand.
    pub(crate) fn new(
        map_run: &'a MapRun,
        settings: MapRunSettings,
        journal: Option<(&RunJournal, &StrandPath, u64)>,
        state: &Text,
    ) -> LiveSettings<'a> {
        let journalled = journal.map(|(journal, path, number)| {
            let ticket = Ticket::new(journal.turnstile(), path.effect(number), state, EffectKind::MapRun);
            Journalled { ticket, granted: settings, reported: settings }
        });
        LiveSettings { map_run, journalled }
    }

    pub(crate) fn get(&self) -> MapRunSettings {
        self.journalled.as_ref().map_or_else(|| self.map_run.settings(), |journalled| journalled.granted)
    }

    /// Wakes the task when the settings change.
    pub(crate) fn poll(&mut self, cx: &Context<'_>) {
        match &mut self.journalled {
            None => self.map_run.listen(cx.waker()),
            Some(journalled) => journalled.poll(self.map_run, cx),
        }
    }
}

impl Journalled {
    fn poll(&mut self, map_run: &MapRun, cx: &Context<'_>) {
        let reported = &mut self.reported;
        let mut work = |cx: &mut Context<'_>| {
            map_run.listen(cx.waker());
            let current = map_run.settings();
            (std::mem::replace(reported, current) != current).then_some((Learned::Updated(current), None))
        };
        let mut learn = |learned| match learned {
            Learned::Updated(settings) => Some(settings),
            _ => None,
        };
        while let Poll::Ready(granted) = self.ticket.poll(cx, &mut work, &mut learn) {
            self.granted = granted;
            if !self.ticket.is_live() {
                map_run.update(|settings| *settings = granted);
            }
        }
    }
}
