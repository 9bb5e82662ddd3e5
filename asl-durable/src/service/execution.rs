//! [`Execution`]: one durable execution as the service stores it.

use std::collections::BTreeMap;

use asl_value::{Text, Timestamp};

use crate::{
    Change, Checkpointed, ErrorObject, Operation, OperationDetails, OperationStatus, StatePage, Update, Usage,
};

use super::timers::Timers;
use super::transition;

/// One durable execution as the service stores it.
pub(crate) struct Execution {
    pub(crate) arn: Text,
    /// Its operations in the order in which they started.
    records: Vec<Record>,
    /// How many tokens were given out; only the last one is valid.
    tokens: u64,
    /// How many changes there were.
    revision: u64,
    /// The last change that was reported to the function.
    told: u64,
    pub(crate) timers: Timers,
    pub(crate) answers: BTreeMap<Text, (Timestamp, Checkpointed)>,
    /// Invocations of other functions that have not begun: the operation, the function, the event.
    pub(crate) invocations: Vec<(Text, Text, Text)>,
    /// How it ended: its status, and its result or error.
    pub(crate) end: Option<(&'static str, Result<Text, ErrorObject>)>,
    pub(crate) usage: Usage,
}

struct Record {
    operation: Operation,
    /// The change that made it what it is.
    revision: u64,
}

impl Execution {
    pub(crate) fn new(arn: Text, id: Text, input: Text, now: Timestamp) -> Execution {
        let stored_bytes = input.len() as u64;
        let operation = Operation {
            id,
            parent: None,
            name: None,
            sub_type: None,
            status: OperationStatus::Started,
            started: now,
            ended: None,
            details: OperationDetails::Execution { input: Some(input) },
        };
        Execution {
            arn,
            records: vec![Record { operation, revision: 1 }],
            tokens: 0,
            revision: 1,
            told: 0,
            timers: Timers::default(),
            answers: BTreeMap::new(),
            invocations: Vec::new(),
            end: None,
            usage: Usage { operations: 1, stored_bytes },
        }
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.records.iter().map(|record| &record.operation)
    }

    pub(crate) fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations().find(|operation| operation.id == *id)
    }

    /// The token that is valid now.
    pub(crate) fn token(&self) -> Text {
        format!("token-{}", self.tokens).into()
    }

    pub(crate) fn next_token(&mut self) -> Text {
        self.tokens += 1;
        self.token()
    }

    /// Replaces or adds an operation.
    pub(crate) fn put(&mut self, operation: Operation) {
        self.revision += 1;
        let record = Record { operation, revision: self.revision };
        match self.records.iter_mut().find(|known| known.operation.id == record.operation.id) {
            Some(known) => *known = record,
            None => self.records.push(record),
        }
    }

    /// Ends an operation, unless it has ended.
    pub(crate) fn end_operation(
        &mut self,
        id: &str,
        status: OperationStatus,
        at: Timestamp,
        change: impl FnOnce(&mut OperationDetails),
    ) {
        let Some(mut operation) =
            self.operation(id).filter(|operation| !operation.status.is_final()).cloned()
        else {
            return;
        };
        operation.status = status;
        operation.ended = status.is_final().then_some(at);
        change(&mut operation.details);
        self.put(operation);
    }

    /// Applies the updates of one call, all or none.
    pub(crate) fn apply(&mut self, updates: &[Update], now: Timestamp) -> Result<(), String> {
        // Kept apart until all of them are accepted.
        let mut changed: Vec<Operation> = Vec::new();
        for update in updates {
            let pending = |id: &str| changed.iter().rev().find(|operation| operation.id == *id);
            let known = |id: &str| pending(id).or_else(|| self.operation(id));
            if let Some(parent) = &update.parent {
                let parent = known(parent).map(|parent| &parent.details);
                if !matches!(parent, Some(OperationDetails::Context { .. })) {
                    return Err(format!("the parent of operation {} is not a CONTEXT", update.id));
                }
            }
            let mut operation = transition::applied(known(&update.id), update, now)?;
            if let (Change::CallbackStart { .. }, OperationDetails::Callback { callback_id, .. }) =
                (&update.change, &mut operation.details)
            {
                *callback_id = crate::operation_id::hashed(&["callback", &self.arn, &update.id]);
            }
            changed.push(operation);
        }
        changed.into_iter().for_each(|operation| self.put(operation));
        updates.iter().for_each(|update| self.note(update, now));
        Ok(())
    }

    /// What follows from an update outside of its operation.
    fn note(&mut self, update: &Update, now: Timestamp) {
        let bytes = update.change.payload().map_or(0, |payload| payload.len());
        self.usage.stored_bytes += (bytes + update.change.error().map_or(0, ErrorObject::bytes)) as u64;
        self.usage.operations = self.operations().map(Operation::counted).sum();
        self.timers.note(update, now);
        match &update.change {
            Change::ChainedInvokeStart { function, payload } => {
                self.invocations.push((update.id.clone(), function.clone(), payload.clone()));
            }
            Change::ExecutionSucceed { payload } => self.end("SUCCEEDED", Ok(payload.clone()), now),
            Change::ExecutionFail { error } => self.end("FAILED", Err(error.clone()), now),
            _ => {}
        }
    }

    /// Ends the execution, unless it has ended.
    pub(crate) fn end(&mut self, status: &'static str, end: Result<Text, ErrorObject>, now: Timestamp) {
        if self.end.is_some() {
            return;
        }
        self.timers = Timers::default();
        if let Some(Record { operation, .. }) = self.records.first_mut() {
            operation.status = OperationStatus::from_name(status).unwrap_or(OperationStatus::Failed);
            operation.ended = Some(now);
        }
        self.end = Some((status, end));
    }

    /// Whether there is a change that was not reported to the function.
    pub(crate) fn has_news(&self) -> bool {
        self.revision > self.told
    }

    /// Whether an operation other than the execution has not ended.
    pub(crate) fn waits(&self) -> bool {
        self.operations().skip(1).any(|operation| !operation.status.is_final())
    }

    /// The ids of the operations whose changes were not reported to the function. From now on they count as reported.
    pub(crate) fn news(&mut self) -> Vec<Text> {
        let told = std::mem::replace(&mut self.told, self.revision);
        let changed = self.records.iter().filter(|record| record.revision > told);
        changed.map(|record| record.operation.id.clone()).collect()
    }

    /// The operations whose changes were not reported to the function. From now on they count as reported.
    pub(crate) fn changes(&mut self, size: usize) -> StatePage {
        let since = std::mem::replace(&mut self.told, self.revision);
        self.page(since, 0, size)
    }

    /// A page of the operations that have changed after a revision. All have changed after 0.
    pub(crate) fn page(&self, since: u64, skip: usize, size: usize) -> StatePage {
        let changed = || self.records.iter().filter(|record| record.revision > since).skip(skip);
        let operations: Vec<Operation> =
            changed().take(size).map(|record| record.operation.clone()).collect();
        let next = skip + operations.len();
        let next_marker = changed().nth(size).map(|_| format!("{since}-{next}").into());
        StatePage { operations, next_marker }
    }
}
