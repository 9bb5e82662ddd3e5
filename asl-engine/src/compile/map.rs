//! Map.

use std::sync::Arc;

use asl_model::{
    Code, Diagnostic, ExecutionType, Field, ItemBatcher, ItemReader, Map, ProcessorMode, ResourceKind,
    ResultWriter,
};
use asl_query::{Expected, Site, Template};
use asl_value::{Text, Value};

use super::field::Refused;
use super::{Compiler, Place, Purpose};
use crate::languages::query_field;
use crate::program::{Batcher, Distributed, Items, MapStep, Reader, Writer};

impl Compiler {
    pub(super) fn map(&mut self, place: Place<'_>, map: &Map) -> Result<MapStep, Refused> {
        let distributed = self.distributed(place, map);
        let processor = if map.processor.legacy.iterator { "Iterator" } else { "ItemProcessor" };
        let selector = if map.processor.legacy.parameters { "Parameters" } else { "ItemSelector" };
        let machine = self.machine(&map.processor.machine, &place.pointer.key(processor));
        let items = self.items(place, map);
        let item_selector = self.template(place, selector, map.item_selector.as_ref(), Site::ItemSelector)?;
        let expected = Expected::Integer { min: 0 };
        let max_concurrency =
            self.setting(place, "MaxConcurrency", map.max_concurrency.as_ref(), expected)?;
        Ok(MapStep {
            machine: Arc::new(machine.ok_or(Refused)?),
            items: items?,
            item_selector,
            max_concurrency,
            distributed: distributed?,
        })
    }

    /// The fields that only a distributed Map has.
    fn distributed(&mut self, place: Place<'_>, map: &Map) -> Result<Distributed, Refused> {
        let count = Expected::Integer { min: 0 };
        let percentage = Expected::Number { min: 0.0, max: 100.0 };
        let tolerated_count =
            self.setting(place, "ToleratedFailureCount", map.tolerated_failure_count.as_ref(), count);
        let tolerated = map.tolerated_failure_percentage.as_ref();
        let tolerated_percentage = self.setting(place, "ToleratedFailurePercentage", tolerated, percentage);
        let reader = map.item_reader.as_ref().map(|reader| self.reader(place, reader)).transpose();
        let batcher = map.item_batcher.as_ref().map(|batcher| self.batcher(place, batcher)).transpose();
        let writer = map.result_writer.as_ref().map(|writer| self.writer(place, writer)).transpose();
        let is_distributed = map.processor.mode == ProcessorMode::Distributed;
        Ok(Distributed {
            // Validation requires the type.
            children: is_distributed.then(|| map.processor.execution_type.unwrap_or(ExecutionType::Standard)),
            label: map.label.as_deref().map(Text::from),
            tolerated_count: tolerated_count?,
            tolerated_percentage: tolerated_percentage?,
            reader: reader?,
            batcher: batcher?,
            writer: writer?,
        })
    }

    fn reader(&mut self, place: Place<'_>, reader: &ItemReader) -> Result<Reader, Refused> {
        let pointer = place.pointer.key("ItemReader");
        let inside = Place { pointer: &pointer, ..place };
        let arguments = self.arguments(inside, reader.parameters.as_ref(), reader.arguments.as_ref());
        let config = reader.config.clone().unwrap_or_default();
        let pointer = pointer.key("ReaderConfig");
        let inside = Place { pointer: &pointer, ..place };
        let integer = Expected::Integer { min: i64::MIN };
        let max_items = config.max_items.as_ref().map(|field| match field {
            Field::Literal(most) => Field::Literal(i64::try_from(*most).unwrap_or(i64::MAX)),
            Field::Query(text) => Field::Query(text.clone()),
        });
        let max_items = self.setting(inside, "MaxItems", max_items.as_ref(), integer);
        let is_parquet = config.input_type.as_deref() == Some("PARQUET");
        if self.purpose == Purpose::Run && is_parquet && cfg!(not(feature = "parquet")) {
            let message = "this program cannot read Parquet files: it is built without the feature `parquet`";
            self.diagnostics.push(Diagnostic::error(Code::NOT_BUILT, message, pointer.key("InputType")));
        }
        Ok(Reader {
            lists: matches!(reader.resource.kind(), ResourceKind::Service { action: "listObjectsV2", .. }),
            arguments: arguments?,
            max_items: max_items?,
            config,
        })
    }

    fn writer(&mut self, place: Place<'_>, writer: &ResultWriter) -> Result<Writer, Refused> {
        let pointer = place.pointer.key("ResultWriter");
        let inside = Place { pointer: &pointer, ..place };
        let arguments = self.arguments(inside, writer.parameters.as_ref(), writer.arguments.as_ref())?;
        Ok(Writer { arguments, config: writer.config.clone() })
    }

    /// `Parameters` or `Arguments`: each language has one of them.
    fn arguments(
        &mut self,
        place: Place<'_>,
        parameters: Option<&Value>,
        arguments: Option<&Value>,
    ) -> Result<Option<Template>, Refused> {
        let parameters = self.template(place, "Parameters", parameters, Site::Arguments)?;
        let arguments = self.template(place, "Arguments", arguments, Site::Arguments)?;
        Ok(parameters.or(arguments))
    }

    fn batcher(&mut self, place: Place<'_>, batcher: &ItemBatcher) -> Result<Batcher, Refused> {
        let count = Expected::Integer { min: 0 };
        let pointer = place.pointer.key("ItemBatcher");
        let inside = Place { pointer: &pointer, ..place };
        let items = batcher.max_items_per_batch.as_ref();
        let max_items = self.setting(inside, "MaxItemsPerBatch", items, count);
        let bytes = batcher.max_input_bytes_per_batch.as_ref();
        let max_bytes = self.setting(inside, "MaxInputBytesPerBatch", bytes, count);
        let batch_input = self.template(inside, "BatchInput", batcher.batch_input.as_ref(), Site::Arguments);
        Ok(Batcher { max_items: max_items?, max_bytes: max_bytes?, batch_input: batch_input? })
    }

    fn items(&mut self, place: Place<'_>, map: &Map) -> Result<Items, Refused> {
        let name = query_field(place.query_language, "Items");
        let expected = match map.processor.mode {
            ProcessorMode::Inline => Expected::Array,
            ProcessorMode::Distributed => Expected::Collection,
        };
        match &map.items {
            Some(Field::Query(text)) => {
                self.scalar(place, &name, text, Site::Items, expected).map(Items::Expr).ok_or(Refused)
            }
            Some(Field::Literal(json)) => Ok(self
                .template(place, &name, Some(json), Site::Items)?
                .map(Items::Template)
                .ok_or(Refused)?),
            None => {
                let pointer = place.pointer.key(name.as_str());
                let field = asl_query::QueryField::new(&pointer, &name, Site::Items).expecting(expected);
                self.accept(place, place.language.input(&field)).map(Items::Expr).ok_or(Refused)
            }
        }
    }
}
