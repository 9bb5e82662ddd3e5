//! Cases through the local server: CreateStateMachine, StartExecution, RedriveExecution, GetExecutionHistory.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use asl_engine::{Clock, Failure, Registry, Task, TaskHandler};
use asl_local::{Config, MockSource, MockedTasks, NoTestCase, Quotas, Server};
use asl_value::{Timestamp, Value, json};

use crate::objects::Objects;
use crate::{Case, Client, Expect, START, print, refused, tasks};

/// The role of a case's executions when the engine runs them directly.
const ROLE: &str = "arn:aws:iam::123456789012:role/machine";

impl Case {
    /// Runs the case on a server of its own. For a refused definition, only the refusal is compared.
    ///
    /// # Errors
    /// The case is invalid, or the server answers with an error.
    pub async fn serve(&self) -> Result<Expect, String> {
        let start = Timestamp::parse(START).ok_or("a bad start")?;
        let objects = Arc::new(Objects::new(&self.objects));
        let config = Config {
            storage: Some(objects.clone()),
            clock: Clock::virtual_time().starting_at(start),
            mocks: Some(Arc::new(Scripts::of(self)?)),
            express_history: true,
            // A paused clock jumps to the next timer while a request is in flight.
            quotas: Quotas { request_time: Duration::from_secs(100 * 365 * 86_400), ..Quotas::default() },
            ..Config::default()
        };
        let server = Server::bind("127.0.0.1:0", config).await.map_err(|error| error.to_string())?;
        let mut client = Client::connect(&server.address().to_string()).await?;
        let server = tokio::spawn(server.serve(std::future::pending()));
        let ran = self.run_by(&mut client, start).await;
        server.abort();
        Ok(Expect { objects: objects.written(&self.objects), ..ran? }.without_uuids())
    }

    async fn run_by(&self, client: &mut Client, start: Timestamp) -> Result<Expect, String> {
        let kind = self.limits.as_deref().unwrap_or("STANDARD");
        let create =
            json!({"name": "machine", "definition": self.definition.as_str(), "roleArn": ROLE, "type": kind});
        let machine = match client.call("CreateStateMachine", &create).await {
            Ok(created) => text(&created, "stateMachineArn"),
            Err(error) if error.starts_with("InvalidDefinition: ") => {
                return Ok(Expect { cause: self.expect.cause.clone(), ..refused(&[]) });
            }
            Err(error) => return Err(error),
        };
        // Compact, like the engine's output, because the server returns the text that it was sent.
        let input = Value::parse(&self.input).map_err(|error| format!("input: {error}"))?.to_json();
        let request = json!({"stateMachineArn": format!("{machine}#case"), "name": "run", "input": input});
        let execution = text(&client.call("StartExecution", &request).await?, "executionArn");
        let of_it = json!({"executionArn": execution.as_str()});
        let mut ended = end(client, &of_it).await?;
        for _ in 0..self.redrives {
            if text(&ended, "redriveStatus") == "REDRIVABLE" {
                client.call("RedriveExecution", &of_it).await?;
                ended = end(client, &of_it).await?;
            }
        }
        let events = events(client, &execution).await?;
        // For an execution that timed out, only the history has the error.
        let (_, details) = events.last().and_then(details).ok_or("no details of the end")?;
        let detail = |name: &str| details.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Expect {
            status: text(&ended, "status"),
            output: detail("output"),
            error: detail("error"),
            cause: detail("cause"),
            history: self.expect.history.is_some().then(|| print(&events, start)),
            objects: BTreeMap::new(),
        })
    }
}

/// Polls until an execution has ended, at growing intervals, because time is paused.
async fn end(client: &mut Client, execution: &Value) -> Result<Value, String> {
    let mut pause = Duration::from_millis(1);
    for _ in 0..40 {
        let described = client.call("DescribeExecution", execution).await?;
        if text(&described, "status") != "RUNNING" {
            return Ok(described);
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    Err("the execution does not end".to_owned())
}

async fn events(client: &mut Client, execution: &str) -> Result<Vec<Value>, String> {
    let (mut events, mut token) = (Vec::new(), Value::Null);
    loop {
        let request = json!({"executionArn": execution, "maxResults": 1000, "nextToken": token});
        let page = client.call("GetExecutionHistory", &request).await?;
        events.extend(page.get("events").and_then(Value::as_array).into_iter().flatten().cloned());
        token = page.get("nextToken").cloned().unwrap_or_default();
        if token.is_null() {
            return Ok(events);
        }
    }
}

/// The name of the details member of an event.
pub(crate) fn details(event: &Value) -> Option<(&str, &Value)> {
    let mut members = event.as_object()?.iter();
    members.find(|(name, _)| name.ends_with("EventDetails")).map(|(name, details)| (name.as_str(), details))
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The scripts of a case, for all its states.
struct Scripts {
    states: HashSet<String>,
    registry: Registry,
}

impl Scripts {
    fn of(case: &Case) -> Result<Scripts, String> {
        let mut states = HashSet::new();
        // A definition that is not JSON is refused later.
        state_names(&Value::parse(&case.definition).unwrap_or_default(), &mut states);
        Ok(Scripts { states, registry: tasks::registry(&case.tasks)? })
    }
}

impl MockSource for Scripts {
    fn mocks(&self, _: &str, _: &str) -> Result<MockedTasks, NoTestCase> {
        Ok(MockedTasks::new(self.states.clone(), Scripted(self.registry.clone())))
    }
}

struct Scripted(Registry);

#[async_trait::async_trait]
impl TaskHandler for Scripted {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        match self.0.resolve(task.resource) {
            Some(script) => script.call(task).await,
            None => Err(Failure::task(format!("no script for `{}`", task.resource))),
        }
    }
}

/// The names of all states, including those of branches and iterations.
fn state_names(value: &Value, names: &mut HashSet<String>) {
    match value {
        Value::Object(members) => {
            let states = members.get("States").and_then(Value::as_object);
            names.extend(states.into_iter().flat_map(|states| states.keys()).map(ToString::to_string));
            members.values().for_each(|member| state_names(member, names));
        }
        Value::Array(items) => items.iter().for_each(|item| state_names(item, names)),
        _ => {}
    }
}
