//! What the variables mean.

use super::*;

fn variables<'v>(given: &'v [(&'v str, &'v str)]) -> impl Fn(&str) -> Option<String> + 'v {
    move |name| given.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
}

#[track_caller]
fn check(given: &[(&str, &str)], expected: Result<bool, &str>) {
    let found = is_wanted(&variables(given));
    assert_eq!(found.as_ref().map(|wanted| *wanted).map_err(|error| error.0.as_str()), expected);
}

#[test]
fn spans_are_sent_only_if_asked_for() {
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318");
    check(&[], Ok(false));
    check(&[endpoint], Ok(true));
    check(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://localhost:4318/v1/traces")], Ok(true));
    check(&[("OTEL_TRACES_EXPORTER", "otlp")], Ok(true));
    check(&[endpoint, ("OTEL_TRACES_EXPORTER", "none")], Ok(false));
    check(&[endpoint, ("OTEL_SDK_DISABLED", "true")], Ok(false));
    check(&[endpoint, ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")], Ok(true));
    check(
        &[endpoint, ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")],
        Err("OTEL_EXPORTER_OTLP_PROTOCOL: expected `http/protobuf`, found `grpc`"),
    );
    check(&[("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")], Ok(false));
    check(
        &[("OTEL_TRACES_EXPORTER", "zipkin")],
        Err("OTEL_TRACES_EXPORTER: expected `otlp` or `none`, found `zipkin`"),
    );
}

#[test]
fn batches_follow_the_variables() {
    let second = Duration::from_secs(1);
    let read = |given: &[(&str, &str)]| batches(second, &variables(given));
    assert_eq!(read(&[]), Ok(Batches { timeout: second, ..Batches::default() }));
    let given = [
        ("OTEL_BSP_MAX_QUEUE_SIZE", "100"),
        ("OTEL_BSP_SCHEDULE_DELAY", "250"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "700"),
    ];
    let (delay, timeout) = (Duration::from_millis(250), Duration::from_millis(700));
    assert_eq!(read(&given), Ok(Batches { queue: 100, batch: 100, delay, timeout }));
    let problem = "OTEL_BSP_MAX_QUEUE_SIZE: expected a number above 0, found `no`";
    assert_eq!(read(&[("OTEL_BSP_MAX_QUEUE_SIZE", "no")]), Err(OtlpError(problem.to_owned())));
}
