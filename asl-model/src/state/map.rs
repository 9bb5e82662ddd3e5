//! [`Map`] and its [`Processor`].

use asl_value::Value;

use crate::limits::COUNT;
use crate::reader::{Fields, expected};
use crate::writer::Members;
use crate::{
    Catcher, Code, ExecutionType, Field, Filters, ItemBatcher, ItemReader, ResultWriter, Retrier,
    StateMachine, Transition,
};

/// Runs one machine per item of a list.
///
/// ```json
/// {"Type": "Map", "ItemsPath": "$.orders", "ItemProcessor": {"StartAt": .., "States": {..}}, "End": true}
/// ```
/// Spec: <https://states-language.net/#map-state>
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Map {
    /// `ItemProcessor`, formerly `Iterator`.
    pub processor: Processor,
    /// `ItemsPath` (JSONPath), a query; or `Items` (JSONata), a literal array or object, or a query.
    pub items: Option<Field<Value>>,
    /// `ItemSelector`, formerly `Parameters`: the input of each iteration.
    pub item_selector: Option<Value>,
    /// `MaxConcurrency`, `MaxConcurrencyPath`: the number of concurrent iterations; 0 means no limit.
    pub max_concurrency: Option<Field<u64>>,
    /// `ToleratedFailureCount`, `ToleratedFailureCountPath`: the number of items that may fail.
    pub tolerated_failure_count: Option<Field<u64>>,
    /// `ToleratedFailurePercentage`, `ToleratedFailurePercentagePath`: the percentage of items that may fail, 0 to 100.
    pub tolerated_failure_percentage: Option<Field<f64>>,
    /// `ItemReader`: where the items are read from.
    pub item_reader: Option<ItemReader>,
    /// `ItemBatcher`: how items are grouped.
    pub item_batcher: Option<ItemBatcher>,
    /// `ResultWriter`: where the results are written to.
    pub result_writer: Option<ResultWriter>,
    /// `Label`: a part of the ARN of the Map Run, up to 40 characters.
    pub label: Option<String>,
    /// Input and output filters; `Parameters` is in `item_selector`.
    pub filters: Filters,
    /// `Assign`: variables to set.
    pub assign: Option<Value>,
    /// `Retry`
    pub retry: Vec<Retrier>,
    /// `Catch`
    pub catch: Vec<Catcher>,
    /// `Next` or `End`
    pub transition: Transition,
}

impl Map {
    /// A map without optional fields.
    pub fn new(processor: impl Into<Processor>, transition: Transition) -> Map {
        Map {
            processor: processor.into(),
            items: None,
            item_selector: None,
            max_concurrency: None,
            tolerated_failure_count: None,
            tolerated_failure_percentage: None,
            item_reader: None,
            item_batcher: None,
            result_writer: None,
            label: None,
            filters: Filters::default(),
            assign: None,
            retry: Vec::new(),
            catch: Vec::new(),
            transition,
        }
    }
}

/// The machine that a [`Map`] runs for each item, and how it runs.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Processor {
    /// `ProcessorConfig.Mode`
    pub mode: ProcessorMode,
    /// `ProcessorConfig.ExecutionType` of a distributed map.
    pub execution_type: Option<ExecutionType>,
    /// `StartAt`, `States`, `Comment`
    pub machine: StateMachine,
    /// The names from before 2022, kept for writing the map back.
    pub legacy: LegacyMap,
}

impl Processor {
    /// An inline processor.
    pub fn inline(machine: StateMachine) -> Processor {
        Processor { mode: ProcessorMode::Inline, execution_type: None, machine, legacy: LegacyMap::default() }
    }

    /// A distributed processor.
    pub fn distributed(machine: StateMachine, execution_type: ExecutionType) -> Processor {
        let execution_type = Some(execution_type);
        Processor { mode: ProcessorMode::Distributed, execution_type, machine, legacy: LegacyMap::default() }
    }
}

impl From<StateMachine> for Processor {
    fn from(machine: StateMachine) -> Self {
        Processor::inline(machine)
    }
}

/// `ProcessorConfig.Mode`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ProcessorMode {
    /// `INLINE`: iterations are part of the execution.
    #[default]
    Inline,
    /// `DISTRIBUTED`: iterations are separate executions.
    Distributed,
}

/// The deprecated names that a [`Map`] is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LegacyMap {
    /// `Iterator` for `ItemProcessor`.
    pub iterator: bool,
    /// `Parameters` for `ItemSelector`.
    pub parameters: bool,
}

impl Map {
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Map {
        let processor = Processor::read(fields);
        fields.at_most_one(&["ItemSelector", "Parameters"]);
        let selector = fields.any("ItemSelector");
        let parameters = fields.any("Parameters");
        let legacy = LegacyMap { parameters: parameters.is_some(), ..processor.legacy };
        Map {
            processor: Processor { legacy, ..processor },
            items: read_items(fields),
            item_selector: selector.or(parameters),
            max_concurrency: fields.quantity("MaxConcurrency", "MaxConcurrencyPath", &COUNT),
            tolerated_failure_count: fields.quantity(
                "ToleratedFailureCount",
                "ToleratedFailureCountPath",
                &COUNT,
            ),
            tolerated_failure_percentage: fields
                .fraction("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
            item_reader: fields.child("ItemReader", ItemReader::read),
            item_batcher: fields.child("ItemBatcher", ItemBatcher::read),
            result_writer: fields.child("ResultWriter", ResultWriter::read),
            label: fields.string("Label"),
            filters: Filters::read_result(fields),
            assign: fields.assign(),
            retry: Retrier::read_list(fields),
            catch: Catcher::read_list(fields),
            transition: Transition::read(fields),
        }
    }

    pub(crate) fn write(&self, members: &mut Members) {
        self.filters.write(members);
        members.maybe_field("Items", "ItemsPath", self.items.as_ref());
        let selector = if self.processor.legacy.parameters { "Parameters" } else { "ItemSelector" };
        members.maybe(selector, self.item_selector.as_ref());
        members.maybe("ItemReader", self.item_reader.as_ref().map(ItemReader::to_value));
        members.maybe("ItemBatcher", self.item_batcher.as_ref().map(ItemBatcher::to_value));
        members.maybe_field("MaxConcurrency", "MaxConcurrencyPath", self.max_concurrency.as_ref());
        let count = self.tolerated_failure_count.as_ref();
        members.maybe_field("ToleratedFailureCount", "ToleratedFailureCountPath", count);
        let percentage = self.tolerated_failure_percentage.as_ref();
        members.maybe_field("ToleratedFailurePercentage", "ToleratedFailurePercentagePath", percentage);
        members.maybe("Label", self.label.as_ref());
        members.put(self.processor.field(), self.processor.to_value());
        members.maybe("ResultWriter", self.result_writer.as_ref().map(ResultWriter::to_value));
        members.maybe("Assign", self.assign.as_ref());
        Retrier::write_list(&self.retry, members);
        Catcher::write_list(&self.catch, members);
        self.transition.write(members);
    }
}

/// `ItemsPath`, or `Items`: an array, an object, or a JSONata string.
fn read_items(fields: &mut Fields<'_, '_>) -> Option<Field<Value>> {
    fields.query("Items", "ItemsPath", |fields, value| match value {
        Value::Array(_) | Value::Object(_) => Some(value.clone()),
        _ => {
            // UNRECORDED: AWS's text for `Items` that are neither an array, an object nor an expression.
            fields.error_at("Items", Code::WRONG_TYPE, expected("[ARRAY]"));
            fields.lose();
            None
        }
    })
}

const MODES: [(&str, ProcessorMode); 2] =
    [("INLINE", ProcessorMode::Inline), ("DISTRIBUTED", ProcessorMode::Distributed)];

impl Processor {
    /// The field of the Map that holds it: `ItemProcessor`, or `Iterator`.
    pub fn field(&self) -> &'static str {
        if self.legacy.iterator { "Iterator" } else { "ItemProcessor" }
    }

    fn read(fields: &mut Fields<'_, '_>) -> Processor {
        if !fields.exactly_one(&["ItemProcessor", "Iterator"]) {
            fields.lose();
        }
        let iterator = !fields.has("ItemProcessor") && fields.has("Iterator");
        let [name, other] =
            if iterator { ["Iterator", "ItemProcessor"] } else { ["ItemProcessor", "Iterator"] };
        fields.get(other);
        let processor = fields.child(name, |fields| {
            let (mode, execution_type) = fields.child("ProcessorConfig", read_config).unwrap_or_default();
            let machine = StateMachine::read_inner(fields)?;
            let legacy = LegacyMap { iterator, parameters: false };
            Some(Processor { mode, execution_type, machine, legacy })
        });
        processor.unwrap_or_else(|| Processor::inline(StateMachine::stand_in()))
    }

    fn to_value(&self) -> Value {
        let mut members = Members::default();
        if (self.mode, self.execution_type) != (ProcessorMode::Inline, None) {
            let mut config = Members::default();
            config.maybe("Mode", MODES.iter().find(|(_, mode)| *mode == self.mode).map(|(word, _)| *word));
            config.maybe("ExecutionType", self.execution_type.map(ExecutionType::name));
            members.put("ProcessorConfig", config.into_value());
        }
        self.machine.write(&mut members);
        members.into_value()
    }
}

fn read_config(fields: &mut Fields<'_, '_>) -> Option<(ProcessorMode, Option<ExecutionType>)> {
    let mode = fields.word("Mode", &MODES);
    // With an unknown `Mode`, it is not known which other fields are required.
    if mode == Some(ProcessorMode::Distributed) && !fields.require(&["ExecutionType"]) {
        fields.lose();
    }
    let inline = mode == Some(ProcessorMode::Inline) || !fields.has("Mode");
    if inline && fields.has("ExecutionType") {
        return Some((ProcessorMode::Inline, None));
    }
    Some((mode.unwrap_or_default(), fields.word("ExecutionType", &ExecutionType::NAMES)))
}
