//! Log records for CloudWatch Logs.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use asl_aws::{CallOptions, Caller, ServiceError};
use asl_engine::{Entropy, SystemEntropy};
use asl_local::LogSink;
use asl_model::ExecutionArn;
use asl_value::{Timestamp, Value, json};
use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

const SERVICE: &str = "cloudwatchlogs";
/// How long a call may take, retries included.
const WITHIN: Duration = Duration::from_secs(10);
/// How many bytes of records may be queued. When the queue is full, new records are dropped.
const MOST_WAITING_BYTES: usize = 64 << 20;
/// How many streams are remembered. Beyond that, all machines get new streams.
const MOST_STREAMS: usize = 1024;
/// The limits of one PutLogEvents call.
///
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>
const MOST_EVENTS: usize = 10_000;
const MOST_BYTES: usize = 1 << 20;
const EVENT_BYTES: usize = 26;
const LONGEST_SPAN_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// Sends log records to their log groups in the background: executions neither wait for it nor fail with it.
pub(crate) struct CloudWatch {
    caller: Caller,
    waiting: Arc<Waiting>,
    /// Set by the first record.
    queue: OnceLock<mpsc::UnboundedSender<Message>>,
}

/// The queue.
#[derive(Default)]
struct Waiting {
    bytes: AtomicUsize,
    /// Records that were dropped because the queue was full.
    lost: AtomicU64,
}

enum Message {
    Record(Record),
    /// Answered when everything queued before has been delivered or dropped.
    Flush(oneshot::Sender<()>),
}

struct Record {
    destination: Destination,
    timestamp: i64,
    text: String,
}

/// A log group and the machine that logs to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Destination {
    group: String,
    machine: String,
}

impl CloudWatch {
    /// `None` if CloudWatch Logs may not be called.
    pub(crate) fn of(caller: &Caller) -> Option<CloudWatch> {
        let cloudwatch =
            || CloudWatch { caller: caller.clone(), waiting: Arc::default(), queue: OnceLock::new() };
        caller.reaches(SERVICE).then(cloudwatch)
    }

    fn start(&self) -> mpsc::UnboundedSender<Message> {
        let (sender, queue) = mpsc::unbounded_channel();
        let delivery =
            Delivery { caller: self.caller.clone(), streams: HashMap::new(), entropy: SystemEntropy::new() };
        tokio::spawn(delivery.run(queue, Arc::clone(&self.waiting)));
        sender
    }
}

#[async_trait]
impl LogSink for CloudWatch {
    fn record(&self, group: &str, record: Value) {
        let record = Record::new(group, &record);
        let room =
            |waiting: usize| Some(waiting + record.bytes()).filter(|bytes| *bytes <= MOST_WAITING_BYTES);
        if self.waiting.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).is_err() {
            self.waiting.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        // The receiver exists as long as the runtime does.
        let _ = self.queue.get_or_init(|| self.start()).send(Message::Record(record));
    }

    async fn has_group(&self, group: &str) -> bool {
        let params = json!({"LogGroupNamePrefix": group});
        match self.caller.call(SERVICE, "describeLogGroups", params, &options()).await {
            Ok(answer) => {
                let groups =
                    answer.output.get("LogGroups").and_then(Value::as_array).cloned().unwrap_or_default();
                groups.iter().any(|found| found.get("LogGroupName").and_then(Value::as_str) == Some(group))
            }
            // DEVIATION: AWS refuses a log group that it may not look up. Here it is accepted, because not every emulator
            // implements log groups.
            Err(error) => {
                tracing::warn!(group, %error, "cannot look up a log group");
                true
            }
        }
    }

    async fn flush(&self) {
        let Some(queue) = self.queue.get() else { return };
        let (done, flushed) = oneshot::channel();
        if queue.send(Message::Flush(done)).is_ok() {
            // The task ends with the runtime, after which nothing can be delivered.
            let _ = flushed.await;
        }
    }
}

fn options() -> CallOptions<'static> {
    CallOptions { within: Some(WITHIN), ..CallOptions::default() }
}

impl Record {
    fn new(group: &str, record: &Value) -> Record {
        let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
        let machine =
            ExecutionArn::parse(text("execution_arn")).map_or("", |arn| arn.machine.name).to_owned();
        let destination = Destination { group: group.to_owned(), machine };
        let timestamp = text("event_timestamp").parse().unwrap_or_default();
        Record { destination, timestamp, text: record.to_json() }
    }

    fn bytes(&self) -> usize {
        self.text.len() + EVENT_BYTES
    }
}

/// Delivers queued records, batch by batch.
struct Delivery {
    caller: Caller,
    /// The streams created so far.
    streams: HashMap<Destination, String>,
    entropy: SystemEntropy,
}

impl Delivery {
    async fn run(mut self, mut queue: mpsc::UnboundedReceiver<Message>, waiting: Arc<Waiting>) {
        let mut messages = Vec::new();
        while queue.recv_many(&mut messages, MOST_EVENTS).await > 0 {
            let mut records: HashMap<Destination, Vec<Record>> = HashMap::new();
            let mut flushed = Vec::new();
            let mut bytes = 0;
            for message in messages.drain(..) {
                match message {
                    Message::Flush(done) => flushed.push(done),
                    Message::Record(record) => {
                        bytes += record.bytes();
                        records.entry(record.destination.clone()).or_default().push(record);
                    }
                }
            }
            for (destination, records) in records {
                for batch in batches(records) {
                    self.deliver(&destination, &batch).await;
                }
            }
            waiting.bytes.fetch_sub(bytes, Ordering::Relaxed);
            let lost = waiting.lost.swap(0, Ordering::Relaxed);
            if lost > 0 {
                tracing::warn!(lost, "log records are lost: CloudWatch Logs takes them too slowly");
            }
            for done in flushed {
                // The caller may have stopped waiting.
                let _ = done.send(());
            }
        }
    }

    async fn deliver(&mut self, destination: &Destination, batch: &[Record]) {
        let mut put = self.put(destination, batch).await;
        if put.as_ref().is_err_and(|error| error.code() == "ResourceNotFoundException")
            && self.streams.remove(destination).is_some()
        {
            // The stream was deleted.
            put = self.put(destination, batch).await;
        }
        let (group, lost) = (&destination.group, batch.len());
        match put {
            Ok(None) => {}
            Ok(Some(rejected)) => tracing::warn!(group, %rejected, "CloudWatch Logs rejects log records"),
            Err(error) => tracing::warn!(group, lost, %error, "log records are lost"),
        }
    }

    /// Returns the part of the answer about rejected records: `{"TooNewLogEventStartIndex": 0}`.
    async fn put(&mut self, to: &Destination, batch: &[Record]) -> Result<Option<Value>, ServiceError> {
        let stream = self.stream(to, batch).await?;
        let event = |record: &Record| json!({"Timestamp": record.timestamp, "Message": record.text.as_str()});
        let events: Value = batch.iter().map(event).collect();
        let params = json!({"LogGroupName": to.group.as_str(), "LogStreamName": stream, "LogEvents": events});
        let answer = self.caller.call(SERVICE, "putLogEvents", params, &options()).await?;
        Ok(answer.output.get("RejectedLogEventsInfo").filter(|rejected| !rejected.is_null()).cloned())
    }

    /// The stream of a machine, created with its first record.
    async fn stream(&mut self, to: &Destination, batch: &[Record]) -> Result<String, ServiceError> {
        if let Some(known) = self.streams.get(to) {
            return Ok(known.clone());
        }
        let began =
            batch.first().map_or(Timestamp::EPOCH, |first| Timestamp::from_epoch_millis(first.timestamp));
        let stream = stream_name(&to.machine, began, self.entropy.next_u64() as u32);
        let params = json!({"LogGroupName": to.group.as_str(), "LogStreamName": stream.as_str()});
        match self.caller.call(SERVICE, "createLogStream", params, &options()).await {
            Err(error) if error.code() != "ResourceAlreadyExistsException" => return Err(error),
            _ => {}
        }
        if self.streams.len() >= MOST_STREAMS {
            self.streams.clear();
        }
        self.streams.insert(to.clone(), stream.clone());
        Ok(stream)
    }
}

/// `states/orders/2024-11-22-09-30/0badcafe`
fn stream_name(machine: &str, began: Timestamp, id: u32) -> String {
    let minute: String = began.to_string().chars().take("2024-11-22T09:30".len()).collect();
    format!("states/{machine}/{}/{id:08x}", minute.replace(['T', ':'], "-"))
}

/// Sorts the records by time and splits them into as few calls as possible.
fn batches(mut records: Vec<Record>) -> Vec<Vec<Record>> {
    records.sort_by_key(|record| record.timestamp);
    let mut rest = VecDeque::from(records);
    let mut batches = Vec::new();
    while let Some(first) = rest.pop_front() {
        let (began, mut bytes) = (first.timestamp, first.bytes());
        let mut batch = vec![first];
        while let Some(next) = rest.pop_front() {
            bytes += next.bytes();
            if batch.len() == MOST_EVENTS
                || bytes > MOST_BYTES
                || next.timestamp - began > LONGEST_SPAN_MILLIS
            {
                rest.push_front(next);
                break;
            }
            batch.push(next);
        }
        batches.push(batch);
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_named_by_machine_and_minute() {
        let record = json!({
            "event_timestamp": "1457956800500",
            "execution_arn": "arn:aws:states:us-east-1:123456789012:express:orders:a:b"
        });
        let record = Record::new("g", &record);
        let began = Timestamp::from_epoch_millis(record.timestamp);
        let name = stream_name(&record.destination.machine, began, 0xbad);
        assert_eq!(name, "states/orders/2016-03-14-12-00/00000bad");
    }

    /// The timestamps of each batch.
    #[track_caller]
    fn check(records: &[(i64, usize)], expected: &[&[i64]]) {
        let destination = Destination { group: "g".to_owned(), machine: "m".to_owned() };
        let record = |&(timestamp, bytes): &(i64, usize)| Record {
            destination: destination.clone(),
            timestamp,
            text: "x".repeat(bytes),
        };
        let found = batches(records.iter().map(record).collect());
        let times = |batch: &Vec<Record>| batch.iter().map(|record| record.timestamp).collect::<Vec<_>>();
        assert_eq!(found.iter().map(times).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn batches_are_as_put_log_events_takes_them() {
        check(&[(3, 1), (1, 1), (2, 1)], &[&[1, 2, 3]]);
        check(&[(1, MOST_BYTES / 2), (2, MOST_BYTES / 2), (3, 1)], &[&[1], &[2, 3]]);
        check(
            &[(0, 1), (LONGEST_SPAN_MILLIS, 1), (LONGEST_SPAN_MILLIS + 1, 1)],
            &[&[0, LONGEST_SPAN_MILLIS], &[LONGEST_SPAN_MILLIS + 1]],
        );
        let many: Vec<i64> = (0..=MOST_EVENTS as i64).collect();
        let records: Vec<(i64, usize)> = many.iter().map(|time| (*time, 1)).collect();
        let (most, last) = many.split_at(MOST_EVENTS);
        check(&records, &[most, last]);
    }
}
