//! [`Begun`]: what a durable execution runs, and in which form it answers.

use std::sync::Arc;

use asl_durable::{
    ChildEvent, ContinueEvent, Continues, DurableAnswer, DurableEvent, ErrorObject, Functions,
};
use asl_engine::{ChildEnd, DefinitionHash, Description, Failure, Identity, JournalError, Limits, Program};
use asl_model::{ExecutionArn, MachineArn, error_name};
use asl_value::{Object, Text, Timestamp, Value, json};

use super::origin;
use crate::InvocationError;
use crate::durable::Durable;
use crate::execution::Part;
use crate::session::Session;
use crate::session::machines::limits_of_child;
use crate::trigger::Trigger;
use crate::trigger::start_sync::Request;

/// What a durable execution runs, and in which form it answers.
pub(super) struct Begun {
    pub(super) program: Arc<Program>,
    pub(super) definition: DefinitionHash,
    pub(super) identity: Identity,
    pub(super) limits: Limits,
    pub(super) input: Value,
    pub(super) trace_header: Option<Text>,
    pub(super) form: Form,
    /// What is needed to find the program again: `{"machine": "arn:…", "map": "EachOrder"}`.
    place: Value,
    /// The execution that this one continues.
    pub(super) from: Option<ContinueEvent>,
}

/// The form of an answer.
pub(super) enum Form {
    /// The output, or the error.
    Output,
    /// That of StartSyncExecution: another machine has started the execution.
    Envelope(Request),
    /// That of a child of a distributed Map.
    Child,
}

impl Session {
    /// What the execution with this input runs.
    ///
    /// # Errors
    /// Why it cannot run at all.
    pub(super) async fn begin_durable(
        &self,
        durable: &Durable,
        name: &str,
        input: Value,
    ) -> Result<Begun, Failure> {
        let mut limits = Limits::standard();
        limits.memory_bytes = self.config().limits.memory_bytes;
        // Only a function that sends such events reads them; see `origin`.
        let continues = self.config().durable_continue_at.is_some();
        if let Some(event) = continues.then(|| ContinueEvent::read(&input)).flatten() {
            return self.begin_next(durable, event, &limits);
        }
        if let Some(child) = ChildEvent::read(&input).filter(|child| self.has_map(&child.state)) {
            return self.begin_child(durable, child, &limits);
        }
        let trigger = self.adapter.trigger(&input);
        let request = (trigger == Trigger::StartSync).then(|| Request::read(&input)).transpose()?;
        let arn =
            input.get("stateMachineArn").and_then(Value::as_text).cloned().filter(|_| request.is_some());
        let machine = self.machine_of(arn.as_deref())?;
        let asked = request.as_ref().and_then(|request| request.name.clone());
        let name = asked.as_deref().unwrap_or(name);
        let own = || Identity::new(self.invocation.machine().execution(name));
        let named = arn.as_deref().and_then(MachineArn::parse);
        let identity = named.map_or_else(own, |machine| Identity::new(machine.execution(name)));
        let definition = durable.definition_of(machine);
        let (engine, program) = (self.adapter.engine(), Arc::clone(&machine.program));
        let trace_header = request.as_ref().and_then(|request| request.trace_header.clone());
        let selected =
            self.config().input.select(engine, &limits, trigger, Part::Event(input), &identity).await;
        let input = selected.map_err(|refusal| refusal.failure)?;
        let form = request.map_or(Form::Output, Form::Envelope);
        let (place, from) = (json!({"machine": arn}), None);
        Ok(Begun { program, definition, identity, limits, input, trace_header, form, place, from })
    }

    /// A child of a distributed Map of one of the machines.
    fn begin_child(&self, durable: &Durable, event: ChildEvent, limits: &Limits) -> Result<Begun, Failure> {
        let ChildEvent { state, execution_arn, role_arn, input } = event;
        let unknown =
            || runtime(format!("this function has no distributed Map `{state}` of `{execution_arn}`"));
        let execution = ExecutionArn::parse(&execution_arn).ok_or_else(unknown)?;
        let parent = origin::parent(execution.machine).ok_or_else(unknown)?;
        let arn = parent.to_string();
        let machine = self.machine_of(Some(&arn))?;
        let (program, children) = machine.program.of_children(&state).ok_or_else(unknown)?;
        let identity = Identity::new(execution).with_role(role_arn).with_redrive_count(Some(0));
        if !origin::is_child(&identity, parent, &machine.program, &state) {
            return Err(unknown());
        }
        let limits = limits_of_child(limits.clone(), children);
        let definition = durable.definition_of(machine);
        let (program, trace_header, form, from) = (Arc::new(program), None, Form::Child, None);
        let place = json!({"machine": arn, "map": state});
        Ok(Begun { program, definition, identity, limits, input, trace_header, form, place, from })
    }

    /// An execution that an earlier one has handed over.
    fn begin_next(
        &self,
        durable: &Durable,
        event: Result<ContinueEvent, JournalError>,
        limits: &Limits,
    ) -> Result<Begun, Failure> {
        let mut event = event.map_err(|error| runtime(error.to_string()))?;
        let text = |name: &str| event.host.get(name).and_then(Value::as_str);
        let (arn, map) = (text("machine"), text("map"));
        let machine = self.machine_of(arn)?;
        let header = event.snapshot.header();
        let (identity, input) = (header.identity.clone(), header.input.clone());
        let named = arn.and_then(MachineArn::parse).unwrap_or_else(|| self.invocation.machine());
        let (program, limits, is_ours) = match map {
            None => (Arc::clone(&machine.program), limits.clone(), origin::is_execution(&identity, named)),
            Some(state) => {
                let children = machine.program.of_children(state);
                let (program, kind) =
                    children.ok_or_else(|| runtime(format!("there is no Map `{state}`")))?;
                let is_ours = origin::is_child(&identity, named, &machine.program, state);
                (Arc::new(program), limits_of_child(limits.clone(), kind), is_ours)
            }
        };
        if !is_ours {
            let execution = &identity.execution_arn;
            return Err(runtime(format!("this function cannot have handed over an execution `{execution}`")));
        }
        let definition = durable.definition_of(machine);
        let (trace_header, form, place) = (header.trace_header.clone(), Form::Child, event.host.clone());
        event.snapshot = event.snapshot.with_limits(limits.clone());
        let from = Some(event);
        Ok(Begun { program, definition, identity, limits, input, trace_header, form, place, from })
    }

    /// When an execution continues in a next one.
    pub(super) fn continues(&self, begun: &Begun) -> Option<Continues> {
        let at = self.config().durable_continue_at?;
        Some(Continues { at, host: begun.place.clone() })
    }

    /// Which functions run which machines, for an execution of this function.
    pub(super) fn functions(&self, event: &DurableEvent) -> Functions {
        // The version that the execution began with. AWS's local runner has ARNs of another form.
        let own = event.arn.split_once("/durable-execution/").map(|(function, _)| function);
        let own = own.filter(|arn| arn.starts_with("arn:")).unwrap_or(&self.invocation.function_arn);
        let mut functions = Functions::default().with_own(own);
        if self.adapter.has_others() {
            functions = functions.with_machine(self.invocation.machine().name, own);
            for name in self.adapter.others() {
                functions = functions.with_machine(name, own);
            }
        }
        for (machine, function) in &self.config().durable_functions {
            functions = functions.with_machine(machine.clone(), function.clone());
        }
        functions
    }
}

fn runtime(cause: String) -> Failure {
    Failure::new(error_name::RUNTIME, cause)
}

impl Begun {
    /// The answer to an execution that has ended.
    pub(super) fn answer(&self, end: &ChildEnd) -> DurableAnswer {
        let result = match (&self.form, end.outcome.output()) {
            (Form::Output, Some(output)) => Some(output.to_json()),
            (Form::Output, None) => None,
            (Form::Envelope(request), output) => {
                // The execution that started it has the input. So it is left out of the error, whose size is limited.
                let shows = output.is_some() && request.includes_data;
                Some(Value::from(self.envelope(end, shows)).to_json())
            }
            (Form::Child, _) => Some(end.to_value().to_json()),
        };
        let result = result.map(Text::from);
        if end.outcome.output().is_some() {
            return DurableAnswer::Succeeded(result.unwrap_or_default());
        }
        let error = InvocationError::of(&end.outcome);
        let mut object = ErrorObject::new(error.error_type(), error.error_message());
        object.data = result;
        DurableAnswer::Failed(object)
    }

    fn envelope(&self, end: &ChildEnd, shows: bool) -> Object {
        let (started, stopped) =
            (end.started.unwrap_or(Timestamp::EPOCH), end.stopped.unwrap_or(Timestamp::EPOCH));
        let description = Description::of(&self.identity, started, &self.input).ended(stopped, &end.outcome);
        let description = description.with_trace_header(self.trace_header.as_deref());
        description.with_execution_data(shows).start_sync_execution()
    }
}
