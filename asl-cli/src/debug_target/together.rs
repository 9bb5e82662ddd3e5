//! [`Together`]: a debugged execution with machines that its tasks start.

use std::path::PathBuf;
use std::sync::Arc;

use asl_debug::{Calls, Debuggee, Ending, Launch, LiveStorage, Running, started};
use asl_engine::{Clock, Observer, SeededEntropy, TaskHandler};
use asl_local::{ApiError, Config, FirstExecution, Machines, MockedTasks};
use asl_model::{ExecutionType, ExpressPatterns};
use asl_value::{Text, Timestamp};

use super::{calls, clock, input, live_seed};
use crate::args::Kind;
use crate::definition::{Checked, Circumstances};
use crate::home::Home;
use crate::machine_files::{all_selected, is_same};
use crate::mock_file::mock_case;
use crate::mocks::MockCase;
use crate::refusal::Refusal;
#[cfg(feature = "aws")]
use crate::services::own_tasks;
use crate::task_services::TaskServices;

/// A debugged execution with machines that its tasks start.
pub(super) struct Together {
    /// The machine itself, then the others.
    machines: Vec<TogetherMachine>,
    input: String,
    case: Option<MockCase>,
    seed: u64,
    start: Timestamp,
    home: Home,
    calls: Option<Calls>,
    storage: Option<LiveStorage>,
    #[cfg(feature = "aws")]
    aws: Option<asl_aws::Aws>,
}

/// A machine.
struct TogetherMachine {
    name: String,
    definition: String,
    kind: ExecutionType,
}

/// The machines of `with` and `withExpress`.
pub(super) fn others(launch: &Launch, main: &Checked, home: &Home) -> Result<Vec<Checked>, Refusal> {
    let mut others: Vec<Checked> = Vec::new();
    let wanted = &launch.services;
    for (paths, kind) in [(&wanted.with, "STANDARD"), (&wanted.with_express, "EXPRESS")] {
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        let kind = Kind::named(kind).unwrap_or(Kind::STANDARD);
        let circumstances = Circumstances { substitutions: &Default::default(), kind, home: Some(home) };
        for checked in all_selected(&paths, circumstances)? {
            if checked.valid.is_none() {
                return Err(super::invalid(&checked));
            }
            let is_taken = |other: &Checked| other.name == checked.name;
            if is_taken(main) && checked.machine == main.machine && is_same(&checked.file, &main.file) {
                // The folder contains the main machine as well.
                continue;
            }
            if is_taken(main) || others.iter().any(is_taken) {
                return Err(Refusal::usage(format!("two machines are called `{}`", checked.name)));
            }
            others.push(checked);
        }
    }
    Ok(others)
}

impl Together {
    pub(super) fn new(
        launch: &Launch,
        main: &Checked,
        others: &[Checked],
        services: TaskServices,
    ) -> Result<Together, Refusal> {
        let machine = |checked: &Checked| TogetherMachine {
            name: checked.name.clone(),
            definition: checked.to_json().unwrap_or_default(),
            kind: checked.machine_type,
        };
        #[cfg(feature = "aws")]
        let handler = services.aws.clone().map(|aws| Arc::new(aws.with_tokens()) as Arc<dyn TaskHandler>);
        #[cfg(not(feature = "aws"))]
        let handler: Option<Arc<dyn TaskHandler>> = None;
        Ok(Together {
            machines: std::iter::once(main).chain(others).map(machine).collect(),
            input: input(launch)?.to_json(),
            case: launch.mocks.as_deref().map(mock_case).transpose()?,
            seed: live_seed(launch),
            start: clock::now(),
            home: services.home(),
            calls: handler.map(calls).transpose()?,
            storage: services.live_storage(launch.services.objects.is_some()),
            #[cfg(feature = "aws")]
            aws: services.aws,
        })
    }

    /// Runs the execution, and those that it starts.
    async fn run_all(&self, config: Config, observer: Arc<dyn Observer>) -> Result<Ending, ApiError> {
        let machines = Machines::new(config);
        let mut first = None;
        for TogetherMachine { name, definition, kind } in &self.machines {
            let arn = machines.create_state_machine(name, definition, *kind)?;
            first = first.or(Some(arn));
        }
        let first = first.unwrap_or_default();
        let first = FirstExecution::new(&first, "debug", &self.input);
        let first = match self.case.clone() {
            Some(case) => {
                let states = case.states().map(|(state, _)| state);
                first.with_mocks(MockedTasks::new(states, case.handler()))
            }
            None => first,
        };
        Ok(Ending::of(machines.run(first, observer).await?.outcome))
    }
}

impl Debuggee for Together {
    fn name(&self) -> Text {
        self.machines.first().map(|machine| machine.name.as_str()).unwrap_or_default().into()
    }

    fn run(&self, observer: Arc<dyn Observer>, running: &Running<'_>) -> Ending {
        let calls = self.calls.as_ref().map(|calls| (calls, calls.begin()));
        let config = Config {
            observers: Some(started(running)),
            clock: Clock::real().starting_at(self.start),
            entropy: Some(Arc::new(SeededEntropy::new(self.seed))),
            express_patterns: ExpressPatterns::All,
            account: self.home.account.clone(),
            region: self.home.region.clone(),
            services: calls.as_ref().map(|(calls, run)| calls.tasks(run)),
            storage: self.storage.as_ref().map(|storage| storage.of(calls.as_ref())),
            ..Config::default()
        };
        #[cfg(feature = "aws")]
        let config = Config { own_tasks: Some(own_tasks(self.aws.as_ref(), &config.region)), ..config };
        let work = async {
            let ended = self.run_all(config, observer).await;
            ended.unwrap_or_else(|refused| Ending::without(refused.to_string()))
        };
        running.to_end_with(calls.as_ref().map(|(_, run)| run), work)
    }
}
