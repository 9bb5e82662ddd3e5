//! Fills a server from an archive when it starts.

use std::collections::BTreeMap;
use std::sync::Arc;

use asl_engine::{Failure, Outcome};

use crate::app::App;
use crate::archive::{Archive, Kept};
use crate::clock::now;
use crate::config::Config;
use crate::execution::Ended;
use crate::ids::Ids;
use crate::lifecycle::end;
use crate::lookup;
use crate::machine::Revision;
use crate::record::{self, Damaged};
use crate::store::Store;

/// The app of a server with everything that an archive has, and the executions that have not ended.
pub(crate) fn restore(config: Config, archive: Arc<dyn Archive>) -> Result<(Arc<App>, Vec<Kept>), String> {
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
    Ok((app, contents.open))
}

/// Ends the executions that were running when the server ended.
pub(crate) fn end_open(app: &App, open: Vec<Kept>) -> Result<(), String> {
    for kept in open {
        let execution = Arc::new(lookup::read(app, kept).map_err(|error| error.message().to_owned())?);
        app.store().start(&execution, true);
        let cause = "The server ended while the execution was running.";
        let outcome = Outcome::Aborted(Failure::from_parts(None, Some(cause.into())));
        end(app, &execution, Ended { stopped: now().max(execution.started), outcome });
    }
    Ok(())
}
