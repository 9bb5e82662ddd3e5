//! Map.

use asl_model::{Code, Diagnostic, Field, ItemBatcher, Map, ProcessorMode};
use asl_query::{Expected, Site};

use super::field::Refused;
use super::{Compiler, Place, Purpose};
use crate::languages::query_field;
use crate::program::{Batcher, Distributed, Items, MapStep};

impl Compiler {
    pub(super) fn map(&mut self, place: Place<'_>, map: &Map) -> Result<MapStep, Refused> {
        let distributed = self.distributed(place, map);
        if map.processor.mode == ProcessorMode::Distributed && self.purpose == Purpose::Run {
            let at = place.pointer.key("ItemProcessor").key("ProcessorConfig").key("Mode");
            self.diagnostics.push(
                Diagnostic::error(Code::NOT_BUILT, "a Map in DISTRIBUTED mode is not built yet", at)
                    .help("an INLINE Map runs the same iterations inside the execution"),
            );
        }
        let processor = if map.processor.legacy.iterator { "Iterator" } else { "ItemProcessor" };
        let selector = if map.processor.legacy.parameters { "Parameters" } else { "ItemSelector" };
        let machine = self.machine(&map.processor.machine, &place.pointer.key(processor));
        let items = self.items(place, map);
        let item_selector = self.template(place, selector, map.item_selector.as_ref(), Site::ItemSelector)?;
        let expected = Expected::Integer { min: 0 };
        let max_concurrency =
            self.quantity(place, "MaxConcurrency", map.max_concurrency.as_ref(), expected)?;
        Ok(MapStep {
            machine: machine.ok_or(Refused)?,
            items: items?,
            item_selector,
            max_concurrency,
            distributed: distributed?,
        })
    }

    /// What only a distributed Map has.
    fn distributed(&mut self, place: Place<'_>, map: &Map) -> Result<Distributed, Refused> {
        let count = Expected::Integer { min: 0 };
        let percentage = Expected::Number { min: 0.0, max: 100.0 };
        let tolerated_count =
            self.quantity(place, "ToleratedFailureCount", map.tolerated_failure_count.as_ref(), count);
        let tolerated = map.tolerated_failure_percentage.as_ref();
        let tolerated_percentage = self.quantity(place, "ToleratedFailurePercentage", tolerated, percentage);
        // Their expressions are checked, though nothing evaluates them yet.
        if let Some(reader) = &map.item_reader {
            let pointer = place.pointer.key("ItemReader");
            let inside = Place { pointer: &pointer, ..place };
            let _ = self.template(inside, "Parameters", reader.parameters.as_ref(), Site::Arguments);
            let _ = self.template(inside, "Arguments", reader.arguments.as_ref(), Site::Arguments);
            if let Some(config) = &reader.config {
                let pointer = pointer.key("ReaderConfig");
                let inside = Place { pointer: &pointer, ..place };
                let _ = self.quantity(inside, "MaxItems", config.max_items.as_ref(), count);
            }
        }
        let batcher = map.item_batcher.as_ref().map(|batcher| self.batcher(place, batcher)).transpose();
        if let Some(writer) = &map.result_writer {
            let pointer = place.pointer.key("ResultWriter");
            let inside = Place { pointer: &pointer, ..place };
            let _ = self.template(inside, "Parameters", writer.parameters.as_ref(), Site::Arguments);
            let _ = self.template(inside, "Arguments", writer.arguments.as_ref(), Site::Arguments);
        }
        Ok(Distributed {
            tolerated_count: tolerated_count?,
            tolerated_percentage: tolerated_percentage?,
            reader: map.item_reader.as_ref().map(|reader| reader.config.clone().unwrap_or_default()),
            batcher: batcher?,
            is_written: map.result_writer.is_some(),
        })
    }

    fn batcher(&mut self, place: Place<'_>, batcher: &ItemBatcher) -> Result<Batcher, Refused> {
        let count = Expected::Integer { min: 0 };
        let pointer = place.pointer.key("ItemBatcher");
        let inside = Place { pointer: &pointer, ..place };
        let items = batcher.max_items_per_batch.as_ref();
        let max_items = self.quantity(inside, "MaxItemsPerBatch", items, count);
        let bytes = batcher.max_input_bytes_per_batch.as_ref();
        let max_bytes = self.quantity(inside, "MaxInputBytesPerBatch", bytes, count);
        let batch_input = self.template(inside, "BatchInput", batcher.batch_input.as_ref(), Site::Arguments);
        Ok(Batcher { max_items: max_items?, max_bytes: max_bytes?, batch_input: batch_input? })
    }

    fn items(&mut self, place: Place<'_>, map: &Map) -> Result<Items, Refused> {
        let name = query_field(place.query_language, "Items");
        match &map.items {
            Some(Field::Query(text)) => {
                self.scalar(place, &name, text, Site::Items, Expected::Array).map(Items::Expr).ok_or(Refused)
            }
            Some(Field::Literal(json)) => Ok(self
                .template(place, &name, Some(json), Site::Items)?
                .map(Items::Template)
                .ok_or(Refused)?),
            None => {
                let pointer = place.pointer.key(name.as_str());
                let field = asl_query::Field {
                    pointer: &pointer,
                    name: &name,
                    site: Site::Items,
                    expected: Expected::Array,
                };
                self.accept(place, place.language.input(&field)).map(Items::Expr).ok_or(Refused)
            }
        }
    }
}
