//! A test file, a mock file, a history: any bytes, as JSON and as YAML.

#![no_main]

use asl_engine::Record;
use asl_model::{Source, Value};
use asl_test::{TestFile, mocks::MockConfig};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for source in [Source::json(text), Source::yaml(text)] {
        for problem in TestFile::problems(&source) {
            assert!(!problem.to_string().is_empty());
        }
    }
    let Ok(value) = Value::parse(text) else { return };
    if let Ok(mocks) = MockConfig::parse(&value) {
        assert!(MockConfig::parse(&mocks.to_json()).is_ok(), "is written otherwise");
    }
    let _ = Record::read(&value);
});
