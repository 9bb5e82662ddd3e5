//! `asl policy`: the IAM policy that a machine's role needs.

use asl_aws::PolicyOptions;
use asl_model::{Code, StateMachine, parse};

use crate::args::{Format, Policy};
use crate::definition::{Checked, check};
use crate::machine_files::machine_name;
use crate::refusal::Refusal;
use crate::render::checked::refuse;
use crate::render::pretty;
use crate::walk::Candidate;
use crate::{Exit, Terminal};

pub(super) fn policy(args: &Policy, terminal: &mut Terminal) -> Result<Exit, Refusal> {
    let path = &args.definition.path;
    let checked =
        check(&Candidate::named(path), &args.definition.substitutions.values()?, args.kind, terminal);
    let Some(machine) = machine(&checked) else { return Ok(refuse(&checked, Format::Human, terminal)) };
    let options = PolicyOptions {
        partition: args.partition.clone(),
        region: args.region.clone(),
        account: args.account.clone(),
        machine: match &args.name {
            Some(name) => name.clone(),
            None if path.as_os_str() == "-" => "*".to_owned(),
            None => machine_name(path),
        },
        logs: args.logging,
        traces: args.tracing,
    };
    let policy = asl_aws::policy(&machine, &options);
    terminal.stdout.line(pretty(&policy.document));
    for note in &policy.notes {
        terminal.stderr.line(format_args!("note: {note}"));
    }
    Ok(Exit::Success)
}

/// The machine of a definition that is valid, whether this version can run all of it or not.
fn machine(checked: &Checked) -> Option<StateMachine> {
    let mut errors = checked.diagnostics.iter().filter(|found| found.is_error());
    let is_refused = errors.any(|found| found.code != Code::NOT_BUILT);
    parse(checked.excerpt.as_ref().filter(|_| !is_refused)?.source()).machine
}
