//! `asl serve`: the Step Functions API on localhost.

mod access;
mod reload;

use std::net::IpAddr;
use std::sync::Arc;

#[cfg(feature = "aws")]
use asl_engine::TaskHandler;
use asl_engine::{Clock, ObjectStore};
#[cfg(feature = "data-dir")]
use asl_local::DataDir;
#[cfg(feature = "aws")]
use asl_local::EventSink;
use asl_local::{ChildThreads, Config, LogSink, MockSource, MockedTasks, NoTestCase, Quotas, Server};
#[cfg(feature = "aws")]
use asl_model::SdkCatalogue;

use tracing_subscriber::filter::LevelFilter;

use self::access::{Guard, with_access};
use self::reload::Definitions;
#[cfg(feature = "aws")]
use crate::account::account;
use crate::args::{Format, Log, Serve, factor};
use crate::definition::Checked;
#[cfg(feature = "aws")]
use crate::events::EventBridge;
use crate::home::{self, Home, Variable};
#[cfg(feature = "aws")]
use crate::logs::CloudWatch;
use crate::logs::Logs;
use crate::mock_file::mock_config;
use crate::mocks::MockConfig;
use crate::objects::Folder;
use crate::refusal::Refusal;
use crate::render::checked::{print, refuse};
use crate::result_schema::result_schema;
#[cfg(feature = "aws")]
use crate::services::{own_tasks, services};
use crate::stdin_end::StdinEnd;
#[cfg(feature = "otel")]
use crate::traces::Spans;
use crate::{Exit, Terminal, runtime};

pub(super) fn serve(args: &Serve, terminal: &mut Terminal) -> Result<Exit, Refusal> {
    let config = config(args, &|name| std::env::var(name).ok())?;
    let config = with_access(&args.access, config, &|name| std::env::var(name).ok())?;
    #[cfg(feature = "aws")]
    let config = with_services(args, config, terminal)?;
    #[cfg(feature = "otel")]
    let spans = Spans::new()?;
    let home = Home { region: config.region.clone(), account: config.account.clone() };
    let mut definitions = Definitions::new(&args.definitions, args.substitutions.values()?, args.kind, home);
    let found = definitions.read()?;
    for checked in &found {
        if checked.to_json().is_none() {
            return Ok(refuse(checked, Format::Human, terminal));
        }
        print(checked, terminal);
    }
    log(args.log);
    // An execution may compute for a long time, so requests and signals have threads of their own.
    let (requests, executions) = (runtime::multi_threaded()?, runtime::multi_threaded()?);
    let children = args.workers.map(runtime::children).transpose()?;
    let threads = children.as_ref().map(|threads| ChildThreads::new(threads.handle().clone()));
    let config = Config { executions: Some(executions.handle().clone()), children: threads, ..config };
    #[cfg(feature = "otel")]
    let config = spans.of(config);
    #[cfg(feature = "otel")]
    spans.send(&requests);
    let end = StdinEnd::new(args.stop_with_stdin, terminal);
    let done = requests.block_on(listen(args, config, (definitions, found), end, terminal));
    #[cfg(feature = "otel")]
    spans.end(&requests);
    for runtime in [Some(requests), Some(executions), children].into_iter().flatten() {
        runtime.shutdown_background();
    }
    done.map(|()| Exit::Success)
}

/// Sets up the log of the process, unless a program that uses the command as a library has already done so.
fn log(level: Log) {
    let level = match level {
        Log::Off => LevelFilter::OFF,
        Log::Error => LevelFilter::ERROR,
        Log::Info => LevelFilter::INFO,
        Log::Debug => LevelFilter::DEBUG,
    };
    let log = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).with_ansi(false);
    let _ = log.try_init();
}

/// For StartSyncExecution and TestState, clients look up `sync-127.0.0.1`, which does not exist.
const HOST_PREFIX: &str = "hint: clients put `sync-` before the host for StartSyncExecution and TestState. Turn that off: \
                           AWS_DISABLE_HOST_PREFIX_INJECTION=true (aws-cli, boto3 from 1.37.5), \
                           Config(inject_host_prefix=False) (any boto3), disableHostPrefix: true (JavaScript 3); for others \
                           see docs/guides/local.md";

async fn listen(
    args: &Serve,
    config: Config,
    (mut definitions, found): (Definitions, Vec<Checked>),
    end: StdinEnd,
    terminal: &Terminal,
) -> Result<(), Refusal> {
    let host = if args.host.contains(':') { format!("[{}]", args.host) } else { args.host.clone() };
    let address = format!("{host}:{}", args.port);
    let guard = Guard::new(&args.access, &config);
    // Before executions go on from a data folder.
    let found_at = tokio::net::lookup_host(&address).await;
    let found_at = found_at.map_err(|error| Refusal::io(format!("cannot listen on {address}: {error}")))?;
    let warning = guard.check(found_at)?;
    let server = bind(args, &address, config).await?;
    let machines = server.machines();
    for checked in found {
        let definition = checked.to_json().unwrap_or_default();
        let done = definitions.serve(&machines, &checked.name, definition, checked.machine_type).await?;
        done.into_iter().for_each(|done| terminal.stdout.line(done));
    }
    if let Some(warning) = warning {
        terminal.stderr.line(format_args!("warning: {warning}"));
    }
    terminal.stderr.line(HOST_PREFIX);
    terminal.stdout.line(format_args!("listening on {}://{}", guard.scheme(), server.address()));
    let served = tokio::select! {
        served = server.serve(stopped(end)) => served,
        never = definitions.watch(&machines, terminal) => match never {},
    };
    served.map_err(|error| Refusal::io(format!("the server failed: {error}")))
}

#[cfg(feature = "data-dir")]
async fn bind(args: &Serve, address: &str, config: Config) -> Result<Server, Refusal> {
    let Some(folder) = &args.data.data_dir else {
        return listening(address, Server::bind(address, config).await);
    };
    let data = DataDir::open(folder, args.data.retention());
    let data = data.map_err(|error| Refusal::io(error.to_string()))?;
    listening(address, Server::bind_with_data(address, config, data).await)
}

#[cfg(not(feature = "data-dir"))]
async fn bind(_: &Serve, address: &str, config: Config) -> Result<Server, Refusal> {
    listening(address, Server::bind(address, config).await)
}

fn listening(address: &str, server: std::io::Result<Server>) -> Result<Server, Refusal> {
    server.map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => Refusal::io(format!("the data folder is damaged: {error}")),
        _ => Refusal::io(format!("cannot listen on {address}: {error}")),
    })
}

/// Completes on Ctrl-C, on the signal that stops containers, and at `end`.
async fn stopped(end: StdinEnd) {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let interrupted = async {
        tokio::select! {
            () = interrupted => {}
            () = end.reached() => {}
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    interrupted.await;
}

/// Arguments take precedence over the variables of Step Functions Local and the AWS tools.
fn config(args: &Serve, variable: Variable<'_>) -> Result<Config, Refusal> {
    let default = Config::default();
    let mocks = home::first(args.mocks.as_deref(), &["SFN_MOCK_CONFIG"], variable);
    let mocks = mocks.map(|file| mock_config(&file)).transpose()?;
    Ok(Config {
        account: home::account(args.account.as_deref(), variable).unwrap_or(default.account),
        region: home::region(args.region.as_deref(), calls_aws(args), variable).unwrap_or(default.region),
        clock: clock(args, variable)?,
        mocks: mocks.map(|mocks| Arc::new(Cases(mocks)) as Arc<dyn MockSource>),
        logs: args.logs.as_deref().map(logs).transpose()?.into_iter().collect(),
        express_history: args.express_history,
        page: !args.no_page,
        express_patterns: args.kind.express_patterns.into(),
        storage: args.objects.as_deref().map(|folder| Arc::new(Folder::new(folder)) as Arc<dyn ObjectStore>),
        result_schema: result_schema(),
        allowed_hosts: allowed_hosts(args),
        quotas: quotas(args),
        ..default
    })
}

fn quotas(args: &Serve) -> Quotas {
    let default = Quotas::default();
    let ended_bytes = usize::try_from(u64::from(args.ended_mib) << 20).unwrap_or(usize::MAX);
    Quotas {
        execution_bytes: args.memory.bytes(),
        stage_bytes: usize::from(args.stages) << 20,
        ended_bytes,
        kept_stage_bytes: ended_bytes,
        // Running executions keep the room that they have by default.
        kept_bytes: (default.kept_bytes - default.ended_bytes).saturating_add(ended_bytes),
        ..default
    }
}

fn clock(args: &Serve, variable: Variable<'_>) -> Result<Clock, Refusal> {
    const NAME: &str = "WAIT_TIME_SCALE";
    let clock = if args.virtual_time { Clock::virtual_time() } else { Clock::real() };
    let set = || home::first(None, &[NAME], variable).map(|text| factor(&text)).transpose();
    let scale = match args.wait_time_scale {
        Some(given) => Some(given),
        None => set().map_err(|problem| Refusal::usage(format!("{NAME}: {problem}")))?,
    };
    match scale {
        // An execution that is resumed must wait as it did before.
        Some(_) if keeps_data(args) => {
            Err(Refusal::usage(format!("--wait-time-scale and {NAME} cannot be used with --data-dir")))
        }
        Some(scale) => Ok(clock.with_wait_scale(scale)),
        None => Ok(clock),
    }
}

#[cfg(feature = "data-dir")]
fn keeps_data(args: &Serve) -> bool {
    args.data.data_dir.is_some()
}

#[cfg(not(feature = "data-dir"))]
fn keeps_data(_: &Serve) -> bool {
    false
}

/// The given hosts, and the address to listen on unless it is unspecified.
fn allowed_hosts(args: &Serve) -> Vec<String> {
    let is_one = !args.host.parse::<IpAddr>().is_ok_and(|address| address.is_unspecified());
    args.allow_host.iter().cloned().chain(is_one.then(|| args.host.clone())).collect()
}

#[cfg(feature = "aws")]
fn calls_aws(args: &Serve) -> bool {
    args.services.aws
}

#[cfg(not(feature = "aws"))]
fn calls_aws(_: &Serve) -> bool {
    false
}

fn logs(place: &str) -> Result<Arc<dyn LogSink>, Refusal> {
    let logs = Logs::new(place);
    logs.prepare().map_err(|error| Refusal::io(format!("cannot write logs to `{place}`: {error}")))?;
    Ok(Arc::new(logs))
}

#[cfg(feature = "aws")]
fn with_services(args: &Serve, config: Config, terminal: &Terminal) -> Result<Config, Refusal> {
    let services = services(&args.services, &config.region, std::env::vars_os()).map_err(Refusal::usage)?;
    let variable = |name: &str| std::env::var(name).ok();
    let account = account(args.account.as_deref(), services.as_ref(), &variable, terminal)?;
    let account = account.unwrap_or(config.account);
    let mut logs = config.logs;
    let cloudwatch = services.as_ref().and_then(|services| CloudWatch::of(services.caller()));
    logs.extend(cloudwatch.map(|cloudwatch| Arc::new(cloudwatch) as Arc<dyn LogSink>));
    let events = services.as_ref().and_then(|services| EventBridge::of(services.caller()));
    let events = events.map(|events| Arc::new(events) as Arc<dyn EventSink>);
    let own_tasks = Some(own_tasks(services.as_ref(), &config.region));
    let services = services.map(|services| Arc::new(services.with_tokens()));
    let storage =
        config.storage.or_else(|| services.clone().map(|services| services as Arc<dyn ObjectStore>));
    let services = services.map(|services| services as Arc<dyn TaskHandler>);
    let catalogue = Some(Arc::new(asl_aws::SdkIntegrations) as Arc<dyn SdkCatalogue>);
    Ok(Config { account, services, own_tasks, storage, logs, events, catalogue, ..config })
}

/// The test cases of a mock configuration, by machine.
struct Cases(MockConfig);

impl MockSource for Cases {
    fn mocks(&self, machine: &str, case: &str) -> Result<MockedTasks, NoTestCase> {
        let case =
            self.0.case(Some(machine), Some(case)).map_err(|error| NoTestCase::new(error.to_string()))?;
        Ok(MockedTasks::new(case.states().map(|(state, _)| state), case.handler()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Args, Command};
    use clap::Parser;

    #[track_caller]
    fn check(arguments: &[&str], environment: &[(&str, &str)], expected: [&str; 2]) {
        let parsed = Args::try_parse_from(["asl", "serve"].iter().chain(arguments)).expect("arguments");
        let Command::Serve(args) = parsed.command else { panic!("another command") };
        let variable = |name: &str| {
            environment.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
        };
        let config = config(&args, &variable).expect("a configuration");
        assert_eq!([config.account, config.region], expected);
    }

    #[test]
    fn arguments_come_before_variables() {
        let default = ["123456789012", "us-east-1"];
        check(&[], &[], default);
        let environment = [("AWS_ACCOUNT_ID", "000000000000"), ("AWS_DEFAULT_REGION", "eu-west-1")];
        check(&[], &environment, ["000000000000", "eu-west-1"]);
        check(&[], &[("AWS_ACCOUNT_ID", "")], default);
        check(&["--account", "1", "--region", "r"], &environment, ["1", "r"]);
    }
}
