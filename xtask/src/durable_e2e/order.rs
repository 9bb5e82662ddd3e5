//! An order that a person approves, in the function that `asl new --durable` creates: started by an event of API Gateway,
//! approved by a link to the same function.

use std::path::Path;

use serde_json::{Value, json};

use super::local_runner::Time;
use super::stage::{Programs, Stage};
use crate::lambda_emulator::FUNCTION;
use crate::{Result, answer, root};

const EVENT: &str = "asl-cli/templates/durable/events/http-api.json";

/// Places an order, follows the link, confirms, and compares the end.
pub(super) fn check(programs: &Programs) -> Result<()> {
    let stage = start(&programs.order)?;
    let (arn, message) = place(&stage)?;
    let link = link(&message, "Approve: ")?;
    // The link only asks, as often as it is followed.
    for _ in 0..2 {
        let page = expect(&stage, "GET", &link, 200)?;
        if !page.contains("<form method=\"post\">") {
            return Err(format!("expected a page with a button, found {page}").into());
        }
    }
    expect(&stage, "POST", &link, 200)?;
    let (status, end) = stage.runner.end(&arn)?;
    let delivered = json!({"status": "DELIVERED", "total": 58_800, "parcels": 2});
    answer::check(&json!(["SUCCEEDED", delivered]), &json!([status, end]))?;
    // The task has ended, so there is nothing to approve.
    expect(&stage, "POST", &link, 410)?;
    each_event_once(&stage.function.log())?;
    println!("ok     an order: {status} {end}");
    Ok(())
}

/// Places an order and waits until somebody follows a link.
pub(super) fn by_hand(programs: &Programs) -> Result<()> {
    let stage = start(&programs.order)?;
    let (arn, message) = place(&stage)?;
    println!(
        "An order was placed, and waits. This is the mail to the person who approves it:\n\n{message}\n"
    );
    println!("Follow one of the links, and confirm, within 90 seconds.");
    let (status, end) = stage.runner.end(&arn)?;
    println!("\n{status}: {end}");
    Ok(())
}

fn start(program: &Path) -> Result<Stage> {
    Stage::start("order-approval", program, Time::Real, |_, url| {
        vec![
            ("ASL_SUBSTITUTE_ApprovalTopic", "arn:aws:sns:us-east-1:123456789012:approvals".to_owned()),
            ("ASL_SUBSTITUTE_ApprovalUrl", format!("{url}/approve")),
        ]
    })
}

/// Returns the ARN of the execution, and the message with the links.
fn place(stage: &Stage) -> Result<(String, String)> {
    let event: Value = serde_json::from_str(&std::fs::read_to_string(root()?.join(EVENT))?)?;
    let arn = stage.runner.execute(FUNCTION, "order", &event)?;
    let message = stage.services.message().map_err(|error| format!("{error}\n{}", stage.function.log()))?;
    Ok((arn, message.as_str().unwrap_or_default().to_owned()))
}

/// The path and the query of a link, after the URL of the function.
fn link(message: &str, label: &str) -> Result<String> {
    let link = message.lines().find_map(|line| line.strip_prefix(label));
    let path = link.and_then(|link| link.split_once(&format!("/lambda-url/{FUNCTION}")));
    Ok(path.ok_or_else(|| format!("no link in: {message}"))?.1.to_owned())
}

/// The body of the response, which has this status.
fn expect(stage: &Stage, method: &str, link: &str, status: u16) -> Result<String> {
    match stage.request(method, link, &[], "")? {
        (found, body) if found == status => Ok(body),
        (found, body) => {
            Err(format!("expected {status}, found {found} {body}\n{}", stage.function.log()).into())
        }
    }
}

/// The log has each event of the execution once, although its code ran in several invocations.
fn each_event_once(log: &str) -> Result<()> {
    let records = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let ids: Vec<u64> = records.filter_map(|record| record.get("id")?.as_str()?.parse().ok()).collect();
    let expect: Vec<u64> = (1..=ids.len() as u64).collect();
    if ids.len() < 10 || ids != expect {
        return Err(format!("expected each event once, found {ids:?}").into());
    }
    Ok(())
}
