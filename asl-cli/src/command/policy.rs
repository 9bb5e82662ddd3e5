//! `asl policy`: the IAM policy that a machine's role needs.

use asl_aws::PolicyOptions;

use crate::args::{Format, Policy};
use crate::home::Home;
use crate::machine_files::selected;
use crate::refusal::Refusal;
use crate::render::checked::refuse;
use crate::render::pretty;
use crate::{Exit, Terminal};

pub(super) fn policy(args: &Policy, terminal: &mut Terminal) -> Result<Exit, Refusal> {
    let home = Home { region: args.region.clone(), account: args.account.clone() };
    let checked = selected(&args.definition, args.kind, &home, terminal)?;
    let Some(machine) = checked.machine() else { return Ok(refuse(&checked, Format::Human, terminal)) };
    let options = PolicyOptions {
        partition: args.partition.clone(),
        region: args.region.clone(),
        account: args.account.clone(),
        machine: match &args.name {
            Some(name) => name.clone(),
            None if args.definition.path.as_os_str() == "-" => "*".to_owned(),
            None => checked.name.clone(),
        },
        logs: args.logging,
        traces: args.tracing,
        map_function: args.map_function.clone(),
        map_checkpoints: args.map_checkpoints.clone(),
    };
    let policy = asl_aws::policy(&machine, &options);
    terminal.stdout.line(pretty(&policy.document));
    for note in &policy.notes {
        terminal.stderr.line(format_args!("note: {note}"));
    }
    Ok(Exit::Success)
}
