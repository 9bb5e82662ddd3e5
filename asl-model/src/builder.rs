//! [`MachineBuilder`], and methods that set the optional fields of states.

use asl_value::{Text, Value};

use crate::{
    Catcher, Choice, ChoiceRule, Diagnostic, Fail, Field, InvalidDefinition, ItemBatcher, ItemReader,
    JitterStrategy, Map, Parallel, Pass, PathField, QueryLanguage, ReaderConfig, ResultWriter, Retrier,
    State, StateKind, StateMachine, States, Succeed, Task, Wait, validate,
};

/// Builds a [`StateMachine`]; created by [`StateMachine::builder`].
#[derive(Debug, Clone)]
pub struct MachineBuilder {
    machine: StateMachine,
}

impl StateMachine {
    /// Builds a machine that starts at the state `start_at`.
    ///
    /// ```
    /// use asl_model::{Retrier, StateMachine, Succeed, Task, Transition};
    /// let machine = StateMachine::builder("Charge")
    ///     .state(
    ///         "Charge",
    ///         Task::new("arn:aws:lambda:eu-west-1:123456789012:function:charge", Transition::to("Done"))
    ///             .timeout_seconds(30)
    ///             .retry(Retrier::new(["States.Timeout"]).max_attempts(2u64)),
    ///     )
    ///     .state("Done", Succeed::new())
    ///     .build()?;
    /// assert_eq!(machine.to_value()["States"]["Charge"]["Retry"][0]["MaxAttempts"].as_i64(), Some(2));
    /// # Ok::<(), asl_model::InvalidDefinition>(())
    /// ```
    pub fn builder(start_at: impl Into<Text>) -> MachineBuilder {
        MachineBuilder { machine: StateMachine::new(start_at, States::new()) }
    }
}

impl MachineBuilder {
    /// Adds a state, or replaces the state of this name.
    #[must_use]
    pub fn state(self, name: impl Into<Text>, kind: impl Into<StateKind>) -> MachineBuilder {
        self.push(State::new(name, kind))
    }

    /// Adds a state with a comment or a query language of its own.
    #[must_use]
    pub fn push(mut self, state: State) -> MachineBuilder {
        self.machine.states.push(state);
        self
    }

    /// Sets `Comment`.
    #[must_use]
    pub fn comment(mut self, comment: impl Into<String>) -> MachineBuilder {
        self.machine.comment = Some(comment.into());
        self
    }

    /// Sets `QueryLanguage`.
    #[must_use]
    pub fn query_language(mut self, language: QueryLanguage) -> MachineBuilder {
        self.machine.query_language = Some(language);
        self
    }

    /// Sets `TimeoutSeconds`, in seconds.
    #[must_use]
    pub fn timeout_seconds(mut self, seconds: u64) -> MachineBuilder {
        self.machine.timeout_seconds = Some(seconds);
        self
    }

    /// Returns the machine if it is a valid definition.
    ///
    /// # Errors
    /// One of its diagnostics is an error.
    pub fn build(self) -> Result<StateMachine, InvalidDefinition> {
        let diagnostics = validate(&self.machine);
        match diagnostics.iter().any(Diagnostic::is_error) {
            true => Err(InvalidDefinition::new(None, Some(self.machine), diagnostics)),
            false => Ok(self.machine),
        }
    }
}

impl<T> From<T> for Field<T> {
    fn from(literal: T) -> Self {
        Field::Literal(literal)
    }
}

/// Defines methods that set optional fields: `name(Type) => place, "Field"`.
macro_rules! setters {
    ($($type:ident { $($name:ident($value:ty) => $($place:ident).+, $field:literal;)* })*) => {$(
        impl $type {
            $(
                #[doc = concat!("Sets `", $field, "`.")]
                #[must_use]
                pub fn $name(mut self, value: impl Into<$value>) -> Self {
                    self.$($place).+ = Some(value.into());
                    self
                }
            )*
        }
    )*};
}

setters! {
    State {
        comment(String) => comment, "Comment";
        query_language(QueryLanguage) => query_language, "QueryLanguage";
    }
    Pass {
        input_path(PathField) => filters.input_path, "InputPath";
        parameters(Value) => filters.parameters, "Parameters";
        result(Value) => result, "Result";
        result_path(PathField) => filters.result_path, "ResultPath";
        output_path(PathField) => filters.output_path, "OutputPath";
        output(Value) => filters.output, "Output";
        assign(Value) => assign, "Assign";
    }
    Task {
        input_path(PathField) => filters.input_path, "InputPath";
        parameters(Value) => filters.parameters, "Parameters";
        result_selector(Value) => filters.result_selector, "ResultSelector";
        result_path(PathField) => filters.result_path, "ResultPath";
        output_path(PathField) => filters.output_path, "OutputPath";
        arguments(Value) => filters.arguments, "Arguments";
        output(Value) => filters.output, "Output";
        assign(Value) => assign, "Assign";
        timeout_seconds(Field<u64>) => timeout_seconds, "TimeoutSeconds";
        heartbeat_seconds(Field<u64>) => heartbeat_seconds, "HeartbeatSeconds";
        credentials(Value) => credentials, "Credentials";
    }
    Choice {
        input_path(PathField) => filters.input_path, "InputPath";
        output_path(PathField) => filters.output_path, "OutputPath";
        output(Value) => filters.output, "Output";
        assign(Value) => assign, "Assign";
        default(Text) => default, "Default";
    }
    ChoiceRule {
        comment(String) => comment, "Comment";
        assign(Value) => assign, "Assign";
        output(Value) => output, "Output";
    }
    Wait {
        input_path(PathField) => filters.input_path, "InputPath";
        output_path(PathField) => filters.output_path, "OutputPath";
        output(Value) => filters.output, "Output";
        assign(Value) => assign, "Assign";
    }
    Succeed {
        input_path(PathField) => filters.input_path, "InputPath";
        output_path(PathField) => filters.output_path, "OutputPath";
        output(Value) => filters.output, "Output";
    }
    Fail {
        error(Field<Text>) => error, "Error";
        cause(Field<Text>) => cause, "Cause";
    }
    Parallel {
        input_path(PathField) => filters.input_path, "InputPath";
        parameters(Value) => filters.parameters, "Parameters";
        result_selector(Value) => filters.result_selector, "ResultSelector";
        result_path(PathField) => filters.result_path, "ResultPath";
        output_path(PathField) => filters.output_path, "OutputPath";
        arguments(Value) => filters.arguments, "Arguments";
        output(Value) => filters.output, "Output";
        assign(Value) => assign, "Assign";
    }
    Map {
        input_path(PathField) => filters.input_path, "InputPath";
        result_selector(Value) => filters.result_selector, "ResultSelector";
        result_path(PathField) => filters.result_path, "ResultPath";
        output_path(PathField) => filters.output_path, "OutputPath";
        output(Value) => filters.output, "Output";
        assign(Value) => assign, "Assign";
        items(Field<Value>) => items, "Items";
        item_selector(Value) => item_selector, "ItemSelector";
        max_concurrency(Field<u64>) => max_concurrency, "MaxConcurrency";
        tolerated_failure_count(Field<u64>) => tolerated_failure_count, "ToleratedFailureCount";
        tolerated_failure_percentage(Field<f64>) => tolerated_failure_percentage, "ToleratedFailurePercentage";
        item_reader(ItemReader) => item_reader, "ItemReader";
        item_batcher(ItemBatcher) => item_batcher, "ItemBatcher";
        result_writer(ResultWriter) => result_writer, "ResultWriter";
        label(String) => label, "Label";
    }
    ItemReader {
        parameters(Value) => parameters, "Parameters";
        arguments(Value) => arguments, "Arguments";
        config(ReaderConfig) => config, "ReaderConfig";
    }
    Retrier {
        comment(String) => comment, "Comment";
        interval_seconds(u64) => interval_seconds, "IntervalSeconds";
        max_attempts(u64) => max_attempts, "MaxAttempts";
        backoff_rate(f64) => backoff_rate, "BackoffRate";
        max_delay_seconds(u64) => max_delay_seconds, "MaxDelaySeconds";
        jitter_strategy(JitterStrategy) => jitter_strategy, "JitterStrategy";
    }
    Catcher {
        comment(String) => comment, "Comment";
        result_path(PathField) => result_path, "ResultPath";
        output(Value) => output, "Output";
        assign(Value) => assign, "Assign";
    }
}

macro_rules! recovering {
    ($($type:ident),*) => {$(
        impl $type {
            /// Adds a retrier at the end of the list.
            #[must_use]
            pub fn retry(mut self, retrier: Retrier) -> Self {
                self.retry.push(retrier);
                self
            }

            /// Adds a catcher at the end of the list.
            #[must_use]
            pub fn catch(mut self, catcher: Catcher) -> Self {
                self.catch.push(catcher);
                self
            }
        }
    )*};
}
recovering!(Task, Parallel, Map);
