//! `asl run --with`: machines that can start one another.

use std::sync::Arc;

#[cfg(feature = "aws")]
use asl_engine::TaskHandler;
use asl_engine::{Entropy, Observer, Report, SeededEntropy};
use asl_local::{ChildThreads, Config, FirstExecution, Machines, MockedTasks, Quotas};
use asl_model::ExecutionType;
use asl_value::Value;

use crate::args::{Format, Kind, Run};
use crate::definition::{Checked, Circumstances, STDIN};
use crate::home::Home;
use crate::machine_files::{all_selected, is_same};
use crate::mocks::MockCase;
use crate::refusal::Refusal;
use crate::render::checked::{print, refuse};
#[cfg(feature = "aws")]
use crate::services::own_tasks;
use crate::stdin_end::StdinEnd;
use crate::task_services::TaskServices;
use crate::{Terminal, runtime};

/// A machine of `--with`.
pub(super) struct Other {
    name: String,
    definition: String,
    kind: ExecutionType,
}

/// The machines of `--with` and `--with-express`. `None` if one of them is invalid, which has then been reported.
pub(super) fn others(
    args: &Run,
    main: &Checked,
    home: &Home,
    terminal: &Terminal,
) -> Result<Option<Vec<Other>>, Refusal> {
    let substitutions = args.definition.substitutions.values()?;
    let mut others = Vec::new();
    for (paths, machine_type) in
        [(&args.with, ExecutionType::Standard), (&args.with_express, ExecutionType::Express)]
    {
        let kind = Kind { machine_type, ..args.kind };
        let circumstances = Circumstances { substitutions: &substitutions, kind, home: Some(home) };
        for checked in all_selected(paths, circumstances)? {
            let name = checked.name.clone();
            if own_name(main) == name || others.iter().any(|other: &Other| other.name == name) {
                // The folder contains the main machine as well.
                if checked.machine == main.machine && is_same(&checked.file, &main.file) {
                    continue;
                }
                return Err(Refusal::usage(format!("two machines are called `{name}`")));
            }
            let Some(definition) = checked.to_json() else {
                refuse(&checked, args.format, terminal);
                return Ok(None);
            };
            if args.format == Format::Human {
                print(&checked, terminal);
            }
            others.push(Other { name, definition, kind: checked.machine_type });
        }
    }
    Ok(Some(others))
}

/// The name of the main machine: that of its file.
pub(super) fn own_name(main: &Checked) -> String {
    match main.file == STDIN {
        true => "machine".to_owned(),
        false => main.name.clone(),
    }
}

/// Runs the execution `execution` of the main machine, with the others available to it.
pub(super) fn run(
    args: &Run,
    main: &Checked,
    others: Vec<Other>,
    services: TaskServices,
    (input, case): (&Value, Option<MockCase>),
    observer: Arc<dyn Observer>,
    end: StdinEnd,
) -> Result<Report, Refusal> {
    let refused = |error: asl_local::ApiError| Refusal::usage(error.to_string());
    let threads = args.workers.map(runtime::children).transpose()?;
    let children = threads.as_ref().map(|threads| ChildThreads::new(threads.handle().clone()));
    let machines = Machines::new(Config { children, ..config(args, services) });
    for Other { name, definition, kind } in others {
        machines.create_state_machine(&name, &definition, kind).map_err(refused)?;
    }
    let definition = main.to_json().unwrap_or_default();
    let machine = machines.create_state_machine(&own_name(main), &definition, main.machine_type);
    let machine = machine.map_err(refused)?;
    let input = input.to_json();
    let first = FirstExecution::new(&machine, "execution", &input);
    let first = match case {
        Some(case) => {
            let states = case.states().map(|(state, _)| state);
            first.with_mocks(MockedTasks::new(states, case.handler()))
        }
        None => first,
    };
    let done = end.block_on(machines.run(first, observer));
    if let Some(threads) = threads {
        threads.shutdown_background();
    }
    done?.map_err(refused)
}

fn config(args: &Run, services: TaskServices) -> Config {
    let config = Config {
        clock: args.clock(),
        entropy: args.seed.map(|seed| Arc::new(SeededEntropy::new(seed)) as Arc<dyn Entropy>),
        express_patterns: args.kind.express_patterns.into(),
        storage: services.storage,
        account: services.account.to_string(),
        region: services.region.to_string(),
        quotas: Quotas { execution_bytes: args.memory.bytes(), ..Quotas::default() },
        ..Config::default()
    };
    #[cfg(feature = "aws")]
    let config = {
        let own_tasks = Some(own_tasks(services.aws.as_ref(), &config.region));
        let services = services.aws.map(|services| Arc::new(services.with_tokens()) as Arc<dyn TaskHandler>);
        Config { own_tasks, services, ..config }
    };
    config
}
