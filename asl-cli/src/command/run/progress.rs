//! Shows how far distributed Maps have come while they run.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use asl_engine::{Event, EventKind, MapRun, StateType};
use asl_value::Text;

use crate::Sink;
use crate::render::progress::Progress;

/// How often a terminal shows the progress, and how often a line is printed elsewhere.
const BAR_EVERY: Duration = Duration::from_millis(200);
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Shows the Map Runs of an execution that run, from a thread of its own: an execution that computes has no time for it.
pub(super) struct ProgressPrinter {
    shared: Arc<Shared>,
    /// Dropped to end the thread.
    stop: Mutex<Option<(Sender<()>, JoinHandle<()>)>>,
}

struct Shared {
    sink: Sink,
    every: Duration,
    runs: Mutex<Runs>,
}

#[derive(Default)]
struct Runs {
    /// The Map that was entered last.
    entered: Option<Text>,
    running: Vec<(Text, Arc<MapRun>, Instant)>,
}

impl ProgressPrinter {
    /// Shows a bar on a terminal, and lines elsewhere.
    pub(super) fn new(sink: Sink) -> ProgressPrinter {
        let every = if sink.is_styled() { BAR_EVERY } else { LINE_EVERY };
        ProgressPrinter::every(sink, every)
    }

    fn every(sink: Sink, every: Duration) -> ProgressPrinter {
        let shared = Shared { sink, every, runs: Mutex::default() };
        ProgressPrinter { shared: Arc::new(shared), stop: Mutex::default() }
    }

    pub(super) fn note(&self, event: &Event) {
        if let EventKind::StateEntered { state: StateType::Map, name, .. } = &event.kind {
            self.shared.runs().entered = Some(name.clone());
        }
    }

    /// A distributed Map has begun, in the state that was entered last.
    pub(super) fn map_run(&self, map_run: &Arc<MapRun>) {
        {
            let mut runs = self.shared.runs();
            let state = runs.entered.clone().unwrap_or_default();
            runs.running.push((state, Arc::clone(map_run), Instant::now()));
        }
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| {
            let (stop, stopped) = channel();
            let shared = Arc::clone(&self.shared);
            let show = move || {
                while stopped.recv_timeout(shared.every) == Err(RecvTimeoutError::Timeout) {
                    shared.show();
                }
                shared.sink.status(None);
            };
            (stop, std::thread::spawn(show))
        });
    }
}

impl Shared {
    fn runs(&self) -> MutexGuard<'_, Runs> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn show(&self) {
        let mut runs = self.runs();
        runs.running.retain(|(_, map_run, _)| map_run.ended().is_none());
        let progress = runs.running.iter().map(|(state, map_run, began)| Progress {
            state,
            items: map_run.items(),
            took: began.elapsed(),
        });
        match self.sink.is_styled() {
            true => {
                let bars: Vec<String> = progress.map(|progress| progress.bar()).collect();
                self.sink.status(Some(bars.join("  ")).filter(|bars| !bars.is_empty()));
            }
            false => progress.for_each(|progress| self.sink.line(progress.line())),
        }
    }
}

impl Drop for ProgressPrinter {
    fn drop(&mut self) {
        self.end();
    }
}

impl ProgressPrinter {
    /// Shows nothing any more.
    pub(super) fn end(&self) {
        let running = self.stop.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((stop, thread)) = running {
            drop(stop);
            // It ends at once.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use asl_value::json;

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Written {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    fn running() -> Arc<MapRun> {
        let counts = json!({
            "pending": 3, "running": 1, "succeeded": 4, "failed": 0, "timedOut": 0, "aborted": 0, "resultsWritten": 0
        });
        let map_run = json!({
            "arn": "arn:aws:states:eu-west-1:123456789012:mapRun:orders/each:1", "id": "1", "execution": "e",
            "machine": "m", "label": "each", "type": "STANDARD", "started": "2026-01-01T00:00:00Z",
            "maxConcurrency": 0, "items": counts.clone(), "executions": counts
        });
        Arc::new(MapRun::from_json(&map_run).unwrap())
    }

    #[track_caller]
    fn check(styled: bool, expect: &str, last: &str) {
        let written = Written::default();
        let printer = ProgressPrinter::every(Sink::new(written.clone(), styled), Duration::from_millis(1));
        printer.map_run(&running());
        let begun = Instant::now();
        while !written.text().contains(expect) && begun.elapsed() < Duration::from_secs(60) {
            std::thread::yield_now();
        }
        printer.end();
        let text = written.text();
        assert!(text.contains(expect) && text.ends_with(last), "{text:?}");
        printer.end();
        assert_eq!(written.text(), text, "nothing is shown after the end");
    }

    #[test]
    fn a_terminal_shows_a_bar_that_is_removed_at_the_end() {
        check(true, "[############------------]  50 %  4 of 8, 1 running", "\r\x1b[2K");
    }

    #[test]
    fn elsewhere_lines_are_printed() {
        check(false, "progress: ``: 4 of 8, 1 running", " left\n");
    }
}
