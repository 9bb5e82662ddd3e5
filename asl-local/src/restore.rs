//! Fills a server from an archive when it starts.

use std::collections::BTreeMap;
use std::sync::Arc;

use asl_engine::Execution as EngineRun;

use crate::admission::{first_run_again, mocks_of};
use crate::app::App;
use crate::archive::{Archive, Journals, Open};
use crate::config::Config;
use crate::execution::Execution;
use crate::held::hold;
use crate::ids::Ids;
use crate::journal::{Journalled, Resuming};
use crate::lookup;
use crate::machine::Revision;
use crate::record::{self, Damaged};
use crate::reported::Reported;
use crate::resume::{checkpoint, read};
use crate::runner::{Beginning, run_from};
use crate::store::Store;

/// The app of a server with everything that an archive has, and the executions that have not ended.
pub(crate) fn restore(config: Config, archive: Arc<dyn Archive>) -> Result<(Arc<App>, Vec<Open>), String> {
    let contents = archive.contents()?;
    let text = |problem: Damaged| problem.to_string();
    let mut revisions: BTreeMap<u64, Arc<Revision>> = BTreeMap::new();
    for body in &contents.revisions {
        let revision = record::machine::read_revision(body).map_err(text)?;
        revisions.insert(revision.number, Arc::new(revision));
    }
    let store = Store::of(Arc::clone(&archive), &contents, &revisions).map_err(text)?;
    let ids = Ids::new(config.entropy.clone()).after(contents.last_number);
    let app = App::with(config, ids, store, Some(archive));
    app.revisions().extend(revisions.iter().map(|(number, revision)| (*number, Arc::downgrade(revision))));
    let reported =
        contents.tokens.into_iter().filter_map(|(token, body)| Some((token, Reported::read(&body)?)));
    app.tokens.restore(reported);
    Ok((app, contents.open))
}

/// Continues the executions that were running when the server ended.
pub(crate) async fn resume_open(app: &Arc<App>, open: Vec<Open>) -> Result<(), String> {
    let mut found = Vec::new();
    for Open { kept, journals } in open {
        let mut problem = None;
        let mut execution = lookup::read(app, kept).map_err(|error| error.message().to_owned())?;
        if let Some(case) = execution.case.clone() {
            let mocks = mocks_of(app, &execution.target.machine_name, &case).await;
            match mocks {
                Ok(mocks) => execution.mocks = Some(mocks),
                Err(error) => problem = Some(error.message().to_owned()),
            }
        }
        let execution = Arc::new(execution);
        // All are entered before the first one runs, because an execution may wait for another.
        app.store().start(&execution, true);
        match problem {
            None => {
                let resuming = app.starting.begin(execution.number);
                found.push((execution, journals, resuming));
            }
            Some(problem) => hold(app, &execution, &problem),
        }
    }
    app.store().remove_deleted_machines();
    for (execution, journals, resuming) in found {
        let app = Arc::clone(app);
        let resumed = Arc::clone(&app);
        app.spawn(async move { resume_one(resumed, execution, journals, resuming).await });
    }
    let app = Arc::clone(app);
    tokio::spawn(async move {
        app.starting.done(None).await;
        app.tokens.settle();
    });
    Ok(())
}

async fn resume_one(app: Arc<App>, execution: Arc<Execution>, journals: Journals, resuming: Resuming) {
    match beginning(&app, &execution, journals, resuming).await {
        Ok((run, beginning)) => drop(run_from(app, execution, run, beginning, None).await),
        Err(problem) => hold(&app, &execution, &problem),
    }
}

/// The run of an execution, and what it has recorded.
async fn beginning(
    app: &Arc<App>,
    execution: &Arc<Execution>,
    mut journals: Journals,
    resuming: Resuming,
) -> Result<(EngineRun, Beginning), String> {
    let archive = app.archive.as_ref().ok_or("there is no archive")?;
    execution.target.revision.program().ok_or("this version of the server cannot run its definition")?;
    let number_of_run = execution.redrives().count;
    let journal = Journalled::new(archive, execution.number, number_of_run, resuming);
    let current = usize::try_from(number_of_run).unwrap_or(usize::MAX);
    let recorded = (journals.len() > current).then(|| journals.swap_remove(current));
    journals.truncate(current);
    let run = match number_of_run {
        0 => first_run_again(app, execution).ok_or("its ARN is damaged")?,
        _ => EngineRun::redrive(checkpoint(app, execution, &journals).await?),
    };
    match recorded.filter(|lines| !lines.is_empty()) {
        Some(lines) => Ok((run, Beginning::Recorded(Box::new(read(execution, &lines)?), journal))),
        // The process ended before the run began.
        None => Ok((run, Beginning::Journalled(journal))),
    }
}
