//! Map.

use asl_model::{Code, Diagnostic, Field, Map, ProcessorMode};
use asl_query::{Expected, Site};

use super::field::Refused;
use super::{Compiler, Place};
use crate::languages::query_field;
use crate::program::{Items, MapStep};

impl Compiler {
    pub(super) fn map(&mut self, place: Place<'_>, map: &Map) -> Result<MapStep, Refused> {
        if map.processor.mode == ProcessorMode::Distributed {
            self.distributed(place, map);
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
        Ok(MapStep { machine: machine.ok_or(Refused)?, items: items?, item_selector, max_concurrency })
    }

    /// What only a distributed Map has: its expressions are checked, though nothing runs them yet.
    fn distributed(&mut self, place: Place<'_>, map: &Map) {
        let count = Expected::Integer { min: 0 };
        let _ = self.quantity(place, "ToleratedFailureCount", map.tolerated_failure_count.as_ref(), count);
        let percentage = Expected::Number { min: 0.0, max: 100.0 };
        let tolerated = map.tolerated_failure_percentage.as_ref();
        let _ = self.quantity(place, "ToleratedFailurePercentage", tolerated, percentage);
        if let Some(reader) = &map.item_reader {
            let pointer = place.pointer.key("ItemReader");
            let inside = Place { pointer: &pointer, ..place };
            let _ = self.template(inside, "Parameters", reader.parameters.as_ref(), Site::Arguments);
            let _ = self.template(inside, "Arguments", reader.arguments.as_ref(), Site::Arguments);
            if let Some(config) = &reader.config {
                let pointer = pointer.key("ReaderConfig");
                let _ = self.quantity(
                    Place { pointer: &pointer, ..place },
                    "MaxItems",
                    config.max_items.as_ref(),
                    count,
                );
            }
        }
        if let Some(batcher) = &map.item_batcher {
            let pointer = place.pointer.key("ItemBatcher");
            let inside = Place { pointer: &pointer, ..place };
            let items = batcher.max_items_per_batch.as_ref();
            let _ = self.quantity(inside, "MaxItemsPerBatch", items, count);
            let bytes = batcher.max_input_bytes_per_batch.as_ref();
            let _ = self.quantity(inside, "MaxInputBytesPerBatch", bytes, count);
            let _ = self.template(inside, "BatchInput", batcher.batch_input.as_ref(), Site::Arguments);
        }
        if let Some(writer) = &map.result_writer {
            let pointer = place.pointer.key("ResultWriter");
            let inside = Place { pointer: &pointer, ..place };
            let _ = self.template(inside, "Parameters", writer.parameters.as_ref(), Site::Arguments);
            let _ = self.template(inside, "Arguments", writer.arguments.as_ref(), Site::Arguments);
        }
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
