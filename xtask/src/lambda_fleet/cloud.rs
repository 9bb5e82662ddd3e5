//! [`Cloud`]: Lambda on loopback, with a place for each worker.
//!
//! Sources: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>,
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use std::collections::{HashMap, HashSet};
use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::FAILING;
use super::crowd::Crowd;
use super::dice::Dice;
use super::workers::{Event, Function, Place, Role};
use crate::{Result, loopback};

/// Of 1,000 invocations, how many are refused, lose their worker, or are answered late.
const THROTTLED: u64 = 150;
const KILLED: u64 = 40;
const SLOW: u64 = 100;

/// Longer than any invocation takes here.
const PATIENCE: Duration = Duration::from_secs(900);

pub(super) struct Cloud {
    address: SocketAddr,
    function: Function,
    /// The parent, then the workers.
    places: Vec<Place>,
    state: Mutex<State>,
    crowd: Crowd,
    dice: Dice,
}

#[derive(Default)]
struct State {
    /// The places of workers that wait.
    free: Vec<usize>,
    calls: u64,
    /// Who waits for the report about an event.
    reports: HashMap<String, Sender<Report>>,
    /// The items that are worked on.
    items: HashSet<u64>,
    seen: Seen,
}

/// How an invocation ended.
struct Report {
    is_error: bool,
    body: String,
}

/// What has happened so far.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Seen {
    pub(super) invocations: usize,
    pub(super) throttled: usize,
    pub(super) killed: usize,
    pub(super) slow: usize,
    pub(super) begun: usize,
    /// How many children ran at a time.
    pub(super) most: usize,
    /// How many began while they ran.
    pub(super) twice: usize,
}

/// The end of the parent.
pub(super) struct Ended {
    /// The answer, or the error.
    pub(super) answer: String,
    /// The most memory it had, in KiB.
    pub(super) memory: u64,
}

impl Cloud {
    pub(super) fn start(function: Function, workers: usize, crowd: Crowd, seed: u64) -> Result<Arc<Cloud>> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let roles =
            std::iter::once(Role::Parent { workers }).chain(std::iter::repeat_n(Role::Worker, workers));
        let places: Vec<Place> = roles.map(Place::new).collect();
        let state = Mutex::new(State { free: (1..=workers).collect(), ..State::default() });
        let cloud = Arc::new(Cloud { address, function, places, state, crowd, dice: Dice::new(seed) });
        let served = Arc::downgrade(&cloud);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let Some(cloud) = served.upgrade() else { return };
                std::thread::spawn(move || cloud.serve(&connection));
            }
        });
        for (number, place) in cloud.places.iter().enumerate() {
            place.start(number, &cloud.function, address)?;
        }
        Ok(cloud)
    }

    /// Invokes the parent.
    pub(super) fn parent(&self, event: &str) -> Result<Ended> {
        let place = self.places.first().ok_or("no parent")?;
        let report = self.deliver(place, event.to_owned()).ok_or("the parent has not answered")?;
        Ok(Ended { answer: report.body, memory: place.memory()? })
    }

    pub(super) fn seen(&self) -> Seen {
        self.state().seen
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers the requests of one connection until either side closes it.
    fn serve(&self, connection: &TcpStream) -> Option<()> {
        connection.set_nodelay(true).ok()?;
        let mut reader = BufReader::new(connection);
        loop {
            let (line, body) = loopback::read(&mut reader).ok()?;
            let path = line.split(' ').nth(1)?.to_owned();
            let body = String::from_utf8(body).ok()?;
            match path.split('/').collect::<Vec<_>>().as_slice() {
                ["", number, _, "runtime", "invocation", "next"] => {
                    let event = self.places.get(number.parse::<usize>().ok()?)?.next()?;
                    respond(connection, "200 OK", &headers(&event), &event.payload)?;
                    if let Some(taken) = event.taken {
                        let _ = taken.send(());
                    }
                }
                ["", _, _, "runtime", "invocation", id, how] => {
                    respond(connection, "202 Accepted", "", "")?;
                    let waiting = self.state().reports.remove(*id);
                    let report = Report { is_error: *how == "error", body };
                    // A worker that was killed may have answered at the last moment.
                    if let Some(waiting) = waiting {
                        let _ = waiting.send(report);
                    }
                }
                ["", "2015-03-31", "functions", function, "invocations"] => {
                    // An ARN is escaped.
                    match function.ends_with("work") {
                        true => self.work(connection, &body)?,
                        false => self.invoke(connection, body)?,
                    }
                }
                _ => respond(connection, "404 Not Found", "", "")?,
            }
        }
    }

    /// An invocation of a worker.
    fn invoke(&self, connection: &TcpStream, payload: String) -> Option<()> {
        let fate = if self.is_calm(&payload) { u64::MAX } else { self.dice.below(1_000) };
        let place = match fate < THROTTLED {
            true => None,
            false => self.state().free.pop(),
        };
        let Some(number) = place else {
            self.state().seen.throttled += 1;
            let headers = "X-Amzn-ErrorType: TooManyRequestsException\r\n";
            return respond(connection, "429 Too Many Requests", headers, r#"{"message":"Rate Exceeded."}"#);
        };
        self.state().seen.invocations += 1;
        let place = self.places.get(number)?;
        let report = match fate < THROTTLED + KILLED {
            true => self.kill(number, place, payload),
            false => self.deliver(place, payload),
        };
        self.state().free.push(number);
        if (THROTTLED + KILLED..THROTTLED + KILLED + SLOW).contains(&fate) {
            self.state().seen.slow += 1;
            std::thread::sleep(Duration::from_millis(self.dice.below(500)));
        }
        match report {
            Some(Report { is_error: false, body }) => respond(connection, "200 OK", "", &body),
            Some(Report { body, .. }) => respond(connection, "200 OK", UNHANDLED, &body),
            None => respond(connection, "200 OK", UNHANDLED, EXITED),
        }
    }

    /// Whether a batch has children that wait for others.
    fn is_calm(&self, payload: &str) -> bool {
        let event: Value = serde_json::from_str(payload).unwrap_or_default();
        let children = event.get("children").and_then(Value::as_array).into_iter().flatten();
        let numbers = children.filter_map(|child| child.pointer("/input/n")?.as_u64());
        numbers.into_iter().any(|n| self.crowd.has(n))
    }

    /// Delivers an event and waits for the report.
    fn deliver(&self, place: &Place, payload: String) -> Option<Report> {
        let (report, reports) = channel();
        let id = {
            let mut state = self.state();
            state.calls += 1;
            let id = format!("request-{}", state.calls);
            state.reports.insert(id.clone(), report);
            id
        };
        place.send(Event { id, payload, taken: None });
        while place.runs() {
            match reports.recv_timeout(Duration::from_secs(1)) {
                Err(RecvTimeoutError::Timeout) => {}
                reported => return reported.ok(),
            }
        }
        None
    }

    /// Delivers an event and kills the worker in the midst of it. Its children end with it.
    fn kill(&self, number: usize, place: &Place, payload: String) -> Option<Report> {
        let id = {
            let mut state = self.state();
            state.seen.killed += 1;
            state.calls += 1;
            format!("request-{}", state.calls)
        };
        let (taken, takes) = channel();
        place.send(Event { id, payload, taken: Some(taken) });
        takes.recv_timeout(PATIENCE).ok()?;
        std::thread::sleep(Duration::from_millis(self.dice.below(40)));
        place.start(number, &self.function, self.address).ok()?;
        // What it has asked the task for ends.
        std::thread::sleep(Duration::from_millis(20));
        None
    }

    /// The task of a child: `{"n": 7}` becomes 14, and some fail.
    fn work(&self, connection: &TcpStream, body: &str) -> Option<()> {
        let n = serde_json::from_str::<Value>(body).ok()?.get("n")?.as_u64()?;
        {
            let State { items, seen, .. } = &mut *self.state();
            seen.begun += 1;
            seen.twice += usize::from(!items.insert(n));
            seen.most = seen.most.max(items.len());
        }
        self.crowd.wait(n);
        std::thread::sleep(Duration::from_millis(self.dice.below(8)));
        self.state().items.remove(&n);
        match n % FAILING as u64 {
            0 => respond(connection, "200 OK", UNHANDLED, r#"{"errorType":"Odd","errorMessage":"it is"}"#),
            _ => respond(connection, "200 OK", "", &(2 * n).to_string()),
        }
    }
}

const UNHANDLED: &str = "X-Amz-Function-Error: Unhandled\r\n";

/// What Lambda answers when a process has ended.
const EXITED: &str = r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 1 Error: Runtime exited with error: signal: killed"}"#;

fn headers(event: &Event) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!(
        "Lambda-Runtime-Aws-Request-Id: {}\r\nLambda-Runtime-Deadline-Ms: {}\r\n\
         Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123456789012:function:orders\r\n",
        event.id,
        (now + PATIENCE).as_millis()
    )
}

fn respond(mut connection: &TcpStream, status: &str, headers: &str, body: &str) -> Option<()> {
    let response = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len());
    connection.write_all(response.as_bytes()).ok()
}
