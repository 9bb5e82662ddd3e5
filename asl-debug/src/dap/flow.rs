//! How an execution continues, and what it reports: steps forward and back, stops, its end.

use asl_engine::Outcome;
use serde_json::{Value as Json, json};

use super::adapter::Adapter;
use super::request::Request;
use crate::notice::{Ending, Notice, Reason, Stop};
use crate::shown;
use crate::step::Step;
use crate::world::StrandId;

const NOT_STOPPED: &str = "the execution is not stopped";

/// Continues, forward or back.
pub(super) fn go(adapter: &mut Adapter, request: &Request<'_>) -> Result<Json, String> {
    let is_stage = request.text("granularity") == Some("instruction");
    let strand = request.number("threadId").map(StrandId);
    let answer = json!({"allThreadsContinued": true});
    let session = adapter.session.as_mut().ok_or("nothing has been launched")?;
    if request.command == "pause" {
        session.pause();
        return Ok(json!({}));
    }
    if adapter.stop.is_none() {
        return Err(NOT_STOPPED.to_owned());
    }
    let at = || request.required("threadId", strand);
    match request.command {
        "stepBack" => session.back(at()?, is_stage)?,
        "reverseContinue" => session.back_to_breakpoint()?,
        "goto" => session.restart_from(request.required("targetId", request.number("targetId"))?)?,
        "restartFrame" => {
            let frame = request.required("frameId", request.number("frameId"))?;
            let strand = session.strand(StrandId(frame)).ok_or("there is no such frame")?;
            session.restart_from(strand.visit.began)?;
        }
        _ if adapter.ending.is_some() => {
            finish(adapter);
            adapter.forget_stop();
            return Ok(answer);
        }
        "next" => session.step(if is_stage { Step::Stage } else { Step::Over }, at()?),
        "stepIn" => session.step(if is_stage { Step::StageIn } else { Step::In }, at()?),
        "stepOut" => session.step(Step::Out, at()?),
        _ => session.resume(),
    }
    adapter.forget_stop();
    Ok(answer)
}

/// The places to restart from on a line: the last entry of its state.
pub(super) fn goto_targets(adapter: &Adapter, request: &Request<'_>) -> Result<Json, String> {
    let line = request.number("line").and_then(|line| usize::try_from(line).ok()).unwrap_or_default();
    let session = adapter.session.as_ref().ok_or("nothing has been launched")?;
    let file = request.arguments.get("source").and_then(|source| source.get("path")).and_then(Json::as_str);
    let mut targets = Vec::new();
    for listing in adapter.listings() {
        let is_other = file.is_some_and(|file| !super::breakpoints::is_file(listing, file));
        let Some((state, ..)) = listing.at(line).filter(|_| !is_other) else { continue };
        let Some((halt, _)) = session.last_entry(state) else { continue };
        let line = listing.line_of(state).map_or(line, |at| at.line);
        targets.push(json!({"id": halt, "label": format!("restart from {state}"), "line": line}));
    }
    Ok(json!({"targets": targets}))
}

/// Handles what the execution reports.
pub(super) fn notice(adapter: &mut Adapter, notice: Notice) {
    match notice {
        Notice::Logged { text, place: [machine, state], spot, after } => {
            let place = adapter.place(&machine, &state, spot);
            adapter.output("console", &format!("[{}] {text}", shown::elapsed(after)), place);
        }
        Notice::Stopped(stop) => stopped(adapter, stop),
        Notice::Ended(ending) => ended(adapter, ending),
    }
}

fn stopped(adapter: &mut Adapter, stop: Stop) {
    let strand = adapter.session.as_ref().and_then(|session| session.strand(stop.strand));
    let state = strand.as_ref().map(|strand| strand.visit.state.to_string()).unwrap_or_default();
    let (reason, ids) = match &stop.reason {
        Reason::Entry => ("entry", None),
        Reason::Step => ("step", None),
        Reason::Pause => ("pause", None),
        Reason::Restart => ("goto", None),
        Reason::Breakpoints(ids) => (adapter.breakpoints.reason(ids), Some(ids)),
    };
    let failure = strand.as_ref().and_then(|strand| strand.visit.failure.as_ref());
    let failure = failure.filter(|_| reason == "exception").map(|(failure, _)| failure.to_string());
    let mut body = json!({
        "reason": reason,
        "threadId": stop.strand.0,
        "allThreadsStopped": true,
        "description": format!("Stopped in {state} at {}", adapter.elapsed()),
    });
    if let Some(fields) = body.as_object_mut() {
        fields.extend(ids.map(|ids| ("hitBreakpointIds".to_owned(), json!(ids))));
        fields.extend(failure.map(|failure| ("text".to_owned(), failure.into())));
    }
    adapter.stop = Some(stop);
    adapter.event("stopped", body);
}

fn ended(adapter: &mut Adapter, ending: Ending) {
    let elapsed = adapter.elapsed();
    match &ending.outcome {
        Ok(Outcome::Succeeded(output)) => {
            adapter.output("console", &format!("The execution succeeded at {elapsed}. Its output:"), None);
            adapter.output("stdout", &shown::long(output), None);
        }
        Ok(outcome) => {
            let failure = outcome.failure().map(ToString::to_string).unwrap_or_default();
            let line = format!("The execution ended as {} at {elapsed}: {failure}", outcome.status());
            adapter.output("stderr", &line, None);
        }
        Err(problem) => adapter.output("stderr", problem, None),
    }
    ending.notes.iter().for_each(|note| adapter.output("console", note, None));
    let is_to_stop = adapter.options.stops_at_end && !adapter.options.is_free;
    let strand =
        adapter.session.as_ref().and_then(|session| Some((session.halts(), session.strands().first()?.id)));
    adapter.ending = Some(ending);
    match strand.filter(|_| is_to_stop) {
        Some((halt, strand)) => {
            adapter.stop = Some(Stop { halt: halt + 1, strand, reason: Reason::Pause });
            let description = format!("The execution has ended at {elapsed}");
            adapter.event(
                "stopped",
                json!({"threadId": strand.0, "allThreadsStopped": true, "reason": "end", "description": description}),
            );
        }
        None => finish(adapter),
    }
}

/// The session is over.
fn finish(adapter: &mut Adapter) {
    let succeeded =
        adapter.ending.take().is_some_and(|ending| matches!(ending.outcome, Ok(Outcome::Succeeded(_))));
    adapter.event("exited", json!({"exitCode": i32::from(!succeeded)}));
    adapter.event("terminated", json!({}));
}
