//! The lines of a journal: what is written, what is read, what is refused.

use std::time::Duration;

use asl_engine::{
    DefinitionHash, EffectId, Execution, Failure, JournalEnd, JournalErrorKind, JournalHeader, JournalRecord,
    Learned, Limits, MapRunSettings, MidTurn, News, ObjectPage, ObjectPart, Outcome, RecordedExecution, Seed,
    Stopped, TaskClock, Turn,
};
use asl_model::{Source, parse};
use asl_value::{MAX_DEPTH, Timestamp, Value, json};

const DEFINITION: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn header() -> JournalHeader {
    let hash = DefinitionHash::of(&parse(&Source::json(DEFINITION)).machine.unwrap());
    let execution = Execution::new(json!({"n": 1})).with_limits(Limits::unlimited());
    JournalHeader::new(hash, &execution, at("2026-03-14T12:00:00.0009Z"), Seed::new([171; 32]))
}

fn turn(number: u64, learned: Learned) -> Turn {
    let news = vec![News { of: EffectId::parse("2.1/3").unwrap(), learned }];
    Turn { number, at: at("2026-03-14T12:00:01.5Z"), news }
}

/// A turn and the news in its line, which is read as the same turn.
#[track_caller]
fn check(learned: Learned, expected: &str) {
    let record = JournalRecord::Turn(turn(7, learned));
    let line = record.to_json();
    let before = r#"{"turn":7,"at":"2026-03-14T12:00:01.500Z","news":[{"of":"2.1/3","#;
    assert_eq!(line.strip_prefix(before).and_then(|rest| rest.strip_suffix("}]}")), Some(expected), "{line}");
    assert_eq!(JournalRecord::parse(&line).unwrap(), record);
}

#[test]
fn news_of_each_kind_are_written_and_read() {
    check(Learned::Started { worker: None }, r#""started":{}"#);
    check(Learned::Started { worker: Some("w".into()) }, r#""started":{"worker":"w"}"#);
    check(Learned::Submitted(json!({"Id": 1})), r#""submitted":{"Id":1}"#);
    check(Learned::Returned(json!([1.0, null])), r#""returned":[1.0,null]"#);
    check(Learned::Failed(Failure::new("E", "why")), r#""failed":{"error":"E","cause":"why"}"#);
    check(Learned::Failed(Failure::default()), r#""failed":{}"#);
    check(Learned::Refused("no activity".into()), r#""refused":"no activity""#);
    check(Learned::Expired(TaskClock::Timeout), r#""expired":"TimeoutSeconds""#);
    check(Learned::Expired(TaskClock::Heartbeat), r#""expired":"HeartbeatSeconds""#);
    check(Learned::Rang, r#""rang":true"#);
    check(Learned::Read(b"a,b\n".as_slice().into()), r#""read":"a,b\n""#);
    check(Learned::Read(b"\xff\x00".as_slice().into()), r#""read":{"base64":"/wA="}"#);
    let part = ObjectPart::new(b"a,b".to_vec(), 7, Some("e".into()));
    check(Learned::ReadPart(part), r#""readPart":{"bytes":"a,b","total":7,"tag":"e"}"#);
    let part = ObjectPart::new(b"\xff\x00".to_vec(), 2, None);
    check(Learned::ReadPart(part), r#""readPart":{"bytes":{"base64":"/wA="},"total":2}"#);
    let page = ObjectPage::new(vec![json!({"Key": "a"})], Some("t".into()));
    check(Learned::Listed(page), r#""listed":{"objects":[{"Key":"a"}],"next":"t"}"#);
    check(Learned::Listed(ObjectPage::default()), r#""listed":{"objects":[]}"#);
    check(Learned::Written, r#""written":true"#);
    let settings = MapRunSettings {
        max_concurrency: 5,
        tolerated_failure_count: None,
        tolerated_failure_percentage: Some(12.5),
    };
    check(Learned::Updated(settings), r#""updated":{"maxConcurrency":5,"toleratedFailurePercentage":12.5}"#);
    let stopped = Stopped { outcome: Outcome::Aborted(Failure::default()), after: None };
    check(Learned::Stopped(stopped), r#""stopped":{"status":"ABORTED"}"#);
    let after = Some(MidTurn { events: 12, checks: 5 });
    let stopped = Stopped { outcome: Outcome::Failed(Failure::new("E", "c")), after };
    let expected =
        r#""stopped":{"status":"FAILED","error":"E","cause":"c","after":{"events":12,"checks":5}}"#;
    check(Learned::Stopped(stopped), expected);
}

#[test]
fn a_missed_heartbeat_is_still_one_after_reading() {
    let line = r#"{"turn":1,"at":"2026-03-14T12:00:00Z","news":[{"of":"1","failed":{"error":"States.Timeout","heartbeat":true}}]}"#;
    let record = JournalRecord::parse(line).unwrap();
    assert_eq!(record.to_json(), line);
    let JournalRecord::Turn(turn) = record else { panic!("{record:?}") };
    let Learned::Failed(failure) = &turn.news[0].learned else { panic!("{turn:?}") };
    assert_eq!(failure.matched_name(), "States.HeartbeatTimeout");
}

/// A document may be as deep as one can be, although the line puts objects around it.
#[test]
fn the_deepest_payloads_fit_into_a_line() {
    for missing in 0..12 {
        let deep = (0..MAX_DEPTH - missing).fold(json!(null), |inner, _| Value::Array(vec![inner].into()));
        assert_eq!(deep.depth(), MAX_DEPTH - missing);
        for learned in [Learned::Returned(deep.clone()), Learned::Submitted(deep.clone())] {
            let record = JournalRecord::Turn(turn(1, learned));
            assert_eq!(JournalRecord::parse(&record.to_json()).unwrap(), record, "{missing}");
        }
        let mut header = header();
        header.input = deep;
        let header = JournalRecord::Header(Box::new(header));
        assert_eq!(JournalRecord::parse(&header.to_json()).unwrap(), header, "{missing}");
    }
}

#[test]
fn a_journal_is_read_as_it_was_written() {
    let mut header = header();
    header.deadline = Some(at("2026-03-15T00:00:00.000001Z"));
    header.trace_header = Some("Root=1".into());
    header.limits = Limits { duration: Some(Duration::from_millis(1500)), ..Limits::standard() };
    let mut recorded = RecordedExecution::new(header);
    recorded.push(JournalRecord::Turn(turn(1, Learned::Rang))).unwrap();
    recorded.push(JournalRecord::Turn(turn(2, Learned::Returned(json!({"é": "\n"}))))).unwrap();
    let end = JournalEnd::new("SUCCEEDED", at("2026-03-14T12:00:01.5009Z"), 9);
    recorded.push(JournalRecord::End(end)).unwrap();
    let text = recorded.to_lines();
    assert_eq!(text.lines().count(), 4);
    assert_eq!(RecordedExecution::parse(&text).unwrap(), recorded);
    assert_eq!(RecordedExecution::parse(&text.replace('\n', "\n\n")).unwrap(), recorded);
}

/// What is said about a journal whose first line is a good header.
#[track_caller]
fn refused(rest: &str, kind: JournalErrorKind, message: &str) {
    let text = JournalRecord::Header(Box::new(header())).to_json() + "\n" + rest;
    let error = RecordedExecution::parse(&text).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.kind()), (message, kind));
}

#[test]
fn bad_journals_are_refused_with_line_expectation_and_finding() {
    use JournalErrorKind::{Order, Syntax};
    let line =
        |turn: u64, at: &str, news: &str| format!(r#"{{"turn":{turn},"at":"{at}","news":[{news}]}}"#) + "\n";
    let good = line(1, "2026-03-14T12:00:01Z", r#"{"of":"1","rang":true}"#);
    let end = "{\"ended\":\"SUCCEEDED\",\"at\":\"2026-03-14T12:00:01Z\",\"events\":3}\n";
    let news = |news: &str| line(1, "2026-03-14T12:00:01Z", news);

    refused(&format!("{good}{good}"), Order, "line 3: expected turn 2, found turn 1");
    refused(&good.replace(":1,", ":2,"), Order, "line 2: expected turn 1, found turn 2");
    let early = line(1, "2026-03-14T11:59:59Z", r#"{"of":"1","rang":true}"#);
    let message = "line 2: expected turn 1 at 2026-03-14T12:00:00Z or later, found 2026-03-14T11:59:59Z";
    refused(&early, Order, message);
    refused(&format!("{end}{good}"), Order, "line 3: expected nothing after the end of the execution");
    let header = JournalRecord::Header(Box::new(header())).to_json() + "\n";
    refused(&header, Order, "line 2: expected one header, found another");

    let cut = good.trim_end();
    refused(cut, Syntax, "line 2: the line is cut off: expected a line feed at its end");
    refused("{}\n", Syntax, "line 2: expected a member `asl-journal`, `turn` or `ended`");
    refused("[]\n", Syntax, "line 2: expected the record to be an object, found array");
    refused("{\n", Syntax, "line 2: EOF while parsing an object at line 1 column 1");
    refused(&line(1, "noon", ""), Syntax, "line 2: expected a timestamp as `at` of turn 1, found \"noon\"");
    let message = "line 2: expected an array with a piece of news as `news` of turn 1, found []";
    refused(&line(1, "2026-03-14T12:00:01Z", ""), Syntax, message);
    let message = "line 2: expected the name of an effect as `of` of the news of turn 1, found \"2.1\"";
    refused(&news(r#"{"of":"2.1","rang":true}"#), Syntax, message);
    let message = "line 2: expected true as `rang` of the news of `1` in turn 1, found 1";
    refused(&news(r#"{"of":"1","rang":1}"#), Syntax, message);
    let message = "line 2: expected one of `started`, `submitted`, `returned`, `failed`, `refused`, `expired`, `rang`, `read`, `readPart`, \
        `listed`, `written`, `updated`, `stopped` in the news of `1` in turn 1";
    refused(&news(r#"{"of":"1","rung":true}"#), Syntax, message);
    let message = "line 2: expected no member `more` of the news of `1` in turn 1";
    refused(&news(r#"{"of":"1","rang":true,"more":1}"#), Syntax, message);
    let message =
        "line 2: expected the status of an ended execution as `ended` of the record, found \"DONE\"";
    refused(&end.replace("SUCCEEDED", "DONE"), Syntax, message);
}

#[test]
fn bad_headers_are_refused() {
    let good = JournalRecord::Header(Box::new(header())).to_json();
    for (from, to, kind, message) in [
        (
            "\"asl-journal\":1",
            "\"asl-journal\":2",
            JournalErrorKind::Version,
            "expected a journal of version 1, found version 2",
        ),
        (
            "\"abab",
            "\"xbab",
            JournalErrorKind::Syntax,
            "expected 64 hexadecimal digits as `seed` of the header",
        ),
        (
            "\"strands\":",
            "\"strand\":",
            JournalErrorKind::Syntax,
            "expected a member `strands` of `limits` of the header",
        ),
        (
            "\"redriveCount\":0",
            "\"redriveCount\":5000000000",
            JournalErrorKind::Syntax,
            "`redriveCount` of the header is too large",
        ),
    ] {
        let error = JournalRecord::parse(&good.replace(from, to)).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.kind()), (message, kind));
    }
    let error = RecordedExecution::parse("").unwrap_err();
    assert_eq!(error.to_string(), "expected the header of a journal, found no line");
    let error = RecordedExecution::parse(
        "{\"turn\":1,\"at\":\"2026-03-14T12:00:01Z\",\"news\":[{\"of\":\"1\",\"rang\":true}]}\n",
    );
    assert_eq!(error.unwrap_err().kind(), JournalErrorKind::Order);
}

#[test]
fn a_journal_belongs_to_one_definition() {
    let other = DEFINITION.replace("Succeed", "Fail");
    let other = DefinitionHash::of(&parse(&Source::json(other)).machine.unwrap());
    let header = header();
    assert!(header.check(&header.definition).is_ok());
    let error = header.check(&other).unwrap_err();
    assert_eq!(error.kind(), JournalErrorKind::Definition);
    let expected = format!(
        "the journal of `arn:aws:states:us-east-1:123456789012:execution:machine:execution` was recorded with another \
         definition: expected `{}`, found `{other}`",
        header.definition
    );
    assert_eq!(error.to_string(), expected);
}

/// The seed is not shown, since tokens follow from it.
#[test]
fn the_seed_is_hidden() {
    assert!(!format!("{:?}", header()).contains("abab"));
    let line = JournalRecord::Header(Box::new(header())).to_json();
    assert!(line.contains(&"ab".repeat(32)));
}
