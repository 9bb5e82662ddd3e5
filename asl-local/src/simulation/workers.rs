//! Workers: they poll the activity, and answer with tokens, once or more often.

use asl_value::{Value, json};

use super::client::{Answer, Client};
use super::dice;
use super::functions::text;
use super::machines::ACTIVITY;

/// Polls the activity, until the process ends.
pub(super) async fn poll(client: Client) {
    loop {
        let request = json!({"activityArn": ACTIVITY, "workerName": "w"});
        if let Answer::Done(task) = client.call("GetActivityTask", request).await
            && !text(&task, "taskToken").is_empty()
        {
            let payload = Value::parse(text(&task, "input")).unwrap_or_default();
            client.world.hand_out(text(&task, "taskToken"), &payload, "T", true);
        }
        dice::sleep().await;
    }
}

/// Answers with tokens, until the process ends.
pub(super) async fn answer(client: Client) {
    loop {
        dice::sleep().await;
        let Some(token) = some_token(&client) else { continue };
        match dice::below(8) {
            0 => heartbeat(&client, &token).await,
            _ => send(&client, &token).await,
        }
    }
}

/// Mostly one that was not answered.
fn some_token(client: &Client) -> Option<String> {
    let world = client.world.lock();
    let is_any = !world.is_calm && dice::one_in(8);
    let held: Vec<&str> = world
        .held
        .iter()
        .filter(|held| is_any || held.accepted.is_none() && !held.is_over)
        .map(|held| held.token.as_str())
        .collect();
    dice::choose(&held).map(|token| (*token).to_owned())
}

async fn heartbeat(client: &Client, token: &str) {
    client.call("SendTaskHeartbeat", json!({"taskToken": token})).await;
}

/// Ends a task with an answer that nothing else has.
async fn send(client: &Client, token: &str) {
    let is_failure = dice::one_in(8);
    let number = {
        let mut world = client.world.lock();
        let number = world.next_answer();
        let Some(held) = world.held.iter_mut().find(|held| held.token == token) else { return };
        held.sent.push(number);
        number
    };
    let answer = if is_failure {
        let request = json!({"taskToken": token, "error": "No", "cause": number.to_string()});
        client.call("SendTaskFailure", request).await
    } else {
        let output = json!({"n": number, "items": [1, 2]}).to_json();
        client.call("SendTaskSuccess", json!({"taskToken": token, "output": output})).await
    };
    let mut world = client.world.lock();
    let Some(held) = world.held.iter_mut().find(|held| held.token == token) else { return };
    let checked = match answer {
        Answer::Done(_) => held.accept(number),
        Answer::Refused(error) if ["TaskTimedOut", "InvalidToken"].contains(&error.name()) => {
            held.sent.retain(|sent| *sent != number);
            held.is_over = true;
            Ok(())
        }
        Answer::Refused(error) => Err(error.message().to_owned()),
        Answer::Unknown => Ok(()),
    };
    world.check("a token", checked);
}
