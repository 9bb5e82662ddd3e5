//! [`Service`]: all executions, and the calls about them.

mod call;
mod check;
mod execution;
mod faults;
mod function;
mod settle;
mod timers;
mod transition;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use asl_value::{Text, Timestamp, Value, json};

use crate::limits::{OPERATIONS, STORED_BYTES};
use crate::operation_id::hashed;
use crate::{
    Checkpointed, DurableError, DurableErrorKind, ErrorObject, Operation, OperationDetails, OperationStatus,
    StatePage, Update,
};

pub(crate) use call::{Call, Caller};
use execution::Execution;
pub use faults::{Fault, Faults};
pub(crate) use function::{Failed, Function};

/// How many operations a page has unless [`Faults::page_size`] says otherwise.
const PAGE: usize = 1_000;

/// How long the answer to a call is remembered. Source: the API's model.
const REMEMBERED: Duration = Duration::from_secs(900);

/// All executions, and the calls about them.
pub(crate) struct Service {
    executions: BTreeMap<String, Execution>,
    pub(crate) functions: BTreeMap<String, Arc<Function>>,
    pub(crate) durable_functions: BTreeMap<String, Arc<Function>>,
    /// Executions that were started and that nothing waits for: by their name, the function and the payload.
    started: BTreeMap<String, (String, Text)>,
    pub(crate) calls: Vec<Call>,
    pub(crate) faults: Faults,
    pub(crate) timeout: Duration,
    pub(crate) checkpoints: u64,
    pub(crate) sent_bytes: u64,
    pub(crate) invocations: u64,
    /// The execution whose invocation has to be killed.
    killed: Option<String>,
}

impl Default for Service {
    fn default() -> Self {
        Service {
            executions: BTreeMap::new(),
            functions: BTreeMap::new(),
            durable_functions: BTreeMap::new(),
            started: BTreeMap::new(),
            calls: Vec::new(),
            faults: Faults::default(),
            timeout: Duration::from_secs(31_622_400),
            checkpoints: 0,
            sent_bytes: 0,
            invocations: 0,
            killed: None,
        }
    }
}

impl Service {
    /// Begins an execution, unless one with this name exists.
    pub(crate) fn begin(&mut self, name: &str, input: Text, now: Timestamp) {
        let id = hashed(&["execution", name]);
        let short = name.rsplit('/').next().unwrap_or(name);
        let arn = format!(
            "arn:aws:lambda:us-east-1:123456789012:function:machine:1/durable-execution/{short}/{id}"
        );
        let execution = || Execution::new(arn.into(), id, input, now);
        self.executions.entry(name.to_owned()).or_insert_with(execution);
    }

    /// An execution with everything that is due until now.
    pub(crate) fn execution(&mut self, name: &str, now: Timestamp) -> Option<&mut Execution> {
        let execution = self.executions.get_mut(name)?;
        settle::settle(execution, now, &self.faults);
        let started = execution.operations().next().map_or(now, |operation| operation.started);
        if now >= started.plus(self.timeout) {
            let error = ErrorObject::new("Execution.TimedOut", "the execution has run out of time");
            execution.end("TIMED_OUT", Err(error), now);
        }
        Some(execution)
    }

    /// When the next timer of an execution is due.
    pub(crate) fn next_due(&self, name: &str) -> Option<Timestamp> {
        let execution = self.executions.get(name)?;
        let started = execution.operations().next()?.started;
        execution.timers.next(&self.faults).into_iter().chain([started.plus(self.timeout)]).min()
    }

    /// Whether the invocation of an execution has to be killed. Asked once.
    pub(crate) fn is_killed(&mut self, name: &str) -> bool {
        self.killed.take_if(|killed| killed == name).is_some()
    }

    /// The event of the next invocation.
    pub(crate) fn invocation(&mut self, name: &str, now: Timestamp) -> Value {
        self.invocations += 1;
        let size = self.faults.page_size.unwrap_or(PAGE);
        let Some(execution) = self.execution(name, now) else { return Value::Null };
        let (updated, token) = (execution.news(), execution.next_token());
        let StatePage { operations, next_marker } = execution.page(0, 0, size);
        let operations: Value = operations.iter().map(Operation::to_value).collect();
        json!({
            "DurableExecutionArn": (&execution.arn), "CheckpointToken": token,
            "InitialExecutionState": {
                "Operations": operations, "NextMarker": (next_marker.unwrap_or_default())
            },
            "UpdatedOperationIds": (updated.into_iter().map(Value::from).collect::<Value>())
        })
    }

    /// The name of the execution with this ARN.
    fn name(&self, arn: &str) -> Result<String, DurableError> {
        let found = self.executions.iter().find(|(_, execution)| execution.arn == *arn);
        found.map(|(name, _)| name.clone()).ok_or_else(|| refused(format!("there is no execution {arn}")))
    }

    /// `None`: it was applied, and the invocation that called has to be killed.
    pub(crate) fn checkpoint(
        &mut self,
        arn: &str,
        token: &str,
        updates: &[Update],
        client_token: &str,
        now: Timestamp,
    ) -> Result<Option<Checkpointed>, DurableError> {
        self.checkpoints += 1;
        self.sent_bytes += updates.iter().map(|update| update.to_value().encoded_len() as u64).sum::<u64>();
        let name = self.name(arn)?;
        let fault = self.faults.at.get(&self.checkpoints).copied();
        match fault {
            Some(Fault::StaleToken) => return Err(stale()),
            Some(Fault::Unavailable) => return Err(unavailable()),
            Some(Fault::NoToken) => {
                if let Some(execution) = self.execution(&name, now) {
                    execution.end("STOPPED", Err(ErrorObject::new("Stopped", "by a fault")), now);
                }
            }
            _ => {}
        }
        let answer = self.apply(&name, token, updates, client_token, now)?;
        match fault {
            Some(Fault::AnswerLost) => Err(unavailable()),
            Some(Fault::KilledAfterwards) => {
                self.killed = Some(name);
                Ok(None)
            }
            _ => Ok(Some(answer)),
        }
    }

    fn apply(
        &mut self,
        name: &str,
        token: &str,
        updates: &[Update],
        client_token: &str,
        now: Timestamp,
    ) -> Result<Checkpointed, DurableError> {
        let size = self.faults.page_size.unwrap_or(PAGE);
        let refused_functions = self.faults.refused_functions.clone();
        let Some(execution) = self.execution(name, now) else { return Ok(Checkpointed::default()) };
        if let Some((at, answer)) = execution.answers.get(client_token)
            && now.since(*at) < REMEMBERED
        {
            return Ok(answer.clone());
        }
        if execution.end.is_some() {
            return Ok(Checkpointed::default());
        }
        if execution.token() != *token {
            return Err(stale());
        }
        check::updates(updates).map_err(refused)?;
        execution.apply(updates, now).map_err(refused)?;
        settle::refuse(execution, now, &refused_functions);
        // UNRECORDED: what the service answers at its quotas; the SDKs expect an answer without a token.
        let usage = execution.usage;
        if usage.operations > OPERATIONS || usage.stored_bytes > STORED_BYTES {
            execution.end("FAILED", Err(ErrorObject::new("Execution.LimitExceeded", usage.to_string())), now);
        }
        if execution.end.is_some() {
            return Ok(Checkpointed::default());
        }
        let answer = Checkpointed { token: Some(execution.next_token()), state: execution.changes(size) };
        execution.answers.insert(client_token.into(), (now, answer.clone()));
        Ok(answer)
    }

    pub(crate) fn state(
        &mut self,
        arn: &str,
        token: &str,
        marker: &str,
        now: Timestamp,
    ) -> Result<StatePage, DurableError> {
        let name = self.name(arn)?;
        let size = self.faults.page_size.unwrap_or(PAGE);
        let Some(execution) = self.execution(&name, now) else { return Ok(StatePage::default()) };
        if execution.token() != *token {
            return Err(stale());
        }
        let (since, skip) = marker.split_once('-').unwrap_or(("0", "0"));
        let numbers = since.parse().ok().zip(skip.parse().ok());
        let (since, skip) = numbers.ok_or_else(|| refused(format!("`{marker}` is not a marker")))?;
        Ok(execution.page(since, skip, size))
    }

    /// Finds an open callback.
    fn callback(
        &mut self,
        callback_id: &str,
        now: Timestamp,
    ) -> Result<(&mut Execution, Text), DurableError> {
        let names: Vec<String> = self.executions.keys().cloned().collect();
        names.iter().for_each(|name| {
            self.execution(name, now);
        });
        let is_it = |operation: &&Operation| match &operation.details {
            OperationDetails::Callback { callback_id: id, .. } => {
                *id == *callback_id && !operation.status.is_final()
            }
            _ => false,
        };
        let executions = self.executions.values_mut().filter(|execution| execution.end.is_none());
        executions
            .into_iter()
            .find_map(|execution| {
                let id = execution.operations().find(is_it)?.id.clone();
                Some((execution, id))
            })
            .ok_or_else(closed)
    }

    pub(crate) fn end_callback(
        &mut self,
        callback_id: &str,
        end: Result<Text, ErrorObject>,
        now: Timestamp,
    ) -> Result<(), DurableError> {
        let (execution, id) = self.callback(callback_id, now)?;
        let status = if end.is_ok() { OperationStatus::Succeeded } else { OperationStatus::Failed };
        execution.end_operation(&id, status, now, |details| {
            if let OperationDetails::Callback { result, error, .. } = details {
                match end {
                    Ok(sent) => *result = Some(sent),
                    Err(sent) => *error = Some(sent),
                }
            }
        });
        Ok(())
    }

    /// Starts an execution that nothing waits for.
    pub(crate) fn start(&mut self, function: &str, name: &str, payload: &str) -> Result<(), DurableError> {
        if !self.durable_functions.contains_key(function) {
            return Err(DurableError::new(
                DurableErrorKind::Refused,
                format!("ResourceNotFoundException: Function not found: {function}"),
            ));
        }
        let name = format!("{function}/{name}");
        let asked = (function.to_owned(), Text::from(payload));
        match self.started.get(&name) {
            Some(known) if *known == asked => return Ok(()),
            Some(_) => {
                return Err(DurableError::new(
                    DurableErrorKind::Exists,
                    "DurableExecutionAlreadyStartedException: the name is taken",
                ));
            }
            None => {}
        }
        self.started.insert(name.clone(), asked);
        let (function, payload) = (function.into(), payload.into());
        self.calls.push(Call { caller: Caller::Nobody { name }, function, payload });
        Ok(())
    }

    /// Takes the functions that are to be invoked.
    pub(crate) fn take_calls(&mut self) -> Vec<Call> {
        let mut calls = std::mem::take(&mut self.calls);
        for (name, execution) in &mut self.executions {
            for (operation, function, payload) in std::mem::take(&mut execution.invocations) {
                let caller = Caller::Operation { execution: name.clone(), operation };
                calls.push(Call { caller, function, payload });
            }
        }
        calls
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.executions.keys().cloned().collect()
    }

    pub(crate) fn beat(&mut self, callback_id: &str, now: Timestamp) -> Result<(), DurableError> {
        let (execution, id) = self.callback(callback_id, now)?;
        execution.timers.beat(&id, now);
        Ok(())
    }
}

fn refused(message: String) -> DurableError {
    DurableError::new(DurableErrorKind::Refused, format!("InvalidParameterValueException: {message}"))
}

fn closed() -> DurableError {
    let message = "CallbackTimeoutException: there is no such callback that is open";
    DurableError::new(DurableErrorKind::Closed, message)
}

fn stale() -> DurableError {
    DurableError::new(
        DurableErrorKind::Superseded,
        "InvalidParameterValueException: Invalid checkpoint token",
    )
}

fn unavailable() -> DurableError {
    DurableError::new(DurableErrorKind::Unavailable, "ServiceException: try again")
}
