//! An invocation of a function: any bytes as its event, as each kind of input.

#![no_main]

use asl_engine::{Engine, load};
use asl_lambda::{Adapter, Config, Invocation, local, trigger::Trigger};
use asl_model::{Source, Value};

const DEFINITION: &str = r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}"#;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(event) = Value::parse(text) else { return };
    let _ = Trigger::detect(&event).body(&event);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for input in ["event", "body"] {
        let settings = [("ASL_INPUT", input), ("ASL_BATCH", "item")];
        let config = Config::from_vars(settings.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let loaded = load(&Source::json(DEFINITION)).expect("a valid definition");
        let adapter =
            Adapter::new(loaded.program, Engine::builder().build(), config.expect("valid settings"))
                .expect("a function");
        let _ = runtime.block_on(local::run_once(&adapter, event.clone(), Invocation::new("request")));
    }
});
