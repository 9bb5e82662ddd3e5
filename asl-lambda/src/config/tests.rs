//! What the variables mean.

use asl_engine::LogLevel;

use super::*;
use crate::Checkpoints;

#[track_caller]
fn read(vars: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::from_vars(vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

#[track_caller]
fn check(vars: &[(&str, &str)], problems: &[&str]) {
    assert_eq!(read(vars).unwrap_err().problems(), problems);
}

#[test]
fn nothing_set_is_the_default() {
    let config = read(&[("HOME", "/"), ("ASL_LIMITS", "")]).unwrap();
    assert_eq!(config.limits, Limits::express());
    assert_eq!((config.event_source, config.response), (None, Response::Output));
    assert_eq!((config.on_failure, config.margin), (OnFailure::Fail, Duration::from_millis(500)));
    assert!(config.definition.is_none() && matches!(config.input, Input::Default));
}

#[test]
fn an_execution_may_hold_half_of_the_memory() {
    let size = ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512");
    let bytes = |vars: &[(&str, &str)]| read(vars).unwrap().limits.memory_bytes;
    assert_eq!(bytes(&[]), Limits::express().memory_bytes);
    assert_eq!(bytes(&[size]), Some(256 << 20));
    assert_eq!(bytes(&[size, ("ASL_LIMITS", "unlimited")]), Some(256 << 20));
    assert_eq!(bytes(&[("ASL_LIMITS", "unlimited")]), None);
}

#[test]
fn executions_are_kept_in_a_bucket() {
    check(
        &[("ASL_MAP_CHECKPOINTS", "/tmp")],
        &["ASL_MAP_CHECKPOINTS: expected `s3://BUCKET/PREFIX`, found `/tmp`"],
    );
}

#[test]
fn every_variable_is_read() {
    let config = read(&[
        ("ASL_DEFINITION", "definitions"),
        ("ASL_MAIN", "orders"),
        ("ASL_SUBSTITUTE_Table", "orders"),
        ("ASL_SUBSTITUTE_Suffix", ""),
        ("ASL_SUBSTITUTIONS", r#"{"Table": "others", "Topic.Arn": "arn"}"#),
        ("ASL_EVENT_SOURCE", "event-bridge"),
        ("ASL_INPUT", "$.detail"),
        ("ASL_BATCH", "array"),
        ("ASL_RESPONSE", "envelope"),
        ("ASL_STATUS_MAP", r#"{"OutOfStock": 409}"#),
        ("ASL_HTTP_CAUSE", "hidden"),
        ("ASL_CORS_ORIGINS", "*"),
        ("ASL_INVOKE_MODE", "response-stream"),
        ("ASL_ON_FAILURE", "report"),
        ("ASL_LIMITS", "unlimited"),
        ("ASL_EXPRESS_PATTERNS", "all"),
        ("ASL_MAP_FUNCTION", "self"),
        ("ASL_MAP_WORKERS", "7"),
        ("ASL_MAP_BATCH", "1000"),
        ("ASL_MAP_WORKER", "true"),
        ("ASL_MAP_CHECKPOINTS", "s3://data/kept"),
        ("ASL_LOG_LEVEL", "ALL"),
        ("ASL_LOG_EXECUTION_DATA", "true"),
        ("ASL_METRICS_NAMESPACE", "Orders"),
        ("ASL_DEADLINE_MARGIN_MS", "0"),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ("AWS_LAMBDA_LOG_LEVEL", "WARN"),
    ]);
    let config = config.unwrap();
    assert_eq!((config.definition, config.main), (Some("definitions".into()), Some("orders".to_owned())));
    let values = ["Table", "Suffix", "Topic.Arn", "Other"].map(|name| config.substitutions.get(name));
    assert_eq!(values, [Some("orders"), Some(""), Some("arn"), None]);
    assert_eq!((config.batch, config.invoke_mode), (BatchMode::Array, InvokeMode::ResponseStream));
    assert_eq!(config.cause, Cause::Hidden);
    assert_eq!((config.cors, config.metrics_namespace), (Cors::parse("*").ok(), Some("Orders".into())));
    let log = LogSettings {
        level: LogLevel::All,
        execution_data: true,
        is_json: true,
        threshold: Some(Severity::Warn),
    };
    assert_eq!(config.log, log);
    assert_eq!(config.event_source, Some(Trigger::EventBridge));
    assert!(matches!(config.input, Input::Expression(_)));
    assert_eq!((config.response, config.on_failure), (Response::Envelope, OnFailure::Report));
    assert_eq!((config.limits, config.margin), (Limits::unlimited(), Duration::ZERO));
    let checkpoints = Checkpoints::parse("s3://data/kept").ok();
    let map = MapSettings {
        function: Some(MapFunction::Own),
        workers: 7,
        batch: 1_000,
        checkpoints,
        is_worker: true,
    };
    assert_eq!(config.map, map);
    assert_eq!(config.express_patterns, ExpressPatterns::All);
    assert_eq!(config.mapping.status_for(Some("OutOfStock")), 409);
}

#[cfg(feature = "durable")]
#[test]
fn variables_of_durable_executions() {
    let functions = r#"{"billing": "arn:f"}"#;
    let config = read(&[
        ("ASL_CALLBACK_PATH", "/approve"),
        ("ASL_DURABLE_CONTINUE_AT", "2700"),
        ("ASL_DURABLE_FUNCTIONS", functions),
    ]);
    let config = config.unwrap();
    assert_eq!(
        (config.callback_path, config.durable_continue_at),
        (Some("/approve".to_owned()), Some(2_700))
    );
    assert_eq!(config.durable_functions, [("billing".into(), "arn:f".into())].into());
    check(
        &[
            ("ASL_CALLBACK_PATH", "approve"),
            ("ASL_DURABLE_CONTINUE_AT", "3000"),
            ("ASL_DURABLE_FUNCTIONS", r#"{"billing": 1}"#),
        ],
        &[
            "ASL_CALLBACK_PATH: expected a path that begins with `/`, found `approve`",
            "ASL_DURABLE_CONTINUE_AT: expected 100 to 2900 operations, found `3000`",
            "ASL_DURABLE_FUNCTIONS: expected a string for `billing`, found 1",
        ],
    );
}

/// They would have no effect.
#[cfg(not(feature = "durable"))]
#[test]
fn variables_of_durable_executions_are_refused() {
    for (name, value) in [
        ("ASL_CALLBACK_PATH", "/approve"),
        ("ASL_DURABLE_CONTINUE_AT", "2700"),
        ("ASL_DURABLE_FUNCTIONS", "{}"),
    ] {
        let problem = format!("{name}: this function is built without the feature `durable`");
        check(&[(name, value)], &[&problem]);
    }
}

#[test]
fn every_bad_variable_is_named() {
    check(
        &[
            ("ASL_STATUS_MAP", r#"{"A": 99, "B": "409", "C": 404}"#),
            ("ASL_BATCH", "items"),
            ("ASL_BOTCH", "item"),
            ("ASL_CORS_ORIGINS", "*,shop.example"),
            ("ASL_MAP_WORKERS", "0"),
            ("ASL_MAP_BATCH", "many"),
            ("ASL_LOG_LEVEL", "DEBUG"),
            ("ASL_METRICS_NAMESPACE", "AWS/States"),
            ("ASL_RESPONSE", "all"),
            ("ASL_ON_FAILURE", "x"),
            ("ASL_DEADLINE_MARGIN_MS", "-1"),
            ("ASL_INPUT", "$.["),
            ("ASL_LIMITS", "express"),
            ("ASL_SUBSTITUTIONS", r#"{"Table": []}"#),
        ],
        &[
            "ASL_BATCH: expected `item` or `array`, found `items`",
            "ASL_BOTCH: not a variable of this version of asl-lambda",
            "ASL_CORS_ORIGINS: expected `*` or origins such as `https://shop.example`, found `shop.example`",
            "ASL_DEADLINE_MARGIN_MS: expected milliseconds, found `-1`",
            "ASL_INPUT: Invalid path '$.['",
            "ASL_LOG_LEVEL: expected one of `OFF`, `FATAL`, `ERROR`, `ALL`, found `DEBUG`",
            "ASL_MAP_BATCH: expected 1 to 10000 child executions, found `many`",
            "ASL_MAP_WORKERS: expected 1 to 10000 invocations, found `0`",
            "ASL_METRICS_NAMESPACE: expected up to 255 characters that do not begin with `AWS/`",
            "ASL_ON_FAILURE: expected `fail` or `report`, found `x`",
            "ASL_RESPONSE: expected `output` or `envelope`, found `all`",
            "ASL_STATUS_MAP: expected an HTTP status from 200 to 599 for `A`, found 99; \
             expected an HTTP status from 200 to 599 for `B`, found \"409\"",
            "ASL_SUBSTITUTIONS: expected a string for `Table`, found array",
        ],
    );
    check(&[("ASL_STATUS_MAP", "[]")], &["ASL_STATUS_MAP: expected an object, found array"]);
    check(
        &[("ASL_STATUS_MAP", "{")],
        &["ASL_STATUS_MAP: expected JSON: EOF while parsing an object at line 1 column 1"],
    );
}

#[test]
fn an_unknown_event_source_is_told_the_known_ones() {
    let error = read(&[("ASL_EVENT_SOURCE", "apigw")]).unwrap_err().to_string();
    assert!(error.starts_with("ASL_EVENT_SOURCE: expected one of `auto`, `alb`, "), "{error}");
    assert!(error.ends_with("`start-sync`, `direct`, found `apigw`"), "{error}");
}
