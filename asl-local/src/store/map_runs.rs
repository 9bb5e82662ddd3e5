//! Map Runs, the runs of distributed Maps, and their settings.

use std::sync::Arc;

use asl_engine::{MapRun, MapRunSettings};

use super::Store;
use crate::execution::Execution;

impl Store {
    /// Records that an execution has started a distributed Map. One that is not new is kept already. One that is replayed
    /// gets its `resumed` settings when the replay is complete, or later ones.
    pub(crate) fn begin_map_run(
        &mut self,
        execution: &Execution,
        map_run: &Arc<MapRun>,
        is_new: bool,
        resumed: Option<MapRunSettings>,
    ) {
        let arn = map_run.arn().to_string();
        let mut of_it = execution.map_runs();
        // One that is redriven is known. The record of a resumed execution may have it, too: it was made when it was written.
        if !of_it.contains(&arn) {
            of_it.push(arn.clone());
        }
        drop(of_it);
        self.map_runs.insert(arn.clone(), Arc::clone(map_run));
        if let Some(settings) = resumed {
            self.resumed.entry(arn).or_insert(settings);
        }
        if is_new {
            self.keep_map_run(map_run, execution);
        }
    }

    /// Changes the settings of a Map Run. Its execution writes them only when it learns of them.
    pub(crate) fn update_map_run(&mut self, map_run: &MapRun, change: impl FnOnce(&mut MapRunSettings)) {
        let arn = map_run.arn().as_str();
        let resumed = self.resumed.get(arn).copied();
        let mut settings = resumed.unwrap_or_else(|| map_run.settings());
        change(&mut settings);
        // This may be a copy from the archive, of a Map Run that the replay has not come to.
        if resumed.is_some() || !self.map_runs.contains_key(arn) {
            self.resumed.insert(arn.to_owned(), settings);
        }
        map_run.update(|current| *current = settings);
        if let Some(execution) = self.executions.get(map_run.execution_arn().as_str()) {
            self.keep_map_run(map_run, execution);
        }
    }

    /// Gives a Map Run the last settings that were acknowledged, when its replay is complete.
    pub(crate) fn settle_map_run(&mut self, map_run: &MapRun) {
        let Some(wanted) = self.resumed.remove(map_run.arn().as_str()) else { return };
        if map_run.ended().is_none() && map_run.settings() != wanted {
            map_run.update(|settings| *settings = wanted);
        }
    }
}

#[cfg(test)]
mod tests {
    use asl_value::json;

    use super::*;

    fn map_run() -> Arc<MapRun> {
        let counts = json!({
            "pending": 0, "running": 0, "succeeded": 0, "failed": 0, "timedOut": 0, "aborted": 0,
            "resultsWritten": 0, "failuresNotRedrivable": 0, "pendingRedrive": 0
        });
        let map_run = json!({
            "arn": "r", "id": "i", "execution": "e", "machine": "m", "label": "l", "type": "STANDARD",
            "started": "2026-03-14T12:00:00Z", "maxConcurrency": 0, "items": counts.clone(), "executions": counts
        });
        Arc::new(MapRun::from_json(&map_run).expect("a Map Run"))
    }

    #[test]
    fn an_update_that_comes_while_a_map_run_is_replayed_is_its_last_one() {
        for is_early in [false, true] {
            let (mut store, replayed) = (Store::default(), map_run());
            let kept = MapRunSettings { max_concurrency: 7, ..replayed.settings() };
            let begin = |store: &mut Store| {
                store.map_runs.insert("r".to_owned(), Arc::clone(&replayed));
                store.resumed.entry("r".to_owned()).or_insert(kept);
            };
            let update = |store: &mut Store, map_run: &MapRun| {
                store.update_map_run(map_run, |settings| settings.tolerated_failure_count = Some(4));
            };
            match is_early {
                // The request got a copy from the archive, which has the settings that were kept.
                true => {
                    let copy = map_run();
                    copy.update(|settings| *settings = kept);
                    update(&mut store, &copy);
                    begin(&mut store);
                }
                false => {
                    begin(&mut store);
                    update(&mut store, &replayed);
                }
            }
            // The replay repeats an earlier update.
            replayed.update(|settings| settings.max_concurrency = 5);
            store.settle_map_run(&replayed);
            let expected = MapRunSettings { tolerated_failure_count: Some(4), ..kept };
            assert_eq!(replayed.settings(), expected, "early: {is_early}");
        }
    }
}
