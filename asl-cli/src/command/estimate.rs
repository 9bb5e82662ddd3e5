//! `asl estimate`: what a month of executions costs.

use crate::args::{self, Estimate};
use crate::estimate::{Bounds, Prices, Terms, costs, longest, recorded};
use crate::home::Home;
use crate::machine_files::selected;
use crate::record_file::document;
use crate::refusal::Refusal;
use crate::render::checked::refuse;
use crate::render::estimate::{Shown, print};
use crate::{Exit, Terminal};

pub(super) fn estimate(args: &Estimate, terminal: &mut Terminal) -> Result<Exit, Refusal> {
    let bounds = Bounds::read(args.bounds.as_deref())?;
    let history = args.history.as_deref().map(document).transpose()?;
    let checked = selected(&args.definition, args::Kind::STANDARD, &Home::default(), terminal)?;
    let Some(machine) = checked.machine() else { return Ok(refuse(&checked, args.format, terminal)) };
    let mut counted = longest(&machine, &bounds, args.duration);
    if let Some(history) = history {
        let found = recorded(&history)
            .ok_or_else(|| Refusal::usage("the history has no events with timestamps".to_owned()))?;
        // What cannot run follows from the definition.
        let not_express = found.not_express.clone().or(counted.not_express);
        counted = crate::estimate::Counted { not_durable: counted.not_durable, not_express, ..found };
    }
    let terms = Terms {
        runs: args.runs as f64,
        gigabytes: f64::from(args.memory) / 1024.0,
        payload_bytes: f64::from(args.payload),
        retention_days: f64::from(args.retention),
    };
    let prices = Prices::listed();
    let costs = costs(&counted, &terms, &prices);
    let is_recorded = args.history.is_some();
    print(
        &Shown { counted: &counted, terms: &terms, costs: &costs, prices: &prices, args, is_recorded },
        terminal,
    );
    Ok(Exit::Success)
}
