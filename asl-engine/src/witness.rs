//! [`Witness`]: how a test of a single state takes part in its work.

use asl_value::{Object, Text, Value};

use crate::stage::Stage;
use crate::{Failure, MapRunSettings};

/// Passed to the interpreter when a single state is tested, absent in an execution. It sees the data of the state and
/// replaces what a test does not run: branches, iterations and the reader of items.
pub(crate) trait Witness: Send + Sync {
    /// Sees the data of the state at a stage.
    fn saw(&self, stage: Stage, value: &Value);

    /// Sees the `MaxConcurrency` of a Map, 0 for none.
    fn saw_concurrency(&self, max_concurrency: u64);

    /// Sees how many items of a Map may fail.
    fn saw_tolerance(&self, settings: &MapRunSettings);

    /// The context object as the state sees it; `built` is that of the interpreter.
    fn context(&self, built: Object) -> Value;

    /// The mocked result of the state's work.
    fn mocked(&self) -> Result<Value, Failure>;

    /// How many iterations of a Map have failed.
    fn failed_iterations(&self) -> u64;

    /// The file that the `ItemReader` of a Map reads, if the test gives one.
    fn item_reader_data(&self) -> Option<&Text>;

    /// Refuses the whole test, which turned out to make no sense.
    fn refuse(&self, message: &str);
}
