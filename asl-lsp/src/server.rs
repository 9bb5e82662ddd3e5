//! [`serve`]: the server on standard input and output.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

#[cfg(test)]
mod tests;

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use serde_json::{Value, json};

use crate::document::Document;
use crate::request_error::RequestError;
use crate::session::{Session, published};

/// How long a file must have been left alone before its diagnostics are computed.
const QUIET: Duration = Duration::from_millis(15);

/// Serves one client on standard input and output, until it ends the session.
///
/// Diagnostics are computed on a thread of their own, so that they never delay a completion. Requests that the client cancels
/// before their turn are not answered with a result.
///
/// # Errors
/// The client does not speak the protocol, or the streams break.
pub fn serve() -> io::Result<()> {
    let (connection, threads) = Connection::stdio();
    let served = converse(&connection);
    // The writer ends when nothing can send to it any more.
    drop(connection);
    served?;
    threads.join()
}

fn converse(connection: &Connection) -> io::Result<()> {
    let mut session = Session::new();
    let (id, parameters) = connection.initialize_start().map_err(io::Error::other)?;
    let result =
        session.request("initialize", &parameters).map_err(|error| io::Error::other(error.message))?;
    connection.initialize_finish(id, result).map_err(io::Error::other)?;
    let (jobs, waiting) = channel();
    let sender = connection.sender.clone();
    let worker = thread::spawn(move || {
        diagnose(&waiting, |uri, version, found| {
            let parameters = json!({"uri": uri, "version": version, "diagnostics": found});
            let message = Notification::new("textDocument/publishDiagnostics".to_owned(), parameters);
            sender.send(message.into()).is_ok()
        })
    });
    let ended = messages(connection, &mut session, &jobs);
    drop(jobs);
    let _ = worker.join();
    ended
}

/// Takes messages until the client ends the session.
fn messages(connection: &Connection, session: &mut Session, jobs: &Sender<DiagnosticsJob>) -> io::Result<()> {
    let mut queue: VecDeque<Message> = VecDeque::new();
    loop {
        if queue.is_empty() {
            match connection.receiver.recv() {
                Ok(message) => queue.push_back(message),
                Err(_) => return Ok(()),
            }
        }
        // What has arrived meanwhile may cancel what is waiting.
        queue.extend(connection.receiver.try_iter());
        cancel(connection, &mut queue);
        match queue.pop_front() {
            Some(Message::Request(request)) => {
                let response = answer(session, &request);
                connection.sender.send(response.into()).map_err(io::Error::other)?;
            }
            Some(Message::Notification(notification)) if notification.method == "exit" => return Ok(()),
            Some(Message::Notification(notification)) => {
                for uri in session.notify(&notification.method, &notification.params) {
                    let _ = jobs.send(DiagnosticsJob { document: session.document(&uri).cloned(), uri });
                }
            }
            Some(Message::Response(_)) | None => {}
        }
    }
}

fn answer(session: &mut Session, request: &Request) -> Response {
    // A defect that a stranger's file reveals must not end the server.
    let answered = catch_unwind(AssertUnwindSafe(|| session.request(&request.method, &request.params)));
    let failed =
        || RequestError { code: -32603, message: format!("`{}` failed inside the server", request.method) };
    match answered.unwrap_or_else(|_| Err(failed())) {
        Ok(result) => Response { id: request.id.clone(), response_result: Ok(result) },
        Err(error) => Response::new_err(request.id.clone(), error.code, error.message),
    }
}

/// Answers the waiting requests that a waiting notification cancels.
fn cancel(connection: &Connection, queue: &mut VecDeque<Message>) {
    let is_cancel = |message: &Message| matches!(message, Message::Notification(found) if found.method == "$/cancelRequest");
    let cancelled: Vec<Value> = queue
        .iter()
        .filter(|message| is_cancel(message))
        .filter_map(|message| match message {
            Message::Notification(notification) => notification.params.get("id").cloned(),
            _ => None,
        })
        .collect();
    if cancelled.is_empty() {
        return;
    }
    queue.retain(|message| match message {
        Message::Request(request) => {
            let is_cancelled = serde_json::to_value(&request.id).is_ok_and(|id| cancelled.contains(&id));
            if is_cancelled {
                let code = ErrorCode::RequestCanceled as i32;
                let response = Response::new_err(
                    request.id.clone(),
                    code,
                    "the client cancelled the request".to_owned(),
                );
                let _ = connection.sender.send(response.into());
            }
            !is_cancelled
        }
        other => !is_cancel(other),
    });
}

fn guarded(document: &Document) -> Value {
    catch_unwind(AssertUnwindSafe(|| published(document))).unwrap_or_else(|_| json!([]))
}

/// A document whose diagnostics are wanted; `None` if it was closed.
struct DiagnosticsJob {
    uri: String,
    document: Option<Document>,
}

/// Computes diagnostics until there are no more jobs. Of several jobs for one file, only the last one counts.
fn diagnose(jobs: &Receiver<DiagnosticsJob>, publish: impl Fn(&str, Value, Value) -> bool) {
    let mut waiting: VecDeque<DiagnosticsJob> = VecDeque::new();
    loop {
        let next = match waiting.is_empty() {
            true => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
            false => jobs.recv_timeout(QUIET),
        };
        match next {
            Ok(job) => {
                waiting.retain(|known| known.uri != job.uri);
                waiting.push_back(job);
            }
            Err(end) => {
                let job = match (waiting.pop_front(), end) {
                    (Some(job), _) => job,
                    (None, RecvTimeoutError::Timeout) => continue,
                    (None, RecvTimeoutError::Disconnected) => return,
                };
                let version = job.document.as_ref().map_or(Value::Null, |document| json!(document.version));
                let found = job.document.as_ref().map_or_else(|| json!([]), guarded);
                if !publish(&job.uri, version, found) {
                    return;
                }
            }
        }
    }
}
