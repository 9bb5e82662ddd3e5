//! Map, tested as a single state: its iterations do not run, their results are mocked.

use asl_query::Env;
use asl_value::Value;
use futures_util::FutureExt;

use crate::budget::Held;
use crate::context::StateContext;
use crate::map::batch::Batches;
use crate::map::bytes::Bytes;
use crate::map::dataset::{Dataset, DatasetBuilder};
use crate::map::file::TextFile;
use crate::map::iterations::{Iterations, items};
use crate::map_item::MapItem;
use crate::program::{MapStep, Reader};
use crate::setting::Setting;
use crate::stage::Stage;
use crate::visit::{Trouble, Visit};
use crate::witness::Witness;
use crate::{Failure, MapRunSettings};

pub(crate) fn work(
    witness: &dyn Witness,
    visit: &Visit<'_>,
    map: &MapStep,
    env: &Env<'_>,
    context: &StateContext<'_>,
) -> Result<Value, Trouble> {
    let max_concurrency = Setting::eval_optional(&map.max_concurrency, env)?.unwrap_or_default();
    witness.saw_concurrency(max_concurrency);
    let settings = MapRunSettings::eval(max_concurrency, &map.distributed, env)?;
    witness.saw_tolerance(&settings);
    let mut held = visit.run.budget.hold();
    let read = match &map.distributed.reader {
        Some(reader) => given(witness, reader, &mut held)?,
        None => {
            let dataset = items(map, env)?;
            witness.saw(Stage::Items, &dataset.to_value());
            Some(dataset)
        }
    };
    let total = match read {
        Some(dataset) => {
            let iterations = Iterations { visit, map, env, context };
            inputs(witness, &iterations, &dataset)?
        }
        // What the reader would read is unknown: the mocked result says how many iterations there are.
        None => witness.mocked().ok().and_then(|result| result.as_array().map(|items| items.len())),
    };
    if let Some(total) = total {
        let failed = witness.failed_iterations();
        if failed > total as u64 {
            witness.refuse(
                "Map iteration failure count must be less than or equal to the number of Map iterations",
            );
        }
        let is_limited =
            settings.tolerated_failure_count.is_some() || settings.tolerated_failure_percentage.is_some();
        // Recorded: a Map without a tolerance accepts any number of failures here; in an execution it accepts none.
        if is_limited && witness.mocked().is_ok() {
            settings.check(failed, Some(total as u64))?;
        }
    }
    // UNRECORDED: a mocked error of a Map whose tolerance is exceeded. Here it is what the Map fails with.
    visit.checked(witness.mocked()?)
}

/// The items of `mapItemReaderData`; `None` if the test does not give any.
fn given(witness: &dyn Witness, reader: &Reader, held: &mut Held) -> Result<Option<Dataset>, Failure> {
    let Some(text) = witness.item_reader_data() else { return Ok(None) };
    let mut file = TextFile::new(Bytes::given(text, held.another()), &reader.config)?;
    let mut items = DatasetBuilder::default();
    // INVARIANT: a text is there, so nothing is waited for.
    while let Some((key, value)) = file.next(held).now_or_never().transpose()?.flatten() {
        held.add(value.memory_bytes())?;
        items.push(MapItem { index: items.len(), value, key, source: None });
    }
    let items = items.build();
    if reader.config.items_pointer.is_some()
        && matches!(reader.config.input_type.as_deref(), Some("JSON") | None)
    {
        witness.saw(Stage::ItemsPointer, &items.to_value());
    }
    Ok(Some(items))
}

/// Shows the inputs of the iterations to the witness, and returns how many there are.
fn inputs(
    witness: &dyn Witness,
    iterations: &Iterations<'_>,
    dataset: &Dataset,
) -> Result<Option<usize>, Trouble> {
    let inputs = (0..dataset.len()).map(|index| iterations.input_of(&dataset.item(index)));
    let inputs: Vec<Value> = inputs.collect::<Result<_, Trouble>>()?;
    if iterations.map.item_selector.is_some() {
        witness.saw(Stage::ItemSelector, &Value::Array(inputs.clone().into()));
    }
    let Some(batcher) = &iterations.map.distributed.batcher else { return Ok(Some(inputs.len())) };
    let mut open = Batches::new(batcher, iterations.visit, iterations.env)?;
    let mut batches: Vec<Value> = inputs.into_iter().filter_map(|input| open.push(input)).collect();
    batches.extend(open.end());
    let count = batches.len();
    witness.saw(Stage::ItemBatcher, &Value::Array(batches.into()));
    Ok(Some(count))
}
