//! The children of a Map Run: begun as their inputs are read, a limited number at a time.

use std::future::poll_fn;
use std::task::Poll;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::child::{self, Children, Start};
use super::ended_child::EndedChild;
use super::inputs::Inputs;
use super::notes::MapRunNotes;
use super::place::Place;
use super::results::Results;
use crate::journal::map_run_settings::LiveSettings;
use crate::run::Run;
use crate::turn::{self, YIELD_EVERY};
use crate::visit::Trouble;
use crate::{Failure, MapRunSettings, wait};

/// What the children of a Map Run change.
#[derive(Clone, Copy)]
pub(crate) struct Progress<'a> {
    pub(crate) children: Children<'a>,
    pub(crate) notes: Option<&'a MapRunNotes>,
    pub(crate) settings: MapRunSettings,
    pub(crate) place: Option<&'a Place<'a>>,
}

/// How many children begin before those that run go on. Most of short ones then end before others begin, in memory that
/// is still in the cache.
const BEGIN_TOGETHER: usize = 32;

/// What happens next in a Map Run.
enum Next {
    Ended(usize, EndedChild),
    /// There is room for another child.
    Room,
    /// More inputs have been read, or cannot be.
    Read(Result<bool, Trouble>),
    /// Results cannot be written.
    Unwritten(Failure),
    /// All children have ended.
    Done,
}

/// Runs the children but for those that stay as they ended, a limited number at a time, until all have ended or too many
/// have failed.
pub(crate) async fn run(
    inputs: &mut Inputs<'_>,
    run: &Run<'_>,
    state: &asl_value::Text,
    progress: Progress<'_>,
    results: &mut Results<'_>,
) -> Result<(), Trouble> {
    let Progress { children, notes, place, settings } = progress;
    let map_run = children.map_run;
    let mut running = FuturesUnordered::new();
    let mut live = LiveSettings::new(map_run, settings, place.map(Place::numbered), state);
    let has_room = |live: &LiveSettings<'_>, running: usize| {
        running == 0 || (running < concurrency(live.get(), run) && run.budget.has_room())
    };
    let check = |live: &LiveSettings<'_>, inputs: &Inputs<'_>| {
        let items = map_run.items();
        live.get().check(items.unsuccessful(), inputs.is_complete().then(|| items.total()))
    };
    let mut ended = 0u32;
    // Those of an earlier run that cannot be redriven count as failed.
    check(&live, inputs)?;
    loop {
        let mut begun = 0;
        while begun < BEGIN_TOGETHER
            && has_room(&live, running.len())
            && (results.has_room() || running.is_empty())
            && !results.is_behind()
        {
            begun += 1;
            let Some(index) = inputs.peek() else { break };
            wait::before_start(run, index).await;
            let start = start(inputs, run, state, progress, index)?;
            children.unbegun.insert(index);
            running.push(child::run(children, start));
        }
        let next = poll_fn(|cx| {
            live.poll(cx);
            if let Poll::Ready(failure) = results.poll(cx) {
                return Poll::Ready(Next::Unwritten(failure));
            }
            let is_idle = match running.poll_next_unpin(cx) {
                Poll::Ready(Some((index, child))) => return Poll::Ready(Next::Ended(index, child)),
                Poll::Ready(None) => true,
                Poll::Pending => false,
            };
            if inputs.peek().is_some() {
                let has_room =
                    has_room(&live, running.len()) && (results.has_room() || is_idle) && !results.is_behind();
                return if has_room { Poll::Ready(Next::Room) } else { Poll::Pending };
            }
            if !children.unbegun.is_empty() {
                // `running` goes on with them at once. Their inputs are only in the block that the next one replaces.
                return Poll::Pending;
            }
            // A read that has begun must go on, even if there is no room for another child: it keeps time real.
            match inputs.poll_block(cx) {
                Poll::Ready(Ok(false)) if is_idle => Poll::Ready(Next::Done),
                Poll::Ready(Ok(false)) | Poll::Pending => Poll::Pending,
                Poll::Ready(read) => Poll::Ready(Next::Read(read)),
            }
        })
        .await;
        if let Some(notes) = notes {
            notes.set_settings(live.get());
        }
        match next {
            Next::Done => return Ok(()),
            Next::Room => {}
            Next::Unwritten(failure) => return Err(failure.into()),
            Next::Read(read) => {
                read?;
                has_read(inputs, progress);
                check(&live, inputs)?;
            }
            Next::Ended(index, child) => {
                let added = results.add(index, child);
                check(&live, inputs)?;
                added?;
                notes.map_or(Ok(()), MapRunNotes::check)?;
                ended = ended.wrapping_add(1);
                if ended.is_multiple_of(YIELD_EVERY) {
                    turn::end(run.timeline).await;
                }
            }
        }
    }
}

fn concurrency(settings: MapRunSettings, run: &Run<'_>) -> usize {
    let most = run.limits.map_run_concurrency;
    match usize::try_from(settings.max_concurrency) {
        Ok(0) | Err(_) => most,
        Ok(wanted) => wanted.min(most),
    }
}

/// Counts and notes the block of inputs that has been read.
fn has_read(inputs: &Inputs<'_>, Progress { children, notes, .. }: Progress<'_>) {
    let Some(block) = inputs.block() else { return };
    children.map_run.read(block.children.len() as u64, block.children.items() as u64);
    if let Some(notes) = notes {
        notes.keep_block(block.clone());
    }
}

/// How the child at this place begins.
fn start<'a>(
    inputs: &mut Inputs<'_>,
    run: &Run<'_>,
    state: &'a asl_value::Text,
    Progress { notes, place, .. }: Progress<'_>,
    index: usize,
) -> Result<Start<'a>, Trouble> {
    inputs.advance(index);
    let earlier = notes.and_then(|notes| notes.stopped(index));
    let (input, batch) = match &earlier {
        Some((earlier, batch)) => (earlier.input.clone(), *batch),
        None => inputs.get(index)?,
    };
    let (held, path) = (run.budget.hold_strand(), place.map(|place| place.child(index)));
    Ok(Start { state, index, input, batch, earlier: earlier.map(|(earlier, _)| earlier), held, path })
}
